package domain_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain"
)

// OWN-105: the mark and the basis of a late entry are part of the chain, and no two lines that differ in them are
// taken for each other.
func TestNoTwoLinesThatDifferHaveOneHash(t *testing.T) {
	t.Parallel()
	hashes := map[string]string{}
	for name, change := range map[string]func(*domain.Entry){
		"as it was":                     func(*domain.Entry) {},
		"late":                          func(e *domain.Entry) { e.Late = true },
		"with a basis":                  func(e *domain.Entry) { e.Basis = "签收单" },
		"late, with a basis":            func(e *domain.Entry) { e.Late, e.Basis = true, "签收单" },
		"with a basis like a mark":      func(e *domain.Entry) { e.Basis = "\x01" },
		"with a basis of the same word": func(e *domain.Entry) { e.Basis = "basis " },
		"with the command longer":       func(e *domain.Entry) { e.Command += "basis 签收单" },
	} {
		e := domain.Entry{Seq: 1, Type: "ItemGranted", Clause: "SL-21a", Command: "c"}
		change(&e)
		h := e.ChainHash("project/p", "")
		require.NotContains(t, hashes, h, "%s and %s", name, hashes[h])
		hashes[h] = name
	}
}
