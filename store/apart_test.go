package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/domain"
)

// The posts of administrators are kept apart by the database itself, whatever program writes.
func TestTheDatabaseKeepsAdministratorsApart(t *testing.T) {
	business := []domain.Role{
		domain.RoleOffice, domain.RoleHandler, domain.RoleHead, domain.RoleExpert, domain.RoleOwner, domain.RoleLiaison, domain.RoleSupervisor, domain.RoleLeader,
	}
	spring, summer, autumn := on("2026-03-01 00:00"), on("2026-06-01 00:00"), on("2026-09-01 00:00")
	onBoth(t, func(t *testing.T, s *Store) {
		n := 0
		write := func(user string, role domain.Role, from, to time.Time) error {
			n++
			return s.db.Exec("INSERT INTO posts (id, user_id, role, party, jurisdiction, covers, valid_from, valid_to) VALUES (?, ?, ?, '', '', '', ?, ?)",
				fmt.Sprint("post", n), user, string(role), maybe(from), maybe(to)).Error
		}
		somebody := func() string {
			n++
			id := fmt.Sprint("user", n)
			require.NoError(t, s.PutUser(t.Context(), User{ID: id, Account: id}))
			return id
		}
		var ever time.Time
		for _, first := range slices.Concat(business, separate) {
			for _, second := range slices.Concat(business, separate) {
				together := first == second || !administers(first) && !administers(second)
				u := somebody()
				require.NoError(t, write(u, first, ever, ever))
				require.Equal(t, together, write(u, second, ever, ever) == nil, "%s beside %s", second, first)
				u = somebody()
				require.NoError(t, write(u, first, spring, summer))
				require.NoError(t, write(u, second, summer, autumn), "%s after %s", second, first)
				err := s.db.Exec("UPDATE posts SET valid_from = ? WHERE user_id = ? AND valid_to = ?", exact(spring.Add(time.Hour)), u, exact(autumn)).Error
				require.Equal(t, together, err == nil, "%s drawn forward beside %s", second, first)
			}
		}
		for name, c := range map[string]struct {
			from, to time.Time
			fine     bool
		}{
			"ends as the other begins":    {spring, summer, true},
			"begins as the other ends":    {autumn, ever, true},
			"from ever until it begins":   {ever, summer, true},
			"ends a moment later":         {spring, summer.Add(time.Microsecond), false},
			"begins a moment earlier":     {autumn.Add(-time.Microsecond), ever, false},
			"within":                      {summer.Add(time.Hour), summer.Add(2 * time.Hour), false},
			"around":                      {spring, autumn.Add(time.Hour), false},
			"from ever":                   {ever, summer.Add(time.Hour), false},
			"ended before it had begun":   {summer.Add(time.Hour), summer.Add(time.Hour), true},
			"was held the very same time": {summer, autumn, false},
		} {
			u := somebody()
			require.NoError(t, write(u, domain.RoleSystemAdmin, summer, autumn))
			require.Equal(t, c.fine, write(u, domain.RoleOffice, c.from, c.to) == nil, name)
			told := apart([]Post{{Role: domain.RoleSystemAdmin, From: summer, To: autumn}, {Role: domain.RoleOffice, From: c.from, To: c.to}})
			require.Equal(t, c.fine, told == nil, "the code says the same of what %s", name)
		}
		u, other := somebody(), somebody()
		require.NoError(t, write(u, domain.RoleAuditor, ever, ever))
		require.NoError(t, write(other, domain.RoleLeader, ever, ever))
		require.Error(t, s.db.Exec("UPDATE posts SET user_id = ? WHERE user_id = ?", u, other).Error, "a post that changes hands")

		// Two at once, each of which would be fine alone.
		for range 5 {
			u := somebody()
			begun := make(chan error, 3)
			for i, role := range []domain.Role{domain.RoleSystemAdmin, domain.RoleSecurityAdmin, domain.RoleOffice} {
				id := fmt.Sprint(u, "-", i)
				go func() {
					begun <- s.db.Exec("INSERT INTO posts (id, user_id, role, party, jurisdiction, covers) VALUES (?, ?, ?, '', '', '')", id, u, string(role)).Error
				}()
			}
			var fine int
			for range 3 {
				if err := <-begun; err == nil {
					fine++
				}
			}
			require.Equal(t, 1, fine)
			require.Equal(t, 1, countWhere(t, s, "posts", "user_id = '"+u+"'"))
		}
	})
}
