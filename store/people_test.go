package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/domain"
)

func TestAccountsAreFoundByNameAndSignOn(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		u := User{ID: "u1", Account: "zhang", Name: "张三", Subject: "https://id|1", Email: "z@example.org", PasswordHash: "$argon2id$"}
		require.NoError(t, s.PutUser(t.Context(), u))
		require.NoError(t, s.PutUser(t.Context(), User{ID: "u2", Account: "li", Name: "李四"}))
		require.NoError(t, s.PutUser(t.Context(), User{ID: "u3", Account: "wang", Name: "王五"}), "many may have no sign-on")

		byName, err := s.UserByAccount(t.Context(), "zhang")
		require.NoError(t, err)
		bySubject, err := s.UserBySubject(t.Context(), "https://id|1")
		require.NoError(t, err)
		require.Equal(t, byName, bySubject)
		require.False(t, byName.Created.IsZero())
		created := byName.Created
		require.Equal(t, created, byName.PasswordAt)
		require.Equal(t, created, byName.Used)
		byName.Created, byName.PasswordAt, byName.Used = time.Time{}, time.Time{}, time.Time{}
		require.Equal(t, u, byName)

		u.Name, u.Disabled = "张三丰", true
		require.NoError(t, s.PutUser(t.Context(), u))
		changed, err := s.User(t.Context(), "u1")
		require.NoError(t, err)
		require.Equal(t, "张三丰", changed.Name)
		require.Equal(t, created, changed.Created, "the day of creation stays")

		require.Equal(t, "user.taken", domain.CodeOf(s.PutUser(t.Context(), User{ID: "u4", Account: "li"})))
		require.Equal(t, "user.taken", domain.CodeOf(s.PutUser(t.Context(), User{ID: "u4", Account: "x", Subject: "https://id|1"})))
		_, err = s.User(t.Context(), "u4")
		require.Equal(t, "user.unknown", domain.CodeOf(err))
		_, err = s.UserBySubject(t.Context(), "")
		require.Equal(t, "user.unknown", domain.CodeOf(err), "no sign-on is nobody's")

		page, err := s.Users(t.Context(), UserQuery{Page: Page{Limit: 2}})
		require.NoError(t, err)
		rest, err := s.Users(t.Context(), UserQuery{Page: Page{Limit: 2, Cursor: page.Next}})
		require.NoError(t, err)
		require.Equal(t, []string{"li", "wang", "zhang"}, []string{page.Rows[0].Account, page.Rows[1].Account, rest.Rows[0].Account})
		found, err := s.Users(t.Context(), UserQuery{Text: "三丰"})
		require.NoError(t, err)
		require.Len(t, found.Rows, 1)
	})
}

func TestAPostIsHeldForItsTime(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		require.NoError(t, s.PutUser(t.Context(), User{ID: "u1", Account: "zhang"}))
		require.NoError(t, s.PutPosts(t.Context(), "u1", []Post{
			{Role: domain.RoleHandler, Party: "development", Jurisdiction: "sl"},
			{Role: domain.RoleHandler, Party: "resources", Jurisdiction: "sl", Covers: "u9", From: on("2026-03-01 00:00"), To: on("2026-03-08 00:00")},
		}))
		require.NoError(t, s.BeginSession(t.Context(), Session{ID: "s1", User: "u1", Expires: s.now().Add(time.Hour)}, "of a session", "", false))
		require.NoError(t, s.IssueToken(t.Context(), system, Token{ID: "t1", User: "u1", Scope: ScopeRead, Expires: s.now().Add(time.Hour)}, "of a token"))
		_, _, err := s.TokenBySecret(t.Context(), "of a token", time.Time{}, s.now()) // its use is noted once
		require.NoError(t, err)
		held := func(moment string) []string {
			h, err := s.Holder(t.Context(), "u1", on(moment))
			require.NoError(t, err)
			_, signedIn, err := s.SessionBySecret(t.Context(), "of a session", on(moment))
			require.NoError(t, err)
			require.Equal(t, h, signedIn, "whoever signs in is who he is without")
			_, program, err := s.TokenBySecret(t.Context(), "of a token", time.Time{}, on(moment))
			if h.User.Disabled {
				require.Equal(t, "token.unknown", domain.CodeOf(err))
			} else {
				require.NoError(t, err)
				require.Equal(t, h, program)
			}
			var parties []string
			for _, p := range h.Posts {
				require.NotEmpty(t, p.ID)
				parties = append(parties, p.Party)
			}
			return parties
		}
		require.Equal(t, []string{"development"}, held("2026-02-28 23:59"))
		require.Equal(t, []string{"development", "resources"}, held("2026-03-01 00:00"))
		require.Equal(t, []string{"development"}, held("2026-03-08 00:00"))
		all, err := s.Posts(t.Context(), "u1")
		require.NoError(t, err)
		require.Len(t, all, 2)
		require.Equal(t, domain.Actor{User: "u1", Role: domain.RoleHandler, Party: "resources", Jurisdiction: "sl", OnBehalfOf: "u9"}, all[1].Actor())

		colleagues, err := s.Colleagues(t.Context(), domain.RoleHandler, "resources", "", on("2026-03-02 00:00"))
		require.NoError(t, err)
		require.Len(t, colleagues, 1)
		colleagues, err = s.Colleagues(t.Context(), domain.RoleHandler, "resources", "", on("2026-03-09 00:00"))
		require.NoError(t, err)
		require.Empty(t, colleagues)

		require.NoError(t, s.PutUser(t.Context(), User{ID: "u1", Account: "zhang", Disabled: true}))
		require.Empty(t, held("2026-03-02 00:00"), "a disabled account holds nothing")
		require.NoError(t, s.PutPosts(t.Context(), "u1", nil))
		all, err = s.Posts(t.Context(), "u1")
		require.NoError(t, err)
		require.Empty(t, all)
		require.Equal(t, "posts.reference", domain.CodeOf(s.PutPosts(t.Context(), "nobody", []Post{{Role: domain.RoleOffice}})))
	})
}

