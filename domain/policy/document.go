package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"milepost/domain"
)

// A pack is a page of rules, not a data store: these bounds are far above any real one and keep a hostile file
// from exhausting the machine.
const (
	maxBytes  = 1 << 20
	maxTokens = 40_000
	maxDepth  = 32
	maxName   = 100 // bytes of the name of a field
)

type form int

const (
	null form = iota
	text
	amount
	truth
	list
	mapping
	broken // refused already; stands for whatever should have been there
)

// node is one value of a pack file together with the place it stands at. What it says never changes once it is
// read: merging makes new nodes.
type node struct {
	kind    form
	text    string // of a text, or the digits of an amount
	truth   bool
	list    []*node
	entries []entry

	own    place // where the value begins
	key    place // where its key begins; zero in a list
	path   string
	quoted bool // its text begins one column later
	indent int  // of a block (|), whose text begins on the next line; 0 for any other text
}

type entry struct {
	name  string
	key   place
	value *node
}

type place struct {
	file         string
	line, column int
}

// place is where a reader should look: at the key of a list or mapping, at the value of anything else.
func (n *node) place() place {
	if (n.kind == list || n.kind == mapping || n.kind == null) && n.key.line > 0 {
		return n.key
	}
	return n.own
}

// get returns the value of a field, or nil.
func (n *node) get(name string) *node {
	if n == nil {
		return nil
	}
	for _, e := range n.entries {
		if e.name == name {
			return e.value
		}
	}
	return nil
}

// look follows field names and list positions; where one is missing it returns the last node there was.
func (n *node) look(way ...any) *node {
	for _, step := range way {
		var next *node
		switch s := step.(type) {
		case string:
			next = n.get(s)
		case int:
			if s < len(n.list) {
				next = n.list[s]
			}
		}
		if next == nil || next.kind == broken {
			return n
		}
		n = next
	}
	return n
}

// name returns what an entry of a list is called by: its key or code.
func (n *node) name() string {
	for _, field := range []string{"key", "code"} {
		if k := n.get(field); k != nil && k.kind == text {
			return k.text
		}
	}
	return ""
}

// plain returns the value as JSON readers have it: maps, slices, strings, numbers and booleans.
func (n *node) plain() any {
	switch n.kind {
	case text:
		return n.text
	case amount:
		return json.Number(n.text)
	case truth:
		return n.truth
	case list:
		values := make([]any, 0, len(n.list))
		for _, v := range n.list {
			if v.kind != broken {
				values = append(values, v.plain())
			}
		}
		return values
	case mapping:
		fields := make(map[string]any, len(n.entries))
		for _, e := range n.entries {
			if e.value.kind != broken {
				fields[e.name] = e.value.plain()
			}
		}
		return fields
	default:
		return nil
	}
}

// label gives every node its path.
func (n *node) label(path string) {
	n.path = path
	for i, v := range n.list {
		name := v.name()
		if name == "" || len(name) > maxName {
			name = strconv.Itoa(i)
		}
		v.label(path + "[" + name + "]")
	}
	for _, e := range n.entries {
		e.value.label(join(path, e.name))
	}
}

func join(path, field string) string {
	if path == "" {
		return field
	}
	return path + "." + field
}

// read turns a YAML file into nodes. Only what a pack needs of YAML is read: one document of mappings, lists and
// scalars. The node is nil when the file cannot be read at all.
func read(file string, data []byte) (*node, Faults) {
	r := reader{file: file}
	switch {
	case len(data) > maxBytes:
		r.fault(1, 1, "source.size", "文件超过 1 MiB", "The file is larger than 1 MiB.")
		return nil, r.faults
	case !utf8.Valid(data):
		r.fault(1, 1, "source.encoding", "文件须为 UTF-8 编码", "The file is not UTF-8.")
		return nil, r.faults
	}
	source := strings.TrimPrefix(string(data), "\ufeff")
	doc, err := r.parse(source)
	if err != nil {
		line, column, message := 1, 1, err.Error()
		if e, ok := errors.AsType[yaml.Error](err); ok {
			message = e.GetMessage()
			if t := e.GetToken(); t != nil && t.Position != nil {
				line, column = t.Position.Line, t.Position.Column
			}
		}
		r.fault(line, max(column, 1), "yaml.syntax", "YAML 语法错误："+message, "YAML syntax: "+message+".")
	}
	if len(r.faults) > 0 {
		return nil, r.faults
	}
	if doc == nil {
		r.fault(1, 1, "source.empty", "文件没有内容", "The file is empty.")
		return nil, r.faults
	}
	root := r.node(doc, place{}, 0)
	if root.kind != mapping {
		r.fault(root.own.line, root.own.column, "field.type", "政策包须由“字段: 值”组成", "A pack is a mapping of fields to values.")
		return nil, r.faults
	}
	root.label("")
	for _, tell := range r.pending {
		r.faults = append(r.faults, tell())
	}
	return root, r.faults
}

type reader struct {
	file    string
	faults  Faults
	pending []func() Fault // told when the nodes know their paths
}

func (r *reader) fault(line, column int, code, zh, en string) {
	r.faults = append(r.faults, Fault{File: r.file, Line: line, Column: column, Code: code, Message: domain.Text{Zh: zh, En: en}})
}

