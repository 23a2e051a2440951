package project

import (
	"cmp"
	"slices"
	"strings"

	"milepost/domain"
)

// ofMyParty returns an open task of the actor's own party by its key.
func (b *batch) ofMyParty(k string) (*Task, error) {
	t, ok := b.p.task(k)
	if !ok {
		return nil, domain.NotFound("task.unknown", "task", "没有这项待办，可能已经办结", "There is no such open task; it may be done.")
	}
	if !b.actor.Acts(t.Party) {
		return nil, otherParty()
	}
	b.task = t.Key
	return t, nil
}

// holding returns a task that the actor may pass on: his own, nobody's, or any of the department's as its head.
func (b *batch) holding(k string) (*Task, error) {
	t, err := b.ofMyParty(k)
	if err != nil {
		return nil, err
	}
	if t.Assignee != "" && !b.is(t.Assignee) && b.actor.Role != domain.RoleHead {
		return nil, domain.NotAllowed("task.held", ruleParty, "这项待办由其他人承办", "A colleague holds this task.")
	}
	return t, nil
}

// is tells whether the actor is an account, or covers for it (代办).
func (b *batch) is(account string) bool {
	return account != "" && (account == b.actor.User || account == b.actor.OnBehalfOf)
}

// ClaimTask takes a task that nobody has (签收).
type ClaimTask struct {
	Task string `json:"task"`
}

func (c ClaimTask) decide(b *batch) error {
	t, err := b.ofMyParty(c.Task)
	if err != nil {
		return err
	}
	switch t.Assignee {
	case "":
		b.emit(TaskAssigned{Task: t.Key, Name: t.Name, To: b.actor.User, How: "claim"}, ruleParty)
		return nil
	case b.actor.User, b.actor.OnBehalfOf:
		return domain.Conflict("task.mine", ruleParty, "您已签收这项待办", "You have this task already.")
	default:
		return domain.Conflict("task.taken", ruleParty, "这项待办已由其他人签收", "A colleague has taken this task.")
	}
}

// ReleaseTask puts one's task back for anyone of the department (退回待签收).
type ReleaseTask struct {
	Task string `json:"task"`
}

func (c ReleaseTask) decide(b *batch) error {
	t, err := b.holding(c.Task)
	if err != nil {
		return err
	}
	if t.Assignee == "" {
		return domain.Conflict("task.free", ruleParty, "这项待办无人签收", "Nobody has this task.")
	}
	b.emit(TaskAssigned{Task: t.Key, Name: t.Name, How: "release"}, ruleParty)
	return nil
}

// HandOverTask passes a task to a colleague (转办); the server has checked that he belongs to the department.
type HandOverTask struct {
	Task   string `json:"task"`
	To     string `json:"to"`
	Reason string `json:"reason,omitempty"`
}

func (c HandOverTask) decide(b *batch) error {
	t, err := b.holding(c.Task)
	if err != nil {
		return err
	}
	if strings.TrimSpace(c.To) == "" || c.To == t.Assignee {
		return domain.Invalid("task.to", "to", ruleParty, "须选择另一位承办人", "Choose another colleague.")
	}
	if err := cmp.Or(b.brief(c.To, "to"), b.brief(c.Reason, "reason")); err != nil {
		return err
	}
	how := "hand-over"
	if b.actor.Role == domain.RoleHead {
		how = "assign"
	}
	b.emit(TaskAssigned{Task: t.Key, Name: t.Name, To: c.To, How: how, Reason: c.Reason}, ruleParty)
	return nil
}

// AskColleague asks a colleague for an opinion (委派); the task stays where it is.
type AskColleague struct {
	Task     string `json:"task"`
	To       string `json:"to"`
	Question string `json:"question"`
}

