package api

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
	"github.com/xuri/excelize/v2"

	"milepost/api/contract"
	"milepost/api/table"
	"milepost/domain"
	"milepost/domain/project"
	"milepost/store"
)

// GetImportTemplate makes the table to fill in.
func (s *Server) GetImportTemplate(c echo.Context, _ contract.GetImportTemplateParams) error {
	ctx, cancel := s.shortly(c)
	defer cancel()
	lists, err := s.listsFor(ctx, callerOf(c).Post())
	if err != nil {
		return err
	}
	content, err := table.Template(lists)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentDisposition, "attachment; filename*=UTF-8''"+url.PathEscape("项目申报表.xlsx"))
	return c.Blob(http.StatusOK, xlsxMedia, content)
}

const xlsxMedia = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// listsFor is what a table may name that is declared in a post.
func (s *Server) listsFor(ctx context.Context, post store.Post) (l table.Lists, err error) {
	if l.Pack, err = s.packFor(ctx, post.Jurisdiction); err != nil {
		return l, err
	}
	units, err := s.masters.Units(ctx, "")
	if err != nil {
		return l, unavailable(err)
	}
	owners, err := s.masters.Owners(ctx, "")
	if err != nil {
		return l, unavailable(err)
	}
	for _, u := range units {
		if !u.Closed {
			l.Units = append(l.Units, table.Named{Code: u.Code, Name: u.Name})
		}
	}
	for _, o := range owners {
		if !o.Closed {
			l.Owners = append(l.Owners, table.Named{Code: o.Code, Name: o.Name})
		}
	}
	return l, nil
}

// ImportProjects declares the projects of a table, all or none.
func (s *Server) ImportProjects(c echo.Context, _ contract.ImportProjectsParams) error {
	a, err := callFrom(c, "")
	if err != nil {
		return err
	}
	leave, ok := s.uploads.enter(a.who.User.ID)
	if !ok {
		return &refusal{status: http.StatusTooManyRequests, code: "files.at-once", clause: domain.RuleFileSize, text: domain.Text{
			Zh: "同时上传的文件太多，请等前面的传完", En: "Too many files are being uploaded at once; wait for those before.",
		}}
	}
	defer leave()
	content, err := tableOf(c)
	if err != nil {
		return err
	}
	ctx, cancel := s.shortly(c)
	defer cancel()
	sum := sha256.Sum256(content)
	sent := store.Import{ID: a.key, Digest: hex.EncodeToString(sum[:]), By: a.who.Actor()}
	if !a.preview {
		if before, err := s.records.Import(ctx, a.key); err == nil { // what became of it then counts, not what would today
			return s.takenBefore(c, before, sent)
		} else if domain.AsError(err) == nil {
			return unavailable(err)
		}
	}
	checked, err := s.check(ctx, a, content)
	if err != nil {
		return err
	}
	if a.preview {
		found, err := checked.shown()
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, found)
	}
	if len(checked.faults) > 0 {
		return checked.refused()
	}
	var all []domain.Command
	for _, r := range checked.rows {
		sent.Rows = append(sent.Rows, r.Number)
		one := *a
		one.key = sent.Command(r.Number)
		cmd, err := s.command(&one, &r.declare)
		if err != nil {
			return err
		}
		all = append(all, cmd)
	}
	if err := s.commands.SendAll(ctx, sent, all); err != nil {
		return unknown(err)
	}
	taken, err := s.records.Import(ctx, a.key)
	if err != nil {
		return unknown(err)
	}
	return s.tellImport(c, http.StatusAccepted, taken)
}

// tableOf reads the body, which is a file.
func tableOf(c echo.Context) ([]byte, error) {
	r := c.Request()
	if r.Header.Get("Content-Encoding") != "" {
		return nil, refuse(http.StatusUnsupportedMediaType, "body.encoding", "Content-Encoding", "不接受压缩的内容", "Encoded bodies are not accepted.")
	}
	big := &refusal{status: http.StatusRequestEntityTooLarge, code: "import.size", clause: domain.RuleImport, text: domain.Text{
		Zh: "表格最大5 MB，请去掉图片或分成几张", En: "A table has at most 5 MB; take pictures out of it, or split it.",
	}}
	if r.ContentLength > table.MaxSize {
		return nil, big
	}
	content, err := io.ReadAll(io.LimitReader(patiently(c), table.MaxSize+1))
	switch {
	case err != nil:
		return nil, unreadable(err, 0)
	case len(content) > table.MaxSize:
		return nil, big
	}
	return content, nil
}

