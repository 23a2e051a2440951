package project

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"milepost/domain"
	"milepost/domain/calendar"
)

// Late entries (补录): what happened offline and is entered afterwards (OWN-105). Each bears both times, what proves
// when it happened, and a mark; it reaches back only as far as the pack says, takes nobody else's time (OWN-105a),
// and may be entered for the owner by those who hold the paper (OWN-105b).

// maxBasis is how long the basis of a late entry may be, in characters: it stands on every line that follows.
const maxBasis = 200

// firstMoment is when the years begin that calendars know.
var firstMoment = calendar.NewDate(1900, time.January, 2).At(calendar.TimeOfDay{})

// proved refuses a late entry that lies ahead or says nothing of what proves it.
func (b *batch) proved(c domain.Command) error {
	switch {
	case !b.late && c.Basis != "":
		return domain.Invalid("occurred.missing", "occurredAt", ruleLate, "填写了补录依据，还须填写实际发生的时间", "There is a basis for a late entry; say when it happened.")
	case !b.late:
		return nil
	case c.OccurredAt.After(c.ReceivedAt):
		return domain.Invalid("occurred.future", "occurredAt", ruleLate, "发生时间不能晚于登记时间", "The time of occurrence cannot lie after the time of recording.")
	case c.OccurredAt.Before(firstMoment): // no calendar reaches back as far as that
		return tooEarly()
	case strings.TrimSpace(c.Basis) == "":
		return domain.Invalid("basis.missing", "lateBasis", ruleLate, "补录须写明依据：能证明发生时间的文件、签收单等", "A late entry needs its basis: the document or receipt that proves when it happened.")
	case utf8.RuneCountInString(c.Basis) > maxBasis:
		return domain.Invalid("basis.long", "lateBasis", ruleLate, "补录依据最多"+itoa(maxBasis)+"字", "The basis has at most "+itoa(maxBasis)+" characters.")
	}
	return nil
}

// within refuses a late entry from further back than the pack lets anybody but the office reach.
func (b *batch) within() error {
	if !b.late || b.actor.Role == domain.RoleOffice {
		return nil
	}
	rule := b.pack.Clock
	d, err := b.cal.Deadline(calendar.Limit{Received: b.at, Days: rule.LateEntryDays, Close: rule.Close})
	if err != nil || d.Missed(b.received) { // no calendar reaches back as far as that
		n := itoa(rule.LateEntryDays)
		return domain.Invalid("occurred.limit", "occurredAt", rule.LateEntryClause,
			"补录最多追溯"+n+"个工作日；更早的，业主办理的事项可由重大项目办补录，其他事项按现在的时间办理",
			"A late entry reaches back at most "+n+" working days. What the owner did before the office can enter; anything else is done as of now.")
	}
	return nil
}

// since refuses a late entry of something that cannot have happened yet: the work had not begun.
func (b *batch) since(began time.Time) error {
	if b.late && b.at.Before(began) {
		return tooEarly()
	}
	return nil
}

func tooEarly() error {
	return domain.Invalid("occurred.early", "occurredAt", ruleLate, "发生时间不能早于该事项开始的时间", "It cannot have happened before it had begun.")
}

// receipt is the moment from which a party's clock counts what happens now. A late entry counts from when it happened
// for who entered it, and for everybody if the office did; for any other party it counts from the recording, since
// nobody loses time that he could not know to be running (OWN-105a).
func (b *batch) receipt(party domain.Party) time.Time {
	if !b.late || b.sender.Role == domain.RoleOffice || b.sender.Acts(party) {
		return b.at
	}
	return b.received
}

// acts refuses who may not do a party's work. It is the party's own; what the owner did on paper the office may enter
// for it too, and so may the others named, but only as a late entry (OWN-105b).
func (b *batch) acts(party domain.Party, refusal error, others ...domain.Party) error {
	switch {
	case b.actor.Acts(party):
		return nil
	case party.Kind != domain.PartyOwner, b.actor.Role != domain.RoleOffice && !slices.ContainsFunc(others, b.actor.Acts):
		return refusal
	case !b.late:
		return domain.NotAllowed("occurred.required", ruleLateBy, "代业主登记只能作为补录，须填写实际发生的时间和依据", "What the owner did can only be entered for it as a late entry, with its time and basis.")
	}
	return nil
}

// told is what an event says, with the mark and the basis of a late entry. What followed by a rule bears the mark as
// a field only.
func told(ev event, p *Project, e domain.Entry) domain.Text {
	t := ev.text(p)
	if e.Late && !e.Actor.Automatic() {
		t.Zh += "（补录，依据：" + e.Basis + "）"
		t.En += " (entered late, on the basis of: " + e.Basis + ")"
	}
	return t
}
