package api_test

import (
	"maps"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"milepost/api"
	"milepost/api/contract"
	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/policy"
	"milepost/domain/project"
)

// ours are the commands that only the product itself sends: they have no path.
var ours = []string{"RecordReservation", "ApplyCalendar", "AdoptPack", "OpenInterview", "RefuseFile"}

// filled are the fields of commands that the server fills in: no client may send them.
var filled = map[string][]string{
	"Declare": {"pack"}, "DrawPanel": {"candidates"}, "Replace": {"investment"},
}

// operations are the contract's, by id.
func operations() map[string]route {
	ops := map[string]route{}
	for path, item := range contractSpec.Paths.Map() {
		for method, op := range item.Operations() {
			ops[op.OperationID] = route{method, path, append(slices.Clone(item.Parameters), op.Parameters...), op}
		}
	}
	return ops
}

type route struct {
	method, path string
	parameters   openapi3.Parameters
	*openapi3.Operation
}

// command is the wire name of the command that an operation sends; "" when it sends none.
func (r route) command() string {
	name := strings.ToUpper(r.OperationID[:1]) + r.OperationID[1:]
	if slices.Contains(project.CommandTypes(), name) {
		return name
	}
	return ""
}

func (r route) names(in string) []string {
	var names []string
	for _, p := range r.parameters {
		if p.Value.In == in {
			names = append(names, p.Value.Name)
		}
	}
	return names
}

