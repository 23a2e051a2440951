// Package demo shows Milepost at work: it loads a city whose projects a public document names, and leads ten of
// them through their whole life over the public HTTP API, as officials would. A run fails when something that
// must happen did not happen, so it is an end-to-end test as well.
package demo

import (
	"fmt"
	"slices"
	"strings"

	"milepost/config"
	"milepost/domain/calendar"
	"milepost/domain/project"
)

// sectors are the sectors of the Guilin pack by the document's groups (GL-1).
var sectors = map[string]string{"基础设施": "infrastructure", "产业": "industry", "社会公益": "social", "节能环保": "ecology"}

// fenPerWan is how many fen are 万元.
const fenPerWan = 1_000_000

// Profile is what is declared of a project of the demonstration. Its dates are moved on by some civil days, so
// that a run that begins later than the data was written for looks as far ahead. What is invented is said in Source.
func Profile(city *config.DemoCity, p config.DemoProject, days int) (project.Profile, error) {
	start, err := moved(p.Start, days)
	if err != nil {
		return project.Profile{}, fmt.Errorf("%s: start: %w", p.Code, err)
	}
	completion, err := moved(p.Completion, days)
	if err != nil {
		return project.Profile{}, fmt.Errorf("%s: completion: %w", p.Code, err)
	}
	origin, err := moved(city.Origin, days)
	if err != nil {
		return project.Profile{}, fmt.Errorf("origin: %w", err)
	}
	f := project.Profile{
		Name: p.Name, Jurisdiction: city.Home(), Unit: p.Unit, Owner: p.Owner, Sector: sectors[p.Group],
		Level: p.Level, Procedure: p.Procedure, Funding: p.Funding, Government: p.Government, Investment: p.Investment * fenPerWan,
		Tags: p.Tags, Specialities: p.Specialities, PlannedStart: start.String(), PlannedCompletion: completion.String(),
		Summary: p.Category + "项目，" + p.Group + "类（" + p.Sector + "）", Source: source(city.Document, p.MadeUp),
	}
	for resource, amount := range p.Needs {
		f.Asks = append(f.Asks, project.Ask{Resource: resource, Amount: amount, Year: origin.Year})
	}
	slices.SortFunc(f.Asks, func(a, b project.Ask) int { return strings.Compare(a.Resource, b.Resource) })
	return f, nil
}

func moved(date string, days int) (calendar.Date, error) {
	d, err := calendar.ParseDate(date)
	if err != nil {
		return d, err
	}
	return d.AddDays(days), nil
}

// inWords are the fields that may be made up, as Source names them.
var inWords = map[string]string{
	"investment": "投资额", "level": "层级", "procedure": "办理方式", "funding": "资金来源", "government": "是否政府投资",
	"start": "计划开工日期", "completion": "计划竣工日期", "unit": "责任单位", "owner": "业主", "specialities": "评估专业",
	"tags": "标签", "needs": "要素需求",
}

// source says where the figures come from, and which are invented.
func source(document string, madeUp []string) string {
	said := "名称和类别"
	if !slices.Contains(madeUp, "investment") {
		said += "、投资额"
	}
	var invented []string
	for _, field := range madeUp {
		invented = append(invented, inWords[field])
	}
	return said + "据《" + document + "》；" + strings.Join(invented, "、") + "为演示虚构，不代表真实情况"
}

// since is how many civil days lie between a date of the data and another.
func since(date string, day calendar.Date) (int, error) {
	d, err := calendar.ParseDate(date)
	if err != nil {
		return 0, err
	}
	return d.DaysUntil(day), nil
}
