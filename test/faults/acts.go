package faults

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"milepost/domain/calendar"
)

// sight is what the officials see of a project.
type sight struct {
	Row struct {
		ID, Phase, Status, Owner, Unit string
	} `json:"row"`
	Pack  string `json:"pack"`
	Panel struct {
		Members []struct{ Expert, State string }
	} `json:"panel"`
	Items []struct {
		Key, Department, State, Phase string
		Undo                          any
	} `json:"items"`
	Needs []struct {
		Resource, Asked, State string
		Year                   int
	} `json:"needs"`
	Plan []struct {
		Key  string
		Done time.Time
	} `json:"plan"`
	Start struct {
		Started time.Time
	} `json:"start"`
	Problems []struct {
		ID     string
		Closed time.Time
		Party  party
	} `json:"problems"`
	Commitments []struct {
		Item, Paper string
		Kept        time.Time
	} `json:"commitments"`
	Reporting struct {
		Reports []struct {
			Seq        int64
			Period     string
			Investment int64
		}
	} `json:"reporting"`
	Tasks []task `json:"tasks"`
}

type party struct {
	Kind string `json:"kind"`
	Code string `json:"code"`
}

type task struct {
	Key, Kind, Subject string
	Party              party
	Opened             time.Time
	Assignee           any
	Paused             bool
}

// act is one thing that can be done now.
type act struct {
	who   string
	path  string
	body  any
	rival string // who does the same at the same moment; "" for nobody
	files bool   // whether files can be handed in with it
}

type fields = map[string]any

// toDo is what can be done about a project now. Some of it is refused: several work at once, and nobody waits.
func (o *officials) toDo(s *sight, r *rand.Rand) []act {
	var acts []act
	for _, t := range s.Tasks {
		if lazy(s.Row.ID, t.Key) && r.IntN(40) > 0 {
			continue
		}
		acts = append(acts, o.about(s, t, r)...)
	}
	return append(acts, o.besides(s, r)...)
}

// about is what ends a piece of work, or moves it on.
func (o *officials) about(s *sight, t task, r *rand.Rand) []act {
	who := o.holderOf(t.Party)
	switch t.Kind {
	case "entry-review":
		return one(act{who: who, path: "/review", body: fields{"decision": "admit", "opinion": "符合标准"}})
	case "recognition":
		return one(act{who: who, path: "/recognise", body: fields{"document": "领导小组会议纪要"}})
	case "draw":
		return one(act{who: who, path: "/panel/draw"})
	case "scoring":
		return one(act{who: o.holder("expert", t.Subject), path: "/panel/score", body: fields{"marks": o.marks(s.Pack, 70+r.IntN(30)), "opinion": "同意"}})
	case "revision":
		return one(act{who: who, path: "/panel/revise", body: fields{"note": "已按意见修改"}})
	case "plan":
		return one(act{who: who, path: "/plan", body: fields{"nodes": []any{
			fields{"key": "n1", "title": "征地拆迁", "due": "2026-12-30", "unit": t.Party.Code, "post": "项目专员"},
		}}})
	case "node":
		return one(act{who: who, path: "/plan/" + t.Subject + "/complete", body: fields{"note": "已完成"}})
	case "submission":
		return one(act{who: who, path: "/items/" + t.Subject + "/submit", body: fields{"papers": o.papers(s.Pack, t.Subject)}, files: true})
	case "completeness":
		return o.checks(s, t, who)
	case "supplement":
		return one(act{who: who, path: "/items/" + t.Subject + "/supply", body: fields{"papers": o.papers(s.Pack, t.Subject)[:1]}, files: true})
	case "decision":
		return o.decisions(t, r)
	case "commitment":
		item, paper := parts(t.Subject)
		return one(act{who: who, path: "/items/" + item + "/commitments/" + paper + "/keep"})
	case "need":
		return o.needs(s, t, who)
	case "condition":
		return one(act{who: who, path: "/conditions/" + t.Subject + "/confirm", body: fields{"document": "证明文件"}})
	case "start":
		if s.Row.Phase == "startup" {
			return one(act{who: o.holder("owner", s.Row.Owner), path: "/start", body: fields{"document": "开工令"}})
		}
		return nil
	case "report":
		return one(act{who: who, path: "/reports/" + t.Subject + "/file", body: fields{"investment": 1000000 * r.Int64N(5000), "image": "按计划推进", "forecast": "正常"}, files: true})
	case "problem":
		return one(act{who: who, path: "/problems/" + inPath(t.Subject) + "/close", body: fields{"outcome": "已解决"}})
	case "rectification":
		return one(act{who: who, path: "/rectifications/" + inPath(t.Subject) + "/done", body: fields{"note": "已整改"}})
	case "settlement":
		return one(act{who: who, path: "/settlement", body: fields{"amount": 100000000, "audit": "审计报告"}})
	case "joint":
		return one(act{who: who, path: "/acceptance/decide", body: fields{"passed": true, "document": "验收鉴定书"}})
	default:
		return nil
	}
}

func one(a act) []act { return []act{a} }

// checks is what a department does with papers: finds them complete, or asks for one again.
func (o *officials) checks(s *sight, t task, who string) []act {
	accept := act{who: who, path: "/items/" + t.Subject + "/accept"}
	papers := o.papers(s.Pack, t.Subject)
	ask := act{who: who, path: "/items/" + t.Subject + "/ask-supplement", body: fields{
		"missing": []any{fields{"paper": papers[0], "standard": "加盖公章"}},
	}}
	return []act{accept, accept, accept, ask}
}