// takenBefore answers a table that was sent before under its key.
func (s *Server) takenBefore(c echo.Context, before, sent store.Import) error {
	if before.Digest != sent.Digest || before.By != sent.By {
		return domain.Invalid(store.CodeMismatch, "Idempotency-Key", domain.RuleOnce, "这个幂等键已经用于另一个请求，请换一个新的", "This idempotency key was used for another request; use a new one.")
	}
	return s.tellImport(c, http.StatusAccepted, before)
}

// GetImport tells whoever sent a table how far it has come.
func (s *Server) GetImport(c echo.Context, id contract.ImportID, _ contract.GetImportParams) error {
	i, err := s.records.Import(c.Request().Context(), id)
	if err != nil {
		return unavailable(err)
	}
	if i.By.User != callerOf(c).User.ID {
		return domain.NotFound("import.unknown", "importId", "没有这次批量申报", "There is no such import.")
	}
	return s.tellImport(c, http.StatusOK, i)
}

func (s *Server) tellImport(c echo.Context, status int, i store.Import) error {
	out := contract.ImportStatus{Import: i.ID, State: contract.ImportStatusStateDone, Total: len(i.Rows), Rows: []contract.ImportedRow{}}
	for n, cmd := range i.Commands {
		var declared project.Declare
		if err := json.Unmarshal(cmd.Body, &declared); err != nil {
			return err
		}
		row := contract.ImportedRow{Row: i.Rows[n], Name: declared.Profile.Name, Command: cmd.ID, Project: projectOf(cmd.Entity), State: contract.ImportedRowStatePending}
		switch cmd.State {
		case store.CommandDone:
			row.State = contract.ImportedRowStateRecorded
			out.Recorded++
		case store.CommandRefused:
			row.State = contract.ImportedRowStateRefused
			row.Problem = problemOf(cmd.Refusal, language(c.Request()), c.Request().URL.Path, requestID(c))
			out.Refused++
		case store.CommandPending:
			out.State = contract.ImportStatusStatePending
		}
		out.Rows = append(out.Rows, row)
	}
	c.Response().Header().Set(echo.HeaderLocation, base+"/imports/"+i.ID)
	return c.JSON(status, out)
}

// checkedTable is a table with all that is wrong with it.
type checkedTable struct {
	*table.Table
	rows     []checkedRow
	faults   []table.Fault
	warnings []warning
}

type checkedRow struct {
	*table.Row
	declare project.Declare
	faults  int
}

// warning is what somebody should look at; it does not stand in the way.
type warning struct {
	at      table.Fault // without an error
	code    string
	text    domain.Text
	project string
}

// check reads a table and holds each of its rows to what a declaration is held to: the contract, who may declare what,
// and the decider.
func (s *Server) check(ctx context.Context, a *call, content []byte) (*checkedTable, error) {
	post := a.who.Post()
	if err := s.open(ctx, post.Jurisdiction); err != nil {
		return nil, err
	}
	lists, err := s.listsFor(ctx, post)
	if err != nil {
		return nil, err
	}
	read, err := s.readTable(ctx, content, lists)
	if err != nil {
		return nil, err
	}
	t := &checkedTable{Table: read, faults: read.Faults}
	j := judge{s, a, lists, t.Table, map[string]error{}}
	for i := range read.Rows {
		r := checkedRow{Row: &read.Rows[i]}
		faults, err := j.faults(ctx, &r)
		if err != nil {
			return nil, err
		}
		r.faults = len(faults)
		t.faults = append(t.faults, faults...)
		t.rows = append(t.rows, r)
	}
	return t, s.warn(ctx, a.who, t)
}

// readTable reads a table; few are read at a time, since each takes much room.
func (s *Server) readTable(ctx context.Context, content []byte, lists table.Lists) (*table.Table, error) {
	select {
	case s.looks <- struct{}{}:
		defer func() { <-s.looks }()
	case <-ctx.Done():
		return nil, unknown(ctx.Err())
	}
	return table.Read(content, lists)
}

