package project

import (
	"slices"
	"time"

	"milepost/domain"
	"milepost/domain/calendar"
)

// ApplyCalendar computes every open deadline anew under the calendar now in force: a year's notice was loaded.
// A due time may move either way, but one that would land in the past moves to the close of the current (or
// next) working day. What was missed already stays missed; only what follows from it keeps off the new days off.
//
// Calendar is the version that brought it about. A process that has not learnt of it is busy: it would decide by the
// notice before. Once learnt of, the calendar in force counts, which may be a later one.
type ApplyCalendar struct {
	Calendar string `json:"calendar,omitempty"`
}

func (c ApplyCalendar) decide(b *batch) error {
	if err := b.only(domain.RoleSystem, domain.RoleOffice); err != nil {
		return err
	}
	if _, learnt := b.rules.Calendar(c.Calendar); c.Calendar != "" && !learnt {
		return domain.Busy("calendar.loading", "日历正在加载，请稍后重试", "The calendar is being loaded; try again shortly.")
	}
	b.cal, _ = b.rules.CurrentCalendar() // it may have come in since this decision began
	var same []Wound
	var moved []DeadlineMoved
	for i := range b.p.Tasks {
		t := &b.p.Tasks[i]
		if t.Clock.Calendar == b.cal.Version() {
			continue
		}
		clock, err := b.recomputed(*clone(&t.Clock))
		if err != nil {
			return err
		}
		if clock.sameCourse(t.Clock) {
			continue // the notice has nothing to say about it
		}
		if clock.Due.Equal(t.Clock.Due) {
			same = append(same, Wound{Task: t.Key, Clock: clock})
			continue
		}
		moved = append(moved, DeadlineMoved{Task: t.Key, Name: t.Name, Party: t.Party, From: t.Clock.Due, Clock: clock})
	}
	if len(same)+len(moved) == 0 {
		return nil
	}
	b.emit(CalendarApplied{Calendar: b.cal.Version(), Clocks: same, Moved: len(moved)}, ruleCalendar)
	for _, m := range moved {
		b.emit(m, ruleCalendar)
	}
	return nil
}

// sameCourse tells whether two clocks run the same way, whichever calendar they were wound by.
func (c Clock) sameCourse(o Clock) bool {
	sameRung := func(a, b Rung) bool { return a.N == b.N && a.At.Equal(b.At) }
	return c.Deemed == o.Deemed && c.Due.Equal(o.Due) && c.WarnAt.Equal(o.WarnAt) && c.Provisional == o.Provisional &&
		slices.EqualFunc(c.Rungs, o.Rungs, sameRung)
}

// CalendarApplied says that the deadlines run under another calendar now; Clocks are those that did not move.
type CalendarApplied struct {
	Calendar string  `json:"calendar"`
	Clocks   []Wound `json:"clocks,omitempty"`
	Moved    int     `json:"moved"`
}

func (e CalendarApplied) evolve(p *Project, _ domain.Entry) { p.rewind(e.Clocks) }
func (e CalendarApplied) text(*Project) domain.Text {
	return domain.Text{Zh: "按新公布的节假日安排重算时限，" + itoa(e.Moved) + "项变动", En: "Deadlines computed anew under the new calendar, " + itoa(e.Moved) + " moved"}
}

// DeadlineMoved is one deadline that moved; both sides are told.
type DeadlineMoved struct {
	Task  string       `json:"task"`
	Name  domain.Text  `json:"name"`
	Party domain.Party `json:"party"`
	From  time.Time    `json:"from"`
	Clock Clock        `json:"clock"`
}

func (e DeadlineMoved) evolve(p *Project, _ domain.Entry) {
	p.rewind([]Wound{{Task: e.Task, Clock: e.Clock}})
}

func (e DeadlineMoved) text(*Project) domain.Text {
	return domain.Text{Zh: e.Name.Zh + "的时限由" + zhTime(e.From) + "改为" + zhTime(e.Clock.Due), En: e.Name.En + ": due moved from " + enTime(e.From) + " to " + enTime(e.Clock.Due)}
}

// Moves are the deadlines that entries move.
func Moves(entries []domain.Entry) ([]DeadlineMoved, error) {
	var moves []DeadlineMoved
	for _, e := range entries {
		if e.Type != eventType(DeadlineMoved{}) {
			continue
		}
		ev, err := decodeEvent(e.Type, e.Data)
		if err != nil {
			return nil, err
		}
		if m, ok := ev.(DeadlineMoved); ok {
			moves = append(moves, m)
		}
	}
	return moves, nil
}

// MovePlannedDate moves the planned start or completion, with from, to, who, why and basis. A missed date stays
// on the timeline as missed.
type MovePlannedDate struct {
	Which string `json:"which"` // start | completion
	To    string `json:"to"`
	Why   string `json:"why"`
	Basis string `json:"basis"`
}

