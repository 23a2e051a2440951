package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"milepost/domain"
	"milepost/domain/project"
)

// cityWith makes a city with two districts and a project in each place:
//
//	shangluo  ─ p1 "城区供水管网改造工程", in approval
//	├ shangzhou ─ p2 "商州产业园", declared
//	└ danfeng   ─ p3 "丹凤公路", declared, of another unit and owner
func cityWith(t *testing.T, s *Store) (p1, p2, p3 *life) {
	t.Helper()
	require.NoError(t, s.PutJurisdictions(t.Context(),
		Jurisdiction{Code: "danfeng", Parent: "shangluo", Name: domain.Text{Zh: "丹凤县"}, Level: "county"},
		Jurisdiction{Code: "shangluo", Name: domain.Text{Zh: "商洛市"}, Level: "city"},
		Jurisdiction{Code: "shangzhou", Parent: "shangluo", Name: domain.Text{Zh: "商州区"}, Level: "county"}))
	p1 = begin(t, s, "p1", "2026-03-02 10:00").approving()
	f := profile()
	f.Name, f.Jurisdiction, f.Investment = "商州产业园", "shangzhou", 9_000_000_000
	p2 = begin(t, s, "p2", "2026-03-03 10:00").declaredAs(f)
	f = profile()
	f.Name, f.Jurisdiction, f.Unit, f.Owner, f.Investment = "丹凤公路_一期", "danfeng", "danfeng-gov", "road-co", 7_000_000_000
	p3 = begin(t, s, "p3", "2026-03-04 10:00").declaredAs(f)
	return p1, p2, p3
}

var noon = on("2026-03-05 12:00")

func TestEveryoneSeesTheirOwnProjects(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		cityWith(t, s)
		for _, c := range []struct {
			name  string
			posts []Post
			sees  []string
		}{
			{"the product sees all", []Post{{Role: domain.RoleSystem}}, []string{"p1", "p2", "p3"}},
			{"the city's office sees the city and below", []Post{{Role: domain.RoleOffice, Jurisdiction: "shangluo"}}, []string{"p1", "p2", "p3"}},
			{"a leader of a district sees the district", []Post{{Role: domain.RoleLeader, Jurisdiction: "danfeng"}}, []string{"p3"}},
			{"an auditor of nowhere in particular sees all", []Post{{Role: domain.RoleAuditor}}, []string{"p1", "p2", "p3"}},
			{"a department sees projects with its items", []Post{{Role: domain.RoleHandler, Party: "development", Jurisdiction: "shangluo"}}, []string{"p1"}},
			{"a department of another place does not", []Post{{Role: domain.RoleHead, Party: "development", Jurisdiction: "danfeng"}}, nil},
			{"a department without items sees nothing", []Post{{Role: domain.RoleHandler, Party: "tourism", Jurisdiction: "shangluo"}}, nil},
			{"a unit sees its own", []Post{{Role: domain.RoleLiaison, Party: "danfeng-gov"}}, []string{"p3"}},
			{"an owner sees its own", []Post{{Role: domain.RoleOwner, Party: "builder"}}, []string{"p1", "p2"}},
			{"two posts add up", []Post{{Role: domain.RoleOwner, Party: "road-co"}, {Role: domain.RoleLeader, Jurisdiction: "shangzhou"}}, []string{"p2", "p3"}},
			{"administrators see no business data", []Post{{Role: domain.RoleSystemAdmin}, {Role: domain.RoleSecurityAdmin}}, nil},
			{"nobody sees nothing", nil, nil},
		} {
			v := ViewerOf(c.posts)
			got, err := s.Projects(t.Context(), v, ProjectQuery{Sort: "declared", Now: noon})
			require.NoError(t, err, c.name)
			var ids []string
			for _, p := range got.Rows {
				ids = append(ids, p.ID)
			}
			require.Equal(t, c.sees, ids, c.name)
			for _, id := range []string{"p1", "p2", "p3", "none"} {
				seen := contains(c.sees, id)
				_, err := s.Project(t.Context(), v, id, noon)
				require.Equal(t, seen, err == nil, "%s: project %s: %v", c.name, id, err)
				lines, err := s.Timeline(t.Context(), v, TimelineQuery{Entity: "project/" + id})
				require.Equal(t, seen, err == nil && len(lines) > 0, "%s: timeline %s: %v", c.name, id, err)
				if !seen {
					require.Equal(t, domain.KindNotFound, domain.AsError(err).Kind)
				}
			}
		}
	})
}

