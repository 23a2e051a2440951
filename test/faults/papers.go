package faults

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"math/rand/v2"
	"net/http"
	"time"
)

// upload is a file that a client was told to be kept.
type upload struct {
	ID     string    `json:"upload"`
	Digest string    `json:"digest"`
	Told   time.Time `json:"told"`
}

// attached is an act with a file handed in, now and then. Where the file cannot be uploaded just now it goes without.
func (o *officials) attached(ctx context.Context, r *rand.Rand, project string, a act) (act, string, error) {
	if !a.files || r.IntN(3) > 0 {
		return a, "", nil
	}
	u, err := o.upload(ctx, r, project, a.who)
	if err != nil || u.ID == "" {
		return a, "", err
	}
	file := fields{"file": u.ID}
	body, _ := a.body.(fields) // as every act that takes files has it
	if papers, _ := body["papers"].([]string); len(papers) > 0 {
		file["paper"] = papers[0]
	}
	body = maps.Clone(body)
	body["files"] = []any{file}
	a.body = body
	return a, u.Digest, nil
}

// upload has somebody put a new picture among a project's files; the upload is zero when that did not succeed.
func (o *officials) upload(ctx context.Context, r *rand.Rand, project, who string) (upload, error) {
	dots := image.NewGray(image.Rect(0, 0, 8, 8))
	for i := range dots.Pix {
		dots.SetGray(i%8, i/8, color.Gray{uint8(r.UintN(256))})
	}
	var picture bytes.Buffer
	if err := png.Encode(&picture, dots); err != nil {
		return upload{}, err
	}
	door := o.public.Doors[r.IntN(len(o.public.Doors))]
	a, err := o.public.Once(ctx, door, who, http.MethodPost, "/projects/"+project+"/files?name=photo.png", "", picture.Bytes())
	if err != nil || (a.Status != http.StatusCreated && a.Status != http.StatusOK) {
		return upload{}, nil //nolint:nilerr // nothing was promised
	}
	var kept struct{ ID, Digest string }
	if err := json.Unmarshal(a.Body, &kept); err != nil {
		return upload{}, fmt.Errorf("a file that cannot be read: %w", err)
	}
	sum := sha256.Sum256(picture.Bytes())
	u := upload{ID: kept.ID, Digest: hex.EncodeToString(sum[:]), Told: time.Now()}
	if u.Digest != kept.Digest {
		o.complain(fmt.Errorf("%s was uploaded and is told to be %s", u.Digest, kept.Digest))
	}
	return u, o.journal.keep(u)
}
