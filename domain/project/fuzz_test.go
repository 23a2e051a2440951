package project_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
)

// silent is the test of a world that is only scenery.
type silent struct{}

func (silent) Errorf(format string, args ...any) { panic(fmt.Sprintf("scenery: "+format, args...)) }
func (silent) FailNow()                          { panic("scenery") }
func (silent) Helper()                           {}
func (silent) Logf(string, ...any)               {}

// scenes are projects in as many states as possible, at the moments they were left.
var scenes = sync.OnceValue(func() []world {
	busy := newWorld(silent{}, "sl", "2026-03-02 10:00").declaredAs(everything)
	busy.do(owner, project.SubmitItem{Item: "initiation", Papers: []string{"proposal"}, Commitments: []project.DeferredPaper{{Paper: "funding", Due: "2026-03-20"}}})
	busy.grant("initiation")
	for _, k := range []string{"site-selection", "land-preliminary", "energy-review", "environment", "safety"} {
		busy.submit(k)
	}
	busy.do(handler("resources"), project.AskSupplement{Item: "site-selection", Missing: missing("site-map")})
	busy.do(handler("development"), project.RefuseItem{Item: "energy-review", Reason: "x", Basis: "x"})
	busy.do(handler("environment"), project.PauseItem{Item: "environment", Reason: "hearing", Note: "x"})
	busy.do(office, project.ConveneJointReview{Items: []string{"safety", "environment"}, At: "9:00"})
	busy.do(office, project.RegisterProblem{Title: "问题"})
	busy.do(office, project.AssignProblem{Problem: "problem/1", Party: domain.Party{Kind: domain.PartyUnit, Code: "district"}})
	busy.until("2026-03-20 10:00")

	evaluating := scoring(silent{})
	evaluating.do(expert(evaluating.invited()[0]), project.DeclinePanel{Reason: "x"})
	assuring := assuring(silent{}, land, energy)
	assuring.do(handler("resources"), project.ConfirmNeed{Resource: "land", Year: 2026, Amount: "100", Note: "x"})
	starting := newWorld(silent{}, "sl", "2026-03-02 10:00").assured()
	working := built(silent{}, "2026-03-02 10:00")
	working.until("2026-04-08 10:00")
	working.do(owner, report("2026-03", 1))
	stopped := built(silent{}, "2026-03-02 10:00")
	stopped.do(office, project.Suspend{Reason: "x", Until: "2026-05-01"})
	settling := newWorld(silent{}, "sl", "2026-03-02 10:00").building().completing()
	settling.grantAll()
	gone := newWorld(silent{}, "sl", "2026-03-02 10:00").assured()
	gone.do(office, project.Remove{Reason: "x"})
	done := newWorld(silent{}, "sl", "2026-03-02 10:00").building().completing()
	done.grantAll()
	done.do(owner, project.FileSettlement{Amount: 1, Audit: "x"})
	done.do(office, project.AcceptJointly{Passed: true, Document: "x"})
	rectifying := newWorld(silent{}, "sl", "2026-03-02 10:00").building().completing()
	rectifying.grantAll()
	rectifying.do(owner, project.FileSettlement{Amount: 1, Audit: "x"})
	rectifying.do(office, project.AcceptJointly{Document: "x", Rectify: []project.Finding{passage}})
	unborn := newWorld(silent{}, "sl", "2026-03-02 10:00")
	returned := newWorld(silent{}, "sl", "2026-03-02 10:00").declared()
	returned.do(office, project.ReviewEntry{Decision: "return", Opinion: "x"})
	return []world{*unborn, *returned, *evaluating, *busy, *assuring, *starting, *working, *stopped, *settling, *rectifying, *gone, *done}
})

// on is a fresh copy of a scene for one test.
func (w world) on(t tester) *world {
	t.Helper()
	p, err := project.Restore(w.snapshot())
	require.NoError(t, err)
	w.t, w.p, w.log, w.climbed = t, p, nil, map[string]map[int]bool{}
	return &w
}

// examples are one command of each type, as the wire carries it.
func examples(t tester) map[string]json.RawMessage {
	all := map[string]json.RawMessage{}
	for _, cmd := range []any{
		project.Declare{Profile: profile()},
		project.DrawPanel{Candidates: pool(5), Specialities: []string{"engineering"}},
		project.SubmitScore{Marks: []project.Mark{{Key: "necessity", Mark: 20}}, Opinion: "x"},
		project.FilePlan{Nodes: []project.Node{{Key: "n", Title: "x", Due: "2026-04-01", Unit: "u", Post: "p"}}},
		project.SubmitItem{Item: "site-selection", Papers: []string{"site-report"}, Commitments: []project.DeferredPaper{{Paper: "site-map", Due: "2026-12-01"}}},
		project.AskSupplement{Item: "safety", Missing: missing("safety-report"), Due: "2026-04-01"},
		project.SupplyPapers{Item: "site-selection", Papers: []string{"site-map"}},
		project.GrantItem{Item: "safety", Document: "x", JointReview: "joint/1"},
		project.ExtendItem{Item: "land-preliminary", Days: 10, Reason: "x"},
		project.ResumeItem{Item: "environment"},
		project.RecallAct{Item: "environment", Reason: "x"},
		project.SetPlan{Months: []project.PlanMonth{{Period: "2026-04", Amount: 1}}},
		project.FileReport{Period: "2026-04", Investment: 1, Image: "x"},
		project.CorrectReport{Period: "2026-03", Record: 80, Investment: 1, Image: "x", Reason: "x"},
		project.ConfirmNeed{Resource: "land", Year: 2026, Amount: "1e-4"},
		project.MovePlannedDate{Which: "start", To: "2999-12-31", Why: "x", Basis: "x"},
		project.AssignProblem{Problem: "problem/1", Party: domain.Party{Kind: "unit", Code: "x"}, Due: "2999-12-31"},
		project.AcceptJointly{Document: "x", Rectify: []project.Finding{passage}},
		project.FinishRectification{Rectification: "1-1", Note: "x"},
		project.ExcuseLamp{Lamp: "start", Reason: "x", Until: "2999-12-31"},
	} {
		name, body := encode(t, cmd)
		all[name] = body
	}
	for _, name := range project.CommandTypes() {
		if all[name] == nil {
			all[name] = json.RawMessage(`{"item":"safety","task":"decision/safety/1","reason":"x","title":"x","document":"x","problem":"problem/1"}`)
		}
	}
	return all
}

