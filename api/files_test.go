package api_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/api"
	"milepost/domain"
	"milepost/domain/project"
	"milepost/files"
	"milepost/store"
)

// archive is a site whose files are on a real shelf and a real record; what happens in the city is recorded there too.
type archive struct {
	*site
	db   *store.Store
	root string
}

const maxFile = 64 << 10

func newArchive(t *testing.T) *archive {
	t.Helper()
	return archiveOn(t, func(s *files.Shelf) api.Shelf { return s })
}

func archiveOn(t *testing.T, shelf func(*files.Shelf) api.Shelf) *archive {
	t.Helper()
	w, root := newCity(t), t.TempDir()
	db := openStore(t)
	s, err := files.Open(t.Context(), "file://"+root)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	w.desk, w.filing, w.shelf = db, db, shelf(s)
	return &archive{serveWith(t, w, api.Config{PlainHTTP: true, Files: api.FileRules{
		MaxSize: maxFile, FileLimits: store.FileLimits{PerProject: 1 << 20, PerDay: 1 << 20},
	}}), db, root}
}

// recorded puts on the real record what has happened since.
func (a *archive) recorded() {
	a.t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	for id, l := range a.projects {
		name := "project/" + id
		_, seq, err := a.db.Snapshot(a.t.Context(), name)
		require.NoError(a.t, err)
		var entries []domain.Entry
		for _, line := range l.lines[seq:] {
			entries = append(entries, line.Entry)
		}
		require.NoError(a.t, a.db.Record(a.t.Context(), name, entries, nil))
	}
}

// kept are the files on the shelf.
func (a *archive) kept() (names []string) {
	a.t.Helper()
	require.NoError(a.t, filepath.Walk(a.root, func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			names = append(names, filepath.Base(path))
		}
		return err
	}))
	return names
}

func (c *caller) upload(project, name, media, content string) *answer {
	c.t.Helper()
	return c.with("Content-Type", media).send(http.MethodPost, project+"/files?name="+url.QueryEscape(name), content)
}

func pdf(says string) string {
	return "%PDF-1.4\n1 0 obj\n(" + says + ")\nendobj\ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
}

func TestAFileIsUploadedScannedAndDownloaded(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	p := a.approving()
	a.recorded()
	owner := a.as("owner")
	content := pdf(strings.Repeat("正文 ", 4000))
	up := owner.upload(p, " 申请书（2026）.pdf", "application/pdf", content)
	require.Equal(t, http.StatusCreated, up.status, string(up.raw))
	require.Equal(t, "申请书（2026）.pdf", up.text("name"))
	require.Equal(t, "quarantined", up.text("state"))
	require.Equal(t, "application/pdf", up.text("type"))
	require.InDelta(t, len(content), up.at("size"), 0)
	require.Equal(t, []string{up.text("digest")}, a.kept())
	file := p + "/files/" + up.text("id")
	require.Equal(t, "/api/v1"+file, up.header.Get("Location"))
	again := owner.upload(p, "申请书（2026）.pdf", "application/octet-stream", content)
	require.Equal(t, http.StatusOK, again.status)
	require.Equal(t, up.body, again.body)

	owner.get(file+"/content").refused(http.StatusConflict, "file.quarantined").by("OWN-228")
	require.NoError(t, a.db.Scanned(t.Context(), up.text("digest"), ""))
	down := owner.with("Accept-Encoding", "gzip").get(file + "/content").ok()
	require.Equal(t, content, string(down.raw))
	for name, value := range map[string]string{
		"Content-Type": "application/pdf", "Content-Disposition": "attachment; filename*=UTF-8''%E7%94%B3%E8%AF%B7%E4%B9%A6%EF%BC%882026%EF%BC%89.pdf",
		"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "no-store",
		"ETag": `"` + up.text("digest") + `"`, "Content-Encoding": "", "Accept-Ranges": "bytes", "Content-Length": fmt.Sprint(len(content)),
	} {
		require.Equal(t, value, down.header.Get(name), name)
	}
	part := owner.with("Range", "bytes=5-8").get(file + "/content")
	require.Equal(t, http.StatusPartialContent, part.status)
	require.Equal(t, content[5:9], string(part.raw))
	require.Equal(t, http.StatusNotModified, owner.with("If-None-Match", `"`+up.text("digest")+`"`).get(file+"/content").status)
	require.Equal(t, http.StatusRequestedRangeNotSatisfiable, owner.with("Range", "bytes=99999999-").get(file+"/content").status)

	taken, err := a.db.Audit(t.Context(), store.AuditQuery{Act: store.ActDownload})
	require.NoError(t, err)
	require.Len(t, taken.Rows, 4)
	require.Equal(t, "owner", taken.Rows[0].Actor.User)
	require.Equal(t, "file/"+up.text("id"), taken.Rows[0].Subject)
	require.Contains(t, string(taken.Rows[0].Detail), up.text("digest"))
}

