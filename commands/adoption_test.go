package commands_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/commands"
	"milepost/config"
	"milepost/domain"
	"milepost/domain/entity"
	"milepost/domain/policy"
	"milepost/domain/project"
	"milepost/store"
	"milepost/test/postgres"
)

// version is a version of the pack of a city that evaluates nothing, so that a project soon comes to its items.
func version(t *testing.T, id, where, number, items string) store.StoredPack {
	t.Helper()
	text := "id: " + id + "\nversion: \"" + number + "\"\nextends: sl\njurisdiction: " + where + "\ntitle: {zh: 某市规则, en: Rules}\nsource: {document: {zh: 某市办法}}\n" +
		"evaluation:\n  clause: OWN-13\n  required: {when: \"false\", text: {zh: 免评估}, clause: OWN-13}\n" + items
	pack, faults := policy.Read("pack.yaml", []byte(text), config.PackSources())
	require.Empty(t, faults)
	return store.StoredPack{Hash: pack.Hash(), ID: pack.ID, Version: pack.Version, Jurisdiction: where, Title: pack.Title, YAML: text, JSON: string(pack.Canonical())}
}

const (
	heritage = "items:\n  - {key: heritage, name: {zh: 文物影响评估, en: Heritage}, phase: approval, department: housing, clause: XN-5, papers: [{key: a, name: {zh: 甲, en: A}, standard: {zh: 乙, en: B}}]}\n"
	noDesign = "  - {key: preliminary-design, clause: XN-5, when: \"false\", otherwise: {zh: 与可研合并, en: Merged}}\n"
)

// city is a world whose city has published the first version of its pack, and a town with a pack of its own.
func city(t *testing.T, dsn string) (w *world, first, town store.StoredPack) {
	t.Helper()
	db, err := store.Open(t.Context(), dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	require.NoError(t, db.Migrate(t.Context()))
	clock := domain.Clock{Anchor: time.Now().UTC().Truncate(time.Microsecond), Origin: time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC), Rate: 1}
	require.NoError(t, db.FixClock(t.Context(), clock))
	rules := policy.NewRegistry()
	w = &world{t: t, store: &frail{Store: db}, engine: &engine{rules: rules, entities: map[string]*hosted{}}}
	w.gateway = commands.New(commands.Options{Store: w.store, Engine: w.engine, Rules: rules, Clock: clock, Deadline: 20 * time.Second})
	w.publish(config.CalendarYears)
	require.NoError(t, db.PutJurisdictions(t.Context(),
		store.Jurisdiction{Code: "shangluo"}, store.Jurisdiction{Code: "county", Parent: "shangluo"}, store.Jurisdiction{Code: "town", Parent: "county"}))
	first, town = version(t, "city", "shangluo", "1", ""), version(t, "town", "town", "1", "")
	require.NoError(t, db.PublishPack(t.Context(), operator, first, "shangluo"))
	require.NoError(t, db.PublishPack(t.Context(), operator, town, "town"))
	w.learn()
	return w, first, town
}

// begun declares a project in a jurisdiction and brings it to its approvals.
func (w *world) begun(id, where, pack string) string {
	w.t.Helper()
	f := profile()
	f.Jurisdiction = where
	receipt, err := w.send(w.command(id, entity.Project, owner, project.Declare{Profile: f, Pack: pack}))
	require.NoError(w.t, err)
	for n, cmd := range []any{project.ReviewEntry{Decision: "admit"}, project.Recognise{Document: "纪要"}} {
		_, err := w.send(w.command(id+"/"+string(rune('a'+n)), receipt.Entity, office, cmd))
		require.NoError(w.t, err)
	}
	return receipt.Entity
}

func (w *world) project(name string) *project.Project {
	w.t.Helper()
	state, _, err := w.store.Snapshot(w.t.Context(), name)
	require.NoError(w.t, err)
	p, err := project.Restore(state)
	require.NoError(w.t, err)
	return p
}

func (w *world) adoption(where, pack string) (store.Broadcast, error) {
	w.t.Helper()
	return commands.PublishAdoption(w.t.Context(), w.store, operator, where, pack)
}

