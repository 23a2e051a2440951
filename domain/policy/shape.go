package policy

import (
	"bytes"
	_ "embed" // the schema is part of the program
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

//go:embed pack.schema.json
var schemaJSON []byte

// Schema returns the published JSON Schema of a pack file.
func Schema() []byte { return bytes.Clone(schemaJSON) }

const schemaID = "urn:milepost:pack"

// shapes are the schema's two readings: of one file, which may leave to its parent whatever it likes, and of a
// pack into which everything inherited has been merged.
var shapes = sync.OnceValue(func() (s struct{ file, complete *jsonschema.Schema }) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemaJSON))
	if err != nil {
		panic("pack.schema.json: " + err.Error()) // part of the program: a test reads it
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(schemaID, doc); err != nil {
		panic("pack.schema.json: " + err.Error())
	}
	s.file = c.MustCompile(schemaID)
	s.complete = c.MustCompile(schemaID + "#/$defs/complete")
	return s
})

// checkFile checks the shape of one file and returns the tree without what is at fault, so that one slip does not
// hide the next.
func checkFile(root *node) (*node, Faults) {
	faults, bad := violations(shapes().file, root)
	return root.without(bad), faults
}

// checkComplete checks that a merged pack has everything it needs.
func checkComplete(root *node) Faults {
	faults, _ := violations(shapes().complete, root)
	return faults
}

// violations validates a tree and returns, with the faults, the nodes whose value cannot be used.
func violations(schema *jsonschema.Schema, root *node) (faults Faults, bad map[*node]bool) {
	bad = map[*node]bool{}
	verr, ok := errors.AsType[*jsonschema.ValidationError](schema.Validate(root.plain()))
	if !ok {
		return nil, bad
	}
	var walk func(e *jsonschema.ValidationError)
	walk = func(e *jsonschema.ValidationError) {
		for _, cause := range e.Causes {
			walk(cause)
		}
		if len(e.Causes) > 0 {
			return
		}
		n := root.follow(e.InstanceLocation)
		found, useless := violation(n, e.ErrorKind)
		faults = append(faults, found...)
		for _, u := range useless {
			bad[u] = true
		}
	}
	walk(verr)
	return faults, bad
}

// follow finds the node that the schema reader names. Broken values are no part of what it saw.
func (n *node) follow(way []string) *node {
	for _, step := range way {
		switch n.kind {
		case mapping:
			n = n.look(step)
		case list:
			if i, err := strconv.Atoi(step); err == nil {
				n = n.sound(i)
			}
		default:
		}
	}
	return n
}

// sound returns the i-th value of a list, broken ones not counted.
func (n *node) sound(i int) *node {
	for _, v := range n.list {
		if v.kind == broken {
			continue
		}
		if i == 0 {
			return v
		}
		i--
	}
	return n
}