func TestADownloadThatCannotBeNotedDoesNotHappen(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	p := a.approving()
	a.recorded()
	up := a.as("owner").upload(p, "a.pdf", "application/pdf", pdf("x")).ok()
	require.NoError(t, a.db.Scanned(t.Context(), up.text("digest"), ""))
	a.desk = deaf{a.db}
	deafened := &archive{serveWith(t, a.city, api.Config{PlainHTTP: true}), a.db, a.root}
	down := deafened.as("owner").get(p + "/files/" + up.text("id") + "/content")
	down.refused(http.StatusServiceUnavailable, "unavailable")
	require.NotContains(t, string(down.raw), "%PDF")
}

type deaf struct{ *store.Store }

func (deaf) Note(context.Context, store.By, string, string, any) error { return errAway }

func TestContentThatIsNotAsItWasIsNotGivenOut(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	p := a.approving()
	a.recorded()
	up := a.as("owner").upload(p, "a.pdf", "application/pdf", pdf("x")).ok()
	require.NoError(t, a.db.Scanned(t.Context(), up.text("digest"), ""))
	place := filepath.Join(a.root, up.text("digest")[:2], up.text("digest")[2:4], up.text("digest"))
	for _, spoil := range []func() error{
		func() error { return os.WriteFile(place, []byte("other"), 0o600) },
		func() error { return os.Remove(place) },
	} {
		require.NoError(t, spoil())
		a.as("owner").get(p+"/files/"+up.text("id")+"/content").refused(http.StatusServiceUnavailable, "files.away")
		require.Contains(t, a.log.String(), "ALARM: a file on record is not on the shelf")
		a.log.Reset()
	}
}

// The bad-input catalogue's group 8: each is answered with its 4xx, keeps nothing and leaves the project usable.
func TestFilesThatAreNotTaken(t *testing.T) {
	t.Parallel()
	zipped := func(name, content string) string {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		f, err := w.Create(name)
		require.NoError(t, err)
		_, err = f.Write([]byte(content))
		require.NoError(t, err)
		require.NoError(t, w.Close())
		return b.String()
	}
	const eicar = `X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR` + `-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`
	for _, c := range []struct {
		what, name, media, content string
		status                     int
		code, field                string
	}{
		{"a wrong magic", "a.pdf", "application/pdf", "\x89PNG\r\n\x1a\n", 422, "file.content", "body"},
		{"a double ending", "批复.pdf.exe", "application/pdf", pdf("x"), 422, "file.kind", "name"},
		{"a double ending in disguise", "批复.exe.pdf", "application/pdf", pdf("x"), 422, "file.name.double", "name"},
		{"the test virus as it is", "eicar.com", "application/octet-stream", eicar, 422, "file.kind", "name"},
		{"the test virus under another name", "批复.pdf", "application/pdf", eicar, 422, "file.content", "body"},
		{"a zip bomb", "a.zip", "application/zip", zipped("a", strings.Repeat("\x00", 4<<20)), 422, "archive.bomb", "body"},
		{"a zip slip", "a.zip", "application/zip", zipped("../../etc/cron.d/x", "x"), 422, "archive.path", "body"},
		{"macros", "a.zip", "application/zip", zipped("word/vbaProject.bin", "x"), 422, "file.macros", "body"},
		{"no byte", "a.pdf", "application/pdf", "", 422, "file.empty", "body"},
		{"a name with a new line", "a\r\nX-Evil: 1.pdf", "application/pdf", pdf("x"), 422, "file.name.invisible", "name"},
		{"a name with a path", "../../a.pdf", "application/pdf", pdf("x"), 422, "file.name.path", "name"},
		{"a name of 255 characters and an ending", strings.Repeat("长", 255) + ".pdf", "application/pdf", pdf("x"), 422, "file.name.long", "name"},
		{"a name that goes on", strings.Repeat("x", 1001) + ".pdf", "application/pdf", pdf("x"), 422, "contract.maxLength", "name"},
		{"another media type", "a.pdf", "text/html", pdf("x"), 422, "file.media-type", "Content-Type"},
		{"one byte too many", "a.pdf", "application/pdf", strings.Repeat("x", maxFile+1), 413, "file.large", ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			a := newArchive(t)
			p := a.approving()
			a.recorded()
			x := a.as("owner").upload(p, c.name, c.media, c.content).refused(c.status, c.code)
			if c.field != "" {
				require.Equal(t, c.field, x.text("field"))
			}
			require.Empty(t, a.kept())
			require.Empty(t, a.as("owner").get(p+"/files").ok().list("items"))
		})
	}
}

