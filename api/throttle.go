package api

import (
	"sync"
	"time"
)

// throttle counts failed sign-ins by account and by address. After too many within the window nothing more is
// tried until the window is over; nobody is locked out for good. Each process counts for itself.
type throttle struct {
	now    func() time.Time // real
	limit  int
	window time.Duration

	mu       sync.Mutex
	failures map[string]failure
}

type failure struct {
	count int
	until time.Time // when the count is forgotten
}

// mostCounted bounds the memory that an attacker can fill.
const mostCounted = 100_000

func newThrottle(limit int, window time.Duration, now func() time.Time) *throttle {
	return &throttle{now: now, limit: limit, window: window, failures: map[string]failure{}}
}

// wait is how long a key still has to wait; zero when it may try.
func (t *throttle) wait(key string) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	f, ok := t.failures[key]
	if !ok || f.count < t.limit {
		return 0
	}
	return max(f.until.Sub(t.now()), 0)
}

// fail counts a failure of each key; the window runs from the last one.
func (t *throttle) fail(keys ...string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if len(t.failures) >= mostCounted {
		t.forget(now)
	}
	for _, key := range keys {
		f := t.failures[key]
		if now.After(f.until) {
			f.count = 0
		}
		t.failures[key] = failure{f.count + 1, now.Add(t.window)}
	}
}

// clear forgets the failures of a key that has succeeded.
func (t *throttle) clear(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.failures, key)
}

// forget drops what is over; when nothing is, everything: better a few more tries than no memory.
func (t *throttle) forget(now time.Time) {
	for key, f := range t.failures {
		if now.After(f.until) {
			delete(t.failures, key)
		}
	}
	if len(t.failures) >= mostCounted {
		clear(t.failures)
	}
}