// violation says in the two languages what is wrong with a node, and which nodes cannot be used.
func violation(n *node, k jsonschema.ErrorKind) (faults Faults, useless []*node) {
	self := []*node{n}
	switch k := k.(type) {
	case *kind.AdditionalProperties:
		for _, name := range slices.Sorted(slices.Values(k.Properties)) {
			unknown := n.get(name)
			f := at(unknown, "field.unknown", "没有“"+name+"”这个字段", "There is no field “"+name+"”.")
			f.Line, f.Column = unknown.key.line, unknown.key.column
			faults, useless = append(faults, f), append(useless, unknown)
		}
		return faults, useless
	case *kind.Required:
		return missing(n, k.Missing), nil
	case *kind.DependentRequired:
		return missing(n, k.Missing), nil
	case *kind.Type:
		want := strings.Join(k.Want, "|")
		return Faults{at(n, "field.type", "类型不对：应为"+zhType(want)+"，实为"+zhType(k.Got), "Wrong type: want "+want+", got "+k.Got+".")}, self
	case *kind.Enum:
		want := strings.TrimSpace(fmt.Sprintln(k.Want...))
		return Faults{at(n, "field.value", "只能是这些值之一："+want, "Must be one of: "+want+".")}, self
	case *kind.Const:
		return Faults{at(n, "field.value", fmt.Sprintf("只能是 %v", k.Want), fmt.Sprintf("Must be %v.", k.Want))}, self
	case *kind.Pattern:
		return Faults{at(n, "field.format", "写法不对，应为："+zhPattern(k.Want), "Wrong form; it must match "+k.Want+".")}, self
	case *kind.Format:
		return Faults{at(n, "field.format", "没有这个日期", "There is no such date.")}, self
	case *kind.Minimum:
		return Faults{at(n, "field.range", "不能小于 "+k.Want.RatString(), "Must not be less than "+k.Want.RatString()+".")}, self
	case *kind.Maximum:
		return Faults{at(n, "field.range", "不能大于 "+k.Want.RatString(), "Must not be greater than "+k.Want.RatString()+".")}, self
	case *kind.MinLength, *kind.MinItems:
		return Faults{at(n, "field.empty", "不能为空", "Must not be empty.")}, nil
	case *kind.MaxLength, *kind.MaxItems:
		return Faults{at(n, "field.long", "过长", "Too long.")}, self
	case *kind.UniqueItems:
		again := n.list[max(k.Duplicates[0], k.Duplicates[1])]
		return Faults{at(again, "entry.duplicate", "重复", "Given twice.")}, []*node{again}
	case *kind.MaxProperties:
		return Faults{at(n, "remove.extra", "删去的条目只写编号和 remove", "A removed entry bears its key and remove, nothing else.")}, self
	default:
		return Faults{at(n, "field.invalid", "不符合格式", fmt.Sprintf("Does not match the schema: %v.", k.KeywordPath()))}, self
	}
}

// missing reports fields that are not there; one that is there but broken has been reported.
func missing(n *node, fields []string) (faults Faults) {
	for _, f := range fields {
		switch {
		case n.get(f) != nil:
		case strings.HasSuffix(strings.ToLower(f), "clause"):
			faults = append(faults, atField(n, f, "clause.missing", "规则没有写明依据的条款", "The rule does not cite its clause."))
		default:
			faults = append(faults, atField(n, f, "field.missing", "缺少字段“"+f+"”", "The field “"+f+"” is missing."))
		}
	}
	return faults
}

func zhType(t string) string {
	names := map[string]string{
		"string": "文字", "number": "数", "integer": "整数", "boolean": "true 或 false", "array": "列表", "object": "字段组", "null": "空",
	}
	if zh, ok := names[t]; ok {
		return zh
	}
	return t
}

// zhPattern says in words what a pattern of the schema asks for.
func zhPattern(pattern string) string {
	for _, d := range patterns() {
		if d.Pattern == pattern && d.Description != "" {
			return d.Description
		}
	}
	return pattern
}

type patternWords struct{ Pattern, Description string }

var patterns = sync.OnceValue(func() []patternWords {
	var schema struct {
		Defs       map[string]json.RawMessage `json:"$defs"`
		Properties map[string]json.RawMessage `json:"properties"`
	}
	if err := json.Unmarshal(schemaJSON, &schema); err != nil {
		panic("pack.schema.json: " + err.Error())
	}
	var words []patternWords
	for _, part := range []map[string]json.RawMessage{schema.Defs, schema.Properties} {
		for _, name := range slices.Sorted(maps.Keys(part)) {
			var d patternWords
			if json.Unmarshal(part[name], &d) == nil && d.Pattern != "" {
				words = append(words, d)
			}
		}
	}
	return words
})

// without returns the tree with the bad nodes broken.
func (n *node) without(bad map[*node]bool) *node {
	if len(bad) == 0 {
		return n
	}
	c := *n
	if bad[n] {
		c.kind, c.list, c.entries = broken, nil, nil
		return &c
	}
	c.list, c.entries = nil, nil
	for _, v := range n.list {
		c.list = append(c.list, v.without(bad))
	}
	for _, e := range n.entries {
		e.value = e.value.without(bad)
		c.entries = append(c.entries, e)
	}
	return &c
}