func TestOpenProjectsMoveToTheNewVersionOnceHoweverOftenTheProcessDies(t *testing.T) {
	t.Parallel()
	for name, dsn := range map[string]string{"postgres": postgres.Fresh(t), "sqlite": "sqlite://" + filepath.Join(t.TempDir(), "milepost.db")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, first, town := city(t, dsn)
			const projects = 24
			where := []string{"shangluo", "county"}
			var names []string
			for n := range projects {
				names = append(names, w.begun(id(n), where[n%2], first.Hash))
			}
			planned := w.declaredIn("shangluo", "planned", first.Hash)
			gone := w.declaredIn("shangluo", "gone", first.Hash)
			w.archive(gone)
			apart := w.begun("apart", "town", town.Hash)

			second := version(t, "city", "shangluo", "2", heritage+noDesign)
			require.NoError(t, w.store.PublishPack(t.Context(), operator, second, "shangluo"))
			w.learn()
			newborn := w.declaredIn("county", "newborn", second.Hash)
			b, err := w.adoption("shangluo", second.Hash)
			require.NoError(t, err)
			require.Equal(t, "办理中的项目改用《某市规则》第2版（shangluo）", b.Title.Zh)
			_, err = w.adoption("shangluo", second.Hash)
			require.Equal(t, "broadcast.there", domain.CodeOf(err))

			b = w.until(w.store, b.ID, store.BroadcastPreviewed)
			require.EqualValues(t, projects+1, b.Foreseen, "the town has its own pack, the newborn is under it already")
			require.EqualValues(t, projects, b.Affected)
			require.EqualValues(t, 2*projects, b.Moved)
			require.Zero(t, b.Impossible)
			moves := w.changes(b.ID)
			require.Len(t, moves, 2*projects)
			for _, m := range moves {
				if m.Kind == store.MoveAdded {
					require.Equal(t, "heritage", m.Task)
					require.Equal(t, domain.Party{Kind: domain.PartyDepartment, Code: "housing"}, m.Party)
				} else {
					require.Equal(t, store.MoveDropped, m.Kind)
					require.Equal(t, "preliminary-design", m.Task)
				}
				require.NotEmpty(t, m.Name.Zh)
				require.Zero(t, m.From)
			}
			require.Equal(t, first.Hash, w.project(names[0]).Pack, "a preview touches nothing")

			b, err = w.store.StartBroadcast(t.Context(), operator, b.ID, store.MostPerSecond)
			require.NoError(t, err)
			require.EqualValues(t, projects+3, b.Total)
			for _, after := range []int64{1, 9, 5} {
				ctx, kill := context.WithCancel(t.Context())
				w.broadcaster(&dying{frail: w.store, after: after, kill: kill}).Run(ctx)
			}
			b, err = w.store.PauseBroadcast(t.Context(), operator, b.ID)
			require.NoError(t, err)
			require.Less(t, b.Asked, int64(projects+1))
			_, err = w.store.ResumeBroadcast(t.Context(), operator, b.ID, 0)
			require.NoError(t, err)
			b = w.until(w.store, b.ID, store.BroadcastDone)
			require.EqualValues(t, projects+1, b.Asked, "who died after telling one has told it")
			require.EqualValues(t, projects+1, b.Done())
			require.EqualValues(t, 2, b.Closed, "the archived one, and the newborn")
			for _, name := range append(names, planned) {
				require.Equal(t, second.Hash, w.project(name).Pack)
				require.Equal(t, 1, count(w.timeline(name), "PackAdopted"), "told once")
			}
			require.Contains(t, w.timeline(names[0]), "ItemOpened")
			for _, name := range []string{gone, apart, newborn} {
				require.NotContains(t, w.timeline(name), "PackAdopted")
			}
		})
	}
}

// declaredIn declares a project in a jurisdiction, under a pack.
func (w *world) declaredIn(where, id, pack string) string {
	w.t.Helper()
	f := profile()
	f.Jurisdiction = where
	receipt, err := w.send(w.command(id, entity.Project, owner, project.Declare{Profile: f, Pack: pack}))
	require.NoError(w.t, err)
	return receipt.Entity
}

