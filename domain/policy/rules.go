package policy

import (
	"fmt"
	"slices"
	"strings"
)

// checkRules finds what is wrong with the meaning of a resolved pack, compiles its conditions, and looks up in
// its tree where each fault stands. A field that is missing has been reported and is not judged.
func (p *Pack) checkRules(root *node) Faults {
	c := checker{pack: p, root: root}
	c.ladders()
	c.ladderUse()
	c.evaluation()
	c.items()
	c.prerequisites()
	c.assurance()
	c.startup()
	c.expressions()
	return c.faults
}

type checker struct {
	pack   *Pack
	root   *node
	faults Faults
}

// fault reports what stands at the end of a way of field names and list positions.
func (c *checker) fault(way []any, code, zh, en string) {
	c.faults = append(c.faults, at(c.root.look(way...), code, zh, en))
}

func way(steps ...any) []any { return steps }

// ladders checks that each ladder is climbed in the order of time.
func (c *checker) ladders() {
	for i, l := range c.pack.Ladders {
		before, lapses := 0, 0
		for j, r := range l.Rungs {
			here := way("ladders", i, "rungs", j)
			// Half days from due: a morning comes before the close of business of the same day.
			moment := 2 * r.Days
			if r.From == "previous" {
				if j == 0 {
					c.fault(append(here, "from"), "ladder.order", "第一级上面没有上一级", "There is no rung above the first.")
				}
				moment += before + before&1 // its day
			}
			if r.Morning {
				moment--
			}
			if j > 0 && moment < before {
				c.fault(append(here, "days"), "ladder.order", "阶梯各级须按时间先后排列：这一级早于上一级", "The rungs must be in the order of time; this one is earlier than the one above.")
			}
			before = moment
			if r.Repeat && r.Kind != RungReminder {
				c.fault(append(here, "repeat"), "ladder.repeat", "只有催办可以重复", "Only a reminder can be repeated.")
			}
			if r.Kind == RungLapse {
				if lapses++; lapses > 1 {
					c.fault(append(here, "kind"), "ladder.lapse", "期满自动生效只能有一次", "A ladder lapses once.")
				}
			}
		}
	}
}

// ladderUse checks that each piece of work stands on a ladder there is, with a lapse exactly where something
// happens by itself when nobody acts.
func (c *checker) ladderUse() {
	p := c.pack
	plain := func(key string, at ...any) { c.ladder(key, false, at) }
	lapsing := func(key string, at ...any) { c.ladder(key, true, at) }
	plain(p.Library.Review.Ladder, "library", "review", "ladder")
	plain(p.Library.Recognition.Ladder, "library", "recognition", "ladder")
	plain(p.Library.Replacement.Ladder, "library", "replacement", "ladder")
	plain(p.Evaluation.Draw.Ladder, "evaluation", "draw", "ladder")
	lapsing(p.Evaluation.Scoring.Ladder, "evaluation", "scoring", "ladder") // the expert is replaced
	plain(p.Evaluation.Revision.Ladder, "evaluation", "revision", "ladder")
	plain(p.Evaluation.Plan.Ladder, "evaluation", "plan", "ladder")
	plain(p.Evaluation.PlanNode, "evaluation", "planNode")
	plain(p.Approval.Ladder, "approval", "ladder")
	lapsing(p.Approval.Completeness.Ladder, "approval", "completeness", "ladder") // deemed acceptance
	plain(p.Approval.Submission.Ladder, "approval", "submission", "ladder")
	lapsing(p.Approval.Supplement.Ladder, "approval", "supplement", "ladder") // withdrawal
	lapsing(p.Approval.Deferral, "approval", "deferral")                      // a broken commitment
	plain(p.Assurance.Confirm.Ladder, "assurance", "confirm", "ladder")
	plain(p.Assurance.Waiting.Ladder, "assurance", "waiting", "ladder")
	plain(p.Startup.Start.Ladder, "startup", "start", "ladder")
	plain(p.Construction.Monthly.Ladder, "construction", "monthly", "ladder")
	plain(p.Construction.Problem.Ladder, "construction", "problem", "ladder")
	plain(p.Construction.Completion, "construction", "completion")
	plain(p.Completion.Settlement.Ladder, "completion", "settlement", "ladder")
	plain(p.Completion.Joint.Ladder, "completion", "joint", "ladder")
	plain(p.Completion.Rectification, "completion", "rectification")
	for i, s := range p.Startup.Conditions {
		plain(s.Ladder, "startup", "conditions", i, "ladder")
	}
	for i, item := range p.Items {
		plain(item.Ladder, "items", i, "ladder") // tacit approval comes with the due time, not with a rung
	}
}

