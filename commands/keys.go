package commands

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Key is a key for what the engine stores.
type Key struct {
	Name   string // for people: that of its file
	Secret []byte // 32 bytes
}

const keySize = 32

// Fingerprint tells a key from others and says nothing of it. A file that is renamed keeps it.
func (k Key) Fingerprint() string {
	sum := sha256.Sum256(append([]byte("milepost/key/1\x00"), k.Secret...))
	return hex.EncodeToString(sum[:6])
}

// LoadKeys reads keys from their files: 32 bytes, raw or as 64 hexadecimal digits. A file that others may read is
// refused, and so is the same key twice. The errors never tell what is in a file.
func LoadKeys(files []string) ([]Key, error) {
	var keys []Key
	known := map[string]string{}
	for _, file := range files {
		k, err := loadKey(file)
		if err != nil {
			return nil, err
		}
		if twin, twice := known[k.Fingerprint()]; twice {
			return nil, fmt.Errorf("temporal.keys: %s and %s hold the same key", twin, file)
		}
		known[k.Fingerprint()] = file
		keys = append(keys, k)
	}
	return keys, nil
}

func loadKey(file string) (Key, error) {
	f, err := os.Open(file) //nolint:gosec // the operator names the file
	if err != nil {
		return Key{}, fmt.Errorf("temporal.keys names files of keys, and this one cannot be read: %w", errors.Unwrap(err))
	}
	defer f.Close() //nolint:errcheck // it was read only
	info, err := f.Stat()
	if err != nil {
		return Key{}, fmt.Errorf("temporal.keys: %w", err)
	}
	if !info.Mode().IsRegular() {
		return Key{}, fmt.Errorf("temporal.keys: %s is no file", file)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return Key{}, fmt.Errorf("temporal.keys: others may read %s; `chmod 0400` it, and take another key if they have", file)
	}
	content := make([]byte, 2*keySize+3) // one byte more than any key may have
	n, err := f.Read(content)
	if err != nil && n > 0 {
		return Key{}, fmt.Errorf("temporal.keys: %w", err)
	}
	secret, ok := readSecret(content[:n])
	if !ok {
		return Key{}, fmt.Errorf("temporal.keys: %s holds no key: 32 bytes are wanted, raw or as 64 hexadecimal digits; `milepost key new` makes one", file)
	}
	return Key{Name: nameOfKey(file), Secret: secret}, nil
}

func readSecret(content []byte) (secret []byte, ok bool) {
	if len(content) == keySize {
		return content, true
	}
	secret, err := hex.DecodeString(string(bytes.TrimRight(content, "\r\n")))
	return secret, err == nil && len(secret) == keySize
}

func nameOfKey(file string) string { return strings.TrimSuffix(filepath.Base(file), ".key") }

// NewKey makes a key and writes it to a new file that only its owner may read. It is on disk when this returns.
func NewKey(file string) (Key, error) {
	k := Key{Name: nameOfKey(file), Secret: make([]byte, keySize)}
	_, _ = rand.Read(k.Secret)                                            // never fails
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o400) //nolint:gosec // the operator names the file
	if errors.Is(err, fs.ErrExist) {
		return k, fmt.Errorf("%s is there already; a key that is overwritten takes with it what it encrypted", file)
	}
	if err != nil {
		return k, err
	}
	_, err = f.WriteString(hex.EncodeToString(k.Secret) + "\n")
	return k, errors.Join(err, f.Sync(), f.Close())
}
