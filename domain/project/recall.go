package project

import (
	"slices"
	"time"

	"milepost/domain"
)

// Undo is what an item was before its last act, as long as nobody else has acted on it since.
type Undo struct {
	Act   string    `json:"act"`
	By    string    `json:"by"`
	At    time.Time `json:"at"`
	Item  Item      `json:"item"`
	Tasks []Task    `json:"tasks,omitempty"`
}

// RecallAct takes back one's own last act on an item, while nobody has acted on it (撤回). The work goes on under
// its old limit, and rungs that were climbed stay climbed. Who was late already goes on climbing where he stood; who
// would have become late meanwhile is late from now on.
type RecallAct struct {
	Item   string `json:"item"`
	Reason string `json:"reason"`
}

func (c RecallAct) decide(b *batch) error {
	item, ok := b.p.item(c.Item)
	if !ok {
		return domain.NotFound("item.unknown", "item", "本项目没有这个事项："+c.Item, "The project has no such item: "+c.Item)
	}
	if b.p.Status != Active || item.Undo == nil || string(b.p.Phase) != item.Phase || !b.p.Acceptance.Settled.IsZero() {
		return domain.Conflict("recall.none", ruleRecall, "没有可以撤回的操作，或已有人据此办理", "There is nothing to recall, or somebody has acted on it since.")
	}
	if item.Undo.By != b.actor.User {
		return domain.NotAllowed("recall.other", ruleRecall, "只能撤回自己的操作", "Only one's own act can be recalled.")
	}
	if err := b.reasoned(c.Reason, "reason"); err != nil {
		return err
	}
	tasks, err := b.takenUp(item.Undo)
	if err != nil {
		return err
	}
	b.emit(ActRecalled{Item: item.Key, Act: item.Undo.Act, Reason: c.Reason, Tasks: tasks}, ruleRecall)
	return nil
}

// takenUp are the tasks of an item as they go on after an act on them was recalled.
func (b *batch) takenUp(undo *Undo) ([]Task, error) {
	var ts []Task
	for i := range undo.Tasks {
		t := *clone(&undo.Tasks[i])
		left := t.Clock.Rungs
		if now, open := b.p.task(t.Key); open {
			t.Assignee, t.Asked, t.Cosigners = now.Assignee, now.Asked, now.Cosigners
			if now.Clock.Due.Equal(t.Clock.Due) && now.Clock.standing() == t.Clock.standing() { // the act did not touch it
				ts = append(ts, *clone(now))
				continue
			}
			left = remaining(left, now.Clock.Rungs)
		}
		if t.Clock.Calendar != b.cal.Version() {
			clock, err := b.recomputed(t.Clock)
			if err != nil {
				return nil, err
			}
			t.Clock = clock
		}
		if t.Clock.missed(undo.At) {
			t.Clock.Rungs = b.putOff(&t.Clock, left, undo.At)
		} else {
			b.hangFrom(&t.Clock, b.at)
			b.rehang(&t.Clock, left, b.at)
		}
		ts = append(ts, t)
	}
	return ts, nil
}

// remember keeps what an item was, so that the act can be recalled by the one who did it.
func (p *Project) remember(item *Item, act string, at domain.Entry) {
	if at.Actor.Automatic() {
		item.Undo = nil
		return
	}
	before := *clone(item)
	before.Undo = nil
	u := &Undo{Act: act, By: at.Actor.User, At: at.OccurredAt, Item: before}
	for _, t := range p.Tasks {
		if t.Subject == item.Key && (t.Kind == TaskCompleteness || t.Kind == TaskDecision || t.Kind == TaskSupplement || t.Kind == TaskSubmission) {
			u.Tasks = append(u.Tasks, *clone(&t))
		}
	}
	item.Undo = u
}

// ActRecalled puts an item back to what it was before its last act; Tasks are the work on it that goes on.
type ActRecalled struct {
	Item   string `json:"item"`
	Act    string `json:"act"`
	Reason string `json:"reason"`
	Tasks  []Task `json:"tasks,omitempty"`
}

func (e ActRecalled) evolve(p *Project, _ domain.Entry) {
	item, ok := p.item(e.Item)
	if !ok || item.Undo == nil {
		return
	}
	u := item.Undo
	for _, k := range []TaskKind{TaskCompleteness, TaskDecision, TaskSupplement, TaskSubmission} {
		p.close(k, e.Item)
	}
	*item = u.Item
	p.open(e.Tasks...)
	for _, t := range e.Tasks {
		p.unvoid(t)
	}
	p.close(TaskSettlement, "settlement") // asked for when all was granted
	for i := range p.Items {              // what the act had opened waits again
		if d := &p.Items[i]; d.State == ItemOpen && slices.Contains(d.After, e.Item) && item.State != ItemGranted {
			d.State = ItemWaiting
			p.close(TaskSubmission, d.Key)
		}
	}
}

func (e ActRecalled) text(p *Project) domain.Text {
	n := p.itemName(e.Item)
	act, ok := recalled[e.Act]
	if !ok {
		act = domain.Text{Zh: "操作", En: "act"}
	}
	return domain.Text{Zh: "撤回对“" + n.Zh + "”的" + act.Zh + "：" + e.Reason, En: n.En + ": " + act.En + " recalled: " + e.Reason}
}

// recalled are the acts on an item that can be taken back.
var recalled = map[string]domain.Text{
	"accept": {Zh: "受理", En: "acceptance"}, "ask-supplement": {Zh: "补正告知", En: "supplement notice"}, "pause": {Zh: "暂停计时", En: "pause"},
	"resume": {Zh: "恢复计时", En: "resumption"}, "extend": {Zh: "延期", En: "extension"}, "grant": {Zh: "批准", En: "grant"}, "refuse": {Zh: "不予批准决定", En: "refusal"},
}
