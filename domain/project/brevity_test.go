package project_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
)

// OWN-102: what nobody could read on a timeline is refused, with its field.
func TestFreeTextsHaveALimit(t *testing.T) {
	t.Parallel()
	const moment = "2026-03-02 10:00"
	long, most := strings.Repeat("长", 2001), strings.Repeat("长", 2000)
	declared := func() *world { return newWorld(t, "sl", moment).declared() }
	building := func() *world { return newWorld(t, "sl", moment).building() }
	assured := func() *world { return newWorld(t, "sl", moment).assured() }
	invited := func(w *world) domain.Actor { return expert(w.invited()[0]) }
	for name, c := range map[string]struct {
		world func() *world
		who   func(*world) domain.Actor
		cmd   func(text string) any
		field string
	}{
		"the opinion of the review":     {declared, by(office), func(s string) any { return project.ReviewEntry{Decision: "admit", Opinion: s} }, "opinion"},
		"the leading group's document":  {func() *world { return admitted(t, moment, func(*project.Profile) {}) }, by(office), func(s string) any { return project.Recognise{Document: s} }, "document"},
		"why an expert declines":        {func() *world { return scoring(t) }, invited, func(s string) any { return project.DeclinePanel{Reason: s} }, "reason"},
		"a note on a node":              {func() *world { return newWorld(t, "sl", moment).approving() }, by(liaison), func(s string) any { return project.CompleteNode{Node: "n1", Note: s} }, "note"},
		"a note on a need":              {func() *world { return assuring(t, land) }, by(handler("resources")), func(s string) any { return project.ConfirmNeed{Resource: "land", Year: 2026, Amount: "120.5", Note: s} }, "note"},
		"why less is needed":            {func() *world { return assuring(t, land) }, by(handler("resources")), func(s string) any { return project.ConfirmNeed{Resource: "land", Year: 2026, Amount: "0", Note: s} }, "note"},
		"what proves a start condition": {assured, by(owner), func(s string) any { return project.ConfirmCondition{Condition: "legal-person", Document: s} }, "document"},
		"why a planned date moves": {assured, by(office), func(s string) any {
			return project.MovePlannedDate{Which: "start", To: "2027-03-01", Why: s, Basis: "x"}
		}, "why"},
		"on what basis it moves": {assured, by(office), func(s string) any {
			return project.MovePlannedDate{Which: "start", To: "2027-03-01", Why: "x", Basis: s}
		}, "basis"},
		"the reason of a plan":       {assured, by(owner), func(s string) any { return project.SetPlan{Months: plannedIn2026(), Reason: s} }, "reason"},
		"the image progress":         {building, by(owner), func(s string) any { return project.FileReport{Period: "2026-03", Image: s} }, "image"},
		"the forecast":               {building, by(owner), func(s string) any { return project.FileReport{Period: "2026-03", Image: "x", Forecast: s} }, "forecast"},
		"the detail of a problem":    {building, by(owner), func(s string) any { return project.RegisterProblem{Title: "x", Detail: s} }, "detail"},
		"why a project is suspended": {building, by(office), func(s string) any { return project.Suspend{Reason: s, Until: "2026-05-01"} }, "reason"},
		"why it is withdrawn":        {building, by(owner), func(s string) any { return project.Withdraw{Reason: s} }, "reason"},
		"the note of a paper":        {building, by(owner), func(s string) any { return project.FilePaper{Title: "x", Note: s} }, "note"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := c.world()
			_, err := w.p.Decide(w.command(c.who(w), c.cmd(long)), w.now, w.rules)
			e := domain.AsError(err)
			require.NotNil(t, e)
			require.Equal(t, domain.KindInvalid, e.Kind)
			require.Equal(t, c.field, e.Field)
			require.NotEmpty(t, e.Clause)
			w.do(c.who(w), c.cmd(most))
		})
	}
}

func by(a domain.Actor) func(*world) domain.Actor { return func(*world) domain.Actor { return a } }

func TestADeclarationIsNotEndless(t *testing.T) { // OWN-102
	t.Parallel()
	name := strings.Repeat("长", 101)
	for field, spoil := range map[string]func(*project.Profile){
		"profile.unit":         func(f *project.Profile) { f.Unit = name },
		"profile.owner":        func(f *project.Profile) { f.Owner = name },
		"profile.jurisdiction": func(f *project.Profile) { f.Jurisdiction = name },
		"profile.summary":      func(f *project.Profile) { f.Summary = strings.Repeat("长", 2001) },
		"profile.source":       func(f *project.Profile) { f.Source = strings.Repeat("长", 2001) },
		"profile.tags":         func(f *project.Profile) { f.Tags = make([]string, 51) },
		"profile.specialities": func(f *project.Profile) { f.Specialities = make([]string, 51) },
		"profile.asks":         func(f *project.Profile) { f.Asks = make([]project.Ask, 51) },
	} {
		w := newWorld(t, "sl", "2026-03-02 10:00")
		f := profile()
		spoil(&f)
		_, err := w.p.Decide(w.command(office, project.Declare{Profile: f, Pack: w.pack.Hash()}), w.now, w.rules)
		e := domain.AsError(err)
		require.NotNil(t, e, field)
		require.Equal(t, domain.KindInvalid, e.Kind)
		require.Equal(t, field, e.Field)
	}
}

// Reliability I10: the words that others have superseded are on the timeline and not carried along for ever.
func TestTheStateKeepsNoSupersededTexts(t *testing.T) {
	t.Parallel()
	w := built(t, "2026-03-02 10:00")
	words := strings.Repeat("长", 1900)
	empty := len(w.snapshot())
	for _, month := range []string{"2026-03", "2026-04", "2026-05", "2026-06", "2026-07", "2026-08"} {
		w.until(month + "-28 10:00")
		w.do(owner, project.FileReport{Period: month, Investment: planned, Image: words, Forecast: words})
		w.do(owner, project.RegisterProblem{Title: "问题" + month, Detail: words})
		w.do(office, project.CloseProblem{Problem: "problem/" + string(month[6]-'3'+'1'), Outcome: words})
	}
	require.Less(t, len(w.snapshot())-empty, 2*3*len([]rune(words))+6*1500, "the words of the last report, and the gist of the rest")
	reports := w.p.Reporting.Reports
	require.Equal(t, words, reports[5].Image)
	require.Empty(t, reports[4].Image)
	require.Equal(t, int64(6*planned), w.p.Reporting.ToDate(), "figures stay")
	require.Empty(t, w.p.Problems[0].Detail)
	require.Equal(t, strings.Repeat("长", 200)+"…", w.p.Problems[0].Outcome)
	require.Contains(t, said(w, "ProblemClosed"), words, "the timeline has it whole")
	w.do(owner, project.CorrectReport{Period: "2026-03", Record: reports[0].Seq, Investment: 1, Image: "核减", Reason: "x"})
	require.Empty(t, w.p.Reporting.Reports[5].Image)
}
