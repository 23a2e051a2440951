package store

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"pgregory.net/rapid"

	"milepost/domain"
)

// keyOf tests is always the same, so that a failure can be had again.
var signingKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))

func publicOf(key ed25519.PrivateKey) ed25519.PublicKey {
	public, _ := key.Public().(ed25519.PublicKey)
	return public
}

// busy is a record with n lines about some subjects, its guards taken away, and its heads as they were signed then.
func busy(t *testing.T, s *Store, n int) Heads {
	t.Helper()
	for i := range n {
		by := By{Actor: domain.Actor{User: fmt.Sprint("u", i%7), Role: domain.RoleOffice}, Address: "10.0.0.1"}
		require.NoError(t, s.Note(t.Context(), by, ActDownload, fmt.Sprint("file/", i%5), map[string]int{"n": i}))
	}
	unguarded(t, s)
	h, err := s.SignHeads(t.Context(), signingKey)
	require.NoError(t, err)
	require.NoError(t, h.Check(publicOf(signingKey)))
	return h
}

// errTaken undoes what a test has done to the record.
var errTaken = errors.New("undone")

// tampered does something to the record, tells what is found then, and undoes it.
func tampered(ctx context.Context, s *Store, heads Heads, forge func(tx *gorm.DB) error) (chainBroken, headsBroken bool, err error) {
	err = s.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := forge(tx); err != nil {
			return err
		}
		var w Witness
		if err := w.Hear(heads); err != nil {
			return err
		}
		within := &Store{db: tx, dialect: s.dialect, now: s.now}
		check, err := within.VerifyAudit(ctx, func(l AuditRow) error {
			if w.See(l.Chain, l.Seq, l.Hash) != nil {
				headsBroken = true
			}
			return nil
		})
		if err != nil {
			return err
		}
		_, _, missing := w.Missing()
		chainBroken, headsBroken = check.Broken != AuditPlace{}, headsBroken || missing
		return errTaken
	})
	if errors.Is(err, errTaken) {
		err = nil
	}
	return chainBroken, headsBroken, err
}

// linesOf reads a chain.
func linesOf(tx *gorm.DB, chain int64) ([]AuditRow, error) {
	return rows(tx, scanAudit, "SELECT "+auditColumns+" FROM audit WHERE chain = ? ORDER BY seq", chain)
}

// rewritten puts other lines in the place of a chain's, with hashes and an end that fit: what somebody would do who owns
// the database and knows how lines are bound.
func rewritten(tx *gorm.DB, chain int64, lines []AuditRow) error {
	if err := tx.Exec("DELETE FROM audit WHERE chain = ?", chain).Error; err != nil {
		return err
	}
	end := AuditEnd{Chain: chain}
	var models []auditModel
	for _, l := range lines {
		l.Chain, l.Seq = chain, end.Seq+1
		l.Hash = l.chain(end.Hash)
		end = l.end()
		models = append(models, auditModel{
			Chain: l.Chain, Seq: l.Seq, At: l.At, Actor: actorRow(l.Actor), Address: l.Address, Act: l.Act, Subject: l.Subject, Detail: string(l.Detail), Hash: l.Hash,
		})
	}
	if err := insert(tx, models); err != nil {
		return err
	}
	return tx.Exec("UPDATE audit_ends SET seq = ?, hash = ? WHERE chain = ?", end.Seq, end.Hash, chain).Error
}

// OWN-222: what the chain alone cannot show, signed heads do.
func TestACutTailIsFoundHoweverLong(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		for i := range 104 {
			require.NoError(t, s.Note(t.Context(), system, ActDownload, "file/1", map[string]int{"n": i}))
		}
		heads := busy(t, s, 0)
		chain := chainOf("file/1")
		for k := 1; k <= 100; k++ {
			cut := func(tx *gorm.DB) error {
				return tx.Exec("DELETE FROM audit WHERE chain = ? AND seq > ?", chain, 104-k).Error
			}
			broken, _, err := tampered(t.Context(), s, heads, cut)
			require.NoError(t, err)
			require.True(t, broken, "%d lines cut off", k)

			broken, missed, err := tampered(t.Context(), s, heads, func(tx *gorm.DB) error {
				return errors.Join(cut(tx), tx.Exec("UPDATE audit_ends SET seq = ?, hash = (SELECT hash FROM audit WHERE chain = ? AND seq = ?) WHERE chain = ?",
					104-k, chain, 104-k, chain).Error)
			})
			require.NoError(t, err)
			require.False(t, broken, "the chain itself is whole again")
			require.True(t, missed, "%d lines cut off, and the end put back", k)
		}
	})
}

