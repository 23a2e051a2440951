package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"milepost/domain"
)

// BroadcastState is how far a broadcast has come.
type BroadcastState string

// The states of a broadcast. One that was published is prepared: what it would move is worked out. It touches nothing
// until somebody starts it.
const (
	BroadcastPreparing BroadcastState = "preparing"
	BroadcastPreviewed BroadcastState = "previewed"
	BroadcastRunning   BroadcastState = "running"
	BroadcastPaused    BroadcastState = "paused"
	BroadcastDone      BroadcastState = "done"
	BroadcastFailed    BroadcastState = "failed"
)

// What a broadcast is about.
const (
	BroadcastCalendar = "calendar" // the calendar with a year's notice, which comes into force with the start
	BroadcastPack     = "pack"     // the policy pack in force in a jurisdiction, to which its open projects move
)

// Broadcast is one command for every open project, and how far it has come (下达). Times are real.
type Broadcast struct {
	ID      string
	What    string
	Subject string // the version of the calendar, the hash of the pack
	Content string // the calendar as it is stored; of a pack the jurisdictions whose projects move (EncodeWithin)
	Basis   string // the version in force when it was published: under another one it is out of date
	Title   domain.Text
	State   BroadcastState

	Jurisdiction string // where the pack is in force; empty for a calendar, which is everybody's

	Error string // why it failed

	PerSecond int
	Total     int64 // projects there were at the start, closed ones too
	Asked     int64 // told, whatever became of it
	Closed    int64 // closed, or working by it already, and not told
	Refused   int64 // of those asked: there was a reason against it
	Pending   int64 // of those asked: the outcome is not known yet
	Last      string

	Foreseen   int64 // open projects that were looked at before
	Affected   int64 // of these: something would change
	Moved      int64 // deadlines that would move, items that would be asked for or no more
	Impossible int64 // projects that would refuse

	Created   time.Time
	CreatedBy string
	Previewed time.Time
	Started   time.Time
	StartedBy string
	TellFrom  time.Time // not before every process knows the new rule
	Ended     time.Time
}

// Done is how many projects have done what they were told.
func (b Broadcast) Done() int64 { return b.Asked - b.Refused - b.Pending }

// MoveKind is what a broadcast does to something of a project.
type MoveKind string

// The kinds of move.
const (
	MoveDeadline MoveKind = "deadline" // a deadline moves
	MoveAdded    MoveKind = "added"    // an item is asked for from then on
	MoveDropped  MoveKind = "dropped"  // an item that waits is asked for no more
)

// Move is what a broadcast would change in a project, a deadline or an item, or with a refusal why the project could not
// follow. Civil times.
type Move struct {
	Entity  string
	Kind    MoveKind
	Task    string // the task, or the item
	Name    domain.Text
	Party   domain.Party
	From    time.Time
	To      time.Time
	Refusal *domain.Error

	Project string // its name; read only
	n       int64
}

// Usual pace of a broadcast, and the most that an operator may ask for.
const (
	usualPerSecond = 20
	MostPerSecond  = 1000
)

// spread is the real time after the start in which every process learns of the new rule; they look every second.
const spread = 3 * time.Second

// NewBroadcast takes in a broadcast to be prepared, as an act of administration. Only one about the same thing may be
// under way.
func (s *Store) NewBroadcast(ctx context.Context, by By, b Broadcast) (Broadcast, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return b, err
	}
	b.ID, b.State, b.PerSecond = id.String(), BroadcastPreparing, usualPerSecond
	b.Created, b.CreatedBy = exact(s.now()), byName(by)
	err = s.administer(ctx, by, "broadcast.prepare", "broadcast/"+b.ID, func(tx *gorm.DB) (any, error) {
		if b.Basis, err = b.inForce(tx); err != nil {
			return nil, err
		}
		switch {
		case b.What == BroadcastPack && b.Basis != b.Subject:
			return nil, domain.Conflict("pack.not-in-force", domain.RuleInForce, "这一版政策包在该辖区没有启用，先启用再改用", "This pack is not in force there; put it in force first.")
		case b.What == BroadcastCalendar && b.Basis == b.Subject:
			return nil, domain.Conflict("calendar.in-force", domain.RulePublish, "这份日历已经生效，没有变化", "This calendar is in force already; nothing changes.")
		}
		err := insert(tx, []broadcastModel{{
			ID: b.ID, What: b.What, Subject: b.Subject, Content: b.Content, Basis: b.Basis, TitleZh: b.Title.Zh, TitleEn: b.Title.En,
			Jurisdiction: b.Jurisdiction, State: string(b.State), PerSecond: int64(b.PerSecond), CreatedAt: b.Created, CreatedBy: b.CreatedBy,
		}})
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return nil, domain.Conflict("broadcast.there", domain.RulePublish, "同样的内容已经发布，正在等待启动或正在下达", "The same has been published already and waits to be started, or is running.")
		}
		return map[string]any{"subject": b.Subject, "was": b.Basis}, err
	})
	return b, err
}