func (c AskColleague) decide(b *batch) error {
	t, err := b.holding(c.Task)
	if err != nil {
		return err
	}
	if strings.TrimSpace(c.To) == "" || c.To == b.actor.User {
		return domain.Invalid("task.to", "to", ruleParty, "须选择一位同事", "Choose a colleague.")
	}
	if err := b.brief(c.To, "to"); err != nil {
		return err
	}
	if err := b.reasoned(c.Question, "question"); err != nil {
		return err
	}
	b.emit(ColleagueAsked{Task: t.Key, Name: t.Name, To: c.To, Question: c.Question}, ruleParty)
	return nil
}

// AnswerColleague is the opinion asked for.
type AnswerColleague struct {
	Task    string `json:"task"`
	Opinion string `json:"opinion"`
}

func (c AnswerColleague) decide(b *batch) error {
	t, err := b.ofMyParty(c.Task)
	if err != nil {
		return err
	}
	if !b.is(t.Asked) {
		return domain.NotAllowed("task.not-asked", ruleParty, "没有请您就这项待办提出意见", "You have not been asked about this task.")
	}
	if err := b.reasoned(c.Opinion, "opinion"); err != nil {
		return err
	}
	b.emit(ColleagueAnswered{Task: t.Key, Name: t.Name, Opinion: c.Opinion}, ruleParty)
	return nil
}

// AddCosigner makes the end of the task wait for a colleague's signature (加签).
type AddCosigner struct {
	Task string `json:"task"`
	User string `json:"user"`
}

func (c AddCosigner) decide(b *batch) error {
	t, err := b.holding(c.Task)
	if err != nil {
		return err
	}
	if strings.TrimSpace(c.User) == "" || c.User == b.actor.User || slices.ContainsFunc(t.Cosigners, func(s Cosigner) bool { return s.User == c.User }) {
		return domain.Invalid("task.cosigner", "user", ruleParty, "须选择一位尚未加签的同事", "Choose a colleague who is not a co-signer yet.")
	}
	if err := b.brief(c.User, "user"); err != nil {
		return err
	}
	b.emit(CosignerAdded{Task: t.Key, Name: t.Name, User: c.User}, ruleParty)
	return nil
}

// RemoveCosigner takes a co-signer off who has not signed (减签).
type RemoveCosigner struct {
	Task string `json:"task"`
	User string `json:"user"`
}

func (c RemoveCosigner) decide(b *batch) error {
	t, err := b.holding(c.Task)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(t.Cosigners, func(s Cosigner) bool { return s.User == c.User && s.Signed.IsZero() }) {
		return domain.NotFound("task.cosigner", "user", "没有这位未签署的加签人", "There is no such co-signer who has not signed.")
	}
	b.emit(CosignerRemoved{Task: t.Key, Name: t.Name, User: c.User}, ruleParty)
	return nil
}

// CosignTask is a co-signer's signature with his opinion.
type CosignTask struct {
	Task    string `json:"task"`
	Opinion string `json:"opinion"`
}

func (c CosignTask) decide(b *batch) error {
	t, err := b.ofMyParty(c.Task)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(t.Cosigners, func(s Cosigner) bool { return b.is(s.User) && s.Signed.IsZero() })
	if i < 0 {
		return domain.NotAllowed("task.not-cosigner", ruleParty, "您不是这项待办的加签人，或已签署", "You are no co-signer of this task, or have signed.")
	}
	if err := b.reasoned(c.Opinion, "opinion"); err != nil {
		return err
	}
	b.emit(TaskCosigned{Task: t.Key, Name: t.Name, User: t.Cosigners[i].User, Opinion: c.Opinion}, ruleParty)
	return nil
}

// TaskAssigned says who has a task now; To is empty when nobody has.
type TaskAssigned struct {
	Task   string      `json:"task"`
	Name   domain.Text `json:"name"`
	To     string      `json:"to,omitempty"`
	How    string      `json:"how"` // claim | release | hand-over | assign
	Reason string      `json:"reason,omitempty"`
}

func (e TaskAssigned) evolve(p *Project, _ domain.Entry) {
	if t, ok := p.task(e.Task); ok {
		t.Assignee = e.To
	}
}

