package files_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"milepost/files"
)

// clamd speaks clamd's part of INSTREAM, knows the test virus, and takes so many bytes.
func clamd(t *testing.T, network, address string, most int) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), network, address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close() //nolint:errcheck // a test
				_, _ = io.WriteString(conn, scanned(conn, most)+"\x00")
			}()
		}
	}()
	return network + "://" + l.Addr().String()
}

func scanned(conn net.Conn, most int) string {
	command := make([]byte, len("zINSTREAM\x00"))
	if _, err := io.ReadFull(conn, command); err != nil || string(command) != "zINSTREAM\x00" {
		return "UNKNOWN COMMAND"
	}
	var content bytes.Buffer
	for {
		var length uint32
		if err := binary.Read(conn, binary.BigEndian, &length); err != nil {
			return "ERROR"
		}
		if length == 0 {
			break
		}
		if content.Len()+int(length) > most {
			_, _ = io.Copy(io.Discard, io.LimitReader(conn, int64(length)))
			return "INSTREAM size limit exceeded. ERROR"
		}
		if _, err := io.CopyN(&content, conn, int64(length)); err != nil {
			return "ERROR"
		}
	}
	if bytes.Contains(content.Bytes(), []byte(eicar)) {
		return "stream: Eicar-Test-Signature FOUND"
	}
	return "stream: OK"
}

func scanner(t *testing.T, setting string) files.Scanner {
	t.Helper()
	s, err := files.NewScanner(setting)
	require.NoError(t, err)
	return s
}

func TestClamd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what, content, found, err string
		network, address          string
	}{
		{"clean content", "harmless", "", "", "tcp", "127.0.0.1:0"},
		{"content of several pieces", strings.Repeat("harmless ", 50_000), "", "", "tcp", "127.0.0.1:0"},
		{"the test virus", eicar, "Eicar-Test-Signature", "", "tcp", "127.0.0.1:0"},
		{"the test virus across two pieces", strings.Repeat("x", 64<<10-20) + eicar, "Eicar-Test-Signature", "", "tcp", "127.0.0.1:0"},
		{"over a socket of the machine", eicar, "Eicar-Test-Signature", "", "unix", filepath.Join(t.TempDir(), "clamd.sock")},
		{"more than clamd takes", strings.Repeat("x", 900_000), "", "clamd", "tcp", "127.0.0.1:0"},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			found, err := scanner(t, clamd(t, c.network, c.address, 800_000)).Scan(t.Context(), strings.NewReader(c.content))
			require.Equal(t, c.found, found)
			if c.err == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, c.err)
			}
		})
	}
}

func TestNoVerdictIsNeverClean(t *testing.T) {
	t.Parallel()
	address := clamd(t, "tcp", "127.0.0.1:0", 1<<20)
	t.Run("when the content cannot be read", func(t *testing.T) {
		t.Parallel()
		_, err := scanner(t, address).Scan(t.Context(), io.MultiReader(strings.NewReader("x"), iotest.ErrReader(io.ErrNoProgress)))
		require.ErrorIs(t, err, io.ErrNoProgress)
	})
	t.Run("when nobody waits any more", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := scanner(t, address).Scan(ctx, strings.NewReader("x"))
		require.Error(t, err)
	})
	t.Run("when clamd is away", func(t *testing.T) {
		t.Parallel()
		_, err := scanner(t, "unix://"+filepath.Join(t.TempDir(), "nothing")).Scan(t.Context(), strings.NewReader("x"))
		require.ErrorContains(t, err, "clamd")
	})
	for _, said := range []string{"", "stream: ", "stream:  FOUND", "OK", "stream: OKAY", "stream: Access denied. ERROR"} {
		t.Run("when clamd says "+said, func(t *testing.T) {
			t.Parallel()
			l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
			require.NoError(t, err)
			t.Cleanup(func() { _ = l.Close() })
			go func() {
				conn, err := l.Accept()
				if err == nil {
					_, _ = io.ReadFull(conn, make([]byte, len("zINSTREAM\x00")+4+1+4))
					_, _ = io.WriteString(conn, said+"\x00")
					_ = conn.Close()
				}
			}()
			found, err := scanner(t, "tcp://"+l.Addr().String()).Scan(t.Context(), strings.NewReader("x"))
			require.Error(t, err)
			require.Empty(t, found)
		})
	}
}

func TestScannersThatSettingsName(t *testing.T) {
	t.Parallel()
	none, err := files.NewScanner("")
	require.NoError(t, err)
	require.Nil(t, none)
	found, err := scanner(t, files.Unscanned).Scan(t.Context(), strings.NewReader(eicar))
	require.NoError(t, err)
	require.Empty(t, found, "all counts as clean")
	for _, setting := range []string{"clamd", "tcp://", "http://127.0.0.1:3310"} {
		_, err := files.NewScanner(setting)
		require.Error(t, err, setting)
	}
}
