package files_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/files"
)

// newShelf is a shelf in a folder that is not there yet.
func newShelf(t *testing.T) (*files.Shelf, string) {
	t.Helper()
	root := filepath.Join(t.TempDir(), "deep", "files")
	return openShelf(t, root), root
}

func openShelf(t *testing.T, root string) *files.Shelf {
	t.Helper()
	s, err := files.Open(t.Context(), "file://"+root)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func receive(t *testing.T, s *files.Shelf, content []byte) *files.Draft {
	t.Helper()
	d, err := s.Receive(t.Context(), bytes.NewReader(content), 1<<20)
	require.NoError(t, err)
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// names are all files of a folder.
func names(t *testing.T, root string) []string {
	t.Helper()
	var found []string
	require.NoError(t, filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			path, err = filepath.Rel(root, path)
			found = append(found, path)
		}
		return err
	}))
	return found
}

func TestContentIsKeptUnderItsDigest(t *testing.T) {
	t.Parallel()
	s, root := newShelf(t)
	content := pdf("内容")
	sum := sha256.Sum256(content)
	digest := hex.EncodeToString(sum[:])
	d := receive(t, s, content)
	require.Equal(t, digest, d.Digest)
	require.Equal(t, int64(len(content)), d.Size)
	require.Empty(t, names(t, root), "what is received has no name")
	_, err := s.Has(t.Context(), digest)
	require.ErrorIs(t, err, files.ErrMissing)
	_, err = s.Open(t.Context(), digest)
	require.ErrorIs(t, err, files.ErrMissing)

	require.NoError(t, s.Keep(t.Context(), d))
	require.Equal(t, []string{digest[:2] + "/" + digest[2:4] + "/" + digest}, names(t, root), "the content, and nothing beside it")
	info, err := os.Stat(filepath.Join(root, digest[:2]))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o750), info.Mode().Perm())
	size, err := s.Has(t.Context(), digest)
	require.NoError(t, err)
	require.Equal(t, d.Size, size)

	r, err := s.Open(t.Context(), digest)
	require.NoError(t, err)
	_, err = r.Seek(-6, io.SeekEnd)
	require.NoError(t, err)
	end, err := io.ReadAll(r)
	require.NoError(t, err)
	require.Equal(t, "%%EOF\n", string(end))
	require.NoError(t, r.Close())

	require.NoError(t, s.Remove(t.Context(), digest))
	require.NoError(t, s.Remove(t.Context(), digest), "there is none, and that is no error")
	require.Empty(t, names(t, root))
}

// After a loss of power a file may stand under its digest with another content; the next upload of the same mends it.
func TestContentIsWrittenAgainWhateverIsThere(t *testing.T) {
	t.Parallel()
	s, root := newShelf(t)
	d := receive(t, s, []byte("whole content"))
	require.NoError(t, s.Keep(t.Context(), d))
	place := filepath.Join(root, names(t, root)[0])
	require.NoError(t, os.WriteFile(place, nil, 0o600))
	require.NoError(t, s.Keep(t.Context(), d))
	kept, err := os.ReadFile(place)
	require.NoError(t, err)
	require.Equal(t, "whole content", string(kept))
}

func TestWhatDoesNotComeWholeIsNotReceived(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what    string
		content io.Reader
		err     error
	}{
		{"one byte too many", strings.NewReader(strings.Repeat("x", 101)), files.ErrTooLarge},
		{"a sender that goes away", io.MultiReader(strings.NewReader("half"), iotest.ErrReader(io.ErrUnexpectedEOF)), files.ErrReceiving},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			s, root := newShelf(t)
			_, err := s.Receive(t.Context(), c.content, 100)
			require.ErrorIs(t, err, c.err)
			require.Empty(t, names(t, root))
		})
	}
	s, _ := newShelf(t)
	d, err := s.Receive(t.Context(), strings.NewReader(strings.Repeat("x", 100)), 100)
	require.NoError(t, err, "as much as there may be")
	require.NoError(t, d.Close())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.Receive(ctx, strings.NewReader("x"), 100)
	require.ErrorIs(t, err, files.ErrReceiving)
}

func TestADiskThatIsFullKeepsNothing(t *testing.T) {
	t.Parallel()
	s, root := newShelf(t)
	s.ReceiveOn(func() (*os.File, error) { return os.OpenFile("/dev/full", os.O_RDWR, 0) })
	_, err := s.Receive(t.Context(), strings.NewReader("x"), 100)
	require.True(t, files.Full(err), "%v", err)
	require.NotErrorIs(t, err, files.ErrReceiving)
	require.Empty(t, names(t, root))
}