// jsonFields are the names under which a struct is written.
func jsonFields(t reflect.Type) []string {
	var names []string
	for f := range t.Fields() {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func schema(t *testing.T, name string) *openapi3.Schema {
	t.Helper()
	ref := contractSpec.Components.Schemas[name]
	require.NotNil(t, ref, name)
	return ref.Value
}

func properties(s *openapi3.Schema) []string { return slices.Sorted(maps.Keys(s.Properties)) }

func TestTheContractIsSound(t *testing.T) {
	t.Parallel()
	require.NoError(t, contractSpec.Validate(t.Context()))
	for id, op := range operations() {
		require.Contains(t, op.Summary, " · ", "%s is told in Chinese and English", id)
		require.Len(t, op.Tags, 1, id)
		require.NotNil(t, op.Responses.Default(), "%s says what a problem looks like", id)
	}
}

func TestEveryCommandHasItsPath(t *testing.T) {
	t.Parallel()
	ops := operations()
	var reached []string
	for _, op := range ops {
		if name := op.command(); name != "" {
			reached = append(reached, name)
		}
	}
	want := slices.DeleteFunc(project.CommandTypes(), func(n string) bool { return slices.Contains(ours, n) })
	slices.Sort(reached)
	require.Equal(t, want, reached)
}

func TestTheBodyOfEveryCommandIsTheCommandsOwn(t *testing.T) {
	t.Parallel()
	for id, op := range operations() {
		name := op.command()
		if name == "" {
			continue
		}
		cmd, err := project.DecodeCommand(name, nil)
		require.NoError(t, err)
		inPath := op.names(openapi3.ParameterInPath)
		want := slices.DeleteFunc(jsonFields(reflect.TypeOf(cmd).Elem()), func(f string) bool {
			return slices.Contains(inPath, f) || slices.Contains(filled[name], f)
		})
		if op.RequestBody == nil {
			require.Empty(t, want, id)
			continue
		}
		body := op.RequestBody.Value.Content.Get("application/json").Schema
		require.Equal(t, "#/components/schemas/"+name, body.Ref, id)
		require.Equal(t, want, properties(body.Value), id)
		closed(t, name, body.Value)
	}
}

// TestWhatClientsMaySendIsBounded holds every body to refusing what it does not know and to bounding what it takes.
func TestWhatClientsMaySendIsBounded(t *testing.T) {
	t.Parallel()
	for id, op := range operations() {
		if op.RequestBody != nil && op.RequestBody.Value.Content["*/*"] == nil { // a file has limits of its own
			closed(t, id, op.RequestBody.Value.Content.Get("application/json").Schema.Value)
		}
	}
}

// closed checks that a schema, and all within it, refuses fields that it does not know.
func closed(t *testing.T, name string, s *openapi3.Schema) {
	t.Helper()
	if s.Type.Is("object") {
		require.NotNil(t, s.AdditionalProperties.Has, "%s must refuse unknown fields", name)
		require.False(t, *s.AdditionalProperties.Has, "%s must refuse unknown fields", name)
	}
	if s.Type.Is("string") && len(s.Enum) == 0 {
		require.True(t, s.MaxLength != nil || s.Pattern != "" || s.Format == "date-time", "%s must bound its length", name)
	}
	for field, p := range s.Properties {
		closed(t, name+"."+field, p.Value)
	}
	if s.Items != nil {
		require.NotNil(t, s.MaxItems, "%s must bound how many", name)
		closed(t, name+"[]", s.Items.Value)
	}
}

func TestEveryCommandTakesAnIdempotencyKey(t *testing.T) {
	t.Parallel()
	for id, op := range operations() {
		if op.command() == "" {
			continue
		}
		require.Equal(t, http.MethodPost, op.method, id)
		require.Subset(t, op.names(openapi3.ParameterInHeader), []string{"Idempotency-Key", "Milepost-Occurred-At", "Milepost-Basis", "Milepost-Post"}, id)
		require.Contains(t, op.names(openapi3.ParameterInQuery), "preview", id)
	}
}

// TestWhatIsShownOfTheStateIsThere compares the contract's schemas with the core's types that they show, so that
// a field renamed in the core cannot silently vanish from the API.
func TestWhatIsShownOfTheStateIsThere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		schema string
		of     reflect.Type
		own    []string // what the API adds
		kept   []string // what the API keeps to itself
	}{
		{"Project", reflect.TypeFor[project.Project](), []string{"row"}, []string{"id", "seq", "phase", "status", "alarms"}},
		{"Profile", reflect.TypeFor[project.Profile](), nil, nil},
		{"DeclaredProfile", reflect.TypeFor[project.Profile](), nil, []string{"jurisdiction"}},
		{"Ask", reflect.TypeFor[project.Ask](), nil, nil},
		{"Library", reflect.TypeFor[project.Library](), nil, nil},
		{"Panel", reflect.TypeFor[project.Panel](), []string{"complete"}, []string{"reserve"}},
		{"PanelMember", reflect.TypeFor[project.Member](), nil, nil},
		{"Mark", reflect.TypeFor[project.Mark](), nil, nil},
		{"Node", reflect.TypeFor[project.Node](), nil, nil},
		{"PlanNode", reflect.TypeFor[project.Node](), nil, []string{"done"}},
		{"Item", reflect.TypeFor[project.Item](), []string{"recallable"}, []string{"undo"}},
		{"Missing", reflect.TypeFor[project.Missing](), nil, nil},
		{"HandedFile", reflect.TypeFor[project.HandedFile](), nil, []string{"digest", "name", "size"}},
		{"DeferredPaper", reflect.TypeFor[project.DeferredPaper](), nil, nil},
		{"Commitment", reflect.TypeFor[project.Commitment](), nil, nil},
		{"JointReview", reflect.TypeFor[project.JointReview](), nil, nil},
		{"Need", reflect.TypeFor[project.Need](), nil, nil},
		{"Start", reflect.TypeFor[project.Start](), nil, nil},
		{"Condition", reflect.TypeFor[project.Condition](), nil, nil},
		{"Reporting", reflect.TypeFor[project.Reporting](), nil, nil},
		{"PlanMonth", reflect.TypeFor[project.PlanMonth](), nil, nil},
		{"MonthlyReport", reflect.TypeFor[project.Report](), nil, nil},
		{"RegisteredProblem", reflect.TypeFor[project.Problem](), nil, nil},
		{"Acceptance", reflect.TypeFor[project.Acceptance](), nil, nil},
		{"Debt", reflect.TypeFor[project.Debt](), nil, nil},
		{"Excuse", reflect.TypeFor[project.Excuse](), nil, nil},
		{"Interview", reflect.TypeFor[project.Interview](), nil, nil},
		{"OpenTask", reflect.TypeFor[project.Task](), nil, nil},
		{"TaskClock", reflect.TypeFor[project.Clock](), nil, nil},
		{"MovedDue", reflect.TypeFor[project.Move](), nil, nil},
		{"Pause", reflect.TypeFor[project.Pause](), nil, nil},
		{"Rung", reflect.TypeFor[project.Rung](), nil, nil},
		{"Cosigner", reflect.TypeFor[project.Cosigner](), nil, nil},
		{"Party", reflect.TypeFor[domain.Party](), nil, nil},
		{"ExplainedDay", reflect.TypeFor[calendar.ExplainedDay](), nil, nil},
		{"CalendarDay", reflect.TypeFor[calendar.Day](), nil, nil},
	} {
		t.Run(c.schema, func(t *testing.T) {
			t.Parallel()
			want := slices.DeleteFunc(jsonFields(c.of), func(f string) bool { return slices.Contains(c.kept, f) })
			want = append(want, c.own...)
			slices.Sort(want)
			require.Equal(t, want, properties(schema(t, c.schema)))
		})
	}
}

