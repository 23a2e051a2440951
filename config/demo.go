package config

import (
	"embed"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"
)

//go:embed demo/*.yaml
var demoFiles embed.FS

// DemoCity is the data of the demonstration: one city whose projects are those that a public document names, and
// a second one to show another policy pack. Nobody is named; accounts are called by their posts.
type DemoCity struct {
	Jurisdictions []DemoJurisdiction `yaml:"jurisdictions"` // parents before children
	Departments   []DemoDepartment   `yaml:"departments"`
	Units         []DemoUnit         `yaml:"units"`
	Owners        []DemoOwner        `yaml:"owners"`
	Experts       []DemoExpert       `yaml:"experts"`
	Quotas        []DemoQuota        `yaml:"quotas"`
	Accounts      []DemoAccount      `yaml:"accounts"`

	Origin   string              `yaml:"origin"`   // the civil date that the projects' dates are written for
	Document string              `yaml:"document"` // what names the projects
	MadeUp   map[string][]string `yaml:"madeUp"`   // the lists that projects refer to
	Projects []DemoProject       `yaml:"projects"`
}

// DemoName is a name in both languages; without an English one the Chinese one stands for it.
type DemoName struct {
	Zh string `yaml:"zh"`
	En string `yaml:"en"`
}

// DemoJurisdiction is a city, county or district; Parent is "" at the root.
type DemoJurisdiction struct {
	Code   string   `yaml:"code"`
	Parent string   `yaml:"parent"`
	Name   DemoName `yaml:"name"`
	Level  string   `yaml:"level"`
}

// DemoDepartment decides items and confirms quotas; its code is one of the jurisdiction's policy pack.
type DemoDepartment struct {
	Jurisdiction string   `yaml:"jurisdiction"`
	Code         string   `yaml:"code"`
	Name         DemoName `yaml:"name"`
}

// DemoUnit is a government body answerable for projects.
type DemoUnit struct {
	Jurisdiction string   `yaml:"jurisdiction"`
	Code         string   `yaml:"code"`
	Name         DemoName `yaml:"name"`
}

// DemoOwner is a legal person that builds projects.
type DemoOwner struct {
	Jurisdiction string   `yaml:"jurisdiction"`
	Code         string   `yaml:"code"`
	Name         DemoName `yaml:"name"`
}

// DemoExpert is one of the pool, known by a code only. Unit is whom the expert works for.
type DemoExpert struct {
	Code         string   `yaml:"code"`
	Jurisdiction string   `yaml:"jurisdiction"`
	Name         string   `yaml:"name"`
	Unit         string   `yaml:"unit"`
	Specialities []string `yaml:"specialities"`
}

// DemoQuota is a year's quota of a resource, in the resource's unit.
type DemoQuota struct {
	Jurisdiction string `yaml:"jurisdiction"`
	Resource     string `yaml:"resource"`
	Year         int    `yaml:"year"`
	Amount       string `yaml:"amount"`
	Clause       string `yaml:"clause"`
}

// DemoAccount is an account; its login name is its id.
type DemoAccount struct {
	Account string     `yaml:"account"`
	Name    string     `yaml:"name"`
	Posts   []DemoPost `yaml:"posts"`
}

// DemoPost is one post of an account. It holds from From and before To, civil dates; an empty To is open.
// Jurisdiction is guilin where the data leaves it out.
type DemoPost struct {
	Role         string `yaml:"role"`
	Party        string `yaml:"party"`
	Jurisdiction string `yaml:"jurisdiction"`
	Covers       string `yaml:"covers"`
	From         string `yaml:"from"`
	To           string `yaml:"to"`
}

// DemoProject is one project that the document names. Fields listed in MadeUp are invented.
type DemoProject struct {
	Code     string `yaml:"code"`
	Run      string `yaml:"run"` // its part in the demonstration run; empty: it is only declared
	Name     string `yaml:"name"`
	Category string `yaml:"category"` // 新开工 | 续建 | 竣工投产 | 前期工作
	Group    string `yaml:"group"`    // 基础设施 | 产业 | 社会公益 | 节能环保
	Sector   string `yaml:"sector"`   // 交通, 能源, …

	Investment int64  `yaml:"investment"` // 万元
	Level      string `yaml:"level"`
	Procedure  string `yaml:"procedure"`
	Funding    string `yaml:"funding"`
	Government bool   `yaml:"government"`
	Start      string `yaml:"start"`      // civil date
	Completion string `yaml:"completion"` // civil date

	Unit         string            `yaml:"unit"`
	Owner        string            `yaml:"owner"`
	Specialities []string          `yaml:"specialities"`
	Tags         []string          `yaml:"tags"`
	Needs        map[string]string `yaml:"needs"` // resource → amount, of the year of the origin
	MadeUp       []string          `yaml:"madeUp"`
}

// demoHome is the jurisdiction of posts that name none, and of every project.
const demoHome = "guilin"

// Demo returns the data of the demonstration, read and checked.
func Demo() (*DemoCity, error) {
	files, err := demoFiles.ReadDir("demo")
	if err != nil {
		return nil, fmt.Errorf("demonstration data: %w", err)
	}
	city := &DemoCity{}
	for _, f := range files {
		data, err := demoFiles.ReadFile("demo/" + f.Name())
		if err != nil {
			return nil, fmt.Errorf("demonstration data: %w", err)
		}
		if err := yaml.UnmarshalWithOptions(data, city, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("demonstration data: %s: %w", f.Name(), err)
		}
	}
	for i := range city.Accounts {
		for j := range city.Accounts[i].Posts {
			if p := &city.Accounts[i].Posts[j]; p.Jurisdiction == "" {
				p.Jurisdiction = demoHome
			}
		}
	}
	if err := city.check(); err != nil {
		return nil, fmt.Errorf("demonstration data: %w", err)
	}
	return city, nil
}

// Home is the jurisdiction of the projects.
func (c *DemoCity) Home() string { return demoHome }

// check finds references to what is not there; tests hold the rest against the packs.
func (c *DemoCity) check() error {
	known := func(code string) bool {
		return slices.ContainsFunc(c.Jurisdictions, func(j DemoJurisdiction) bool { return j.Code == code })
	}
	for i, j := range c.Jurisdictions {
		if j.Parent != "" && !slices.ContainsFunc(c.Jurisdictions[:i], func(o DemoJurisdiction) bool { return o.Code == j.Parent }) {
			return fmt.Errorf("jurisdiction %s stands before its parent %s", j.Code, j.Parent)
		}
	}
	for _, a := range c.Accounts {
		if len(a.Posts) == 0 {
			return fmt.Errorf("account %s has no post", a.Account)
		}
		for _, p := range a.Posts {
			if !known(p.Jurisdiction) {
				return fmt.Errorf("account %s: no jurisdiction %s", a.Account, p.Jurisdiction)
			}
		}
	}
	for _, p := range c.Projects {
		if !slices.ContainsFunc(c.Units, func(u DemoUnit) bool { return u.Code == p.Unit }) {
			return fmt.Errorf("project %s: no unit %s", p.Code, p.Unit)
		}
		if !slices.ContainsFunc(c.Owners, func(o DemoOwner) bool { return o.Code == p.Owner }) {
			return fmt.Errorf("project %s: no owner %s", p.Code, p.Owner)
		}
	}
	return nil
}
