package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestWhoSendsDropByDropIsCutOff has clients that send a header, or a body, a byte at a time and never end.
func TestWhoSendsDropByDropIsCutOff(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for the server's patience")
	}
	t.Parallel()
	l, err := listen(t.Context(), "listen", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- serve(ctx, l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			_, _ = io.WriteString(w, "ok")
		}))
	}()
	const clients = 50
	cut := make(chan time.Duration, clients)
	for range clients {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", l.Addr().String())
		require.NoError(t, err)
		go func() {
			defer conn.Close() //nolint:errcheck // it is cut off
			begun := time.Now()
			go func() {
				drip := time.NewTicker(100 * time.Millisecond)
				defer drip.Stop()
				for _, b := range []byte("GET / HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("a", 10_000)) {
					if _, err := conn.Write([]byte{b}); err != nil {
						return
					}
					<-drip.C
				}
			}()
			_, _ = io.Copy(io.Discard, conn) // until the server has had enough
			cut <- time.Since(begun)
		}()
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+l.Addr().String(), http.NoBody)
	require.NoError(t, err)
	a, err := http.DefaultClient.Do(request)
	require.NoError(t, err, "others are answered meanwhile")
	require.NoError(t, a.Body.Close())
	for range clients {
		select {
		case took := <-cut:
			require.Less(t, took, 20*time.Second)
		case <-time.After(30 * time.Second):
			require.Fail(t, "a client holds a connection for ever")
		}
	}
	stop()
	require.NoError(t, <-ended)
}