func TestThePackIsShownWhole(t *testing.T) {
	t.Parallel()
	seen := map[reflect.Type]bool{}
	var compare func(name string, of reflect.Type)
	compare = func(name string, of reflect.Type) {
		for of.Kind() == reflect.Slice {
			of = of.Elem()
		}
		if of.Kind() != reflect.Struct || seen[of] || of.PkgPath() != reflect.TypeFor[policy.Pack]().PkgPath() {
			return
		}
		seen[of] = true
		require.Equal(t, jsonFields(of), properties(schema(t, name)), name)
		for field := range of.Fields() {
			if field.Tag.Get("json") == "" {
				continue // the pack keeps it to itself
			}
			f := field.Type
			for f.Kind() == reflect.Slice {
				f = f.Elem()
			}
			compare("Pack"+f.Name(), f)
		}
	}
	compare("Pack", reflect.TypeFor[policy.Pack]())
}

func TestTheWordsOfTheContractAreTheCores(t *testing.T) {
	t.Parallel()
	values := func(name string) []string {
		var vs []string
		for _, v := range schema(t, name).Enum {
			s, ok := v.(string)
			require.True(t, ok)
			vs = append(vs, s)
		}
		return vs
	}
	for _, role := range api.Roles {
		require.Contains(t, values("Role"), string(role))
	}
	require.Len(t, values("Role"), len(api.Roles))
	for _, kind := range []project.TaskKind{
		project.TaskEntryReview, project.TaskRecognition, project.TaskAmendment, project.TaskDraw, project.TaskScoring, project.TaskRevision,
		project.TaskPlan, project.TaskNode, project.TaskSubmission, project.TaskCompleteness, project.TaskDecision, project.TaskSupplement,
		project.TaskCommitment, project.TaskNeed, project.TaskCondition, project.TaskStart, project.TaskReport, project.TaskProblem,
		project.TaskCompletion, project.TaskSettlement, project.TaskJoint, project.TaskReplacement,
	} {
		require.Contains(t, values("TaskKind"), string(kind))
	}
	for _, lamp := range project.New("p").Lamps() {
		require.Contains(t, values("LampKind"), lamp.Kind)
	}
}

func TestTheServerAnswersWithItsContract(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	written, err := os.ReadFile("openapi.yaml")
	require.NoError(t, err)
	require.Equal(t, string(written), string(s.anyone().get("/openapi.yaml").ok().raw))
	require.Equal(t, "3.0.3", s.anyone().get("/openapi.json").ok().text("openapi"))
}

var _ contract.ServerInterface = (*api.Server)(nil)