func byName(by By) string { return cmp.Or(by.Actor.User, by.Address) }

// inForce is the version that is in force of what a broadcast is about.
func (b *Broadcast) inForce(tx *gorm.DB) (string, error) {
	if b.What == BroadcastPack {
		return inForce(tx, b.Jurisdiction)
	}
	return calendarInForce(tx)
}

// EncodeWithin writes the jurisdictions whose projects a broadcast of a pack moves.
func EncodeWithin(codes []string) (string, error) {
	data, err := json.Marshal(codes)
	return string(data), err
}

// Within reads the jurisdictions whose projects a broadcast of a pack moves.
func (b *Broadcast) Within() (codes []string, err error) {
	if err := json.Unmarshal([]byte(b.Content), &codes); err != nil {
		return nil, fmt.Errorf("the jurisdictions of broadcast %s: %w", b.ID, err)
	}
	return codes, nil
}

// projects counts those that a broadcast concerns, closed ones too.
func (b *Broadcast) projects(tx *gorm.DB) (n int64, err error) {
	if b.What != BroadcastPack {
		n, _, err = one(tx, scalar[int64], "SELECT count(*) FROM entities WHERE kind = 'project'")
		return n, err
	}
	codes, err := b.Within()
	if err != nil {
		return 0, err
	}
	n, _, err = one(tx, scalar[int64], "SELECT count(*) FROM projects WHERE jurisdiction IN ?", codes)
	return n, err
}

func calendarInForce(tx *gorm.DB) (string, error) {
	version, _, err := one(tx, scalar[string], "SELECT value FROM settings WHERE name = ?", settingCalendar)
	return version, err
}

// StartBroadcast puts in force the calendar that a previewed broadcast is about, and has every open project told; a pack is
// in force since it was published. Of two who start it
// one wins, and the other is told who.
func (s *Store) StartBroadcast(ctx context.Context, by By, id string, perSecond int) (Broadcast, error) {
	clock, err := s.Clock(ctx)
	if err != nil {
		return Broadcast{}, err
	}
	err = s.administer(ctx, by, "broadcast.start", "broadcast/"+id, func(tx *gorm.DB) (any, error) {
		b, err := s.broadcastForChange(tx, id)
		if err != nil {
			return nil, err
		}
		if b.State != BroadcastPreviewed {
			return nil, b.conflict()
		}
		inForce, err := b.inForce(tx)
		if err != nil {
			return nil, err
		}
		if inForce != b.Basis {
			return nil, domain.Conflict("broadcast.outdated", domain.RulePublish, "发布之后现行规则已经改变，预览不再有效，请重新发布", "The rule in force has changed since; publish it again.")
		}
		total, err := b.projects(tx)
		if err != nil {
			return nil, err
		}
		now := exact(s.now())
		if b.What == BroadcastCalendar {
			if err := s.reviseIn(tx, func(tx *gorm.DB) (bool, error) {
				_, changed, err := putCalendar(tx, StoredCalendar{Version: b.Subject, Years: b.Content, Published: clock.Civil(now), By: byName(by)})
				return changed, err
			}); err != nil {
				return nil, err
			}
		}
		err = tx.Exec(`UPDATE broadcasts SET state = 'running', per_second = ?, total = ?, started_at = ?, started_by = ?, tell_from = ? WHERE id = ?`,
			paced(perSecond, b.PerSecond), total, now, byName(by), exact(now.Add(spread)), id).Error
		return map[string]any{"what": b.What, "subject": b.Subject, "was": b.Basis, "projects": total}, err
	})
	if err != nil {
		return Broadcast{}, err
	}
	return s.Broadcast(ctx, id)
}

func paced(asked, was int) int {
	if asked <= 0 {
		return was
	}
	return min(asked, MostPerSecond)
}

// PauseBroadcast stops a running broadcast after the project that is being told.
func (s *Store) PauseBroadcast(ctx context.Context, by By, id string) (Broadcast, error) {
	return s.turnBroadcast(ctx, by, "broadcast.pause", id, 0, func(b Broadcast) (BroadcastState, bool) {
		return BroadcastPaused, b.State == BroadcastRunning
	})
}

// ResumeBroadcast lets a broadcast go on that was paused, or that failed and whose reason was removed.
func (s *Store) ResumeBroadcast(ctx context.Context, by By, id string, perSecond int) (Broadcast, error) {
	return s.turnBroadcast(ctx, by, "broadcast.resume", id, perSecond, func(b Broadcast) (BroadcastState, bool) {
		if b.Started.IsZero() {
			return BroadcastPreparing, b.State == BroadcastFailed
		}
		return BroadcastRunning, b.State == BroadcastPaused || b.State == BroadcastFailed
	})
}

