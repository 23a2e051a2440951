package api

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"milepost/api/contract"
	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/store"
)

// ExportAudit hands out the audit record as a file: as lines of JSON with the signed heads, which can be checked without
// the database, or as a table for people. That it was exported stands on the record first.
func (s *Server) ExportAudit(c echo.Context, p contract.ExportAuditParams) error {
	asTable := p.Format == contract.ExportAuditParamsFormatCsv
	if !asTable && (p.Act != "" || p.Actor != "" || p.Subject != "") {
		return domain.Invalid("export.filter", "format", domain.RuleSigned, "JSON Lines 导出的是可以校验的完整哈希链，只能按时间截取；按行为、人、对象筛选请导出 CSV",
			"Lines of JSON are whole chains that can be checked, and are cut by time only; export CSV to choose by act, person or subject.")
	}
	if err := s.note(c, store.ActExport, "audit", asked(c)); err != nil {
		return err
	}
	write, name, media := s.exportLines(p), "audit.jsonl", "application/jsonl"
	if asTable {
		write, name, media = s.exportTable(p, language(c.Request())), "audit.csv", "text/csv; charset=utf-8"
	}
	return s.handOut(c, name, media, write)
}

// handOut writes a file aside and then sends it: what breaks off half-way is never taken for the whole.
func (s *Server) handOut(c echo.Context, name, media string, write func(context.Context, io.Writer) error) (err error) {
	f, err := os.CreateTemp("", "milepost-export-*")
	if err != nil {
		return unavailable(err)
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	w := bufio.NewWriter(f)
	if err := write(c.Request().Context(), w); err != nil {
		return unavailable(err)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	return c.Stream(http.StatusOK, media, f)
}

func (s *Server) exportLines(p contract.ExportAuditParams) func(context.Context, io.Writer) error {
	return func(ctx context.Context, w io.Writer) error {
		return s.desk.ExportAudit(ctx, p.From, p.To, func(x store.Exported) error { return store.WriteExported(w, x) })
	}
}

// exported are the columns of the table.
var exported = []domain.Text{
	{Zh: "时间", En: "Time"},
	{Zh: "行为", En: "What"},
	{Zh: "行为代码", En: "Act"},
	{Zh: "对象", En: "Subject"},
	{Zh: "账号", En: "Account"},
	{Zh: "姓名", En: "Name"},
	{Zh: "角色", En: "Role"},
	{Zh: "单位", En: "Party"},
	{Zh: "辖区", En: "Jurisdiction"},
	{Zh: "来自", En: "From"},
	{Zh: "内容", En: "Detail"},
	{Zh: "链", En: "Chain"},
	{Zh: "序号", En: "Number"},
	{Zh: "哈希", En: "Hash"},
}

// byteOrder tells spreadsheets that a table is UTF-8.
const byteOrder = "\ufeff"

func (s *Server) exportTable(p contract.ExportAuditParams, lang string) func(context.Context, io.Writer) error {
	return func(ctx context.Context, w io.Writer) error {
		if _, err := io.WriteString(w, byteOrder); err != nil {
			return err
		}
		out := csv.NewWriter(w)
		if err := out.Write(each(exported, func(t domain.Text) string { return t.In(lang) })); err != nil {
			return err
		}
		q := store.AuditQuery{Act: p.Act, User: p.Actor, Subject: p.Subject, From: p.From, To: p.To, Page: store.Page{Limit: 100}}
		for {
			list, err := s.desk.Audit(ctx, q)
			if err != nil {
				return err
			}
			for _, l := range list.Rows {
				if err := out.Write(cells(s.tabled(ctx, l, lang)...)); err != nil {
					return err
				}
			}
			if q.Cursor = list.Next; q.Cursor == "" {
				out.Flush()
				return out.Error()
			}
		}
	}
}

// tabled is a line of the record as a row of the table.
func (s *Server) tabled(ctx context.Context, l store.AuditRow, lang string) []string {
	return []string{
		l.At.In(calendar.Zone).Format(time.RFC3339), store.ActText(l.Act).In(lang), l.Act, l.Subject, l.Actor.User, s.nameOf(ctx, l.Actor.User),
		RoleNames[l.Actor.Role].In(lang), l.Actor.Party, l.Actor.Jurisdiction, l.Address, string(l.Detail),
		strconv.FormatInt(l.Chain, 10), strconv.FormatInt(l.Seq, 10), l.Hash,
	}
}

// cells keeps texts from being taken for formulas by the program that opens the table: whoever can choose a name could
// else have it carry out what he likes on the machine of who reads it.
func cells(texts ...string) []string {
	for i, text := range texts {
		if formula(text) {
			texts[i] = "'" + text
		}
	}
	return texts
}

// formula tells whether a spreadsheet could take a text for one: it begins with a sign of calculation, ASCII or wide,
// be it behind white space, or with a tab or a line end.
func formula(text string) bool {
	if strings.HasPrefix(text, "\t") || strings.HasPrefix(text, "\r") || strings.HasPrefix(text, "\n") {
		return true
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimSpace(text))
	return strings.ContainsRune("=+-@＝＋－＠", first) && strings.TrimSpace(text) != ""
}
