package table

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// The sheets of the template.
const (
	sheetName   = "项目"
	listsName   = "可选值"
	explainName = "填写说明"
)

// Template makes the table to fill in: headers with notes, lists to choose from, and what each column means.
func Template(l Lists) ([]byte, error) {
	w := &writer{file: excelize.NewFile()}
	defer w.file.Close() //nolint:errcheck // it is in memory
	cols := Columns(l)
	w.do(func() error { return w.file.SetSheetName("Sheet1", sheetName) })
	w.do(func() error { _, err := w.file.NewSheet(listsName); return err })
	w.do(func() error { _, err := w.file.NewSheet(explainName); return err })
	w.styles()
	lists := w.lists(cols)
	w.projects(cols, lists)
	w.explain(cols)
	w.file.SetActiveSheet(0)
	if w.err != nil {
		return nil, w.err
	}
	var b bytes.Buffer
	err := w.file.Write(&b)
	return b.Bytes(), err
}

// writer writes a file; after the first error it does nothing more.
type writer struct {
	file                           *excelize.File
	err                            error
	head, needed, body, days, sums int
}

func (w *writer) do(f func() error) {
	if w.err == nil {
		w.err = f()
	}
}

func (w *writer) style(s *excelize.Style) (id int) {
	w.do(func() (err error) { id, err = w.file.NewStyle(s); return err })
	return id
}

func (w *writer) styles() {
	border := []excelize.Border{{Type: "bottom", Color: "BFBFBF", Style: 1}, {Type: "right", Color: "D9D9D9", Style: 1}}
	header := func(colour string) *excelize.Style {
		return &excelize.Style{
			Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}, Border: border,
			Alignment: &excelize.Alignment{WrapText: true, Vertical: "center", Horizontal: "center"},
		}
	}
	text, date, sum := "@", "yyyy-mm-dd", "#,##0.00####"
	w.head, w.needed = w.style(header("E8F0FB")), w.style(header("FFE7BA"))
	w.body = w.style(&excelize.Style{CustomNumFmt: &text, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	w.days, w.sums = w.style(&excelize.Style{CustomNumFmt: &date}), w.style(&excelize.Style{CustomNumFmt: &sum})
}

func at(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		panic(err) // both are counted here
	}
	return name
}

func letter(column int) string {
	name, err := excelize.ColumnNumberToName(column)
	if err != nil {
		panic(err)
	}
	return name
}

// lists writes the values allowed, and returns by field where they stand.
func (w *writer) lists(cols []Column) map[string]string {
	ranges := map[string]string{}
	n := 0
	for _, c := range cols {
		if len(c.may) == 0 {
			continue
		}
		n++
		w.do(func() error { return w.file.SetCellStr(listsName, at(n, 1), c.Name.Zh) })
		for i, v := range c.may {
			w.do(func() error { return w.file.SetCellStr(listsName, at(n, i+2), shown(c.may, v)) })
		}
		ranges[c.Field] = "'" + listsName + "'!$" + letter(n) + "$2:$" + letter(n) + "$" + strconv.Itoa(len(c.may)+1)
		w.do(func() error { return w.file.SetColWidth(listsName, letter(n), letter(n), 24) })
	}
	if n > 0 {
		w.do(func() error { return w.file.SetCellStyle(listsName, "A1", at(n, 1), w.head) })
	}
	w.do(func() error { return w.freeze(listsName, 0) })
	return ranges
}

func (w *writer) freeze(sheet string, columns int) error {
	return w.file.SetPanes(sheet, &excelize.Panes{Freeze: true, XSplit: columns, YSplit: 1, TopLeftCell: at(columns+1, 2), ActivePane: map[bool]string{true: "bottomRight", false: "bottomLeft"}[columns > 0]})
}

