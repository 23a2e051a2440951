package api_test

import (
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/commands"
	"milepost/config"
	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/entity"
	"milepost/domain/project"
	"milepost/store"
)

// notice is the file of a year's notice as it is shipped.
func notice(t *testing.T, year string) string {
	t.Helper()
	data, err := os.ReadFile("../config/calendars/" + year + ".yaml")
	require.NoError(t, err)
	return string(data)
}

// unannounced is a bureau before the notice of 2026, with one project that waits for its review.
func unannounced(t *testing.T) (b *bureau, name string) {
	t.Helper()
	b = newBureau(t)
	years, err := config.CalendarYears()
	require.NoError(t, err)
	content, err := commands.EncodeCalendar(years[:len(years)-1])
	require.NoError(t, err)
	cal, err := calendar.New(years[:len(years)-1]...)
	require.NoError(t, err)
	b.rules.PutCurrentCalendar(cal)
	require.NoError(t, b.db.PutCalendar(t.Context(), store.StoredCalendar{Version: cal.Version(), Years: content, Published: time.Now()}))

	name = entity.ID(entity.Project, "11111111-2222-8333-8444-555555555555")
	_, id, err := entity.Split(name)
	require.NoError(t, err)
	kind, text, err := project.Encode(project.Declare{Pack: b.pack.Hash(), Profile: project.Profile{
		Name: "城区供水管网改造工程", Jurisdiction: "shangluo", Unit: "district", Owner: "builder", Sector: "infrastructure",
		Kind: "urban-infrastructure", Level: "city", Procedure: "approval", Funding: "local-budget", Government: true,
		Investment: 8_000_000_000, PlannedStart: "2026-12-01", PlannedCompletion: "2028-06-30",
	}})
	require.NoError(t, err)
	declared := at("2026-09-24 10:00")
	p := project.New(id)
	entries, err := p.Decide(domain.Command{ID: "declare", Entity: name, Type: kind, Body: text, ReceivedAt: declared, Actor: domain.Actor{
		User: "owner", Role: domain.RoleOwner, Party: "builder",
	}}, declared, b.rules)
	require.NoError(t, err)
	require.NoError(t, b.db.Record(t.Context(), name, entries, nil))
	return b, name
}

// foresee works out what a broadcast would move, as a worker does.
func (b *bureau) foresee(id string) {
	b.t.Helper()
	clock := domain.Clock{Anchor: time.Now(), Origin: at("2026-09-24 11:00"), Rate: 1}
	broadcaster := &commands.Broadcaster{Gateway: commands.New(commands.Options{Store: b.db, Rules: b.rules, Clock: clock}), Store: b.db, Rules: b.rules, Every: time.Millisecond}
	go broadcaster.Run(b.t.Context())
	require.Eventually(b.t, func() bool {
		got, err := b.db.Broadcast(b.t.Context(), id)
		return err == nil && got.State == store.BroadcastPreviewed
	}, 20*time.Second, 5*time.Millisecond)
}

