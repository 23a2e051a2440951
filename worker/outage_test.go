package worker_test

import (
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/store"
)

// wire is a connection to a server that can be cut and mended.
type wire struct {
	t        *testing.T
	upstream string // host:port, or the path of a socket
	address  string

	mu       sync.Mutex
	listener net.Listener
	open     []net.Conn
}

func newWire(t *testing.T, upstream string) *wire {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	w := &wire{t: t, upstream: upstream, address: l.Addr().String()}
	require.NoError(t, l.Close())
	t.Cleanup(w.cut)
	return w
}

// mend lets connections through.
func (w *wire) mend() {
	w.t.Helper()
	l, err := (&net.ListenConfig{}).Listen(w.t.Context(), "tcp", w.address)
	require.NoError(w.t, err)
	w.mu.Lock()
	w.listener = l
	w.mu.Unlock()
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			network := "tcp"
			if strings.HasPrefix(w.upstream, "/") {
				network = "unix"
			}
			out, err := net.Dial(network, w.upstream) //nolint:noctx // it ends with the other side
			if err != nil {
				_ = in.Close()
				continue
			}
			w.mu.Lock()
			w.open = append(w.open, in, out)
			w.mu.Unlock()
			go pipe(in, out)
			go pipe(out, in)
		}
	}()
}

func pipe(to, from net.Conn) {
	_, err := io.Copy(to, from)
	if err == nil || errors.Is(err, net.ErrClosed) {
		_ = to.Close()
	}
}

// cut ends all connections and lets none through.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.listener != nil {
		_ = w.listener.Close()
		w.listener = nil
	}
	for _, c := range w.open {
		_ = c.Close()
	}
	w.open = nil
}

// engineAway starts a worker before there is an engine, lets it come, go and come again.
func engineAway(t *testing.T, address string) {
	wire := newWire(t, address)
	c := newCity(t, wire.address, domain.RealClock())
	c.gateway.Deadline = time.Second
	w, _ := c.start()
	receipt, err := c.gateway.Send(t.Context(), c.declaration("early"))
	require.NoError(t, err)
	require.True(t, receipt.Pending)
	require.ErrorContains(t, w.Ready(t.Context()), "hosting no entities")

	wire.mend()
	require.Equal(t, store.CommandDone, c.settled("early").State)
	require.NoError(t, w.Ready(t.Context()))

	wire.cut()
	pending, err := c.gateway.Send(t.Context(), c.paper("meanwhile", receipt.Entity))
	require.NoError(t, err)
	require.True(t, pending.Pending)
	wire.mend()
	require.Equal(t, store.CommandDone, c.settled("meanwhile").State)
	require.Equal(t, []string{"Declared", "PaperFiled"}, c.timeline(receipt.Entity))
	c.sound(receipt.Entity)
}
