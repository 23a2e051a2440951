package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"milepost/api/contract"
	"milepost/domain"
	"milepost/domain/project"
	"milepost/files"
	"milepost/store"
)

// FileRules are an operator's rules for files.
type FileRules struct {
	MaxSize int64 // bytes of one file
	store.FileLimits
	Trusted bool // content counts as clean without a scanner
}

const (
	silence     = 30 * time.Second // an upload that brings nothing for so long is given up
	longestSend = 30 * time.Minute // so is one that takes longer than this
	mostUploads = 4                // of one account at a time
	mostLooks   = 4                // contents that are looked through at a time: each may unpack 500 MB
)

// UploadFile takes a file in: received whole on disk, looked through, put on the shelf, and only then on record.
func (s *Server) UploadFile(c echo.Context, id contract.ProjectIDPath, p contract.UploadFileParams) error {
	who := callerOf(c)
	name, media, err := s.announced(c, who, id, p.Name)
	if err != nil {
		return err
	}
	leave, ok := s.uploads.enter(who.User.ID)
	if !ok {
		return &refusal{status: http.StatusTooManyRequests, code: "files.at-once", clause: domain.RuleFileSize, text: domain.Text{
			Zh: "同时上传的文件太多，请等前面的传完", En: "Too many files are being uploaded at once; wait for those before.",
		}}
	}
	defer leave()
	ctx, cancel := context.WithTimeout(c.Request().Context(), longestSend)
	defer cancel()
	draft, err := s.shelf.Receive(ctx, patiently(c), s.files.MaxSize)
	if err != nil {
		return s.notReceived(err)
	}
	defer draft.Close() //nolint:errcheck // it has no name and is gone with the process
	if err := s.lookThrough(ctx, name, draft); err != nil {
		return err
	}
	f, isNew, err := s.putOnRecord(ctx, store.File{
		Project: id, Digest: draft.Digest, Name: name, Type: media, Size: draft.Size, By: Caller{User: who.User, Acting: who.Acting[:1]}.Actor(),
	}, draft)
	if err != nil {
		return err
	}
	if !isNew {
		return c.JSON(http.StatusOK, s.showFile(ctx, f))
	}
	c.Response().Header().Set(echo.HeaderLocation, base+"/projects/"+id+"/files/"+f.ID)
	return c.JSON(http.StatusCreated, s.showFile(ctx, f))
}

// announced refuses an upload by what is known before its content comes.
func (s *Server) announced(c echo.Context, who Caller, projectID, given string) (name, media string, err error) {
	ctx, cancel := s.shortly(c)
	defer cancel()
	r := c.Request()
	v, err := s.records.Project(ctx, who.Viewer(), projectID, s.civil())
	switch {
	case err != nil:
		return "", "", unavailable(err)
	case v.Status == project.Archived:
		return "", "", domain.Conflict("project.archived", domain.RuleFileKept, "项目已归档，不再受理", "The project is archived; nothing more can be filed.")
	case s.shelf == nil:
		return "", "", noShelf(nil)
	case r.Header.Get("Content-Encoding") != "":
		return "", "", refuse(http.StatusUnsupportedMediaType, "body.encoding", "Content-Encoding", "不接受压缩的内容", "Encoded bodies are not accepted.")
	case r.ContentLength > s.files.MaxSize:
		return "", "", s.tooLarge()
	}
	return files.Declared(given, r.Header.Get("Content-Type"))
}

func (s *Server) tooLarge() error {
	most := strconv.FormatInt(s.files.MaxSize>>20, 10)
	return &refusal{status: http.StatusRequestEntityTooLarge, code: "file.large", clause: domain.RuleFileSize, text: domain.Text{
		Zh: "文件最大" + most + " MB，请压缩或拆分后再上传", En: "A file has at most " + most + " MB; make it smaller or split it.",
	}}
}

func noShelf(cause error) error {
	return &refusal{status: http.StatusServiceUnavailable, code: "files.away", cause: cause, text: domain.Text{
		Zh: "文件存储暂时不可用，请稍后重试", En: "Files cannot be kept or read just now; try again shortly.",
	}}
}

// notReceived tells whose fault it is that content was not received: it was too large, did not come whole, found no
// room, or could not be written.
func (s *Server) notReceived(err error) error {
	switch {
	case errors.Is(err, files.ErrTooLarge):
		return s.tooLarge()
	case errors.Is(err, files.ErrReceiving):
		return unreadable(err, 0)
	case files.Full(err):
		return &refusal{status: http.StatusInsufficientStorage, code: "files.full", cause: err, text: domain.Text{
			Zh: "服务器的文件存储已满，没有保存；请联系系统管理员后重新上传", En: "The server has no room for files and has kept nothing; tell the system administrator, and upload it again.",
		}}
	default:
		return noShelf(err)
	}
}