func (s *Store) turnBroadcast(ctx context.Context, by By, act, id string, perSecond int, turn func(Broadcast) (BroadcastState, bool)) (Broadcast, error) {
	err := s.administer(ctx, by, act, "broadcast/"+id, func(tx *gorm.DB) (any, error) {
		b, err := s.broadcastForChange(tx, id)
		if err != nil {
			return nil, err
		}
		state, may := turn(b)
		if !may {
			return nil, b.conflict()
		}
		return map[string]any{"was": b.State, "is": state}, tx.Exec("UPDATE broadcasts SET state = ?, error = '', per_second = ? WHERE id = ?",
			string(state), paced(perSecond, b.PerSecond), id).Error
	})
	if err != nil {
		return Broadcast{}, err
	}
	return s.Broadcast(ctx, id)
}

// conflict says why a broadcast cannot do now what was asked.
func (b Broadcast) conflict() error {
	text := map[BroadcastState]domain.Text{
		BroadcastPreparing: {Zh: "正在计算影响，完成之后才能启动", En: "What it would move is still being worked out; start it after that."},
		BroadcastPreviewed: {Zh: "尚未启动", En: "It has not been started."},
		BroadcastRunning:   {Zh: "已由" + b.StartedBy + "启动，正在下达", En: b.StartedBy + " has started it; it is running."},
		BroadcastPaused:    {Zh: "已暂停，请继续", En: "It is paused; resume it."},
		BroadcastDone:      {Zh: "已由" + b.StartedBy + "启动，已经下达完毕", En: b.StartedBy + " has started it; it is done."},
		BroadcastFailed:    {Zh: "已中断，排除原因后继续", En: "It has failed; remove the reason and resume it."},
	}[b.State]
	return domain.Conflict("broadcast."+string(b.State), domain.RulePublish, text.Zh, text.En)
}

const broadcastColumns = "b.id, b.what, b.subject, b.content, b.basis, b.title_zh, b.title_en, b.state, b.error, b.per_second, b.total, b.asked, b.closed, b.last, " +
	"b.jurisdiction, b.foreseen, b.affected, b.moved, b.impossible, b.created_at, b.created_by, b.previewed_at, b.started_at, b.started_by, b.tell_from, b.ended_at"

// outcomeColumns count what became of the exceptions: what was pending when it was told may be done by now.
const outcomeColumns = `(SELECT count(*) FROM broadcast_exceptions x JOIN commands c ON c.id = x.command WHERE x.broadcast = b.id AND c.state = 'refused'),
	(SELECT count(*) FROM broadcast_exceptions x JOIN commands c ON c.id = x.command WHERE x.broadcast = b.id AND c.state = 'pending')`

func broadcastFields(b *Broadcast) []any {
	return []any{
		&b.ID, &b.What, &b.Subject, &b.Content, &b.Basis, &b.Title.Zh, &b.Title.En, &b.State, &b.Error, &b.PerSecond, &b.Total, &b.Asked, &b.Closed, &b.Last,
		&b.Jurisdiction, &b.Foreseen, &b.Affected, &b.Moved, &b.Impossible, at(&b.Created), &b.CreatedBy, at(&b.Previewed), at(&b.Started), &b.StartedBy, at(&b.TellFrom), at(&b.Ended),
	}
}

func scanBroadcast(r row, b *Broadcast) error { return r.Scan(broadcastFields(b)...) }

func scanBroadcastWithOutcomes(r row, b *Broadcast) error {
	return r.Scan(append(broadcastFields(b), &b.Refused, &b.Pending)...)
}

func (s *Store) broadcastForChange(tx *gorm.DB, id string) (Broadcast, error) {
	b, ok, err := one(tx, scanBroadcast, "SELECT "+broadcastColumns+" FROM broadcasts b WHERE b.id = ?"+s.forUpdate(), id)
	if err == nil && !ok {
		err = noBroadcast()
	}
	return b, err
}

func noBroadcast() error {
	return domain.NotFound("broadcast.unknown", "id", "没有这次下达", "There is no such broadcast.")
}

// Broadcast returns one broadcast as it stands now.
func (s *Store) Broadcast(ctx context.Context, id string) (Broadcast, error) {
	b, ok, err := one(s.db.WithContext(ctx), scanBroadcastWithOutcomes,
		"SELECT "+broadcastColumns+", "+outcomeColumns+" FROM broadcasts b WHERE b.id = ?", id)
	if err != nil {
		return b, fmt.Errorf("read the broadcast: %w", err)
	}
	if !ok {
		return b, noBroadcast()
	}
	return b, nil
}