func TestAnEncodedUploadIsNotTaken(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	p := a.approving()
	a.recorded()
	encoded := a.as("owner").with("Content-Encoding", "gzip").upload(p, "a.pdf", "application/pdf", pdf("x"))
	encoded.refused(http.StatusUnsupportedMediaType, "body.encoding")
	a.as("owner").upload(p, "a.pdf", "application/pdf", pdf("x")).ok()
}

// over sends a request as a program does, over the network; where it ends, nothing more comes.
func (a *archive) over(t *testing.T, request string, ends bool) (status string) {
	t.Helper()
	server := httptest.NewServer(a.server)
	t.Cleanup(server.Close)
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
	require.NoError(t, err)
	defer conn.Close() //nolint:errcheck // a test
	_, err = io.WriteString(conn, request)
	require.NoError(t, err)
	if tcp, ok := conn.(*net.TCPConn); ok && ends {
		require.NoError(t, tcp.CloseWrite())
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	require.NoError(t, err)
	return strings.TrimSpace(line)
}

func TestAnUploadThatIsCutOffKeepsNothing(t *testing.T) {
	t.Parallel()
	for name, headers := range map[string]string{
		"with its length said":    "Content-Length: 1000\r\n\r\n",
		"without, piece by piece": "Transfer-Encoding: chunked\r\n\r\n400\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newArchive(t)
			p := a.approving()
			a.recorded()
			status := a.over(t, "POST /api/v1"+p+"/files?name=a.pdf HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer token of owner\r\nContent-Type: application/pdf\r\n"+headers+pdf("x"), true)
			require.Equal(t, "HTTP/1.1 400 Bad Request", status)
			require.Empty(t, a.kept())
			require.Empty(t, a.as("owner").get(p+"/files").ok().list("items"))
		})
	}
	t.Run("and one that is whole is kept", func(t *testing.T) {
		t.Parallel()
		a := newArchive(t)
		p := a.approving()
		a.recorded()
		status := a.over(t, fmt.Sprintf("POST /api/v1%s/files?name=a.pdf HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer token of owner\r\nContent-Type: application/pdf\r\nContent-Length: %d\r\n\r\n%s",
			p, len(pdf("x")), pdf("x")), false)
		require.Equal(t, "HTTP/1.1 201 Created", status)
		require.Len(t, a.kept(), 1)
	})
	t.Run("and one too long that does not say so is stopped", func(t *testing.T) {
		t.Parallel()
		a := newArchive(t)
		p := a.approving()
		a.recorded()
		status := a.over(t, fmt.Sprintf("POST /api/v1%s/files?name=a.pdf HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer token of owner\r\nContent-Type: application/pdf\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n",
			p, maxFile+10, strings.Repeat("x", maxFile+10)), false)
		require.Equal(t, "HTTP/1.1 413 Request Entity Too Large", status)
		require.Empty(t, a.kept())
	})
}

// full is a shelf without room: to receive on, or to keep.
type full struct {
	*files.Shelf
	receiving bool
}

func (f full) Receive(ctx context.Context, r io.Reader, most int64) (*files.Draft, error) {
	if f.receiving {
		return nil, fmt.Errorf("receive: %w", syscall.ENOSPC)
	}
	return f.Shelf.Receive(ctx, r, most)
}

func (full) Keep(context.Context, *files.Draft) error { return fmt.Errorf("keep: %w", syscall.ENOSPC) }

func TestADiskThatIsFullIsTold(t *testing.T) {
	t.Parallel()
	for _, receiving := range []bool{true, false} {
		a := archiveOn(t, func(s *files.Shelf) api.Shelf { return full{s, receiving} })
		p := a.approving()
		a.recorded()
		x := a.as("owner").upload(p, "a.pdf", "application/pdf", pdf("x")).refused(http.StatusInsufficientStorage, "files.full")
		require.Contains(t, x.text("detail"), "没有保存")
		require.Empty(t, a.as("owner").get(p+"/files").ok().list("items"))
		require.Empty(t, a.kept())
	}
}

