package project

import (
	"slices"
	"strings"
	"time"

	"milepost/domain"
	"milepost/domain/calendar"
)

// Chart is a project's whole life as a picture: what was worked at from when to when, and what befell it. It is drawn
// from the timeline alone, so that every bar and mark leads to its lines.
type Chart struct {
	Rows []ChartRow
}

// ChartRow is everything about one thing: the phases, an item, a resource needed, the monthly reports, a problem.
type ChartRow struct {
	Key   string // "phases", "item/<key>", "need/<resource>/<year>", "reports" …
	Name  domain.Text
	Bars  []Bar
	Marks []ChartMark
}

// Bar is a span of one piece of work, or of a phase. To is zero while it lasts. Opened and Closed are the lines at its
// ends; Closed is 0 while it lasts.
type Bar struct {
	Task     string
	Kind     TaskKind // of work
	Phase    Phase    // of a phase
	Name     domain.Text
	Party    domain.Party
	From     time.Time
	To       time.Time
	Due      time.Time // zero when there is none
	FirstDue time.Time
	Pauses   []Span
	Opened   int64
	Closed   int64
	Outcome  string // the type of the line that closed it
}

// Span is a part of a bar; To is zero while it lasts.
type Span struct {
	From time.Time
	To   time.Time
}

// ChartMark is a moment worth seeing; Rung is set for a step of a ladder.
type ChartMark struct {
	At     time.Time
	Seq    int64
	Type   string
	Rung   string
	Text   domain.Text
	Clause string
}

// ChartOf makes the picture of a timeline, from its first line on. An entry that this program cannot read is an error.
func ChartOf(entries []domain.Entry) (Chart, error) {
	d := drawing{p: New(""), rows: map[string]*ChartRow{}}
	for _, e := range entries {
		if err := d.take(e); err != nil {
			return Chart{}, err
		}
	}
	var c Chart
	for _, key := range d.order {
		c.Rows = append(c.Rows, *d.rows[key])
	}
	return c, nil
}

// drawing is a chart in the making.
type drawing struct {
	p     *Project
	order []string
	rows  map[string]*ChartRow
	open  map[string]Task // as of the line before
	phase Phase
	state Status
}

// take draws what one line changed: work is compared with what it was before.
func (d *drawing) take(e domain.Entry) error {
	ev, err := decodeEvent(e.Type, e.Data)
	if err != nil {
		return err
	}
	d.p.apply(ev, e)
	d.phases(e)
	now := map[string]Task{}
	for _, t := range d.p.Tasks {
		now[t.Key] = t
		if _, was := d.open[t.Key]; !was {
			r := d.rowOf(t.Kind, t.Subject, t.Name)
			r.Bars = append(r.Bars, Bar{Task: t.Key, Kind: t.Kind, Name: t.Name, Party: t.Party, From: t.Opened, Opened: e.Seq})
		}
		b := d.bar(t)
		b.Due, b.FirstDue, b.Pauses = t.Clock.Due, t.Clock.FirstDue, pausesOf(t.Clock)
	}
	for _, t := range d.open {
		if _, still := now[t.Key]; !still {
			b := d.bar(t)
			b.To, b.Closed, b.Outcome = e.OccurredAt, e.Seq, e.Type
		}
	}
	d.open = now
	d.mark(ev, e)
	return nil
}

// phases draws the way through the phases, interrupted while the project is suspended.
func (d *drawing) phases(e domain.Entry) {
	r := d.row("phases", domain.Text{Zh: "阶段", En: "Phases"})
	last := len(r.Bars) - 1
	if d.p.Phase != d.phase {
		if last >= 0 {
			r.Bars[last].To, r.Bars[last].Closed, r.Bars[last].Outcome = e.OccurredAt, e.Seq, e.Type
		}
		if d.p.Phase != Closed {
			r.Bars = append(r.Bars, Bar{Phase: d.p.Phase, Name: d.p.Phase.name(), From: e.OccurredAt, Opened: e.Seq})
		}
	} else if last >= 0 && d.p.Status != d.state {
		b := &r.Bars[last]
		switch {
		case d.p.Status == Suspended:
			b.Pauses = append(b.Pauses, Span{From: e.OccurredAt})
		case d.state == Suspended:
			b.Pauses[len(b.Pauses)-1].To = e.OccurredAt
		}
		switch {
		case d.p.Status != Active && d.p.Status != Suspended && b.To.IsZero():
			b.To, b.Closed, b.Outcome = e.OccurredAt, e.Seq, e.Type
		case d.p.Status == Active && !b.To.IsZero(): // opened again
			r.Bars = append(r.Bars, Bar{Phase: d.p.Phase, Name: d.p.Phase.name(), From: e.OccurredAt, Opened: e.Seq})
		}
	}
	d.phase, d.state = d.p.Phase, d.p.Status
}

