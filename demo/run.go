package demo

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"milepost/config"
	"milepost/domain/calendar"
)

// Options are how a run is done.
type Options struct {
	BaseURL  string        // of the server: http://127.0.0.1:8080
	Out      io.Writer     // where progress is told; standard output when nil
	Password string        // of the demonstration's accounts; Password when empty
	RunID    string        // goes into every idempotency key: the same id goes on where a run was cut; made when empty
	Timeline string        // whose finished timeline is shown: the key of a story; bridge when empty
	Poll     time.Duration // how often the server is asked, real time; 100 ms when zero
	Patience int           // civil days that anything waited for may take; 240 when zero
	Verbose  bool          // everyday acts and all automatic ones too
	HTTP     *http.Client  // nil: a client of its own
}

// run is one run.
type run struct {
	Options
	city  *config.DemoCity
	cast  *cast
	clock *civil
	base  calendar.Date // the civil date on which the run began

	resumed bool // an earlier part of the run has begun already
	scenes  map[string]*scene
	tally   tally

	auditor  *client
	watchers *crew // who read the projects while the run lasts
	out      sync.Mutex
}

// Run leads ten projects through their whole life against a running server whose civil clock is simulated, and
// tells about it in Chinese. It speaks the public API only, signed in as the officials of the demonstration. An
// error says what did not happen that should have.
func Run(ctx context.Context, o Options) error {
	r, err := begin(ctx, o)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go r.clock.run(ctx)
	back, err := r.open(ctx)
	if err != nil {
		return err
	}
	if err = r.play(ctx); err != nil {
		r.note("演示中断。接着办理：milepost demo run --url %s --run-id %s", r.BaseURL, r.RunID)
	} else {
		err = r.summary(ctx)
	}
	return errors.Join(err, back(context.WithoutCancel(ctx)))
}

func begin(ctx context.Context, o Options) (*run, error) {
	o.BaseURL = strings.TrimRight(o.BaseURL, "/")
	if o.Out == nil {
		o.Out = os.Stdout
	}
	if o.Password == "" {
		o.Password = Password
	}
	if o.Timeline == "" {
		o.Timeline = "bridge"
	}
	if o.Poll <= 0 {
		o.Poll = 100 * time.Millisecond
	}
	if o.Patience <= 0 {
		o.Patience = 240
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Minute}}
	}
	if !slices.ContainsFunc(stories(), func(st story) bool { return st.part == o.Timeline }) {
		return nil, fmt.Errorf("演示里没有项目 %s", o.Timeline)
	}
	city, err := config.Demo()
	if err != nil {
		return nil, err
	}
	r := &run{Options: o, city: city, scenes: map[string]*scene{}}
	r.cast = &cast{city: city, base: o.BaseURL, http: o.HTTP, password: o.Password, signed: map[string]*official{}}
	if r.clock, err = newCivil(ctx, &client{base: o.BaseURL, http: o.HTTP}, o.Poll); err != nil {
		return nil, err
	}
	if r.RunID == "" {
		r.RunID = freshID(r.clock.today())
	}
	r.base = r.clock.today()
	if d, err := calendar.ParseDate(strings.TrimPrefix(r.RunID[:min(len(r.RunID), 11)], "r")); err == nil {
		r.base = d // a run that goes on keeps the dates it began with
	}
	return r, nil
}

// anyone is somebody who may read everything and change nothing.
func (r *run) anyone() *client { return r.auditor }

// freshID is a run id that bears the date on which the run began.
func freshID(today calendar.Date) string {
	b := make([]byte, 4)
	_, _ = rand.Read(b) // never fails: the runtime aborts first
	return "r" + today.String() + "." + hex.EncodeToString(b)
}

// key makes an idempotency key out of the run and an act of it.
func (r *run) key(parts ...string) string {
	k := "demo-" + r.RunID + "-" + strings.Join(parts, "-")
	return strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '_', c == '-':
			return c
		default:
			return '.'
		}
	}, k)
}

