package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
)

var roomy = FileLimits{PerProject: 1 << 30, PerDay: 1 << 30}

func onShelf(context.Context) error { return nil }

// upload puts a file of 1000 bytes on record.
func upload(t testing.TB, s *Store, by domain.Actor, projectID, name string, n int) File {
	t.Helper()
	f, _, err := s.AddFile(t.Context(), uploaded(by, projectID, name, n), roomy, true, onShelf)
	require.NoError(t, err)
	return f
}

func uploaded(by domain.Actor, projectID, name string, n int) File {
	return File{Project: projectID, Digest: fmt.Sprintf("%064x", n), Name: name, Type: "application/pdf", Size: 1000, By: by}
}

// handIn is a file as the server names it in an act.
func handIn(f File, paper string) project.HandedFile {
	return project.HandedFile{Paper: paper, File: f.ID, Digest: f.Digest, Name: f.Name, Size: f.Size}
}

func post(a domain.Actor) []Post {
	jurisdiction := a.Jurisdiction
	if jurisdiction == "" {
		jurisdiction = "shangluo"
	}
	return []Post{{Role: a.Role, Party: a.Party, Jurisdiction: jurisdiction}}
}

func TestTheSameContentUnderTheSameNameIsTheSameFile(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		begin(t, s, "p1", "2026-03-02 10:00").declared()
		first, isNew, err := s.AddFile(t.Context(), uploaded(owner, "p1", "批复.pdf", 1), roomy, false, onShelf)
		require.NoError(t, err)
		require.True(t, isNew)
		require.Equal(t, FileQuarantined, first.State)
		again, isNew, err := s.AddFile(t.Context(), uploaded(liaison, "p1", "批复.pdf", 1), roomy, false, onShelf)
		require.NoError(t, err)
		require.False(t, isNew)
		require.Equal(t, first, again)
		require.Equal(t, owner, again.By)
		for _, other := range []File{uploaded(owner, "p1", "批复（副本）.pdf", 1), uploaded(owner, "p1", "批复.pdf", 2), uploaded(owner, "p2", "批复.pdf", 1)} {
			f, isNew, err := s.AddFile(t.Context(), other, roomy, false, onShelf)
			require.NoError(t, err)
			require.True(t, isNew)
			require.NotEqual(t, first.ID, f.ID)
		}
		require.NoError(t, s.Scanned(t.Context(), first.Digest, ""))
		f := upload(t, s, owner, "p1", "另一个.pdf", 1)
		require.Equal(t, FileClean, f.State, "the verdict is on the content, whatever it is called")
	})
}

// OWN-227.
func TestWhoSeesAFile(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00").declared()
		early := upload(t, s, owner, "p1", "可研报告.pdf", 1)
		l.do(owner, project.FilePaper{Title: "可研报告", Files: []project.HandedFile{handIn(early, "")}})
		l.approving()
		development := handler("development")
		late := upload(t, s, owner, "p1", "申请书.pdf", 2)
		l.do(owner, project.SubmitItem{Item: "initiation", Papers: []string{"proposal", "funding"}, Files: []project.HandedFile{handIn(late, "proposal")}})
		draft := upload(t, s, owner, "p1", "草稿.pdf", 3)
		theirs := upload(t, s, development, "p1", "审查意见草稿.pdf", 4)
		invited := expert(l.p.Panel.Members[0].Expert)
		for _, c := range []struct {
			who  domain.Actor
			sees []File
		}{
			{owner, []File{draft, late, early}},
			{domain.Actor{Role: domain.RoleOwner, Party: "other"}, nil},
			{liaison, []File{late, early}},
			{domain.Actor{Role: domain.RoleLiaison, Party: "elsewhere"}, nil},
			{development, []File{theirs, late, early}},
			{domain.Actor{Role: domain.RoleHead, Party: "development", Jurisdiction: "shangluo"}, []File{theirs, late, early}},
			{handler("resources"), []File{late, early}},
			{domain.Actor{Role: domain.RoleHandler, Party: "development", Jurisdiction: "elsewhere"}, nil},
			{office, []File{late, early}},
			{domain.Actor{Role: domain.RoleAuditor}, []File{late, early}},
			{domain.Actor{Role: domain.RoleSupervisor, Jurisdiction: "elsewhere"}, nil},
			{invited, []File{early}},
			{expert("expert-of-nothing"), nil},
			{domain.Actor{Role: domain.RoleSystemAdmin}, nil},
		} {
			list, err := s.Files(t.Context(), post(c.who), FileQuery{Project: "p1"})
			require.NoError(t, err)
			require.Equal(t, fileIDs(c.sees), fileIDs(list.Rows), "%s %s", c.who.Role, c.who.Party)
			for _, f := range []File{early, late, draft, theirs} {
				_, err := s.File(t.Context(), post(c.who), "p1", f.ID)
				named, nameErr := s.NameFiles(t.Context(), post(c.who), "p1", []string{f.ID})
				require.NoError(t, nameErr)
				if strings.Contains(fileIDs(c.sees), f.ID) {
					require.NoError(t, err)
					require.Len(t, named, 1)
				} else {
					require.Equal(t, "file.unknown", domain.CodeOf(err))
					require.Empty(t, named)
				}
			}
		}
		both, err := s.Files(t.Context(), append(post(invited), Post{Role: domain.RoleOwner, Party: "other"}), FileQuery{Project: "p1"})
		require.NoError(t, err)
		require.Equal(t, fileIDs([]File{early}), fileIDs(both.Rows), "what one post may see another does not widen")
		_, err = s.File(t.Context(), post(owner), "p2", early.ID)
		require.Equal(t, "file.unknown", domain.CodeOf(err), "a file is of one project")
	})
}

