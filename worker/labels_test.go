package worker_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	operatorservicepb "go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"
	workflowservicepb "go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/grpc"

	"milepost/domain"
	"milepost/domain/project"
	"milepost/test/temporal"
	"milepost/worker"
)

// listed waits until the engine lists an entity under a query; its list lags behind.
func (c *city) listed(name, query string) {
	c.t.Helper()
	require.Eventually(c.t, func() bool {
		page, err := c.engine.ListWorkflow(c.t.Context(), &workflowservicepb.ListWorkflowExecutionsRequest{
			Namespace: "default", Query: fmt.Sprintf(`%s AND WorkflowId = "%s" AND ExecutionStatus = "Running"`, query, name),
		})
		return err == nil && len(page.GetExecutions()) == 1
	}, 20*time.Second, 20*time.Millisecond, query)
}

func operatorsFindProjects(t *testing.T, address string) {
	c := newCity(t, address, domain.RealClock())
	c.cut = 2
	c.work()
	name := c.done(c.declaration("labels")).Entity
	c.listed(name, `Phase = "planning" AND Jurisdiction = "shangluo"`)
	c.done(c.command("admit", name, office, project.ReviewEntry{Decision: "admit", Opinion: "符合标准"}))
	c.done(c.command("recognise", name, office, project.Recognise{Document: "纪要1号"}))
	c.listed(name, `Phase = "evaluation" AND Jurisdiction = "shangluo"`)
	for n := range 3 {
		require.Eventually(t, func() bool { return len(c.runsOf(name)) >= n+2 }, 20*time.Second, 20*time.Millisecond)
		c.listed(name, `Phase = "evaluation" AND Jurisdiction = "shangluo"`)
		c.done(c.paper(fmt.Sprintf("p%d", 2*n), name))
		c.done(c.paper(fmt.Sprintf("p%d", 2*n+1), name))
	}
}

func TestManyWorkersMakeTheEngineKnowTheLabelsAtOnce(t *testing.T) {
	t.Parallel()
	c := newCity(t, temporal.Start(t), domain.RealClock())
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			var err error
			require.Eventually(t, func() bool {
				err = worker.EnsureLabels(t.Context(), c.engine, "default")
				return err == nil
			}, 20*time.Second, 20*time.Millisecond, "%v", err)
		})
	}
	all.Wait()
	known, err := c.engine.OperatorService().ListSearchAttributes(t.Context(), &operatorservicepb.ListSearchAttributesRequest{Namespace: "default"})
	require.NoError(t, err)
	require.Contains(t, known.GetCustomAttributes(), "Phase")
	require.Contains(t, known.GetCustomAttributes(), "Jurisdiction")
}

func TestAWorkerWithoutLabelsSaysWhatToDo(t *testing.T) {
	t.Parallel()
	t.Run("where the name is taken", func(t *testing.T) {
		t.Parallel()
		c := newCity(t, temporal.Start(t, "--search-attribute", "Phase=Int"), domain.RealClock())
		err := worker.New(worker.Options{Store: c.db, Client: c.engine, TaskQueue: c.queue}).Run(t.Context())
		require.ErrorContains(t, err, "Phase as something else")
		require.ErrorContains(t, err, "temporal operator search-attribute remove --namespace default --name Phase && "+
			"temporal operator search-attribute create --namespace default --name Jurisdiction --type Keyword --name Phase --type Keyword")
	})
	t.Run("where it has no permission", func(t *testing.T) {
		t.Parallel()
		err := worker.EnsureLabels(t.Context(), denying{}, "city")
		var u *worker.Unlabelled
		require.ErrorAs(t, err, &u)
		require.ErrorContains(t, err, "may not")
		require.ErrorContains(t, err, "create --namespace city --name Jurisdiction --type Keyword --name Phase --type Keyword")
	})
}

// denying is an engine that lets nobody add search attributes.
type denying struct{ client.Client }

func (denying) OperatorService() operatorservicepb.OperatorServiceClient { return denyingOperator{} }

type denyingOperator struct {
	operatorservicepb.OperatorServiceClient
}

func (denyingOperator) ListSearchAttributes(context.Context, *operatorservicepb.ListSearchAttributesRequest, ...grpc.CallOption) (*operatorservicepb.ListSearchAttributesResponse, error) {
	return &operatorservicepb.ListSearchAttributesResponse{}, nil
}

func (denyingOperator) AddSearchAttributes(context.Context, *operatorservicepb.AddSearchAttributesRequest, ...grpc.CallOption) (*operatorservicepb.AddSearchAttributesResponse, error) {
	return nil, serviceerror.NewPermissionDenied("you may not", "")
}