func TestAnExpertSeesTheProjectsOfHisPanels(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		p1, _, _ := cityWith(t, s)
		on, off := "", ""
		for _, m := range p1.p.Panel.Members {
			on = m.Expert
		}
		for i := range 9 {
			code := fmt.Sprint("expert-", i+1)
			member := false
			for _, m := range p1.p.Panel.Members {
				member = member || m.Expert == code
			}
			if !member {
				off = code
			}
		}
		got, err := s.Projects(t.Context(), Viewer{Experts: []string{on}}, ProjectQuery{Now: noon})
		require.NoError(t, err)
		require.Len(t, got.Rows, 1)
		got, err = s.Projects(t.Context(), Viewer{Experts: []string{off}}, ProjectQuery{Now: noon})
		require.NoError(t, err)
		require.Empty(t, got.Rows)
		work, err := s.Tasks(t.Context(), Viewer{Experts: []string{on}}, TaskQuery{State: TaskAny, Now: noon})
		require.NoError(t, err)
		require.Len(t, work.Rows, 1, "his own score, nobody else's work")
	})
}

func TestProjectsAreFilteredAndSorted(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		cityWith(t, s)
		for _, c := range []struct {
			name  string
			query ProjectQuery
			want  []string
		}{
			{"by jurisdiction and below", ProjectQuery{Jurisdiction: "shangluo", Sort: "declared"}, []string{"p1", "p2", "p3"}},
			{"by one district", ProjectQuery{Jurisdiction: "danfeng"}, []string{"p3"}},
			{"by phase", ProjectQuery{Phase: project.Approval}, []string{"p1"}},
			{"by status", ProjectQuery{Status: project.Done}, nil},
			{"by unit", ProjectQuery{Unit: "danfeng-gov"}, []string{"p3"}},
			{"by owner", ProjectQuery{Owner: "builder", Sort: "-investment"}, []string{"p2", "p1"}},
			{"by sector", ProjectQuery{Sector: "industry"}, nil},
			{"by class", ProjectQuery{Class: "preparatory"}, []string{"p1"}},
			{"by part of the name", ProjectQuery{Text: "产业"}, []string{"p2"}},
			{"a wildcard is a character like any other", ProjectQuery{Text: "%"}, nil},
			{"an underscore too", ProjectQuery{Text: "路_一"}, []string{"p3"}},
			{"by name, from the end", ProjectQuery{Sort: "-investment"}, []string{"p2", "p1", "p3"}},
			{"by phase, the earliest first", ProjectQuery{Sort: "phase"}, []string{"p2", "p3", "p1"}},
			{"by what is due next", ProjectQuery{Sort: "nextDue", Jurisdiction: "danfeng"}, []string{"p3"}},
			{"the newest first unless asked otherwise", ProjectQuery{}, []string{"p3", "p2", "p1"}},
		} {
			c.query.Now = noon
			require.Equal(t, c.want, projectIDs(t, s, c.query), c.name)
		}
		_, err := s.Projects(t.Context(), Everything, ProjectQuery{Sort: "investment; DROP TABLE projects"})
		require.Equal(t, "sort", domain.CodeOf(err))
	})
}

func TestEverySortIsPagedWithoutGapOrRepetition(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		for i := range 7 {
			f := profile()
			f.Investment += int64(i/2) * 100_000_000 // some alike
			f.Name = fmt.Sprint("项目", i%3)
			begin(t, s, fmt.Sprint("p", i), "2026-03-02 10:00").declaredAs(f)
		}
		for name := range projectOrders {
			for _, sort := range []string{name, "-" + name} {
				whole := projectIDs(t, s, ProjectQuery{Sort: sort, Now: noon})
				require.Len(t, whole, 7)
				q, paged := ProjectQuery{Sort: sort, Now: noon, Page: Page{Limit: 2}}, []string(nil)
				for {
					got, err := s.Projects(t.Context(), Everything, q)
					require.NoError(t, err, sort)
					for _, p := range got.Rows {
						paged = append(paged, p.ID)
					}
					if got.Next == "" {
						break
					}
					q.Cursor = got.Next
				}
				require.Equal(t, whole, paged, sort)
			}
		}
		got, err := s.Projects(t.Context(), Everything, ProjectQuery{Sort: "name", Page: Page{Limit: 2}})
		require.NoError(t, err)
		for name, q := range map[string]ProjectQuery{
			"of another order": {Sort: "investment", Page: Page{Cursor: got.Next}},
			"that is garbage":  {Page: Page{Cursor: "garbage"}},
			"that is spoilt":   {Sort: "-declared", Page: Page{Cursor: place{"-declared", []string{"x", "y"}}.cursor()}},
		} {
			_, err := s.Projects(t.Context(), Everything, q)
			require.Equal(t, "cursor", domain.CodeOf(err), name)
		}
	})
}