func fileIDs(files []File) string {
	var out []string
	for _, f := range files {
		out = append(out, f.ID)
	}
	return strings.Join(out, " ")
}

func TestFilesTellWhatTheyWereHandedInWith(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00").building()
		a, b := upload(t, s, owner, "p1", "月报.pdf", 1), upload(t, s, owner, "p1", "照片.jpg", 2)
		l.until("2026-03-28 10:00")
		l.do(owner, project.FileReport{Period: "2026-03", Image: "x", Files: []project.HandedFile{handIn(a, ""), handIn(b, "")}})
		seq := l.p.Seq
		check := func() {
			list, err := s.Files(t.Context(), post(office), FileQuery{Project: "p1", Period: "2026-03"})
			require.NoError(t, err)
			require.Len(t, list.Rows, 2)
			for _, f := range list.Rows {
				require.Len(t, f.Uses, 1)
				require.Equal(t, "ReportFiled", f.Uses[0].With)
				require.Equal(t, "2026-03", f.Uses[0].Period)
				require.LessOrEqual(t, f.Uses[0].Seq, seq)
			}
			none, err := s.Files(t.Context(), post(office), FileQuery{Project: "p1", Item: "initiation"})
			require.NoError(t, err)
			require.Empty(t, none.Rows)
			page, err := s.Files(t.Context(), post(office), FileQuery{Project: "p1", Page: Page{Limit: 1}})
			require.NoError(t, err)
			next, err := s.Files(t.Context(), post(office), FileQuery{Project: "p1", Page: Page{Limit: 1, Cursor: page.Next}})
			require.NoError(t, err)
			require.Equal(t, fileIDs(list.Rows), fileIDs(append(page.Rows, next.Rows...)))
			require.Empty(t, next.Next)
		}
		check()
		require.NoError(t, s.Rebuild(t.Context(), l.name))
		check()
	})
}

// OWN-226.
func TestRoomForFilesEnds(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		now := time.Now()
		s.now = func() time.Time { return now }
		add := func(by domain.Actor, p string, n int, limits FileLimits) error {
			_, _, err := s.AddFile(t.Context(), uploaded(by, p, "a.pdf", n), limits, true, onShelf)
			return err
		}
		begin(t, s, "p1", "2026-03-02 10:00").declared()
		tight := FileLimits{PerProject: 2500, PerDay: 1 << 30}
		require.NoError(t, add(owner, "p1", 1, tight))
		require.NoError(t, add(liaison, "p1", 2, tight))
		require.Equal(t, "files.project-full", domain.CodeOf(add(owner, "p1", 3, tight)))
		require.NoError(t, add(owner, "p1", 1, tight), "what is there takes no more room")
		require.NoError(t, add(owner, "p2", 3, tight), "another project has its own")
		require.NoError(t, s.RemoveFile(t.Context(), post(liaison), "p1", FileID("p1", fmt.Sprintf("%064x", 2), "a.pdf")))
		require.NoError(t, add(owner, "p1", 3, tight), "what was removed gives its room back")

		day := FileLimits{PerProject: 1 << 30, PerDay: 2500}
		other := domain.Actor{User: "other", Role: domain.RoleOwner, Party: "builder"}
		require.NoError(t, add(other, "p1", 11, day))
		require.NoError(t, add(other, "p1", 12, day))
		require.Equal(t, "files.day-full", domain.CodeOf(add(other, "p1", 13, day)))
		require.NoError(t, s.RemoveFile(t.Context(), post(owner), "p1", FileID("p1", fmt.Sprintf("%064x", 12), "a.pdf")))
		e := domain.AsError(add(other, "p1", 13, day))
		require.Equal(t, "files.day-full", e.Code, "what was sent was sent")
		require.Equal(t, "OWN-226", e.Clause)
		now = now.Add(24*time.Hour + time.Second)
		require.NoError(t, add(other, "p1", 13, day))
	})
}

