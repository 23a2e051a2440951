package demo

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"sync"
	"time"
)

// sight is what is known of a project: its state and its whole timeline, oldest first.
type sight struct {
	project projectView
	log     []entry
}

// happened tells whether the timeline has an entry that fits.
func (s *sight) happened(fits func(entry) bool) bool {
	return slices.ContainsFunc(s.log, fits)
}

// watch reads one project over and over, so that all who wait for something in it share one reading.
type watch struct {
	reader *client
	poll   time.Duration
	heard  func(entry) // every new line of the timeline, in order

	mu     sync.Mutex
	id     string
	last   sight
	turned chan struct{}
	err    error
	nudge  chan struct{}
}

func newWatch(reader *client, poll time.Duration, heard func(entry)) *watch {
	return &watch{reader: reader, poll: poll, heard: heard, turned: make(chan struct{}), nudge: make(chan struct{}, 1)}
}

// follow reads a project until the context ends.
func (w *watch) follow(ctx context.Context, id string) {
	w.mu.Lock()
	w.id = id
	w.mu.Unlock()
	tick := time.NewTicker(w.poll)
	defer tick.Stop()
	for {
		err := w.read(ctx)
		w.mu.Lock()
		w.err = err
		close(w.turned)
		w.turned = make(chan struct{})
		w.mu.Unlock()
		if err != nil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-w.nudge:
		}
	}
}

// soon has the project read at once: something has just been done to it.
func (w *watch) soon() {
	select {
	case w.nudge <- struct{}{}:
	default:
	}
}

// read takes one look: at the last line of the timeline, and only when there is a new one at the project and at all
// that is new. The state is read before the lines, so that the timeline is never behind it.
func (w *watch) read(ctx context.Context) error {
	var end timeline
	if err := w.reader.get(ctx, "/projects/"+w.id+"/timeline?order=desc&limit=1", &end); err != nil {
		return err
	}
	if len(end.Items) == 0 || end.Items[0].Seq == w.last.project.Row.Seq {
		return nil
	}
	var p projectView
	if err := w.reader.get(ctx, "/projects/"+w.id, &p); err != nil {
		return err
	}
	known := int64(len(w.last.log))
	fresh, err := w.fresh(ctx, known)
	if err != nil {
		return err
	}
	for i, e := range fresh {
		if e.Seq != known+int64(i)+1 {
			return fmt.Errorf("时间线缺第%d条，得到第%d条", known+int64(i)+1, e.Seq)
		}
		w.heard(e)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = sight{project: p, log: append(w.last.log[:known:known], fresh...)}
	return nil
}

// fresh returns the lines after the known ones, oldest first.
func (w *watch) fresh(ctx context.Context, known int64) ([]entry, error) {
	var down []entry
	for cursor := ""; ; {
		var page timeline
		q := url.Values{"order": {"desc"}, "limit": {"100"}}
		if cursor != "" {
			q.Set("cursor", cursor)
		}
		if err := w.reader.get(ctx, "/projects/"+w.id+"/timeline?"+q.Encode(), &page); err != nil {
			return nil, err
		}
		for _, e := range page.Items {
			if e.Seq <= known {
				slices.Reverse(down)
				return down, nil
			}
			down = append(down, e)
		}
		if page.Next == "" {
			slices.Reverse(down)
			return down, nil
		}
		cursor = page.Next
	}
}

func (w *watch) look() (last sight, turned <-chan struct{}, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.last, w.turned, w.err
}

// await waits until something is to be seen. It gives up when the civil clock has gone on for so many days.
func (w *watch) await(ctx context.Context, clock *civil, patience int, what string, there func(*sight) bool) (*sight, error) {
	giveUp := clock.now().AddDate(0, 0, patience)
	for {
		seen, changed, err := w.look()
		if err != nil {
			return nil, fmt.Errorf("等待%s：%w", what, err)
		}
		if len(seen.log) > 0 && there(&seen) {
			return &seen, nil
		}
		now, ticked, err := clock.look()
		switch {
		case err != nil:
			return nil, fmt.Errorf("读取时钟：%w", err)
		case now.After(giveUp):
			return nil, fmt.Errorf("等了%d天没有等到：%s", patience, what)
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-changed:
		case <-ticked:
		}
	}
}
