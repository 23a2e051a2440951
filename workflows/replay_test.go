package workflows_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"google.golang.org/protobuf/encoding/protojson"

	"milepost/domain"
	"milepost/domain/entity"
	"milepost/domain/policy"
	"milepost/workflows"
)

// replay has this program obey a history. It is given no rules: a replay that asked them would fail.
func replay(history *historypb.History, cutAfter int) error {
	replayer := worker.NewWorkflowReplayer()
	workflows.NewHost(policy.NewRegistry(), entity.Restore).CutAfter(cutAfter).Register(replayer, entity.Project)
	return replayer.ReplayWorkflowHistory(log.NewStructuredLogger(slog.New(slog.DiscardHandler)), history)
}

// cutOf is how the runs of a history were cut when it was recorded.
func cutOf(file string) int {
	if strings.HasPrefix(filepath.Base(file), "roll-") {
		return 3
	}
	return 0
}

func readHistory(t *testing.T, file string) *historypb.History {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	history := &historypb.History{}
	require.NoError(t, protojson.Unmarshal(data, history))
	return history
}

// golden are the histories of every release.
func golden(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "good", "*", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

func TestTheHistoriesOfEveryReleaseReplay(t *testing.T) {
	t.Parallel()
	for _, file := range golden(t) {
		t.Run(strings.TrimPrefix(file, "testdata/good/"), func(t *testing.T) {
			t.Parallel()
			require.NoError(t, replay(readHistory(t, file), cutOf(file)))
		})
	}
}

// relabelled is an entity of a release that labels otherwise.
type relabelled struct{ entity.Entity }

func (relabelled) Labels() []domain.Label { return []domain.Label{{Name: "Colour", Value: "red"}} }

func TestAnotherReleaseMayLabelOtherwise(t *testing.T) {
	t.Parallel()
	for _, file := range golden(t) {
		replayer := worker.NewWorkflowReplayer()
		workflows.NewHost(policy.NewRegistry(), func(name string, snapshot []byte) (entity.Entity, error) {
			e, err := entity.Restore(name, snapshot)
			return relabelled{e}, err
		}).CutAfter(cutOf(file)).Register(replayer, entity.Project)
		require.NoError(t, replayer.ReplayWorkflowHistory(log.NewStructuredLogger(slog.New(slog.DiscardHandler)), readHistory(t, file)))
	}
}

// What must not replay is as telling as what must: a replayer that lets these pass would let anything pass.
func TestDamagedHistoriesDoNotReplay(t *testing.T) {
	t.Parallel()
	damages := []struct {
		name   string
		damage func(*historypb.HistoryEvent) bool // tells whether it has damaged the event
	}{
		{"a decision is missing", func(e *historypb.HistoryEvent) bool {
			return drop(e, enumspb.EVENT_TYPE_MARKER_RECORDED)
		}},
		{"nobody was asked who waits", func(e *historypb.HistoryEvent) bool {
			return e.GetMarkerRecordedEventAttributes().GetMarkerName() == "LocalActivity" && drop(e, enumspb.EVENT_TYPE_MARKER_RECORDED)
		}},
		{"a timer is missing", func(e *historypb.HistoryEvent) bool {
			return drop(e, enumspb.EVENT_TYPE_TIMER_STARTED)
		}},
		{"an activity has another name", func(e *historypb.HistoryEvent) bool {
			a := e.GetActivityTaskScheduledEventAttributes()
			if a == nil {
				return false
			}
			a.ActivityType.Name = "Write"
			return true
		}},
		{"an update has another name", func(e *historypb.HistoryEvent) bool {
			a := e.GetWorkflowExecutionUpdateAcceptedEventAttributes()
			if a == nil {
				return false
			}
			a.AcceptedRequest.Input.Name = "order"
			return true
		}},
		{"an entry is of a type that nobody knows", func(e *historypb.HistoryEvent) bool {
			return rewrite(e, `"type":"`, `"type":"Un`)
		}},
		{"the state cannot be read", func(e *historypb.HistoryEvent) bool {
			a := e.GetWorkflowExecutionStartedEventAttributes()
			if a == nil {
				return false
			}
			data := a.Input.Payloads[0]
			data.Data = []byte(strings.Replace(string(data.GetData()), `"entity":"project/`, `"entity":"castle/`, 1))
			return true
		}},
	}
	for _, d := range damages {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			damaged := 0
			for _, file := range golden(t) {
				history := readHistory(t, file)
				for _, e := range history.GetEvents() {
					if d.damage(e) {
						damaged++
						require.Error(t, replay(history, cutOf(file)), "%s with event %d damaged", file, e.GetEventId())
						break
					}
				}
			}
			require.Positive(t, damaged, "no history has what is to be damaged")
		})
	}
	t.Run("a run ends where it should go on", func(t *testing.T) {
		t.Parallel()
		for _, file := range golden(t) {
			if cutOf(file) > 0 {
				require.Error(t, replay(readHistory(t, file), 0))
			}
		}
	})
}

// drop turns an event of a type into one that says nothing.
func drop(e *historypb.HistoryEvent, kind enumspb.EventType) bool {
	if e.GetEventType() != kind {
		return false
	}
	e.EventType = enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED
	e.Attributes = &historypb.HistoryEvent_WorkflowExecutionSignaledEventAttributes{
		WorkflowExecutionSignaledEventAttributes: &historypb.WorkflowExecutionSignaledEventAttributes{SignalName: "nothing"},
	}
	return true
}

// rewrite changes the text of a recorded decision.
func rewrite(e *historypb.HistoryEvent, from, to string) bool {
	m := e.GetMarkerRecordedEventAttributes()
	if m.GetMarkerName() != "SideEffect" {
		return false
	}
	changed := false
	for _, ps := range m.GetDetails() {
		for _, p := range ps.GetPayloads() {
			text := strings.Replace(string(p.GetData()), from, to, 1)
			changed = changed || text != string(p.GetData())
			p.Data = []byte(text)
		}
	}
	return changed
}