func TestALampIsLookedAtWhenItIsAskedFor(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00").approving()
		l.submit("initiation")
		begin(t, s, "p2", "2026-03-02 10:00").declared()
		seen := map[Colour]bool{}
		for day := range 30 {
			now := on("2026-02-20 10:00").AddDate(0, 0, day) // from before the work began
			want := Colour(colourOf(l.p, "approval", now))
			seen[want] = true
			p, err := s.Project(t.Context(), Everything, "p1", now)
			require.NoError(t, err)
			for _, c := range ranks {
				ids := projectIDs(t, s, ProjectQuery{Colour: c, Lamp: "approval", Now: now})
				require.Equal(t, c == want, contains(ids, "p1"), "%s on day %d", c, day)
				worst := projectIDs(t, s, ProjectQuery{Colour: c, Now: now})
				require.Equal(t, p.Colour == c, contains(worst, "p1"), "the worst lamp, %s on day %d", c, day)
			}
		}
		require.Len(t, seen, 3, "green, yellow and red all came")
	})
}

// The SQL and the domain must never disagree on a lamp.
func TestTheColourInSQLIsTheDomains(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		when := func(t *rapid.T, name string) time.Time {
			day := rapid.IntRange(0, 5).Draw(t, name)
			if day == 0 {
				return time.Time{}
			}
			return on("2026-03-01 00:00").AddDate(0, 0, day).UTC()
		}
		rapid.Check(t, func(r *rapid.T) {
			l := project.Lamp{YellowAt: when(r, "yellow"), RedAt: when(r, "red"), ExcusedUntil: when(r, "excused")}
			now := when(r, "now").Add(time.Duration(rapid.IntRange(-1, 1).Draw(r, "around")) * time.Microsecond)
			got, _, err := one(s.db, scalar[int], "SELECT "+lampRank+` FROM (SELECT
				CAST(? AS `+s.timeType()+`) AS yellow_at, CAST(? AS `+s.timeType()+`) AS red_at, CAST(? AS `+s.timeType()+`) AS excused_until) l`,
				append(lampArgs(now), maybe(l.YellowAt), maybe(l.RedAt), maybe(l.ExcusedUntil))...)
			require.NoError(r, err)
			require.Equal(r, Colour(l.Colour(now)), ranks[got])
		})
	})
}

func (s *Store) timeType() string {
	if s.dialect == PostgreSQL {
		return "timestamptz"
	}
	return "text"
}

func TestAProjectIsReadWithItsStateAndLamps(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		p1, _, _ := cityWith(t, s)
		got, err := s.Project(t.Context(), Everything, "p1", noon)
		require.NoError(t, err)
		require.Equal(t, p1.p.Summary(), inUTC(got.Summary))
		require.Len(t, got.Lamps, 6)
		require.Equal(t, len(p1.p.Tasks), got.OpenTasks)
		state, err := project.Restore(got.Snapshot)
		require.NoError(t, err)
		require.Equal(t, p1.p.Seq, state.Seq)
		for _, task := range p1.p.Tasks {
			require.False(t, got.NextDue.After(task.Clock.Due) && !task.Clock.Due.IsZero())
		}
	})
}

