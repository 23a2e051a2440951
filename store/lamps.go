package store

import (
	"slices"
	"time"

	"gorm.io/gorm"

	"milepost/domain/project"
)

// lampRank is the colour of a lamp (alias l) at a moment as a number, the worst highest; it says in SQL what
// project.Lamp.Colour says. A test holds the two together.
const lampRank = `CASE
	WHEN l.red_at <= ? THEN 3
	WHEN l.yellow_at <= ? THEN 2
	WHEN l.excused_until > ? THEN 1
	ELSE 0 END`

func lampArgs(now time.Time) []any {
	now = exact(now)
	return []any{now, now, now}
}

var ranks = []Colour{Green, Excused, Yellow, Red}

func rankOf(c Colour) int { return slices.Index(ranks, c) }

// light gives each project its lamps and the colour of the worst.
func light(db *gorm.DB, projects []ProjectRow, now time.Time) error {
	if len(projects) == 0 {
		return nil
	}
	var ids []string
	for _, p := range projects {
		ids = append(ids, p.ID)
	}
	type lamp struct {
		LampRow
		project string
	}
	lamps, err := rows(db, func(r row, l *lamp) error {
		return r.Scan(&l.project, &l.Kind, at(&l.YellowAt), at(&l.RedAt), at(&l.ExcusedUntil), &l.Reason.Zh, &l.Reason.En, &l.Task,
			&l.Party.Kind, &l.Party.Code, &l.Next.Kind, at(&l.Next.At))
	}, `SELECT l.project, l.kind, l.yellow_at, l.red_at, l.excused_until, l.reason_zh, l.reason_en, l.task,
		COALESCE(t.party_kind, ''), COALESCE(t.party_code, ''), COALESCE(t.next_rung, ''), t.next_rung_at
		FROM lamps l LEFT JOIN tasks t ON t.project = l.project AND t.key = l.task AND t.closed_at IS NULL
		WHERE l.project IN ? ORDER BY l.project, l.kind`, ids)
	if err != nil {
		return err
	}
	for i := range projects {
		p := &projects[i]
		p.Colour = Green
		for _, l := range lamps {
			if l.project != p.ID {
				continue
			}
			l.Colour = Colour(project.Lamp{YellowAt: l.YellowAt, RedAt: l.RedAt, ExcusedUntil: l.ExcusedUntil}.Colour(now))
			if rankOf(l.Colour) > rankOf(p.Colour) {
				p.Colour = l.Colour
			}
			p.Lamps = append(p.Lamps, l.LampRow)
		}
	}
	return nil
}
