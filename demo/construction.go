package demo

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// plansMonths: the investment is planned month by month before the start; of a month that has begun it stands.
func (s *scene) plansMonths(ctx context.Context) error {
	plan, err := months(s.clock.today().String(), len(s.months), s.data.Investment*fenPerWan)
	if err != nil {
		return err
	}
	return s.do(deed{who: s.owner(), act: "plan-months", path: "/investment-plan", body: map[string]any{"months": plan}, quiet: true})(ctx)
}

// isBuilt: every month is reported on the first days of the next, or late where the story wants it.
func (s *scene) isBuilt(ctx context.Context) error {
	total := s.data.Investment * fenPerWan
	planned := total / int64(len(s.months))
	for n, m := range s.months {
		if err := s.reports(ctx, n, m, int64(float64(planned)*m.share)); err != nil {
			return err
		}
		for _, h := range s.during[n] {
			if err := h(s)(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// reports files the n-th monthly report.
func (s *scene) reports(ctx context.Context, n int, m month, done int64) error {
	period, err := s.nextPeriod(ctx, n)
	if err != nil {
		return err
	}
	after, err := firstAfter(period)
	if err != nil {
		return err
	}
	morning := after.Add(opening + time.Duration(number(s.part, period)%28)*15*time.Minute) // due on the 3rd, day off or not
	if err := s.clock.until(ctx, morning); err != nil {
		return err
	}
	if m.late {
		if err := s.until(period+"月报督办", escalated("report", period, "supervision-notice"))(ctx); err != nil {
			return err
		}
	}
	return s.file(period, done, "累计完成"+nth(n)+"个月施工任务")(ctx)
}

func (s *scene) file(period string, done int64, image string) step {
	return s.do(deed{who: s.owner(), act: "report-" + period, path: "/reports/" + period + "/file", body: map[string]any{
		"investment": done, "image": image, "forecast": "下月按计划推进",
	}})
}

// nextPeriod is the n-th month that the project is asked to report, filed already or not.
func (s *scene) nextPeriod(ctx context.Context, n int) (string, error) {
	periods := func(v *sight) []string {
		var ps []string
		for _, r := range v.project.Reporting.Reports {
			ps = append(ps, r.Period)
		}
		for _, t := range v.project.Tasks {
			if t.Kind == "report" {
				ps = append(ps, t.Subject)
			}
		}
		slices.Sort(ps)
		return slices.Compact(ps)
	}
	seen, err := s.sees(ctx, "第"+nth(n)+"个月的月报", func(v *sight) bool { return len(periods(v)) > n })
	if err != nil {
		return "", err
	}
	return periods(seen)[n], nil
}

// problemOf: the owner registers a problem, the office gives it to a department with a date, which has it closed.
func problemOf(title, department string) happening {
	return func(s *scene) step {
		return s.problem(title, deed{who: s.owner()}, party{"department", department})
	}
}

// supervisedProblem: a supervisor finds a major problem; the unit has it closed.
func supervisedProblem(title string) happening {
	return func(s *scene) step {
		return s.problem(title, deed{who: "supervisor"}, party{"unit", s.data.Unit})
	}
}

func (s *scene) problem(title string, by deed, to party) step {
	return func(ctx context.Context) error {
		by.act, by.path = "problem", "/problems" // one in each story
		by.body = map[string]any{"title": title, "detail": "影响关键线路，请协调解决", "major": by.who == "supervisor"}
		if _, err := s.does(ctx, by); err != nil {
			return err
		}
		seen, err := s.sees(ctx, "问题挂号", func(v *sight) bool { return len(v.project.Problems) > 0 })
		if err != nil {
			return err
		}
		at := "/problems/" + inPath(seen.project.Problems[0].ID)
		return inTurn(ctx,
			s.lasts(1),
			s.do(deed{who: "office", act: "problem-assign", path: at + "/assign", body: map[string]any{"party": to, "due": s.inDays(12)}}),
			s.lasts(5),
			s.do(deed{who: s.cast.holderOf(to), act: "problem-close", path: at + "/close", body: map[string]string{"outcome": "已现场协调，方案确定并实施，问题解决"}}),
		)
	}
}

// suspended: a leader suspends the project; nothing can be filed until the office resumes it.
func suspended(reason string, days float64) happening {
	return func(s *scene) step {
		return func(ctx context.Context) error {
			return inTurn(ctx,
				s.lasts(1),
				s.do(deed{who: "leader", act: "suspend", path: "/suspend", body: map[string]string{"reason": reason, "until": s.inDays(int(days) + 3)}}),
				s.isRefused("project.not-active", deed{who: s.owner(), act: "report-suspended", path: "/acceptance/request", body: map[string]string{"trialRun": s.inDays(0)}}),
				s.lasts(days),
				s.do(deed{who: "office", act: "resume", path: "/resume", body: map[string]string{"reason": reason + "结束，恢复施工"}}),
			)
		}
	}
}

// correctedReport: the owner corrects the last report; the old record stays.
func correctedReport(s *scene) step {
	return func(ctx context.Context) error {
		seen, err := s.sees(ctx, "已报送的月报", func(v *sight) bool { return len(v.project.Reporting.Reports) > 0 })
		if err != nil {
			return err
		}
		last := seen.project.Reporting.Reports[len(seen.project.Reporting.Reports)-1]
		return inTurn(ctx, s.lasts(2), s.do(deed{who: s.owner(), act: "correct", path: "/reports/" + last.Period + "/correct", body: map[string]any{
			"record": last.Seq, "investment": last.Investment - last.Investment/50, "image": "累计完成1个月施工任务（核实后）",
			"reason": fmt.Sprintf("%s设备款重复计入，核减2%%", last.Period),
		}}))
	}
}
