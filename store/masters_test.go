package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/domain"
)

func TestJurisdictionsFormATree(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		put := func(js ...Jurisdiction) error { return s.PutJurisdictions(t.Context(), js...) }
		require.NoError(t, put(Jurisdiction{Code: "village", Parent: "town"}, Jurisdiction{Code: "town", Parent: "city"}, Jurisdiction{Code: "city", Name: domain.Text{Zh: "市"}}))
		all, err := s.Jurisdictions(t.Context())
		require.NoError(t, err)
		require.Equal(t, []string{"city", "town", "village"}, []string{all[0].Code, all[1].Code, all[2].Code})
		require.NoError(t, put(all...), "again is no change")

		require.NoError(t, s.PutUnits(t.Context(), Unit{Code: "u1", Jurisdiction: "village"}, Unit{Code: "u2", Jurisdiction: "city"}))
		below := func(j string) int {
			us, err := s.Units(t.Context(), j)
			require.NoError(t, err)
			return len(us)
		}
		require.Equal(t, []int{2, 1, 1, 2}, []int{below("city"), below("town"), below("village"), below("")})

		require.Equal(t, "jurisdiction.parent", domain.CodeOf(put(Jurisdiction{Code: "city", Parent: "village"})), "a circle")
		require.Equal(t, "jurisdiction.parent", domain.CodeOf(put(Jurisdiction{Code: "x", Parent: "none"})))
		require.NoError(t, put(Jurisdiction{Code: "town"}), "a town that leaves the city takes its villages along")
		require.Equal(t, []int{1, 1}, []int{below("city"), below("town")})
	})
}

func TestMasterDataIsChangedByPuttingItAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		require.NoError(t, s.PutJurisdictions(t.Context(), Jurisdiction{Code: "city"}))
		for range 2 {
			require.NoError(t, s.PutDepartments(t.Context(), Department{Jurisdiction: "city", Code: "dev", Name: domain.Text{Zh: "发改委", En: "Development"}}))
			require.NoError(t, s.PutOwners(t.Context(), Owner{Code: "o1", Jurisdiction: "city", Name: domain.Text{Zh: "水务公司"}, CreditCode: "91610000"}))
			require.NoError(t, s.PutExperts(t.Context(), Expert{Code: "e1", Jurisdiction: "city", Name: "专家", Unit: "institute"}))
		}
		require.NoError(t, s.PutOwners(t.Context(), Owner{Code: "o1", Jurisdiction: "city", Name: domain.Text{Zh: "水务集团"}, CreditCode: "91610000"}))
		owners, err := s.Owners(t.Context(), "city")
		require.NoError(t, err)
		require.Equal(t, []Owner{{Code: "o1", Jurisdiction: "city", Name: domain.Text{Zh: "水务集团"}, CreditCode: "91610000"}}, owners)
		departments, err := s.Departments(t.Context(), "")
		require.NoError(t, err)
		require.Equal(t, []Department{{Jurisdiction: "city", Code: "dev", Name: domain.Text{Zh: "发改委", En: "Development"}}}, departments)
		experts, err := s.Experts(t.Context(), "")
		require.NoError(t, err)
		require.Equal(t, []Expert{{Code: "e1", Jurisdiction: "city", Name: "专家", Unit: "institute", Specialities: []string{}, ConflictUnits: []string{}}}, experts)
		require.Equal(t, "unit.reference", domain.CodeOf(s.PutUnits(t.Context(), Unit{Code: "u", Jurisdiction: "none"})))
	})
}

func TestADrawKnowsThePoolAndItsConflicts(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		cityWith(t, s)
		require.NoError(t, s.PutJurisdictions(t.Context(), Jurisdiction{Code: "elsewhere"}))
		require.NoError(t, s.PutExperts(t.Context(),
			Expert{Code: "e1", Jurisdiction: "shangluo", Specialities: []string{"roads", "bridges"}},
			Expert{Code: "e2", Jurisdiction: "danfeng", Unit: "danfeng-gov"},
			Expert{Code: "e3", Jurisdiction: "shangzhou"},
			Expert{Code: "e4", Jurisdiction: "elsewhere"},
			Expert{Code: "e5", Jurisdiction: "shangluo", Retired: true}))
		require.NoError(t, s.PutConflicts(t.Context(), ExpertConflict{"p3", "e1", "参与过前期咨询"}, ExpertConflict{"p2", "e2", "其他"}))
		got, err := s.Candidates(t.Context(), "p3")
		require.NoError(t, err)
		require.Len(t, got, 2, "of the district and of the city above it")
		require.Equal(t, []string{"roads", "bridges"}, got[0].Specialities)
		require.Equal(t, []string{"参与过前期咨询"}, got[0].Conflicts)
		require.Equal(t, "danfeng-gov", got[1].Unit)
		require.Empty(t, got[1].Conflicts)
		got, err = s.Candidates(t.Context(), "p1")
		require.NoError(t, err)
		require.Len(t, got, 3, "of the city and its districts")
	})
}

func TestRulesAreNumberedWithEveryChange(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
		revision := func() int64 {
			n, err := s.RulesRevision(t.Context())
			require.NoError(t, err)
			return n
		}
		require.Zero(t, revision())
		pack := StoredPack{Hash: "h1", ID: "sl", Version: "1", Jurisdiction: "sl", YAML: "id: sl", JSON: "{}", Title: domain.Text{Zh: "办法"}, Published: at, By: "u"}
		require.NoError(t, s.PutPack(t.Context(), pack))
		require.Equal(t, int64(1), revision())
		require.NoError(t, s.PutPack(t.Context(), pack))
		require.Equal(t, int64(1), revision(), "the same pack again is no change")
		require.Equal(t, "pack.unknown", domain.CodeOf(s.SetPackInForce(t.Context(), "sl", "none", "u", at)))
		require.NoError(t, s.SetPackInForce(t.Context(), "sl", "h1", "u", at))
		calendar := StoredCalendar{Version: "c1", Years: "[]", Published: at, By: "u"}
		require.NoError(t, s.PutCalendar(t.Context(), calendar))
		require.NoError(t, s.PutCalendar(t.Context(), calendar))
		require.Equal(t, int64(3), revision())

		rules, err := s.Rules(t.Context())
		require.NoError(t, err)
		require.Equal(t, Rules{Revision: 3, Packs: []string{"h1"}, InForce: map[string]string{"sl": "h1"}, Calendars: []string{"c1"}, Calendar: "c1"}, rules)
		got, err := s.Pack(t.Context(), "h1")
		require.NoError(t, err)
		require.Equal(t, pack, got)
		packs, err := s.Packs(t.Context())
		require.NoError(t, err)
		require.Len(t, packs, 1)
		require.Empty(t, packs[0].YAML)
		cal, err := s.Calendar(t.Context(), "c1")
		require.NoError(t, err)
		require.Equal(t, calendar, cal)
		_, err = s.Calendar(t.Context(), "none")
		require.Equal(t, "calendar.unknown", domain.CodeOf(err))
		together(t, 8, func(i int) error {
			return s.PutPack(t.Context(), StoredPack{Hash: string(rune('a' + i)), Published: at})
		})
		require.Equal(t, int64(11), revision())
	})
}
