package commands_test

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/commands"
	"milepost/config"
	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/policy"
	"milepost/domain/project"
	"milepost/store"
)

// yearsEnd is a world on 24 September 2026 that has not heard of that year's holidays yet.
func yearsEnd(t *testing.T) *world {
	t.Helper()
	db, err := store.Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "milepost.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	require.NoError(t, db.Migrate(t.Context()))
	clock := domain.Clock{Anchor: time.Now().UTC().Truncate(time.Microsecond), Origin: time.Date(2026, 9, 24, 2, 0, 0, 0, time.UTC), Rate: 1}
	require.NoError(t, db.FixClock(t.Context(), clock))
	rules := policy.NewRegistry()
	w := &world{t: t, store: &frail{Store: db}, engine: &engine{rules: rules, entities: map[string]*hosted{}}}
	_, pack := shipped()
	require.NoError(t, db.PutPack(t.Context(), store.StoredPack{
		Hash: pack.Hash(), ID: pack.ID, Version: pack.Version, Jurisdiction: pack.Jurisdiction, Title: pack.Title, JSON: string(pack.Canonical()), Published: time.Now(),
	}))
	w.publish(func() ([]calendar.Year, error) {
		years, err := config.CalendarYears()
		return years[:len(years)-1], err
	})
	w.gateway = commands.New(commands.Options{Store: w.store, Engine: w.engine, Rules: rules, Clock: clock, Deadline: 20 * time.Second})
	w.learn()
	return w
}

// learn has the process of this world learn of the rules.
func (w *world) learn() {
	w.t.Helper()
	require.NoError(w.t, (&commands.RuleKeeper{Store: w.store, Registry: w.engine.rules}).Refresh(w.t.Context()))
}

var operator = store.By{Actor: office, Address: "192.0.2.1"}

// notice publishes the holidays of 2026.
func (w *world) notice() (store.Broadcast, error) {
	w.t.Helper()
	years, err := config.CalendarYears()
	require.NoError(w.t, err)
	return commands.PublishCalendar(w.t.Context(), w.store, operator, years[len(years)-1])
}

func (w *world) broadcaster(s commands.Broadcasts) *commands.Broadcaster {
	return &commands.Broadcaster{Gateway: w.gateway, Store: s, Rules: w.engine.rules, Lease: 300 * time.Millisecond, Every: 10 * time.Millisecond}
}

// until runs a broadcaster until a broadcast is in a state.
func (w *world) until(s commands.Broadcasts, id string, state store.BroadcastState) store.Broadcast {
	w.t.Helper()
	ctx, stop := context.WithCancel(w.t.Context())
	ended := make(chan struct{})
	go func() {
		w.broadcaster(s).Run(ctx)
		close(ended)
	}()
	var b store.Broadcast
	require.Eventually(w.t, func() bool {
		var err error
		b, err = w.store.Broadcast(w.t.Context(), id)
		require.NoError(w.t, err)
		return b.State == state
	}, time.Minute, 10*time.Millisecond)
	stop()
	<-ended
	return b
}

// started publishes the notice, previews it and starts it.
func (w *world) started() store.Broadcast { return w.startedAt(store.MostPerSecond) }

func (w *world) startedAt(perSecond int) store.Broadcast {
	w.t.Helper()
	b, err := w.notice()
	require.NoError(w.t, err)
	w.until(w.store, b.ID, store.BroadcastPreviewed)
	b, err = w.store.StartBroadcast(w.t.Context(), operator, b.ID, perSecond)
	require.NoError(w.t, err)
	w.learn()
	return b
}

// dying is a store whose process dies where a test says so.
type dying struct {
	*frail
	told  atomic.Int64
	after int64 // so many were told
	kill  context.CancelFunc
}

func (d *dying) Told(ctx context.Context, c store.Claim, entity, command string, closed, exception bool) error {
	if d.told.Add(1) > d.after { // the project was told, and nobody has noted it
		d.kill()
		return ctx.Err()
	}
	return d.frail.Told(ctx, c, entity, command, closed, exception)
}

type moved struct {
	Entity, Task string
	From, To     time.Time
}