func (c *checker) ladder(key string, lapses bool, at []any) {
	if key == "" {
		return
	}
	l, ok := c.pack.Ladder(key)
	has := slices.ContainsFunc(l.Rungs, func(r Rung) bool { return r.Kind == RungLapse })
	switch {
	case !ok:
		c.fault(at, "ladder.unknown", "没有督办阶梯“"+key+"”", "There is no ladder “"+key+"”.")
	case lapses && !has:
		c.fault(at, "ladder.lapse", "阶梯“"+key+"”缺少“期满自动生效”一级", "The ladder “"+key+"” needs a rung that lapses.")
	case has && !lapses:
		c.fault(at, "ladder.lapse", "这项工作期满没有自动生效的后果，不能用有此一级的阶梯“"+key+"”", "Nothing happens by itself here; the ladder “"+key+"” must not lapse.")
	}
}

func (c *checker) evaluation() {
	e := c.pack.Evaluation
	if e.Experts > 0 && e.Quorum > e.Experts {
		c.fault(way("evaluation", "quorum"), "evaluation.quorum", "最低评分人数多于专家人数", "The quorum is larger than the panel.")
	}
	if e.PassMark > 0 && e.ReviseMark > e.PassMark {
		c.fault(way("evaluation", "reviseMark"), "evaluation.marks", "修改后再评的分数线高于通过的分数线", "The mark for revision is above the mark to pass.")
	}
	sum := 0
	for _, k := range e.Criteria {
		if k.Max == 0 {
			return // reported as missing
		}
		sum += k.Max
	}
	if len(e.Criteria) > 0 && sum != 100 {
		c.fault(way("evaluation", "criteria"), "evaluation.criteria",
			fmt.Sprintf("各项评分标准满分合计须为 100，现为 %d", sum), fmt.Sprintf("The marks must add up to 100, not %d.", sum))
	}
}

func (c *checker) items() {
	for i, item := range c.pack.Items {
		c.department(item.Department, "items", i, "department")
		for j, reason := range item.Pauses {
			if _, ok := c.pack.PauseReason(reason); !ok {
				c.fault(way("items", i, "pauses", j), "pause.unknown", "没有暂停原因“"+reason+"”", "There is no reason to pause called “"+reason+"”.")
			}
		}
	}
}

func (c *checker) department(code string, at ...any) {
	if code == "" {
		return
	}
	if _, ok := c.pack.Department(code); !ok {
		c.fault(at, "department.unknown", "没有部门“"+code+"”", "There is no department “"+code+"”.")
	}
}

// prerequisites checks that every item can open.
func (c *checker) prerequisites() {
	for i, item := range c.pack.Items {
		for j, before := range item.After {
			here := way("items", i, "after", j)
			b, ok := c.pack.Item(before)
			switch {
			case !ok:
				c.fault(here, "prerequisite.unknown", "没有前置事项“"+before+"”", "There is no item “"+before+"” to come first.")
			case item.Phase == "approval" && b.Phase == "completion":
				c.fault(here, "prerequisite.phase", "审批事项不能以竣工阶段的事项“"+before+"”为前置", "An approval cannot wait for “"+before+"”, which belongs to completion.")
			}
		}
	}
	c.circles()
}

// circles reports each circle of prerequisites once, at the entry that closes it.
func (c *checker) circles() {
	const open, done = 1, 2
	state := map[string]int{}
	var way []string
	var visit func(i int)
	visit = func(i int) {
		item := c.pack.Items[i]
		state[item.Key] = open
		way = append(way, item.Key)
		for j, before := range item.After {
			k := slices.IndexFunc(c.pack.Items, func(o Item) bool { return o.Key == before })
			if k < 0 {
				continue
			}
			switch state[before] {
			case open:
				circle := strings.Join(append(slices.Clone(way[slices.Index(way, before):]), before), " → ")
				c.fault([]any{"items", i, "after", j}, "prerequisite.cycle", "前置事项成环："+circle, "The items wait for each other: "+circle+".")
			case done:
			default:
				visit(k)
			}
		}
		way = way[:len(way)-1]
		state[item.Key] = done
	}
	for i, item := range c.pack.Items {
		if state[item.Key] == 0 {
			visit(i)
		}
	}
}

func (c *checker) assurance() {
	for i, r := range c.pack.Assurance.Resources {
		c.department(r.Department, "assurance", "resources", i, "department")
	}
}

func (c *checker) startup() {
	for i, s := range c.pack.Startup.Conditions {
		if _, ok := c.pack.Department(s.Party); !ok && s.Party != "" && !slices.Contains([]string{"owner", "unit", "office"}, s.Party) {
			c.fault(way("startup", "conditions", i, "party"), "party.unknown",
				"“"+s.Party+"”既不是 owner、unit、office，也不是部门代码", "“"+s.Party+"” is neither owner, unit, office nor a department.")
		}
	}
}