// decisions are what a department does with an item: grants it, as often two handlers at once, refuses it, or hands
// the work about.
func (o *officials) decisions(t task, r *rand.Rand) []act {
	handlers := o.holders("handler", t.Party.Code)
	who := handlers[0]
	grant := act{who: who, path: "/items/" + t.Subject + "/grant", body: fields{"document": fmt.Sprintf("批复〔2026〕%d号", r.IntN(1000))}}
	at := "/tasks/" + inPath(t.Key)
	acts := []act{
		grant, grant, grant,
		{who: who, path: "/items/" + t.Subject + "/refuse", body: fields{"reason": "结论依据不足", "basis": "行政许可法第三十八条"}},
		{who: who, path: at + "/claim"},
		{who: who, path: at + "/release"},
		{who: o.holder("head", t.Party.Code), path: "/items/" + t.Subject + "/extend", body: fields{"days": 1 + r.IntN(5), "reason": "需现场核查"}},
	}
	rivals := slices.Concat(handlers[1:], o.holders("head", t.Party.Code))
	if len(rivals) > 0 {
		together := grant
		together.rival = rivals[r.IntN(len(rivals))]
		acts = append(acts, together, together, together)
	}
	if len(handlers) > 1 {
		acts = append(acts, act{who: who, path: at + "/hand-over", body: fields{"to": handlers[1], "reason": "工作调整"}})
	}
	return acts
}

// needs is how a department confirms what a project needs.
func (o *officials) needs(s *sight, t task, who string) []act {
	for _, n := range s.Needs {
		if subject := fmt.Sprintf("%s/%d", n.Resource, n.Year); subject == t.Subject || n.Resource == t.Subject {
			return one(act{who: who, path: fmt.Sprintf("/needs/%s/%d/confirm", n.Resource, n.Year), body: fields{"amount": n.Asked}})
		}
	}
	return nil
}

// besides is what can be done without being asked.
func (o *officials) besides(s *sight, r *rand.Rand) []act {
	var acts []act
	owner := o.holder("owner", s.Row.Owner)
	for _, i := range s.Items {
		if i.Undo != nil && r.IntN(10) == 0 {
			acts = append(acts, act{who: o.holder("handler", i.Department), path: "/items/" + i.Key + "/recall", body: fields{"reason": "文号有误"}})
		}
	}
	for _, p := range s.Problems {
		if p.Closed.IsZero() && p.Party.Code == "" {
			acts = append(acts, act{who: "office", path: "/problems/" + inPath(p.ID) + "/assign", body: fields{"party": fields{"kind": "unit", "code": s.Row.Unit}}})
		}
	}
	if s.Row.Status == "suspended" {
		return append(acts, act{who: "office", path: "/resume", body: fields{"reason": "具备条件"}})
	}
	switch s.Row.Phase {
	case "construction":
		acts = append(acts, act{who: owner, path: "/problems", body: fields{"title": fmt.Sprintf("问题%d", r.IntN(1000))}})
		if len(s.Reporting.Reports) > 0 {
			last := s.Reporting.Reports[len(s.Reporting.Reports)-1]
			acts = append(acts, act{who: owner, path: "/reports/" + last.Period + "/correct", body: fields{
				"record": last.Seq, "investment": last.Investment + 100, "image": "核实后", "reason": "漏统设备款",
			}})
		}
		if r.IntN(4) == 0 {
			acts = append(acts, act{who: owner, path: "/acceptance/request", body: fields{"trialRun": calendar.DateOf(s.Start.Started).String()}})
		}
	case "approval":
		if r.IntN(60) == 0 {
			acts = append(acts, act{who: "office", path: "/suspend", body: fields{"reason": "汛期", "until": "2027-06-30"}})
		}
	case "assurance":
		if r.IntN(60) == 0 {
			acts = append(acts, act{who: owner, path: "/withdraw", body: fields{"reason": "方案重大调整"}})
		}
	}
	return acts
}

func (o *officials) holderOf(p party) string {
	switch p.Kind {
	case "department":
		return o.holder("handler", p.Code)
	case "unit":
		return o.holder("liaison", p.Code)
	case "owner":
		return o.holder("owner", p.Code)
	case "expert":
		return o.holder("expert", p.Code)
	case "leader":
		return "leader"
	default:
		return "office"
	}
}

func (o *officials) papers(pack, item string) []string {
	var keys []string
	for _, p := range o.packs.Packs() {
		if p.Hash() != pack {
			continue
		}
		if i, ok := p.Item(item); ok {
			for _, paper := range i.Papers {
				keys = append(keys, paper.Key)
			}
		}
	}
	return keys
}

func (o *officials) marks(pack string, percent int) []fields {
	var ms []fields
	for _, p := range o.packs.Packs() {
		if p.Hash() == pack {
			for _, c := range p.Evaluation.Criteria {
				ms = append(ms, fields{"key": c.Key, "mark": c.Max * percent / 100})
			}
		}
	}
	return ms
}

func parts(subject string) (a, b string) {
	i := slices.Index([]byte(subject), '/')
	if i < 0 {
		return subject, ""
	}
	return subject[:i], subject[i+1:]
}
