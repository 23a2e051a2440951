package store

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/domain"
)

// The administrators of the city.
var (
	system   = By{domain.Actor{User: "system-1", Role: domain.RoleSystemAdmin}, "10.0.0.1"}
	security = By{domain.Actor{User: "security-1", Role: domain.RoleSecurityAdmin}, "10.0.0.2"}
	bureau   = By{domain.Actor{User: "office-1", Role: domain.RoleOffice, Jurisdiction: "city"}, "10.0.0.3"}
)

var cityName = domain.Text{Zh: "某市", En: "A city"}

// settled is a store of a city with a department, a unit, an owner and two accounts.
func settled(t *testing.T, s *Store) (zhang, li User) {
	t.Helper()
	s.now = func() time.Time { return on("2026-03-02 10:00") }
	require.NoError(t, s.CreateJurisdiction(t.Context(), system, Jurisdiction{Code: "city", Name: cityName, Level: "city"}))
	require.NoError(t, s.CreateDepartment(t.Context(), system, Department{Jurisdiction: "city", Code: "resources", Name: cityName}))
	require.NoError(t, s.CreateUnit(t.Context(), system, Unit{Code: "district", Jurisdiction: "city", Name: cityName}))
	require.NoError(t, s.CreateOwner(t.Context(), system, Owner{Code: "builder", Jurisdiction: "city", Name: cityName}))
	var err error
	zhang, err = s.CreateAccount(t.Context(), system, User{Account: "zhang", Name: "资源局经办", PasswordHash: "x"})
	require.NoError(t, err)
	li, err = s.CreateAccount(t.Context(), system, User{Account: "li", Name: "资源局经办二", PasswordHash: "x"})
	require.NoError(t, err)
	return zhang, li
}

// lastAct is the newest line of the audit record about a subject.
func lastAct(t *testing.T, s *Store, subject string) AuditRow {
	t.Helper()
	list, err := s.Audit(t.Context(), AuditQuery{Subject: subject, Page: Page{Limit: 1}})
	require.NoError(t, err)
	require.Len(t, list.Rows, 1)
	return list.Rows[0]
}

// refusedBy holds that an error refuses by a code and a rule.
func refusedBy(t *testing.T, err error, code, clause string) {
	t.Helper()
	require.Equal(t, code, domain.CodeOf(err), "%v", err)
	require.Equal(t, clause, domain.AsError(err).Clause)
}

func TestAnAccountIsAdministered(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		zhang, _ := settled(t, s)
		_, err := s.CreateAccount(t.Context(), system, User{Account: "zhang", Name: "x"})
		refusedBy(t, err, "user.taken", "OWN-207")

		changed, err := s.ChangeAccount(t.Context(), system, zhang.ID, "自然资源局经办", true, time.Time{})
		require.NoError(t, err)
		require.True(t, changed.Disabled)
		line := lastAct(t, s, "user/"+zhang.ID)
		require.Equal(t, "account.change", line.Act)
		require.Equal(t, "user/"+zhang.ID, line.Subject)
		require.Equal(t, system.Actor, line.Actor)
		require.Equal(t, "10.0.0.1", line.Address)
		require.True(t, line.At.Equal(on("2026-03-02 10:00")))
		require.JSONEq(t, `{"name": {"was": "资源局经办", "is": "自然资源局经办"}, "disabled": {"was": false, "is": true}}`, string(line.Detail))
		_, err = s.ChangeAccount(t.Context(), system, "nobody", "x", false, time.Time{})
		require.Equal(t, "user.unknown", domain.CodeOf(err))
		_, err = s.ChangeAccount(t.Context(), By{Actor: domain.Actor{User: zhang.ID}}, zhang.ID, "x", true, time.Time{})
		refusedBy(t, err, "account.own", "OWN-203")
	})
}