// TestAShelfThatIsFull fills a disk of its own; where that cannot be made, it is not run.
func TestAShelfThatIsFull(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	if err := syscall.Mount("tmpfs", root, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("no disk can be mounted here: %v", err)
	}
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(root, syscall.MNT_DETACH)) })
	s := openShelf(t, root)
	s.ReceiveOn(func() (*os.File, error) { return os.CreateTemp(t.TempDir(), "") })
	large, err := s.Receive(t.Context(), bytes.NewReader(make([]byte, 1<<20)), 1<<20)
	require.NoError(t, err)
	err = s.Keep(t.Context(), large)
	require.True(t, files.Full(err), "%v", err)
	require.Empty(t, names(t, root), "no half file")
	require.NoError(t, s.Keep(t.Context(), receive(t, s, []byte("small"))))
}

func TestManyMayKeepTheSameAtOnce(t *testing.T) {
	t.Parallel()
	s, root := newShelf(t)
	d := receive(t, s, bytes.Repeat([]byte("content "), 10_000))
	var all sync.WaitGroup
	errs := make([]error, 16)
	for i := range errs {
		all.Go(func() { errs[i] = s.Keep(t.Context(), d) })
	}
	all.Wait()
	require.NoError(t, errors.Join(errs...))
	require.Len(t, names(t, root), 1)
}

func TestTheShelfIsListedAndTidied(t *testing.T) {
	t.Parallel()
	s, root := newShelf(t)
	d := receive(t, s, []byte("content"))
	require.NoError(t, s.Keep(t.Context(), d))
	now := time.Now()
	place := filepath.Join(root, d.Digest[:2], d.Digest[2:4])
	old, young, foreign := filepath.Join(place, d.Digest+".18b1.tmp"), filepath.Join(place, d.Digest+".18b2.tmp"), filepath.Join(root, "lost+found.txt")
	received := filepath.Join(root, "receiving-123")
	for _, name := range []string{old, young, foreign, received} {
		require.NoError(t, os.WriteFile(name, []byte("x"), 0o600))
	}
	for _, name := range []string{old, foreign, received} {
		require.NoError(t, os.Chtimes(name, now, now.Add(-25*time.Hour)))
	}
	var found []files.Content
	require.NoError(t, s.Each(t.Context(), now, func(page []files.Content) error {
		found = append(found, page...)
		return nil
	}))
	require.Len(t, found, 1)
	require.Equal(t, d.Digest, found[0].Digest)
	require.Equal(t, d.Size, found[0].Size)
	require.WithinDuration(t, now, found[0].Written, time.Minute)
	require.NoFileExists(t, old)
	require.NoFileExists(t, received)
	require.FileExists(t, young, "somebody may be writing it")
	require.FileExists(t, foreign, "it is none of ours")
}

func TestAnAddressThatCannotBeOpened(t *testing.T) {
	t.Parallel()
	_, err := files.Open(t.Context(), "nothing://somewhere")
	require.ErrorContains(t, err, "files.url: nothing://")
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err = files.Open(t.Context(), "file://"+filepath.Join(file, "files"))
	require.ErrorContains(t, err, "files.url")
}

func TestAShelfIsCopiedOnce(t *testing.T) {
	from, root := newShelf(t)
	to, _ := newShelf(t)
	for _, content := range []string{"first", "second", ""} {
		require.NoError(t, from.Keep(t.Context(), receive(t, from, []byte(content))))
	}
	done, err := from.Copy(t.Context(), to)
	require.NoError(t, err)
	require.Equal(t, files.Copied{Files: 3, Bytes: 11}, done)

	third := receive(t, from, []byte("third"))
	require.NoError(t, from.Keep(t.Context(), third))
	done, err = from.Copy(t.Context(), to)
	require.NoError(t, err)
	require.Equal(t, files.Copied{Files: 1, Bytes: 5, There: 3}, done)
	r, err := to.Open(t.Context(), third.Digest)
	require.NoError(t, err)
	defer r.Close() //nolint:errcheck // only read
	content, err := io.ReadAll(r)
	require.NoError(t, err)
	require.Equal(t, "third", string(content))

	spoilt := receive(t, from, []byte("spoilt"))
	require.NoError(t, from.Keep(t.Context(), spoilt))
	require.NoError(t, os.WriteFile(filepath.Join(root, spoilt.Digest[:2], spoilt.Digest[2:4], spoilt.Digest), []byte("SPOILT"), 0o600))
	_, err = from.Copy(t.Context(), to)
	require.ErrorContains(t, err, "not what its digest says")
}
