package worker

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"milepost/files"
	"milepost/store"
)

// files sees to it that every file on record has its content on the shelf, unchanged (I11). What was scanned or removed
// meanwhile is looked up again before anything is said.
func (v *Verify) files(ctx context.Context) error {
	if v.Shelf == nil {
		return nil
	}
	for after := ""; ; {
		kept, err := v.Store.KeptContents(ctx, after, 500)
		if err != nil || len(kept) == 0 {
			return err
		}
		for _, k := range kept {
			wrong, err := v.content(ctx, k)
			if err != nil {
				return fmt.Errorf("content %s: %w", k.Digest, err)
			}
			if wrong == nil {
				continue
			}
			unneeded, err := v.Store.Unneeded(ctx, []string{k.Digest})
			if err != nil {
				return err
			}
			if len(unneeded) == 0 {
				v.find("I11", "content "+k.Digest, wrong)
			}
		}
		after = kept[len(kept)-1].Digest
	}
}

// content reads one content to its end; wrong says what is the matter with it.
func (v *Verify) content(ctx context.Context, k store.KeptContent) (wrong, err error) {
	r, err := v.Shelf.Open(ctx, k.Digest)
	if errors.Is(err, files.ErrMissing) {
		return errors.New("it is on record and not on the shelf; bring it back from the backup"), nil
	}
	if err != nil {
		return nil, err
	}
	defer r.Close() //nolint:errcheck // only read
	sum := sha256.New()
	size, err := io.Copy(sum, r)
	switch {
	case err != nil:
		return nil, err
	case size != k.Size || hex.EncodeToString(sum.Sum(nil)) != k.Digest:
		return errors.New("it is not what was uploaded; bring it back from the backup"), nil
	}
	return nil, nil
}
