package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"milepost/test/town"
)

// patience is how long a client asks again under the same key before it gives up.
const patience = 60 * time.Second

// send has somebody ask for something until it is known what became of it, and writes it into the journal. Now and
// then it is sent twice at once, through both doors.
func (o *officials) send(ctx context.Context, r *rand.Rand, c call) (call, error) {
	c.Invoked = time.Now()
	if err := o.journal.before(c); err != nil {
		return c, err
	}
	limit, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	hasty := r.IntN(7) == 0 // asks once and goes away
	pause := 50 * time.Millisecond
	for c.Outcome = unknown; c.Outcome == unknown && limit.Err() == nil && (c.Sent == 0 || !hasty); {
		doors := []string{o.public.Doors[r.IntN(len(o.public.Doors))]}
		if r.IntN(8) == 0 {
			doors = o.public.Doors
		}
		c.Sent += len(doors)
		for _, told := range o.through(limit, doors, c) {
			if err := c.learn(told); err != nil {
				o.complain(err)
			}
		}
		if c.Outcome == unknown && !hasty {
			select {
			case <-limit.Done():
			case <-time.After(pause/2 + rand.N(pause)):
				pause = min(2*pause, time.Second)
			}
		}
	}
	c.Told = time.Now()
	if c.Outcome == unknown {
		c.FirstSeq, c.LastSeq = 0, 0
	}
	return c, o.journal.after(c)
}

// through sends a call through doors at the same moment.
func (o *officials) through(ctx context.Context, doors []string, c call) []town.Answer {
	answers := make([]town.Answer, len(doors))
	var all sync.WaitGroup
	for i, door := range doors {
		all.Go(func() {
			a, err := o.public.Once(ctx, door, c.Who, http.MethodPost, c.Path, c.Key, c.Body)
			if err == nil {
				answers[i] = a
			}
		})
	}
	all.Wait()
	return answers
}

// learn takes in an answer. Two answers that contradict each other are an error, whatever else is true.
func (c *call) learn(a town.Answer) error {
	before := *c
	switch {
	case a.Status == http.StatusOK || a.Status == http.StatusCreated:
		var r struct {
			Project           string
			FirstSeq, LastSeq int64
		}
		if err := json.Unmarshal(a.Body, &r); err != nil {
			return fmt.Errorf("%s: a receipt that cannot be read: %w", c.Key, err)
		}
		c.Outcome, c.FirstSeq, c.LastSeq, c.Code = acknowledged, r.FirstSeq, r.LastSeq, ""
		if c.Project == "" {
			c.Project = r.Project
		}
	case a.Status == http.StatusTooManyRequests || a.Status == http.StatusUnauthorized || a.Status == http.StatusRequestTimeout:
		return nil
	case a.Status >= http.StatusBadRequest && a.Status < http.StatusInternalServerError:
		c.Outcome, c.Code, c.Status = refused, a.Problem().Code, a.Status
	default: // 202, 5xx, or nothing at all
		return nil
	}
	if before.Outcome != unknown && (before.Outcome != c.Outcome || before.FirstSeq != c.FirstSeq || before.LastSeq != c.LastSeq) {
		return fmt.Errorf("%s of %s, %s, was answered %q %s %d–%d and then %q %s %d–%d", c.Key, c.Who, c.Path,
			before.Outcome, before.Code, before.FirstSeq, before.LastSeq, c.Outcome, c.Code, c.FirstSeq, c.LastSeq)
	}
	return nil
}