// parse returns the body of the file's one document. The YAML reader is not ours and the file may be anybody's:
// a panic of it is a syntax error.
func (r *reader) parse(source string) (body ast.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			body, err = nil, fmt.Errorf("unreadable: %v", p)
		}
	}()
	tokens := lexer.Tokenize(source)
	if r.admit(tokens); len(r.faults) > 0 {
		return nil, nil
	}
	parsed, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, err
	}
	for _, doc := range parsed.Docs {
		if doc.Body == nil {
			continue
		}
		if body != nil {
			p := doc.Body.GetToken().Position
			r.fault(p.Line, 1, "yaml.documents", "一个文件只能有一个 YAML 文档", "A file holds one YAML document.")
			return nil, nil
		}
		body = doc.Body
	}
	return body, nil
}

// admit refuses what a pack never needs, before the reader spends time on it: aliases and merge keys (of which
// YAML bombs are made), anchors, tags, directives, complex keys, and nesting without end.
func (r *reader) admit(tokens token.Tokens) {
	if len(tokens) > maxTokens {
		r.fault(1, 1, "yaml.tokens", "文件内容过多", "The file holds too much.")
		return
	}
	depth, dashes, line := 0, 0, 0
	for _, t := range tokens {
		p := t.Position
		if p.Line != line {
			line, dashes = p.Line, 0
		}
		switch t.Type {
		case token.AnchorType, token.AliasType, token.MergeKeyType:
			r.fault(p.Line, p.Column, "yaml.alias", "不能使用锚点、别名和合并键", "Anchors, aliases and merge keys are not allowed.")
		case token.TagType:
			r.fault(p.Line, p.Column, "yaml.tag", "不能使用 YAML 标签", "YAML tags are not allowed.")
		case token.DirectiveType, token.MappingKeyType:
			r.fault(p.Line, p.Column, "yaml.syntax", "不能使用 YAML 指令和复合键", "YAML directives and complex keys are not allowed.")
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.SequenceEntryType:
			dashes++
		default:
		}
		if depth > maxDepth || dashes > maxDepth {
			r.fault(p.Line, p.Column, "yaml.depth", "嵌套过深", "Nested too deeply.")
			return
		}
	}
}

func (r *reader) place(t *token.Token) place {
	if t == nil || t.Position == nil {
		return place{r.file, 1, 1}
	}
	return place{r.file, t.Position.Line, t.Position.Column}
}

func (r *reader) node(n ast.Node, key place, depth int) *node {
	out := &node{key: key, own: r.place(n.GetToken())}
	if depth > maxDepth {
		r.refuse(out, "yaml.depth", "嵌套过深", "Nested too deeply.")
		return out
	}
	switch v := n.(type) {
	case *ast.StringNode:
		out.kind, out.text = text, v.Value
		out.quoted = v.Token.Type == token.SingleQuoteType || v.Token.Type == token.DoubleQuoteType
	case *ast.LiteralNode:
		out.kind, out.text = text, v.Value.Value
		if v.Start.Type == token.LiteralType {
			line := strings.TrimLeft(v.Value.Token.Origin, "\n")
			out.indent = len(line) - len(strings.TrimLeft(line, " "))
		}
	case *ast.IntegerNode:
		out.kind, out.text = amount, fmt.Sprint(v.Value)
	case *ast.FloatNode:
		out.kind, out.text = amount, strconv.FormatFloat(v.Value, 'f', -1, 64)
	case *ast.BoolNode:
		out.kind, out.truth = truth, v.Value
	case *ast.NullNode:
		out.kind = null
	case *ast.SequenceNode:
		out.kind, out.own = list, r.place(v.Start)
		for _, value := range v.Values {
			out.list = append(out.list, r.node(value, place{}, depth+1))
		}
	case *ast.MappingNode:
		r.mapping(out, v, depth)
	default:
		r.refuse(out, "field.type", "这里不能是这种值", "Such a value has no place here.")
	}
	return out
}

func (r *reader) refuse(n *node, code, zh, en string) {
	n.kind = broken
	r.pending = append(r.pending, func() Fault { return at(n, code, zh, en) })
}

func (r *reader) mapping(out *node, m *ast.MappingNode, depth int) {
	out.kind, out.own = mapping, r.place(m.Start)
	if !m.IsFlowStyle && len(m.Values) > 0 {
		out.own = r.place(m.Values[0].Key.GetToken())
	}
	for _, v := range m.Values {
		t := v.Key.GetToken()
		at := r.place(t)
		if len(t.Value) > maxName {
			r.fault(at.line, at.column, "field.long", "字段名过长", "The name of the field is too long.")
			continue
		}
		if out.get(t.Value) != nil {
			r.pending = append(r.pending, func() Fault {
				return Fault{
					File: at.file, Line: at.line, Column: at.column, Path: join(out.path, t.Value), Code: "field.duplicate",
					Message: domain.Text{Zh: "字段“" + t.Value + "”重复", En: "The field “" + t.Value + "” is given twice."},
				}
			})
			continue
		}
		out.entries = append(out.entries, entry{name: t.Value, key: at, value: r.node(v.Value, at, depth+1)})
	}
}
