package api_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"milepost/store"
)

// sheet is the template as somebody downloaded it, being filled in.
type sheet struct {
	*excelize.File
	t     *testing.T
	named map[string]string // letters by header
}

func (c *caller) sheet() *sheet {
	c.t.Helper()
	a := c.get("/projects/import/template").ok()
	require.Contains(c.t, a.header.Get("Content-Disposition"), ".xlsx")
	f, err := excelize.OpenReader(bytes.NewReader(a.raw))
	require.NoError(c.t, err)
	s := &sheet{f, c.t, map[string]string{}}
	rows, err := f.GetRows("项目")
	require.NoError(c.t, err)
	for i, h := range rows[0] {
		s.named[strings.TrimSuffix(h, "*")], err = excelize.ColumnNumberToName(i + 1)
		require.NoError(c.t, err)
	}
	return s
}

func (s *sheet) put(row int, values ...any) *sheet {
	s.t.Helper()
	for i := 0; i < len(values); i += 2 {
		header, _ := values[i].(string)
		require.Contains(s.t, s.named, header)
		require.NoError(s.t, s.SetCellValue("项目", fmt.Sprint(s.named[header], row), values[i+1]))
	}
	return s
}

func (s *sheet) good(row int) *sheet {
	return s.put(row, "项目名称", fmt.Sprint("供水工程", row), "项目业主", "builder", "责任单位", "district", "行业", "基础设施", "项目层级", "市级", "办理方式", "审批",
		"总投资（万元）", 12800.5, "计划开工", "2026-09-01", "计划竣工", "2028-06-30")
}

func (s *sheet) file() string {
	s.t.Helper()
	var b bytes.Buffer
	require.NoError(s.t, s.Write(&b))
	return b.String()
}

const tableMedia = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

func (c *caller) previews(file string) *answer {
	c.t.Helper()
	return c.with("Content-Type", tableMedia).post("/projects/import?preview=true", file)
}

func (c *caller) imports(key, file string) *answer {
	c.t.Helper()
	return c.with("Content-Type", tableMedia).with("Idempotency-Key", key).post("/projects/import", file)
}

func TestATableIsPreviewedThenDeclared(t *testing.T) {
	s := newSite(t)
	owner := s.as("owner")
	file := owner.sheet().good(2).good(3).put(3, "新增建设用地指标（亩）", 60).file()
	found := owner.previews(file).ok()
	require.EqualValues(t, 2, found.at("ready"))
	require.Empty(t, found.list("faults"))
	require.Equal(t, "供水工程2", found.text("rows.0.profile.name"))
	require.Equal(t, "shangluo", found.text("rows.0.profile.jurisdiction"))
	require.Equal(t, "land", found.text("rows.1.profile.asks.0.resource"))
	require.Empty(t, s.sent, "nothing is sent by a preview")

	taken := owner.imports("table-01", file).ok()
	require.Equal(t, http.StatusAccepted, taken.status)
	require.Equal(t, "/api/v1/imports/table-01", taken.header.Get("Location"))
	progress := owner.get("/imports/table-01").ok()
	require.Equal(t, "done", progress.text("state"))
	require.EqualValues(t, 2, progress.at("recorded"))
	require.Equal(t, "供水工程2", owner.get("/projects/"+progress.text("rows.0.project")).ok().text("row.name"))
	require.Equal(t, "recorded", owner.get("/commands/"+progress.text("rows.1.command")).ok().text("state"))
	s.as("liaison").get("/imports/table-01").refused(http.StatusNotFound, "import.unknown")

	t.Run("the same file under the same key declares nothing twice", func(t *testing.T) {
		sent := len(s.sent)
		owner.imports("table-01", file).ok()
		require.Len(t, s.sent, sent)
	})
	t.Run("another file, or somebody else, under the same key is refused", func(*testing.T) {
		owner.imports("table-01", owner.sheet().good(2).file()).refused(http.StatusUnprocessableEntity, store.CodeMismatch)
		s.as("office").imports("table-01", file).refused(http.StatusUnprocessableEntity, store.CodeMismatch)
	})
	t.Run("what is there already is warned of and does not stand in the way", func(t *testing.T) {
		again := owner.previews(owner.sheet().good(2).good(5).put(5, "项目名称", "供水工程2").file()).ok()
		require.Empty(t, again.list("faults"))
		codes := map[string]int{}
		for _, w := range again.list("warnings") {
			code, _ := object(t, w)["code"].(string)
			codes[code]++
		}
		require.Equal(t, map[string]int{"import.twice": 1, "import.there": 2}, codes)
		require.Equal(t, progress.text("rows.0.project"), object(t, again.list("warnings")[1])["project"])
	})
}

