package main

import (
	"os"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

func TestThePageTellsTheTable(t *testing.T) {
	t.Parallel()
	spec, err := openapi3.NewLoader().LoadFromFile("../../openapi.yaml")
	require.NoError(t, err)
	written, err := os.ReadFile("../../../docs/access.md")
	require.NoError(t, err)
	require.Equal(t, string(page(spec)), string(written), "run go generate ./api")
}