// lookThrough holds content to its kind; few are looked through at a time.
func (s *Server) lookThrough(ctx context.Context, name string, draft *files.Draft) error {
	select {
	case s.looks <- struct{}{}:
		defer func() { <-s.looks }()
	case <-ctx.Done():
		return noShelf(ctx.Err())
	}
	err := files.Inspect(name, draft.Content(), draft.Size)
	if err != nil && domain.AsError(err) == nil {
		return noShelf(err)
	}
	return err
}

// putOnRecord puts content on the shelf and then the file on record. In between a sweep may take content away that
// nobody had; it is then put there again.
func (s *Server) putOnRecord(ctx context.Context, f store.File, draft *files.Draft) (added store.File, isNew bool, err error) {
	for range 3 {
		if err := s.shelf.Keep(ctx, draft); err != nil {
			return store.File{}, false, s.notReceived(err)
		}
		added, isNew, err = s.filing.AddFile(ctx, f, s.files.FileLimits, s.files.Trusted, func(ctx context.Context) error {
			size, err := s.shelf.Has(ctx, f.Digest)
			if errors.Is(err, files.ErrMissing) || err == nil && size != f.Size {
				return store.ErrContentGone
			}
			return err
		})
		if !errors.Is(err, store.ErrContentGone) {
			break
		}
	}
	if err != nil && domain.AsError(err) == nil && !store.Away(err) {
		return store.File{}, false, noShelf(err)
	}
	return added, isNew, unavailable(err)
}

// patiently reads a body for as long as something comes.
func patiently(c echo.Context) io.Reader {
	return &patient{c.Request().Body, http.NewResponseController(c.Response())}
}

type patient struct {
	io.Reader
	connection *http.ResponseController
}

// Read reads what comes; each piece has its own time, and after the last none runs.
func (p *patient) Read(b []byte) (int, error) {
	_ = p.connection.SetReadDeadline(time.Now().Add(silence)) // the machine's clock; not every connection has a deadline
	n, err := p.Reader.Read(b)
	if err != nil {
		_ = p.connection.SetReadDeadline(time.Time{})
	}
	return n, err
}

// shortly bounds what a request that may take long asks of the database.
func (s *Server) shortly(c echo.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(c.Request().Context(), s.patience)
}

// atOnce counts what is under way, by account.
type atOnce struct {
	mu   sync.Mutex
	most int
	busy map[string]int
}

func (a *atOnce) enter(who string) (leave func(), ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.busy[who] >= a.most {
		return nil, false
	}
	a.busy[who]++
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.busy[who]--; a.busy[who] == 0 {
			delete(a.busy, who)
		}
	}, true
}

// ListFiles lists the files of a project that my posts may see.
func (s *Server) ListFiles(c echo.Context, id contract.ProjectIDPath, p contract.ListFilesParams) error {
	ctx, who := c.Request().Context(), callerOf(c)
	if err := s.visible(ctx, who, id); err != nil {
		return err
	}
	if s.filing == nil {
		return noShelf(nil)
	}
	list, err := s.filing.Files(ctx, who.Acting, store.FileQuery{Project: id, Item: p.Item, Period: p.Period, Page: store.Page{Limit: p.Limit, Cursor: p.Cursor}})
	if err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusOK, contract.FileList{Items: each(list.Rows, func(f store.File) contract.File { return s.showFile(ctx, f) }), Next: list.Next})
}

// GetFile shows what is known of a file.
func (s *Server) GetFile(c echo.Context, id contract.ProjectIDPath, file contract.FilePath, _ contract.GetFileParams) error {
	ctx := c.Request().Context()
	f, err := s.fileOf(ctx, callerOf(c), id, file)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, s.showFile(ctx, f))
}

func (s *Server) fileOf(ctx context.Context, who Caller, projectID, file string) (store.File, error) {
	if err := s.visible(ctx, who, projectID); err != nil {
		return store.File{}, err
	}
	if s.filing == nil {
		return store.File{}, noShelf(nil)
	}
	f, err := s.filing.File(ctx, who.Acting, projectID, file)
	return f, unavailable(err)
}

// RemoveFile removes a file that was not handed in.
func (s *Server) RemoveFile(c echo.Context, id contract.ProjectIDPath, file contract.FilePath, _ contract.RemoveFileParams) error {
	ctx, who := c.Request().Context(), callerOf(c)
	if _, err := s.fileOf(ctx, who, id, file); err != nil {
		return err
	}
	if err := s.filing.RemoveFile(ctx, who.Acting, id, file); err != nil {
		return unavailable(err)
	}
	return c.NoContent(http.StatusNoContent)
}

