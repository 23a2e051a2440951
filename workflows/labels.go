package workflows

import (
	"slices"
	"strings"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"milepost/domain"
)

// label shows operators how the entity stands now: they list workflows by labels. What is shown stands in the history
// when it changes, so that another release may label otherwise.
func (r *run) label(ctx workflow.Context) {
	var labels []domain.Label
	now := func(workflow.Context) any { return r.entity.Labels() }
	same := func(a, b any) bool {
		was, _ := a.([]domain.Label)
		is, _ := b.([]domain.Label)
		return slices.Equal(was, is)
	}
	must(workflow.MutableSideEffect(ctx, "labels", now, same).Get(&labels))
	shown := workflow.GetTypedSearchAttributes(ctx)
	var changed []temporal.SearchAttributeUpdate
	for _, l := range labels {
		key := temporal.NewSearchAttributeKeyKeyword(l.Name)
		if was, ok := shown.GetKeyword(key); !ok || was != short(l.Value) {
			changed = append(changed, key.ValueSet(short(l.Value)))
		}
	}
	if len(changed) > 0 {
		must(workflow.UpsertTypedSearchAttributes(ctx, changed...))
	}
}

// SearchAttributes are labels as a workflow is started with them.
func SearchAttributes(labels []domain.Label) temporal.SearchAttributes {
	var set []temporal.SearchAttributeUpdate
	for _, l := range labels {
		set = append(set, temporal.NewSearchAttributeKeyKeyword(l.Name).ValueSet(short(l.Value)))
	}
	return temporal.NewSearchAttributes(set...)
}

// short is as much of a label's value as the engine's databases keep. One that is longer would hold the entity.
func short(value string) string {
	const longest = 255
	if len(value) <= longest {
		return value
	}
	return strings.ToValidUTF8(value[:longest], "")
}
