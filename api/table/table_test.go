package table_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"milepost/api/table"
	"milepost/config"
	"milepost/domain"
)

func lists(t *testing.T) table.Lists {
	t.Helper()
	_, set, err := config.Rules()
	require.NoError(t, err)
	pack, ok := set.Pack("sl")
	require.True(t, ok)
	both := func(code, zh string) table.Named { return table.Named{Code: code, Name: domain.Text{Zh: zh, En: code}} }
	return table.Lists{Pack: pack, Units: []table.Named{both("district", "商州区政府"), both("twin-1", "城投集团"), both("twin-2", "城投集团")}, Owners: []table.Named{both("builder", "水务公司")}}
}

// sheet is a template that is being filled in.
type sheet struct {
	*excelize.File
	t     *testing.T
	named map[string]string // letters by header
}

func fill(t *testing.T) *sheet {
	t.Helper()
	content, err := table.Template(lists(t))
	require.NoError(t, err)
	f, err := excelize.OpenReader(bytes.NewReader(content))
	require.NoError(t, err)
	s := &sheet{f, t, map[string]string{}}
	rows, err := f.GetRows("项目")
	require.NoError(t, err)
	for i, h := range rows[0] {
		s.named[strings.TrimSuffix(h, "*")], err = excelize.ColumnNumberToName(i + 1)
		require.NoError(t, err)
	}
	return s
}

// put writes a row as people do: pairs of header and value.
func (s *sheet) put(row int, values ...any) *sheet {
	s.t.Helper()
	for i := 0; i < len(values); i += 2 {
		header, _ := values[i].(string)
		require.Contains(s.t, s.named, header)
		require.NoError(s.t, s.SetCellValue("项目", fmt.Sprint(s.named[header], row), values[i+1]))
	}
	return s
}

// good fills in all that is needed.
func (s *sheet) good(row int) *sheet {
	return s.put(row, "项目名称", fmt.Sprint("供水工程", row), "项目业主", "水务公司", "责任单位", "商州区政府", "行业", "基础设施", "项目层级", "市级", "办理方式", "审批",
		"总投资（万元）", 12800.5, "计划开工", "2026-09-01", "计划竣工", "2028-06-30")
}

func (s *sheet) at(header string, row int) string { return fmt.Sprint(s.named[header], row) }

func (s *sheet) bytes() []byte {
	s.t.Helper()
	var b bytes.Buffer
	require.NoError(s.t, s.Write(&b))
	return b.Bytes()
}

func (s *sheet) read() *table.Table {
	s.t.Helper()
	read, err := table.Read(s.bytes(), lists(s.t))
	require.NoError(s.t, err)
	return read
}

func profileOf(t *testing.T, r table.Row) map[string]any {
	t.Helper()
	require.Empty(t, r.Faults)
	var p map[string]any
	require.NoError(t, json.Unmarshal(r.Profile, &p))
	return p
}

func TestATableIsReadAsPeopleFillItIn(t *testing.T) {
	t.Parallel()
	s := fill(t).good(2).put(2, "政府投资", "是", "评估专业", "工程技术、规划用地", "新增建设用地指标（亩）", 60, "项目概况", "一行\r\n两行", "外资（万美元）", 1.5)
	s.good(4).put(4, "总投资（万元）", " １２，８００．５万元 ", "计划开工", 46266, "计划竣工", "2028年6月30日", "新增建设用地指标（亩）", "2026:60；2027：40.5", "要素使用年度", 2030, "责任单位", "district")
	s.good(5).put(5, "责任单位", "城投集团（twin-2）", "计划开工", 20260901, "计划竣工", "20280630", "项目层级", "City", "能耗指标（吨标准煤）", "7")
	read := s.read()
	require.Len(t, read.Rows, 3, "a row in which nothing is written is none")
	first := profileOf(t, read.Rows[0])
	require.Equal(t, map[string]any{
		"name": "供水工程2", "owner": "builder", "unit": "district", "sector": "infrastructure", "level": "city", "procedure": "approval", "investment": 12800500000.0,
		"plannedStart": "2026-09-01", "plannedCompletion": "2028-06-30", "government": true, "specialities": []any{"engineering", "planning"}, "summary": "一行\n两行",
		"investmentUSD": 15000.0, "asks": []any{map[string]any{"resource": "land", "amount": "60", "year": 2026.0}},
	}, first)
	second := profileOf(t, read.Rows[1])
	require.Equal(t, 4, read.Rows[1].Number)
	require.InDelta(t, 12800500000.0, second["investment"], 0)
	require.Equal(t, "2026-09-01", second["plannedStart"], "a number under a date is the table's own date")
	require.Equal(t, "2028-06-30", second["plannedCompletion"])
	require.Equal(t, []any{map[string]any{"resource": "land", "amount": "60", "year": 2026.0}, map[string]any{"resource": "land", "amount": "40.5", "year": 2027.0}}, second["asks"])
	third := profileOf(t, read.Rows[2])
	require.Equal(t, "twin-2", third["unit"])
	require.Equal(t, "2026-09-01", third["plannedStart"])
	require.Equal(t, "2028-06-30", third["plannedCompletion"])
}

