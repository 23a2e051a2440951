package temporal_test

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"milepost/test/temporal"
)

func greet(_ workflow.Context, name string) (string, error) { return "你好，" + name, nil }

func TestServerRunsAWorkflow(t *testing.T) {
	c, err := client.Dial(client.Options{HostPort: temporal.Start(t)})
	require.NoError(t, err)
	defer c.Close()
	w := worker.New(c, "greetings", worker.Options{})
	w.RegisterWorkflow(greet)
	require.NoError(t, w.Start())
	defer w.Stop()

	run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{TaskQueue: "greetings"}, greet, "里程")
	require.NoError(t, err)
	var answer string
	require.NoError(t, run.Get(t.Context(), &answer))
	require.Equal(t, "你好，里程", answer)
}

func TestServerIsGoneAfterItsTest(t *testing.T) {
	var address string
	t.Run("a test with a server", func(t *testing.T) { address = temporal.Start(t) })
	_, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	require.Error(t, err)
}
