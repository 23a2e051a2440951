package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestShippedPacksAreWithoutFault(t *testing.T) {
	set, err := Packs()
	require.NoError(t, err)
	for _, p := range set.Packs() {
		t.Log(p.ID, p.Hash(), len(p.Items), len(p.Canonical()))
	}
}