func TestATimelineIsReadInPages(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		p1, _, _ := cityWith(t, s)
		read := func(q TimelineQuery) []TimelineRow {
			q.Entity = "project/p1"
			got, err := s.Timeline(t.Context(), Everything, q)
			require.NoError(t, err)
			return got
		}
		all := read(TimelineQuery{})
		require.Len(t, all, len(p1.log))
		for i, line := range all {
			require.Equal(t, p1.log[i].Type, line.Type)
			require.Equal(t, p1.log[i].Actor, line.Actor)
			require.Equal(t, string(p1.log[i].Data), string(line.Data))
			require.NotEmpty(t, line.Text.Zh)
			require.NotEmpty(t, line.Text.En)
		}
		require.Equal(t, all[3:5], read(TimelineQuery{After: 3, Limit: 2}))
		back := read(TimelineQuery{Before: 4, Desc: true})
		require.Equal(t, []int64{3, 2, 1}, []int64{back[0].Seq, back[1].Seq, back[2].Seq})
		for name, q := range map[string]TimelineQuery{
			"type":   {Types: []string{"Declared", "Recognised"}},
			"clause": {Clause: all[0].Clause},
			"actor":  {Actor: "liaison-1"},
			"from":   {From: on("2026-03-02 10:00"), To: on("2026-03-02 10:01")},
		} {
			require.NotEmpty(t, read(q), name)
		}
		for name, q := range map[string]TimelineQuery{
			"type":   {Types: []string{"ProjectArchived"}},
			"clause": {Clause: "none"},
			"actor":  {Actor: "nobody"},
			"to":     {To: on("2026-03-02 10:00")},
		} {
			require.Empty(t, read(q), name)
		}
		_, err := s.Timeline(t.Context(), Everything, TimelineQuery{Entity: "nonsense"})
		require.Equal(t, domain.KindNotFound, domain.AsError(err).Kind)
	})
}

func TestAnInboxShowsTheWorkOfItsParty(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		p1, p2, _ := cityWith(t, s)
		p1.submit("initiation")
		development := Viewer{Departments: []Seat{{"shangluo", "development"}}}
		list := func(v Viewer, q TaskQuery) []TaskRow {
			if q.Now.IsZero() {
				q.Now = noon
			}
			got, err := s.Tasks(t.Context(), v, q)
			require.NoError(t, err)
			return got.Rows
		}
		for _, task := range list(development, TaskQuery{}) {
			require.Equal(t, domain.Party{Kind: domain.PartyDepartment, Code: "development"}, task.Party)
			require.Equal(t, "城区供水管网改造工程", task.ProjectName)
		}
		require.Len(t, list(development, TaskQuery{Kind: project.TaskDecision}), 1)
		require.Len(t, list(Everything, TaskQuery{For: []domain.Party{{Kind: domain.PartyOffice}}, Jurisdiction: "shangzhou"}), 1)
		require.Len(t, list(Everything, TaskQuery{For: []domain.Party{{Kind: domain.PartyOffice}, {Kind: domain.PartyDepartment, Code: "development"}}, Kind: project.TaskEntryReview}), 2)
		require.Empty(t, list(Viewer{}, TaskQuery{}))
		require.Equal(t, []string{"p1"}, unique(list(Viewer{Owners: []string{"builder"}}, TaskQuery{Text: "供水"})))

		key := p1.p.Tasks[len(p1.p.Tasks)-1].Key
		for _, task := range p1.p.Tasks {
			if task.Kind == project.TaskDecision {
				key = task.Key
			}
		}
		one, err := s.Task(t.Context(), development, "p1", key, on("2026-03-13 12:00"))
		require.NoError(t, err)
		require.Equal(t, Yellow, one.Colour)
		require.Equal(t, 10, one.Days)
		require.Equal(t, on("2026-03-16 17:30").UTC(), one.Due)
		_, err = s.Task(t.Context(), Viewer{Owners: []string{"road-co"}}, "p1", key, noon)
		require.Equal(t, domain.KindNotFound, domain.AsError(err).Kind)

		require.NotEmpty(t, list(development, TaskQuery{Unassigned: true, Kind: project.TaskDecision}))
		p1.do(handler("development"), project.ClaimTask{Task: key})
		require.Empty(t, list(development, TaskQuery{Unassigned: true, Kind: project.TaskDecision}))
		require.Len(t, list(development, TaskQuery{Assignee: "development-1"}), 1)
		require.Len(t, list(development, TaskQuery{Person: "development-1"}), 1)
		require.Empty(t, list(development, TaskQuery{Person: "development-2"}))

		require.Len(t, list(development, TaskQuery{Colour: Yellow, Now: on("2026-03-13 12:00"), Kind: project.TaskDecision}), 1)
		require.Len(t, list(development, TaskQuery{Colour: Red, Now: on("2026-03-16 17:30"), Kind: project.TaskDecision}), 1)
		require.Len(t, list(development, TaskQuery{DueFrom: on("2026-03-16 17:30"), DueTo: on("2026-03-16 17:31"), Kind: project.TaskDecision}), 1)
		require.Empty(t, list(development, TaskQuery{DueFrom: on("2026-03-16 17:31"), Kind: project.TaskDecision}))

		p1.do(handler("development"), project.GrantItem{Item: "initiation", Document: "批复"})
		done := list(development, TaskQuery{State: TaskClosed, Kind: project.TaskDecision, Sort: "-closed"})
		require.Len(t, done, 1)
		require.Equal(t, "ItemGranted", done[0].Outcome)
		require.Equal(t, "development-1", done[0].ClosedBy)
		require.Equal(t, Green, done[0].Colour)

		p2.until("2026-03-30 10:00")
		late := list(Everything, TaskQuery{Project: "p2", Now: on("2026-03-30 10:00"), Colour: Red})
		require.Len(t, late, 1)
		require.Equal(t, project.TaskEntryReview, late[0].Kind)
	})
}

