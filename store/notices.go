package store

import (
	"context"
	"fmt"
	"strconv"

	"gorm.io/gorm"

	"milepost/domain"
)

// Notices returns one page of messages, the newest first.
func (s *Store) Notices(ctx context.Context, q NoticeQuery) (List[NoticeRow], error) {
	w := q.where()
	last, ok, err := q.placeOf("-id", 1)
	if err != nil {
		return List[NoticeRow]{}, err
	}
	if ok {
		id, _ := strconv.ParseInt(last[0], 10, 64) // one that is no number is before all
		w.and("n.id < ?", id)
	}
	found, err := rows(s.db.WithContext(ctx), func(r row, n *NoticeRow) error {
		return r.Scan(&n.ID, &n.Project, &n.ProjectName, &n.Seq, &n.Kind, &n.Party.Kind, &n.Party.Code, &n.Post, &n.Task, &n.Text.Zh, &n.Text.En,
			at(&n.At), at(&n.Read))
	}, `SELECT n.id, n.project, COALESCE(p.name, ''), n.seq, n.kind, n.party_kind, n.party_code, n.post, n.task, n.text_zh, n.text_en, n.at, x.read_at
		FROM notices n LEFT JOIN projects p ON p.id = n.project LEFT JOIN notice_reads x ON x.notice_id = n.id AND x.user_id = ?`+
		w.String()+" ORDER BY n.id DESC LIMIT ?", append(append([]any{q.User}, w.args...), q.limit()+1)...)
	if err != nil {
		return List[NoticeRow]{}, fmt.Errorf("list notices: %w", err)
	}
	return list(found, q.limit(), "-id", func(n NoticeRow) []string { return []string{strconv.FormatInt(n.ID, 10)} }), nil
}

// Unread counts the messages that the user has not read.
func (s *Store) Unread(ctx context.Context, q NoticeQuery) (int, error) {
	q.Unread = true
	w := q.where()
	n, _, err := one(s.db.WithContext(ctx), scalar[int],
		"SELECT count(*) FROM notices n LEFT JOIN notice_reads x ON x.notice_id = n.id AND x.user_id = ?"+w.String(),
		append([]any{q.User}, w.args...)...)
	if err != nil {
		return 0, fmt.Errorf("count notices: %w", err)
	}
	return n, nil
}

// MarkRead notes that the user has read messages to his posts; others' are left alone. No ids: all of them.
func (s *Store) MarkRead(ctx context.Context, user string, posts []Post, ids ...int64) error {
	w := NoticeQuery{User: user, Posts: posts, Unread: true}.where()
	if len(ids) > 0 {
		w.and("n.id IN ?", ids)
	}
	err := s.write(ctx, func(tx *gorm.DB) error {
		unread, err := rows(tx, scalar[int64],
			"SELECT n.id FROM notices n LEFT JOIN notice_reads x ON x.notice_id = n.id AND x.user_id = ?"+w.String(),
			append([]any{user}, w.args...)...)
		if err != nil {
			return err
		}
		var reads []readModel
		for _, id := range unread {
			reads = append(reads, readModel{NoticeID: id, UserID: user, ReadAt: exact(s.now())})
		}
		return add(tx, reads)
	})
	if err != nil {
		return fmt.Errorf("mark notices read: %w", err)
	}
	return nil
}

func (q NoticeQuery) where() where {
	var w, to where
	for _, p := range q.Posts {
		if a := addressed(p); len(a.parts) > 0 {
			to.and(a.String()[len(" WHERE "):], a.args...)
		}
	}
	w.any(to)
	if q.Unread {
		w.and("x.read_at IS NULL")
	}
	w.is("n.kind", q.Kind)
	w.is("n.project", q.Project)
	return w
}

// addressed are the messages (alias n) to the holder of a post. Messages to a party reach everybody of it;
// those to its handler or head reach that post where the party has such posts, else everybody of it.
func addressed(p Post) where {
	var w where
	const whole = " AND n.post NOT IN ('office', 'supervisor', 'leader')"
	switch p.Role {
	case domain.RoleHandler:
		w.and("n.party_kind = 'department' AND n.party_code = ? AND n.post IN ('handler', 'party')", p.Party)
	case domain.RoleHead:
		w.and("n.party_kind = 'department' AND n.party_code = ? AND n.post IN ('head', 'party')", p.Party)
	case domain.RoleLiaison:
		w.and("n.party_kind = 'unit' AND n.party_code = ?"+whole, p.Party)
		return w
	case domain.RoleOwner:
		w.and("n.party_kind = 'owner' AND n.party_code = ?"+whole, p.Party)
		return w
	case domain.RoleExpert:
		w.and("n.party_kind = 'expert' AND n.party_code = ?"+whole, p.Party)
		return w
	case domain.RoleOffice:
		w.and("n.post = 'office' OR (n.party_kind = 'office'" + whole + ")")
	case domain.RoleSupervisor:
		w.and("n.post = 'supervisor'")
	case domain.RoleLeader:
		w.and("n.post = 'leader' OR (n.party_kind = 'leader'" + whole + ")")
	case domain.RoleAuditor, domain.RoleSystemAdmin, domain.RoleSecurityAdmin, domain.RoleSystem:
		return w
	}
	w.below("n.jurisdiction", p.Jurisdiction)
	return w
}