func (c MovePlannedDate) decide(b *batch) error {
	if err := b.only(domain.RoleOffice); err != nil {
		return err
	}
	if b.p.Status != Active || b.p.Phase == Closed {
		return b.during()
	}
	to, err := calendar.ParseDate(c.To)
	if err != nil || to.Before(calendar.DateOf(b.at)) {
		return domain.Invalid("planned.to", "to", rulePlanned, "新日期须为今天或以后", "The new date must not lie in the past.")
	}
	if err := b.reasoned(c.Why, "why"); err != nil {
		return err
	}
	if err := b.reasoned(c.Basis, "basis"); err != nil {
		return err
	}
	f := b.p.Profile
	if (c.Which == "start" && c.To == f.PlannedStart) || (c.Which == "completion" && c.To == f.PlannedCompletion) {
		return domain.Conflict("planned.same", rulePlanned, "计划日期已经是"+zhDate(to), "The planned date is this one already.")
	}
	ev := PlannedDateMoved{Which: c.Which, To: c.To, Why: c.Why, Basis: c.Basis}
	switch c.Which {
	case "start":
		if !b.p.Start.Started.IsZero() {
			return domain.Conflict("planned.started", rulePlanned, "项目已开工，不能调整开工日期", "Construction has started; the start cannot move.")
		}
		if done, err := calendar.ParseDate(f.PlannedCompletion); err == nil && done.Before(to) {
			return domain.Invalid("planned.order", "to", rulePlanned, "开工日期不能晚于计划竣工日期，请先调整竣工日期", "The start cannot lie after the completion; move the completion first.")
		}
		ev.From = f.PlannedStart
		laid, err := b.laidDown()
		if err != nil {
			return err
		}
		if !laid {
			b.reclock(&ev, TaskStart, "start", f.PlannedStart, to)
		}
	case "completion":
		if start, err := calendar.ParseDate(f.PlannedStart); err == nil && to.Before(start) {
			return domain.Invalid("planned.order", "to", rulePlanned, "竣工日期不能早于计划开工日期", "The completion cannot lie before the start.")
		}
		ev.From = f.PlannedCompletion
		b.reclock(&ev, TaskCompletion, "completion", f.PlannedCompletion, to)
	default:
		return domain.Invalid("planned.which", "which", rulePlanned, "须为 start 或 completion", "Say start or completion.")
	}
	b.emit(ev, rulePlanned)
	if c.Which == "start" && !b.p.Library.Recognised.IsZero() && !b.p.startWatched() { // no date lay ahead until now
		return b.automatic(b.watchStart)
	}
	return nil
}

// laidDown tells whether the latest start is a date that the document gives (XN-12), which the planned one may
// happen to be too.
func (b *batch) laidDown() (bool, error) {
	t, ok := b.p.taskOf(TaskStart, "start")
	if !ok {
		return false, nil
	}
	_, laid, err := b.under(t.Clock.Pack).LatestStart(b.p.Figures(), calendar.DateOf(t.Clock.Received))
	return laid, err
}

// reclock winds the clock of a task whose due date was the planned one; a date laid down by a document stays. It goes on by
// the version it began under, which tells whether one is.
func (b *batch) reclock(ev *PlannedDateMoved, kind TaskKind, subject, planned string, to calendar.Date) {
	t, ok := b.p.taskOf(kind, subject)
	if !ok || calendar.DateOf(t.Clock.laid()).String() != planned {
		return
	}
	clock := b.towards(t.Clock, t.Party, to)
	clock.FirstDue = t.Clock.FirstDue
	ev.Wound = &Wound{Task: t.Key, Clock: clock}
}

// PlannedDateMoved is a planned date that moved.
type PlannedDateMoved struct {
	Which string `json:"which"`
	From  string `json:"from"`
	To    string `json:"to"`
	Why   string `json:"why"`
	Basis string `json:"basis"`
	Wound *Wound `json:"wound,omitempty"`
}

func (e PlannedDateMoved) evolve(p *Project, _ domain.Entry) {
	if e.Which == "start" {
		p.Profile.PlannedStart = e.To
	} else {
		p.Profile.PlannedCompletion = e.To
	}
	if e.Wound == nil {
		return
	}
	p.rewind([]Wound{*e.Wound})
	if e.Which == "start" {
		p.Start.Latest = e.To
	}
}

func (e PlannedDateMoved) text(*Project) domain.Text {
	zh := map[string]string{"start": "开工", "completion": "竣工"}[e.Which]
	return domain.Text{Zh: "计划" + zh + "日期由" + zhDay(e.From) + "调整为" + zhDay(e.To) + "：" + e.Why + "（依据：" + e.Basis + "）", En: "Planned " + e.Which + " moved from " + e.From + " to " + e.To + ": " + e.Why + " (" + e.Basis + ")"}
}
