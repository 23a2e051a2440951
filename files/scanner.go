package files

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// Scanner looks for viruses. It returns what it calls the one it found, "" for clean content; an error says that it
// came to no verdict, and that the content is to be scanned again.
type Scanner interface {
	Scan(ctx context.Context, content io.Reader) (found string, err error)
}

// Unscanned is the setting under which everything counts as clean.
const Unscanned = "none"

// NewScanner makes the scanner that a setting names: "tcp://host:port" or "unix:///path" of clamd, Unscanned, or ""
// for none, with which nothing is ever clean.
func NewScanner(setting string) (Scanner, error) {
	network, address, _ := strings.Cut(setting, "://")
	switch {
	case setting == "":
		return nil, nil //nolint:nilnil // there is none, and that is no error
	case setting == Unscanned:
		return trusting{}, nil
	case (network == "tcp" || network == "unix") && address != "":
		return clamd{network, address}, nil
	default:
		return nil, fmt.Errorf("files.scanner must be tcp://host:port or unix:///path of clamd, or none; not %q", setting)
	}
}

// trusting finds everything clean.
type trusting struct{}

func (trusting) Scan(context.Context, io.Reader) (string, error) { return "", nil }

// clamd is the daemon of ClamAV, asked with INSTREAM: content goes over in pieces, each behind its length, and a
// piece of length zero ends it.
type clamd struct{ network, address string }

const (
	scanPiece   = 64 << 10
	scanPatient = 2 * time.Minute // for one piece, or the verdict
)

// Scan sends content to clamd.
func (c clamd) Scan(ctx context.Context, content io.Reader) (string, error) {
	conn, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(ctx, c.network, c.address)
	if err != nil {
		return "", fmt.Errorf("clamd: %w", err)
	}
	defer conn.Close() //nolint:errcheck // nothing is pending
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	if err := send(ctx, conn, content); err != nil {
		if unread, ok := errors.AsType[unreadable](err); ok {
			return "", unread.error
		}
		// clamd says why it hung up, as when content is longer than it takes.
		if verdict, _ := hear(conn); verdict != "" {
			err = errors.New(verdict)
		}
		return "", fmt.Errorf("clamd: %w", err)
	}
	verdict, err := hear(conn)
	if err != nil {
		return "", fmt.Errorf("clamd: %w", err)
	}
	return judge(verdict)
}

// judge reads a verdict: "stream: OK", "stream: Eicar-Test-Signature FOUND", or an error in words.
func judge(verdict string) (found string, err error) {
	said, ok := strings.CutPrefix(verdict, "stream: ")
	name, infected := strings.CutSuffix(said, " FOUND")
	switch {
	case ok && said == "OK":
		return "", nil
	case ok && infected && name != "":
		return name, nil
	default:
		return "", fmt.Errorf("clamd came to no verdict: %q", verdict)
	}
}

// unreadable is an error of the content, not of clamd.
type unreadable struct{ error }

func send(ctx context.Context, conn net.Conn, content io.Reader) error {
	if _, err := conn.Write([]byte("zINSTREAM\x00")); err != nil {
		return err
	}
	piece := make([]byte, 4+scanPiece)
	for {
		if err := ctx.Err(); err != nil {
			return unreadable{err}
		}
		n, err := io.ReadFull(content, piece[4:])
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return unreadable{err}
		}
		binary.BigEndian.PutUint32(piece, uint32(n)) //nolint:gosec // at most scanPiece
		if err := conn.SetDeadline(time.Now().Add(scanPatient)); err != nil {
			return err
		}
		if _, err := conn.Write(piece[:4+n]); err != nil {
			return err
		}
		if n == 0 {
			return nil // the piece of length zero has been sent
		}
	}
}

// hear reads what clamd says, up to its NUL.
func hear(conn net.Conn) (string, error) {
	if err := conn.SetReadDeadline(time.Now().Add(scanPatient)); err != nil {
		return "", err
	}
	said, err := bufio.NewReader(io.LimitReader(conn, 4096)).ReadBytes(0)
	if err != nil && (!errors.Is(err, io.EOF) || len(said) == 0) {
		return "", err
	}
	return string(bytes.TrimRight(said, "\x00\n")), nil
}
