package store

import (
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/domain"
)

// whole is the record as it is listed, the newest line first.
func wholeRecord(t *testing.T, s *Store, q AuditQuery) []AuditRow {
	t.Helper()
	var all []AuditRow
	for {
		page, err := s.Audit(t.Context(), q)
		require.NoError(t, err)
		all = append(all, page.Rows...)
		if q.Cursor = page.Next; q.Cursor == "" {
			return all
		}
	}
}

// OWN-212: the audit record.
func TestTheAuditRecordOnlyGrows(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		settled(t, s)
		before := count(t, s, "audit")
		for _, change := range []string{"UPDATE audit SET act = 'x'", "DELETE FROM audit WHERE seq = 1"} {
			require.Error(t, s.db.Exec(change).Error, change)
		}
		refusedBy(t, s.CreateUnit(t.Context(), system, Unit{Code: "district", Jurisdiction: "city"}), "code.taken", "OWN-207")
		require.Equal(t, before, count(t, s, "audit"), "a refusal changes nothing")
		together(t, 8, func(i int) error {
			return s.CreateUnit(t.Context(), system, Unit{Code: "unit-" + string(rune('a'+i)), Jurisdiction: "city", Name: cityName})
		})
		check, err := s.VerifyAudit(t.Context(), nil)
		require.NoError(t, err)
		require.Zero(t, check.Broken)
		require.EqualValues(t, before+8, check.Lines)
		require.Greater(t, len(check.Ends), 3, "subjects are spread over the chains")

		all := wholeRecord(t, s, AuditQuery{Page: Page{Limit: 5}})
		require.Len(t, all, before+8)
		for _, l := range all {
			require.Equal(t, chainOf(l.Subject), l.Chain)
			there, err := s.AuditHas(t.Context(), l.Hash)
			require.NoError(t, err)
			require.True(t, there)
		}
		for _, c := range []struct {
			q    AuditQuery
			want int
		}{
			{AuditQuery{Act: "unit.create"}, 9},
			{AuditQuery{User: "system-1", Act: "owner.create"}, 1},
			{AuditQuery{User: "security-1"}, 0},
			{AuditQuery{Subject: "unit/unit-a"}, 1},
			{AuditQuery{From: on("2026-03-02 10:00")}, before + 8},
			{AuditQuery{To: on("2026-03-02 10:00")}, 0},
		} {
			require.Len(t, wholeRecord(t, s, c.q), c.want, "%+v", c.q)
		}
		_, err = s.Audit(t.Context(), AuditQuery{Page: Page{Cursor: place{"-at", []string{"yesterday", "1", "1"}}.cursor()}})
		require.Equal(t, "cursor", domain.CodeOf(err))
	})
}

func TestTheNewestLineComesFirstWhateverItsChain(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		now := on("2026-03-02 10:00")
		s.now = func() time.Time { now = now.Add(time.Second); return now }
		var want []string
		for i := range 40 {
			subject := fmt.Sprint("user/", i)
			want = append(want, subject)
			require.NoError(t, s.Note(t.Context(), By{Actor: domain.Actor{User: "u"}, Address: "10.0.0.1"}, ActSignIn, subject, nil))
		}
		slices.Reverse(want)
		var got []string
		for _, l := range wholeRecord(t, s, AuditQuery{Page: Page{Limit: 7}}) {
			got = append(got, l.Subject)
			require.JSONEq(t, `{}`, string(l.Detail))
		}
		require.Equal(t, want, got)
	})
}

func TestWhatCannotBeRecordedDoesNotHappen(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		zhang, _ := settled(t, s)
		require.NoError(t, s.IssueToken(t.Context(), system, Token{ID: "kept", User: zhang.ID, Expires: s.now().Add(time.Hour)}, "kept"))
		require.NoError(t, s.AddQuota(t.Context(), grant("g0", "10")))
		exec(t, s, "DROP TABLE audit_ends")
		for name, act := range map[string]func() error{
			"an account": func() error {
				_, err := s.CreateAccount(t.Context(), system, User{Account: "wang", Name: "x"})
				return err
			},
			"a token": func() error {
				return s.IssueToken(t.Context(), system, Token{ID: "t", User: zhang.ID, Expires: s.now().Add(time.Hour)}, "secret")
			},
			"a token revoked":    func() error { return s.RevokeToken(t.Context(), system, zhang.ID, "kept") },
			"a pack":             func() error { return s.PutPack(t.Context(), StoredPack{Hash: "h"}) },
			"a calendar":         func() error { return s.PutCalendar(t.Context(), StoredCalendar{Version: "v"}) },
			"a quota":            func() error { return s.AddQuota(t.Context(), grant("g1", "5")) },
			"a line for nothing": func() error { return s.Note(t.Context(), system, ActSignIn, "user/x", nil) },
		} {
			require.Error(t, act(), name)
		}
		require.Equal(t, 2, count(t, s, "users"))
		require.Equal(t, 1, count(t, s, "tokens"))
		_, _, err := s.TokenBySecret(t.Context(), "kept", time.Time{}, time.Time{})
		require.NoError(t, err)
		require.Zero(t, count(t, s, "packs"))
		require.Zero(t, count(t, s, "calendars"))
		require.Equal(t, 1, count(t, s, "quota_ledger"))
	})
}