// judge holds the rows of a table to what a declaration is held to.
type judge struct {
	*Server
	a     *call
	lists table.Lists
	t     *table.Table
	known map[string]error // what is known of the parties of rows before
}

// faults finds what is wrong with a row, and reads into it what it declares. An error is none of the row's.
func (j judge) faults(ctx context.Context, r *checkedRow) ([]table.Fault, error) {
	faults, told := slices.Clone(r.Faults), map[string]bool{}
	wrong := func(field string, e *domain.Error) {
		field = strings.TrimPrefix(strings.TrimPrefix(strings.ReplaceAll(field, ".", "/"), "/"), "profile/")
		if head, _, _ := strings.Cut(field, "/"); !r.Unread(head) && !told[field] {
			told[field] = true
			faults = append(faults, j.t.At(r.Row, field, e))
		}
	}
	f := &r.declare.Profile
	if json.Unmarshal(r.Profile, f) == nil { // else a figure is beyond all bounds, which the contract tells
		r.declare.Pack, f.Jurisdiction = j.lists.Pack.Hash(), j.a.who.Post().Jurisdiction
		if e := domain.AsError(ownProject(j.a.who.Post(), f)); e != nil {
			wrong(map[string]string{"declare.owner": "owner", "declare.unit": "unit"}[e.Code], e)
		}
		for _, err := range f.Faults(j.lists.Pack) {
			if e := domain.AsError(err); e != nil {
				wrong(e.Field, e)
			}
		}
	}
	for _, b := range breaches(r.Profile) { // what the core has told, it has told in better words
		wrong(b.field, &domain.Error{Kind: domain.KindInvalid, Code: b.code, Text: b.text})
	}
	if len(faults) > 0 {
		slices.SortStableFunc(faults, func(x, y table.Fault) int { return cmp.Compare(j.t.Order(x), j.t.Order(y)) })
		return faults, nil
	}
	err := j.decide(ctx, &r.declare)
	e := domain.AsError(err)
	if err != nil && (e == nil || e.Kind == domain.KindBusy) {
		return nil, unavailable(err)
	}
	if e != nil {
		wrong(cmp.Or(e.Field, "name"), e)
	}
	return faults, nil
}

// decide asks who is registered, and the decider itself, of a row in which nothing else is wrong.
func (j judge) decide(ctx context.Context, d *project.Declare) error {
	parties := d.Profile.Unit + " " + d.Profile.Owner
	err, asked := j.known[parties]
	if !asked {
		err = j.knownParties(ctx, &d.Profile)
		j.known[parties] = err
	}
	if err != nil {
		return err
	}
	cmd, err := j.command(j.a, d)
	if err != nil {
		return err
	}
	cmd.ReceivedAt = j.civil()
	_, err = j.commands.Preview(ctx, cmd)
	return err
}

// breaches is what the contract has against a declared profile.
func breaches(profile json.RawMessage) (faults []fault) {
	spec, err := loadedSpec()
	if err != nil {
		return []fault{{code: "body.unexpected"}}
	}
	var value any
	if err := json.Unmarshal(profile, &value); err != nil {
		return []fault{{code: "body.malformed", text: domain.Text{Zh: "内容无法读取", En: "It cannot be read."}}}
	}
	schema := spec.Components.Schemas["DeclaredProfile"].Value
	for _, e := range schemaErrors(schema.VisitJSON(value, openapi3.MultiErrors(), openapi3.VisitAsRequest())) {
		code, text := wording(e)
		faults = append(faults, fault{field: pointer(e), code: code, text: text})
	}
	fields, _ := value.(map[string]any)
	for field, v := range fields {
		text, ok := v.(string)
		r, invisible := checkText(text, "/"+field).(*refusal) //nolint:errorlint // it wraps nothing
		if ok && invisible && !slices.ContainsFunc(faults, func(f fault) bool { return f.field == "/"+field }) {
			faults = append(faults, fault{field: r.field, code: r.code, text: r.text})
		}
	}
	slices.SortStableFunc(faults, func(a, b fault) int { return cmp.Compare(a.field, b.field) })
	return faults
}