func TestAnInboxIsPagedByDueTime(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00").approving()
		l.submit("initiation")
		l.do(handler("development"), project.AcceptItem{Item: "initiation"})
		reason := l.pack().Clock.PauseReasons[0].Key
		l.do(handler("development"), project.PauseItem{Item: "initiation", Reason: reason, Note: "公示"})
		begin(t, s, "p2", "2026-03-03 10:00").declared()
		for _, sort := range []string{"due", "-due", "opened", "-opened", "closed", "-closed"} {
			whole, err := s.Tasks(t.Context(), Everything, TaskQuery{Sort: sort, State: TaskAny, Now: noon})
			require.NoError(t, err)
			var paged []TaskRow
			q := TaskQuery{Sort: sort, State: TaskAny, Now: noon, Page: Page{Limit: 1}}
			for {
				got, err := s.Tasks(t.Context(), Everything, q)
				require.NoError(t, err)
				paged = append(paged, got.Rows...)
				if q.Cursor = got.Next; q.Cursor == "" {
					break
				}
			}
			require.Equal(t, whole.Rows, paged, sort)
		}
		open, err := s.Tasks(t.Context(), Everything, TaskQuery{Now: noon})
		require.NoError(t, err)
		last := open.Rows[len(open.Rows)-1]
		require.True(t, last.Paused, "what stands still comes last")
		require.Zero(t, last.Due)
		require.Equal(t, Green, last.Colour)
	})
}

func TestCosignersFindTheirWork(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00").approving()
		l.submit("initiation")
		var key string
		for _, task := range l.p.Tasks {
			if task.Kind == project.TaskDecision {
				key = task.Key
			}
		}
		l.do(handler("development"), project.ClaimTask{Task: key})
		l.do(handler("development"), project.AddCosigner{Task: key, User: "dev_%2"})
		for person, n := range map[string]int{"dev_%2": 1, "dev__2": 0, "dev_": 0, `dev"`: 0} {
			got, err := s.Tasks(t.Context(), Everything, TaskQuery{Person: person, Now: noon})
			require.NoError(t, err)
			require.Len(t, got.Rows, n, person)
		}
	})
}

func TestReportsAreListedWithTheirCorrections(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00").building()
		l.until("2026-04-02 10:00")
		filed := l.do(owner, project.FileReport{Period: "2026-03", Investment: 300_000_000, Image: "基础施工"})
		l.do(owner, project.CorrectReport{Period: "2026-03", Record: filed[0].Seq, Investment: 280_000_000, Image: "基础施工", Reason: "重复统计"})
		l.until("2026-05-02 10:00")
		l.do(owner, project.FileReport{Period: "2026-04", Investment: 200_000_000, Image: "主体施工"})

		all, err := s.Reports(t.Context(), Everything, ReportQuery{})
		require.NoError(t, err)
		require.Len(t, all.Rows, 3)
		require.Equal(t, "2026-04", all.Rows[0].Period)
		require.Equal(t, filed[0].Seq, all.Rows[1].Corrects)
		require.True(t, all.Rows[2].Superseded)
		current, err := s.Reports(t.Context(), Everything, ReportQuery{Current: true, Period: "2026-03"})
		require.NoError(t, err)
		require.Len(t, current.Rows, 1)
		require.Equal(t, int64(280_000_000), current.Rows[0].Investment)
		first, err := s.Reports(t.Context(), Everything, ReportQuery{Page: Page{Limit: 2}})
		require.NoError(t, err)
		rest, err := s.Reports(t.Context(), Everything, ReportQuery{Page: Page{Limit: 2, Cursor: first.Next}})
		require.NoError(t, err)
		require.Equal(t, all.Rows, append(first.Rows, rest.Rows...))
		none, err := s.Reports(t.Context(), Viewer{Units: []string{"other"}}, ReportQuery{})
		require.NoError(t, err)
		require.Empty(t, none.Rows)
		p, err := s.Project(t.Context(), Everything, "p1", l.now)
		require.NoError(t, err)
		require.Equal(t, int64(480_000_000), p.InvestmentDone)
	})
}

