package table

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"milepost/domain"
)

// MaxRows is how many projects one table declares at most.
const MaxRows = 500

// Place is a column as it stands in a file.
type Place struct {
	Column
	Letter string
	Header string // as it is written there
	n      int    // from 1
}

// Row is one line of a table: what it declares as far as it can be read, and what cannot.
type Row struct {
	Number  int
	Hidden  bool
	Texts   map[string]string // what stands in the cells, by letter
	Profile json.RawMessage   // a declared profile, without what cannot be read
	Faults  []Fault
	asked   map[int]string // the column of each resource that is asked for, by its place in the list
}

// Fault is what is wrong with a cell. Of a row as a whole the letter is empty.
type Fault struct {
	Row    int
	Letter string
	Header string
	Field  string // of the declared profile
	Err    *domain.Error
}

// Table is what was read.
type Table struct {
	Sheet  string
	Places []Place
	Rows   []Row
	Faults []Fault // of the headers
}

// Read reads a table. An error is one of the file as a whole, of which nothing can be shown.
func Read(content []byte, l Lists) (*Table, error) {
	if err := inspect(content); err != nil {
		return nil, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked, RawCellValue: true})
	if err != nil {
		return nil, unreadable()
	}
	defer f.Close() //nolint:errcheck // it is in memory
	r := &reader{file: f, sheet: sheetOf(f)}
	if r.sheet == "" {
		return nil, unreadable()
	}
	if props, err := f.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		r.dates1904 = *props.Date1904
	}
	t := &Table{Sheet: r.sheet}
	filled, err := r.filled(t, Columns(l))
	switch {
	case err != nil:
		return nil, err
	case len(filled) == 0:
		return nil, domain.Invalid("import.empty", "body", domain.RuleImport, "表格“"+brief(r.sheet)+"”中没有项目，请在标题行下面填写", "There is no project in the sheet “"+brief(r.sheet)+"”; fill in the rows below the headers.")
	case len(filled) > MaxRows:
		return nil, domain.Invalid("import.rows", "body", domain.RuleImport, "一张表最多申报500个项目，请分成几张", "A table declares at most 500 projects; split it.")
	}
	if err := r.merged(); err != nil {
		return nil, err
	}
	for _, n := range filled {
		row, err := r.row(t, n)
		if err != nil {
			return nil, err
		}
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

// sheetOf is the sheet that the template calls by its name, else the first that can be seen.
func sheetOf(f *excelize.File) string {
	sheets := f.GetSheetList()
	if slices.Contains(sheets, sheetName) {
		return sheetName
	}
	for _, s := range sheets {
		if visible, err := f.GetSheetVisible(s); err == nil && visible {
			return s
		}
	}
	return ""
}

type reader struct {
	file      *excelize.File
	sheet     string
	dates1904 bool
	merges    map[string]string // the cells of merged ranges, each with its range
}

// cell reads one cell. Of a formula counts what it came to when the file was saved.
func (r *reader) cell(letter string, row int) (cell, error) {
	at := letter + strconv.Itoa(row)
	text, err := r.file.GetCellValue(r.sheet, at)
	if err != nil {
		return cell{}, unreadable()
	}
	kind, err := r.file.GetCellType(r.sheet, at)
	if err != nil {
		return cell{}, unreadable()
	}
	x := cell{text: strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u00a0", " ").Replace(strings.Trim(text, "\u3000"))), number: kind == excelize.CellTypeUnset || kind == excelize.CellTypeNumber}
	switch formula, err := r.file.GetCellFormula(r.sheet, at); {
	case err != nil:
		return cell{}, unreadable()
	case kind == excelize.CellTypeError:
		x.fault = wrong("cell-error", "单元格是错误值 "+brief(x.text)+"，请改正公式或直接填写", "The cell holds an error, "+brief(x.text)+"; mend its formula, or fill it in.")
	case formula != "" && x.text == "":
		x.fault = wrong("formula", "公式没有结果：请在 Excel 或 WPS 中打开并保存，或粘贴为数值；不需要的请清空", "The formula has come to nothing: open the file in a spreadsheet program and save it, or paste the value; clear the cell if nothing is meant.")
	case x.text != "" && r.merges[at] != "":
		x.fault = wrong("merged", "合并的单元格（"+r.merges[at]+"）分不清属于哪一行，请取消合并，每行各填各的", "Of merged cells ("+r.merges[at]+") nobody knows which row is meant; take them apart and fill in each row.")
	}
	return x, nil
}

// headersWithin is how far down the headers may stand, below a title.
const headersWithin = 10

// filled finds the row of the headers and reads them, and lists the rows below in which something is written: what only
// has a format is nothing.
func (r *reader) filled(t *Table, cols []Column) (numbers []int, err error) {
	rows, err := r.file.Rows(r.sheet)
	if err != nil {
		return nil, unreadable()
	}
	defer rows.Close() //nolint:errcheck // it is in memory
	head := false
	for n := 1; rows.Next() && len(numbers) <= MaxRows; n++ {
		texts, err := rows.Columns()
		if err != nil {
			return nil, unreadable()
		}
		switch {
		case head && t.says(texts):
			numbers = append(numbers, n)
		case !head && n <= headersWithin && slices.ContainsFunc(texts, func(s string) bool { c, ok := columnNamed(cols, s); return ok && c.Field == "name" }):
			head = true
			t.take(texts, n, cols)
		}
	}
	var zh, en []string
	for _, c := range cols {
		if c.Required && !slices.ContainsFunc(t.Places, func(p Place) bool { return p.Field == c.Field }) {
			zh, en = append(zh, c.Name.Zh), append(en, c.Name.En)
		}
	}
	if len(zh) > 0 {
		return nil, domain.Invalid("import.columns", "body", domain.RuleImport, "表格“"+brief(r.sheet)+"”缺少这些列："+strings.Join(zh, "、")+"。请使用下载的模板，不要改动标题",
			"The sheet “"+brief(r.sheet)+"” lacks these columns: "+strings.Join(en, ", ")+". Use the template, and leave its headers as they are.")
	}
	return numbers, nil
}

// says tells whether a row has text in a column that is read.
func (t *Table) says(texts []string) bool {
	return slices.ContainsFunc(t.Places, func(p Place) bool { return p.n <= len(texts) && strings.TrimSpace(texts[p.n-1]) != "" })
}

// take takes the columns that headers name.
func (t *Table) take(headers []string, row int, cols []Column) {
	for i, h := range headers {
		letter, err := excelize.ColumnNumberToName(i + 1)
		if err != nil || strings.TrimSpace(h) == "" || own(h) {
			continue
		}
		c, known := columnNamed(cols, h)
		bad := func(err error) {
			t.Faults = append(t.Faults, Fault{Row: row, Letter: letter, Header: brief(h), Err: domain.AsError(err)})
		}
		switch {
		case !known:
			bad(wrong("header", "没有“"+brief(h)+"”这一列；不需要的请删除，写错的请照模板改正（“序号”“备注”可以保留，不读取）", "There is no column “"+brief(h)+"”; remove it, or name it as the template does (columns for numbers and remarks may stay; they are not read)."))
		case slices.ContainsFunc(t.Places, func(p Place) bool { return p.Field == c.Field }):
			bad(wrong("header-twice", "“"+c.Name.Zh+"”这一列出现了两次，请只留一列", "The column “"+c.Name.En+"” is there twice; keep one."))
		default:
			t.Places = append(t.Places, Place{c, letter, c.Name.Zh, i + 1})
		}
	}
}

// merged notes which cells belong to merged ranges.
func (r *reader) merged() error {
	ranges, err := r.file.GetMergeCells(r.sheet, true)
	if err != nil {
		return unreadable()
	}
	r.merges = map[string]string{}
	for _, m := range ranges {
		left, top, err1 := excelize.CellNameToCoordinates(m.GetStartAxis())
		right, bottom, err2 := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err1 != nil || err2 != nil {
			return unreadable()
		}
		for y := top; y <= bottom; y++ {
			for x := left; x <= right; x++ {
				if name, err := excelize.CoordinatesToCellName(x, y); err == nil {
					r.merges[name] = m.GetStartAxis() + ":" + m.GetEndAxis()
				}
			}
		}
	}
	return nil
}

// row reads one row.
func (r *reader) row(t *Table, n int) (row Row, err error) {
	row = Row{Number: n, Texts: map[string]string{}, asked: map[int]string{}}
	if visible, err := r.file.GetRowVisible(r.sheet, n); err == nil {
		row.Hidden = !visible
	}
	cells := map[string]cell{} // by field
	for _, p := range t.Places {
		x, err := r.cell(p.Letter, n)
		if err != nil {
			return row, err
		}
		if x.text != "" {
			row.Texts[p.Letter] = x.text
		}
		cells[p.Field] = x
	}
	row.Profile, err = json.Marshal(r.profile(t, &row, cells))
	return row, err
}

// profile is what a row declares, as far as it can be read.
func (r *reader) profile(t *Table, row *Row, cells map[string]cell) map[string]any {
	profile := map[string]any{}
	var asked []map[string]any
	usual := 0
	for _, p := range t.Places {
		x := cells[p.Field]
		resource, isAsk := strings.CutPrefix(p.Field, "asks.")
		switch {
		case x.fault != nil:
			row.wrong(p, x.fault)
			continue
		case x.blank():
			continue
		case isAsk && p.form == amount:
			list, err := asks(x)
			if err != nil {
				row.wrong(p, err)
			}
			for _, a := range list {
				row.asked[len(asked)] = p.Letter
				asked = append(asked, map[string]any{"resource": resource, "amount": a.amount, "year": a.year})
			}
			continue
		}
		v, err := p.value(x, r.dates1904)
		switch {
		case err != nil:
			row.wrong(p, err)
		case p.Field == yearOf:
			usual, _ = v.(int)
		default:
			profile[p.Field] = v
		}
	}
	if usual == 0 {
		start, _ := profile["plannedStart"].(string)
		usual, _ = strconv.Atoi(start[:min(4, len(start))])
	}
	for _, a := range asked {
		if a["year"] == 0 {
			a["year"] = usual
		}
	}
	if asked != nil {
		profile["asks"] = asked
	}
	return profile
}

func (r *Row) wrong(p Place, err error) {
	r.Faults = append(r.Faults, Fault{Row: r.Number, Letter: p.Letter, Header: p.Header, Field: p.Field, Err: domain.AsError(err)})
}

// Unread tells whether a field of the profile stands in a cell that could not be read: what is missing because of that is
// no fault of its own.
func (r *Row) Unread(field string) bool {
	return slices.ContainsFunc(r.Faults, func(f Fault) bool {
		return f.Field == field || strings.HasPrefix(f.Field, field+".") && field == "asks"
	})
}

// At is the fault of a row in the cell of a field, written as a pointer or with dots: "investment", "asks/1/amount". What
// stands in no column is told of the name.
func (t *Table) At(row *Row, field string, err *domain.Error) Fault {
	steps := strings.FieldsFunc(field, func(r rune) bool { return r == '/' || r == '.' })
	f := Fault{Row: row.Number, Field: strings.Join(steps, "."), Err: err}
	column := func(has func(Place) bool) bool {
		i := slices.IndexFunc(t.Places, has)
		if i >= 0 {
			f.Letter, f.Header = t.Places[i].Letter, t.Places[i].Header
		}
		return i >= 0
	}
	if len(steps) > 1 && steps[0] == "asks" {
		n, _ := strconv.Atoi(steps[1])
		if len(steps) > 2 && steps[2] == "year" && column(func(p Place) bool { return p.Field == yearOf }) && row.Texts[f.Letter] != "" {
			return f
		}
		if column(func(p Place) bool { return p.Letter == row.asked[n] }) {
			return f
		}
	}
	if len(steps) > 0 && column(func(p Place) bool {
		return p.Field == steps[0] || steps[0] == "asks" && p.form == amount && row.Texts[p.Letter] != ""
	}) {
		return f
	}
	column(func(p Place) bool { return p.Field == "name" })
	return f
}

// Order is the place of a fault's column in the table.
func (t *Table) Order(f Fault) int {
	return slices.IndexFunc(t.Places, func(p Place) bool { return p.Letter == f.Letter })
}