// Broadcasts returns one page of broadcasts, the newest first.
func (s *Store) Broadcasts(ctx context.Context, p Page) (List[Broadcast], error) {
	by, err := choose("", "-created", map[string]order[Broadcast]{
		"created": {"b.created_at", func(b Broadcast) any { return b.Created }},
	}, "b.id", func(b Broadcast) []string { return []string{b.ID} })
	if err != nil {
		return List[Broadcast]{}, err
	}
	var w where
	if err := by.from(&w, p); err != nil {
		return List[Broadcast]{}, err
	}
	found, err := rows(s.db.WithContext(ctx), scanBroadcastWithOutcomes,
		"SELECT "+broadcastColumns+", "+outcomeColumns+" FROM broadcasts b"+w.String()+by.by()+" LIMIT ?", append(w.args, p.limit()+1)...)
	if err != nil {
		return List[Broadcast]{}, fmt.Errorf("list broadcasts: %w", err)
	}
	return by.page(found, p), nil
}

// MoveQuery chooses what a broadcast would change: deadlines and items, or the projects that would refuse.
type MoveQuery struct {
	Broadcast string
	Refusals  bool
	Page
}

// Moves returns one page of what a broadcast would move, of the projects that the viewer may see.
func (s *Store) Moves(ctx context.Context, v Viewer, q MoveQuery) (List[Move], error) {
	var w where
	w.and("m.broadcast = ?", q.Broadcast)
	if q.Refusals {
		w.and("m.n = 0")
	} else {
		w.and("m.n > 0")
	}
	v.projects(&w)
	last, ok, err := q.placeOf("entity", 2)
	if err != nil {
		return List[Move]{}, err
	}
	if ok {
		n, err := parseLike(int64(0), last[1])
		if err != nil {
			return List[Move]{}, errCursor()
		}
		w.and("(m.entity, m.n) > (?, ?)", last[0], n)
	}
	found, err := rows(s.db.WithContext(ctx), scanMove, `SELECT m.entity, m.n, m.kind, m.task, m.name_zh, m.name_en, m.party_kind, m.party_code, m.from_at, m.to_at, m.refusal, p.name
		FROM broadcast_moves m JOIN projects p ON 'project/' || p.id = m.entity`+w.String()+` ORDER BY m.entity, m.n LIMIT ?`, append(w.args, q.limit()+1)...)
	if err != nil {
		return List[Move]{}, fmt.Errorf("list what would move: %w", err)
	}
	return list(found, q.limit(), "entity", func(m Move) []string { return []string{m.Entity, written(m.n)} }), nil
}

func scanMove(r row, m *Move) error {
	var refusal sql.NullString
	err := r.Scan(&m.Entity, &m.n, &m.Kind, &m.Task, &m.Name.Zh, &m.Name.En, &m.Party.Kind, &m.Party.Code, at(&m.From), at(&m.To), &refusal, &m.Project)
	if err == nil && refusal.Valid {
		err = json.Unmarshal([]byte(refusal.String), &m.Refusal)
	}
	return err
}

// Exception is a project that a broadcast asked, and that has not done what it was told: it refused, or its outcome is
// not known yet and Refusal is nil.
type Exception struct {
	Entity  string
	Project string // its name
	Refusal *domain.Error
}

// Exceptions returns one page of a broadcast's exceptions among the projects that the viewer may see.
func (s *Store) Exceptions(ctx context.Context, v Viewer, broadcast string, page Page) (List[Exception], error) {
	var w where
	w.and("x.broadcast = ?", broadcast)
	w.and("c.state <> 'done'")
	v.projects(&w)
	last, ok, err := page.placeOf("entity", 1)
	if err != nil {
		return List[Exception]{}, err
	}
	if ok {
		w.and("x.entity > ?", last[0])
	}
	found, err := rows(s.db.WithContext(ctx), func(r row, e *Exception) error {
		var refusal sql.NullString
		err := r.Scan(&e.Entity, &e.Project, &refusal)
		if err == nil && refusal.Valid {
			err = json.Unmarshal([]byte(refusal.String), &e.Refusal)
		}
		return err
	}, `SELECT x.entity, p.name, c.refusal FROM broadcast_exceptions x JOIN commands c ON c.id = x.command
		JOIN projects p ON 'project/' || p.id = x.entity`+w.String()+" ORDER BY x.entity LIMIT ?", append(w.args, page.limit()+1)...)
	if err != nil {
		return List[Exception]{}, fmt.Errorf("list the exceptions of a broadcast: %w", err)
	}
	return list(found, page.limit(), "entity", func(e Exception) []string { return []string{e.Entity} }), nil
}