func TestThreeAdministratorsAreThreePeople(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		require.NoError(t, s.PutUser(t.Context(), User{ID: "u1", Account: "zhang"}))
		require.NoError(t, s.PutPosts(t.Context(), "u1", []Post{{Role: domain.RoleAuditor, Jurisdiction: "a"}, {Role: domain.RoleAuditor, Jurisdiction: "b"}}))
		for _, two := range [][]Post{
			{{Role: domain.RoleAuditor}, {Role: domain.RoleSystemAdmin}},
			{{Role: domain.RoleSystemAdmin}, {Role: domain.RoleOffice}, {Role: domain.RoleSecurityAdmin}},
			{{Role: domain.RoleSecurityAdmin}, {Role: domain.RoleAuditor}},
		} {
			err := s.PutPosts(t.Context(), "u1", two)
			require.Equal(t, "posts.separate", domain.CodeOf(err))
			require.Equal(t, "OWN-203", domain.AsError(err).Clause)
		}
		all, err := s.Posts(t.Context(), "u1")
		require.NoError(t, err)
		require.Len(t, all, 2, "a refusal changes nothing")

		together(t, 9, func(i int) error {
			return s.PutPosts(t.Context(), "u1", []Post{{Role: separate[i%3]}})
		})
		all, err = s.Posts(t.Context(), "u1")
		require.NoError(t, err)
		require.Len(t, all, 1, "not even at the same moment")
	})
}

func TestATokenWorksUntilItEnds(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		now := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
		s.now = func() time.Time { return now }
		require.NoError(t, s.PutUser(t.Context(), User{ID: "u1", Account: "zhang"}))
		require.NoError(t, s.IssueToken(t.Context(), system, Token{ID: "t1", User: "u1", Name: "导入", Scope: ScopeRead, Post: "p1", Expires: now.Add(time.Hour)}, "secret"))
		require.Zero(t, countWhere(t, s, "tokens", "hash = 'secret'"), "the secret is not stored")
		now = now.Add(2 * time.Minute)
		got, h, err := s.TokenBySecret(t.Context(), "secret", time.Time{}, time.Time{})
		require.NoError(t, err)
		require.Equal(t, now, h.User.Used)
		require.Equal(t, Token{ID: "t1", User: "u1", Name: "导入", Scope: ScopeRead, Post: "p1", Created: now.Add(-2 * time.Minute), Expires: now.Add(58 * time.Minute), LastUsed: now}, got)
		u, err := s.User(t.Context(), "u1")
		require.NoError(t, err)
		require.Equal(t, now, u.Used, "a token in use is an account in use")
		gone := func(secret string) {
			t.Helper()
			_, _, err := s.TokenBySecret(t.Context(), secret, time.Time{}, time.Time{})
			require.Equal(t, "token.unknown", domain.CodeOf(err))
		}
		gone("other")
		now = now.Add(time.Hour)
		gone("secret")

		for scope, ends := range map[Scope][]time.Time{
			ScopeAct:       {{}, now, now.Add(366*24*time.Hour + time.Second)},
			ScopeSensitive: {{}, now.Add(31*24*time.Hour + time.Second)},
		} {
			for _, end := range ends {
				refusedBy(t, s.IssueToken(t.Context(), system, Token{ID: "t3", User: "u1", Scope: scope, Expires: end}, "x"), "token.expiry", "OWN-214")
			}
		}
		require.NoError(t, s.IssueToken(t.Context(), system, Token{ID: "t2", User: "u1", Name: "最长", Scope: ScopeSensitive, Expires: now.Add(31 * 24 * time.Hour)}, "forever"))
		_, _, err = s.TokenBySecret(t.Context(), "forever", now.Add(time.Minute), time.Time{})
		require.NoError(t, err, "whether an account that nobody uses may still be used is asked elsewhere")
		u, err = s.User(t.Context(), "u1")
		require.NoError(t, err)
		require.NotEqual(t, now, u.Used, "but a token does not wake it")
		require.Equal(t, domain.KindNotFound, domain.AsError(s.RevokeToken(t.Context(), system, "u2", "t2")).Kind, "nobody ends another's token")
		require.NoError(t, s.PutUser(t.Context(), User{ID: "u1", Account: "zhang", Disabled: true}))
		gone("forever")
		require.NoError(t, s.PutUser(t.Context(), User{ID: "u1", Account: "zhang"}))
		require.NoError(t, s.RevokeToken(t.Context(), system, "u1", "t2"))
		gone("forever")
		all, err := s.Tokens(t.Context(), "u1")
		require.NoError(t, err)
		require.Len(t, all, 2)
		require.True(t, all[0].Revoked)
	})
}