func TestRoomIsNotGivenTwice(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		var all sync.WaitGroup
		var taken atomic.Int64
		for i := range 12 {
			all.Go(func() {
				_, _, err := s.AddFile(t.Context(), uploaded(owner, "p1", "a.pdf", i+1), FileLimits{PerProject: 5500, PerDay: 1 << 30}, true, onShelf)
				if err == nil {
					taken.Add(1)
				} else if domain.CodeOf(err) != "files.project-full" {
					taken.Add(1000)
				}
			})
		}
		all.Wait()
		require.Equal(t, int64(5), taken.Load())
	})
}

// OWN-229.
func TestRemovingAFile(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		now := time.Now()
		s.now = func() time.Time { return now }
		l := begin(t, s, "p1", "2026-03-02 10:00").declared()
		remove := func(a domain.Actor, f File) string {
			return domain.CodeOf(s.RemoveFile(t.Context(), post(a), "p1", f.ID))
		}
		f := upload(t, s, owner, "p1", "照片.jpg", 1)
		require.Equal(t, "file.unknown", remove(liaison, f), "nobody else sees a draft")
		_, err := s.NameFiles(t.Context(), post(owner), "p1", []string{f.ID})
		require.NoError(t, err)
		require.Equal(t, "file.handed-in", remove(owner, f), "an act that names it is on its way")
		now = now.Add(3 * time.Minute)
		c, entries := l.decide(owner, project.FilePaper{Title: "x", Files: []project.HandedFile{handIn(f, "")}})
		_, err = s.Intend(t.Context(), c)
		require.NoError(t, err)
		require.Equal(t, "file.handed-in", remove(owner, f), "the act has no outcome yet")
		require.NoError(t, s.Record(t.Context(), l.name, entries, outcome(c, entries)))
		require.Equal(t, "file.handed-in", remove(owner, f))
		require.Equal(t, "file.party", remove(liaison, f))

		refused := upload(t, s, owner, "p1", "图.jpg", 2)
		c = l.command(owner, project.SubmitItem{Item: "initiation", Files: []project.HandedFile{handIn(refused, "proposal")}})
		intent, err := s.Intend(t.Context(), c)
		require.NoError(t, err)
		require.NoError(t, s.Refuse(t.Context(), c.ID, &domain.Error{Kind: domain.KindConflict, Code: "x"}, intent.Attempts))
		require.Empty(t, remove(owner, refused), "what was refused hands nothing in")
		require.Equal(t, "file.unknown", remove(owner, refused))
		back := upload(t, s, owner, "p1", "图.jpg", 2)
		require.Equal(t, refused.ID, back.ID)
		require.Empty(t, remove(owner, back))
	})
}

func TestContentThatNobodyNeedsIsDropped(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		now := time.Now()
		s.now = func() time.Time { return now }
		begin(t, s, "p1", "2026-03-02 10:00").declared()
		f := upload(t, s, owner, "p1", "a.pdf", 1)
		upload(t, s, owner, "p1", "b.pdf", 1)
		never := fmt.Sprintf("%064x", 99)
		unneeded := func() []string {
			found, err := s.Unneeded(t.Context(), []string{f.Digest, never})
			require.NoError(t, err)
			return found
		}
		removed := 0
		drop := func(digest string) bool {
			dropped, err := s.DropContent(t.Context(), digest, func(context.Context) error { removed++; return nil })
			require.NoError(t, err)
			return dropped
		}
		require.Equal(t, []string{never}, unneeded())
		require.False(t, drop(f.Digest))
		require.Zero(t, removed)
		require.True(t, drop(never))
		require.NoError(t, s.RemoveFile(t.Context(), post(owner), "p1", f.ID))
		require.Equal(t, []string{never}, unneeded(), "it has another name")
		require.NoError(t, s.RemoveFile(t.Context(), post(owner), "p1", FileID("p1", f.Digest, "b.pdf")))
		require.Equal(t, []string{never}, unneeded(), "a backup of the database may name it still")
		require.False(t, drop(f.Digest))
		now = now.Add(24*time.Hour + time.Second)
		require.Equal(t, []string{f.Digest, never}, unneeded())
		_, err := s.DropContent(t.Context(), f.Digest, func(context.Context) error { return errors.New("the shelf is away") })
		require.Error(t, err)
		require.True(t, drop(f.Digest))
		kept, err := s.KeptContents(t.Context(), "", 10)
		require.NoError(t, err)
		require.Empty(t, kept)

		back, _, err := s.AddFile(t.Context(), uploaded(owner, "p1", "a.pdf", 1), roomy, false, onShelf)
		require.NoError(t, err)
		require.Equal(t, FileQuarantined, back.State, "what comes back is looked through anew")
		kept, err = s.KeptContents(t.Context(), "", 10)
		require.NoError(t, err)
		require.Equal(t, []KeptContent{{f.Digest, 1000, FileQuarantined}}, kept)
	})
}

