package demo

import (
	"context"
	"fmt"
	"strconv"
)

// isEvaluated: panels are drawn and score until one passes the project.
func (s *scene) isEvaluated(ctx context.Context) error {
	for round := 1; ; round++ {
		result, err := s.panel(ctx, round)
		switch {
		case err != nil:
			return err
		case result == "pass":
			return nil
		case result != "revise" || round > 3:
			return fmt.Errorf("%s：第%d轮专家评估结论是 %s", s.short, round, result)
		}
		err = inTurn(ctx, s.lasts(3), s.do(deed{who: s.liaison(), act: "revise-" + strconv.Itoa(round), path: "/panel/revise", body: map[string]string{
			"note": "按专家意见压缩建设规模，补充用地和环境论证",
		}}))
		if err != nil {
			return err
		}
	}
}

// panel is one round: the office draws, the experts score, each for himself, until there is a result: pass, revise
// or reject.
func (s *scene) panel(ctx context.Context, round int) (result string, err error) {
	decided := func(v *sight) bool {
		return v.project.Panel.Round > round || order(v.project.Row.Phase) > order("evaluation") ||
			(v.project.Panel.Round == round && v.project.Panel.Result != "")
	}
	if _, err := s.sees(ctx, "抽取专家", func(v *sight) bool { return v.project.Panel.Round == round || decided(v) }); err != nil {
		return "", err
	}
	err = inTurn(ctx, s.lasts(0.5), s.do(deed{who: "office", act: "draw-" + strconv.Itoa(round), path: "/panel/draw"}))
	if err != nil {
		return "", err
	}
	c, ctx := newCrew(ctx)
	asked := map[string]bool{}
	for {
		var fresh []int // seats whose experts have not been to it
		seen, err := s.sees(ctx, "专家评分", func(v *sight) bool {
			fresh = nil
			for seat, m := range v.project.Panel.Members {
				if v.project.Panel.Round == round && m.State == "invited" && !asked[m.Expert] {
					fresh = append(fresh, seat)
				}
			}
			return len(fresh) > 0 || decided(v)
		})
		if err != nil {
			c.cancel(err)
			return "", c.wait()
		}
		if len(fresh) == 0 {
			return resultOf(seen, round), c.wait()
		}
		for _, seat := range fresh {
			expert := seen.project.Panel.Members[seat].Expert
			asked[expert] = true
			c.begin(s.expert(round, seat, expert))
		}
	}
}

// resultOf is the result of a round, as the timeline has it.
func resultOf(v *sight, round int) string {
	for _, e := range v.log {
		if e.Type == "EvaluationConcluded" && e.field("round") == strconv.Itoa(round) {
			return e.field("result")
		}
	}
	return ""
}

// expert is what one member of a panel does: score, or, where the story wants it, decline or stay silent.
func (s *scene) expert(round, seat int, code string) step {
	account := s.cast.holderOf(party{"expert", code})
	act := strconv.Itoa(round) + "-" + code
	switch {
	case s.declines && round == 1 && seat == 0:
		return s.do(deed{who: account, act: "decline-" + act, path: "/panel/decline", body: map[string]string{"reason": "曾参与该项目前期咨询，申请回避"}})
	case s.silent && round == 1 && seat == 1:
		return func(context.Context) error {
			s.say(s.clock.now(), s.short, code, "（没有评分，等系统到期递补）")
			return nil
		}
	}
	mark, opinion := 85, "建设必要，方案可行，同意"
	if s.revised && round == 1 {
		mark, opinion = 65, "规模偏大，用地和环境论证不足，建议修改后再评"
	}
	return inSteps(s.lasts(0.5+0.5*float64(seat%4)), s.do(deed{who: account, act: "score-" + act, path: "/panel/score", quiet: true, body: map[string]any{
		"marks": s.marks(mark), "opinion": opinion,
	}}))
}

type mark struct {
	Key  string `json:"key"`
	Mark int    `json:"mark"`
}

// marks gives every criterion of the pack the same share of its most.
func (s *scene) marks(percent int) []mark {
	var ms []mark
	for _, c := range s.pack.Evaluation.Criteria {
		ms = append(ms, mark{c.Key, c.Max * percent / 100})
	}
	return ms
}

// isPlanned: the unit files the pre-work plan and has its first node done.
func (s *scene) isPlanned(ctx context.Context) error {
	node := func(key, title string, days int) map[string]any {
		return map[string]any{"key": key, "title": title, "due": s.base.AddDays(days).String(), "unit": s.data.Unit, "post": "项目专员"}
	}
	return inTurn(ctx,
		s.lasts(1),
		s.do(deed{who: s.liaison(), act: "plan", path: "/plan", body: map[string]any{"nodes": []any{
			node("n1", "前期要件编制", 120), node("n2", "征地拆迁", 200),
		}}}),
		s.reached("approval"),
		s.do(deed{who: s.liaison(), act: "node-n1", path: "/plan/n1/complete", body: map[string]string{"note": "要件已编制完成"}, quiet: true}),
	)
}
