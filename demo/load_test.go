package demo_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/config"
	"milepost/demo"
	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/project"
)

// book is a registry and a declarer in memory that counts what changed.
type book struct {
	quotas   map[string]string
	accounts map[string]string // account → hash
	posts    int
	declared map[string]project.Profile
	actors   map[string]domain.Actor // by key
	masters  []string
	fails    string // the key whose declaration fails
}

func newBook() *book {
	return &book{quotas: map[string]string{}, accounts: map[string]string{}, declared: map[string]project.Profile{}, actors: map[string]domain.Actor{}}
}

func (b *book) PutJurisdictions(_ context.Context, _ []config.DemoJurisdiction) error {
	b.masters = append(b.masters, "jurisdictions")
	return nil
}

func (b *book) PutDepartments(context.Context, []config.DemoDepartment) error {
	b.masters = append(b.masters, "departments")
	return nil
}

func (b *book) PutUnits(context.Context, []config.DemoUnit) error {
	b.masters = append(b.masters, "units")
	return nil
}

func (b *book) PutOwners(context.Context, []config.DemoOwner) error {
	b.masters = append(b.masters, "owners")
	return nil
}

func (b *book) PutExperts(context.Context, []config.DemoExpert) error {
	b.masters = append(b.masters, "experts")
	return nil
}

func (b *book) GrantQuota(_ context.Context, id string, q config.DemoQuota) error {
	b.quotas[id] = q.Amount
	return nil
}

func (b *book) HasAccount(_ context.Context, account string) (bool, error) {
	_, ok := b.accounts[account]
	return ok, nil
}

func (b *book) PutAccount(_ context.Context, a config.DemoAccount, hash string) error {
	b.accounts[a.Account] = hash
	b.posts += len(a.Posts)
	return nil
}

func (b *book) Declare(_ context.Context, key string, by domain.Actor, f project.Profile) (bool, error) {
	if key == b.fails {
		return false, errors.New("the engine is away")
	}
	if _, again := b.declared[key]; again {
		return false, nil
	}
	b.declared[key] = f
	b.actors[key] = by
	return true, nil
}

func loading(b *book, hashed *int) demo.Loading {
	return demo.Loading{Registry: b, Declare: b, Hash: func(password string) (string, error) {
		*hashed++
		return "hash of " + password, nil
	}}
}

func TestASecondLoadChangesNothing(t *testing.T) {
	t.Parallel()
	b, hashed := newBook(), 0
	first, err := demo.Load(t.Context(), loading(b, &hashed))
	require.NoError(t, err)
	require.Equal(t, 184, first.Accounts)
	require.Equal(t, 261, first.Declared, "all but the eleven that the run declares itself")
	require.Zero(t, first.Known)
	require.Equal(t, 1, hashed, "one hash for all: hashing is slow on purpose")
	require.Equal(t, []string{"jurisdictions", "departments", "units", "owners", "experts"}, b.masters)

	b.accounts["leader"] = "a password of her own"
	quotas := len(b.quotas)
	second, err := demo.Load(t.Context(), loading(b, &hashed))
	require.NoError(t, err)
	require.Equal(t, demo.Loaded{Known: 261}, second)
	require.Equal(t, 1, hashed)
	require.Len(t, b.quotas, quotas)
	require.Equal(t, "a password of her own", b.accounts["leader"])
}

func TestALoadGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	b, hashed := newBook(), 0
	b.fails = "demo-gl-100"
	_, err := demo.Load(t.Context(), loading(b, &hashed))
	require.ErrorContains(t, err, "the engine is away")
	b.fails = ""
	again, err := demo.Load(t.Context(), loading(b, &hashed))
	require.NoError(t, err)
	require.Equal(t, 261, again.Declared+again.Known)
	require.Positive(t, again.Known)
	require.Zero(t, again.Accounts)
}

func TestALoadTellsHowFarItIs(t *testing.T) {
	t.Parallel()
	b, hashed := newBook(), 0
	last := map[string][2]int{}
	l := loading(b, &hashed)
	l.Choose = func(p config.DemoProject) bool { return p.Sector == "水利" }
	l.Progress = func(what string, done, all int) {
		require.LessOrEqual(t, done, all)
		last[what] = [2]int{done, all}
	}
	loaded, err := demo.Load(t.Context(), l)
	require.NoError(t, err)
	require.Equal(t, 10, loaded.Declared)
	require.Equal(t, [2]int{10, 10}, last["申报项目"])
	require.Equal(t, [2]int{184, 184}, last["账号"])
}

func TestEveryProjectCanBeDeclaredByItsOwnerUnderTheGuilinPack(t *testing.T) {
	t.Parallel()
	b, hashed := newBook(), 0
	_, err := demo.Load(t.Context(), loading(b, &hashed))
	require.NoError(t, err)
	rules, set, err := config.Rules()
	require.NoError(t, err)
	cal, _ := rules.CurrentCalendar()
	pack, _ := set.Pack("gl")
	for key, f := range b.declared {
		name, body, err := project.Encode(project.Declare{Profile: f, Pack: pack.Hash()})
		require.NoError(t, err)
		now := cal.NextWorkingDay(day(t, "2026-03-02")).At(calendar.TimeOfDay{Hour: 9})
		_, err = project.New(key).Decide(domain.Command{ID: key, Type: name, Body: body, Actor: b.actors[key], ReceivedAt: now}, now, rules)
		require.NoError(t, err, f.Name)
	}
	for _, a := range b.actors {
		require.NotEmpty(t, a.User)
		require.Equal(t, domain.RoleOwner, a.Role)
	}
}

func TestTheSourceSaysWhatIsInvented(t *testing.T) {
	t.Parallel()
	city, err := config.Demo()
	require.NoError(t, err)
	for _, p := range city.Projects {
		f, err := demo.Profile(city, p, 0)
		require.NoError(t, err)
		require.Contains(t, f.Source, "据《2024年桂林市重大项目建设的初步考虑》")
		require.Contains(t, f.Source, "为演示虚构")
		given, _, _ := strings.Cut(f.Source, "据《")
		require.Equal(t, p.Name == "桂林市中心医院" || p.Group == "社会公益" && p.Sector == "体育" && strings.HasPrefix(p.Name, "桂林") && strings.Contains(p.Name, "奥"),
			strings.Contains(given, "投资额"), p.Name)
		require.NotContains(t, f.Source, "、、")
	}
}

func TestDatesMoveOnWithTheDayOfTheRun(t *testing.T) {
	t.Parallel()
	city, err := config.Demo()
	require.NoError(t, err)
	f, err := demo.Profile(city, city.Projects[0], 365)
	require.NoError(t, err)
	require.Equal(t, "2027-07-31", f.PlannedStart)
	for _, a := range f.Asks {
		require.Equal(t, 2027, a.Year)
	}
}

func day(t *testing.T, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	require.NoError(t, err)
	return d
}
