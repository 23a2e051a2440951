// Package files keeps what people upload: content under its own digest in a folder or a bucket, checked before it is
// kept and given out only by who asks the record first. It knows neither who may see a file nor what it belongs to.
package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/gcerrors"
)

// Shelf is where content is kept, each under its SHA-256. It is safe for many goroutines and processes.
type Shelf struct {
	bucket *blob.Bucket
	root   string // the folder; "" when it is no folder of ours
	spool  func() (*os.File, error)
}

// Open opens "file:///folder", which is made where it is missing, or any other address whose driver is built in
// ("s3://bucket?region=…" with the build tag s3). A folder is absolute: every process and every operator means the same.
func Open(ctx context.Context, address string) (*Shelf, error) {
	if address == "" {
		return nil, errors.New("files.url is not set: file:///folder, which API, workers and operators share (MILEPOST_FILES__URL)")
	}
	folder, local := strings.CutPrefix(address, "file://")
	if !local {
		bucket, err := blob.OpenBucket(ctx, address)
		if err != nil {
			scheme, _, _ := strings.Cut(address, "://")
			return nil, fmt.Errorf("files.url: %s:// cannot be opened (file:// always can; s3:// needs a program built with -tags s3): %w", scheme, err)
		}
		return &Shelf{bucket: bucket, spool: func() (*os.File, error) { return unnamed("") }}, nil
	}
	if !filepath.IsAbs(folder) {
		return nil, errors.New("files.url must name a folder from the root on, file:///folder: API, workers and operators share it")
	}
	root := filepath.Clean(folder)
	if err := makeFolder(root); err != nil {
		return nil, fmt.Errorf("files.url: %w", err)
	}
	// Nothing beside the content itself; and its temporary name in the same folder, so that renaming is one step.
	bucket, err := fileblob.OpenBucket(root, &fileblob.Options{NoTempDir: true, Metadata: fileblob.MetadataDontWrite, DirFileMode: 0o750})
	if err != nil {
		return nil, fmt.Errorf("files.url: %w", err)
	}
	return &Shelf{bucket: bucket, root: root, spool: func() (*os.File, error) { return unnamed(root) }}, nil
}

// Close gives the connection back.
func (s *Shelf) Close() error { return s.bucket.Close() }

// ErrMissing says that there is no such content on the shelf.
var ErrMissing = errors.New("the content is not on the shelf")

// Full tells whether an error says that there is no room left.
func Full(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) }

