package api_test

import (
	"net/http"
	"os"
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