func TestEveryChangeOfRulesTokensAndQuotasIsRecorded(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		zhang, _ := settled(t, s)
		told := func(act, subject, detail string) {
			t.Helper()
			lines := wholeRecord(t, s, AuditQuery{Act: act, Subject: subject})
			require.Len(t, lines, 1)
			require.JSONEq(t, detail, string(lines[0].Detail))
		}
		for range 2 { // again is no change
			require.NoError(t, s.PutPack(t.Context(), StoredPack{Hash: "h", ID: "sl", Version: "1", By: "shipped"}))
			require.NoError(t, s.PutCalendar(t.Context(), StoredCalendar{Version: "v", By: "operator"}))
			require.NoError(t, s.AddQuota(t.Context(), grant("g", "5")))
		}
		require.NoError(t, s.SetPackInForce(t.Context(), "city", "h", "shipped", s.now()))
		require.NoError(t, s.IssueToken(t.Context(), system, Token{ID: "t", User: zhang.ID, Name: "导入", Scope: ScopeAct, Expires: on("2026-04-01 00:00")}, "secret"))
		require.NoError(t, s.RevokeToken(t.Context(), system, zhang.ID, "t"))
		told("pack.store", "pack/h", `{"id": "sl", "version": "1", "by": "shipped"}`)
		told("pack.publish", "jurisdiction/city", `{"was": "", "is": "h", "by": "shipped"}`)
		told("calendar.publish", "calendar/v", `{"was": "", "by": "operator"}`)
		g := grant("g", "5")
		told("quota.grant", fmt.Sprintf("quota/%s/%s/%d", g.Jurisdiction, g.Resource, g.Year),
			fmt.Sprintf(`{"id": "g", "amount": "5", "clause": %q, "note": %q}`, g.Clause, g.Note))
		told("token.issue", "user/"+zhang.ID, `{"token": "t", "name": "导入", "scope": "act", "expires": "2026-04-01T00:00:00+08:00"}`)
		told("token.revoke", "user/"+zhang.ID, `{"token": "t"}`)
	})
}

func TestNoActIsRecordedWithoutWords(t *testing.T) {
	t.Parallel()
	for act, text := range acts {
		require.NotEmpty(t, text.Zh, act)
		require.NotEmpty(t, text.En, act)
		require.LessOrEqual(t, len(act), 64)
	}
	// Every act that this package names stands in the table.
	files, err := parser.ParseDir(token.NewFileSet(), ".", nil, 0) //nolint:staticcheck // the files of one folder are enough
	require.NoError(t, err)
	named := 0
	for _, f := range files["store"].Files {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			name, _ := call.Fun.(*ast.SelectorExpr)
			if name == nil || len(call.Args) < 5 || (name.Sel.Name != "administer" && name.Sel.Name != "note") {
				return true
			}
			if act, literal := call.Args[2].(*ast.BasicLit); literal {
				named++
				require.Contains(t, acts, strings.Trim(act.Value, `"`))
			}
			return true
		})
	}
	require.Greater(t, named, 15)
	s := fresh(t, SQLite)
	require.ErrorContains(t, s.Note(t.Context(), system, "nothing.known", "x", nil), "nothing.known")
	require.Zero(t, count(t, s, "audit"))
}

// unguarded takes the guards of the audit record away, as whoever owns the database can.
func unguarded(t *testing.T, s *Store) {
	t.Helper()
	for _, drop := range map[Dialect][]string{
		PostgreSQL: {"DROP TRIGGER audit_keeps ON audit"}, SQLite: {"DROP TRIGGER audit_keeps_update", "DROP TRIGGER audit_keeps_delete"},
	}[s.dialect] {
		exec(t, s, drop)
	}
}

