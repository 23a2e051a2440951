package workflows_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"milepost/domain"
	"milepost/domain/entity"
	"milepost/domain/policy"
)

const toyKind = "toy"

// toy is the smallest decider that has all a host must carry: it is opened, counts, rings at set times, refuses,
// fails, and closes.
type toy struct {
	Seq    int64       `json:"seq"`
	Sum    int         `json:"sum"`
	Rings  []time.Time `json:"rings"`
	Rung   int         `json:"rung"`
	Ended  bool        `json:"ended"`
	Latest []string    `json:"latest"`
	Kept   []string    `json:"kept,omitempty"`
}

// toyCommand is the body of every toy command.
type toyCommand struct {
	N    int         `json:"n,omitempty"`
	Ring []time.Time `json:"ring,omitempty"`
	Keep string      `json:"keep,omitempty"`
}

func restoreToy(_ string, snapshot []byte) (entity.Entity, error) {
	t := &toy{Rings: []time.Time{}, Latest: []string{}}
	if len(snapshot) == 0 {
		return t, nil
	}
	return t, json.Unmarshal(snapshot, t)
}

func (t *toy) Decide(c domain.Command, now time.Time, rules *policy.Registry) ([]domain.Entry, error) {
	var body toyCommand
	if len(c.Body) > 0 {
		if err := json.Unmarshal(c.Body, &body); err != nil {
			return nil, domain.Invalid("toy.body", "body", "", "读不懂", "Unreadable.")
		}
	}
	if (c.Type == "Open") == (t.Seq > 0) {
		return nil, domain.Conflict("toy.order", "", "顺序不对", "Open comes first, and once.")
	}
	if t.Ended {
		return nil, domain.Conflict("toy.closed", "", "已关闭", "Closed.")
	}
	types := []string{c.Type}
	switch c.Type {
	case "Refuse":
		return nil, domain.NotAllowed("toy.refused", "T-1", "不可以", "No.")
	case "Odd":
		if t.Sum%2 == 0 {
			return nil, domain.Conflict("toy.even", "", "是偶数", "The sum is even.")
		}
	case "Panic":
		panic("out of order")
	case "Nothing":
		types = nil
	case "NeedsCalendar":
		if _, ok := rules.CurrentCalendar(); !ok {
			return nil, domain.Busy("calendar.loading", "日历正在加载", "The calendar is being loaded.")
		}
	case "Twice":
		types = []string{"Add", "Add"}
	case "Heavy":
		body.N, types = 0, nil
		for range 400 {
			types = append(types, "Add")
		}
	}
	var entries []domain.Entry
	for i, kind := range types {
		data, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		entries = append(entries, domain.Entry{
			Seq: t.Seq + int64(i) + 1, Type: kind, Data: data, Actor: c.Actor,
			OccurredAt: c.JudgedAt(), RecordedAt: now, Command: c.ID,
		})
	}
	return entries, nil
}

func (t *toy) Tick(now time.Time, rules *policy.Registry) ([]domain.Entry, error) {
	var entries []domain.Entry
	for _, at := range t.Rings {
		if at.After(now) || len(entries) == 3 { // a few at a time, as a decider may
			break
		}
		entries = append(entries, domain.Entry{
			Seq: t.Seq + int64(len(entries)) + 1, Type: "Rang", Data: json.RawMessage(`{}`), Actor: domain.System,
			OccurredAt: at, RecordedAt: now,
		})
	}
	if t.Sum == -1 { // a toy that needs a calendar for its deadlines
		if _, ok := rules.CurrentCalendar(); !ok {
			return nil, domain.Busy("calendar.loading", "日历正在加载", "The calendar is being loaded.")
		}
	}
	return entries, nil
}

func (t *toy) Evolve(e domain.Entry) error {
	var body toyCommand
	if err := json.Unmarshal(e.Data, &body); err != nil {
		return err
	}
	switch e.Type {
	case "Rang":
		t.Rings = t.Rings[1:]
		t.Rung++
	case "Close":
		t.Ended = true
		t.Rings = []time.Time{}
	default:
		t.Sum += body.N
		if body.Keep != "" {
			t.Kept = append(slices.Clone(t.Kept), body.Keep)
		}
		t.Rings = append(slices.Clone(t.Rings), body.Ring...)
		slices.SortFunc(t.Rings, time.Time.Compare)
	}
	t.Latest = append(slices.Clone(t.Latest), e.Type)
	if len(t.Latest) > 5 {
		t.Latest = t.Latest[1:]
	}
	t.Seq = e.Seq
	return nil
}

func (t *toy) NextDeadline() time.Time {
	if len(t.Rings) == 0 {
		return time.Time{}
	}
	return t.Rings[0]
}

func (t *toy) Labels() []domain.Label {
	if t.Seq == 0 {
		return nil
	}
	return []domain.Label{{Name: "Rung", Value: strconv.Itoa(t.Rung)}, {Name: "Kept", Value: strings.Join(t.Kept, " ")}}
}

func (t *toy) Closed() bool              { return t.Ended }
func (t *toy) Sequence() int64           { return t.Seq }
func (t *toy) Snapshot() ([]byte, error) { return json.Marshal(t) }
