package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/domain"
)

func TestASessionLastsUntilItEnds(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		now := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
		s.now = func() time.Time { return now }
		require.NoError(t, s.PutUser(t.Context(), User{ID: "u1", Account: "zhang"}))
		require.NoError(t, s.PutUser(t.Context(), User{ID: "u2", Account: "li"}))
		begin := func(user, id, before string, alone bool) {
			x := Session{ID: id, User: user, Stamp: "s", Way: ByPassword, Address: "10.0.0.1", Agent: "浏览器", Begun: now, Seen: now, Confirmed: now, Expires: now.Add(time.Hour)}
			require.NoError(t, s.BeginSession(t.Context(), x, "secret of "+id, before, alone))
			got, _, err := s.SessionBySecret(t.Context(), "secret of "+id, time.Time{})
			require.NoError(t, err)
			require.Equal(t, x, got)
		}
		there := func(user string) []string {
			list, err := s.Sessions(t.Context(), user)
			require.NoError(t, err)
			var ids []string
			for _, x := range list {
				ids = append(ids, x.ID)
			}
			return ids
		}
		now = now.Add(time.Minute)
		begin("u1", "a", "", false)
		require.Zero(t, countWhere(t, s, "sessions", "token LIKE '%secret%'"), "the secret is not kept")
		u, err := s.User(t.Context(), "u1")
		require.NoError(t, err)
		require.Equal(t, now, u.Used)

		begin("u2", "x", "", false)
		now = now.Add(time.Second)
		begin("u1", "b", "secret of a", false)
		require.Equal(t, []string{"b"}, there("u1"), "the session of the same browser ends")
		now = now.Add(time.Second)
		begin("u1", "c", "", false)
		require.Equal(t, []string{"c", "b"}, there("u1"))
		begin("u1", "d", "", true)
		require.Equal(t, []string{"d"}, there("u1"), "alone means alone")
		require.Equal(t, []string{"x"}, there("u2"), "of one account")

		require.NoError(t, s.SessionSeen(t.Context(), "d"))
		now = now.Add(time.Minute)
		require.NoError(t, s.ConfirmSession(t.Context(), "d", "new secret"))
		_, _, err = s.SessionBySecret(t.Context(), "secret of d", time.Time{})
		require.Equal(t, "session.unknown", domain.CodeOf(err), "the secret of before opens nothing")
		got, _, err := s.SessionBySecret(t.Context(), "new secret", time.Time{})
		require.NoError(t, err)
		require.Equal(t, now, got.Confirmed)
		require.Equal(t, now.Add(time.Hour-time.Minute), got.Expires, "a session lasts no longer for being confirmed")

		require.Equal(t, "session.unknown", domain.CodeOf(s.EndSession(t.Context(), "u2", "d")), "nobody ends another's session")
		begin("u1", "e", "", false)
		begin("u1", "f", "", false)
		ended, err := s.EndOtherSessions(t.Context(), "u1", "e")
		require.NoError(t, err)
		require.Equal(t, 2, ended)
		require.NoError(t, s.EndSession(t.Context(), "u1", "e"))
		require.Empty(t, there("u1"))
		require.Equal(t, "session.unknown", domain.CodeOf(s.ConfirmSession(t.Context(), "e", "x")), "what has ended is not confirmed")

		now = now.Add(time.Hour)
		_, _, err = s.SessionBySecret(t.Context(), "secret of x", time.Time{})
		require.Equal(t, "session.unknown", domain.CodeOf(err))
		require.Empty(t, there("u2"))
		require.NoError(t, s.SweepSessions(t.Context()))
		require.Zero(t, count(t, s, "sessions"))
	})
}

func TestASingleSignOnComesBackOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		now := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
		s.now = func() time.Time { return now }
		x := SignOn{Nonce: "n", Verifier: "v", Target: "/"}
		require.NoError(t, s.BeginSignOn(t.Context(), "state", x, now.Add(time.Minute)))
		require.NoError(t, s.BeginSignOn(t.Context(), "late", x, now.Add(time.Minute)))
		together(t, 8, func(int) error {
			_, err := s.TakeSignOn(t.Context(), "state")
			if domain.CodeOf(err) == "oidc.state" {
				return nil
			}
			return err
		})
		require.Equal(t, 1, count(t, s, "sign_ons"))
		now = now.Add(time.Minute)
		_, err := s.TakeSignOn(t.Context(), "late")
		require.Equal(t, "oidc.state", domain.CodeOf(err))
		require.NoError(t, s.SweepSessions(t.Context()))
		require.Zero(t, count(t, s, "sign_ons"))
	})
}

