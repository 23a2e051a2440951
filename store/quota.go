package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"milepost/domain"
	"milepost/domain/project"
	"milepost/domain/quota"
)

// Reservation is the ledger's answer to a project: reserved, or a place in line.
type Reservation struct {
	Project  string
	Resource string
	Year     int
	Reserved bool
	Place    int // from 1; 0 when reserved
}

// QuotaGrant changes a quota's total: by a positive amount, or a negative one that must not go below what is
// reserved and committed. ID is the client's idempotency key.
type QuotaGrant struct {
	ID           string
	Jurisdiction string
	Resource     string
	Year         int
	Amount       string // decimal, at most four places
	By           domain.Actor
	Address      string // where from
	Clause       string
	Note         string
	At           time.Time // civil
}

// actAdd is the act of an effect that only tells of a grant; the grant itself is on the ledger already.
const actAdd = "add"

// Quota carries out a ledger act once, under the id of its effect; repeated, it returns the same answers: the
// project's own, and one for each project that the act let move from the line to a reservation. A refusal
// (domain.Error) is for good: the act contradicts the ledger.
func (s *Store) Quota(ctx context.Context, effect string, act project.QuotaAct) ([]Reservation, error) {
	who, err := s.causeOf(ctx, effect)
	if err != nil {
		return nil, fmt.Errorf("quota %s: %w", effect, err)
	}
	who.clause = act.Clause
	var lines []ledgerModel
	err = s.write(ctx, func(tx *gorm.DB) error {
		lines, err = s.account(tx, keyOf(act.Jurisdiction, act.Resource, act.Year), effect, who, act.Project,
			func(a *quota.Account, h quota.Holding) ([]quota.Entry, error) { return carry(a, h, act, who.at) })
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("quota %s: %w", effect, err)
	}
	return answers(lines), nil
}

// carry does what an act asks of the account.
func carry(a *quota.Account, h quota.Holding, act project.QuotaAct, since time.Time) ([]quota.Entry, error) {
	switch act.Act {
	case string(quota.Reserve):
		amount, err := quantity(act.Amount)
		if err != nil {
			return nil, err
		}
		c := quota.Claim{Project: act.Project, Amount: amount, Rank: act.Rank, Since: since}
		if amount.IsPositive() {
			c.Benefit = decimal.NewFromInt(benefit(act)).DivRound(amount, 4)
		}
		return a.Reserve(h, c)
	case string(quota.Commit):
		return a.Commit(h)
	case string(quota.Free):
		return a.Release(h), nil
	default:
		return nil, domain.Invalid("quota.act", "act", "", "不认识的指标操作："+act.Act, "Unknown act on a quota: "+act.Act+".")
	}
}

// benefit is the figure, in fen, by which the pack ranks claims of equal level: what is invested, or the tax of a year
// that was declared. Who declared none comes after those who did.
func benefit(act project.QuotaAct) int64 {
	switch act.Benefit {
	case "investment":
		return act.Investment
	case "tax":
		return act.AnnualTax
	default:
		return 0
	}
}

// AddQuota carries out a grant and moves the line; the projects served are told through the outbox of effects.
// The same grant again changes nothing; another one under its id is refused.
func (s *Store) AddQuota(ctx context.Context, g QuotaGrant) error {
	amount, err := quantity(g.Amount)
	if err != nil {
		return err
	}
	effect := "quota/" + g.ID
	who := cause{actor: g.By, at: exact(g.At), clause: g.Clause, note: g.Note}
	err = s.write(ctx, func(tx *gorm.DB) error {
		first := false
		lines, err := s.account(tx, keyOf(g.Jurisdiction, g.Resource, g.Year), effect, who, "", func(a *quota.Account, _ quota.Holding) ([]quota.Entry, error) {
			first = true
			return a.Grant(amount)
		})
		if err != nil {
			return err
		}
		if l := lines[0]; l.Amount != units(amount.Abs()) || (l.Act == string(quota.Cut)) != amount.IsNegative() ||
			l.Actor != actorRow(g.By) || keyOf(l.Jurisdiction, l.Resource, int(l.Year)) != keyOf(g.Jurisdiction, g.Resource, g.Year) {
			return mismatch()
		}
		if !first {
			return nil
		}
		if len(lines) > 1 {
			if err := tellServed(tx, effect, g, exact(s.now())); err != nil {
				return err
			}
		}
		return s.note(tx, By{g.By, g.Address}, "quota.grant", fmt.Sprintf("quota/%s/%s/%d", g.Jurisdiction, g.Resource, g.Year),
			map[string]any{"id": g.ID, "amount": g.Amount, "clause": g.Clause, "note": g.Note})
	})
	if err != nil {
		return fmt.Errorf("change the quota: %w", err)
	}
	return nil
}

// tellServed leaves to the outbox to tell the projects that a grant has served.
func tellServed(tx *gorm.DB, effect string, g QuotaGrant, now time.Time) error {
	data, err := json.Marshal(project.QuotaAct{Act: actAdd, Jurisdiction: g.Jurisdiction, Resource: g.Resource, Year: g.Year, Amount: g.Amount, Clause: g.Clause})
	if err != nil {
		return err
	}
	return add(tx, []effectModel{{
		ID: effect, Entity: effect, Seq: 1, Kind: project.EffectQuota, Data: string(data), State: outPending, TryAt: now,
	}})
}

// cause is who and what made a change to the ledger.
type cause struct {
	actor  domain.Actor
	at     time.Time
	clause string
	note   string
}

// causeOf finds the line of the timeline that an effect comes from; the product itself, now, when there is none. What
// was entered late counts from its recording: nobody steps before those who have waited in line since (OWN-105a).
func (s *Store) causeOf(ctx context.Context, effect string) (cause, error) {
	who, ok, err := one(s.db.WithContext(ctx), func(r row, c *cause) error {
		var late bool
		var recorded time.Time
		if err := r.Scan(append(actorFields(&c.actor), at(&c.at), at(&recorded), &late)...); err != nil {
			return err
		}
		if late {
			c.at = recorded
		}
		return nil
	}, "SELECT "+actorColumns+", occurred_at, recorded_at, late FROM timeline t JOIN effects x ON x.entity = t.entity AND x.seq = t.seq WHERE x.id = ?", effect)
	if err != nil || ok {
		return who, err
	}
	clock, err := s.Clock(ctx)
	return cause{actor: domain.System, at: clock.Civil(s.now())}, err
}

// account runs one act on a quota under its lock and returns the lines that the ledger has for the effect,
// whether they were written now or before.
func (s *Store) account(tx *gorm.DB, key quotaKey, effect string, who cause, projectID string,
	act func(*quota.Account, quota.Holding) ([]quota.Entry, error),
) ([]ledgerModel, error) {
	q, err := s.lockQuota(tx, key)
	if err != nil {
		return nil, err
	}
	written, err := ledgerOf(tx, effect)
	if err != nil || len(written) > 0 {
		return written, err
	}
	late, err := overtaken(tx, key, effect)
	if err != nil {
		return nil, err
	}
	if late {
		return nil, errOvertaken()
	}
	a, waiting, err := accountOf(tx, q)
	if err != nil {
		return nil, err
	}
	h, err := holdingOf(tx, key, projectID)
	if err != nil {
		return nil, err
	}
	entries, err := act(&a, h)
	if err != nil {
		return nil, err
	}
	lines := make([]ledgerModel, len(entries))
	for i, e := range entries {
		lines[i] = ledgerModel{
			Effect: effect, N: int64(i), Jurisdiction: key.Jurisdiction, Resource: key.Resource, Year: key.Year, Act: string(e.Act), Project: e.Project,
			Amount: units(e.Amount), Place: int64(e.Place), Actor: actorRow(who.actor), Clause: who.clause, Note: who.note, At: who.at,
		}
		if i > 0 { // what follows from an act is the product's own doing
			lines[i].Actor = actorRow(domain.System)
		}
		if err := keepEntry(tx, key, e); err != nil {
			return nil, err
		}
	}
	if err := keepLine(tx, key, effect, a.Line, waiting); err != nil {
		return nil, err
	}
	if err := tx.Exec("UPDATE quotas SET total = ?, reserved = ?, committed = ? WHERE jurisdiction = ? AND resource = ? AND year = ?",
		units(a.Total), units(a.Reserved), units(a.Committed), key.Jurisdiction, key.Resource, key.Year).Error; err != nil {
		return nil, err
	}
	return lines, insert(tx, lines)
}

// overtaken tells whether the ledger has an act on a quota from an effect of the same entity behind this one, and none
// from this one. The acts of an entity count in their order: a reservation after the release of the same quota would be held for ever by a project
// that has left.
func overtaken(tx *gorm.DB, key quotaKey, effect string) (bool, error) {
	_, later, err := one(tx, scalar[string], `SELECT l.effect FROM effects x JOIN effects y ON y.entity = x.entity AND (y.seq, y.n) > (x.seq, x.n)
		JOIN quota_ledger l ON l.effect = y.id
		WHERE x.id = ? AND l.jurisdiction = ? AND l.resource = ? AND l.year = ?
		AND NOT EXISTS (SELECT 1 FROM quota_ledger o WHERE o.effect = x.id) LIMIT 1`, effect, key.Jurisdiction, key.Resource, key.Year)
	return later, err
}

func errOvertaken() error {
	return domain.Conflict("effect.overtaken", "OWN-113", "该项目对同一指标的后续操作已经完成，不能再补做这一项",
		"A later act of the project on the same quota has been carried out; this one can no longer be.")
}

func keyOf(jurisdiction, resource string, year int) quotaKey {
	return quotaKey{jurisdiction, resource, int64(year)}
}

// lockQuota locks a quota; one that nobody granted yet begins with nothing, so that a project can wait for it.
func (s *Store) lockQuota(tx *gorm.DB, key quotaKey) (quotaModel, error) {
	if key.Jurisdiction == "" || key.Resource == "" || key.Year == 0 {
		return quotaModel{}, domain.Invalid("quota.key", "quota", "", "须指明辖区、要素和年度", "Jurisdiction, resource and year are needed.")
	}
	for {
		q, ok, err := one(tx, func(r row, q *quotaModel) error { return r.Scan(&q.Total, &q.Reserved, &q.Committed) },
			"SELECT total, reserved, committed FROM quotas WHERE jurisdiction = ? AND resource = ? AND year = ?"+s.forUpdate(),
			key.Jurisdiction, key.Resource, key.Year)
		q.Of = key
		if err != nil || ok {
			return q, err
		}
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&quotaModel{Of: key}).Error; err != nil {
			return q, err
		}
	}
}