func TestAPasswordThatIsResetEndsWhatWasSignedIn(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		zhang, _ := settled(t, s)
		require.NoError(t, s.IssueToken(t.Context(), system, Token{ID: "t", User: zhang.ID, Name: "数据中心", Scope: ScopeAct, Expires: s.now().Add(time.Hour)}, "secret"))
		_, err := s.Attempt(t.Context(), time.Hour, Tries{Key: TriesOf(zhang.ID), Most: 1})
		require.NoError(t, err)

		require.NoError(t, s.ResetPassword(t.Context(), system, zhang.ID, "another"))
		_, _, err = s.TokenBySecret(t.Context(), "secret", time.Time{}, time.Time{})
		require.Equal(t, "token.unknown", domain.CodeOf(err))
		locked, err := s.LockedUntil(t.Context(), 1, TriesOf(zhang.ID))
		require.NoError(t, err)
		require.Empty(t, locked)
		u, err := s.User(t.Context(), zhang.ID)
		require.NoError(t, err)
		require.True(t, u.MustChange)
		require.Equal(t, "another", u.PasswordHash)
		require.NotContains(t, string(lastAct(t, s, "user/"+zhang.ID).Detail), "another", "no secret is recorded")

		require.NoError(t, s.ChangePassword(t.Context(), By{Actor: domain.Actor{User: zhang.ID}, Address: "10.0.0.9"}, "own"))
		u, err = s.User(t.Context(), zhang.ID)
		require.NoError(t, err)
		require.False(t, u.MustChange)
		require.Equal(t, "account.password", lastAct(t, s, "user/"+zhang.ID).Act)
	})
}

func TestAnAdministratorsPasswordIsResetAtTheConsoleOnly(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		zhang, _ := settled(t, s)
		_, err := s.GivePost(t.Context(), security, Post{User: zhang.ID, Role: domain.RoleAuditor, From: on("2026-06-01 00:00")})
		require.NoError(t, err)
		refusedBy(t, s.ResetPassword(t.Context(), system, zhang.ID, "x"), "account.administrator", "OWN-203")
		require.NoError(t, s.ResetPassword(t.Context(), By{Actor: domain.System, Address: Console}, zhang.ID, "x"))
	})
}

func TestTheFirstAdministratorsAreMadeAtTheConsole(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		u, err := s.CreateAdministrator(t.Context(), User{Account: "root", Name: "系统管理员", PasswordHash: "x", MustChange: true}, Post{Role: domain.RoleSystemAdmin})
		require.NoError(t, err)
		h, err := s.Holder(t.Context(), u.ID, on("2026-03-02 10:00"))
		require.NoError(t, err)
		require.Len(t, h.Posts, 1)
		require.Equal(t, domain.RoleSystemAdmin, h.Posts[0].Role)
		line := lastAct(t, s, "user/"+u.ID)
		require.Equal(t, Console, line.Address)
		require.Equal(t, domain.RoleSystem, line.Actor.Role)
		var detail struct{ Post struct{ Role string } }
		require.NoError(t, json.Unmarshal(line.Detail, &detail))
		require.Equal(t, "system_admin", detail.Post.Role)

		_, err = s.CreateAdministrator(t.Context(), User{Account: "office"}, Post{Role: domain.RoleOffice})
		require.Equal(t, "post.role", domain.CodeOf(err))
		_, err = s.CreateAdministrator(t.Context(), User{Account: "sec"}, Post{Role: domain.RoleSecurityAdmin, Jurisdiction: "nowhere"})
		require.Equal(t, "jurisdiction.unknown", domain.CodeOf(err))
		_, err = s.CreateAdministrator(t.Context(), User{Account: "root"}, Post{Role: domain.RoleAuditor})
		require.Equal(t, "user.taken", domain.CodeOf(err))
		require.Equal(t, 1, count(t, s, "users"), "a refusal creates nothing")
	})
}

