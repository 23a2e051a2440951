package store

import (
	"context"
	"fmt"

	"milepost/domain/entity"
)

const mostLines, usualLines = 500, 100

// Timeline returns lines of an entity's timeline in order.
func (s *Store) Timeline(ctx context.Context, v Viewer, q TimelineQuery) ([]TimelineRow, error) {
	kind, id, err := entity.Split(q.Entity)
	if err != nil || kind != entity.Project {
		return nil, noProject() // a name that is none names nothing
	}
	db := s.db.WithContext(ctx)
	w, order := q.where()
	v.sees(&w, id)
	lines, err := rows(db, scanLine, "SELECT "+lineColumns+", text_zh, text_en FROM timeline"+w.String()+order+" LIMIT ?",
		append(w.args, q.limit())...)
	if err != nil {
		return nil, fmt.Errorf("read the timeline: %w", err)
	}
	if len(lines) > 0 {
		return lines, nil
	}
	// Nothing fits, or there is nothing that the viewer may see.
	seen, err := v.visible(db, id)
	if err != nil {
		return nil, fmt.Errorf("read the timeline: %w", err)
	}
	if !seen {
		return nil, noProject()
	}
	return nil, nil
}

func (q TimelineQuery) where() (w where, order string) {
	w.and("entity = ?", q.Entity)
	if q.After > 0 {
		w.and("seq > ?", q.After)
	}
	if q.Before > 0 {
		w.and("seq < ?", q.Before)
	}
	if len(q.Types) > 0 {
		w.and("type IN ?", q.Types)
	}
	w.is("clause", q.Clause)
	w.is("actor_user", q.Actor)
	if !q.From.IsZero() {
		w.and("occurred_at >= ?", exact(q.From))
	}
	if !q.To.IsZero() {
		w.and("occurred_at < ?", exact(q.To))
	}
	if q.Desc {
		return w, " ORDER BY seq DESC"
	}
	return w, " ORDER BY seq"
}

func (q TimelineQuery) limit() int {
	switch {
	case q.Limit <= 0:
		return usualLines
	case q.Limit > mostLines:
		return mostLines
	default:
		return q.Limit
	}
}

func scanLine(r row, l *TimelineRow) error {
	return r.Scan(&l.Seq, &l.Type, (*[]byte)(&l.Data), &l.Actor.User, &l.Actor.Role, &l.Actor.Party, &l.Actor.Jurisdiction, &l.Actor.OnBehalfOf,
		at(&l.OccurredAt), at(&l.RecordedAt), &l.Clause, &l.Command, &l.Late, &l.Basis, &l.Hash, &l.Text.Zh, &l.Text.En)
}
