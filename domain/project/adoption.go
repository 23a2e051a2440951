package project

import (
	"slices"
	"strings"

	"milepost/domain"
	"milepost/domain/policy"
)

// AdoptPack moves an open project to a new version of its policy pack, which must succeed the one it is under, however
// many versions lie between. What has begun goes on by the version it began under (法不溯及既往): the clock and ladder of
// an open task, the papers of an item that is in, the criteria of a panel that sits. What begins from now on goes by the
// new one. Items of the running phase that the new version adds are listed, and those that still wait are as it has them.
// Only the product itself sends it.
type AdoptPack struct {
	Pack string `json:"pack"` // by hash
}

func (c AdoptPack) decide(b *batch) error {
	if err := b.only(domain.RoleSystem); err != nil {
		return err
	}
	if c.Pack == b.p.Pack {
		return domain.Conflict("adoption.same", ruleAdoption, "项目已经按这一版政策包办理", "The project goes by this version already.")
	}
	next, ok := b.rules.Pack(c.Pack)
	if !ok {
		return domain.Busy("pack.loading", "政策包正在加载，请稍后重试", "The policy pack is being loaded; try again shortly.")
	}
	if next.Jurisdiction != b.pack.Jurisdiction && next.Jurisdiction != b.p.Profile.Jurisdiction {
		return domain.Conflict("adoption.elsewhere", ruleAdoption, "这是其他辖区的政策包："+next.Jurisdiction, "The pack is another jurisdiction's: "+next.Jurisdiction)
	}
	if faults := policy.Succeeds(b.pack, next); len(faults) > 0 {
		f := faults[0]
		return domain.Conflict("adoption.successor", domain.RuleSuccessor,
			"不能接替项目现行的第"+b.pack.Version+"版：“"+f.Path+"”"+f.Message.Zh, "It does not succeed version "+b.pack.Version+", which the project is under: "+f.Path+": "+f.Message.En)
	}
	ev := PackAdopted{From: b.p.Pack, To: c.Pack, Was: b.pack.Version, Version: next.Version}
	b.pack = next
	if err := b.relist(&ev); err != nil {
		return err
	}
	b.emit(ev, ruleAdoption)
	return nil
}

// relist finds what the new version asks for in a phase of items that still runs. An item that was found not applicable
// stays so, and once all are granted nothing is added: that question was settled by the version before.
func (b *batch) relist(ev *PackAdopted) error {
	phase := string(b.p.Phase)
	moves := b.p.Status == Active || b.p.Status == Suspended
	if !moves || (b.p.Phase != Approval && b.p.Phase != Completion) || b.p.settled(phase) {
		return nil
	}
	rules := b.pack.ItemsOf(phase, b.p.Profile.Procedure)
	items, err := b.applied(phase, rules)
	if err != nil {
		return err
	}
	for i := range items {
		if was, ok := b.p.item(items[i].Key); ok && was.State != ItemWaiting {
			items[i].State = was.State
		}
	}
	for i, rule := range rules {
		items[i].After = prerequisites(rule, rules, items)
		was, ok := b.p.item(rule.Key)
		switch {
		case !ok:
			ev.Listed = append(ev.Listed, items[i])
		case was.State == ItemWaiting && !was.listedAs(items[i]):
			ev.Waiting = append(ev.Waiting, items[i])
		}
	}
	for _, was := range b.p.Items {
		if was.Phase != phase || was.State != ItemWaiting || slices.ContainsFunc(rules, func(r itemRule) bool { return r.Key == was.Key }) {
			continue
		}
		was.State, was.After = ItemNotApplicable, nil
		was.Reason = domain.Text{Zh: "新版政策包对此类项目不再要求", En: "The new version of the pack does not ask such a project for it"}
		ev.Waiting = append(ev.Waiting, was)
	}
	return nil
}

// listedAs tells whether an item that waits is what a list makes of it.
func (i *Item) listedAs(o Item) bool {
	return i.State == o.State && i.Name == o.Name && i.Department == o.Department && i.Reason == o.Reason && i.Clause == o.Clause && slices.Equal(i.After, o.After)
}