// forgetful is a shelf from which a sweep takes away what has just been put there.
type forgetful struct {
	*files.Shelf
	times *int
}

func (f forgetful) Has(ctx context.Context, digest string) (int64, error) {
	if *f.times--; *f.times >= 0 {
		return 0, errors.Join(files.ErrMissing, f.Remove(ctx, digest))
	}
	return f.Shelf.Has(ctx, digest)
}

func TestWhatASweepTakesAwayIsKeptAgain(t *testing.T) {
	t.Parallel()
	for times, status := range map[int]int{1: http.StatusCreated, 9: http.StatusServiceUnavailable} {
		a := archiveOn(t, func(s *files.Shelf) api.Shelf { return forgetful{s, &times} })
		p := a.approving()
		a.recorded()
		require.Equal(t, status, a.as("owner").upload(p, "a.pdf", "application/pdf", pdf("x")).status)
		require.Len(t, a.as("owner").get(p+"/files").ok().list("items"), len(a.kept()))
	}
}

func TestOnePersonUploadsAFewFilesAtOnce(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	p := a.approving()
	a.recorded()
	ends := make(chan int, 4)
	var bodies []*io.PipeWriter
	for range 4 {
		r, w := io.Pipe()
		bodies = append(bodies, w)
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v1"+p+"/files?name=a.pdf", r)
		request.Header.Set("Authorization", "Bearer token of owner")
		request.Header.Set("Content-Type", "application/pdf")
		go func() {
			answer := httptest.NewRecorder()
			a.server.ServeHTTP(answer, request)
			ends <- answer.Code
		}()
		_, err := io.WriteString(w, "%PDF") // it is being read
		require.NoError(t, err)
	}
	a.as("owner").upload(p, "b.pdf", "application/pdf", pdf("b")).refused(http.StatusTooManyRequests, "files.at-once")
	a.as("liaison").upload(p, "b.pdf", "application/pdf", pdf("b")).ok()
	for _, b := range bodies {
		require.NoError(t, b.CloseWithError(io.ErrUnexpectedEOF))
		require.Equal(t, http.StatusBadRequest, <-ends)
	}
	a.as("owner").upload(p, "b.pdf", "application/pdf", pdf("c")).ok()
}

