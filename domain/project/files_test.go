package project_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
)

// scan is an uploaded file as the server names it.
func scan(n int, paper string) project.HandedFile {
	return project.HandedFile{
		Paper: paper, File: fmt.Sprintf("00000000-0000-8000-8000-%012d", n), Digest: fmt.Sprintf("%064x", n), Name: fmt.Sprintf("扫描件%d.pdf", n), Size: int64(n) << 10,
	}
}

// OWN-230: whatever is handed in, its content stands on the timeline right after the act.
func TestFilesStandOnTheTimelineWithTheirAct(t *testing.T) {
	t.Parallel()
	const moment = "2026-03-02 10:00"
	n := 0
	for _, c := range []struct {
		name  string
		world func(t *testing.T) *world
		who   domain.Actor
		cmd   func(w *world, f []project.HandedFile) any
		paper string
		with  string
		place project.FilesHandedIn
	}{
		{"the papers of an item", func(t *testing.T) *world { t.Helper(); return newWorld(t, "sl", moment).approving() }, owner, func(w *world, f []project.HandedFile) any {
			return project.SubmitItem{Item: "initiation", Papers: w.papers("initiation"), Files: f}
		}, "proposal", "ItemSubmitted", project.FilesHandedIn{Item: "initiation", Round: 1}},
		{"a supplement", func(t *testing.T) *world {
			t.Helper()
			w := newWorld(t, "sl", moment).approving()
			w.do(owner, project.SubmitItem{Item: "initiation", Papers: nil})
			w.do(handler("development"), project.AskSupplement{Item: "initiation", Missing: missing(w.papers("initiation")...)})
			return w
		}, owner, func(w *world, f []project.HandedFile) any {
			return project.SupplyPapers{Item: "initiation", Papers: w.papers("initiation"), Files: f}
		}, "proposal", "PapersSupplied", project.FilesHandedIn{Item: "initiation", Round: 1}},
		{"a paper that was promised", func(t *testing.T) *world {
			t.Helper()
			w := newWorld(t, "sl", moment).approving()
			w.do(owner, project.SubmitItem{Item: "initiation", Papers: []string{"proposal"}, Commitments: []project.DeferredPaper{{Paper: "funding", Due: "2026-03-31"}}})
			return w
		}, owner, func(_ *world, f []project.HandedFile) any {
			f[0].Paper = ""
			return project.KeepCommitment{Item: "initiation", Paper: "funding", Files: f}
		}, "funding", "CommitmentKept", project.FilesHandedIn{Item: "initiation", Round: 1}},
		{"a revised proposal", func(t *testing.T) *world { t.Helper(); w := scoring(t); w.scoredBy(65); return w }, liaison, func(_ *world, f []project.HandedFile) any {
			return project.ReviseProposal{Note: "已修改", Files: f}
		}, "", "ProposalRevised", project.FilesHandedIn{}},
		{"a monthly report", func(t *testing.T) *world { t.Helper(); w := built(t, moment); w.until("2026-03-28 10:00"); return w }, owner, func(_ *world, f []project.HandedFile) any {
			r := report("2026-03", planned)
			r.Files = f
			return r
		}, "", "ReportFiled", project.FilesHandedIn{Period: "2026-03"}},
		{"a corrected report", func(t *testing.T) *world {
			t.Helper()
			w := built(t, moment)
			w.do(owner, report("2026-03", planned))
			return w
		}, owner, func(w *world, f []project.HandedFile) any {
			return project.CorrectReport{Period: "2026-03", Record: w.p.Reporting.Reports[0].Seq, Investment: 1, Image: "核减", Reason: "x", Files: f}
		}, "", "ReportCorrected", project.FilesHandedIn{Period: "2026-03"}},
		{"the request for acceptance", func(t *testing.T) *world { t.Helper(); return newWorld(t, "sl", moment).building() }, owner, func(_ *world, f []project.HandedFile) any {
			return project.RequestAcceptance{TrialRun: "2026-03-02", Files: f}
		}, "", "AcceptanceRequested", project.FilesHandedIn{}},
		{"the final account", func(t *testing.T) *world {
			t.Helper()
			w := newWorld(t, "sl", moment).building().completing()
			w.grantAll()
			return w
		}, owner, func(_ *world, f []project.HandedFile) any {
			return project.FileSettlement{Amount: 1, Audit: "审计报告", Files: f}
		}, "", "Settled", project.FilesHandedIn{}},
		{"an acceptance that is passed", settledWorld, office, func(_ *world, f []project.HandedFile) any {
			return project.AcceptJointly{Passed: true, Document: "鉴定书", Files: f}
		}, "", "JointlyAccepted", project.FilesHandedIn{}},
		{"an acceptance that is not passed", settledWorld, office, func(_ *world, f []project.HandedFile) any {
			return project.AcceptJointly{Document: "初验意见", Rectify: []project.Finding{passage}, Files: f}
		}, "", "JointlyReturned", project.FilesHandedIn{}},
		{"a paper filed at any time", func(t *testing.T) *world { t.Helper(); return newWorld(t, "sl", moment).declared() }, liaison, func(_ *world, f []project.HandedFile) any {
			return project.FilePaper{Title: "现场照片", Files: f}
		}, "", "PaperFiled", project.FilesHandedIn{}},
	} {
		n++
		handed := scan(n, c.paper)
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := c.world(t)
			events := w.do(c.who, c.cmd(w, []project.HandedFile{handed}))
			require.Equal(t, []string{c.with, "FilesHandedIn"}, events[:2])
			e, got := last[project.FilesHandedIn](w, "FilesHandedIn")
			c.place.With, c.place.Files = c.with, []project.HandedFile{handed}
			require.Equal(t, c.place, got)
			require.Equal(t, "OWN-230", e.Clause)
			require.Contains(t, said(w, "FilesHandedIn"), handed.Name)
			require.NotContains(t, string(w.snapshot()), handed.Digest, "the timeline has it; the state would grow without end")
			found, ok := project.FilesOf(e)
			require.True(t, ok)
			require.Equal(t, got, found)
		})
	}
}

func settledWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, "sl", "2026-03-02 10:00").building().completing()
	w.grantAll()
	w.do(owner, project.FileSettlement{Amount: 1, Audit: "审计报告"})
	return w
}

func TestFilesThatCannotBeHandedIn(t *testing.T) {
	t.Parallel()
	papers := newWorld(t, "sl", "2026-03-02 10:00").approving().papers("initiation")
	submit := func(files ...project.HandedFile) project.SubmitItem {
		return project.SubmitItem{Item: "initiation", Papers: papers, Files: files}
	}
	spoiled := func(spoil func(*project.HandedFile)) project.HandedFile {
		f := scan(1, papers[0])
		spoil(&f)
		return f
	}
	many := make([]project.HandedFile, 31)
	for i := range many {
		many[i] = scan(i+1, papers[0])
	}
	for _, c := range []struct {
		name, code, field string
		cmd               any
	}{
		{"one of which nothing is known", "file.unknown", "files.0.file", submit(spoiled(func(f *project.HandedFile) { f.Digest = "" }))},
		{"one whose digest is none", "file.unknown", "files.0.file", submit(spoiled(func(f *project.HandedFile) { f.Digest = strings.Repeat("x", 64) }))},
		{"one without a name", "file.unknown", "files.0.file", submit(spoiled(func(f *project.HandedFile) { f.Name = "" }))},
		{"an empty one", "file.unknown", "files.0.file", submit(spoiled(func(f *project.HandedFile) { f.Size = 0 }))},
		{"one twice for a paper", "file.twice", "files.1.file", submit(scan(1, papers[0]), scan(1, papers[0]))},
		{"one for a paper that is not handed in", "file.paper", "files.0.paper", submit(scan(1, "nothing"))},
		{"one for no paper", "file.paper", "files.0.paper", submit(scan(1, ""))},
		{"one for a paper, where there are none", "file.paper", "files.0.paper", project.FilePaper{Title: "x", Files: []project.HandedFile{scan(1, "proposal")}}},
		{"one more than thirty", "files.many", "files", submit(many...)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := newWorld(t, "sl", "2026-03-02 10:00").approving().refuse(c.code, owner, c.cmd)
			require.Equal(t, c.field, e.Field)
			require.Equal(t, "OWN-230", e.Clause)
			require.Equal(t, domain.KindInvalid, e.Kind)
		})
	}
	t.Run("but thirty can, and their event stays small", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		for i := range many[:30] {
			many[i].Name = strings.Repeat("长", 251) + ".pdf"
		}
		require.Len(t, w.do(owner, submit(many[:30]...)), 2)
		e, _ := last[project.FilesHandedIn](w, "FilesHandedIn")
		require.Less(t, len(e.Data), 40<<10)
	})
}

// OWN-228: what the scanner found is told to the party that uploaded the file and to the office, and only the
// product itself says so.
func TestAnInfectedFileIsTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		party domain.Party
		told  []string
	}{
		{domain.Party{Kind: domain.PartyOwner, Code: "builder"}, []string{"office office", "owner party"}},
		{domain.Party{Kind: domain.PartyOffice}, []string{"office office"}},
	} {
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		found := project.RefuseFile{File: scan(1, "").File, Digest: scan(1, "").Digest, Name: "扫描件.pdf", Found: "Eicar-Test-Signature", Party: c.party}
		w.do(owner, project.FilePaper{Title: "照片", Files: []project.HandedFile{scan(1, "")}})
		w.refuse("role", office, found)
		require.Equal(t, []string{"FileRefused"}, w.do(domain.System, found))
		e, _ := last[project.FileRefused](w, "FileRefused")
		require.Equal(t, "OWN-228", e.Clause)
		require.Contains(t, said(w, "FileRefused"), "Eicar-Test-Signature")
		var told []string
		for _, n := range w.p.Notices(e) {
			told = append(told, string(n.Party.Kind)+" "+n.Post)
		}
		require.Equal(t, c.told, told)
	}
}