func accountOf(tx *gorm.DB, q quotaModel) (quota.Account, []waitingModel, error) {
	a := quota.Account{Total: amount(q.Total), Reserved: amount(q.Reserved), Committed: amount(q.Committed)}
	waiting, err := rows(tx, scanWaiting, "SELECT "+waitingColumns+" FROM quota_line w WHERE w.jurisdiction = ? AND w.resource = ? AND w.year = ?",
		q.Of.Jurisdiction, q.Of.Resource, q.Of.Year)
	if err != nil {
		return a, nil, err
	}
	a.Line, err = lineOf(waiting)
	return a, waiting, err
}

func holdingOf(tx *gorm.DB, key quotaKey, projectID string) (quota.Holding, error) {
	h, _, err := one(tx, func(r row, h *quota.Holding) error {
		var n int64
		err := r.Scan(&n, &h.State)
		h.Amount = amount(n)
		return err
	}, "SELECT amount, state FROM quota_holdings WHERE jurisdiction = ? AND resource = ? AND year = ? AND project = ?",
		key.Jurisdiction, key.Resource, key.Year, projectID)
	h.Project = projectID
	return h, err
}

// keepEntry changes what a project holds.
func keepEntry(tx *gorm.DB, key quotaKey, e quota.Entry) error {
	const of = " WHERE jurisdiction = ? AND resource = ? AND year = ? AND project = ?"
	switch e.Act {
	case quota.Reserve:
		return tx.Create(&holdingModel{Of: key, Project: e.Project, Amount: units(e.Amount), State: string(quota.Reserved)}).Error
	case quota.Commit:
		return tx.Exec("UPDATE quota_holdings SET state = 'committed'"+of, key.Jurisdiction, key.Resource, key.Year, e.Project).Error
	case quota.Free:
		return tx.Exec("DELETE FROM quota_holdings"+of, key.Jurisdiction, key.Resource, key.Year, e.Project).Error
	case quota.Add, quota.Cut, quota.Wait, quota.Leave:
	}
	return nil
}