func TestANoticeIsReadByEachOnHisOwn(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00").approving()
		l.submit("initiation")
		l.until("2026-03-31 10:00")
		clerk := Post{Role: domain.RoleHandler, Party: "development", Jurisdiction: "shangluo"}
		head := Post{Role: domain.RoleHead, Party: "development", Jurisdiction: "shangluo"}
		builder := Post{Role: domain.RoleOwner, Party: "builder"}
		unread := func(user string, posts ...Post) int {
			n, err := s.Unread(t.Context(), NoticeQuery{User: user, Posts: posts})
			require.NoError(t, err)
			return n
		}
		require.NotZero(t, unread("a", clerk))
		require.NotZero(t, unread("a", head))
		require.NotZero(t, unread("o", builder))
		require.Zero(t, unread("x"))
		require.Zero(t, unread("x", Post{Role: domain.RoleHandler, Party: "tourism", Jurisdiction: "shangluo"}))
		require.Zero(t, unread("x", Post{Role: domain.RoleHandler, Party: "development", Jurisdiction: "danfeng"}))
		require.Zero(t, unread("x", Post{Role: domain.RoleAuditor}))

		list, err := s.Notices(t.Context(), NoticeQuery{User: "a", Posts: []Post{clerk, head}})
		require.NoError(t, err)
		require.Greater(t, list.Rows[0].ID, list.Rows[1].ID)
		require.NotEmpty(t, list.Rows[0].Text.Zh)
		require.Equal(t, "城区供水管网改造工程", list.Rows[0].ProjectName)
		one, err := s.Notices(t.Context(), NoticeQuery{User: "a", Posts: []Post{clerk, head}, Page: Page{Limit: 1}})
		require.NoError(t, err)
		two, err := s.Notices(t.Context(), NoticeQuery{User: "a", Posts: []Post{clerk, head}, Page: Page{Limit: 1, Cursor: one.Next}})
		require.NoError(t, err)
		require.Equal(t, list.Rows[1], two.Rows[0])

		require.NoError(t, s.MarkRead(t.Context(), "stranger", []Post{builder}, list.Rows[0].ID))
		require.NoError(t, s.MarkRead(t.Context(), "a", []Post{clerk, head}, list.Rows[0].ID))
		require.NoError(t, s.MarkRead(t.Context(), "a", []Post{clerk, head}, list.Rows[0].ID))
		require.Equal(t, len(list.Rows)-1, unread("a", clerk, head))
		require.Equal(t, len(list.Rows), unread("b", clerk, head), "another's reading does not count")
		require.Zero(t, countWhere(t, s, "notice_reads", "user_id = 'stranger'"), "nobody reads others' messages")
		require.NoError(t, s.MarkRead(t.Context(), "a", []Post{clerk, head}))
		require.Zero(t, unread("a", clerk, head))
	})
}

func projectIDs(t *testing.T, s *Store, q ProjectQuery) []string {
	t.Helper()
	got, err := s.Projects(t.Context(), Everything, q)
	require.NoError(t, err)
	var ids []string
	for _, p := range got.Rows {
		ids = append(ids, p.ID)
	}
	return ids
}

func contains(list []string, s string) bool {
	return slices.Contains(list, s)
}

func unique(ts []TaskRow) []string {
	var ids []string
	for _, t := range ts {
		if !contains(ids, t.Project) {
			ids = append(ids, t.Project)
		}
	}
	return ids
}

func colourOf(p *project.Project, lamp string, now time.Time) string {
	for _, l := range p.Lamps() {
		if l.Kind == lamp {
			return l.Colour(now)
		}
	}
	return ""
}

// inUTC drops what times carry besides the moment, so that they compare.
func inUTC(s project.Summary) project.Summary {
	data, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	var out project.Summary
	if err := json.Unmarshal(data, &out); err != nil {
		panic(err)
	}
	return out
}

func countWhere(t *testing.T, s *Store, table, condition string) int {
	t.Helper()
	n, _, err := one(s.db, scalar[int], "SELECT count(*) FROM "+table+" WHERE "+condition)
	require.NoError(t, err)
	return n
}