func TestAYearIsPublishedPreviewedAndStartedOverTheAPI(t *testing.T) {
	t.Parallel()
	b, name := unannounced(t)
	sys, sec, aud := b.signIn("sys", password), b.signIn("sec", password), b.signIn("aud", password)
	b.settleCity(sys)
	sys.send(http.MethodPost, "/jurisdictions", body{"code": "below", "parent": "shangluo", "name": named, "level": "county"}).ok()
	_, office := b.hire(sys, sec, "office", body{"role": "office", "jurisdiction": "shangluo"})
	_, below := b.hire(sys, sec, "below", body{"role": "office", "jurisdiction": "below"})

	below.send(http.MethodPost, "/calendars", body{"text": notice(t, "2026")}).refused(http.StatusForbidden, "broadcast.whole").by("OWN-202")
	wrong := strings.Replace(notice(t, "2026"), "2026-10-01", "2026-10-32", 1)
	faulty := office.send(http.MethodPost, "/calendars", body{"text": wrong})
	require.Equal(t, http.StatusUnprocessableEntity, faulty.status)
	require.Regexp(t, `第 \d+ 行`, faulty.text("detail"))

	made := office.send(http.MethodPost, "/calendars", body{"text": notice(t, "2026")}).ok()
	require.Equal(t, "preparing", made.text("state"))
	path := "/broadcasts/" + made.text("id")
	require.Equal(t, "/api/v1"+path, made.header.Get("Location"))
	office.send(http.MethodPost, path+"/start", body{}).refused(http.StatusConflict, "broadcast.preparing").by("OWN-235")
	b.foresee(made.text("id"))

	seen := office.get(path).ok()
	require.Equal(t, "previewed", seen.text("state"))
	require.EqualValues(t, 1, seen.at("affected"))
	moves := office.get(path + "/moves").ok()
	require.Equal(t, strings.TrimPrefix(name, "project/"), moves.text("items.0.project"))
	require.NotEqual(t, moves.text("items.0.from"), moves.text("items.0.to"))
	require.NotEmpty(t, moves.text("items.0.name.zh"))
	require.EqualValues(t, len(moves.list("items")), seen.at("moved"))
	require.Empty(t, office.get(path+"/moves?impossible=true").ok().list("items"))
	require.Empty(t, below.get(path+"/moves").ok().list("items"), "whoever may not see a project hears nothing of it")
	require.Equal(t, 0, b.moved(name), "and nothing has moved yet")

	below.send(http.MethodPost, path+"/start", body{}).refused(http.StatusForbidden, "broadcast.whole")
	sys.send(http.MethodPost, path+"/start", body{}).refused(http.StatusForbidden, "role")
	started := office.send(http.MethodPost, path+"/start", body{"perSecond": 5}).ok()
	require.Equal(t, "running", started.text("state"))
	require.Equal(t, "岗位office", started.text("startedBy"))
	require.EqualValues(t, 5, started.at("perSecond"))
	again := office.send(http.MethodPost, path+"/start", body{}).refused(http.StatusConflict, "broadcast.running")
	require.NotEmpty(t, again.text("detail"))
	rules, err := b.db.Rules(t.Context())
	require.NoError(t, err)
	require.Equal(t, started.text("subject"), rules.Calendar)

	sys.send(http.MethodPost, path+"/pause", nil).ok()
	require.Equal(t, "paused", office.get("/broadcasts").ok().text("items.0.state"))
	sys.get(path+"/moves").refused(http.StatusForbidden, "role")
	sys.send(http.MethodPost, path+"/resume", body{}).ok()
	require.Empty(t, office.get(path+"/exceptions").ok().list("items"))
	for _, act := range []string{"broadcast.prepare", "broadcast.start", "broadcast.pause", "broadcast.resume"} {
		require.NotEmpty(t, aud.get("/audit?act="+act).ok().list("items"), act)
	}
}

// moved counts the deadlines of a project that have moved.
func (b *bureau) moved(name string) int {
	b.t.Helper()
	entries, err := b.db.Entries(b.t.Context(), name, 1, 100)
	require.NoError(b.t, err)
	moves, err := project.Moves(entries)
	require.NoError(b.t, err)
	return len(moves)
}

