package store

import (
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm/schema"
)

// table is what a schema says of a table, in words that both databases and the models share.
type table struct {
	Columns map[string]string // column → "null" | "not null"
	Unique  []string          // unique indexes and the primary key, as sorted columns
}

func TestTablesAreAsTheModelsSay(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		want := map[string]table{}
		for _, m := range models {
			name, tab := modelled(t, m)
			want[name] = tab
		}
		require.Equal(t, want, s.tables(t))
	})
}

func TestMigrationsAreNumberedAlikeForBothDatabases(t *testing.T) {
	pg, err := migrations.ReadDir("migrations/postgres")
	require.NoError(t, err)
	lite, err := migrations.ReadDir("migrations/sqlite")
	require.NoError(t, err)
	require.Len(t, lite, len(pg))
	for i := range pg {
		require.Equal(t, pg[i].Name(), lite[i].Name())
	}
}

func TestMigratingAgainChangesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		require.NoError(t, s.Migrate(t.Context()))
		current, wanted, err := s.SchemaVersion(t.Context())
		require.NoError(t, err)
		require.Equal(t, wanted, current)
	})
}

func TestMigrationsGoDownAndUpAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		before := s.tables(t)
		p, err := s.migrator()
		require.NoError(t, err)
		_, err = p.DownTo(t.Context(), 0)
		require.NoError(t, err)
		require.Empty(t, s.tables(t))
		require.NoError(t, s.Migrate(t.Context()))
		require.Equal(t, before, s.tables(t))
	})
}

func TestBroadcastsOutliveTheStepThatTellsThemApart(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		now := s.now()
		for _, what := range []string{BroadcastCalendar, BroadcastPack} {
			require.NoError(t, insert(s.db, []broadcastModel{{ID: what, What: what, Subject: what, State: "done", CreatedAt: now, Content: "[]"}}))
			require.NoError(t, insert(s.db, []moveModel{{Broadcast: what, Entity: "project/1", N: 1, Kind: string(MoveDeadline), Task: "t", FromAt: &now}}))
			require.NoError(t, insert(s.db, []exceptionModel{{Broadcast: what, Entity: "project/1", Command: "c"}}))
		}
		p, err := s.migrator()
		require.NoError(t, err)
		_, err = p.DownTo(t.Context(), 6)
		require.NoError(t, err)
		require.NoError(t, s.Migrate(t.Context()))
		for _, table := range []string{"broadcasts", "broadcast_moves", "broadcast_exceptions"} {
			n, _, err := one(s.db, scalar[int], "SELECT count(*) FROM "+table)
			require.NoError(t, err)
			require.Equal(t, 1, n, "%s: the calendar's stays, and what the tables before could not hold is gone", table)
		}
		b, err := s.Broadcast(t.Context(), BroadcastCalendar)
		require.NoError(t, err)
		require.Equal(t, BroadcastDone, b.State)
		require.Error(t, insert(s.db, []moveModel{{Broadcast: "unknown", Entity: "project/1", N: 1, Kind: string(MoveDeadline)}}), "what belongs together still does")
	})
}

func TestTheStateOfAnEntityIsCompressedQuickly(t *testing.T) {
	t.Parallel()
	s := fresh(t, PostgreSQL)
	able, _, err := one(s.db, scalar[bool], "SELECT setting LIKE '%with-lz4%' FROM pg_config WHERE name = 'CONFIGURE'")
	require.NoError(t, err)
	if !able {
		t.Skip("this server was built without LZ4")
	}
	l := begin(t, s, "p1", "2026-03-02 10:00").approving()
	got, _, err := one(s.db, scalar[string], "SELECT pg_column_compression(snapshot) FROM entities WHERE name = ?", l.name)
	require.NoError(t, err)
	require.Equal(t, "lz4", got)
}

