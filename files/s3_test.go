//go:build s3

package files_test

import (
	"bytes"
	"io"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/stretchr/testify/require"

	"milepost/files"
)

// newBucket is a shelf in a bucket that is spoken to as S3 is, signed requests over HTTP.
func newBucket(t *testing.T) *files.Shelf {
	t.Helper()
	backend := s3mem.New()
	require.NoError(t, backend.CreateBucket("milepost"))
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	s, err := files.Open(t.Context(), "s3://milepost?region=cn-north-1&use_path_style=true&endpoint="+server.URL)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func TestABucketKeepsWhatAFolderKeeps(t *testing.T) {
	s := newBucket(t)
	content := pdf("内容")
	d := receive(t, s, content)
	_, err := s.Has(t.Context(), d.Digest)
	require.ErrorIs(t, err, files.ErrMissing)
	_, err = s.Open(t.Context(), d.Digest)
	require.ErrorIs(t, err, files.ErrMissing)
	require.NoError(t, s.Remove(t.Context(), d.Digest), "that there is none is no error")

	require.NoError(t, s.Keep(t.Context(), d))
	require.NoError(t, s.Keep(t.Context(), receive(t, s, content)), "the same once more")
	size, err := s.Has(t.Context(), d.Digest)
	require.NoError(t, err)
	require.Equal(t, int64(len(content)), size)

	r, err := s.Open(t.Context(), d.Digest)
	require.NoError(t, err)
	_, err = r.Seek(3, io.SeekStart)
	require.NoError(t, err, "a download goes on from where it was cut")
	rest, err := io.ReadAll(r)
	require.NoError(t, err)
	require.True(t, bytes.Equal(content[3:], rest))
	require.NoError(t, r.Close())

	require.NoError(t, s.Remove(t.Context(), d.Digest))
	_, err = s.Has(t.Context(), d.Digest)
	require.ErrorIs(t, err, files.ErrMissing)
}

func TestABucketIsListedByPages(t *testing.T) {
	s := newBucket(t)
	const many = 1100 // more than two pages
	want := map[string]int64{}
	for i := range many {
		d := receive(t, s, []byte{'%', 'P', 'D', 'F', byte(i >> 8), byte(i)})
		require.NoError(t, s.Keep(t.Context(), d))
		want[d.Digest] = d.Size
	}
	found := map[string]int64{}
	pages := 0
	require.NoError(t, s.Each(t.Context(), time.Now(), func(page []files.Content) error {
		pages++
		for _, c := range page {
			require.NotContains(t, found, c.Digest, "listed twice")
			found[c.Digest] = c.Size
		}
		return nil
	}))
	require.Equal(t, want, found)
	require.Equal(t, 3, pages)
}
