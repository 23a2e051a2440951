package demo_test

import (
	"bytes"
	"context"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/demo"
	"milepost/domain/project"
)

func TestTheRunLeadsTenProjectsThroughTheirWholeLife(t *testing.T) {
	if testing.Short() {
		t.Skip("some civil months take some seconds")
	}
	t.Parallel()
	c := newCity(t, time.Hour)
	server := httptest.NewServer(c)
	defer server.Close()
	var out bytes.Buffer
	err := demo.Run(t.Context(), demo.Options{BaseURL: server.URL, Out: &out, Poll: 5 * time.Millisecond, RunID: "r2026-03-02.test"})
	if path := os.Getenv("DEMO_OUT"); path != "" {
		require.NoError(t, os.WriteFile(path, out.Bytes(), 0o600))
	}
	require.NoError(t, err, out.String())
	require.Contains(t, out.String(), "演示与预期一致")
	require.Contains(t, out.String(), "时间线：漓江桥扩建改造工程")
}

func TestARunThatWasCutGoesOnUnderItsID(t *testing.T) {
	if testing.Short() {
		t.Skip("some civil months take some seconds")
	}
	t.Parallel()
	c := newCity(t, time.Hour)
	server := httptest.NewServer(c)
	defer server.Close()
	for _, when := range []string{"修改后再评", "视为受理", "排队第1位", "超期，亮红灯：环境影响评价", "项目暂停（", "单项验收全部通过"} {
		ctx, cancel := context.WithCancel(t.Context())
		err := demo.Run(ctx, demo.Options{
			BaseURL: server.URL, Out: &notifying{when: when, then: cancel}, Poll: 5 * time.Millisecond, RunID: "r2026-03-02.cut", Verbose: true,
		})
		cancel()
		require.ErrorIs(t, err, context.Canceled, "cut at %s", when)
	}
	var out bytes.Buffer
	err := demo.Run(t.Context(), demo.Options{BaseURL: server.URL, Out: &out, Poll: 5 * time.Millisecond, RunID: "r2026-03-02.cut"})
	if err != nil { // time goes on while nobody acts: a moment of the story may have passed, but no project is left behind
		require.ErrorContains(t, err, "演示与预期不符", out.String())
	}
	require.Len(t, c.projects, 11, "nothing was declared twice")
	for _, l := range c.projects {
		if l.p.Profile.Name != "桂林至三江高速公路（桂林段）" {
			require.Contains(t, []project.Status{project.Done, project.Withdrawn, project.Archived}, l.p.Status, l.p.Profile.Name)
		}
	}
}

func TestARunNeedsASimulatedClock(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newCity(t, 0))
	defer server.Close()
	err := demo.Run(t.Context(), demo.Options{BaseURL: server.URL, Out: &bytes.Buffer{}})
	require.ErrorContains(t, err, "--clock-rate")
}

func TestAnUnknownTimelineIsRefusedBeforeAnythingIsDone(t *testing.T) {
	t.Parallel()
	err := demo.Run(t.Context(), demo.Options{BaseURL: "http://127.0.0.1:1", Out: &bytes.Buffer{}, Timeline: "moon"})
	require.ErrorContains(t, err, "moon")
}

func TestAWrongPasswordEndsTheRun(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newCity(t, time.Minute))
	defer server.Close()
	err := demo.Run(t.Context(), demo.Options{BaseURL: server.URL, Out: &bytes.Buffer{}, Password: "something else"})
	require.ErrorContains(t, err, "login.failed")
}

func TestARunEndsWithItsContext(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newCity(t, time.Minute))
	defer server.Close()
	ctx, cancel := context.WithCancel(t.Context())
	out := &notifying{when: "申报项目", then: cancel}
	err := demo.Run(ctx, demo.Options{BaseURL: server.URL, Out: out, Poll: 5 * time.Millisecond})
	require.ErrorIs(t, err, context.Canceled)
}

// notifying is a writer that does something when it reads a text.
type notifying struct {
	when string
	then func()
}

func (n *notifying) Write(p []byte) (int, error) {
	if strings.Contains(string(p), n.when) {
		n.then()
	}
	return len(p), nil
}