// open signs everybody in and sets the stage.
func (r *run) open(ctx context.Context) (back func(context.Context) error, err error) {
	r.note("里程演示 %s：服务器 %s，每秒走 %.1f 天", r.RunID, r.BaseURL, r.clock.read.Rate/(24*3600))
	auditor, err := r.cast.as(ctx, "auditor")
	if err != nil {
		return nil, err
	}
	r.auditor = auditor.client
	back, err = auditor.program(ctx, "milepost demo run "+r.RunID)
	if err != nil {
		return nil, err
	}
	for _, st := range stories() {
		i := slices.IndexFunc(r.city.Projects, func(p config.DemoProject) bool { return p.Run == st.part })
		if i < 0 {
			return back, fmt.Errorf("演示数据里没有项目 %s", st.part)
		}
		s := &scene{run: r, story: st, data: r.city.Projects[i]}
		s.watch = newWatch(auditor.client, r.Poll, s.hears)
		r.scenes[st.part] = s
	}
	if err := r.signIn(ctx); err != nil {
		return back, err
	}
	if err := r.hasBegun(ctx); err != nil {
		return back, err
	}
	return back, r.scarce(ctx)
}

// hasBegun finds out which projects an earlier part of this run has declared.
func (r *run) hasBegun(ctx context.Context) error {
	for _, s := range r.scenes {
		owner, err := r.cast.as(ctx, s.owner())
		if err != nil {
			return err
		}
		_, err = owner.recorded(ctx, s.keyOf("declare"))
		switch {
		case err == nil:
			s.catchingUp.Store(true)
			r.resumed = true
		case !refused(err, "command.unknown"):
			return err
		}
	}
	if r.resumed {
		r.note("接着上次的演示办理")
	}
	return nil
}

// signIn signs in everybody who will be needed, so that nobody is late because of it.
func (r *run) signIn(ctx context.Context) error {
	accounts := []string{"office", "leader", "supervisor"}
	for _, d := range r.city.Departments {
		if d.Jurisdiction == r.city.Home() {
			accounts = append(accounts, r.cast.holderOf(party{"department", d.Code}), r.cast.head(d.Code))
		}
	}
	for _, s := range r.scenes {
		accounts = append(accounts, s.owner(), s.liaison())
	}
	for _, e := range r.city.Experts {
		accounts = append(accounts, r.cast.holderOf(party{"expert", e.Code}))
	}
	slices.Sort(accounts)
	for _, a := range slices.Compact(accounts) {
		if _, err := r.cast.as(ctx, a); err != nil {
			return err
		}
	}
	r.note("%d 个演示账号已登录", len(r.cast.signed))
	return nil
}

// play lets the ten projects live side by side.
func (r *run) play(ctx context.Context) error {
	r.watchers, _ = newCrew(ctx)
	c, _ := newCrew(ctx)
	for _, st := range stories() {
		s := r.scenes[st.part]
		c.begin(func(ctx context.Context) error { return inTurn(ctx, s.life()...) })
	}
	err := c.wait()
	r.watchers.cancel(nil)
	_ = r.watchers.wait() // what a watcher could not read, those who waited for it have said
	return err
}

// life is a project's way from the first idea to production.
func (s *scene) life() []step {
	var steps []step
	if s.begins != nil {
		steps = append(steps, s.begins(s))
	}
	steps = append(steps, s.isDeclared, s.isReviewed, s.isRecognised, s.isEvaluated, s.isPlanned, s.isApproved, s.isAssured)
	if s.instead != nil {
		return append(steps, s.meetsConditions, s.instead(s))
	}
	return append(steps, s.meetsConditions, s.starts, s.isBuilt, s.isCompleted)
}

// say tells what happened in a project.
func (r *run) say(at time.Time, project, who, what string) {
	r.line(fmt.Sprintf("%s  %s  %s  %s", at.In(calendar.Zone).Format("2006-01-02 15:04"), padded(project, 16), padded(who, 22), what))
}

// note tells what concerns the run as a whole.
func (r *run) note(format string, args ...any) {
	r.line(r.clock.now().Format("2006-01-02 15:04") + "  " + fmt.Sprintf(format, args...))
}

func (r *run) line(s string) {
	r.out.Lock()
	defer r.out.Unlock()
	_, _ = fmt.Fprintln(r.Out, s) // nobody to tell
}

// clauseOf is the clause that the data gives for a quota.
func clauseOf(city *config.DemoCity, resource string) string {
	for _, q := range city.Quotas {
		if q.Resource == resource {
			return q.Clause
		}
	}
	return ""
}

func detail(err error) string {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p.Detail + "（" + p.Code + "，" + p.Clause + "）"
	}
	return err.Error()
}