func TestARecordThatWasWrittenAnewIsFound(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		heads := busy(t, s, 60)
		broken, missed, err := tampered(t.Context(), s, heads, func(*gorm.DB) error { return nil })
		require.NoError(t, err)
		require.False(t, broken || missed, "nothing is found where nothing was done")
		broken, missed, err = tampered(t.Context(), s, heads, func(tx *gorm.DB) error {
			for chain := range int64(chains) {
				lines, err := linesOf(tx, chain)
				if err != nil {
					return err
				}
				for i := range lines {
					lines[i].Actor.User = "somebody else"
				}
				if err := rewritten(tx, chain, lines); err != nil {
					return err
				}
			}
			return nil
		})
		require.NoError(t, err)
		require.False(t, broken, "the chains are whole")
		require.True(t, missed)
	})
}

// Whatever is done anywhere is found: by the chains, or, where somebody bound everything anew, by the heads.
func TestWhateverIsDoneToTheRecordIsFound(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		heads := busy(t, s, 60)
		ctx := context.WithoutCancel(t.Context())
		rapid.Check(t, func(r *rapid.T) {
			chain := rapid.SampledFrom(heads.Ends).Draw(r, "chain").Chain
			bound := rapid.Bool().Draw(r, "bound anew")
			broken, missed, err := tampered(ctx, s, heads, func(tx *gorm.DB) error {
				lines, err := linesOf(tx, chain)
				if err != nil {
					return err
				}
				forged := forge(r, lines)
				if bound {
					return rewritten(tx, chain, forged)
				}
				return overwritten(tx, chain, forged)
			})
			require.NoError(r, err)
			require.True(r, broken || missed)
			require.True(r, bound || broken, "without new hashes the chain shows it")
		})
	})
}

// overwritten puts other lines in the place of a chain's, each with the hash that it bears, and leaves the end.
func overwritten(tx *gorm.DB, chain int64, lines []AuditRow) error {
	if err := tx.Exec("DELETE FROM audit WHERE chain = ?", chain).Error; err != nil {
		return err
	}
	var models []auditModel
	for i, l := range lines {
		models = append(models, auditModel{
			Chain: chain, Seq: int64(i) + 1, At: l.At, Actor: actorRow(l.Actor), Address: l.Address, Act: l.Act, Subject: l.Subject, Detail: string(l.Detail), Hash: l.Hash,
		})
	}
	return insert(tx, models)
}

// forge draws something that could be done to lines: an edit, an insertion, a deletion, a swap or a cut.
func forge(r *rapid.T, lines []AuditRow) []AuditRow {
	lines = slices.Clone(lines)
	at := rapid.IntRange(0, len(lines)-1).Draw(r, "line")
	switch kind := rapid.IntRange(0, 4).Draw(r, "kind"); {
	case kind == 0:
		l := &lines[at]
		text := rapid.StringMatching(`[a-z]{1,8}`).Draw(r, "text")
		field := rapid.SampledFrom([]*string{&l.Actor.User, &l.Actor.Party, &l.Actor.Jurisdiction, &l.Actor.OnBehalfOf, &l.Address, &l.Act, &l.Subject}).Draw(r, "field")
		*field += text
	case kind == 1:
		again := lines[rapid.IntRange(0, len(lines)-1).Draw(r, "copy")]
		again.At = again.At.Add(time.Duration(rapid.IntRange(1, 1000).Draw(r, "later")) * time.Microsecond)
		return slices.Insert(lines, at, again)
	case kind == 2 && at < len(lines)-1:
		lines[at], lines[at+1] = lines[at+1], lines[at]
	case kind == 3:
		return lines[:at]
	default:
		return slices.Delete(lines, at, at+1)
	}
	return lines
}

