// Package table reads declarations of projects out of an Excel table, and makes the table to fill in. It says how a cell
// is to be read; what may be declared is none of its business.
package table

import (
	"slices"
	"strings"

	"milepost/domain"
	"milepost/domain/policy"
	"milepost/domain/project"
)

// Lists is what the cells of a table may name: the choices of the pack in force, and who is registered.
type Lists struct {
	Pack   *policy.Pack
	Units  []Named
	Owners []Named
}

// Named is something with a code and a name.
type Named struct {
	Code string
	Name domain.Text
}

// form is how a cell is written.
type form int

const (
	words form = iota
	choice
	choices // several, with a comma between
	flag
	money  // 万元, declared in fen
	abroad // 万美元, declared in dollars
	date
	amount // of a resource
	year
)

// Column is one column of the table.
type Column struct {
	Field    string // of what is declared: "investment"; of a resource "asks.<key>"
	Name     domain.Text
	Note     domain.Text
	Required bool
	form     form
	may      []Named
	width    float64
}

// yearOf is the column that says for which year resources are asked for; it is no field of its own.
const yearOf = "asks.year"

// Columns are the columns of a table under a pack, in the order of the form.
func Columns(l Lists) []Column {
	library := l.Pack.Library
	cols := []Column{
		{Field: "name", Name: tx("项目名称", "Name"), Note: tx("一行文字，最多200字", "One line, at most 200 characters"), Required: true, width: 36},
		{Field: "owner", Name: tx("项目业主", "Owner"), Note: tx("从“可选值”中选择；业主只能填写本单位", "One of the lists; an owner names itself"), Required: true, form: choice, may: l.Owners, width: 24},
		{Field: "unit", Name: tx("责任单位", "Responsible unit"), Note: tx("从“可选值”中选择", "One of the lists"), Required: true, form: choice, may: l.Units, width: 24},
		{Field: "sector", Name: tx("行业", "Sector"), Note: tx("从“可选值”中选择", "One of the lists"), Required: true, form: choice, may: named(library.Sectors), width: 14},
		{Field: "kind", Name: tx("项目类别", "Kind"), Note: tx("从“可选值”中选择", "One of the lists"), form: choice, may: named(library.Kinds), width: 16},
		{Field: "level", Name: tx("项目层级", "Level"), Note: tx("国家级、自治区（省）级、市级、县级", "National, regional, city or county"), Required: true, form: choice, may: fixed(project.Levels, levels), width: 16},
		{Field: "procedure", Name: tx("办理方式", "Procedure"), Note: tx("审批、核准、备案", "Approval, verification or filing"), Required: true, form: choice, may: fixed(project.Procedures, procedures), width: 12},
		{Field: "funding", Name: tx("资金来源", "Funding"), Note: tx("从“可选值”中选择", "One of the lists"), form: choice, may: named(library.Fundings), width: 16},
		{Field: "government", Name: tx("政府投资", "Government investment"), Note: tx("是、否；不填为否", "Yes or no; no when empty"), form: flag, may: []Named{{"yes", tx("是", "yes")}, {"no", tx("否", "no")}}, width: 10},
		{Field: "investment", Name: tx("总投资（万元）", "Investment (10,000 yuan)"), Note: tx("数字，单位万元，最多六位小数（到分）", "A number in 10,000 yuan, at most six decimal places (to the fen)"), Required: true, form: money, width: 16},
		{Field: "investmentUSD", Name: tx("外资（万美元）", "Foreign investment (10,000 USD)"), Note: tx("数字，单位万美元", "A number in 10,000 US dollars"), form: abroad, width: 14},
		{Field: "annualTax", Name: tx("达产年税收（万元）", "Yearly tax (10,000 yuan)"), Note: tx("数字，单位万元；按税收效益排队的指标用它", "A number in 10,000 yuan; it ranks the line of quotas that go by tax"), form: money, width: 16},
		{Field: "plannedStart", Name: tx("计划开工", "Planned start"), Note: tx("日期，如 2026-09-01", "A date, such as 2026-09-01"), Required: true, form: date, width: 13},
		{Field: "plannedCompletion", Name: tx("计划竣工", "Planned completion"), Note: tx("日期，不早于计划开工", "A date, not before the planned start"), Required: true, form: date, width: 13},
		{Field: "tags", Name: tx("标签", "Tags"), Note: tx("从“可选值”中选择，可多个，用顿号分开", "Of the lists; several with commas between"), form: choices, may: named(library.Tags), width: 16},
		{Field: "specialities", Name: tx("评估专业", "Specialities"), Note: tx("从“可选值”中选择，可多个，用顿号分开", "Of the lists; several with commas between"), form: choices, may: named(l.Pack.Evaluation.Specialities), width: 18},
		{Field: "summary", Name: tx("项目概况", "Summary"), Note: tx("最多2000字", "At most 2,000 characters"), width: 40},
		{Field: "source", Name: tx("数据来源", "Source"), Note: tx("数据出自哪份文件，最多500字", "Which document the figures come from, at most 500 characters"), width: 24},
	}
	for _, r := range l.Pack.Assurance.Resources {
		cols = append(cols, Column{
			Field: "asks." + r.Key, Name: tx(r.Name.Zh+"（"+r.Unit.Zh+"）", r.Name.En+" ("+r.Unit.En+")"), form: amount, width: 18,
			Note: tx("数字；分年度的写作“2026:60；2027:40”", "A number; by years as 2026:60; 2027:40"),
		})
	}
	if len(l.Pack.Assurance.Resources) > 0 {
		cols = append(cols, Column{
			Field: yearOf, Name: tx("要素使用年度", "Year of resources"), form: year, width: 12,
			Note: tx("如 2026；不填为计划开工的年度", "Such as 2026; that of the planned start when empty"),
		})
	}
	return cols
}