// unnamed makes a file that vanishes with the process, whatever becomes of it.
func unnamed(folder string) (*os.File, error) {
	f, err := os.CreateTemp(folder, temporary+"*")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// temporary begins the names of files that are being received.
const temporary = "receiving-"

// keyOf is where content stands: folders of 256 keep each of them small.
func keyOf(digest string) string { return digest[:2] + "/" + digest[2:4] + "/" + digest }

var digestForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Keep puts a draft on the shelf. When it returns, the content survives a loss of power; whoever names it in a
// record does so afterwards. What is there under the digest already is written again: after a crash nothing else
// tells whether it is whole.
func (s *Shelf) Keep(ctx context.Context, d *Draft) error {
	key := keyOf(d.Digest)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if s.root != "" {
		if err := makeFolder(filepath.Dir(filepath.Join(s.root, filepath.FromSlash(key)))); err != nil {
			return fmt.Errorf("keep %s: %w", d.Digest, err)
		}
	}
	var file *os.File
	w, err := s.bucket.NewWriter(ctx, key, &blob.WriterOptions{
		ContentType:                 "application/octet-stream",
		DisableContentTypeDetection: true,
		BeforeWrite:                 func(as func(any) bool) error { as(&file); return nil },
	})
	if err != nil {
		return fmt.Errorf("keep %s: %w", d.Digest, err)
	}
	_, err = io.Copy(w, d.Content())
	if err == nil && s.root != "" {
		// The driver renames without waiting for the disk: after a loss of power the name could stand for nothing.
		if file == nil {
			err = errors.New("the driver gives no file to sync")
		} else {
			err = file.Sync()
		}
	}
	if err != nil {
		cancel() // nothing half written stays
		return errors.Join(fmt.Errorf("keep %s: %w", d.Digest, err), ignoreCancelled(w.Close()))
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("keep %s: %w", d.Digest, err)
	}
	if s.root != "" {
		if err := syncFolder(filepath.Dir(filepath.Join(s.root, filepath.FromSlash(key)))); err != nil {
			return fmt.Errorf("keep %s: %w", d.Digest, err)
		}
	}
	return nil
}

func ignoreCancelled(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// makeFolder makes a folder with all above it, each name of which is on disk before it returns.
func makeFolder(name string) error {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return nil
	}
	above := filepath.Dir(name)
	if above != name {
		if err := makeFolder(above); err != nil {
			return err
		}
	}
	if err := os.Mkdir(name, 0o750); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return syncFolder(above)
}

func syncFolder(name string) error {
	f, err := os.Open(name) //nolint:gosec // a folder of the shelf
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Has tells the size of content on the shelf; ErrMissing when there is none.
func (s *Shelf) Has(ctx context.Context, digest string) (size int64, err error) {
	a, err := s.bucket.Attributes(ctx, keyOf(digest))
	if err != nil {
		return 0, missing(err)
	}
	return a.Size, nil
}

// Open gives content out, from any place of it.
func (s *Shelf) Open(ctx context.Context, digest string) (io.ReadSeekCloser, error) {
	r, err := s.bucket.NewReader(ctx, keyOf(digest), nil)
	if err != nil {
		return nil, missing(err)
	}
	return r, nil
}

// Remove takes content off the shelf; that there is none is no error.
func (s *Shelf) Remove(ctx context.Context, digest string) error {
	if err := missing(s.bucket.Delete(ctx, keyOf(digest))); err != nil && !errors.Is(err, ErrMissing) {
		return err
	}
	return nil
}

func missing(err error) error {
	if gcerrors.Code(err) == gcerrors.NotFound {
		return fmt.Errorf("%w: %w", ErrMissing, err)
	}
	return err
}

// Content is one piece of content on the shelf.
type Content struct {
	Digest  string
	Size    int64
	Written time.Time
}

// Each gives all content on the shelf to f in pages, by digest. What a crash left half written and is older than a
// day is removed on the way.
func (s *Shelf) Each(ctx context.Context, now time.Time, f func(page []Content) error) error {
	const page = 500
	for token := blob.FirstPageToken; len(token) > 0; {
		objects, next, err := s.bucket.ListPage(ctx, token, page, nil)
		if err != nil {
			return fmt.Errorf("list the shelf: %w", err)
		}
		var found []Content
		for _, o := range objects {
			digest := o.Key[strings.LastIndex(o.Key, "/")+1:]
			switch {
			case o.IsDir:
			case digestForm.MatchString(digest) && o.Key == keyOf(digest):
				found = append(found, Content{digest, o.Size, o.ModTime})
			case halfWritten(o.Key) && now.Sub(o.ModTime) > Abandoned:
				if err := s.bucket.Delete(ctx, o.Key); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
					return fmt.Errorf("list the shelf: %w", err)
				}
			}
		}
		if len(found) > 0 {
			if err := f(found); err != nil {
				return err
			}
		}
		token = next
	}
	return nil
}

// Abandoned is the age at which content that nobody has named is removed: no upload takes that long.
const Abandoned = 24 * time.Hour

// halfWritten knows the names under which the folder's driver writes, <digest>.tmp…, and we receive. Whatever else
// stands in the folder is somebody's, and is left alone.
func halfWritten(key string) bool {
	name := key[strings.LastIndex(key, "/")+1:]
	return strings.HasPrefix(name, temporary) || len(name) > 64 && digestForm.MatchString(name[:64])
}