func TestGivingAPost(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		zhang, li := settled(t, s)
		handler := Post{User: zhang.ID, Role: domain.RoleHandler, Party: "resources", Jurisdiction: "city"}
		with := func(change func(*Post)) error {
			p := handler
			change(&p)
			_, err := s.GivePost(t.Context(), security, p)
			return err
		}
		refusedBy(t, with(func(p *Post) { p.Party = "nobody" }), "party.unknown", "OWN-207")
		refusedBy(t, with(func(p *Post) { p.Party = "" }), "party.unknown", "OWN-207")
		refusedBy(t, with(func(p *Post) { p.Role = domain.RoleOffice }), "post.party", "OWN-207")
		refusedBy(t, with(func(p *Post) { p.Jurisdiction = "" }), "post.jurisdiction", "OWN-207")
		refusedBy(t, with(func(p *Post) { p.Jurisdiction = "elsewhere" }), "jurisdiction.unknown", "OWN-207")
		refusedBy(t, with(func(p *Post) { p.To = on("2026-03-01 00:00") }), "post.to", "OWN-201")
		refusedBy(t, with(func(p *Post) { p.From, p.To = on("2026-05-01 00:00"), on("2026-04-01 00:00") }), "post.to", "OWN-201")
		refusedBy(t, with(func(p *Post) { p.Covers = zhang.ID; p.To = on("2026-04-01 00:00") }), "post.covers", "OWN-201")
		refusedBy(t, with(func(p *Post) { p.Covers = li.ID }), "post.to", "OWN-201")
		refusedBy(t, with(func(p *Post) { p.Covers = li.ID; p.To = on("2026-04-01 00:00") }), "post.covers", "OWN-201")
		require.Equal(t, "user.unknown", domain.CodeOf(with(func(p *Post) { p.User = "nobody" })))

		given, err := s.GivePost(t.Context(), security, handler)
		require.NoError(t, err)
		require.True(t, given.From.Equal(on("2026-03-02 10:00")), "a post without a beginning begins now")
		line := lastAct(t, s, "user/"+zhang.ID)
		require.Equal(t, "post.give", line.Act)
		require.Contains(t, string(line.Detail), "resources")
		refusedBy(t, with(func(*Post) {}), "post.held", "OWN-207")

		cover := func(p *Post) { p.User, p.Covers, p.To = li.ID, zhang.ID, on("2026-04-01 00:00") }
		require.NoError(t, with(cover))
		refusedBy(t, with(cover), "post.held", "OWN-207")

		for _, p := range []Post{
			{Role: domain.RoleLiaison, Party: "district"}, {Role: domain.RoleOwner, Party: "builder"}, {Role: domain.RoleLeader},
		} {
			p.User, p.Jurisdiction = li.ID, "city"
			_, err := s.GivePost(t.Context(), security, p)
			require.NoError(t, err, p.Role)
		}
		_, err = s.ChangeUnit(t.Context(), system, "district", cityName, true)
		require.NoError(t, err)
		refusedBy(t, with(func(p *Post) { p.Role, p.Party = domain.RoleLiaison, "district" }), "party.closed", "OWN-207")
		_, err = s.ChangeAccount(t.Context(), system, zhang.ID, "x", true, time.Time{})
		require.NoError(t, err)
		refusedBy(t, with(func(p *Post) { p.Role = domain.RoleHead }), "account.disabled", "OWN-201")
	})
}

func TestEndingAPost(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		zhang, _ := settled(t, s)
		give := func(p Post) string {
			p.User, p.Jurisdiction = zhang.ID, "city"
			given, err := s.GivePost(t.Context(), security, p)
			require.NoError(t, err)
			return given.ID
		}
		held := func(moment string) int {
			h, err := s.Holder(t.Context(), zhang.ID, on(moment))
			require.NoError(t, err)
			return len(h.Posts)
		}
		now, later, never := give(Post{Role: domain.RoleLeader}), give(Post{Role: domain.RoleOffice}), give(Post{Role: domain.RoleSupervisor, From: on("2026-05-01 00:00")})
		require.Equal(t, 2, held("2026-03-02 10:00"))

		ended, err := s.EndPost(t.Context(), security, zhang.ID, now, time.Time{})
		require.NoError(t, err)
		require.True(t, ended.To.Equal(on("2026-03-02 10:00")))
		require.Equal(t, 1, held("2026-03-02 10:00"), "it is lost with the next request")
		_, err = s.EndPost(t.Context(), security, zhang.ID, later, on("2026-04-01 00:00"))
		require.NoError(t, err)
		require.Equal(t, 1, held("2026-03-31 23:59"))
		require.Zero(t, held("2026-04-01 00:00"))
		_, err = s.EndPost(t.Context(), security, zhang.ID, never, time.Time{})
		require.NoError(t, err)
		require.Zero(t, held("2026-05-02 00:00"), "a post that has not begun never begins")

		for _, c := range []struct {
			post, at, code string
		}{
			{now, "2026-03-03 00:00", "post.ended"}, {later, "2026-03-01 00:00", "post.at"}, {later, "2026-04-02 00:00", "post.at"}, {"nothing", "2026-03-03 00:00", "post.unknown"},
		} {
			_, err := s.EndPost(t.Context(), security, zhang.ID, c.post, on(c.at))
			require.Equal(t, c.code, domain.CodeOf(err))
		}
	})
}

