package commands

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"
)

// Key is a key for what the engine stores. Its name stands beside what it encrypted, so that keys can be changed.
type Key struct {
	Name   string
	Secret []byte // 32 bytes
}

// payloadCipher encrypts payloads with AES-256-GCM.
type payloadCipher struct {
	first string
	keys  map[string]cipher.AEAD
}

const (
	encryptedEncoding = "binary/milepost-aes256gcm"
	encryptedKey      = "milepost-key"
)

var _ converter.PayloadCodec = payloadCipher{}

func newCipher(keys []Key) (payloadCipher, error) {
	c := payloadCipher{first: keys[0].Name, keys: map[string]cipher.AEAD{}}
	for _, k := range keys {
		if len(k.Secret) != 32 {
			return c, fmt.Errorf("key %s: want 32 bytes, have %d", k.Name, len(k.Secret))
		}
		block, err := aes.NewCipher(k.Secret)
		if err != nil {
			return c, fmt.Errorf("key %s: %w", k.Name, err)
		}
		if c.keys[k.Name], err = cipher.NewGCM(block); err != nil {
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

// Decode decrypts what Encode encrypted, and leaves alone what was stored before there were keys.
func (c payloadCipher) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	return eachPayload(payloads, func(p *commonpb.Payload) (*commonpb.Payload, error) {
		if string(p.GetMetadata()[converter.MetadataEncoding]) != encryptedEncoding {
			return p, nil
		}
		name := string(p.GetMetadata()[encryptedKey])
		key, ok := c.keys[name]
		if !ok {
			return nil, fmt.Errorf("a payload is encrypted with the key %q, which is not configured", name)
		}
		if len(p.GetData()) < key.NonceSize() {
			return nil, errors.New("an encrypted payload is cut short")
		}
		plain, err := key.Open(nil, p.GetData()[:key.NonceSize()], p.GetData()[key.NonceSize():], nil)
		if err != nil {
			return nil, fmt.Errorf("decrypt a payload: %w", err)
		}
		var q commonpb.Payload
		return &q, proto.Unmarshal(plain, &q)
	})
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
