package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"milepost/domain"
)

// Tasks returns one page of work.
func (s *Store) Tasks(ctx context.Context, v Viewer, q TaskQuery) (List[TaskRow], error) {
	order, err := choose(q.Sort, "due", taskOrders, "t.project, t.key", func(t TaskRow) []string { return []string{t.Project, t.Key} })
	if err != nil {
		return List[TaskRow]{}, err
	}
	w := q.where(v)
	if err := order.from(&w, q.Page); err != nil {
		return List[TaskRow]{}, err
	}
	found, err := rows(s.db.WithContext(ctx), scanTask(q.Now),
		"SELECT "+taskColumns+" FROM tasks t JOIN projects p ON p.id = t.project"+w.String()+order.by()+" LIMIT ?",
		append(w.args, q.limit()+1)...)
	if err != nil {
		return List[TaskRow]{}, fmt.Errorf("list tasks: %w", err)
	}
	return order.page(found, q.Page), nil
}

// Task returns one piece of work, open or closed.
func (s *Store) Task(ctx context.Context, v Viewer, projectID, key string, now time.Time) (TaskRow, error) {
	var w where
	w.and("t.project = ? AND t.key = ?", projectID, key)
	v.tasks(&w)
	t, ok, err := one(s.db.WithContext(ctx), scanTask(now),
		"SELECT "+taskColumns+" FROM tasks t JOIN projects p ON p.id = t.project"+w.String(), w.args...)
	if err != nil {
		return TaskRow{}, fmt.Errorf("read the task: %w", err)
	}
	if !ok {
		return TaskRow{}, domain.NotFound("task.unknown", "task", "没有这项待办，或您无权查看", "There is no such task, or it is not yours to see.")
	}
	return t, nil
}

func (q TaskQuery) where(v Viewer) where {
	var w where
	switch q.State {
	case TaskOpen, "":
		w.and("t.closed_at IS NULL")
	case TaskClosed:
		w.and("t.closed_at IS NOT NULL")
	case TaskAny:
	}
	v.tasks(&w)
	if len(q.For) > 0 {
		var whose where
		for _, p := range q.For {
			whose.and("t.party_kind = ? AND t.party_code = ?", string(p.Kind), p.Code)
		}
		w.any(whose)
	}
	w.below("p.jurisdiction", q.Jurisdiction)
	w.is("t.project", q.Project)
	w.is("t.kind", string(q.Kind))
	w.is("t.subject", q.Subject)
	w.is("t.assignee", q.Assignee)
	w.is("p.unit", q.Unit)
	w.is("p.sector", q.Sector)
	w.is("p.level", q.Level)
	w.is("p.class", q.Class)
	w.contains("p.name", q.Text)
	if q.Unassigned {
		w.and("t.assignee = ''")
	}
	if q.Person != "" {
		name, _ := json.Marshal(q.Person) //nolint:errchkjson // a plain string
		var has where
		has.and("t.assignee = ?", q.Person)
		has.and("t.asked = ?", q.Person)
		has.and("t.cosigners LIKE ? ESCAPE '!'", `%"user":`+likeEscaper.Replace(string(name))+`%`)
		w.any(has)
	}
	if !q.DueFrom.IsZero() {
		w.and("t.due_at >= ?", exact(q.DueFrom))
	}
	if !q.DueTo.IsZero() {
		w.and("t.due_at < ?", exact(q.DueTo))
	}
	if q.Colour != "" {
		now := exact(q.Now)
		w.and(taskColour+" = ?", now, now, string(q.Colour))
	}
	return w
}

// taskColour is the colour of a task (alias t) at a moment; closed work is judged as of its end.
const taskColour = `CASE
	WHEN t.due_at IS NULL THEN 'green'
	WHEN t.closed_at IS NOT NULL THEN CASE WHEN t.closed_at > t.due_at THEN 'red' ELSE 'green' END
	WHEN t.due_at <= ? THEN 'red'
	WHEN t.warn_at <= ? THEN 'yellow'
	ELSE 'green' END`

func (t *TaskRow) colourAt(now time.Time) Colour {
	switch {
	case t.Due.IsZero():
		return Green
	case !t.Closed.IsZero():
		if t.Closed.After(t.Due) {
			return Red
		}
		return Green
	case !now.Before(t.Due):
		return Red
	case !t.WarnAt.IsZero() && !now.Before(t.WarnAt):
		return Yellow
	default:
		return Green
	}
}

var taskOrders = map[string]order[TaskRow]{
	"due":    {"t.due_order", func(t TaskRow) any { return t.Due }},
	"opened": {"t.opened_at", func(t TaskRow) any { return t.Opened }},
	"closed": {"COALESCE(t.closed_at, t.opened_at)", func(t TaskRow) any {
		if t.Closed.IsZero() {
			return t.Opened
		}
		return t.Closed
	}},
}

const taskColumns = "t.project, p.name, p.jurisdiction, p.phase, t.key, t.kind, t.subject, t.round, t.party_kind, t.party_code, " +
	"t.name_zh, t.name_en, t.opened_at, t.received_at, t.due_at, t.warn_at, t.first_due, t.days, t.provisional, t.paused, t.clause, " +
	"t.next_rung, t.next_rung_at, t.assignee, t.asked, t.cosigners, t.closed_at, t.closed_by, t.outcome"

func scanTask(now time.Time) func(row, *TaskRow) error {
	return func(r row, t *TaskRow) error {
		var cosigners string
		if err := r.Scan(&t.Project, &t.ProjectName, &t.Jurisdiction, &t.Phase, &t.Key, &t.Kind, &t.Subject, &t.Round, &t.Party.Kind, &t.Party.Code,
			&t.Name.Zh, &t.Name.En, at(&t.Opened), at(&t.Received), at(&t.Due), at(&t.WarnAt), at(&t.FirstDue), &t.Days, &t.Provisional, &t.Paused,
			&t.Clause, &t.Next.Kind, at(&t.Next.At), &t.Assignee, &t.Asked, &cosigners, at(&t.Closed), &t.ClosedBy, &t.Outcome); err != nil {
			return err
		}
		t.Colour = t.colourAt(now)
		if cosigners == "[]" {
			return nil
		}
		return json.Unmarshal([]byte(cosigners), &t.Cosigners)
	}
}
