package calendar

import (
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"milepost/domain"
)

// A notice has some forty days; anything much longer is not one, and nested nonsense takes the reader long.
const maxYearFile = 16 << 10

// ParseYear reads a notice from YAML:
//
//	year: 2026
//	notice: 国办发明电〔2025〕7号
//	holidays:
//	  2026-01-01: 元旦
//	makeupWorkdays:
//	  2026-01-04: 元旦
//
// It refuses unknown, missing and repeated fields, days that do not exist or lie outside of the year, and
// make-up days that are weekdays or holidays. The refusal names line and field.
func ParseYear(data []byte) (Year, error) {
	if len(data) > maxYearFile || !utf8.Valid(data) {
		return Year{}, fault(nil, "file", fmt.Sprintf("应为不超过 %d KB 的 UTF-8 文本", maxYearFile>>10),
			fmt.Sprintf("must be UTF-8 text of at most %d KB", maxYearFile>>10))
	}
	file, err := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return Year{}, syntaxFault(err)
	}
	r := yearReader{lines: map[string]int{}}
	return r.read(file)
}

// yearReader collects a notice and remembers in which line each field stands.
type yearReader struct {
	year  Year
	lines map[string]int
}

func (r *yearReader) read(file *ast.File) (Year, error) {
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return Year{}, fault(nil, "file", "应当只有一份通知", "must hold exactly one notice")
	}
	err := r.eachField(file.Docs[0].Body, "", func(key string, value ast.Node) error {
		switch key {
		case "year":
			return r.readYear(value)
		case "notice":
			return r.readText(key, value, &r.year.Notice)
		case listHolidays:
			r.year.Holidays = map[Date]string{}
			return r.readDays(key, value, r.year.Holidays)
		case listMakeup:
			r.year.Makeup = map[Date]string{}
			return r.readDays(key, value, r.year.Makeup)
		default:
			return r.fault(key, "不是通知的字段，只能有 year、notice、holidays、makeupWorkdays",
				"is no field of a notice; there are year, notice, holidays and makeupWorkdays")
		}
	})
	if err != nil {
		return Year{}, err
	}
	for _, field := range []string{"year", "notice", listHolidays} {
		if r.lines[field] == 0 {
			return Year{}, r.fault(field, "没有填写", "is missing")
		}
	}
	// A notice without days off would turn New Year's Day into a working day.
	if len(r.year.Holidays) == 0 {
		return Year{}, r.fault(listHolidays, "一天也没有列", "lists no day")
	}
	if err := r.year.check(r.lines); err != nil {
		return Year{}, err
	}
	return r.year, nil
}

func (r *yearReader) readYear(node ast.Node) error {
	year, err := strconv.Atoi(node.GetToken().Value)
	if _, number := node.(*ast.IntegerNode); !number || err != nil {
		return r.fault("year", "应为四位数字的年份", "must be a year in four digits")
	}
	r.year.Year = year
	return nil
}

func (r *yearReader) readDays(list string, node ast.Node, into map[Date]string) error {
	if _, nothing := node.(*ast.NullNode); nothing {
		return nil
	}
	return r.eachField(node, list, func(field string, value ast.Node) error {
		d, err := ParseDate(field[len(list)+1:])
		if err != nil {
			refusal := domain.AsError(err)
			return r.fault(field, refusal.Text.Zh, refusal.Text.En)
		}
		var name string
		if err := r.readText(field, value, &name); err != nil {
			return err
		}
		into[d] = name
		return nil
	})
}

func (r *yearReader) readText(field string, node ast.Node, into *string) error {
	text, ok := node.(*ast.StringNode)
	if !ok || text.Value == "" {
		return r.fault(field, "应为文字", "must be text")
	}
	*into = text.Value
	return nil
}

// eachField visits the fields of a mapping by their path. A field named twice is refused: one of the two would
// be lost without a word.
func (r *yearReader) eachField(node ast.Node, path string, visit func(field string, value ast.Node) error) error {
	mapping, ok := node.(ast.MapNode)
	if !ok {
		return r.fault(path, "应为“名称: 值”的列表", `must be a list of "name: value"`)
	}
	for fields := mapping.MapRange(); fields.Next(); {
		key := fields.Key()
		field := key.GetToken().Value
		if path != "" {
			field = path + "." + field
		}
		if r.lines[field] != 0 {
			return fault(map[string]int{field: lineOf(key)}, field, fmt.Sprintf("与第 %d 行重复", r.lines[field]),
				fmt.Sprintf("repeats line %d", r.lines[field]))
		}
		r.lines[field] = lineOf(key)
		if _, plain := key.(*ast.StringNode); !plain || fields.Value() == nil {
			return r.fault(field, "应为“名称: 值”", `must be "name: value"`)
		}
		if err := visit(field, fields.Value()); err != nil {
			return err
		}
	}
	return nil
}

func (r *yearReader) fault(field, zh, en string) error {
	if field == "" {
		field = "file"
	}
	return fault(r.lines, field, zh, en)
}

func lineOf(node ast.Node) int { return node.GetToken().Position.Line }

func syntaxFault(err error) error {
	where := map[string]int{}
	message := "cannot be read"
	if broken := yaml.Error(nil); errors.As(err, &broken) {
		message = "is no YAML: " + broken.GetMessage()
		if token := broken.GetToken(); token != nil && token.Position != nil {
			where["file"] = token.Position.Line
		}
	}
	return fault(where, "file", "不是合格的 YAML："+message, message)
}
