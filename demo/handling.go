package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// The ways of items that do not go the ordinary way.

// supplemented: a paper is missing; the department asks once for it, and the ten days begin anew when it is in.
func supplemented(s *scene, i item) []step {
	return []step{
		func(ctx context.Context) error {
			papers := s.pack.papers(i.Key)
			return s.submission(i, 1, papers[:len(papers)-1], nil)(ctx)
		},
		func(ctx context.Context) error {
			papers := s.pack.papers(i.Key)
			return s.do(deed{who: s.handler(i.Department), act: actOf("ask", i, 1), path: itemPath(i, "ask-supplement"), body: map[string]any{
				"missing": []map[string]string{{"paper": papers[len(papers)-1], "standard": s.pack.standard(i.Key, papers[len(papers)-1])}},
			}})(ctx)
		},
		s.lasts(3),
		func(ctx context.Context) error {
			papers := s.pack.papers(i.Key)
			return s.do(deed{who: s.owner(), act: actOf("supply", i, 1), path: itemPath(i, "supply"), body: map[string]any{"papers": papers[len(papers)-1:]}})(ctx)
		},
		s.lasts(2), s.grants(i, 1),
	}
}

// deemedAccepted: the department says nothing for two working days; the item is accepted by lapse.
func deemedAccepted(s *scene, i item) []step {
	return []step{
		s.submits(i, 1),
		s.isItem(i, "视为受理", func(now item) bool { return now.Deemed || now.State == "granted" }),
		s.lasts(1), s.grants(i, 1),
	}
}

// deferring: a deferrable paper is promised for a day some days ahead, and handed in before it; or the promise is
// broken.
func deferring(paper string, days int, kept bool) handling {
	return func(s *scene, i item) []step {
		steps := []step{
			func(ctx context.Context) error {
				papers := slices.DeleteFunc(s.pack.papers(i.Key), func(p string) bool { return p == paper })
				return s.submission(i, 1, papers, []promise{{paper, s.inDays(days)}})(ctx)
			},
			s.accepts(i, 1), s.pace(i.Key), s.grants(i, 1),
		}
		if kept {
			return append(steps, s.lasts(8), s.keeps(i.Key, paper))
		}
		return append(steps, s.until("容缺承诺逾期", func(v *sight) bool {
			return v.happened(func(e entry) bool { return e.Type == "CommitmentBroken" && e.field("subject") == i.Key+"/"+paper })
		}))
	}
}

// keeps: the owner hands in a deferred paper.
func (s *scene) keeps(item, paper string) step {
	return s.do(deed{who: s.owner(), act: "keep-" + item + "-" + paper, path: "/items/" + item + "/commitments/" + paper + "/keep"})
}

// paused: the clock stands still for a reason that the pack lists, and runs again some days later.
func paused(reason, note string, days float64) handling {
	return func(s *scene, i item) []step {
		who := s.handler(i.Department)
		return []step{
			s.submits(i, 1), s.accepts(i, 1), s.lasts(1),
			s.do(deed{who: who, act: actOf("pause", i, 1), path: itemPath(i, "pause"), body: map[string]string{"reason": reason, "note": note}}),
			s.lasts(days),
			s.do(deed{who: who, act: actOf("resume", i, 1), path: itemPath(i, "resume")}),
			s.lasts(1), s.grants(i, 1),
		}
	}
}

// extended: the head extends the limit once; a second extension is refused.
func extended(days int) handling {
	return func(s *scene, i item) []step {
		longer := func(act string) deed {
			return deed{who: s.cast.head(i.Department), act: actOf(act, i, 1), path: itemPath(i, "extend"), body: map[string]any{
				"days": days, "reason": "需组织现场核查，核查安排已告知申请人",
			}}
		}
		return []step{
			s.submits(i, 1), s.accepts(i, 1), s.lasts(6),
			s.do(longer("extend")), s.lasts(1), s.isRefused("extension.once", longer("extend-again")),
			s.lasts(5), s.grants(i, 1),
		}
	}
}

// refusedOnce: the department refuses; the owner submits anew, and the second round is granted.
func refusedOnce(s *scene, i item) []step {
	return []step{
		s.submits(i, 1), s.accepts(i, 1), s.lasts(2), s.refuses(i, 1),
		s.lasts(3), s.submits(i, 2), s.accepts(i, 2), s.lasts(2), s.grants(i, 2),
	}
}

