package api

import (
	"testing"

	"github.com/alexedwards/argon2id"
	"github.com/stretchr/testify/require"
)

func TestAnUnknownAccountTakesAsLongAsAKnownOne(t *testing.T) {
	t.Parallel()
	params, _, _, err := argon2id.DecodeHash(nobodys)
	require.NoError(t, err)
	require.Equal(t, hashing, params)
}
