package demo

import (
	"context"
	"fmt"
	"sync"
	"time"

	"milepost/config"
	"milepost/domain/calendar"
)

// civil is the server's civil time as it was last read. It is read over and over while a run lasts; whoever waits
// for a moment is woken by the reading that shows it.
type civil struct {
	anyone *client
	poll   time.Duration
	days   *calendar.Calendar

	mu     sync.Mutex
	read   civilClock
	turned chan struct{} // closed when the time has been read anew
	err    error
}

func newCivil(ctx context.Context, anyone *client, poll time.Duration) (*civil, error) {
	days, err := config.Calendar()
	if err != nil {
		return nil, err
	}
	c := &civil{anyone: anyone, poll: poll, days: days, turned: make(chan struct{})}
	if err := anyone.get(ctx, "/clock", &c.read); err != nil {
		return nil, fmt.Errorf("读取时钟：%w", err)
	}
	if !c.read.Simulated {
		return nil, fmt.Errorf("服务器用的是真实时钟，一次演示要走好几个月；请用 --clock-origin 和 --clock-rate 启动（例如 --clock-rate 86400）")
	}
	return c, nil
}

// run reads the time until the context ends.
func (c *civil) run(ctx context.Context) {
	tick := time.NewTicker(c.poll)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		var read civilClock
		err := c.anyone.get(ctx, "/clock", &read)
		c.mu.Lock()
		if err == nil {
			c.read = read
		} else {
			c.err = err
		}
		close(c.turned)
		c.turned = make(chan struct{})
		c.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// now is the civil time as last read, in the zone of the documents.
func (c *civil) now() time.Time {
	now, _, _ := c.look()
	return now
}

func (c *civil) look() (now time.Time, turned <-chan struct{}, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.read.Now.In(calendar.Zone), c.turned, c.err
}

// today is the civil date.
func (c *civil) today() calendar.Date { return calendar.DateOf(c.now()) }

// until waits for a civil moment.
func (c *civil) until(ctx context.Context, moment time.Time) error {
	for {
		now, turned, err := c.look()
		switch {
		case err != nil:
			return fmt.Errorf("读取时钟：%w", err)
		case !now.Before(moment):
			return nil
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-turned:
		}
	}
}

// Office hours of the demonstration: people act between these, on working days.
const (
	opening = 9 * time.Hour
	closing = 16*time.Hour + 30*time.Minute
)

// atWork is the first moment from a civil one on at which somebody is at work. What began at night is taken up
// some time in the next morning or afternoon, spread by a number so that not all come at once.
func (c *civil) atWork(moment time.Time, spread int) time.Time {
	moment = moment.In(calendar.Zone)
	day := calendar.DateOf(moment)
	midnight := day.At(calendar.TimeOfDay{})
	into := moment.Sub(midnight)
	if c.days.Day(day).Working && into >= opening && into < closing {
		return moment
	}
	if !c.days.Day(day).Working || into >= closing {
		midnight = c.days.NextWorkingDay(day.AddDays(1)).At(calendar.TimeOfDay{})
	}
	return midnight.Add(opening + time.Duration(spread%28)*15*time.Minute)
}