// overdueUntil: the department lets the limit pass until a rung of the ladder is reached, then decides late.
func overdueUntil(kind string) handling {
	return func(s *scene, i item) []step {
		return []step{
			s.submits(i, 1), s.accepts(i, 1),
			s.until("“"+i.Name.Zh+"”"+rungNames[kind], escalated("decision", i.Key, kind)),
			s.lasts(1), s.grants(i, 1),
		}
	}
}

// overdueUntilInterview: nobody decides until the ladder has opened an interview.
func overdueUntilInterview(s *scene, i item) []step {
	return []step{
		s.submits(i, 1), s.accepts(i, 1),
		s.until("“"+i.Name.Zh+"”启动约谈", func(v *sight) bool {
			for _, w := range v.project.Interviews {
				if w.Rule == "ladder" && strings.HasPrefix(w.Task, "decision/"+i.Key+"/") {
					return true
				}
			}
			return false
		}),
		s.lasts(1), s.grants(i, 1),
	}
}

// escalated fits a sight in which a rung has been climbed over a piece of work.
func escalated(kind, subject, rung string) func(*sight) bool {
	return func(v *sight) bool {
		return v.happened(func(e entry) bool {
			r := e.rung()
			return r.Kind == kind && r.Subject == subject && r.Rung == rung && r.Task != ""
		})
	}
}

var rungNames = map[string]string{
	"reminder": "催办", "overdue": "超期", "supervision-notice": "督办", "criticism": "通报", "interview": "约谈",
}

// handedOver: the handler takes the task, hands it over to a colleague, who decides.
func handedOver(s *scene, i item) []step {
	first, second := s.handler(i.Department), s.cast.second(i.Department)
	task := "/tasks/" + inPath("decision/"+i.Key+"/1")
	return []step{
		s.submits(i, 1), s.accepts(i, 1), s.lasts(0.5),
		s.do(deed{who: first, act: actOf("claim", i, 1), path: task + "/claim"}),
		s.lasts(0.5),
		s.do(deed{who: first, act: actOf("hand-over", i, 1), path: task + "/hand-over", body: map[string]string{"to": second, "reason": "外出培训"}}),
		s.lasts(2), s.grantsAs(second, i, 1, ""),
	}
}

// jointly: the items of a story that go this way are taken in one meeting; each department then decides its own.
func jointly(s *scene, i item) []step {
	return []step{
		s.submits(i, 1), s.accepts(i, 1), s.meeting(i),
		func(ctx context.Context) error {
			seen, err := s.sees(ctx, "联评联审纪要", minuted(i.Key))
			if err != nil {
				return err
			}
			return s.grantsAs(s.handler(i.Department), i, 1, meetingOf(seen, i.Key).ID)(ctx)
		},
	}
}

// meeting: when all items of the meeting are in, a leader convenes it, and the office files the minutes. The
// first of the items sees to it.
func (s *scene) meeting(i item) step {
	var agenda []string
	for key := range s.items {
		if s.pack.knows(key) {
			agenda = append(agenda, key)
		}
	}
	slices.Sort(agenda)
	if i.Key != agenda[0] {
		return func(context.Context) error { return nil }
	}
	allIn := func(v *sight) bool {
		return !slices.ContainsFunc(agenda, func(key string) bool {
			state := v.project.item(key).State
			return state != "received" && state != "accepted" && state != "granted"
		})
	}
	return inSteps(
		s.until("联评联审事项收齐", func(v *sight) bool { return allIn(v) || minuted(i.Key)(v) }),
		s.do(deed{who: "leader", act: "convene", path: "/joint-reviews", body: map[string]any{"items": agenda, "at": "市政务服务中心第一会议室，上午九时"}}),
		s.lasts(1),
		func(ctx context.Context) error {
			seen, err := s.sees(ctx, "联评联审", func(v *sight) bool { return meetingOf(v, i.Key).ID != "" })
			if err != nil {
				return err
			}
			id := meetingOf(seen, i.Key).ID
			return s.do(deed{who: "office", act: "minutes", path: "/joint-reviews/" + inPath(id) + "/record", body: map[string]string{
				"minutes": fmt.Sprintf("会议听取各部门意见，%d个事项具备批准条件，请各部门分别作出决定", len(agenda)),
			}})(ctx)
		},
	)
}

func meetingOf(v *sight, item string) jointReview {
	for _, j := range v.project.JointReviews {
		if slices.Contains(j.Items, item) {
			return j
		}
	}
	return jointReview{}
}

func minuted(item string) func(*sight) bool {
	return func(v *sight) bool { return meetingOf(v, item).Minutes != "" }
}