func TestWhatAComputerAddsToAFigureIsLeftOff(t *testing.T) {
	t.Parallel()
	s := fill(t).good(2).put(2, "总投资（万元）", 0.1+0.2)
	require.InDelta(t, 300000.0, profileOf(t, s.read().Rows[0])["investment"], 0)
}

func TestWhatCannotBeReadIsToldByItsCell(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		header, code string
		spoil        func(s *sheet)
	}{
		"a choice that is none":                        {"行业", "import.choice", func(s *sheet) { s.put(2, "行业", "航天") }},
		"one of two of the same name":                  {"责任单位", "import.choice", func(s *sheet) { s.put(2, "责任单位", "城投集团") }},
		"one of several choices":                       {"评估专业", "import.choice", func(s *sheet) { s.put(2, "评估专业", "工程技术、巫术") }},
		"words for a figure":                           {"总投资（万元）", "import.number", func(s *sheet) { s.put(2, "总投资（万元）", "一亿二千万") }},
		"another unit":                                 {"总投资（万元）", "import.number", func(s *sheet) { s.put(2, "总投资（万元）", "128005000元") }},
		"parts of a fen":                               {"总投资（万元）", "import.number", func(s *sheet) { s.put(2, "总投资（万元）", "0.0000001") }},
		"a month for a day":                            {"计划开工", "import.date", func(s *sheet) { s.put(2, "计划开工", "2026年9月") }},
		"a month that a table takes for a day of 1905": {"计划开工", "import.date", func(s *sheet) { s.put(2, "计划开工", 2026.9) }},
		"a day that there is not":                      {"计划竣工", "import.date", func(s *sheet) { s.put(2, "计划竣工", "2026-02-30") }},
		"neither yes nor no":                           {"政府投资", "import.flag", func(s *sheet) { s.put(2, "政府投资", "部分") }},
		"an amount in words":                           {"新增建设用地指标（亩）", "import.amount", func(s *sheet) { s.put(2, "新增建设用地指标（亩）", "约60") }},
		"a year of three digits":                       {"要素使用年度", "import.year", func(s *sheet) { s.put(2, "要素使用年度", "226") }},
		"a formula that has come to nothing": {"总投资（万元）", "import.formula", func(s *sheet) {
			require.NoError(s.t, s.SetCellValue("项目", s.at("总投资（万元）", 2), nil))
			require.NoError(s.t, s.SetCellFormula("项目", s.at("总投资（万元）", 2), "1+1"))
		}},
		"cells that are merged": {"责任单位", "import.merged", func(s *sheet) {
			require.NoError(s.t, s.good(3).MergeCell("项目", s.at("责任单位", 2), s.at("责任单位", 3)))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := fill(t).good(2)
			c.spoil(s)
			faults := s.read().Rows[0].Faults
			require.Len(t, faults, 1)
			require.Equal(t, []any{c.code, c.header, s.named[c.header], 2, "OWN-249"}, []any{faults[0].Err.Code, faults[0].Header, faults[0].Letter, faults[0].Row, faults[0].Err.Clause})
			require.NotEmpty(t, faults[0].Err.Text.Zh)
			require.NotEmpty(t, faults[0].Err.Text.En)
		})
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	t.Run("may stand below a title, in another order, with columns of one's own", func(t *testing.T) {
		t.Parallel()
		s := fill(t).good(2)
		require.NoError(t, s.InsertRows("项目", 1, 2))
		require.NoError(t, s.SetCellValue("项目", "A1", "2026年项目申报表"))
		require.NoError(t, s.MergeCell("项目", "A1", "F1"))
		require.NoError(t, s.InsertCols("项目", "A", 1))
		require.NoError(t, s.SetCellValue("项目", "A3", "序号"))
		require.NoError(t, s.SetCellValue("项目", "A4", 1))
		read := s.read()
		require.Empty(t, read.Faults)
		require.Equal(t, 4, read.Rows[0].Number)
		require.Equal(t, "供水工程2", profileOf(t, read.Rows[0])["name"])
	})
	t.Run("that nobody knows, or that stand there twice, are told", func(t *testing.T) {
		t.Parallel()
		s := fill(t).good(2)
		require.NoError(t, s.SetCellValue("项目", s.at("数据来源", 1), "资金来原"))
		require.NoError(t, s.SetCellValue("项目", s.at("项目概况", 1), "行业*"))
		read := s.read()
		require.Len(t, read.Faults, 2)
		require.Equal(t, []string{"import.header-twice", "import.header"}, []string{read.Faults[0].Err.Code, read.Faults[1].Err.Code})
		require.Equal(t, s.named["数据来源"], read.Faults[1].Letter)
	})
}