// keepLine writes who joined the line and who left it.
func keepLine(tx *gorm.DB, key quotaKey, effect string, line []quota.Claim, before []waitingModel) error {
	stays := map[string]bool{}
	for _, c := range line {
		stays[c.Project] = true
	}
	for _, w := range before {
		if stays[w.Project] {
			delete(stays, w.Project)
			continue
		}
		if err := tx.Exec("DELETE FROM quota_line WHERE jurisdiction = ? AND resource = ? AND year = ? AND project = ?",
			key.Jurisdiction, key.Resource, key.Year, w.Project).Error; err != nil {
			return err
		}
	}
	for _, c := range line {
		if !stays[c.Project] {
			continue
		}
		if err := tx.Create(&waitingModel{
			Of: key, Project: c.Project, Amount: units(c.Amount), Rank: int64(c.Rank), Benefit: c.Benefit.String(), Since: exact(c.Since), Effect: effect,
		}).Error; err != nil {
			return err
		}
	}
	return nil
}

// ledgerOf are the lines that an effect wrote.
func ledgerOf(tx *gorm.DB, effect string) ([]ledgerModel, error) {
	return rows(tx, func(r row, l *ledgerModel) error {
		return r.Scan(&l.Jurisdiction, &l.Resource, &l.Year, &l.Act, &l.Project, &l.Amount, &l.Place, &l.Actor.ActorUser, &l.Actor.ActorRole,
			&l.Actor.ActorParty, &l.Actor.ActorJurisdiction, &l.Actor.ActorOnBehalfOf)
	}, "SELECT jurisdiction, resource, year, act, project, amount, place, "+actorColumns+" FROM quota_ledger WHERE effect = ? ORDER BY n", effect)
}