// DownloadFile gives the content of a file out, if the scanner found it clean, and notes who took it. What cannot be
// noted is not given out.
func (s *Server) DownloadFile(c echo.Context, id contract.ProjectIDPath, file contract.FilePath, _ contract.DownloadFileParams) error {
	_ = http.NewResponseController(c.Response()).SetReadDeadline(time.Time{}) // the body has come; the answer may take long
	content, f, err := s.contentOf(c, id, file)
	if err != nil {
		return err
	}
	defer content.Close() //nolint:errcheck // only read
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, f.Type)
	h.Set(echo.HeaderContentDisposition, "attachment; filename*=UTF-8''"+strings.ReplaceAll(url.QueryEscape(f.Name), "+", "%20"))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("ETag", `"`+f.Digest+`"`)
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, content)
	return nil
}

func (s *Server) contentOf(c echo.Context, projectID, file string) (io.ReadSeekCloser, store.File, error) {
	ctx, cancel := s.shortly(c)
	defer cancel()
	who := callerOf(c)
	f, err := s.fileOf(ctx, who, projectID, file)
	switch {
	case err != nil:
		return nil, f, err
	case f.State == store.FileRefused:
		return nil, f, domain.Conflict("file.infected", domain.RuleFileScan, "文件查出病毒，已清除", "The file is infected and was removed.")
	case f.State != store.FileClean:
		return nil, f, domain.Conflict("file.quarantined", domain.RuleFileScan, "文件还没有查毒，请稍后再下载", "Nobody has looked for viruses in the file yet; try again later.")
	}
	content, err := s.shelf.Open(c.Request().Context(), f.Digest)
	if err != nil {
		return nil, f, s.lost(ctx, f, err)
	}
	if size, err := content.Seek(0, io.SeekEnd); err != nil || size != f.Size {
		return nil, f, errors.Join(s.lost(ctx, f, err), content.Close())
	}
	taken := map[string]any{"project": f.Project, "name": f.Name, "digest": f.Digest}
	if err := s.note(c, store.ActDownload, "file/"+f.ID, taken); err != nil {
		return nil, f, errors.Join(err, content.Close())
	}
	return content, f, nil
}

// lost tells the operator of content that is on record and cannot be read.
func (s *Server) lost(ctx context.Context, f store.File, err error) error {
	if err == nil || errors.Is(err, files.ErrMissing) {
		s.log.ErrorContext(ctx, "ALARM: a file on record is not on the shelf as it was; see milepost verify.", "project", f.Project, "file", f.ID, "digest", f.Digest, "error", err)
	}
	return noShelf(err)
}

func (s *Server) showFile(ctx context.Context, f store.File) contract.File {
	return contract.File{
		ID: f.ID, Name: f.Name, Size: f.Size, Type: f.Type, Digest: f.Digest, State: contract.FileState(f.State), Found: f.Found,
		Uploaded: f.At, By: s.showActor(ctx, f.By), Uses: each(f.Uses, func(u store.FileUse) contract.FileUse {
			return contract.FileUse{Seq: u.Seq, With: u.With, Item: u.Item, Round: u.Round, Paper: u.Paper, Period: u.Period}
		}),
	}
}

// handed fills in what is known of the files that an act hands in. The same key sent again keeps what was known the
// first time, whatever has become of the files since.
func (s *Server) handed(cmd any, list *[]project.HandedFile) fill {
	return func(ctx context.Context, a *call) error {
		if len(*list) == 0 {
			return nil
		}
		var before struct {
			Files []project.HandedFile `json:"files"`
		}
		again, err := s.firstSent(ctx, a, wireName(cmd), &before)
		switch {
		case err != nil:
			return err
		case again && slices.EqualFunc(before.Files, *list, func(x, y project.HandedFile) bool { return x.File == y.File && x.Paper == y.Paper }):
			*list = before.Files
			return nil
		case s.filing == nil:
			return noShelf(nil)
		}
		var ids []string
		for _, f := range *list {
			ids = append(ids, f.File)
		}
		known, err := s.filing.NameFiles(ctx, a.who.Acting, a.project, ids)
		if err != nil {
			return unavailable(err)
		}
		for i := range *list {
			h := &(*list)[i]
			field := "files." + strconv.Itoa(i) + ".file"
			j := slices.IndexFunc(known, func(f store.File) bool { return f.ID == h.File })
			switch {
			case j < 0:
				return domain.Invalid("file.unknown", field, domain.RuleFileSeen, "本项目没有这个文件，请先上传", "The project has no such file; upload it first.")
			case known[j].State == store.FileRefused:
				return domain.Invalid("file.infected", field, domain.RuleFileScan, "文件查出病毒，已清除；请换一份", "The file is infected and was removed; hand in another.")
			}
			h.Digest, h.Name, h.Size = known[j].Digest, known[j].Name, known[j].Size
		}
		return nil
	}
}
