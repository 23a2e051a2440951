package files

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
)

// Draft is content that has been received whole and is not kept yet. It takes room on disk, not in memory, and is
// gone when it is closed or the process ends.
type Draft struct {
	Digest string // SHA-256, in hexadecimal digits
	Size   int64
	file   *os.File
}

// ErrTooLarge says that more was sent than may be.
var ErrTooLarge = errors.New("the content is too large")

// ErrReceiving marks an error of the sender's side: the content did not come whole.
var ErrReceiving = errors.New("the content did not arrive whole")

// Receive reads content, at most so many bytes.
func (s *Shelf) Receive(ctx context.Context, content io.Reader, most int64) (*Draft, error) {
	file, err := s.spool()
	if err != nil {
		return nil, fmt.Errorf("receive a file: %w", err)
	}
	d := &Draft{file: file}
	sum := sha256.New()
	d.Size, err = io.Copy(io.MultiWriter(file, sum), io.LimitReader(sender{ctx, content}, most+1))
	switch {
	case err != nil:
		return nil, errors.Join(fmt.Errorf("receive a file: %w", err), file.Close())
	case d.Size > most:
		return nil, errors.Join(ErrTooLarge, file.Close())
	}
	d.Digest = hex.EncodeToString(sum.Sum(nil))
	return d, nil
}

// Content reads the draft from its beginning.
func (d *Draft) Content() *io.SectionReader { return io.NewSectionReader(d.file, 0, d.Size) }

// Close gives the room back.
func (d *Draft) Close() error { return d.file.Close() }

// sender tells errors of reading from those of writing, and stops with the context.
type sender struct {
	ctx context.Context
	io.Reader
}

// Read reads what the sender sends.
func (s sender) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrReceiving, err)
	}
	n, err := s.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("%w: %w", ErrReceiving, err)
	}
	return n, err
}