// projects writes the sheet to fill in.
func (w *writer) projects(cols []Column, lists map[string]string) {
	last := strconv.Itoa(MaxRows + 1)
	for i, c := range cols {
		n := letter(i + 1)
		title, style := c.Name.Zh, w.head
		if c.Required {
			title, style = title+"*", w.needed
		}
		w.do(func() error { return w.file.SetColWidth(sheetName, n, n, c.width) })
		w.do(func() error { return w.file.SetColStyle(sheetName, n, w.of(c)) })
		w.do(func() error { return w.file.SetCellStr(sheetName, n+"1", title) })
		w.do(func() error { return w.file.SetCellStyle(sheetName, n+"1", n+"1", style) })
		w.do(func() error {
			return w.file.AddComment(sheetName, excelize.Comment{Cell: n + "1", Author: "里程", Paragraph: []excelize.RichTextRun{{Text: note(c)}}, Width: 240, Height: 60})
		})
		w.do(func() error { return w.checked(c, n+"2:"+n+last, lists[c.Field]) })
	}
	w.do(func() error { return w.file.SetRowHeight(sheetName, 1, 32) })
	w.do(func() error { return w.freeze(sheetName, 1) })
}

func (w *writer) of(c Column) int {
	switch c.form {
	case date:
		return w.days
	case money, abroad:
		return w.sums
	case amount, year:
		return 0
	default:
		return w.body
	}
}

func note(c Column) string {
	if c.Required {
		return "必填。" + c.Note.Zh
	}
	return "选填。" + c.Note.Zh
}

// checked lets the program in which the table is filled in offer the values allowed, and warn of others.
func (w *writer) checked(c Column, cells, list string) error {
	v := excelize.NewDataValidation(true)
	v.SetSqref(cells)
	switch c.form {
	case choice, flag:
		if list == "" {
			return nil
		}
		v.SetSqrefDropList(list)
		v.SetError(excelize.DataValidationErrorStyleStop, c.Name.Zh, c.Note.Zh)
	case date:
		if err := v.SetRange("36526", "109939", excelize.DataValidationTypeDate, excelize.DataValidationOperatorBetween); err != nil {
			return err
		}
		v.SetError(excelize.DataValidationErrorStyleWarning, c.Name.Zh, c.Note.Zh)
	case money, abroad:
		if err := v.SetRange(0, 9e9, excelize.DataValidationTypeDecimal, excelize.DataValidationOperatorBetween); err != nil {
			return err
		}
		v.SetError(excelize.DataValidationErrorStyleWarning, c.Name.Zh, c.Note.Zh)
	default:
		return nil
	}
	return w.file.AddDataValidation(sheetName, v)
}

// explain writes what each column means, and an example; examples do not stand among the projects, where they would be
// declared.
func (w *writer) explain(cols []Column) {
	lines := [][]string{{"列", "是否必填", "怎样填写", "示例"}}
	for _, c := range cols {
		need := "选填"
		if c.Required {
			need = "必填"
		}
		lines = append(lines, []string{c.Name.Zh, need, c.Note.Zh, example(c)})
	}
	lines = append(lines, []string{"", "", "", ""},
		[]string{"说明", "", "一行一个项目，最多500行；不要合并单元格；标题不要改动，不用的选填列可以删除，可以另加“序号”“备注”列。", ""},
		[]string{"", "", "上传后先逐格检查，全部无误才能申报；申报时要么全部申报，要么一个也不申报。", ""})
	for i, line := range lines {
		w.do(func() error { return w.file.SetSheetRow(explainName, at(1, i+1), &line) })
	}
	for n, width := range map[string]float64{"A": 24, "B": 10, "C": 60, "D": 30} {
		w.do(func() error { return w.file.SetColWidth(explainName, n, n, width) })
	}
	w.do(func() error { return w.file.SetCellStyle(explainName, "A1", "D1", w.head) })
	w.do(func() error { return w.freeze(explainName, 0) })
}

func example(c Column) string {
	texts := map[string]string{
		"name": "城区供水管网改造工程", "investment": "12800.5", "annualTax": "300", "investmentUSD": "500", "plannedStart": "2026-09-01", "plannedCompletion": "2028-06-30",
		"source": "可行性研究报告", yearOf: "2026",
	}
	if text, ok := texts[c.Field]; ok {
		return text
	}
	switch {
	case c.form == amount:
		return "60 或 2026:60；2027:40"
	case len(c.may) > 0 && c.form == choices:
		names := []string{}
		for _, v := range c.may[:min(2, len(c.may))] {
			names = append(names, shown(c.may, v))
		}
		return strings.Join(names, "、")
	case len(c.may) > 0:
		return shown(c.may, c.may[0])
	default:
		return ""
	}
}