func TestManyProcessesMayMigrateAtOnce(t *testing.T) {
	dsn := freshPostgres(t)
	var wg sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		wg.Go(func() {
			s, err := Open(t.Context(), dsn)
			if err == nil {
				err = s.Migrate(t.Context())
				_ = s.Close()
			}
			errs[i] = err
		})
	}
	wg.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
}

func modelled(t *testing.T, m any) (string, table) {
	t.Helper()
	sch, err := schema.Parse(m, &sync.Map{}, schema.NamingStrategy{})
	require.NoError(t, err)
	tab := table{Columns: map[string]string{}}
	var key []string
	for _, f := range sch.Fields {
		tab.Columns[f.DBName] = "null"
		if f.NotNull || f.PrimaryKey {
			tab.Columns[f.DBName] = "not null"
		}
		if f.PrimaryKey {
			key = append(key, f.DBName)
		}
	}
	tab.add(key)
	for _, ix := range sch.ParseIndexes() {
		var columns []string
		for _, f := range ix.Fields {
			columns = append(columns, f.DBName)
		}
		if ix.Class == "UNIQUE" {
			tab.add(columns)
		}
	}
	sort.Strings(tab.Unique)
	return sch.Table, tab
}

func (t *table) add(columns []string) {
	slices.Sort(columns)
	t.Unique = append(t.Unique, strings.Join(columns, ","))
}

// tables reads the schema back from the database.
func (s *Store) tables(t *testing.T) map[string]table {
	t.Helper()
	const (
		pgColumns  = `SELECT table_name, column_name, is_nullable = 'NO' FROM information_schema.columns WHERE table_schema = 'public'`
		pgUnique   = `SELECT i.indrelid::regclass::text, i.indexrelid::text, a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey) WHERE i.indisunique AND n.nspname = 'public' ORDER BY 1, 2, 3`
		lite       = `FROM sqlite_master m, `
		liteTables = ` WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'`
		liteCols   = `SELECT m.name, c.name, c."notnull" ` + lite + `pragma_table_info(m.name) c` + liteTables
		liteUnique = `SELECT m.name, i.name, x.name ` + lite + `pragma_index_list(m.name) i, pragma_index_info(i.name) x` + liteTables + ` AND i."unique" ORDER BY 1, 2, 3`
		liteRowid  = `SELECT m.name, 'rowid', c.name ` + lite + `pragma_table_info(m.name) c` + liteTables + ` AND c.pk = 1 AND m.sql LIKE '%AUTOINCREMENT%'`
	)
	out := map[string]table{}
	columns, uniques := pgColumns, []string{pgUnique}
	if s.dialect == SQLite {
		columns, uniques = liteCols, []string{liteUnique, liteRowid}
	}
	type column struct {
		table, name string
		notNull     bool
	}
	cs, err := rows(s.db, func(r row, c *column) error { return r.Scan(&c.table, &c.name, &c.notNull) }, columns)
	require.NoError(t, err)
	for _, c := range cs {
		if strings.HasPrefix(c.table, "goose") {
			continue
		}
		if out[c.table].Columns == nil {
			out[c.table] = table{Columns: map[string]string{}}
		}
		out[c.table].Columns[c.name] = map[bool]string{true: "not null", false: "null"}[c.notNull]
	}
	type part struct{ table, index, column string }
	for _, q := range uniques {
		ps, err := rows(s.db, func(r row, p *part) error { return r.Scan(&p.table, &p.index, &p.column) }, q)
		require.NoError(t, err)
		byIndex := map[[2]string][]string{}
		for _, p := range ps {
			byIndex[[2]string{p.table, p.index}] = append(byIndex[[2]string{p.table, p.index}], p.column)
		}
		for k, columns := range byIndex {
			if tab, known := out[k[0]]; known {
				tab.add(columns)
				out[k[0]] = tab
			}
		}
	}
	for name, tab := range out {
		sort.Strings(tab.Unique)
		out[name] = tab
	}
	return out
}