// OWN-248, OWN-235.
func TestOpenProjectsMoveToANewPackOverTheAPI(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	sys, sec := b.signIn("sys", password), b.signIn("sec", password)
	b.settleCity(sys)
	sys.send(http.MethodPost, "/jurisdictions", body{"code": "below", "parent": "shangluo", "name": named, "level": "county"}).ok()
	_, office := b.hire(sys, sec, "office", body{"role": "office", "jurisdiction": "shangluo"})
	_, below := b.hire(sys, sec, "below", body{"role": "office", "jurisdiction": "below"})
	version := func(number, items string) body {
		return body{"text": "id: city\nversion: \"" + number + "\"\nextends: sl\njurisdiction: shangluo\ntitle: {zh: 某市规则, en: Rules}\nsource: {document: {zh: 某市办法}}\n" +
			"evaluation:\n  clause: OWN-13\n  required: {when: \"false\", text: {zh: 免评估}, clause: OWN-13}\n" + items}
	}
	first := office.send(http.MethodPost, "/packs", version("1", "")).ok().text("hash")
	b.learn()
	name := b.approving(first)

	poorer := office.send(http.MethodPost, "/packs", version("2", "items:\n  - {key: safety, remove: true}\n")).refused(http.StatusUnprocessableEntity, "pack.successor").by("OWN-248")
	require.Equal(t, "items[safety]", poorer.text("errors.0.field"), "%s", poorer.raw)
	require.Contains(t, poorer.text("detail"), "第1版")
	office.send(http.MethodPost, "/packs/"+first+"/adoption", body{"jurisdiction": "below"}).refused(http.StatusConflict, "pack.not-in-force").by("OWN-208")
	second := office.send(http.MethodPost, "/packs", version("2", "items:\n"+
		"  - {key: heritage, name: {zh: 文物影响评估, en: Heritage}, phase: approval, department: housing, clause: XN-5, papers: [{key: a, name: {zh: 甲}, standard: {zh: 乙}}]}\n"+
		"  - {key: feasibility, clause: XN-5, when: \"false\", otherwise: {zh: 与立项合并}}\n")).ok().text("hash")
	b.learn()

	adoption := "/packs/" + second + "/adoption"
	office.send(http.MethodPost, "/packs/pack-000000000000/adoption", body{}).refused(http.StatusNotFound, "pack.unknown")
	below.send(http.MethodPost, adoption, body{}).refused(http.StatusNotFound, "jurisdiction.unknown")
	sys.send(http.MethodPost, adoption, body{}).refused(http.StatusForbidden, "role")
	made := office.send(http.MethodPost, adoption, nil).ok()
	require.Equal(t, http.StatusCreated, made.status)
	require.Equal(t, "pack", made.text("what"))
	require.Equal(t, "shangluo", made.text("jurisdiction"))
	path := "/broadcasts/" + made.text("id")
	require.Equal(t, "/api/v1"+path, made.header.Get("Location"))
	b.foresee(made.text("id"))

	moves := office.get(path + "/moves").ok()
	require.Len(t, moves.list("items"), 2)
	require.Equal(t, strings.TrimPrefix(name, "project/"), moves.text("items.0.project"))
	require.Equal(t, "added", moves.text("items.0.kind"))
	require.Equal(t, "heritage", moves.text("items.0.item"))
	require.Equal(t, "housing", moves.text("items.0.party.code"))
	require.Equal(t, "新增事项：文物影响评估", moves.text("items.0.text.zh"))
	require.Equal(t, "An item is added: Heritage", moves.text("items.0.text.en"))
	require.Equal(t, "dropped", moves.text("items.1.kind"))
	require.Contains(t, moves.text("items.1.text.zh"), "不再需要")
	require.NotContains(t, moves.raw, "\"from\"")
	require.Equal(t, first, b.state(name).Pack, "and nothing has changed yet")

	below.send(http.MethodPost, path+"/start", body{}).refused(http.StatusForbidden, "broadcast.whole").by("OWN-202")
	below.send(http.MethodPost, path+"/pause", nil).refused(http.StatusForbidden, "broadcast.whole").by("OWN-202")
	below.send(http.MethodPost, path+"/resume", body{}).refused(http.StatusForbidden, "broadcast.whole").by("OWN-202")
	require.Equal(t, "running", office.send(http.MethodPost, path+"/start", body{}).ok().text("state"))
	sys.send(http.MethodPost, path+"/pause", nil).ok()
}

// learn has the server's process learn of the rules.
func (b *bureau) learn() {
	b.t.Helper()
	require.NoError(b.t, (&commands.RuleKeeper{Store: b.db, Registry: b.rules}).Refresh(b.t.Context()))
}