func (e TaskAssigned) text(*Project) domain.Text {
	switch e.How {
	case "claim":
		return domain.Text{Zh: "签收：" + e.Name.Zh, En: "Claimed: " + e.Name.En}
	case "release":
		return domain.Text{Zh: "退回待签收：" + e.Name.Zh, En: "Released: " + e.Name.En}
	case "assign":
		return domain.Text{Zh: "指派“" + e.Name.Zh + "”给" + e.To, En: e.Name.En + ": assigned to " + e.To}
	default:
		return domain.Text{Zh: "转办“" + e.Name.Zh + "”给" + e.To, En: e.Name.En + ": handed over to " + e.To}
	}
}

// ColleagueAsked asks for an opinion.
type ColleagueAsked struct {
	Task     string      `json:"task"`
	Name     domain.Text `json:"name"`
	To       string      `json:"to"`
	Question string      `json:"question"`
}

func (e ColleagueAsked) evolve(p *Project, _ domain.Entry) {
	if t, ok := p.task(e.Task); ok {
		t.Asked = e.To
	}
}

func (e ColleagueAsked) text(*Project) domain.Text {
	return domain.Text{Zh: "就“" + e.Name.Zh + "”征求" + e.To + "意见：" + e.Question, En: e.Name.En + ": " + e.To + " asked: " + e.Question}
}

// ColleagueAnswered is the opinion.
type ColleagueAnswered struct {
	Task    string      `json:"task"`
	Name    domain.Text `json:"name"`
	Opinion string      `json:"opinion"`
}

func (e ColleagueAnswered) evolve(p *Project, _ domain.Entry) {
	if t, ok := p.task(e.Task); ok {
		t.Asked = ""
	}
}

func (e ColleagueAnswered) text(*Project) domain.Text {
	return domain.Text{Zh: "对“" + e.Name.Zh + "”的意见：" + e.Opinion, En: e.Name.En + ": opinion: " + e.Opinion}
}

// CosignerAdded makes the task wait for a signature.
type CosignerAdded struct {
	Task string      `json:"task"`
	Name domain.Text `json:"name"`
	User string      `json:"user"`
}

func (e CosignerAdded) evolve(p *Project, _ domain.Entry) {
	if t, ok := p.task(e.Task); ok {
		t.Cosigners = append(t.Cosigners, Cosigner{User: e.User})
	}
}

func (e CosignerAdded) text(*Project) domain.Text {
	return domain.Text{Zh: "“" + e.Name.Zh + "”加签" + e.User, En: e.Name.En + ": co-signer " + e.User + " added"}
}

// CosignerRemoved takes a co-signer off.
type CosignerRemoved struct {
	Task string      `json:"task"`
	Name domain.Text `json:"name"`
	User string      `json:"user"`
}

func (e CosignerRemoved) evolve(p *Project, _ domain.Entry) {
	if t, ok := p.task(e.Task); ok {
		t.Cosigners = slices.DeleteFunc(t.Cosigners, func(s Cosigner) bool { return s.User == e.User && s.Signed.IsZero() })
	}
}

func (e CosignerRemoved) text(*Project) domain.Text {
	return domain.Text{Zh: "“" + e.Name.Zh + "”减签" + e.User, En: e.Name.En + ": co-signer " + e.User + " removed"}
}

// TaskCosigned is a signature.
type TaskCosigned struct {
	Task    string      `json:"task"`
	Name    domain.Text `json:"name"`
	User    string      `json:"user"`
	Opinion string      `json:"opinion"`
}

func (e TaskCosigned) evolve(p *Project, at domain.Entry) {
	t, ok := p.task(e.Task)
	if !ok {
		return
	}
	for i := range t.Cosigners {
		if s := &t.Cosigners[i]; s.User == e.User && s.Signed.IsZero() {
			s.Signed, s.Opinion = at.OccurredAt, e.Opinion
		}
	}
}

func (e TaskCosigned) text(*Project) domain.Text {
	return domain.Text{Zh: e.User + "签署“" + e.Name.Zh + "”：" + e.Opinion, En: e.Name.En + ": signed by " + e.User + ": " + e.Opinion}
}