func TestABroadcastReachesEveryOpenProjectOnceHoweverOftenItsProcessDies(t *testing.T) {
	t.Parallel()
	const projects = 200
	w := yearsEnd(t)
	var names []string
	for n := range projects {
		names = append(names, w.declared(id(n)))
	}
	gone := names[17]
	w.archive(gone)
	b, err := w.notice()
	require.NoError(t, err)
	require.Equal(t, store.BroadcastPreparing, b.State)

	b = w.until(w.store, b.ID, store.BroadcastPreviewed)
	require.EqualValues(t, projects-1, b.Foreseen)
	require.EqualValues(t, projects-1, b.Affected)
	require.Zero(t, b.Impossible)
	foreseen := w.foreseen(b.ID)
	require.Len(t, foreseen, int(b.Moved))
	for _, name := range names {
		require.NotContains(t, w.timeline(name), "DeadlineMoved", "a preview touches nothing")
	}
	current, _ := w.engine.rules.CurrentCalendar()
	require.NotEqual(t, b.Subject, current.Version(), "and puts nothing in force")

	b, err = w.store.StartBroadcast(t.Context(), operator, b.ID, store.MostPerSecond)
	require.NoError(t, err)
	require.EqualValues(t, projects, b.Total)
	w.learn()
	for _, after := range []int64{1, 60, 50} {
		ctx, kill := context.WithCancel(t.Context())
		w.broadcaster(&dying{frail: w.store, after: after, kill: kill}).Run(ctx)
	}
	b = w.until(w.store, b.ID, store.BroadcastDone)
	require.EqualValues(t, projects-1, b.Asked)
	require.EqualValues(t, projects-1, b.Done())
	require.EqualValues(t, 1, b.Closed)
	require.False(t, b.Ended.IsZero())

	var happened []moved
	for _, name := range names {
		entries, err := w.store.Entries(t.Context(), name, 1, 100)
		require.NoError(t, err)
		moves, err := project.Moves(entries)
		require.NoError(t, err)
		for _, m := range moves {
			happened = append(happened, moved{name, m.Task, m.From, m.Clock.Due})
		}
		if name != gone {
			require.Equal(t, 1, count(w.timeline(name), "CalendarApplied"), "told once")
		}
	}
	require.ElementsMatch(t, foreseen, happened, "what was foreseen is what came")
	require.NotEmpty(t, happened)
}

func count(all []string, one string) (n int) {
	for _, s := range all {
		if s == one {
			n++
		}
	}
	return n
}

// foreseen reads all that a broadcast would move, page by page.
func (w *world) foreseen(id string) (all []moved) {
	w.t.Helper()
	for cursor := ""; ; {
		page, err := w.store.Moves(w.t.Context(), store.Everything, store.MoveQuery{Broadcast: id, Page: store.Page{Limit: 30, Cursor: cursor}})
		require.NoError(w.t, err)
		for _, m := range page.Rows {
			require.NotEmpty(w.t, m.Project)
			all = append(all, moved{m.Entity, m.Task, m.From, m.To})
		}
		if cursor = page.Next; cursor == "" {
			return all
		}
	}
}

func TestOnlyOneProcessAtATimeBroadcasts(t *testing.T) {
	t.Parallel()
	w := yearsEnd(t)
	for n := range 20 {
		w.declared(id(n))
	}
	b := w.started()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{}, 3)
	for range cap(ended) {
		go func() {
			w.broadcaster(w.store).Run(ctx)
			ended <- struct{}{}
		}()
	}
	require.Eventually(t, func() bool {
		got, err := w.store.Broadcast(t.Context(), b.ID)
		return err == nil && got.State == store.BroadcastDone && got.Asked == 20
	}, time.Minute, 10*time.Millisecond)
	stop()
	for range cap(ended) {
		<-ended
	}
	w.engine.mu.Lock()
	defer w.engine.mu.Unlock()
	told := map[string]int{}
	for _, u := range w.engine.updates {
		told[u]++
	}
	for update, n := range told {
		require.Equal(t, 1, n, update)
	}
}

func TestABroadcastCountsRefusalsAndWhatIsUnknown(t *testing.T) {
	t.Parallel()
	w := yearsEnd(t)
	lost, stubborn := w.declared("lost"), w.declared("stubborn")
	w.declared("fine")
	b := w.started()
	w.impatient()
	kept := w.engine.entities[lost]
	delete(w.engine.entities, lost)
	w.engine.refusing = map[string]error{stubborn: onWire(domain.AsError(domain.Conflict("project.stubborn", "", "不可以", "No.")))}
	b = w.until(w.store, b.ID, store.BroadcastDone)
	require.EqualValues(t, 3, b.Asked)
	require.EqualValues(t, 1, b.Refused)
	require.EqualValues(t, 1, b.Pending)
	require.EqualValues(t, 1, b.Done())
	page, err := w.store.Exceptions(t.Context(), store.Everything, b.ID, store.Page{})
	require.NoError(t, err)
	require.Len(t, page.Rows, 2)
	for _, x := range page.Rows {
		if x.Entity == stubborn {
			require.Equal(t, "project.stubborn", x.Refusal.Code)
		} else {
			require.Nil(t, x.Refusal)
		}
	}

	w.engine.entities[lost] = kept // an operator has recovered it, and the sweeper finds the outcome
	sweeper := &commands.Sweeper{Gateway: w.gateway, Store: w.store, After: time.Nanosecond}
	_, err = sweeper.Sweep(t.Context())
	require.NoError(t, err)
	b, err = w.store.Broadcast(t.Context(), b.ID)
	require.NoError(t, err)
	require.Zero(t, b.Pending)
	require.EqualValues(t, 2, b.Done())
}