func TestAnyChangeToTheAuditRecordIsFound(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		settled(t, s)
		about := func(i int) string { return fmt.Sprint("user/", i) }
		for i := range 9 { // so many lines on the chain of user/0
			require.NoError(t, s.Note(t.Context(), system, ActSignIn, about(0), map[string]int{"n": i}))
		}
		chain := chainOf(about(0))
		other := (chain + 1) % chains
		last := wholeRecord(t, s, AuditQuery{Subject: about(0)})[0].Seq
		unguarded(t, s)
		broken := func(s *Store) AuditPlace {
			check, err := s.VerifyAudit(context.WithoutCancel(t.Context()), nil)
			require.NoError(t, err)
			return check.Broken
		}
		require.Zero(t, broken(s))
		columns := strings.TrimPrefix(auditColumns, "chain, seq")
		for name, c := range map[string]struct {
			change []string
			broken AuditPlace
		}{
			"an edit":          {[]string{"UPDATE audit SET detail = '{}' WHERE chain = $ AND seq = 2"}, AuditPlace{chain, 2}},
			"another name":     {[]string{"UPDATE audit SET actor_user = 'other' WHERE chain = $ AND seq = 3"}, AuditPlace{chain, 3}},
			"another moment":   {[]string{"UPDATE audit SET at = '2026-03-02 09:00:00+00:00' WHERE chain = $ AND seq = 3"}, AuditPlace{chain, 3}},
			"a deletion":       {[]string{"DELETE FROM audit WHERE chain = $ AND seq = 4"}, AuditPlace{chain, 4}},
			"a cut at the end": {[]string{"DELETE FROM audit WHERE chain = $ AND seq > 4"}, AuditPlace{chain, 5}},
			"a swap": {[]string{
				"UPDATE audit SET seq = 99 WHERE chain = $ AND seq = 2", "UPDATE audit SET seq = 2 WHERE chain = $ AND seq = 3",
				"UPDATE audit SET seq = 3 WHERE chain = $ AND seq = 99",
			}, AuditPlace{chain, 2}},
			"an insertion behind a gap": {[]string{"INSERT INTO audit (" + auditColumns + ") SELECT chain, 99" + columns + " FROM audit WHERE chain = $ AND seq = 1"}, AuditPlace{chain, last + 1}},
			"another chain":             {[]string{fmt.Sprintf("UPDATE audit SET chain = %d, seq = 50 WHERE chain = $ AND seq = %d", other, last)}, AuditPlace{min(chain, other), 0}},
			"a chain that there is not": {[]string{"INSERT INTO audit (" + auditColumns + ") SELECT 16, 1" + columns + " FROM audit WHERE chain = $ AND seq = 1"}, AuditPlace{16, 1}},
			"an end that nobody wrote":  {[]string{"UPDATE audit_ends SET hash = '0000' WHERE chain = $"}, AuditPlace{chain, last}},
			"an end that was put back":  {[]string{fmt.Sprintf("UPDATE audit_ends SET seq = %d WHERE chain = $", last-1)}, AuditPlace{chain, last - 1}},
			"an end that is no more":    {[]string{"DELETE FROM audit_ends WHERE chain = $"}, AuditPlace{chain, last + 1}},
		} {
			tx := s.db.Begin()
			within := &Store{db: tx, dialect: s.dialect, now: s.now}
			for _, change := range c.change {
				require.NoError(t, tx.Exec(strings.ReplaceAll(change, "$", fmt.Sprint(chain))).Error, name)
			}
			found := broken(within)
			require.Equal(t, c.broken.Chain, found.Chain, name)
			if c.broken.Seq > 0 {
				require.Equal(t, c.broken, found, name)
			}
			require.NotZero(t, found.Seq, name)
			require.NoError(t, tx.Rollback().Error)
		}
	})
}

// A line with the right hash that was put behind the end is none that the product added.
func TestALineThatNobodyAddedIsFoundThoughItsHashIsRight(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		require.NoError(t, s.Note(t.Context(), system, ActSignIn, "user/1", nil))
		l := wholeRecord(t, s, AuditQuery{})[0]
		prev := l.Hash
		l.Seq++
		l.Hash = l.chain(prev)
		require.NoError(t, insert(s.db, []auditModel{{
			Chain: l.Chain, Seq: l.Seq, At: l.At, Actor: actorRow(l.Actor), Address: l.Address, Act: l.Act, Subject: l.Subject, Detail: string(l.Detail), Hash: l.Hash,
		}}))
		check, err := s.VerifyAudit(t.Context(), nil)
		require.NoError(t, err)
		require.Equal(t, AuditPlace{l.Chain, l.Seq + 1}, check.Broken)
	})
}

// The record of before there were chains goes on as the first of them.
func TestAnOlderRecordGoesOn(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		p, err := s.migrator()
		require.NoError(t, err)
		_, err = p.DownTo(t.Context(), 3)
		require.NoError(t, err)
		line := AuditRow{At: on("2026-03-02 10:00"), Actor: system.Actor, Act: "unit.create", Subject: "unit/x", Detail: json.RawMessage(`{}`)}
		prev := ""
		for seq := int64(1); seq <= 3; seq++ {
			line.Seq = seq
			prev = line.chain(prev)
			require.NoError(t, s.db.Exec("INSERT INTO audit (seq, at, "+actorColumns+", address, act, subject, detail, hash) VALUES (?, ?, ?, ?, '', '', '', '', ?, ?, ?, ?)",
				seq, line.At, line.Actor.User, string(line.Actor.Role), line.Act, line.Subject, string(line.Detail), prev).Error)
		}
		require.NoError(t, s.db.Exec("INSERT INTO settings VALUES ('audit', ?)", "3 "+prev).Error)
		require.NoError(t, s.Migrate(t.Context()))
		for i := range 40 {
			require.NoError(t, s.Note(t.Context(), system, ActSignIn, fmt.Sprint("user/", i), nil))
		}
		check, err := s.VerifyAudit(t.Context(), nil)
		require.NoError(t, err)
		require.Zero(t, check.Broken)
		require.EqualValues(t, 43, check.Lines)
		require.Greater(t, check.Ends[0].Seq, int64(3), "chain 0 goes on")
	})
}