func TestWhatEndsTheSessionsOfAnAccount(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		zhang, li := settled(t, s)
		console := By{Actor: domain.System, Address: Console}
		for name, act := range map[string]func() error{
			"a password that is changed": func() error {
				return s.ChangePassword(t.Context(), By{Actor: domain.Actor{User: zhang.ID}}, "x")
			},
			"a password that is reset": func() error { return s.ResetPassword(t.Context(), system, zhang.ID, "y") },
			"a disabled account": func() error {
				_, err := s.ChangeAccount(t.Context(), system, zhang.ID, "x", true, time.Time{})
				return err
			},
			"another single sign-on": func() error { _, err := s.LinkAccount(t.Context(), console, zhang.ID, "https://id 7"); return err },
		} {
			for _, u := range []User{zhang, li} {
				require.NoError(t, s.BeginSession(t.Context(), Session{ID: u.ID, User: u.ID, Expires: s.now().Add(time.Hour)}, u.ID, u.ID, false))
			}
			require.NoError(t, act(), name)
			_, _, err := s.SessionBySecret(t.Context(), zhang.ID, time.Time{})
			require.Equal(t, "session.unknown", domain.CodeOf(err), name)
			_, _, err = s.SessionBySecret(t.Context(), li.ID, time.Time{})
			require.NoError(t, err, name)
		}
	})
}

func TestEarlierPasswordsAreKept(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		zhang, _ := settled(t, s)
		now := s.now()
		s.now = func() time.Time { now = now.Add(time.Minute); return now }
		own := By{Actor: domain.Actor{User: zhang.ID}}
		old := func(most int) []string {
			hashes, err := s.OldPasswords(t.Context(), zhang.ID, most)
			require.NoError(t, err)
			return hashes
		}
		require.NoError(t, s.ChangePassword(t.Context(), own, "1"))
		require.NoError(t, s.ResetPassword(t.Context(), system, zhang.ID, "once"))
		require.NoError(t, s.ResetPassword(t.Context(), system, zhang.ID, "once again"))
		require.NoError(t, s.ChangePassword(t.Context(), own, "2"))
		require.Equal(t, []string{"1", "x"}, old(9), "one-time passwords do not count")
		u, err := s.User(t.Context(), zhang.ID)
		require.NoError(t, err)
		require.True(t, u.PasswordAt.After(zhang.PasswordAt))
		for i := range 20 {
			require.NoError(t, s.ChangePassword(t.Context(), own, string(rune('a'+i))))
		}
		require.Equal(t, []string{"s", "r"}, old(2))
		require.Len(t, old(100), keptPasswords)
	})
}

func TestAnAccountThatNobodyUsesIsEnabledAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		zhang, li := settled(t, s)
		day := s.now()
		s.now = func() time.Time { return day }
		require.NoError(t, s.BeginSession(t.Context(), Session{ID: "1", User: li.ID, Expires: day.Add(time.Hour)}, "1", "", false))
		day = day.Add(48 * time.Hour)
		unused := day.Add(-47 * time.Hour)
		disabled := func(is string) []string {
			list, err := s.Users(t.Context(), UserQuery{Disabled: is, Unused: unused})
			require.NoError(t, err)
			var accounts []string
			for _, u := range list.Rows {
				accounts = append(accounts, u.Account)
			}
			return accounts
		}
		require.Equal(t, []string{"li", "zhang"}, disabled("yes"))
		u, err := s.ChangeAccount(t.Context(), system, zhang.ID, "新名", true, unused)
		require.NoError(t, err)
		require.True(t, u.Disabled)
		u, err = s.ChangeAccount(t.Context(), system, zhang.ID, "新名", false, unused)
		require.NoError(t, err)
		require.Equal(t, exact(day), u.Used)
		require.JSONEq(t, `{"disabled": {"was": true, "is": false}}`, string(lastAct(t, s, "user/"+zhang.ID).Detail))
		require.Equal(t, []string{"li"}, disabled("yes"))
		require.Equal(t, []string{"zhang"}, disabled("no"))
		_, err = s.ChangeAccount(t.Context(), system, li.ID, "x", false, unused)
		require.NoError(t, err)
		require.Empty(t, disabled("yes"))
	})
}

func TestAnAccountIsLinkedToOneIdentity(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		zhang, li := settled(t, s)
		_, err := s.LinkAccount(t.Context(), system, zhang.ID, "https://id 7")
		require.NoError(t, err)
		require.Equal(t, "account.link", lastAct(t, s, "user/"+zhang.ID).Act)
		found, err := s.UserBySubject(t.Context(), "https://id 7")
		require.NoError(t, err)
		require.Equal(t, zhang.ID, found.ID)
		_, err = s.LinkAccount(t.Context(), system, li.ID, "https://id 7")
		refusedBy(t, err, "user.taken", "OWN-207")

		_, err = s.GivePost(t.Context(), security, Post{User: zhang.ID, Role: domain.RoleAuditor})
		refusedBy(t, err, "post.linked", "OWN-203")
		_, err = s.LinkAccount(t.Context(), system, zhang.ID, "")
		require.NoError(t, err)
		_, err = s.GivePost(t.Context(), security, Post{User: zhang.ID, Role: domain.RoleAuditor})
		require.NoError(t, err)
		_, err = s.LinkAccount(t.Context(), system, zhang.ID, "https://id 8")
		refusedBy(t, err, "account.administrator", "OWN-203")
		_, err = s.LinkAccount(t.Context(), By{Actor: domain.System, Address: Console}, zhang.ID, "https://id 8")
		require.NoError(t, err)
	})
}