func TestABroadcastIsPausedAndGoesOn(t *testing.T) {
	t.Parallel()
	w := yearsEnd(t)
	for n := range 30 {
		w.declared(id(n))
	}
	b := w.startedAt(2) // slowly, so that somebody can come in between
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go w.broadcaster(w.store).Run(ctx)
	require.Eventually(t, func() bool {
		got, err := w.store.Broadcast(t.Context(), b.ID)
		return err == nil && got.Asked > 0
	}, time.Minute, time.Millisecond)
	b, err := w.store.PauseBroadcast(t.Context(), operator, b.ID)
	require.NoError(t, err)
	require.Equal(t, store.BroadcastPaused, b.State)
	require.Less(t, b.Asked, int64(30))
	_, err = w.store.PauseBroadcast(t.Context(), operator, b.ID)
	require.Equal(t, "broadcast.paused", domain.CodeOf(err))
	stop()
	b, err = w.store.ResumeBroadcast(t.Context(), operator, b.ID, store.MostPerSecond)
	require.NoError(t, err)
	require.Equal(t, store.MostPerSecond, b.PerSecond)
	require.EqualValues(t, 30, w.until(w.store, b.ID, store.BroadcastDone).Done())
}

func TestOfTwoWhoStartTheSameOneWins(t *testing.T) {
	t.Parallel()
	w := yearsEnd(t)
	w.declared("one")
	b, err := w.notice()
	require.NoError(t, err)
	_, err = w.notice()
	require.Equal(t, "broadcast.there", domain.CodeOf(err), "it is published already")
	_, err = w.store.StartBroadcast(t.Context(), operator, b.ID, 0)
	require.Equal(t, "broadcast.preparing", domain.CodeOf(err), "nothing is started unseen")
	w.until(w.store, b.ID, store.BroadcastPreviewed)

	results := make(chan error, 4)
	for range cap(results) {
		go func() {
			_, err := w.store.StartBroadcast(t.Context(), operator, b.ID, 0)
			results <- err
		}()
	}
	won := 0
	for range cap(results) {
		if err := <-results; err == nil {
			won++
		} else {
			require.Equal(t, "broadcast.running", domain.CodeOf(err))
			require.Contains(t, domain.AsError(err).Text.En, office.User, "the others are told who")
		}
	}
	require.Equal(t, 1, won)
	_, err = w.notice()
	require.Equal(t, "calendar.in-force", domain.CodeOf(err))
}

func TestAPreviewOfAnotherCalendarIsOutOfDate(t *testing.T) {
	t.Parallel()
	w := yearsEnd(t)
	b, err := w.notice()
	require.NoError(t, err)
	other, err := commands.PublishCalendar(t.Context(), w.store, operator, calendar.Year{
		Year: 2027, Notice: "国办发明电〔2026〕8号", Holidays: map[calendar.Date]string{calendar.NewDate(2027, 1, 1): "元旦"},
	})
	require.NoError(t, err)
	w.until(w.store, b.ID, store.BroadcastPreviewed)
	w.until(w.store, other.ID, store.BroadcastPreviewed)
	_, err = w.store.StartBroadcast(t.Context(), operator, b.ID, 0)
	require.NoError(t, err)
	_, err = w.store.StartBroadcast(t.Context(), operator, other.ID, 0)
	require.Equal(t, "broadcast.outdated", domain.CodeOf(err), "it would take away the year that came in meanwhile")
}

func TestAProcessThatHasNotLearntOfTheCalendarDecidesNothing(t *testing.T) {
	t.Parallel()
	w := yearsEnd(t)
	name := w.declared("one")
	years, err := config.Calendar()
	require.NoError(t, err)
	w.impatient()
	cmd := w.command("tell", name, domain.System, project.ApplyCalendar{Calendar: years.Version()})
	receipt, err := w.send(cmd)
	require.NoError(t, err)
	require.True(t, receipt.Pending, "it would have decided by the notice before, and never be told again")
	w.engine.rules.PutCurrentCalendar(years)
	receipt, err = w.send(cmd)
	require.NoError(t, err)
	require.False(t, receipt.Pending)
	require.Contains(t, w.timeline(name), "DeadlineMoved")
}

func TestAStateThatCannotBeReadStopsABroadcastUntilItIsMended(t *testing.T) {
	t.Parallel()
	w := yearsEnd(t)
	broken := w.declared("broken")
	b := w.started()
	unreadable := &unreadable{frail: w.store, name: broken}
	gateway := w.gateway
	w.gateway = commands.New(commands.Options{Store: unreadable, Engine: w.engine, Rules: w.engine.rules, Clock: gateway.Clock})
	b = w.until(w.store, b.ID, store.BroadcastFailed)
	require.Contains(t, b.Error, broken)
	w.gateway = gateway
	_, err := w.store.ResumeBroadcast(t.Context(), operator, b.ID, 0)
	require.NoError(t, err)
	require.EqualValues(t, 1, w.until(w.store, b.ID, store.BroadcastDone).Done())
}

type unreadable struct {
	*frail
	name string
}

func (u *unreadable) Snapshot(ctx context.Context, name string) ([]byte, int64, error) {
	if name == u.name {
		return []byte(`{"seq":"many"}`), 1, nil
	}
	return u.frail.Snapshot(ctx, name)
}