// OWN-203: 三员分立.
func TestTheAdministratorsStayThreePeopleWhoeverGivesThePosts(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		zhang, li := settled(t, s)
		give := func(u User, r domain.Role, from, to string) error {
			p := Post{User: u.ID, Role: r, Jurisdiction: "city", From: on(from)}
			if to != "" {
				p.To = on(to)
			}
			_, err := s.GivePost(t.Context(), security, p)
			return err
		}
		require.NoError(t, give(zhang, domain.RoleSystemAdmin, "2026-03-02 10:00", "2026-06-01 00:00"))
		for _, r := range []domain.Role{domain.RoleSecurityAdmin, domain.RoleAuditor, domain.RoleOffice, domain.RoleLeader} {
			refusedBy(t, give(zhang, r, "2026-05-01 00:00", ""), "posts.separate", "OWN-203")
		}
		require.NoError(t, give(zhang, domain.RoleAuditor, "2026-06-01 00:00", ""), "one after the other is allowed")
		require.NoError(t, give(li, domain.RoleOffice, "2026-03-02 10:00", ""))
		refusedBy(t, give(li, domain.RoleSystemAdmin, "2026-03-02 10:00", ""), "posts.separate", "OWN-203")
		_, err := s.GivePost(t.Context(), security, Post{User: li.ID, Role: domain.RoleAuditor, Jurisdiction: "city", Covers: zhang.ID, To: on("2026-07-01 00:00")})
		refusedBy(t, err, "posts.separate", "OWN-203")

		wang, err := s.CreateAccount(t.Context(), system, User{Account: "wang", Name: "x", MustChange: true})
		require.NoError(t, err)
		refusedBy(t, give(wang, domain.RoleAuditor, "2026-03-02 10:00", ""), "post.unclaimed", "OWN-203")
		require.NoError(t, give(wang, domain.RoleLeader, "2026-03-02 10:00", ""))

		// Whoever comes first, no account ends with two of them.
		zhao, err := s.CreateAccount(t.Context(), system, User{Account: "zhao", Name: "x"})
		require.NoError(t, err)
		together(t, 9, func(i int) error {
			err := give(zhao, separate[i%3], "2026-03-02 10:00", "")
			if domain.CodeOf(err) == "posts.separate" || domain.CodeOf(err) == "post.held" {
				return nil
			}
			return err
		})
		posts, err := s.Posts(t.Context(), zhao.ID)
		require.NoError(t, err)
		require.Len(t, posts, 1)
	})
}

func TestMasterDataIsRegisteredRenamedAndClosed(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		settled(t, s)
		ctx := t.Context()
		taken := func(err error) { t.Helper(); refusedBy(t, err, "code.taken", "OWN-207") }
		taken(s.CreateJurisdiction(ctx, system, Jurisdiction{Code: "city"}))
		taken(s.CreateUnit(ctx, system, Unit{Code: "district", Jurisdiction: "city"}))
		taken(s.CreateOwner(ctx, system, Owner{Code: "builder", Jurisdiction: "city"}))
		taken(s.CreateDepartment(ctx, system, Department{Code: "resources", Jurisdiction: "city"}))
		refusedBy(t, s.CreateUnit(ctx, system, Unit{Code: "x", Jurisdiction: "nowhere"}), "jurisdiction.unknown", "OWN-207")
		require.NoError(t, s.CreateJurisdiction(ctx, system, Jurisdiction{Code: "county", Parent: "city", Name: cityName, Level: "county"}))
		refusedBy(t, s.CreateJurisdiction(ctx, system, Jurisdiction{Code: "x", Parent: "nowhere"}), "jurisdiction.unknown", "OWN-207")

		_, err := s.ChangeJurisdiction(ctx, system, "city", cityName, true)
		refusedBy(t, err, "jurisdiction.in-use", "OWN-207")
		_, err = s.ChangeJurisdiction(ctx, system, "county", domain.Text{Zh: "某县", En: "A county"}, true)
		require.NoError(t, err)
		refusedBy(t, s.CreateUnit(ctx, system, Unit{Code: "x", Jurisdiction: "county"}), "jurisdiction.closed", "OWN-207")
		_, err = s.ChangeJurisdiction(ctx, system, "city", cityName, true)
		require.NoError(t, err)
		tree, err := s.Jurisdictions(ctx)
		require.NoError(t, err)
		require.Equal(t, Jurisdiction{Code: "county", Parent: "city", Name: domain.Text{Zh: "某县", En: "A county"}, Level: "county", Closed: true}, tree[1])
		_, err = s.ChangeJurisdiction(ctx, system, "city", cityName, false)
		require.NoError(t, err)

		renamed := domain.Text{Zh: "自然资源和规划局", En: "Natural Resources and Planning"}
		d, err := s.ChangeDepartment(ctx, system, "city", "resources", renamed, false)
		require.NoError(t, err)
		require.Equal(t, renamed, d.Name)
		require.Equal(t, "department.change", lastAct(t, s, "department/city/resources").Act)
		o, err := s.ChangeOwner(ctx, system, "builder", renamed, true)
		require.NoError(t, err)
		require.True(t, o.Closed)
		owners, err := s.Owners(ctx, "")
		require.NoError(t, err)
		require.Equal(t, []Owner{o}, owners)
		_, err = s.ChangeUnit(ctx, system, "nothing", renamed, true)
		require.Equal(t, "unit.unknown", domain.CodeOf(err))
		_, err = s.ChangeDepartment(ctx, system, "nowhere", "resources", renamed, true)
		require.Equal(t, "department.unknown", domain.CodeOf(err))
	})
}

