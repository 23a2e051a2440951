package project

import (
	"slices"
	"time"

	"milepost/domain"
	"milepost/domain/policy"
)

// ItemState is how far an approval item has come.
type ItemState string

// The states of an item. An item moves
// waiting → open → received → accepted → granted | refused, with supplement between received and accepted.
const (
	ItemNotApplicable ItemState = "not-applicable" // 不适用
	ItemWaiting       ItemState = "waiting"        // 待前置事项
	ItemOpen          ItemState = "open"           // 待申报
	ItemReceived      ItemState = "received"       // 已收件
	ItemSupplementing ItemState = "supplement"     // 补正中
	ItemAccepted      ItemState = "accepted"       // 已受理
	ItemGranted       ItemState = "granted"        // 已批准
	ItemRefused       ItemState = "refused"        // 不予批准
	ItemGone          ItemState = "withdrawn"      // 视为撤回
)

// Item is one approval item, or one single acceptance, of the project.
type Item struct {
	Key        string      `json:"key"`
	Name       domain.Text `json:"name"`
	Phase      string      `json:"phase"`
	Department string      `json:"department"`
	State      ItemState   `json:"state"`
	Round      int         `json:"round"`
	After      []string    `json:"after,omitempty"`
	Reason     domain.Text `json:"reason,omitzero"` // why it is not applicable
	Clause     string      `json:"clause"`

	Received     time.Time `json:"received,omitzero"`
	Papers       []string  `json:"papers,omitempty"`  // handed in
	Missing      []Missing `json:"missing,omitempty"` // asked for, not supplied yet
	Supplemented bool      `json:"supplemented,omitempty"`
	AskedBy      string    `json:"askedBy,omitempty"`
	Extended     int       `json:"extended,omitempty"` // working days
	Paused       bool      `json:"paused,omitempty"`
	Deemed       bool      `json:"deemed,omitempty"` // accepted by lapse of the department
	Lapsed       time.Time `json:"lapsed,omitzero"`  // when it was deemed accepted, or taken as withdrawn
	Tacit        bool      `json:"tacit,omitempty"`
	Decided      time.Time `json:"decided,omitzero"`
	Late         bool      `json:"late,omitempty"` // decided after its due time
	Document     string    `json:"document,omitempty"`
	JointReview  string    `json:"jointReview,omitempty"`

	Pack string `json:"pack,omitempty"` // by whose rule its papers are judged, when that is not the project's: they came in under it
	Undo *Undo  `json:"undo,omitempty"`
}

// Missing is one paper asked for in a supplement notice, with the standard it must meet.
type Missing struct {
	Paper    string `json:"paper"`
	Standard string `json:"standard"`
}

func (p *Project) item(k string) (*Item, bool) {
	for i := range p.Items {
		if p.Items[i].Key == k {
			return &p.Items[i], true
		}
	}
	return nil, false
}

func (p *Project) itemName(k string) domain.Text {
	if item, ok := p.item(k); ok {
		return item.Name
	}
	return domain.Text{Zh: k, En: k}
}

// itemIn returns an item of the project that is in one of the states named.
func (b *batch) itemIn(k string, states ...ItemState) (*Item, policy.Item, error) {
	item, ok := b.p.item(k)
	if !ok {
		return nil, policy.Item{}, domain.NotFound("item.unknown", "item", "本项目没有这个事项："+k, "The project has no such item: "+k)
	}
	if b.p.Status != Active {
		return nil, policy.Item{}, b.during(b.p.Phase)
	}
	rule, ok := b.ruleOf(item)
	if !ok {
		return nil, policy.Item{}, domain.NotFound("item.unknown", "item", "政策包没有这个事项："+k, "The pack has no such item: "+k)
	}
	if !slices.Contains(states, item.State) {
		return nil, policy.Item{}, domain.Conflict("item.state", item.Clause, "事项“"+item.Name.Zh+"”目前"+zhItem[item.State]+"，不能这样办理", "The item is "+string(item.State)+"; this cannot be done now.")
	}
	return item, rule, nil
}

// ruleOf is the rule by which the papers of an item are judged: that of the version they came in under.
func (b *batch) ruleOf(item *Item) (policy.Item, bool) { return b.under(item.Pack).Item(item.Key) }

// underReview returns an item that a department has before it, with its rule and the task of deciding it.
func (b *batch) underReview(k string) (*Item, policy.Item, *Task, error) {
	item, rule, err := b.itemIn(k, ItemAccepted, ItemReceived)
	if err != nil {
		return nil, policy.Item{}, nil, err
	}
	t, err := b.held(TaskDecision, k)
	return item, rule, t, err
}

var zhItem = map[ItemState]string{
	ItemNotApplicable: "不适用", ItemWaiting: "等待前置事项", ItemOpen: "待申报", ItemReceived: "待完整性审查",
	ItemSupplementing: "正在补正", ItemAccepted: "已受理", ItemGranted: "已批准", ItemRefused: "不予批准", ItemGone: "视为撤回",
}

func notOwner() error {
	return domain.NotAllowed("item.owner", ruleParty, "只有项目业主可以提交", "Only the owner may hand in papers.")
}

func department(code string) domain.Party {
	return domain.Party{Kind: domain.PartyDepartment, Code: code}
}

// paperName is what the pack calls a paper of an item.
func paperName(rule policy.Item, k string) domain.Text {
	for _, p := range rule.Papers {
		if p.Key == k {
			return p.Name
		}
	}
	return domain.Text{Zh: k, En: k}
}