func tx(zh, en string) domain.Text { return domain.Text{Zh: zh, En: en} }

var levels = map[string]domain.Text{
	"national": tx("国家级", "National"), "regional": tx("自治区（省）级", "Regional"), "city": tx("市级", "City"), "county": tx("县级", "County"),
}

var procedures = map[string]domain.Text{
	"approval": tx("审批", "Approval"), "verification": tx("核准", "Verification"), "filing": tx("备案", "Filing"),
}

func fixed(keys []string, names map[string]domain.Text) []Named {
	var list []Named
	for _, k := range keys {
		list = append(list, Named{k, names[k]})
	}
	return list
}

func named(cs []policy.Choice) []Named {
	var list []Named
	for _, c := range cs {
		list = append(list, Named{c.Key, c.Name})
	}
	return list
}

// shown is what stands in the list of a column for one choice: its name, with the code where another has the same name.
func shown(list []Named, n Named) string {
	if slices.ContainsFunc(list, func(o Named) bool { return o.Code != n.Code && o.Name.Zh == n.Name.Zh }) {
		return n.Name.Zh + "（" + n.Code + "）"
	}
	return n.Name.Zh
}

// find is the code of what a text names: by its name in either language, its code, or both; known is false when nothing
// is named, or more than one thing.
func find(list []Named, text string) (code string, known bool) {
	text = plain(text)
	var found []string
	for _, n := range list {
		switch text {
		case plain(n.Code), plain(n.Name.Zh + "（" + n.Code + "）"):
			return n.Code, true
		case plain(n.Name.Zh), plain(n.Name.En):
			found = append(found, n.Code)
		}
	}
	if len(found) != 1 {
		return "", false
	}
	return found[0], true
}

// plain is a text as it is compared: without what people vary without meaning anything by it.
func plain(s string) string { return strings.ToLower(looseness.Replace(s)) }

var looseness = strings.NewReplacer(" ", "", "\u3000", "", "\u00a0", "", "\n", "", "\r", "", "\t", "", "*", "", "＊", "", "(", "（", ")", "）")

// columnNamed is the column that a header names.
func columnNamed(cols []Column, header string) (Column, bool) {
	h := plain(header)
	i := slices.IndexFunc(cols, func(c Column) bool {
		return h == plain(c.Name.Zh) || h == plain(c.Name.En) || h == strings.ToLower(c.Field)
	})
	if i < 0 {
		return Column{}, false
	}
	return cols[i], true
}

// own are columns that people add for themselves; nothing is read from them.
func own(header string) bool {
	return slices.Contains([]string{"序号", "编号", "备注", "no.", "no", "remark", "remarks"}, plain(header))
}
