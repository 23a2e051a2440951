// Package quota is the arithmetic of quotas (要素指标) and the order of their waiting line. An account is one
// resource of one jurisdiction in one year. What an act does is decided here; package store keeps the account
// under a lock and writes the ledger.
package quota

import (
	"cmp"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"milepost/domain"
)

// Account is one quota with its waiting line. Reserved and committed together never exceed the total. Amounts
// are in the resource's unit.
type Account struct {
	Total     decimal.Decimal
	Reserved  decimal.Decimal
	Committed decimal.Decimal
	Line      []Claim // the head first
}

// Free is what can still be reserved.
func (a Account) Free() decimal.Decimal { return a.Total.Sub(a.Reserved).Sub(a.Committed) }

// State is how a project holds an amount.
type State string

// The states. A project that holds nothing has none.
const (
	Nothing   State = ""
	Reserved  State = "reserved"  // 预留
	Committed State = "committed" // 核销
)

// Holding is what one project holds of an account.
type Holding struct {
	Project string
	Amount  decimal.Decimal
	State   State
}

// Act is what a line of the ledger says was done.
type Act string

// The acts.
const (
	Add     Act = "add"     // the total grew
	Cut     Act = "cut"     // the total shrank
	Reserve Act = "reserve" // 预留
	Commit  Act = "commit"  // 核销
	Free    Act = "free"    // 释放
	Wait    Act = "wait"    // 排队
	Leave   Act = "leave"   // left the line without getting anything
)

// Entry is one line of the ledger. Place is where a project that waits stands in line, from 1.
type Entry struct {
	Act     Act
	Project string
	Amount  decimal.Decimal
	Place   int
}

// Claim is a project in the waiting line.
type Claim struct {
	Project string
	Amount  decimal.Decimal
	Rank    int             // of the project's level, 0 first: national, regional, city, county
	Benefit decimal.Decimal // fen per unit of the resource, where the pack ranks by it; the higher first
	Since   time.Time
}

// Order compares claims as the line does: by level, then benefit, then date (GG-3n, GG-3e). Equal ones stand by
// project, so that the order is always the same.
func Order(a, b Claim) int {
	return cmp.Or(cmp.Compare(a.Rank, b.Rank), b.Benefit.Cmp(a.Benefit), a.Since.Compare(b.Since), cmp.Compare(a.Project, b.Project))
}

// Grant changes the total, and the line moves. It never goes below what is reserved and committed.
func (a *Account) Grant(amount decimal.Decimal) ([]Entry, error) {
	if amount.IsZero() {
		return nil, domain.Invalid("quota.amount", "amount", clause, "调整数量不能为零", "The change must not be zero.")
	}
	if a.Free().Add(amount).IsNegative() {
		return nil, domain.Conflict("quota.used", clause, "已预留和核销的指标超过调整后的总量", "More is reserved and committed than would remain.")
	}
	a.Total = a.Total.Add(amount)
	if amount.IsNegative() {
		return []Entry{{Act: Cut, Amount: amount.Neg()}}, nil
	}
	return append([]Entry{{Act: Add, Amount: amount}}, a.serve()...), nil
}

// Reserve asks for an amount for a project that holds nothing and does not wait. It always goes through the
// line: a project of a higher level comes to its head, and nobody passes a head that does not fit yet.
func (a *Account) Reserve(h Holding, c Claim) ([]Entry, error) {
	switch {
	case !c.Amount.IsPositive():
		return nil, domain.Invalid("quota.amount", "amount", clause, "数量须为正数", "The amount must be positive.")
	case h.State != Nothing:
		return nil, domain.Conflict("quota.held", clause, "项目已持有该项指标", "The project holds this quota already.")
	case a.Place(c.Project) > 0:
		return nil, domain.Conflict("quota.waiting", clause, "项目已在排队", "The project is in line already.")
	}
	i, _ := slices.BinarySearchFunc(a.Line, c, Order)
	a.Line = slices.Insert(slices.Clone(a.Line), i, c)
	served := a.serve()
	if place := a.Place(c.Project); place > 0 {
		// The line was stuck at its head before, so with this one behind it nobody was served.
		return append([]Entry{{Act: Wait, Project: c.Project, Amount: c.Amount, Place: place}}, served...), nil
	}
	return served, nil
}

// Commit writes a reservation off at the start of construction (核销).
func (a *Account) Commit(h Holding) ([]Entry, error) {
	if h.State != Reserved {
		return nil, domain.Conflict("quota.not-reserved", clause, "项目没有预留该项指标，不能核销", "The project has no reservation to commit.")
	}
	a.Reserved, a.Committed = a.Reserved.Sub(h.Amount), a.Committed.Add(h.Amount)
	return []Entry{{Act: Commit, Project: h.Project, Amount: h.Amount}}, nil
}

// Release gives back what a project holds, or takes it out of the line, and the line moves. Giving back nothing
// is no error: the ledger then says so with an amount of zero.
func (a *Account) Release(h Holding) []Entry {
	done := Entry{Act: Free, Project: h.Project, Amount: h.Amount}
	switch h.State {
	case Reserved:
		a.Reserved = a.Reserved.Sub(h.Amount)
	case Committed:
		a.Committed = a.Committed.Sub(h.Amount)
	case Nothing:
		done.Amount = decimal.Zero
		if place := a.Place(h.Project); place > 0 {
			done.Act, done.Amount = Leave, a.Line[place-1].Amount
			a.Line = slices.Delete(slices.Clone(a.Line), place-1, place)
		}
	}
	return append([]Entry{done}, a.serve()...)
}

// Place is where a project stands in line, from 1; 0 when it does not.
func (a *Account) Place(project string) int {
	return slices.IndexFunc(a.Line, func(c Claim) bool { return c.Project == project }) + 1
}

// serve reserves for the head of the line as long as what is free suffices. A later, smaller claim never
// overtakes: else a large project of high level could be starved by small ones.
func (a *Account) serve() []Entry {
	var served []Entry
	for len(a.Line) > 0 && a.Line[0].Amount.LessThanOrEqual(a.Free()) {
		head := a.Line[0]
		a.Line = a.Line[1:]
		a.Reserved = a.Reserved.Add(head.Amount)
		served = append(served, Entry{Act: Reserve, Project: head.Project, Amount: head.Amount})
	}
	return served
}

const clause = "GG-3n"
