package policy

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
)

// Canonical returns the resolved pack as JSON, in the one form that its hash is made of: fields in order of their
// names, none that says nothing. It is what a store keeps; Decode reads it.
func (p *Pack) Canonical() []byte { return bytes.Clone(p.canonical) }

// Decode reads a pack that Canonical wrote. It was checked when it was published and is not judged again, so that
// a project keeps the rules it started under when later releases ask more of new packs.
func Decode(data []byte) (*Pack, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var tree map[string]any
	if err := d.Decode(&tree); err != nil {
		return nil, fmt.Errorf("decode pack: %w", err)
	}
	p, err := assemble(tree)
	if err != nil {
		return nil, err
	}
	p.programs, err = p.compileAll()
	return p, err
}

// assemble turns a resolved tree into a pack with its hash, its conditions not yet compiled.
func assemble(tree map[string]any) (*Pack, error) {
	tell(tree)
	substance, _ := substance(tree)
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(substance); err != nil { // sorts the fields
		return nil, fmt.Errorf("encode pack: %w", err)
	}
	p := &Pack{canonical: bytes.TrimSpace(b.Bytes())}
	if err := json.Unmarshal(p.canonical, p); err != nil {
		return nil, fmt.Errorf("decode pack: %w", err)
	}
	sum := sha256.Sum256(p.canonical)
	p.hash = "pack-" + hex.EncodeToString(sum[:])[:12]
	return p, nil
}

// tell writes out what a rung means when it does not say from where it counts.
func tell(tree map[string]any) {
	ladders, _ := tree["ladders"].([]any)
	for _, l := range ladders {
		ladder, _ := l.(map[string]any)
		rungs, _ := ladder["rungs"].([]any)
		for _, r := range rungs {
			if rung, ok := r.(map[string]any); ok && rung["from"] == nil {
				rung["from"] = "due"
			}
		}
	}
}

// substance leaves out the fields that say nothing: false, zero, empty. Written or not, they mean the same.
func substance(v any) (kept any, says bool) {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, field := range v {
			if s, says := substance(field); says {
				out[name] = s
			}
		}
		return out, len(out) > 0
	case []any:
		out := slices.Clone(v)
		for i := range out {
			out[i], _ = substance(out[i])
		}
		return out, len(out) > 0
	case string:
		return v, v != ""
	case bool:
		return v, v
	case json.Number:
		return v, v != "0"
	default:
		return v, v != nil
	}
}
