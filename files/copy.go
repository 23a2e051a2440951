package files

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Copied is how much a copy of a shelf took.
type Copied struct {
	Files int
	Bytes int64
	There int // files that were there already
}

// Copy copies all content of a shelf to another that does not have it. Content is the same under the same digest, so a
// copy of yesterday has most of it. Content that is not what its digest says is copied by nobody: an error.
func (s *Shelf) Copy(ctx context.Context, to *Shelf) (done Copied, err error) {
	err = s.Each(ctx, time.Time{}, func(page []Content) error {
		for _, c := range page {
			size, err := to.Has(ctx, c.Digest)
			switch {
			case err == nil && size == c.Size:
				done.There++
				continue
			case err != nil && !errors.Is(err, ErrMissing):
				return err
			}
			switch err := s.copyOne(ctx, to, c); {
			case errors.Is(err, ErrMissing): // removed meanwhile: nobody needs it
			case err != nil:
				return fmt.Errorf("copy %s: %w", c.Digest, err)
			default:
				done.Files++
				done.Bytes += c.Size
			}
		}
		return nil
	})
	return done, err
}

func (s *Shelf) copyOne(ctx context.Context, to *Shelf, c Content) error {
	r, err := s.Open(ctx, c.Digest)
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // only read
	d, err := to.Receive(ctx, r, c.Size)
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // it is kept by then, or not wanted
	if d.Digest != c.Digest {
		return errors.New("it is not what its digest says; look into it with `milepost verify`")
	}
	return to.Keep(ctx, d)
}
