package commands

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"fmt"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"
)

// payloadCipher encrypts payloads with AES-256-GCM. The fingerprint of the key stands beside what it encrypted, so that
// keys can be changed.
type payloadCipher struct {
	first string
	keys  map[string]cipher.AEAD // by fingerprint
}

const (
	encryptedEncoding = "binary/milepost-aes256gcm"
	encryptedKey      = "milepost-key"
)

var _ converter.PayloadCodec = payloadCipher{}

func newCipher(keys []Key) (payloadCipher, error) {
	c := payloadCipher{first: keys[0].Fingerprint(), keys: map[string]cipher.AEAD{}}
	for _, k := range keys {
		if len(k.Secret) != keySize {
			return c, fmt.Errorf("key %s: want %d bytes, have %d", k.Name, keySize, len(k.Secret))
		}
		block, err := aes.NewCipher(k.Secret)
		if err != nil {
			return c, fmt.Errorf("key %s: %w", k.Name, err)
		}
		if c.keys[k.Fingerprint()], err = cipher.NewGCM(block); err != nil {
			return c, fmt.Errorf("key %s: %w", k.Name, err)
		}
	}
	return c, nil
}

// Encode encrypts each payload whole, with its metadata.
func (c payloadCipher) Encode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	return eachPayload(payloads, func(p *commonpb.Payload) (*commonpb.Payload, error) {
		plain, err := proto.Marshal(p)
		if err != nil {
			return nil, err
		}
		key := c.keys[c.first]
		nonce := make([]byte, key.NonceSize(), key.NonceSize()+len(plain)+key.Overhead())
		_, _ = rand.Read(nonce) // never fails
		return &commonpb.Payload{
			Metadata: map[string][]byte{converter.MetadataEncoding: []byte(encryptedEncoding), encryptedKey: []byte(c.first)},
			Data:     key.Seal(nonce, nonce, plain, nil),
		}, nil
	})
}

// Decode decrypts what Encode encrypted, and leaves alone what was stored before there were keys. What it cannot
// open, because a key is missing, stays closed and fails whoever reads it: an error here would make the SDK end
// the workflow that it belongs to, and so a wrong setting would end every project.
func (c payloadCipher) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	return eachPayload(payloads, func(p *commonpb.Payload) (*commonpb.Payload, error) {
		key, ok := c.keys[string(p.GetMetadata()[encryptedKey])]
		if !ok || string(p.GetMetadata()[converter.MetadataEncoding]) != encryptedEncoding || len(p.GetData()) < key.NonceSize() {
			return p, nil
		}
		plain, err := key.Open(nil, p.GetData()[:key.NonceSize()], p.GetData()[key.NonceSize():], nil)
		if err != nil {
			return p, nil //nolint:nilerr // it stays closed
		}
		var q commonpb.Payload
		return &q, proto.Unmarshal(plain, &q)
	})
}

// KeyOf is the fingerprint of the key that a payload was encrypted with; "" of one that was not.
func KeyOf(p *commonpb.Payload) string {
	if string(p.GetMetadata()[converter.MetadataEncoding]) != encryptedEncoding {
		return ""
	}
	return string(p.GetMetadata()[encryptedKey])
}

func eachPayload(in []*commonpb.Payload, f func(*commonpb.Payload) (*commonpb.Payload, error)) ([]*commonpb.Payload, error) {
	out := make([]*commonpb.Payload, len(in))
	for i, p := range in {
		var err error
		if out[i], err = f(p); err != nil {
			return nil, err
		}
	}
	return out, nil
}