// No file is on record whose content a sweep has taken away, however the two meet.
func TestASweepNeverTakesWhatIsBeingPutOnRecord(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		for n := range 20 {
			f := uploaded(owner, "p1", "a.pdf", n+1)
			var there atomic.Bool
			there.Store(true)
			var all sync.WaitGroup
			var added, dropped error
			var isOn bool
			all.Go(func() {
				_, isOn, added = s.AddFile(t.Context(), f, roomy, true, func(context.Context) error {
					if !there.Load() {
						return ErrContentGone
					}
					return nil
				})
			})
			all.Go(func() {
				_, dropped = s.DropContent(t.Context(), f.Digest, func(context.Context) error { there.Store(false); return nil })
			})
			all.Wait()
			require.NoError(t, dropped)
			if added != nil {
				require.ErrorIs(t, added, ErrContentGone)
			}
			require.Equal(t, isOn, there.Load(), "on record and on the shelf, or neither")
			kept, err := s.KeptContents(t.Context(), fmt.Sprintf("%064x", n), 10)
			require.NoError(t, err)
			require.Equal(t, isOn, len(kept) == 1)
		}
	})
}

func TestContentIsScannedByOneAtATimeUntilThereIsAVerdict(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		now := time.Now()
		s.now = func() time.Time { return now }
		claim := func() (Scan, bool) {
			j, ok, err := s.ClaimScan(t.Context(), time.Minute)
			require.NoError(t, err)
			return j, ok
		}
		_, ok := claim()
		require.False(t, ok)
		f, _, err := s.AddFile(t.Context(), uploaded(owner, "p1", "a.pdf", 1), roomy, false, onShelf)
		require.NoError(t, err)
		j, ok := claim()
		require.True(t, ok)
		require.Equal(t, Scan{f.Digest, 1000, 1}, j)
		_, ok = claim()
		require.False(t, ok, "it is another worker's")
		now = now.Add(61 * time.Second)
		j, ok = claim()
		require.True(t, ok, "that worker is gone")
		require.Equal(t, 2, j.Attempt)
		require.NoError(t, s.ScanFailed(t.Context(), Scan{f.Digest, 1000, 1}, errors.New("late word of the first")))
		require.NoError(t, s.ScanFailed(t.Context(), j, errors.New("clamd is away")))
		_, ok = claim()
		require.False(t, ok, "it rests")
		now = now.Add(3 * time.Second)
		_, ok = claim()
		require.True(t, ok)
		waiting, err := s.Quarantine(t.Context())
		require.NoError(t, err)
		require.Equal(t, 1, waiting)
		require.NoError(t, s.Scanned(t.Context(), f.Digest, "Eicar"))
		require.NoError(t, s.Scanned(t.Context(), f.Digest, ""), "the first verdict stands")
		now = now.Add(time.Hour)
		_, ok = claim()
		require.False(t, ok)

		refused, err := s.RefusedFiles(t.Context(), 10)
		require.NoError(t, err)
		require.Len(t, refused, 1)
		require.Equal(t, FileRefused, refused[0].State)
		require.Equal(t, "Eicar", refused[0].Found)
		require.NoError(t, s.FileTold(t.Context(), f.ID))
		refused, err = s.RefusedFiles(t.Context(), 10)
		require.NoError(t, err)
		require.Empty(t, refused)

		_, _, err = s.AddFile(t.Context(), uploaded(owner, "p2", "b.pdf", 1), roomy, true, onShelf)
		require.Equal(t, "file.infected", domain.CodeOf(err), "the same content is not taken again")
		needless, err := s.Unneeded(t.Context(), []string{f.Digest})
		require.NoError(t, err)
		require.Len(t, needless, 1, "its content goes")
		waiting, err = s.Quarantine(t.Context())
		require.NoError(t, err)
		require.Zero(t, waiting)
	})
}
