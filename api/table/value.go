package table

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

	"milepost/domain"
)

// cell is what stands in one cell.
type cell struct {
	text   string // as it is stored
	number bool   // it is stored as a number, not as text
	fault  error  // it cannot be read at all
}

func (c cell) blank() bool { return c.fault == nil && c.text == "" }

func wrong(code, zh, en string) error {
	return domain.Invalid("import."+code, "body", domain.RuleImport, zh, en)
}

// value reads a cell as its column asks: what stands in the declaration, as JSON has it.
func (c Column) value(x cell, dates1904 bool) (any, error) {
	switch c.form {
	case choice:
		return c.one(x.text)
	case choices:
		return c.several(x.text)
	case flag:
		switch plain(x.text) {
		case "是", "yes", "true", "1", "√", "y":
			return true, nil
		case "否", "no", "false", "0", "×", "n":
			return false, nil
		}
		return nil, wrong("flag", "请填写“是”或“否”", "Say yes or no.")
	case money:
		return scaled(x, fenPerWan, "金额须为数字，单位万元，最多六位小数（精确到分）", "An amount of money is a number in 10,000 yuan with at most six decimal places (to the fen).")
	case abroad:
		return scaled(x, decimal.New(1, 4), "外资额须为数字，单位万美元，最多四位小数", "Foreign investment is a number in 10,000 US dollars with at most four decimal places.")
	case date:
		return day(x, dates1904)
	case year:
		return yearIn(x.text)
	default:
		return x.text, nil
	}
}

func (c Column) one(text string) (any, error) {
	if code, known := find(c.may, text); known {
		return code, nil
	}
	return nil, wrong("choice", "“"+brief(text)+"”不在可选值中，请从模板的“可选值”中选择；同名的请连同括号里的代码", "“"+brief(text)+"” is none of the values allowed; take one of the template's lists, with its code where names are the same.")
}

func (c Column) several(text string) (any, error) {
	var codes []string
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("、，,；;\n", r) }) {
		if strings.TrimSpace(part) == "" {
			continue
		}
		code, err := c.one(part)
		if err != nil {
			return nil, err
		}
		if s, ok := code.(string); ok {
			codes = append(codes, s)
		}
	}
	return codes, nil
}

// fenPerWan is how many fen are 万元.
var fenPerWan = decimal.New(1, 6)

// scaled is a number in a larger unit, exact.
func scaled(x cell, by decimal.Decimal, zh, en string) (any, error) {
	d, ok := numberIn(x)
	if ok {
		d = d.Mul(by)
	}
	if !ok || !d.IsInteger() {
		return nil, wrong("number", zh, en)
	}
	return number(d), nil
}

// number is a decimal as JSON writes it.
type number decimal.Decimal

// MarshalJSON writes all digits.
func (n number) MarshalJSON() ([]byte, error) { return []byte(decimal.Decimal(n).String()), nil }

var figures = regexp.MustCompile(`^-?\d{1,20}(\.\d{1,20})?([eE][+-]?\d{1,2})?$`)

// numberIn reads a number: as it is stored, or as people write one into a cell of text. What a computer has added to the
// fifteen digits that a table shows is left off.
func numberIn(x cell) (decimal.Decimal, bool) {
	s := narrow.Replace(x.text)
	if !x.number {
		s = strings.TrimSuffix(strings.TrimSuffix(s, "元"), "万")
		if strings.HasSuffix(strings.TrimSpace(x.text), "元") && !strings.HasSuffix(strings.TrimSpace(x.text), "万元") {
			return decimal.Decimal{}, false // in another unit
		}
	}
	if !figures.MatchString(s) {
		return decimal.Decimal{}, false
	}
	if x.number {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return decimal.Decimal{}, false
		}
		s = strconv.FormatFloat(f, 'e', 14, 64)
	}
	d, err := decimal.NewFromString(s)
	return d, err == nil
}

// narrow writes digits and signs in their usual width, and leaves out what groups them.
var narrow = func() *strings.Replacer {
	pairs := []string{"，", "", ",", "", " ", "", "\u00a0", "", "\u3000", "", "．", ".", "－", "-", "¥", "", "￥", ""}
	for d := range 10 {
		pairs = append(pairs, string(rune('０'+d)), strconv.Itoa(d))
	}
	return strings.NewReplacer(pairs...)
}()

var dayForms = regexp.MustCompile(`^(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?$`)

// day reads a date: one of the table's own, or text as people write one.
func day(x cell, dates1904 bool) (any, error) {
	bad := wrong("date", "日期须写明年月日，如 2026-09-01；请把单元格设为日期，或按此写成文字", "A date says year, month and day, such as 2026-09-01.")
	if f, err := strconv.ParseFloat(x.text, 64); err == nil && x.number && f < 3_000_000 {
		t, err := excelize.ExcelDateToTime(f, dates1904)
		if err != nil || t.Year() < 2000 || t.Year() > 2200 { // 2026.9 is no day of 1905
			return nil, bad
		}
		return t.Format(time.DateOnly), nil
	}
	s := narrow.Replace(x.text)
	if len(s) == len("20260901") && !strings.ContainsAny(s, ".-") {
		s = s[:4] + "-" + s[4:6] + "-" + s[6:]
	}
	s, _, _ = strings.Cut(s, "T")
	s = strings.TrimSuffix(s, "00:00:00")
	m := dayForms.FindStringSubmatch(s)
	if m == nil {
		return nil, bad
	}
	t, err := time.Parse("2006-1-2", m[1]+"-"+m[2]+"-"+m[3])
	if err != nil {
		return nil, bad
	}
	return t.Format(time.DateOnly), nil
}

func yearIn(text string) (any, error) {
	n, err := strconv.Atoi(strings.TrimSuffix(narrow.Replace(text), "年"))
	if err != nil || n < 1000 || n > 9999 {
		return nil, wrong("year", "年度须为四位数字，如 2026", "A year has four digits, such as 2026.")
	}
	return n, nil
}

// ask is what is asked of a resource in a year; no year when the cell does not say one.
type ask struct {
	amount string
	year   int
}

// asks reads the cell of a resource: an amount, or one for each year.
func asks(x cell) ([]ask, error) {
	bad := wrong("amount", "数量须为数字；分年度的写作“2026:60；2027:40”", "An amount is a number; by years it is written 2026:60; 2027:40.")
	if d, ok := numberIn(x); ok {
		return []ask{{amount: d.String()}}, nil
	}
	var list []ask
	for _, part := range strings.FieldsFunc(x.text, func(r rune) bool { return strings.ContainsRune("；;、\n", r) }) {
		when, much, ok := strings.Cut(strings.ReplaceAll(part, "：", ":"), ":")
		d, isNumber := numberIn(cell{text: much})
		if !ok || !isNumber {
			return nil, bad
		}
		y, err := yearIn(when)
		if err != nil {
			return nil, bad
		}
		n, _ := y.(int)
		list = append(list, ask{d.String(), n})
	}
	if len(list) == 0 {
		return nil, bad
	}
	return list, nil
}

// brief is text of somebody's as a message repeats it.
func brief(s string) string {
	if r := []rune(s); len(r) > 20 {
		return string(r[:20]) + "…"
	}
	return s
}
