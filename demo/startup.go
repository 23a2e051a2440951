package demo

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// meetsConditions: whoever a start condition belongs to confirms it, some days in.
func (s *scene) meetsConditions(ctx context.Context) error {
	seen, err := s.sees(ctx, "开工条件", func(v *sight) bool {
		return v.project.asks("start") || order(v.project.Row.Phase) > order("startup") || v.project.Row.Status == "withdrawn"
	})
	if err != nil {
		return err
	}
	c, _ := newCrew(ctx)
	for _, t := range seen.project.Tasks {
		if t.Kind == "condition" {
			c.begin(s.confirms(t))
		}
	}
	return c.wait()
}

func (s *scene) confirms(t task) step {
	return inSteps(s.pace(t.Subject), func(ctx context.Context) error {
		d := deed{
			who: s.cast.holderOf(t.Party), act: "condition-" + t.Subject, path: "/conditions/" + t.Subject + "/confirm",
			body: map[string]string{"document": s.document(subjectOf(t.Name.Zh))}, quiet: true,
		}
		if s.occurred && t.Subject == "tendering" { // entered a day after it happened
			if err := s.lasts(2)(ctx); err != nil {
				return err
			}
			d.late, d.quiet = lateEntry{occurred: s.clock.now().AddDate(0, 0, -1), basis: s.document("中标通知书签收单")}, false
		}
		_, err := s.does(ctx, d)
		return err
	})
}

// starts: the unit has the site ready and says so in the pre-work plan; the owner plans the investment and starts the
// works.
func (s *scene) starts(ctx context.Context) error {
	return inTurn(ctx,
		s.do(deed{who: s.liaison(), act: "node-n2", path: "/plan/n2/complete", body: map[string]string{"note": "场地已交付"}, quiet: true}),
		s.lasts(1),
		s.plansMonths,
		s.do(deed{who: s.owner(), act: "start", path: "/start", body: map[string]string{"document": s.document("开工令")}}),
		s.reached("construction"),
	)
}

// startIsMoved: a project that waits in line will be late; the office moves its planned start.
func (s *scene) startIsMoved(days int) step {
	return func(ctx context.Context) error {
		f, err := s.declaration()
		if err != nil {
			return err
		}
		to, err := moved(f.PlannedStart, days)
		if err != nil {
			return err
		}
		return inTurn(ctx, s.lasts(1), s.do(deed{who: "office", act: "move-start", path: "/planned-dates/move", body: map[string]string{
			"which": "start", "to": to.String(), "why": "用地指标排队，暂不具备供地条件", "basis": "市重大项目调度会议纪要（演示）",
		}}))
	}
}

// withdraws: when another project waits for its land, the owner gives this one up. The land goes to whoever waits,
// and the unit owes a replacement, which is declared and named.
func (s *scene) withdraws(waiting, replacement string) step {
	return func(ctx context.Context) error {
		return inTurn(ctx,
			s.otherSees(waiting, "用地指标排队", func(v *sight) bool { return v.project.need("land").State == "waiting" || settled(v, "land") }),
			s.lasts(4),
			s.do(deed{who: s.owner(), act: "withdraw", path: "/withdraw", body: map[string]string{"reason": "线位方案重大调整，资金方案重新论证，撤回重报"}}),
			s.until("减一增一", func(v *sight) bool { return v.project.Debt != nil }),
			s.lasts(3),
			s.isReplacedBy(replacement),
			s.until("欠账结清", func(v *sight) bool { return v.project.Debt != nil && !v.project.Debt.Settled.IsZero() }),
		)
	}
}

// isReplacedBy declares the project that takes this one's place, and has the office name it.
func (s *scene) isReplacedBy(key string) step {
	return func(ctx context.Context) error {
		next := &scene{run: s.run, story: story{part: key, short: "替换项目"}, watch: s.watch}
		for _, p := range s.city.Projects {
			if p.Run == key {
				next.data = p
			}
		}
		if next.data.Code == "" {
			return fmt.Errorf("演示数据里没有项目 %s", key)
		}
		f, err := next.declaration()
		if err != nil {
			return err
		}
		r, err := next.does(ctx, deed{who: next.owner(), act: "declare", body: map[string]any{"profile": f}})
		if err != nil {
			return err
		}
		return s.do(deed{who: "office", act: "replace", path: "/replace", body: map[string]string{"project": r.Project}})(ctx)
	}
}

// months spreads an amount of fen evenly over months from the one of a date.
func months(from string, n int, total int64) ([]map[string]any, error) {
	first, err := moved(from[:7]+"-01", 0)
	if err != nil {
		return nil, err
	}
	var plan []map[string]any
	for i := range n {
		amount := total / int64(n)
		if i == n-1 {
			amount = total - amount*int64(n-1)
		}
		plan = append(plan, map[string]any{"period": first.AddMonths(i).String()[:7], "amount": amount})
	}
	return plan, nil
}

// subjectOf is the name of what a task is about: its own name goes on after a dot.
func subjectOf(name string) string {
	subject, _, _ := strings.Cut(name, "·")
	return subject
}

func nth(n int) string { return strconv.Itoa(n + 1) }
