package calendar

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"milepost/domain"
)

// Year is the State Council's notice for one civil year: the days off by name, and the weekend days that are
// worked in exchange (调休), each named after the holiday it pays for.
//
// A notice that reaches back into December of the year before (as that of 2019 did) changes that year too:
// its Year is loaded anew with those days added.
type Year struct {
	Year     int             `json:"year"`
	Notice   string          `json:"notice"` // number of the notice, as 国办发明电〔2025〕7号
	Holidays map[Date]string `json:"holidays"`
	Makeup   map[Date]string `json:"makeupWorkdays"`
}

// The two lists of a notice, as a file and a fault name them.
const (
	listHolidays = "holidays"
	listMakeup   = "makeupWorkdays"
)

// check refuses a notice that contradicts itself or its year. lines says where a file has each field; nil when
// the notice does not come from a file.
func (y Year) check(lines map[string]int) error {
	if y.Year < firstYear || y.Year > lastYear {
		return fault(lines, "year", fmt.Sprintf("年份应在 %d 至 %d 之间", firstYear, lastYear),
			fmt.Sprintf("the year must lie from %d to %d", firstYear, lastYear))
	}
	for _, d := range days(y.Holidays) {
		if err := y.checkDay(lines, listHolidays, d, y.Holidays[d]); err != nil {
			return err
		}
	}
	for _, d := range days(y.Makeup) {
		if err := y.checkDay(lines, listMakeup, d, y.Makeup[d]); err != nil {
			return err
		}
		if !weekend(d) {
			return fault(lines, fieldOf(listMakeup, d), "不是周末，本来就是工作日，不能列为调休上班",
				"is a weekday and worked anyway, so it cannot be a make-up workday")
		}
		if name, off := y.Holidays[d]; off {
			return fault(lines, fieldOf(listMakeup, d), fmt.Sprintf("同时列为放假（%s），请只留一处", name),
				fmt.Sprintf("is listed as a holiday (%s) too; keep one of them", name))
		}
	}
	return nil
}

func (y Year) checkDay(lines map[string]int, list string, d Date, name string) error {
	switch {
	case !d.real():
		return fault(lines, fieldOf(list, d), "不是有效日期", "is no date")
	case d.Year != y.Year:
		return fault(lines, fieldOf(list, d), fmt.Sprintf("不在 %d 年内", y.Year), fmt.Sprintf("is outside of %d", y.Year))
	case strings.TrimSpace(name) == "":
		return fault(lines, fieldOf(list, d), "没有写节日名称", "has no name of a holiday")
	default:
		return nil
	}
}

// fault refuses one field of a notice, naming its line when it comes from a file.
func fault(lines map[string]int, field, zh, en string) error {
	zh, en = field+" "+zh, field+" "+en+"."
	if line := lines[field]; line > 0 {
		zh, en = fmt.Sprintf("第 %d 行：%s", line, zh), fmt.Sprintf("line %d: %s", line, en)
	}
	return domain.Invalid("calendar.notice", field, "", zh, en)
}

func fieldOf(list string, d Date) string { return list + "." + d.String() }

// days returns the days of a list in order.
func days(list map[Date]string) []Date {
	return slices.SortedFunc(maps.Keys(list), Date.Compare)
}

func weekend(d Date) bool {
	w := d.Weekday()
	return w == time.Saturday || w == time.Sunday
}