func (b *bureau) state(name string) *project.Project {
	b.t.Helper()
	data, _, err := b.db.Snapshot(b.t.Context(), name)
	require.NoError(b.t, err)
	p, err := project.Restore(data)
	require.NoError(b.t, err)
	return p
}

// approving is a project at its approvals, under a pack that asks for no evaluation.
func (b *bureau) approving(pack string) (name string) {
	b.t.Helper()
	name = entity.ID(entity.Project, "11111111-2222-8333-8444-666666666666")
	p := project.New("11111111-2222-8333-8444-666666666666")
	now := at("2026-09-24 10:00")
	for n, step := range []struct {
		by  domain.Actor
		cmd any
	}{
		{domain.Actor{User: "owner", Role: domain.RoleOwner, Party: "builder"}, project.Declare{Pack: pack, Profile: project.Profile{
			Name: "城区供水管网改造工程", Jurisdiction: "shangluo", Unit: "district", Owner: "builder", Sector: "infrastructure",
			Kind: "urban-infrastructure", Level: "city", Procedure: "approval", Funding: "local-budget", Government: true,
			Investment: 8_000_000_000, PlannedStart: "2026-12-01", PlannedCompletion: "2028-06-30",
		}}},
		{domain.Actor{User: "office", Role: domain.RoleOffice}, project.ReviewEntry{Decision: "admit"}},
		{domain.Actor{User: "office", Role: domain.RoleOffice}, project.Recognise{Document: "纪要"}},
	} {
		kind, text, err := project.Encode(step.cmd)
		require.NoError(b.t, err)
		entries, err := p.Decide(domain.Command{ID: "step-" + strconv.Itoa(n), Entity: name, Type: kind, Body: text, ReceivedAt: now, Actor: step.by}, now, b.rules)
		require.NoError(b.t, err)
		require.NoError(b.t, b.db.Record(b.t.Context(), name, entries, nil))
		for _, e := range entries {
			require.NoError(b.t, p.Evolve(e))
		}
	}
	require.Equal(b.t, project.Approval, p.Phase)
	return name
}

func TestAPackIsPublishedOverTheAPI(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	sys, sec := b.signIn("sys", password), b.signIn("sec", password)
	b.settleCity(sys)
	sys.send(http.MethodPost, "/jurisdictions", body{"code": "below", "parent": "shangluo", "name": named, "level": "county"}).ok()
	_, office := b.hire(sys, sec, "office", body{"role": "office", "jurisdiction": "below"})
	const pack = "id: my-city\nversion: \"1\"\nextends: base\njurisdiction: below\ntitle: {zh: 某区规则}\nsource: {document: {zh: 某区办法}}\napproval: {days: 8, clause: MC-1}\n"

	faults := office.send(http.MethodPost, "/packs", body{"text": pack + "clock: {close: \"25:00\"}\n"}).refused(http.StatusUnprocessableEntity, "pack.unsound")
	require.EqualValues(t, 8, faults.at("errors.0.line"), "%s", faults.raw)
	require.NotEmpty(t, faults.text("errors.0.field"))
	office.send(http.MethodPost, "/packs", body{"text": pack, "jurisdiction": "shangluo"}).refused(http.StatusNotFound, "jurisdiction.unknown")
	office.send(http.MethodPost, "/packs", body{"text": strings.Repeat("# 很长\n", 400_000)}).refused(http.StatusRequestEntityTooLarge, "body.too-large")
	// Heavier than a command may be.
	published := office.send(http.MethodPost, "/packs", body{"text": pack + strings.Repeat("# 说明\n", 20_000)}).ok()
	require.Equal(t, http.StatusCreated, published.status)
	rules, err := b.db.Rules(t.Context())
	require.NoError(t, err)
	require.Equal(t, published.text("hash"), rules.InForce["below"])
}
