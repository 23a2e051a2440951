package project_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
)

// OWN-102: no text of an act on an item, or of handing work on, is longer than anybody would read.
func TestTextsAreNotEndless(t *testing.T) {
	t.Parallel()
	most, endless := strings.Repeat("长", 2000), strings.Repeat("长", 2001)
	const item = "initiation"
	for name, tc := range map[string]struct {
		who   domain.Actor
		field string
		with  func(w *world, text string) any
	}{
		"the document of a grant": {development, "document", func(_ *world, s string) any { return project.GrantItem{Item: item, Document: s} }},
		"the reason of a refusal": {development, "reason", func(_ *world, s string) any { return project.RefuseItem{Item: item, Reason: s, Basis: "x"} }},
		"the basis of a refusal":  {development, "basis", func(_ *world, s string) any { return project.RefuseItem{Item: item, Reason: "x", Basis: s} }},
		"the note of a pause":     {development, "note", func(_ *world, s string) any { return project.PauseItem{Item: item, Reason: "hearing", Note: s} }},
		"the reason to extend":    {head("development"), "reason", func(_ *world, s string) any { return project.ExtendItem{Item: item, Days: 1, Reason: s} }},
		"the standard of a paper asked for": {development, "missing.0.standard", func(_ *world, s string) any {
			return project.AskSupplement{Item: item, Missing: []project.Missing{{Paper: "proposal", Standard: s}}}
		}},
		"when and where a meeting is": {office, "at", func(_ *world, s string) any { return project.ConveneJointReview{Items: []string{item}, At: s} }},
		"the reason of a hand-over":   {development, "reason", func(w *world, s string) any { return project.HandOverTask{Task: w.decisionKey(), To: "x", Reason: s} }},
		"to whom it is handed over":   {development, "to", func(w *world, s string) any { return project.HandOverTask{Task: w.decisionKey(), To: s} }},
		"what a colleague is asked":   {development, "question", func(w *world, s string) any { return project.AskColleague{Task: w.decisionKey(), To: "x", Question: s} }},
		"which colleague is asked":    {development, "to", func(w *world, s string) any { return project.AskColleague{Task: w.decisionKey(), To: s, Question: "x"} }},
		"which colleague is to sign":  {development, "user", func(w *world, s string) any { return project.AddCosigner{Task: w.decisionKey(), User: s} }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := submitted(t, "2026-03-02 10:00")
			e := w.refuse("text.long", tc.who, tc.with(w, endless))
			require.Equal(t, tc.field, e.Field)
			require.Equal(t, domain.KindInvalid, e.Kind)
			w.do(tc.who, tc.with(w, most))
		})
	}
	t.Run("why an act is recalled", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00")
		require.Equal(t, "reason", w.refuse("text.long", development, project.RecallAct{Item: item, Reason: endless}).Field)
	})
	t.Run("the minutes of a joint review", func(t *testing.T) {
		t.Parallel()
		w := submitted(t, "2026-03-02 10:00")
		w.do(office, project.ConveneJointReview{Items: []string{item}, At: "x"})
		require.Equal(t, "minutes", w.refuse("text.long", office, project.RecordJointReview{JointReview: "joint/1", Minutes: endless}).Field)
	})
}

// OWN-102: who sends what cannot be read is told which field it is, and nothing of our types.
func TestWhatCannotBeReadIsToldByItsField(t *testing.T) {
	t.Parallel()
	for body, field := range map[string]string{
		`{"item":1}`: "item", `{"missing":[{"standard":true}]}`: "missing.standard", `{"poem":"x"}`: "body", `{`: "body", `"x"`: "body",
	} {
		_, err := project.DecodeCommand("AskSupplement", []byte(body))
		e := domain.AsError(err)
		require.NotNil(t, e, body)
		require.Equal(t, []string{"command.malformed", field}, []string{e.Code, e.Field}, body)
		for _, ours := range []string{"Go ", "json", "struct", "AskSupplement"} {
			require.NotContains(t, e.Text.Zh+e.Text.En, ours, body)
		}
	}
}

func (w *world) decisionKey() string {
	w.t.Helper()
	return w.taskKey(project.TaskDecision, "initiation")
}