// under is the version of the pack with that hash that something has begun under; the project's own when empty.
func (b *batch) under(hash string) *policy.Pack {
	if hash == "" {
		return b.pack
	}
	pack, ok := b.rules.Pack(hash) // it is one of the former, which are there (newBatch)
	if !ok {
		return b.pack
	}
	return pack
}

// PackAdopted is the move of a project to a new version of its pack: what the running phase lists anew, and what still
// waits as it is from now on.
type PackAdopted struct {
	From    string `json:"from"` // hashes
	To      string `json:"to"`
	Was     string `json:"was"` // the versions, in words
	Version string `json:"version"`
	Listed  []Item `json:"listed,omitempty"`
	Waiting []Item `json:"waiting,omitempty"`
}

func (e PackAdopted) evolve(p *Project, _ domain.Entry) {
	p.begunUnder(e.From)
	p.Pack = e.To
	for _, w := range e.Waiting {
		if item, ok := p.item(w.Key); ok {
			*item = w
		}
	}
	p.Items = append(p.Items, e.Listed...)
}

// begunUnder marks all that has begun with the version that it goes on by.
func (p *Project) begunUnder(pack string) {
	if !slices.Contains(p.Former, pack) {
		p.Former = append(p.Former, pack)
	}
	mark := func(begun *string) {
		if *begun == "" {
			*begun = pack
		}
	}
	for i := range p.Tasks {
		mark(&p.Tasks[i].Clock.Pack)
	}
	for i := range p.Items {
		item := &p.Items[i]
		if item.Round > 0 {
			mark(&item.Pack)
		}
		if item.Undo == nil {
			continue
		}
		mark(&item.Undo.Item.Pack)
		for j := range item.Undo.Tasks {
			mark(&item.Undo.Tasks[j].Clock.Pack)
		}
	}
	if len(p.Panel.Members) > 0 {
		mark(&p.Panel.Pack)
	}
}

func (e PackAdopted) text(*Project) domain.Text {
	t := domain.Text{
		Zh: "改按政策包第" + e.Version + "版办理（原第" + e.Was + "版），已经开始的仍按原规定",
		En: "Moved to version " + e.Version + " of the policy pack (was " + e.Was + "); what has begun goes on by the old one",
	}
	for _, change := range []struct {
		what Change
		word domain.Text
	}{{ItemAdded, domain.Text{Zh: "；新增事项：", En: "; added: "}}, {ItemDropped, domain.Text{Zh: "；不再需要：", En: "; no longer needed: "}}} {
		var zh, en []string
		for _, r := range e.changes() {
			if r.Change == change.what {
				zh, en = append(zh, r.Name.Zh), append(en, r.Name.En)
			}
		}
		if len(zh) > 0 {
			t.Zh, t.En = t.Zh+change.word.Zh+strings.Join(zh, "、"), t.En+change.word.En+strings.Join(en, ", ")
		}
	}
	return t
}

// Change is what a new version of a pack does to an item of a project.
type Change string

// The changes. Of other prerequisites nothing is said: the item waits, as it did.
const (
	ItemAdded   Change = "added"
	ItemDropped Change = "dropped"
)

// ItemChange is one item that is asked for from now on, or no more.
type ItemChange struct {
	Change     Change
	Item       string
	Name       domain.Text
	Department domain.Party
}

func (e PackAdopted) changes() []ItemChange {
	var cs []ItemChange
	add := func(what Change, i Item) {
		cs = append(cs, ItemChange{Change: what, Item: i.Key, Name: i.Name, Department: department(i.Department)})
	}
	for _, i := range e.Listed {
		if i.State != ItemNotApplicable {
			add(ItemAdded, i)
		}
	}
	for _, i := range e.Waiting {
		if i.State == ItemNotApplicable {
			add(ItemDropped, i)
		}
	}
	return cs
}

// ItemChanges are the items that entries ask for from then on, or no more, under a new version of the pack.
func ItemChanges(entries []domain.Entry) ([]ItemChange, error) {
	var all []ItemChange
	for _, e := range entries {
		if e.Type != eventType(PackAdopted{}) {
			continue
		}
		ev, err := decodeEvent(e.Type, e.Data)
		if err != nil {
			return nil, err
		}
		if a, ok := ev.(PackAdopted); ok {
			all = append(all, a.changes()...)
		}
	}
	return all, nil
}
