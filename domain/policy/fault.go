package policy

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"milepost/domain"
)

// Fault is one thing wrong with a pack and where it stands: file, line and column from 1 (0 for what is missing), and
// the path of the field, in which the entries of a list are named by their key (items[energy-review].after[0]). Code is
// stable and never translated.
type Fault struct {
	File    string      `json:"file"`
	Line    int         `json:"line"`
	Column  int         `json:"column"`
	Path    string      `json:"path,omitempty"`
	Code    string      `json:"code"`
	Message domain.Text `json:"message"`
}

// String returns the fault on one line, Chinese unless lang is "en".
func (f Fault) String(lang string) string {
	var b strings.Builder
	switch {
	case f.Line > 0:
		fmt.Fprintf(&b, "%s:%d:%d: ", f.File, f.Line, f.Column)
	case f.File != "":
		b.WriteString(f.File + ": ")
	}
	if f.Path != "" {
		b.WriteString(f.Path + ": ")
	}
	b.WriteString(f.Message.In(lang) + " [" + f.Code + "]")
	return b.String()
}

// Faults are all the faults of a reading, in the order of files and lines.
type Faults []Fault

// Err returns the faults as one error, a line for each, or nil when there are none.
func (fs Faults) Err() error {
	if len(fs) == 0 {
		return nil
	}
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.String("en")
	}
	return errors.New(strings.Join(lines, "\n"))
}

// sorted returns the faults in the order of files and lines, each once.
func (fs Faults) sorted() Faults {
	fs = slices.Clone(fs)
	slices.SortStableFunc(fs, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Path, b.Path), cmp.Compare(a.Code, b.Code))
	})
	return slices.CompactFunc(fs, func(a, b Fault) bool {
		return a.File == b.File && a.Line == b.Line && a.Column == b.Column && a.Path == b.Path && a.Code == b.Code
	})
}

// at makes a fault of a node.
func at(n *node, code, zh, en string) Fault {
	p := n.place()
	return Fault{File: p.file, Line: p.line, Column: p.column, Path: n.path, Code: code, Message: domain.Text{Zh: zh, En: en}}
}

// atField makes a fault of a field that the node lacks.
func atField(n *node, field, code, zh, en string) Fault {
	f := at(n, code, zh, en)
	f.Path = join(n.path, field)
	return f
}