// answers are what the lines of an effect tell the projects.
func answers(lines []ledgerModel) []Reservation {
	var rs []Reservation
	for _, l := range lines {
		reserved := l.Act == string(quota.Reserve)
		if reserved || l.Act == string(quota.Wait) {
			rs = append(rs, Reservation{l.Project, l.Resource, int(l.Year), reserved, int(l.Place)})
		}
	}
	return rs
}

// places is how many decimal places of a unit the ledger keeps.
const places = 4

// amount and units turn ten-thousandths of a unit, as they are stored, into an amount and back.
func amount(n int64) decimal.Decimal { return decimal.New(n, -places) }

func units(d decimal.Decimal) int64 { return d.Shift(places).IntPart() }

// mostUnits keeps sums of amounts far from the end of a 64-bit number.
var mostUnits = decimal.New(1, 12)

// quantity reads an amount of at most four places.
func quantity(text string) (decimal.Decimal, error) {
	d, err := decimal.NewFromString(text)
	if err == nil && !d.Equal(d.Truncate(places)) {
		err = errors.New("too many places")
	}
	if err != nil || len(text) > 20 || d.Abs().GreaterThan(mostUnits) {
		return decimal.Zero, domain.Invalid("quota.amount", "amount", domain.RuleAmount, "数量须为最多四位小数的数字", "The amount must be a number with at most four places.")
	}
	return d, nil
}