// changes reads all that a broadcast would change, page by page.
func (w *world) changes(id string) (all []store.Move) {
	w.t.Helper()
	for cursor := ""; ; {
		page, err := w.store.Moves(w.t.Context(), store.Everything, store.MoveQuery{Broadcast: id, Page: store.Page{Limit: 7, Cursor: cursor}})
		require.NoError(w.t, err)
		all = append(all, page.Rows...)
		if cursor = page.Next; cursor == "" {
			return all
		}
	}
}

func TestOnlyThePackInForceIsAdopted(t *testing.T) {
	t.Parallel()
	w, first, town := city(t, "sqlite://"+filepath.Join(t.TempDir(), "milepost.db"))
	one := w.begun("one", "shangluo", first.Hash)
	_, err := w.adoption("shangluo", town.Hash)
	require.Equal(t, "pack.not-in-force", domain.CodeOf(err))
	_, err = w.adoption("county", first.Hash)
	require.Equal(t, "pack.not-in-force", domain.CodeOf(err), "it is in force above: there the move is started for all")
	_, err = w.adoption("shangluo", "pack-unknown")
	require.Equal(t, "pack.unknown", domain.CodeOf(err))

	second, third := version(t, "city", "shangluo", "2", heritage), version(t, "city", "shangluo", "3", heritage+noDesign)
	require.NoError(t, w.store.PublishPack(t.Context(), operator, second, "shangluo"))
	b, err := w.adoption("shangluo", second.Hash)
	require.NoError(t, err)
	w.learn()
	w.until(w.store, b.ID, store.BroadcastPreviewed)
	require.NoError(t, w.store.PublishPack(t.Context(), operator, third, "shangluo"))
	_, err = w.store.StartBroadcast(t.Context(), operator, b.ID, 0)
	require.Equal(t, "broadcast.outdated", domain.CodeOf(err), "nobody moves to a version that is not in force any more")

	b, err = w.adoption("shangluo", third.Hash)
	require.NoError(t, err)
	w.learn()
	w.until(w.store, b.ID, store.BroadcastPreviewed)
	_, err = w.store.StartBroadcast(t.Context(), operator, b.ID, store.MostPerSecond)
	require.NoError(t, err)
	require.EqualValues(t, 1, w.until(w.store, b.ID, store.BroadcastDone).Done())
	require.Equal(t, third.Hash, w.project(one).Pack, "two versions at once")
}

func TestAProjectThatCannotFollowIsNamedBeforeTheStart(t *testing.T) {
	t.Parallel()
	w, first, _ := city(t, "sqlite://"+filepath.Join(t.TempDir(), "milepost.db"))
	one := w.begun("one", "county", first.Hash)
	own := version(t, "county", "county", "1", "items:\n  - {key: safety, remove: true}\n")
	require.NoError(t, w.store.PublishPack(t.Context(), operator, own, "county"), "the county had none of its own")
	w.learn()
	b, err := w.adoption("county", own.Hash)
	require.NoError(t, err)
	b = w.until(w.store, b.ID, store.BroadcastPreviewed)
	require.EqualValues(t, 1, b.Impossible)
	page, err := w.store.Moves(t.Context(), store.Everything, store.MoveQuery{Broadcast: b.ID, Refusals: true})
	require.NoError(t, err)
	require.Equal(t, one, page.Rows[0].Entity)
	require.Equal(t, "adoption.successor", page.Rows[0].Refusal.Code)
	require.Contains(t, page.Rows[0].Refusal.Text.Zh, "items[safety]")
}

func TestAProcessThatHasNotLearntOfThePackDecidesNothing(t *testing.T) {
	t.Parallel()
	w, first, _ := city(t, "sqlite://"+filepath.Join(t.TempDir(), "milepost.db"))
	one := w.begun("one", "shangluo", first.Hash)
	second := version(t, "city", "shangluo", "2", heritage)
	require.NoError(t, w.store.PublishPack(t.Context(), operator, second, "shangluo"))
	w.impatient()
	cmd := w.command("tell", one, domain.System, project.AdoptPack{Pack: second.Hash})
	receipt, err := w.send(cmd)
	require.NoError(t, err)
	require.True(t, receipt.Pending)
	require.NotContains(t, w.timeline(one), "PackAdopted")
	w.learn()
	receipt, err = w.send(cmd)
	require.NoError(t, err)
	require.False(t, receipt.Pending)
	require.Contains(t, w.timeline(one), "PackAdopted")
}