func TestFilesAreHandedInWithAnAct(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	p := a.approving()
	a.recorded()
	owner := a.as("owner")
	up := owner.upload(p, "建议书.pdf", "application/pdf", pdf("x")).ok()
	sick := owner.upload(p, "病.pdf", "application/pdf", pdf("y")).ok()
	require.NoError(t, a.db.Scanned(t.Context(), sick.text("digest"), "Eicar"))
	other := a.approving()
	a.recorded()
	elsewhere := owner.upload(other, "建议书.pdf", "application/pdf", pdf("x")).ok()
	theirs := a.as("liaison").upload(p, "草稿.pdf", "application/pdf", pdf("z")).ok()
	submit := func(file, paper string) body {
		return body{"papers": []string{"proposal", "funding"}, "files": []body{{"file": file, "paper": paper}}}
	}
	place := p + "/items/initiation/submit"
	for _, c := range []struct{ what, file, code, clause string }{
		{"one that was never uploaded", "01a20149-f203-8b7d-ae47-bb709cd955d3", "file.unknown", "OWN-227"},
		{"one of another project", elsewhere.text("id"), "file.unknown", "OWN-227"},
		{"a draft of another party", theirs.text("id"), "file.unknown", "OWN-227"},
		{"an infected one", sick.text("id"), "file.infected", "OWN-228"},
	} {
		x := owner.post(place, submit(c.file, "proposal")).refused(http.StatusUnprocessableEntity, c.code).by(c.clause)
		require.Equal(t, "/files/0/file", x.text("field"), c.what)
	}
	owner.post(place, submit(up.text("id"), "nothing-asked")).refused(http.StatusUnprocessableEntity, "file.paper").by("OWN-230")
	owner.post(place, body{"papers": []string{}, "files": []body{{"file": up.text("id"), "digest": "00"}}}).refused(http.StatusUnprocessableEntity, "contract.properties")
	rehearsed := owner.post(place+"?preview=true", submit(up.text("id"), "proposal")).ok()
	require.Len(t, rehearsed.list("entries"), 2)
	owner.send(http.MethodDelete, p+"/files/"+up.text("id"), nil).refused(http.StatusConflict, "file.handed-in").by("OWN-229")

	keyed := owner.with("Idempotency-Key", "submit-with-file")
	done := keyed.post(place, submit(up.text("id"), "proposal")).ok()
	require.Equal(t, "FilesHandedIn", done.text("entries.1.type"))
	var data project.FilesHandedIn
	raw, err := json.Marshal(done.at("entries.1.data"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &data))
	require.Equal(t, project.FilesHandedIn{With: "ItemSubmitted", Item: "initiation", Round: 1, Files: []project.HandedFile{{
		Paper: "proposal", File: up.text("id"), Digest: up.text("digest"), Name: "建议书.pdf", Size: int64(len(pdf("x"))),
	}}}, data)
	a.recorded()
	require.NoError(t, a.db.Scanned(t.Context(), up.text("digest"), "Eicar"))
	require.Equal(t, done.body, keyed.post(place, submit(up.text("id"), "proposal")).ok().body, "the same key brings the same answer, whatever became of the file")

	seen := a.as("development-1").get(p + "/files?item=initiation").ok()
	require.Len(t, seen.list("items"), 1)
	require.Equal(t, "proposal", seen.text("items.0.uses.0.paper"))
	require.Equal(t, "refused", seen.text("items.0.state"))
	a.as("development-1").get(p+"/files/"+up.text("id")+"/content").refused(http.StatusConflict, "file.infected").by("OWN-228")
	a.as("other-owner").get(p+"/files").refused(http.StatusNotFound, "project.unknown")
	a.as("other-owner").get(p+"/files/"+up.text("id")).refused(http.StatusNotFound, "project.unknown")
	a.as("development-1").get(p+"/files/"+theirs.text("id")).refused(http.StatusNotFound, "file.unknown")
	a.as("liaison").send(http.MethodDelete, p+"/files/"+theirs.text("id"), nil).ok()
	a.as("liaison").get(p+"/files/"+theirs.text("id")).refused(http.StatusNotFound, "file.unknown")
	a.as("expert-1").upload(p, "a.pdf", "application/pdf", pdf("x")).refused(http.StatusForbidden, "role")
	owner.upload(p, "再来.pdf", "application/pdf", pdf("y")).refused(http.StatusUnprocessableEntity, "file.infected").by("OWN-228")
}

func TestEveryActThatTakesPapersTakesFiles(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	p := a.approving()
	a.recorded()
	up := a.as("owner").upload(p, "a.pdf", "application/pdf", pdf("x")).ok()
	known := []body{{"file": up.text("id")}}
	unknown := []body{{"file": "01a20149-f203-8b7d-ae47-bb709cd955d3"}}
	for _, c := range []struct {
		who, path string
		body      body
	}{
		{"owner", "/items/initiation/submit", body{"papers": []string{"proposal"}}},
		{"owner", "/items/initiation/supply", body{"papers": []string{"proposal"}}},
		{"owner", "/items/initiation/commitments/funding/keep", body{}},
		{"liaison", "/panel/revise", body{"note": "x"}},
		{"owner", "/reports/2026-03/file", body{"investment": 1, "image": "x"}},
		{"owner", "/reports/2026-03/correct", body{"record": 1, "investment": 1, "image": "x", "reason": "x"}},
		{"owner", "/acceptance/request", body{"trialRun": "2026-03-02"}},
		{"owner", "/settlement", body{"amount": 1, "audit": "x"}},
		{"office", "/acceptance/decide", body{"passed": true, "document": "x"}},
		{"owner", "/papers", body{"title": "x"}},
	} {
		c.body["files"] = unknown
		a.as(c.who).post(p+c.path, c.body).refused(http.StatusUnprocessableEntity, "file.unknown")
		if c.who != "owner" {
			continue
		}
		c.body["files"] = known
		x := a.as(c.who).post(p+c.path, c.body)
		require.NotEqual(t, "file.unknown", x.body["code"], c.path)
		sent := a.sent[len(a.sent)-1]
		require.Contains(t, string(sent.Body), up.text("digest"), "%s binds the content", c.path)
	}
}

func TestWithoutAShelfFilesAreAway(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := s.approving()
	s.as("owner").upload(p, "a.pdf", "application/pdf", pdf("x")).refused(http.StatusServiceUnavailable, "files.away")
	s.as("owner").get(p+"/files").refused(http.StatusServiceUnavailable, "files.away")
}