func TestHeadsAreBelievedOnlyWithTheSignatureOfATrustedKey(t *testing.T) {
	t.Parallel()
	other := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{8}, ed25519.SeedSize))
	h := Sign(signingKey, on("2026-03-02 10:00"), []AuditEnd{{Chain: 1, Seq: 7, Hash: "ab"}, {Chain: 2, Seq: 1, Hash: "cd"}})
	require.Equal(t, "Ed25519", h.Algorithm)
	require.NoError(t, h.Check(publicOf(other), publicOf(signingKey)), "keys may change: any that is trusted will do")
	require.ErrorIs(t, h.Check(publicOf(other)), ErrUnsigned)
	require.ErrorIs(t, h.Check(), ErrUnsigned)
	for name, change := range map[string]func(*Heads){
		"another moment":    func(h *Heads) { h.At = h.At.Add(time.Second) },
		"another number":    func(h *Heads) { h.Ends[0].Seq = 6 },
		"another hash":      func(h *Heads) { h.Ends[0].Hash = "cd" },
		"another chain":     func(h *Heads) { h.Ends[0].Chain = 3 },
		"a chain less":      func(h *Heads) { h.Ends = h.Ends[:1] },
		"another order":     func(h *Heads) { slices.Reverse(h.Ends) },
		"no algorithm":      func(h *Heads) { h.Algorithm = "none" },
		"another key":       func(h *Heads) { h.Key = KeyID(publicOf(other)) },
		"no signature":      func(h *Heads) { h.Signature = "" },
		"half a signature":  func(h *Heads) { h.Signature = h.Signature[:20] },
		"signed by another": func(h *Heads) { *h = Sign(other, h.At, h.Ends) },
	} {
		forged := h
		forged.Ends = slices.Clone(h.Ends)
		change(&forged)
		require.ErrorIs(t, forged.Check(publicOf(signingKey)), ErrUnsigned, name)
	}
	var w Witness
	require.NoError(t, w.Hear(h))
	require.NoError(t, w.Hear(h))
	require.Error(t, w.Hear(Sign(signingKey, h.At, []AuditEnd{{Chain: 1, Seq: 7, Hash: "other"}})), "two truths")
}

func TestSignedHeadsAreKept(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		now := on("2026-03-02 10:00")
		s.now = func() time.Time { return now }
		var want []Heads
		for range 3 {
			want = append(want, signedOnce(t, s))
			now = now.Add(time.Hour)
		}
		kept := func(from, to string) []Heads {
			moment := func(s string) (m time.Time) {
				if s != "" {
					m = on(s)
				}
				return m
			}
			var got []Heads
			require.NoError(t, s.EachHeads(t.Context(), moment(from), moment(to), func(h Heads) error {
				require.NoError(t, h.Check(publicOf(signingKey)))
				got = append(got, h)
				return nil
			}))
			return got
		}
		require.Equal(t, want, kept("", ""))
		require.Equal(t, want[1:2], kept("2026-03-02 11:00", "2026-03-02 12:00"))
		require.Error(t, s.db.Exec("DELETE FROM audit_heads").Error)
		require.Error(t, s.db.Exec("UPDATE audit_heads SET statement = ''").Error)
	})
}

func signedOnce(t *testing.T, s *Store) Heads {
	t.Helper()
	require.NoError(t, s.Note(t.Context(), system, ActDownload, "file/1", nil))
	h, err := s.SignHeads(t.Context(), signingKey)
	require.NoError(t, err)
	return h
}

// exported is the record as it leaves the house.
func exported(t *testing.T, s *Store, from, to time.Time) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, s.ExportAudit(t.Context(), from, to, func(x Exported) error { return WriteExported(&out, x) }))
	return out.String()
}

// believe checks the heads of an export.
func believe(h Heads) error { return h.Check(publicOf(signingKey)) }

