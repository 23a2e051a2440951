package demo

import (
	"context"
	"fmt"
	"hash/fnv"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"milepost/config"
	"milepost/domain/calendar"
)

// scene is one project of the run, and everything done about it.
type scene struct {
	*run
	story
	data  config.DemoProject
	watch *watch
	id    string // the project's, once it is declared
	pack  pack

	catchingUp atomic.Bool // what comes now was done by an earlier part of the run
}

// deed is something that somebody does.
type deed struct {
	who   string    // the account
	act   string    // its name within the run; the idempotency key comes from it
	path  string    // below the project
	body  any       // nil for none
	late  lateEntry // for what is entered afterwards
	quiet bool      // an everyday act without a line of its own

	forbidden bool // a rule must refuse it
}

// does has somebody do something; what it did is told in the words of the timeline.
func (s *scene) does(ctx context.Context, d deed) (receipt, error) {
	who, err := s.cast.as(ctx, d.who)
	if err != nil {
		return receipt{}, err
	}
	path := "/projects"
	if s.id != "" {
		path += "/" + s.id + d.path
	}
	if s.catchingUp.Load() {
		r, err := who.recorded(ctx, s.keyOf(d.act))
		if !refused(err, "command.unknown") {
			return r, err
		}
		s.catchingUp.Store(false) // from here on it is new
	}
	r, err := who.act(ctx, s.keyOf(d.act), path, d.body, d.late)
	if d.mayMiss(err) {
		s.say(s.clock.now(), s.short, who.name, "（时机已过："+d.act+"，"+detail(err)+"）")
		return r, nil
	}
	if err != nil {
		return r, fmt.Errorf("%s：%s（%s）%s：%w", s.short, who.name, d.who, d.act, err)
	}
	if (!d.quiet || s.Verbose) && len(r.Entries) > 0 {
		e := r.Entries[0]
		s.say(e.OccurredAt, s.short, who.name, e.Text.Zh)
	}
	s.watch.soon()
	return r, nil
}

// mayMiss tells whether a deed was refused because its moment has passed: the clock runs fast, and it went on while
// a run was cut. What is missed for good shows in the summary.
func (d deed) mayMiss(err error) bool {
	return !d.forbidden && refused(err, "item.state", "item.paused", "item.not-paused", "item.overdue", "task.none", "commitment.none", "supplement.once")
}

// do is does for a step.
func (s *scene) do(d deed) step {
	return func(ctx context.Context) error {
		_, err := s.does(ctx, d)
		return err
	}
}

// isRefused has somebody try what a rule forbids; that it is not refused, or refused by another rule, is a failure.
func (s *scene) isRefused(code string, d deed) step {
	return func(ctx context.Context) error {
		d.forbidden = true
		_, err := s.does(ctx, d)
		if !refused(err, code) {
			if err == nil {
				err = fmt.Errorf("却办成了")
			}
			return fmt.Errorf("%s：%s 应被拒绝（%s）：%w", s.short, d.act, code, err)
		}
		s.say(s.clock.now(), s.short, "系统", "按规则拒绝："+detail(err))
		s.tally.refusals.Add(1)
		return nil
	}
}

// keyOf is the idempotency key of an act: the same act of the same run has the same key.
func (s *scene) keyOf(act string) string { return s.key(s.part, act) }

// sees waits for something in the project.
func (s *scene) sees(ctx context.Context, what string, there func(*sight) bool) (*sight, error) {
	seen, err := s.watch.await(ctx, s.clock, s.Patience, what, there)
	if err != nil {
		return nil, fmt.Errorf("%s：%w", s.short, err)
	}
	return seen, nil
}

// until is sees for a step.
func (s *scene) until(what string, there func(*sight) bool) step {
	return func(ctx context.Context) error {
		_, err := s.sees(ctx, what, there)
		return err
	}
}

// reached waits until the project is in a phase or beyond it.
func (s *scene) reached(phase string) step {
	return s.until("进入"+phaseNames[phase]+"阶段", func(v *sight) bool { return order(v.project.Row.Phase) >= order(phase) })
}

// lasts lets civil days pass, to the next moment at which somebody is at work: nobody decides at once, at night,
// or on a day off.
func (s *scene) lasts(days float64) step {
	return func(ctx context.Context) error {
		if s.catchingUp.Load() {
			return nil
		}
		moment := s.clock.now().Add(time.Duration(days * 24 * float64(time.Hour)))
		return s.clock.until(ctx, s.clock.atWork(moment, number(s.part, moment.Format("01-02"))))
	}
}

// pace is how many days ordinary work takes, different from item to item and the same in every run.
func (s *scene) pace(what string) step {
	return s.lasts(1 + float64(number(s.part, what)%3))
}

// number makes a small number out of words, always the same.
func number(words ...string) int {
	h := fnv.New32a()
	for _, w := range words {
		_, _ = h.Write([]byte(w)) // never fails
	}
	return int(h.Sum32() % 1000)
}

// inDays is a civil date so many days from today.
func (s *scene) inDays(days int) string { return s.clock.today().AddDays(days).String() }

func (s *scene) owner() string   { return s.cast.holderOf(party{"owner", s.data.Owner}) }
func (s *scene) liaison() string { return s.cast.holderOf(party{"unit", s.data.Unit}) }
func (s *scene) handler(department string) string {
	return s.cast.holderOf(party{"department", department})
}

// document names a paper that proves something; the number shows that it is made up.
func (s *scene) document(what string) string {
	return what + "（演示〔" + s.data.Code + "〕号）"
}

// inPath writes the key of a task, problem or joint review as paths have it.
func inPath(key string) string { return url.PathEscape(strings.ReplaceAll(key, "/", "~")) }

var phases = []string{"planning", "evaluation", "approval", "assurance", "startup", "construction", "completion", "closed"}

var phaseNames = map[string]string{
	"planning": "谋划储备", "evaluation": "专家评估", "approval": "并联审批", "assurance": "要素保障",
	"startup": "开工准备", "construction": "建设", "completion": "竣工投产", "closed": "办结",
}

func order(phase string) int {
	for i, p := range phases {
		if p == phase {
			return i
		}
	}
	return -1
}

// firstAfter is the first moment of the month after a period.
func firstAfter(period string) (time.Time, error) {
	d, err := calendar.ParseDate(period + "-01")
	if err != nil {
		return time.Time{}, err
	}
	return d.AddMonths(1).At(calendar.TimeOfDay{}), nil
}