// FuzzDecodeCommand: whatever comes over the wire is read or refused in words, and what was read is written as it
// was meant.
func FuzzDecodeCommand(f *testing.F) {
	for name, body := range examples(f) {
		f.Add(name, []byte(body))
	}
	for _, body := range []string{"", "null", "{}", "[]", "{} {}", "{}]", `{"item":1}`, `{"unknown":1}`, "{\"item\":\"\\ud800\"}", strings.Repeat("[", 20_000)} {
		f.Add("AcceptItem", []byte(body))
	}
	f.Add("NoSuchCommand", []byte("{}"))
	f.Fuzz(func(t *testing.T, name string, body []byte) {
		cmd, err := project.DecodeCommand(name, body)
		if err != nil {
			e := domain.AsError(err)
			require.NotNil(t, e)
			require.Equal(t, domain.KindInvalid, e.Kind)
			return
		}
		again, written, err := project.Encode(cmd)
		require.NoError(t, err)
		require.Equal(t, name, again)
		back, err := project.DecodeCommand(name, written)
		require.NoError(t, err)
		require.Equal(t, cmd, back)
	})
}

func TestTextAfterTheBodyIsRefused(t *testing.T) { // OWN-102
	t.Parallel()
	for _, body := range []string{"{} {}", "{}]", "{}}", "{} x", "nul", "[]", `{"item":"a","poem":1}`} {
		_, err := project.DecodeCommand("AcceptItem", []byte(body))
		require.Equal(t, "command.malformed", domain.CodeOf(err), body)
	}
	for _, body := range []string{"", " \n", "{}", `{"item":"a"} `} {
		_, err := project.DecodeCommand("AcceptItem", []byte(body))
		require.NoError(t, err, body)
	}
	_, err := project.DecodeCommand("Sing", nil)
	require.Equal(t, "command.unknown", domain.CodeOf(err))
	_, _, err = project.Encode(struct{}{})
	require.Error(t, err)
}

// FuzzDecide: any command by anybody in any state is decided soundly or refused in words, and nothing panics.
func FuzzDecide(f *testing.F) {
	for i := range scenes() {
		for name, body := range examples(f) {
			f.Add(uint8(i), uint8(i), name, []byte(body), int32(0), uint64(1))
			f.Add(uint8(i), uint8(0), name, []byte(body), int32(600), uint64(2))
		}
	}
	f.Fuzz(func(t *testing.T, scene, who uint8, name string, body []byte, minutesAgo int32, seed uint64) {
		w := scenes()[int(scene)%len(scenes())].on(t)
		people := anybody()
		c := domain.Command{
			ID: "fuzz", Entity: "project/p1", Type: name, Body: body, Actor: people[int(who)%len(people)], ReceivedAt: w.now, Seed: seed,
		}
		if minutesAgo != 0 {
			c.OccurredAt, c.Basis = w.now.Add(-time.Duration(minutesAgo)*time.Minute), "签收单"
		}
		if w.attempt(c) {
			w.sleep(w.now.AddDate(0, 0, 20))
		}
	})
}

// FuzzSnapshot: whatever a store hands back is read or refused; what was read is written the same way, and looking
// at it and letting its time pass never panics.
func FuzzSnapshot(f *testing.F) {
	for i := range scenes() {
		for n := range 40 {
			f.Add(uint8(i), uint16(n*37), []string{"null", "0", `""`, "[]", "{}", `"2026-03-02T00:00:00Z"`, "-1"}[n%7])
		}
	}
	f.Fuzz(func(t *testing.T, scene uint8, place uint16, value string) {
		w := scenes()[int(scene)%len(scenes())].on(t)
		p, err := project.Restore(spoil(t, w.snapshot(), int(place), value))
		if err != nil {
			return
		}
		written, err := p.Snapshot()
		require.NoError(t, err)
		again, err := project.Restore(written)
		require.NoError(t, err)
		twice, err := again.Snapshot()
		require.NoError(t, err)
		require.Equal(t, string(written), string(twice))
		p.Lamps()
		p.Summary()
		for _, now := range []time.Time{w.now, p.NextDeadline(), w.now.AddDate(0, 2, 0)} {
			entries, err := p.Tick(now, w.rules)
			if err != nil {
				continue
			}
			for _, e := range entries {
				require.NoError(t, p.Evolve(e))
			}
		}
	})
}

// spoil puts another value into one place of a document, or other text in place of the whole.
func spoil(t tester, document []byte, place int, value string) []byte {
	t.Helper()
	var tree any
	require.NoError(t, json.Unmarshal(document, &tree))
	var other any
	if json.Unmarshal([]byte(value), &other) != nil {
		return []byte(value)
	}
	n := -1
	var walk func(v any) any
	walk = func(v any) any {
		if n++; n == place {
			return other
		}
		switch v := v.(type) {
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(v)) {
				v[k] = walk(v[k])
			}
		case []any:
			for i := range v {
				v[i] = walk(v[i])
			}
		}
		return v
	}
	data, err := json.Marshal(walk(tree))
	require.NoError(t, err)
	return data
}
