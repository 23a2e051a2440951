package activities_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/activities"
	"milepost/domain"
	"milepost/domain/project"
	"milepost/store"
)

// books is a ledger and a record that answer as a test says.
type books struct {
	reservations []store.Reservation
	quotaErr     error
	notices      int
	snapshots    map[string]string // jurisdiction by entity
}

func (b *books) Quota(context.Context, string, project.QuotaAct) ([]store.Reservation, error) {
	return b.reservations, b.quotaErr
}

func (b *books) CountSupervision(context.Context, string, domain.Party, time.Time) (int, error) {
	return b.notices, nil
}

func (b *books) Snapshot(_ context.Context, name string) ([]byte, int64, error) {
	p := project.New("1")
	p.Profile.Jurisdiction = b.snapshots[name]
	data, err := p.Snapshot()
	return data, 1, err
}

// entities take answers, and refuse or fail some of them by project.
type entities struct {
	sent []domain.Command
	errs map[string]error
}

func (e *entities) Answer(_ context.Context, cmd domain.Command) error {
	e.sent = append(e.sent, cmd)
	return e.errs[cmd.Entity]
}

func effect(t *testing.T, kind string, v any) domain.Effect {
	t.Helper()
	data, err := json.Marshal(v)
	require.NoError(t, err)
	return domain.Effect{ID: "project/1/12/0", Entity: "project/1", Kind: kind, Data: data}
}

func TestTheLedgersAnswersReachEveryProject(t *testing.T) {
	b := &books{reservations: []store.Reservation{
		{Project: "1", Resource: "land", Year: 2026, Place: 3},
		{Project: "2", Resource: "land", Year: 2026, Reserved: true},
	}}
	to := &entities{}
	e := &activities.Effects{Store: b, Answers: to}
	require.NoError(t, e.Carry(t.Context(), effect(t, project.EffectQuota, project.QuotaAct{Act: "free"})))
	require.Len(t, to.sent, 2)
	require.Equal(t, "project/1/12/0/1", to.sent[0].ID)
	require.Equal(t, "project/2", to.sent[1].Entity)
	require.Equal(t, "RecordReservation", to.sent[1].Type)
	require.JSONEq(t, `{"resource":"land","year":2026,"reserved":true}`, string(to.sent[1].Body))
	require.True(t, to.sent[1].Actor.Automatic())

	again := &entities{}
	require.NoError(t, (&activities.Effects{Store: b, Answers: again}).Carry(t.Context(), effect(t, project.EffectQuota, project.QuotaAct{Act: "free"})))
	require.Equal(t, to.sent, again.sent, "carried out again, the same commands under the same ids")
}

func TestWhatBecomesOfAnEffectThatFails(t *testing.T) {
	refusal := domain.Conflict("role", "X-1", "不能", "Not allowed.")
	away := errors.New("away")
	both := []store.Reservation{{Project: "1"}, {Project: "2"}}
	tests := []struct {
		name      string
		books     *books
		errs      map[string]error
		effect    domain.Effect
		permanent bool
		sent      int
	}{
		{"the ledger is away: again later", &books{quotaErr: away}, nil, effect(t, project.EffectQuota, project.QuotaAct{}), false, 0},
		{"the ledger is busy: again later", &books{quotaErr: domain.Busy("x", "忙", "Busy.")}, nil, effect(t, project.EffectQuota, project.QuotaAct{}), false, 0},
		{"the ledger refuses: dead", &books{quotaErr: refusal}, nil, effect(t, project.EffectQuota, project.QuotaAct{}), true, 0},
		{
			"a project refuses the answer: dead, and the others are told", &books{reservations: both},
			map[string]error{"project/1": refusal},
			effect(t, project.EffectQuota, project.QuotaAct{}), true, 2,
		},
		{
			"an answer's outcome is not known: again later, and the others are told", &books{reservations: both},
			map[string]error{"project/1": away},
			effect(t, project.EffectQuota, project.QuotaAct{}), false, 2,
		},
		{
			"one answer's outcome is not known and another is refused: again later", &books{reservations: both},
			map[string]error{"project/1": away, "project/2": refusal},
			effect(t, project.EffectQuota, project.QuotaAct{}), false, 2,
		},
		{"nobody knows such an effect: dead", &books{}, nil, effect(t, "magic", 1), true, 0},
		{"the effect cannot be read: dead", &books{}, nil, effect(t, project.EffectQuota, "what?"), true, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			to := &entities{errs: test.errs}
			err := (&activities.Effects{Store: test.books, Answers: to}).Carry(t.Context(), test.effect)
			require.Error(t, err)
			require.Equal(t, test.permanent, errors.Is(err, activities.ErrPermanent), "%v", err)
			require.Len(t, to.sent, test.sent)
		})
	}
}

func TestAnAnswerThatWasOvertakenIsNoFailure(t *testing.T) {
	for _, code := range []string{"need.state", "project.archived"} {
		to := &entities{errs: map[string]error{"project/1": domain.Conflict(code, "X-1", "晚了", "Too late.")}}
		b := &books{reservations: []store.Reservation{{Project: "1"}, {Project: "2"}}}
		require.NoError(t, (&activities.Effects{Store: b, Answers: to}).Carry(t.Context(), effect(t, project.EffectQuota, project.QuotaAct{})), code)
		require.Len(t, to.sent, 2, "the others are told all the same")
	}
}

func TestTheThirdSupervisionNoticeOpensAnInterview(t *testing.T) {
	party := domain.Party{Kind: domain.PartyDepartment, Code: "water"}
	notice := func(day string) domain.Effect {
		at, err := time.Parse(time.RFC3339, day)
		require.NoError(t, err)
		return effect(t, project.EffectSupervision, project.SupervisionCount{Party: party, At: at, Clause: "XS-9b"})
	}
	carry := func(b *books, to *entities, e domain.Effect) string {
		require.NoError(t, (&activities.Effects{Store: b, Answers: to}).Carry(t.Context(), e))
		if len(to.sent) == 0 {
			return ""
		}
		return to.sent[len(to.sent)-1].ID
	}
	city := map[string]string{"project/1": "shangluo"}
	require.Empty(t, carry(&books{notices: 2, snapshots: city}, &entities{}, notice("2026-08-15T00:00:00Z")))

	to := &entities{}
	id := carry(&books{notices: 3, snapshots: city}, to, notice("2026-08-15T00:00:00Z"))
	require.Contains(t, id, "interview/2026Q3/")
	require.Equal(t, "OpenInterview", to.sent[0].Type)
	require.Equal(t, "project/1", to.sent[0].Entity)

	same := carry(&books{notices: 4, snapshots: city}, &entities{}, notice("2026-09-30T15:59:00Z"))
	require.Equal(t, id, same, "once for a party and a quarter")
	require.NotEqual(t, id, carry(&books{notices: 3, snapshots: city}, &entities{}, notice("2026-09-30T16:01:00Z")), "the civil quarter is over")
	elsewhere := map[string]string{"project/1": "guilin"}
	require.NotEqual(t, id, carry(&books{notices: 3, snapshots: elsewhere}, &entities{}, notice("2026-08-15T00:00:00Z")),
		"the same code in another city is another department")

	for _, code := range []string{"idempotency.mismatch", "interview.open"} {
		to := &entities{errs: map[string]error{"project/1": domain.Conflict(code, "", "已启动", "Open already.")}}
		carry(&books{notices: 4, snapshots: city}, to, notice("2026-08-15T00:00:00Z"))
	}
}
