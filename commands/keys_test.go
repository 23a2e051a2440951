package commands

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
)

func TestAKeyThatWasMadeIsLoaded(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "2026.key")
	made, err := NewKey(file)
	require.NoError(t, err)
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o400), info.Mode().Perm())
	loaded, err := LoadKeys([]string{file})
	require.NoError(t, err)
	require.Equal(t, []Key{made}, loaded)
	require.Equal(t, "2026", loaded[0].Name)

	_, err = NewKey(file)
	require.ErrorContains(t, err, "is there already")
	again, err := LoadKeys([]string{file})
	require.NoError(t, err)
	require.Equal(t, loaded, again)
}

func TestARenamedKeyIsTheSame(t *testing.T) {
	t.Parallel()
	before, after := key("2026", 1), key("old", 1)
	require.Equal(t, before.Fingerprint(), after.Fingerprint())
	require.NotEqual(t, before.Fingerprint(), key("2026", 2).Fingerprint())
	first, err := newCipher([]Key{before})
	require.NoError(t, err)
	sealed, err := first.Encode([]*commonpb.Payload{payload(t, "text")})
	require.NoError(t, err)
	require.Equal(t, before.Fingerprint(), KeyOf(sealed[0]))
	renamed, err := newCipher([]Key{after})
	require.NoError(t, err)
	opened, err := renamed.Decode(sealed)
	require.NoError(t, err)
	require.Empty(t, KeyOf(opened[0]))
}

func TestWhichFilesAreKeys(t *testing.T) {
	t.Parallel()
	secret := bytes.Repeat([]byte{0xab}, 32)
	digits := []byte(hex.EncodeToString(secret))
	tests := []struct {
		name    string
		content []byte
		mode    os.FileMode
		refused string
	}{
		{"32 bytes as they are", secret, 0o400, ""},
		{"64 hexadecimal digits", digits, 0o600, ""},
		{"digits and a line's end", append(bytes.Clone(digits), "\r\n"...), 0o400, ""},
		{"a file that the group may read", secret, 0o440, "others may read"},
		{"a file that all may read", secret, 0o644, "others may read"},
		{"an empty file", nil, 0o400, "holds no key"},
		{"a key of 16 bytes", secret[:16], 0o400, "holds no key"},
		{"33 bytes", append(bytes.Clone(secret), 1), 0o400, "holds no key"},
		{"two keys in one file", append(bytes.Clone(digits), digits...), 0o400, "holds no key"},
		{"a password", []byte("correct horse battery staple"), 0o400, "holds no key"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "k.key")
			require.NoError(t, os.WriteFile(file, test.content, 0o600))
			require.NoError(t, os.Chmod(file, test.mode))
			keys, err := LoadKeys([]string{file})
			if test.refused == "" {
				require.NoError(t, err)
				require.Equal(t, secret, keys[0].Secret)
				return
			}
			require.ErrorContains(t, err, test.refused)
			require.NotContains(t, err.Error(), "horse")
		})
	}
}

func TestKeysThatCannotBe(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	one := filepath.Join(dir, "one.key")
	_, err := NewKey(one)
	require.NoError(t, err)
	content, err := os.ReadFile(one)
	require.NoError(t, err)
	two := filepath.Join(dir, "two.key")
	require.NoError(t, os.WriteFile(two, content, 0o400))
	_, err = LoadKeys([]string{one, two})
	require.ErrorContains(t, err, "hold the same key")
	_, err = LoadKeys([]string{dir})
	require.ErrorContains(t, err, "is no file")
	// Somebody has taken the setting for the key itself. What it was must not stand in a log.
	_, err = LoadKeys([]string{string(bytes.TrimSpace(content))})
	require.ErrorContains(t, err, "names files")
	require.NotContains(t, err.Error(), string(content[:20]))
}

func FuzzCodec(f *testing.F) {
	c, err := newCipher([]Key{key("b", 2), key("a", 1)})
	require.NoError(f, err)
	sealed, err := c.Encode([]*commonpb.Payload{{Metadata: map[string][]byte{"encoding": []byte("json/plain")}, Data: []byte(`"text"`)}})
	require.NoError(f, err)
	f.Add(sealed[0].GetData(), encryptedEncoding, key("b", 2).Fingerprint())
	f.Add(sealed[0].GetData()[:13], encryptedEncoding, key("b", 2).Fingerprint())
	f.Add([]byte(nil), encryptedEncoding, key("a", 1).Fingerprint())
	f.Add([]byte(`{"a":1}`), "json/plain", "")
	f.Fuzz(func(t *testing.T, data []byte, encoding, name string) {
		p := &commonpb.Payload{Metadata: map[string][]byte{converter.MetadataEncoding: []byte(encoding), encryptedKey: []byte(name)}, Data: data}
		opened, err := c.Decode([]*commonpb.Payload{p, nil})
		require.NoError(t, err, "an error would end the workflow")
		require.Len(t, opened, 2)
		again, err := c.Encode([]*commonpb.Payload{p})
		require.NoError(t, err)
		back, err := c.Decode(again)
		require.NoError(t, err)
		require.Equal(t, string(data), string(back[0].GetData()))
		require.Equal(t, encoding, string(back[0].GetMetadata()[converter.MetadataEncoding]))
	})
}