func TestAFileThatIsNoTableIsRefusedAsAWhole(t *testing.T) {
	t.Parallel()
	part := func(name, content string) func([]byte) []byte {
		return func(b []byte) []byte { return with(t, b, name, content) }
	}
	sheetOf := func(inner string) string {
		return `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + inner
	}
	const first = "xl/worksheets/sheet1.xml"
	for name, c := range map[string]struct {
		code  string
		spoil func([]byte) []byte
	}{
		"text":                           {"file.content", func([]byte) []byte { return []byte("项目名称,项目业主") }},
		"nothing":                        {"file.empty", func([]byte) []byte { return nil }},
		"half a file":                    {"file.damaged", func(b []byte) []byte { return b[:len(b)/2] }},
		"a bomb":                         {"archive.bomb", part("xl/media/image1.xml", strings.Repeat("<a/>", 10<<20))},
		"more than a table has":          {"import.large", part("xl/media/image1.png", noise(40<<20))},
		"a row at the end of the world":  {"import.large", part(first, sheetOf(`<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData></worksheet>`))},
		"rows as wide as can be":         {"import.large", part(first, sheetOf(strings.Repeat(`<row><c r="XFD1"/></row>`, 60)+`</sheetData></worksheet>`))},
		"a merge of all cells":           {"import.large", part(first, sheetOf(`</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>`))},
		"a sheet that breaks off":        {"import.unreadable", part(first, sheetOf(`<row`))},
		"a sheet without the headers":    {"import.columns", part(first, sheetOf(`<row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>`))},
		"headers and nothing below them": {"import.empty", func(b []byte) []byte { return b }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := table.Read(c.spoil(fill(t).bytes()), lists(t))
			require.Equal(t, c.code, domain.CodeOf(err), "%v", err)
			require.Equal(t, domain.KindInvalid, domain.AsError(err).Kind)
		})
	}
}

func TestATableDeclaresFiveHundredProjectsAtMost(t *testing.T) {
	t.Parallel()
	s := fill(t)
	for row := range table.MaxRows {
		s.good(row + 2)
	}
	require.Len(t, s.read().Rows, 500)
	_, err := table.Read(s.good(table.MaxRows+2).bytes(), lists(t))
	require.Equal(t, "import.rows", domain.CodeOf(err))
}

func TestRowsThatOnlyHaveAFormatAreNone(t *testing.T) {
	t.Parallel()
	s := fill(t).good(2)
	style, err := s.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	require.NoError(t, err)
	require.NoError(t, s.SetCellStyle("项目", "A3", "Z900", style))
	require.NoError(t, s.SetCellValue("项目", "A700", "  "))
	require.Len(t, s.read().Rows, 1)
}

func TestTheTemplateOffersWhatMayBeDeclared(t *testing.T) {
	t.Parallel()
	s := fill(t)
	require.Equal(t, []string{"项目", "可选值", "填写说明"}, s.GetSheetList())
	offered, err := s.GetCols("可选值")
	require.NoError(t, err)
	require.True(t, slices.ContainsFunc(offered, func(c []string) bool {
		return strings.TrimSpace(strings.Join(c, " ")) == "责任单位 商州区政府 城投集团（twin-1） 城投集团（twin-2）"
	}), "%v", offered)
	checks, err := s.GetDataValidations("项目")
	require.NoError(t, err)
	require.Greater(t, len(checks), 8)
	notes, err := s.GetComments("项目")
	require.NoError(t, err)
	require.Len(t, notes, len(s.named))
	for _, c := range table.Columns(lists(t)) {
		require.Contains(t, s.named, c.Name.Zh)
	}
}

// with is an archive with another content of one part.
func with(t *testing.T, archive []byte, name, content string) []byte {
	t.Helper()
	from, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	require.NoError(t, err)
	var b bytes.Buffer
	to := zip.NewWriter(&b)
	write := func(name string, r io.Reader) {
		w, err := to.Create(name)
		require.NoError(t, err)
		_, err = io.Copy(w, r)
		require.NoError(t, err)
	}
	for _, f := range from.File {
		if f.Name != name {
			r, err := f.Open()
			require.NoError(t, err)
			write(f.Name, r)
		}
	}
	write(name, strings.NewReader(content))
	require.NoError(t, to.Close())
	return b.Bytes()
}

// noise is text that does not get much shorter.
func noise(n int) string {
	var b strings.Builder
	for x := uint32(1); b.Len() < n; {
		x = x*1664525 + 1013904223
		fmt.Fprintf(&b, "%08x%s", x, strings.Repeat("0", 24))
	}
	return b.String()
}
