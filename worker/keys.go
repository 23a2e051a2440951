package worker

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/proxy"
	"go.temporal.io/sdk/client"

	"milepost/commands"
	"milepost/workflows"
)

// Keys tells which keys the open workflows still need, and has them need the first only.
type Keys struct {
	Client    client.Client
	Namespace string
}

// KeyUse is how many open workflows need a key.
type KeyUse struct {
	Fingerprint string // of the key; "" for what was stored without any
	Workflows   int
	Example     string // one of them
}

// Usage reads the histories of all open workflows, and reports after each. A workflow needs every key that anything in
// its present run was encrypted with; the runs before it are never read again.
func (k Keys) Usage(ctx context.Context, report func(looked int)) ([]KeyUse, error) {
	used := map[string]*KeyUse{}
	err := k.each(ctx, report, func(e *commonpb.WorkflowExecution, keys map[string]bool) error {
		for key := range keys {
			if used[key] == nil {
				used[key] = &KeyUse{Fingerprint: key, Example: e.GetWorkflowId()}
			}
			used[key].Workflows++
		}
		return nil
	})
	var uses []KeyUse
	for _, u := range used {
		uses = append(uses, *u)
	}
	slices.SortFunc(uses, func(a, b KeyUse) int { return cmp.Compare(a.Fingerprint, b.Fingerprint) })
	return uses, err
}

// Renew asks every open workflow that needs another key than this one to begin a new run, which the workers encrypt with
// their first. It returns how many were asked; they follow within moments, and those whose workers are away when these
// are back.
func (k Keys) Renew(ctx context.Context, fingerprint string, report func(looked int)) (asked int, err error) {
	err = k.each(ctx, report, func(e *commonpb.WorkflowExecution, keys map[string]bool) error {
		if delete(keys, fingerprint); len(keys) == 0 {
			return nil
		}
		if err := k.Client.SignalWorkflow(ctx, e.GetWorkflowId(), e.GetRunId(), workflows.Renew, nil); err != nil && !gone(err) {
			return fmt.Errorf("renew %s: %w", e.GetWorkflowId(), err)
		}
		asked++
		return nil
	})
	return asked, err
}

// each visits the open workflows with the keys that their histories need.
func (k Keys) each(ctx context.Context, report func(looked int), f func(e *commonpb.WorkflowExecution, keys map[string]bool) error) error {
	looked := 0
	return eachOpen(ctx, k.Client, k.Namespace, func(e *commonpb.WorkflowExecution) error {
		keys, err := k.of(ctx, e)
		if gone(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the history of %s: %w", e.GetWorkflowId(), err)
		}
		looked++
		report(looked)
		return f(e, keys)
	})
}

// of are the keys that a history needs.
func (k Keys) of(ctx context.Context, e *commonpb.WorkflowExecution) (map[string]bool, error) {
	keys := map[string]bool{}
	look := proxy.VisitPayloadsOptions{
		SkipSearchAttributes: true, // the engine reads these itself
		Visitor: func(_ *proxy.VisitPayloadsContext, payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
			for _, p := range payloads {
				keys[commands.KeyOf(p)] = true
			}
			return payloads, nil
		},
	}
	history := k.Client.GetWorkflowHistory(ctx, e.GetWorkflowId(), e.GetRunId(), false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for history.HasNext() {
		event, err := history.Next()
		if err != nil {
			return nil, err
		}
		if err := proxy.VisitPayloads(ctx, event, look); err != nil {
			return nil, err
		}
	}
	return keys, nil
}
