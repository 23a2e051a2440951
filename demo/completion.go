package demo

import "context"

// isCompleted: trial run, application, single acceptances, settlement and audit, joint acceptance.
func (s *scene) isCompleted(ctx context.Context) error {
	request := deed{who: s.owner(), act: "request-acceptance", path: "/acceptance/request", body: map[string]string{"trialRun": s.inDays(0)}} // today
	steps := []step{s.lastReport, s.lasts(1 + float64(number(s.part, "trial run")%15))}                                                       // the trial runs end on different days
	if s.refusedAcceptance {
		early := request
		early.act = "request-acceptance-early"
		steps = append(steps, s.isRefused("acceptance.commitment", early), s.lasts(1))
	}
	steps = append(steps,
		s.keepsAll, s.do(request), s.reached("completion"),
		func(ctx context.Context) error { return s.allItems(ctx, "completion") },
		s.until("结算和决算", s.asked("settlement")),
		s.lasts(3),
		s.do(deed{who: s.owner(), act: "settlement", path: "/settlement", body: map[string]any{
			"amount": s.data.Investment * fenPerWan / 100 * 98, "audit": s.document("竣工决算审计报告"),
		}}),
		s.until("竣工验收", s.asked("joint")),
		s.lasts(2),
	)
	if s.returnedJoint {
		steps = append(steps, s.do(deed{who: "office", act: "return-joint", path: "/acceptance/decide", body: map[string]any{
			"passed": false, "document": s.document("竣工验收初验意见"),
			"rectify": []map[string]string{
				{"what": "无障碍坡道和扶手不到位", "due": s.inDays(30)}, {"what": "院外市政道路接口未完成", "due": s.inDays(30), "party": "unit"},
			},
		}}), s.lasts(3), s.rectifies(s.owner(), "1-1", "坡道、扶手已按规范补装"), s.rectifies(s.liaison(), "1-2", "接口道路已完成"), s.lasts(2))
	}
	steps = append(steps,
		s.do(deed{who: "office", act: "accept-joint", path: "/acceptance/decide", body: map[string]any{"passed": true, "document": s.document("竣工验收鉴定书")}}),
		s.until("投产", func(v *sight) bool { return v.project.Row.Status == "done" || v.project.Row.Status == "archived" }),
	)
	if s.latePaper {
		steps = append(steps, s.lasts(2), s.do(deed{who: s.owner(), act: "late-paper", path: "/papers", body: map[string]string{"title": "补充竣工图电子版", "note": "投产后补交，不重新打开项目"}}))
	}
	return inTurn(ctx, steps...)
}

// rectifies: what a joint acceptance found is mended, and said so.
func (s *scene) rectifies(who, id, note string) step {
	return s.do(deed{who: who, act: "rectify-" + id, path: "/rectifications/" + id + "/done", body: map[string]string{"note": note}})
}

// asked fits a sight in which a piece of work is asked for, or the project is done.
func (s *scene) asked(kind string) func(*sight) bool {
	return func(v *sight) bool {
		return v.project.asks(kind) || order(v.project.Row.Phase) > order("completion") || v.happened(func(e entry) bool { return e.Type == "Settled" })
	}
}

// lastReport files the report that is open when the works end, if one is.
func (s *scene) lastReport(ctx context.Context) error {
	seen, _, err := s.watch.look()
	if err != nil {
		return err
	}
	for _, t := range seen.project.Tasks {
		if t.Kind == "report" {
			if err := s.file(t.Subject, 0, "主体完工，试运行正常")(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// keepsAll hands in every deferred paper that is still missing.
func (s *scene) keepsAll(ctx context.Context) error {
	seen, _, err := s.watch.look()
	if err != nil {
		return err
	}
	for _, c := range seen.project.Commitments {
		if c.Kept.IsZero() && c.Void.IsZero() {
			if err := s.keeps(c.Item, c.Paper)(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}
