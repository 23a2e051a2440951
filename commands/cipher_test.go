package commands

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
)

func key(name string, b byte) Key { return Key{Name: name, Secret: bytes.Repeat([]byte{b}, 32)} }

func payload(t *testing.T, v any) *commonpb.Payload {
	t.Helper()
	p, err := converter.GetDefaultDataConverter().ToPayload(v)
	require.NoError(t, err)
	return p
}

func TestPayloadsAreEncryptedWhole(t *testing.T) {
	t.Parallel()
	c, err := newCipher([]Key{key("2026", 1)})
	require.NoError(t, err)
	plain := payload(t, "统一社会信用代码")
	sealed, err := c.Encode([]*commonpb.Payload{plain})
	require.NoError(t, err)
	require.NotContains(t, string(sealed[0].GetData()), "json")
	require.NotContains(t, string(sealed[0].GetData()), "统一")
	opened, err := c.Decode(sealed)
	require.NoError(t, err)
	require.Equal(t, plain.GetData(), opened[0].GetData())
	require.Equal(t, plain.GetMetadata(), opened[0].GetMetadata())
}

func TestKeysCanBeChanged(t *testing.T) {
	t.Parallel()
	before, err := newCipher([]Key{key("2026", 1)})
	require.NoError(t, err)
	after, err := newCipher([]Key{key("2027", 2), key("2026", 1)})
	require.NoError(t, err)
	old, err := before.Encode([]*commonpb.Payload{payload(t, 1)})
	require.NoError(t, err)
	_, err = after.Decode(old)
	require.NoError(t, err)
	fresh, err := after.Encode([]*commonpb.Payload{payload(t, 1)})
	require.NoError(t, err)
	closed(t, before, fresh)
}

func TestWhatWasTamperedWithStaysClosed(t *testing.T) {
	t.Parallel()
	c, err := newCipher([]Key{key("2026", 1)})
	require.NoError(t, err)
	sealed, err := c.Encode([]*commonpb.Payload{payload(t, "text")})
	require.NoError(t, err)
	sealed[0].Data[len(sealed[0].GetData())-1] ^= 1
	closed(t, c, sealed)
	sealed[0].Data = sealed[0].GetData()[:3]
	closed(t, c, sealed)
}

// closed checks that payloads cannot be opened, and fail who reads them but not who passes them on.
func closed(t *testing.T, c payloadCipher, sealed []*commonpb.Payload) {
	t.Helper()
	got, err := c.Decode(sealed)
	require.NoError(t, err)
	require.Equal(t, sealed, got)
	var v any
	require.Error(t, converter.GetDefaultDataConverter().FromPayload(got[0], &v))
}

func TestWhatWasStoredBeforeThereWereKeysIsRead(t *testing.T) {
	t.Parallel()
	c, err := newCipher([]Key{key("2026", 1)})
	require.NoError(t, err)
	plain := payload(t, "text")
	opened, err := c.Decode([]*commonpb.Payload{plain})
	require.NoError(t, err)
	require.Equal(t, plain, opened[0])
}

func TestAKeyHas32Bytes(t *testing.T) {
	t.Parallel()
	_, err := newCipher([]Key{{Name: "short", Secret: []byte("short")}})
	require.ErrorContains(t, err, "32 bytes")
}