func TestExpertsOfThePool(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		settled(t, s)
		ctx := t.Context()
		e := Expert{Code: "E01", Jurisdiction: "city", Unit: "institute", Specialities: []string{"engineering"}, ConflictUnits: []string{"builder"}}
		require.NoError(t, s.CreateExpert(ctx, bureau, e))
		refusedBy(t, s.CreateExpert(ctx, bureau, e), "code.taken", "OWN-207")
		err := s.CreateExpert(ctx, bureau, Expert{Code: "E02", Jurisdiction: "city", ConflictUnits: []string{"builder", "nobody"}})
		refusedBy(t, err, "party.unknown", "OWN-207")
		require.Equal(t, "conflictUnits.1", domain.AsError(err).Field)

		e.Specialities, e.ConflictUnits, e.Retired = []string{"economics"}, nil, true
		_, err = s.ChangeExpert(ctx, bureau, e)
		require.NoError(t, err)
		pool, err := s.Experts(ctx, "city")
		require.NoError(t, err)
		require.Len(t, pool, 1)
		require.True(t, pool[0].Retired)
		require.Equal(t, []string{"economics"}, pool[0].Specialities)
		require.Empty(t, pool[0].ConflictUnits)
		_, err = s.ChangeExpert(ctx, bureau, Expert{Code: "nobody"})
		require.Equal(t, "expert.unknown", domain.CodeOf(err))
		require.Equal(t, "expert.unknown", domain.CodeOf(s.NoteConflict(ctx, bureau, ExpertConflict{Expert: "nobody"})))
		require.NoError(t, s.NoteConflict(ctx, bureau, ExpertConflict{Expert: "E01", Project: "p", Reason: "参加过可研咨询"}))
		require.Equal(t, "expert.conflict", lastAct(t, s, "expert/E01").Act)
	})
}

// OWN-1: an expert recuses himself from the projects of every unit and owner he is bound to.
func TestADrawPassesOverTheUnitsOfConflict(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		cityWith(t, s)
		ctx := t.Context()
		require.NoError(t, s.PutExperts(ctx,
			Expert{Code: "free", Jurisdiction: "shangluo", Unit: "institute"},
			Expert{Code: "bound", Jurisdiction: "shangluo", Unit: "institute", ConflictUnits: []string{"other", "builder"}},
		))
		pool, err := s.Candidates(ctx, "p2")
		require.NoError(t, err)
		conflicts := map[string][]string{}
		for _, c := range pool {
			conflicts[c.Expert] = c.Conflicts
		}
		require.Empty(t, conflicts["free"])
		require.Equal(t, []string{"conflict-unit:builder"}, conflicts["bound"])
	})
}

func TestAccountsAreFoundByTheirPosts(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		zhang, li := settled(t, s)
		_, err := s.GivePost(t.Context(), security, Post{User: zhang.ID, Role: domain.RoleHandler, Party: "resources", Jurisdiction: "city", To: on("2026-04-01 00:00")})
		require.NoError(t, err)
		_, err = s.ChangeAccount(t.Context(), system, li.ID, "x", true, time.Time{})
		require.NoError(t, err)
		found := func(q UserQuery) []string {
			list, err := s.Users(t.Context(), q)
			require.NoError(t, err)
			var names []string
			for _, u := range list.Rows {
				names = append(names, u.Account)
			}
			return names
		}
		now := on("2026-03-02 10:00")
		require.Equal(t, []string{"zhang"}, found(UserQuery{Role: domain.RoleHandler, Now: now}))
		require.Equal(t, []string{"zhang"}, found(UserQuery{Jurisdiction: "city", Party: "resources", Now: now}))
		require.Empty(t, found(UserQuery{Role: domain.RoleHandler, Now: on("2026-04-01 00:00")}), "posts that have ended do not count")
		require.Empty(t, found(UserQuery{Role: domain.RoleHead, Now: now}))
		require.Equal(t, []string{"li"}, found(UserQuery{Disabled: "yes"}))
		require.Equal(t, []string{"zhang"}, found(UserQuery{Disabled: "no"}))
	})
}