// warn tells of what seems to be declared twice: in the table, or since there is such a project already; and of rows that
// nobody sees.
func (s *Server) warn(ctx context.Context, who Caller, t *checkedTable) error {
	type same struct{ name, party string }
	first := map[same]int{}
	var names []string
	note := func(r checkedRow, code, zh, en, project string) {
		t.warnings = append(t.warnings, warning{t.At(r.Row, "name", nil), code, domain.Text{Zh: zh, En: en}, project})
	}
	for _, r := range t.rows {
		f := r.declare.Profile
		if r.Hidden {
			note(r, "import.hidden", "这一行在表格中是隐藏的，也会申报", "The row is hidden in the table, and would be declared all the same.", "")
		}
		if f.Name == "" {
			continue
		}
		names = append(names, f.Name)
		for _, k := range []same{{f.Name, "owner " + f.Owner}, {f.Name, "unit " + f.Unit}} {
			before, twice := first[k]
			if !twice {
				first[k] = r.Number
				continue
			}
			n := strconv.Itoa(before)
			note(r, "import.twice", "与第"+n+"行的项目同名，且业主或责任单位相同", "It has the name and the owner or unit of the project in row "+n+".", "")
			break
		}
	}
	slices.Sort(names)
	found, err := s.records.Namesakes(ctx, who.Viewer(), slices.Compact(names))
	if err != nil {
		return unavailable(err)
	}
	for _, r := range t.rows {
		f := r.declare.Profile
		for _, n := range found {
			if n.Name == f.Name && (n.Owner == f.Owner || n.Unit == f.Unit) {
				note(r, "import.there", "已有同名项目，业主或责任单位相同", "There is a project of this name with the same owner or unit.", n.ID)
			}
		}
	}
	return nil
}

// maxShown bounds the faults that one answer shows.
const maxShown = 1000

func (t *checkedTable) shown() (out contract.ImportCheck, err error) {
	out = contract.ImportCheck{
		Sheet: t.Sheet, Total: len(t.rows), FaultCount: len(t.faults), Columns: []contract.ImportColumn{}, Rows: []contract.ImportRow{},
		Faults: each(t.faults[:min(len(t.faults), maxShown)], func(f table.Fault) contract.TableFault {
			shown := t.place(f)
			shown.Code, shown.Text, shown.Clause = f.Err.Code, showText(f.Err.Text), f.Err.Clause
			return shown
		}),
		Warnings: each(t.warnings[:min(len(t.warnings), maxShown)], func(w warning) contract.TableFault {
			shown := t.place(w.at)
			shown.Code, shown.Text, shown.Project = w.code, showText(w.text), w.project
			return shown
		}),
	}
	for _, p := range t.Places {
		out.Columns = append(out.Columns, contract.ImportColumn{Column: p.Letter, Header: p.Header, Field: p.Field})
	}
	for _, r := range t.rows {
		row := contract.ImportRow{Row: r.Number, Cells: r.Texts}
		if r.faults == 0 {
			out.Ready++
			if row.Profile, err = showProfile(r.declare.Profile); err != nil {
				return out, err
			}
		}
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}

func (t *checkedTable) place(f table.Fault) contract.TableFault {
	return contract.TableFault{Sheet: t.Sheet, Row: f.Row, Column: f.Letter, Header: f.Header, Field: f.Field}
}

// refused lists the cells for which a table is refused.
func (t *checkedTable) refused() error {
	n := strconv.Itoa(len(t.faults))
	r := &refusal{status: http.StatusUnprocessableEntity, code: "import.faults", field: "body", clause: domain.RuleImport, text: domain.Text{
		Zh: "表格有" + n + "处问题，一个项目也没有申报；请逐格改正后重新上传", En: "The table has " + n + " faults and nothing was declared; mend them cell by cell and send it again.",
	}}
	for _, f := range t.faults[:min(len(t.faults), maxFaults)] {
		column, err := excelize.ColumnNameToNumber(f.Letter)
		if err != nil {
			column = 0
		}
		r.errors = append(r.errors, fault{field: "/" + f.Field, code: f.Err.Code, text: f.Err.Text, line: f.Row, column: column, cell: f.Letter + strconv.Itoa(f.Row)})
	}
	return r
}