// row is the row of a key, made where there is none.
func (d *drawing) row(key string, name domain.Text) *ChartRow {
	r, ok := d.rows[key]
	if !ok {
		r = &ChartRow{Key: key, Name: name}
		d.rows[key] = r
		d.order = append(d.order, key)
	}
	return r
}

// rowOf is the row of work: all that is about one item stands in one row, whoever has it.
func (d *drawing) rowOf(kind TaskKind, subject string, name domain.Text) *ChartRow {
	switch kind {
	case TaskEntryReview, TaskAmendment, TaskRecognition, TaskPlan:
		return d.row("planning", Planning.name())
	case TaskDraw, TaskScoring, TaskRevision:
		return d.row("evaluation", Evaluation.name())
	case TaskSubmission, TaskCompleteness, TaskSupplement, TaskDecision, TaskCommitment:
		item, _, _ := strings.Cut(subject, "/")
		return d.row("item/"+item, d.p.itemName(item))
	case TaskNeed, TaskQuota:
		return d.row("need/"+subject, name)
	case TaskReport:
		return d.row("reports", domain.Text{Zh: "月度进度", En: "Monthly progress"})
	case TaskProblem, TaskRectification:
		return d.row("problem/"+subject, name)
	case TaskCompletion, TaskSettlement, TaskJoint:
		return d.row("completion", Completion.name())
	default: // nodes, conditions, the start, a replacement
		return d.row(key(string(kind), subject), name)
	}
}

// bar is the bar of open work, which its opening has drawn.
func (d *drawing) bar(t Task) *Bar {
	bars := d.rowOf(t.Kind, t.Subject, t.Name).Bars
	for i := range slices.Backward(bars) {
		if bars[i].Task == t.Key {
			return &bars[i]
		}
	}
	return &Bar{} // it was not opened in what was given
}

func pausesOf(c Clock) []Span {
	var spans []Span
	for _, p := range c.Pauses {
		s := Span{From: p.From.At(calendar.TimeOfDay{})}
		if !p.To.IsZero() {
			s.To = p.To.AddDays(1).At(calendar.TimeOfDay{})
		}
		spans = append(spans, s)
	}
	return spans
}

// mark draws what is a moment and no span.
func (d *drawing) mark(ev event, e domain.Entry) {
	m := ChartMark{At: e.OccurredAt, Seq: e.Seq, Type: e.Type, Text: told(ev, d.p, e), Clause: e.Clause}
	about := func(key string, name domain.Text) {
		r := d.row(key, name)
		r.Marks = append(r.Marks, m)
	}
	item := func(k string) { about("item/"+k, d.p.itemName(k)) }
	project := func() { about("phases", domain.Text{}) }
	ofTask := func(taskKey string) {
		if t, ok := d.p.task(taskKey); ok {
			r := d.rowOf(t.Kind, t.Subject, t.Name)
			r.Marks = append(r.Marks, m)
			return
		}
		project()
	}
	switch ev := ev.(type) {
	case Escalated:
		m.Rung = string(ev.Rung)
		ofTask(ev.Task)
	case InterviewOpened:
		ofTask(ev.Task)
	case DeadlineMoved:
		ofTask(ev.Task)
	case SupplementAsked:
		item(ev.Item)
	case ItemDeemedAccepted:
		item(ev.Item)
	case ItemExtended:
		item(ev.Item)
	case JointReviewConvened:
		for _, k := range ev.Items {
			item(k)
		}
	case QuotaWaited:
		about("need/"+needKey(ev.Resource, ev.Year), domain.Text{})
	case QuotaReserved:
		about("need/"+needKey(ev.Resource, ev.Year), domain.Text{})
	case ReportFiled:
		about("reports", domain.Text{})
	case Recognised, PackAdopted, ConstructionStarted, PlannedDateMoved, LampExcused, SuspensionBegan, SuspensionEnded, Departed, Reopened, JointlyReturned, JointlyAccepted:
		project()
	}
}
