package api_test

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/api"
	"milepost/domain"
)

func TestWhoAsksForMoreThanHisShareWaits(t *testing.T) {
	t.Parallel()
	s := serveWith(t, newCity(t), api.Config{PlainHTTP: true, Limits: api.Limits{User: 2, UserBurst: 5}})
	leader := s.as("leader")
	for range 5 {
		leader.get("/me").ok()
	}
	refused := leader.get("/me").refused(http.StatusTooManyRequests, "pace").by("OWN-237")
	require.Equal(t, "1", refused.header.Get("Retry-After"))
	s.as("office").get("/me").ok() // others are not concerned
	s.anyone().get("/clock").ok()
	s.wait(time.Second)
	leader.get("/me").ok()
	leader.get("/me").ok()
	leader.get("/me").refused(http.StatusTooManyRequests, "pace")
}

func TestAnAddressHasAShareToo(t *testing.T) {
	t.Parallel()
	s := serveWith(t, newCity(t), api.Config{PlainHTTP: true, Limits: api.Limits{Address: 1, AddressBurst: 3}})
	for range 3 {
		s.anyone().get("/clock").ok()
	}
	s.anyone().get("/clock").refused(http.StatusTooManyRequests, "pace").by("OWN-237")
	s.as("leader").get("/me").refused(http.StatusTooManyRequests, "pace")
	s.wait(time.Minute)
	s.as("leader").get("/me").ok()
}

// slow is a city whose engine takes its time.
type slow struct {
	*city
	hold   chan struct{}
	inside atomic.Int64
}

func (w *slow) Send(ctx context.Context, c domain.Command) (api.Receipt, error) {
	w.inside.Add(1)
	<-w.hold
	return w.city.Send(ctx, c)
}

// TestFiveTimesTooManyAreRefusedEarly has five times as many clients as there are places. Those without one are told at
// once; those who have one are answered.
func TestFiveTimesTooManyAreRefusedEarly(t *testing.T) {
	t.Parallel()
	const places = 8
	w := &slow{city: newCity(t), hold: make(chan struct{})}
	s := serveCommands(t, w.city, w, api.Config{PlainHTTP: true, Limits: api.Limits{AtOnce: places}})
	answers := make(chan *answer, 5*places)
	send := func(n int) {
		answers <- s.as("owner").with("Idempotency-Key", "many-clients-"+strconv.Itoa(n)).send(http.MethodPost, "/projects", declaration())
	}
	var all sync.WaitGroup
	for n := range places {
		all.Go(func() { send(n) })
	}
	require.Eventually(t, func() bool { return w.inside.Load() == places }, 20*time.Second, time.Millisecond)
	for n := range 4 * places {
		all.Go(func() { send(places + n) })
	}
	for range 4 * places { // while those inside are still waiting
		refused := <-answers
		require.Equal(t, http.StatusServiceUnavailable, refused.status)
		require.Equal(t, "overloaded", refused.body["code"])
		require.Equal(t, "1", refused.header.Get("Retry-After"))
	}
	require.EqualValues(t, places, w.inside.Load(), "nothing was begun for the others")
	close(w.hold)
	all.Wait()
	for range places {
		require.Equal(t, http.StatusCreated, (<-answers).status)
	}
	s.as("owner").with("Idempotency-Key", "many-clients-late").send(http.MethodPost, "/projects", declaration()).ok() // there is room again
}