func TestEveryFaultOfATableIsToldByItsCell(t *testing.T) {
	s := newSite(t)
	owner := s.as("owner")
	x := owner.sheet().good(2).good(3).good(4).put(2, "项目名称", nil, "总投资（万元）", "很多", "计划竣工", "2020-01-01", "新增建设用地指标（亩）", "-5").
		put(3, "项目业主", "other", "项目名称", "看不见\u200b的字", "总投资（万元）", 0)
	found := owner.previews(x.file()).ok()
	type fault struct{ cell, code string }
	told := map[fault]bool{}
	for _, v := range found.list("faults") {
		f := object(t, v)
		told[fault{fmt.Sprint(f["column"], f["row"]), fmt.Sprint(f["code"])}] = true
		require.Equal(t, "项目", f["sheet"])
		require.NotEmpty(t, f["header"])
		text := object(t, f["text"])
		require.NotEmpty(t, text["zh"])
		require.NotEmpty(t, text["en"])
	}
	at := func(header string, row int) string { return fmt.Sprint(x.named[header], row) }
	want := map[fault]bool{
		{at("项目名称", 2), "profile.name"}: true, {at("总投资（万元）", 2), "import.number"}: true, {at("计划竣工", 2), "profile.plannedCompletion"}: true,
		{at("新增建设用地指标（亩）", 2), "ask.amount"}: true, {at("项目名称", 3), "text.line"}: true, {at("项目业主", 3), "import.choice"}: true,
		{at("总投资（万元）", 3), "profile.investment"}: true,
	}
	require.Equal(t, want, told, "%s", found.raw)
	require.EqualValues(t, 1, found.at("ready"))
	rows := found.list("rows")
	require.NotContains(t, object(t, rows[0]), "profile")
	require.Contains(t, object(t, rows[2]), "profile")

	t.Run("and then nothing of it is declared", func(t *testing.T) {
		a := owner.imports("table-with-faults", x.file()).refused(http.StatusUnprocessableEntity, "import.faults").by("OWN-249")
		require.Len(t, a.list("errors"), len(want))
		require.Regexp(t, `^[A-Z]+[23]$`, a.text("errors.0.cell"))
		require.Empty(t, s.sent)
		owner.get("/imports/table-with-faults").refused(http.StatusNotFound, "import.unknown")
		owner.imports("table-with-faults", owner.sheet().good(2).file()).ok() // mended, under the same key: nothing was taken before
	})
}

func TestATableIsDeclaredByThoseWhoMayDeclare(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	file := s.as("owner").sheet().good(2).file()
	for account, status := range map[string]int{"office": 200, "liaison": 200, "owner": 200, "leader": 403, "auditor": 403, "system-admin": 403, "development-1": 403} {
		require.Equal(t, status, s.as(account).previews(file).status, account)
	}
	a := s.as("other-owner").previews(file).ok()
	require.Equal(t, "declare.owner", a.text("faults.0.code"))
}

func TestWhatIsNoTableIsRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	owner := s.as("owner")
	owner.previews("项目名称,项目业主").refused(http.StatusUnprocessableEntity, "file.content")
	owner.previews(strings.Repeat("x", 6<<20)).refused(http.StatusRequestEntityTooLarge, "import.size").by("OWN-249")
	owner.previews(owner.sheet().file()).refused(http.StatusUnprocessableEntity, "import.empty")
	owner.with("Content-Encoding", "gzip").previews("x").refused(http.StatusUnsupportedMediaType, "body.encoding")
	many := owner.sheet()
	for row := range 501 {
		many.good(row + 2)
	}
	owner.previews(many.file()).refused(http.StatusUnprocessableEntity, "import.rows")
	require.Empty(t, maps.Collect(maps.All(s.imports)))
}

func TestATableWaitsForADatabaseThatIsAway(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	file := s.as("owner").sheet().good(2).file()
	s.away = errAway
	a := s.as("owner").imports("table-02", file)
	require.Equal(t, http.StatusServiceUnavailable, a.status, string(a.raw))
}