func TestAnExportIsCheckedWithoutTheDatabase(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		now := on("2026-03-02 10:00")
		s.now = func() time.Time { now = now.Add(time.Minute); return now }
		busy(t, s, 30)
		noon := now
		require.NoError(t, s.Note(t.Context(), system, ActRead, "file/<&>\u2028", map[string]string{"a": "<b> & \u2028"}))
		last := signedAfter(t, s, 30)

		whole := exported(t, s, time.Time{}, time.Time{})
		check, err := CheckExport(strings.NewReader(whole), false, &Witness{}, believe)
		require.NoError(t, err)
		require.Zero(t, check.Broken)
		require.EqualValues(t, count(t, s, "audit"), check.Lines)
		require.Equal(t, last.Ends, check.Ends)

		// A part is sound by itself, and each of its chains without a gap.
		part := exported(t, s, noon, time.Time{})
		require.Less(t, len(part), len(whole))
		check, err = CheckExport(strings.NewReader(part), true, &Witness{}, believe)
		require.NoError(t, err)
		require.Zero(t, check.Broken)
		early := exported(t, s, time.Time{}, noon)
		check, err = CheckExport(strings.NewReader(early), false, &Witness{}, believe)
		require.NoError(t, err)
		require.Zero(t, check.Broken)
		require.Less(t, check.Lines, int64(count(t, s, "audit")))

		lines := strings.SplitAfter(strings.TrimSuffix(whole, "\n"), "\n")
		first := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, `{"line"`) })
		require.Positive(t, first, "the heads come first")
		for name, forged := range map[string][]string{
			"a line less":      slices.Delete(slices.Clone(lines), first+1, first+2),
			"a line twice":     slices.Insert(slices.Clone(lines), first+1, lines[first]),
			"the end cut off":  lines[:len(lines)-1],
			"another name":     replaced(lines, first+1, `"user":"`, `"user":"x`),
			"another hash":     replaced(lines, first+1, `"hash":"`, `"hash":"x`),
			"forged heads":     replaced(lines, 0, `"seq":`, `"seq":1`),
			"heads at the end": append(slices.Clone(lines[1:]), "\n"+lines[0]),
			"nothing at all":   lines[:first],
			"not JSON":         {"{"},
			"neither":          {"{}"},
			"another field":    replaced(lines, first, `"seq":`, `"sec":`),
		} {
			var w Witness
			check, err := CheckExport(strings.NewReader(strings.Join(forged, "")), false, &w, believe)
			_, _, missing := w.Missing()
			require.True(t, err != nil || missing || check.Broken != AuditPlace{}, name)
		}

		// Heads that were kept elsewhere show what heads of its own cannot.
		var w Witness
		require.NoError(t, w.Hear(last))
		_, err = CheckExport(strings.NewReader(early), false, &w, believe)
		require.NoError(t, err)
		place, signed, missing := w.Missing()
		require.True(t, missing)
		require.NotZero(t, place.Seq)
		require.True(t, signed.Equal(last.At))
	})
}

// signedAfter goes on with the record.
func signedAfter(t *testing.T, s *Store, n int) Heads {
	t.Helper()
	for i := range n {
		require.NoError(t, s.Note(t.Context(), system, ActDownload, fmt.Sprint("file/", i%9), nil))
	}
	h, err := s.SignHeads(t.Context(), signingKey)
	require.NoError(t, err)
	return h
}

func replaced(lines []string, at int, was, is string) []string {
	lines = slices.Clone(lines)
	lines[at] = strings.Replace(lines[at], was, is, 1)
	return lines
}

// FuzzAuditChain: whatever is changed in a chain, the chain shows it.
func FuzzAuditChain(f *testing.F) {
	f.Add("user", "10.0.0.1", "session.begin", "user/1", `{"a":1}`, uint8(3), uint8(1), uint8(0))
	f.Add("", "", "", "", "", uint8(0), uint8(0), uint8(4))
	f.Add("a", "b", "c", "d", "e", uint8(7), uint8(5), uint8(2))
	f.Fuzz(func(t *testing.T, user, address, act, subject, detail string, n, at, kind uint8) {
		count := int(n%8) + 2
		chain := make([]AuditRow, count)
		end := AuditEnd{Chain: int64(n) % chains}
		for i := range chain {
			l := AuditRow{
				Chain: end.Chain, Seq: int64(i) + 1, At: time.UnixMicro(int64(i)).UTC(), Actor: domain.Actor{User: user, Party: subject},
				Address: address, Act: act, Subject: subject, Detail: []byte(fmt.Sprint(detail, i)),
			}
			l.Hash = l.chain(end.Hash)
			require.True(t, end.follows(l))
			end, chain[i] = l.end(), l
		}
		i := int(at) % count
		forged := slices.Clone(chain)
		switch kind % 8 {
		case 0: // what ends one field and begins the next
			forged[i].Address, forged[i].Act = address+act, ""
			if act == "" {
				forged[i].Act = "x"
			}
		case 1:
			forged[i].Actor.User += "x"
		case 2:
			forged[i].At = forged[i].At.Add(time.Microsecond)
		case 3:
			forged[i].Detail = append(slices.Clone(forged[i].Detail), ' ')
		case 4:
			forged = slices.Delete(forged, i, i+1)
		case 5:
			forged = slices.Insert(forged, i, forged[i])
		case 6:
			j := (i + 1) % count
			forged[i], forged[j] = forged[j], forged[i]
		default:
			forged[i].Chain = (forged[i].Chain + 1) % chains
		}
		got := AuditEnd{Chain: end.Chain}
		for _, l := range forged {
			if !got.follows(l) {
				return
			}
			got = l.end()
		}
		require.NotEqual(t, end, got, "the chain is whole, and so it ends elsewhere")
	})
}
