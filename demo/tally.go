package demo

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/shopspring/decimal"

	"milepost/domain/calendar"
)

// tally is what is counted while the run lasts; the rest is counted from the timelines at its end.
type tally struct {
	refusals atomic.Int64 // attempts that a rule forbade
}

// hears is told every new line of a project's timeline, and passes on what nobody did: the rules at work.
func (s *scene) hears(e entry) {
	if !e.Actor.Automatic {
		return
	}
	if s.Verbose || loud(e) {
		s.say(e.OccurredAt, s.short, "系统", e.Text.Zh)
	}
}

// loud tells whether an automatic act deserves a line of its own.
func loud(e entry) bool {
	switch e.Type {
	case "PhaseEntered", "ItemDeemedAccepted", "ItemWithdrawn", "ExpertReplaced", "EvaluationConcluded", "CommitmentBroken",
		"QuotaWaited", "QuotaFollowed", "InterviewOpened", "ReplacementOwed", "ReportSkipped", "DeadlineMoved":
		return true
	case "Escalated":
		return e.rung().Rung != "reminder"
	}
	return false
}

// count is how many lines of all timelines fit.
func (r *run) count(fits func(entry) bool) int {
	n := 0
	for _, s := range r.scenes {
		for _, e := range s.watch.last.log {
			if fits(e) {
				n++
			}
		}
	}
	return n
}

func ofType(name string) func(entry) bool { return func(e entry) bool { return e.Type == name } }

func with(name, field, value string) func(entry) bool {
	return func(e entry) bool { return e.Type == name && e.field(field) == value }
}

func ofRung(kind string) func(entry) bool {
	return func(e entry) bool { return e.rung().Rung == kind }
}

// outcome is one line of the summary: how often something happened, and how often it had to.
type outcome struct {
	what    string
	got     int
	atLeast int
}

func (r *run) outcomes() []outcome {
	refusals := 3 // a refusal leaves nothing on a timeline: those of an earlier part of the run are not counted again
	if r.resumed {
		refusals = 0
	}
	return []outcome{
		{"竣工投产的项目", r.count(ofType("JointlyAccepted")), 9},
		{"撤回的项目", r.count(with("ProjectLeft", "status", "withdrawn")), 1},
		{"减一增一结清", r.count(ofType("Replaced")), 1},
		{"申报退回补正", r.count(ofType("EntryReturned")), 1},
		{"专家评估通过", r.count(with("EvaluationConcluded", "result", "pass")), 10},
		{"专家评估要求修改", r.count(with("EvaluationConcluded", "result", "revise")), 1},
		{"专家谢绝并递补", r.count(with("ExpertReplaced", "why", "declined")), 1},
		{"专家未评并递补", r.count(with("ExpertReplaced", "why", "silent")), 1},
		{"批准的事项", r.count(ofType("ItemGranted")), 150},
		{"其中超期批准", r.count(with("ItemGranted", "late", "true")), 2},
		{"视为受理", r.count(ofType("ItemDeemedAccepted")), 1},
		{"一次性告知补正", r.count(ofType("SupplementAsked")), 1},
		{"容缺承诺履行", r.count(ofType("CommitmentKept")), 2},
		{"容缺承诺逾期", r.count(ofType("CommitmentBroken")), 1},
		{"暂停计时", r.count(ofType("ItemPaused")), 1},
		{"延期", r.count(ofType("ItemExtended")), 1},
		{"不予批准后重新申报", r.count(ofType("ItemRefused")), 2},
		{"联评联审", r.count(ofType("JointReviewRecorded")), 1},
		{"转办", r.count(with("TaskAssigned", "how", "hand-over")), 1},
		{"催办", r.count(ofRung("reminder")), 10},
		{"超期亮红灯", r.count(ofRung("overdue")), 3},
		{"督办通知", r.count(ofRung("supervision-notice")), 4},
		{"通报批评", r.count(ofRung("criticism")), 1},
		{"启动约谈", r.count(ofType("InterviewOpened")), 1},
		{"指标排队", r.count(ofType("QuotaWaited")), 2},
		{"计划日期调整", r.count(ofType("PlannedDateMoved")), 1},
		{"按期月报", r.count(with("ReportFiled", "late", "")), 15},
		{"迟报月报", r.count(with("ReportFiled", "late", "true")), 1},
		{"红灯月报", r.count(with("ReportFiled", "lamp", "red")), 2},
		{"月报更正", r.count(ofType("ReportCorrected")), 1},
		{"问题销号", r.count(ofType("ProblemClosed")), 2},
		{"项目暂停后恢复", r.count(ofType("ProjectResumed")), 1},
		{"竣工验收退回整改", r.count(ofType("JointlyReturned")), 1},
		{"整改完成", r.count(ofType("Rectified")), 2},
		{"补录", r.count(func(e entry) bool { return e.Late }), 1},
		{"按规则拒绝", int(r.tally.refusals.Load()), refusals},
	}
}

// summary tells what happened and returns what did not happen though it should have.
func (r *run) summary(ctx context.Context) error {
	if err := r.lastLook(ctx); err != nil {
		return err
	}
	var missing []error
	r.line("\n演示结束，共 " + fmt.Sprint(len(r.scenes)) + " 个项目，发生：")
	for _, o := range r.outcomes() {
		mark := ""
		if o.got < o.atLeast {
			mark = fmt.Sprintf("  ← 至少应有 %d", o.atLeast)
			missing = append(missing, fmt.Errorf("%s：%d，至少应有 %d", o.what, o.got, o.atLeast))
		}
		r.line("  " + padded(o.what, 20) + fmt.Sprintf("%5d", o.got) + mark)
	}
	if err := r.quotas(ctx); err != nil {
		missing = append(missing, err)
	}
	if err := r.notices(ctx); err != nil {
		missing = append(missing, err)
	}
	missing = append(missing, r.loose()...)
	r.table(r.scenes[r.Timeline])
	if err := errors.Join(missing...); err != nil {
		return fmt.Errorf("演示与预期不符：\n%w", err)
	}
	r.line("\n演示与预期一致。")
	return nil
}

// lastLook reads every project once more, when nobody else does.
func (r *run) lastLook(ctx context.Context) error {
	for _, s := range r.scenes {
		if err := s.watch.read(ctx); err != nil {
			return fmt.Errorf("%s：%w", s.short, err)
		}
	}
	return nil
}

// loose finds timelines with a gap or without their chain, and work that is still open in a project that is done.
func (r *run) loose() []error {
	var found []error
	for _, st := range stories() {
		s := r.scenes[st.part]
		last := s.watch.last
		if int64(len(last.log)) != last.project.Row.Seq {
			found = append(found, fmt.Errorf("%s：时间线有%d条，状态到第%d条", s.short, len(last.log), last.project.Row.Seq))
		}
		for _, e := range last.log {
			if e.Hash == "" || e.Clause == "" {
				found = append(found, fmt.Errorf("%s：第%d条（%s）缺摘要或条款", s.short, e.Seq, e.Type))
			}
		}
		if last.project.Row.Status == "done" && len(last.project.Tasks) > 0 {
			found = append(found, fmt.Errorf("%s：已投产还有%d项待办", s.short, len(last.project.Tasks)))
		}
	}
	return found
}

// quotas shows the quotas of the year and holds them to their rule: reserved and committed never exceed the total.
func (r *run) quotas(ctx context.Context) error {
	var wrong error
	r.line(fmt.Sprintf("\n%d年要素指标：", r.base.Year))
	for _, q := range r.city.Quotas {
		if q.Jurisdiction != r.city.Home() || q.Year != r.base.Year {
			continue
		}
		got, err := r.quota(ctx, q.Resource)
		if err != nil {
			return err
		}
		r.line(fmt.Sprintf("  %s总量%10s  预留%10s  核销%10s  可用%10s  排队%d", padded(q.Resource, 10), got.Total, got.Reserved, got.Committed, got.Free, got.Waiting))
		total, err1 := decimal.NewFromString(got.Total)
		reserved, err2 := decimal.NewFromString(got.Reserved)
		committed, err3 := decimal.NewFromString(got.Committed)
		if err := errors.Join(err1, err2, err3); err != nil {
			return err
		}
		if reserved.Add(committed).GreaterThan(total) {
			wrong = errors.Join(wrong, fmt.Errorf("%s指标超用：预留%s，核销%s，总量%s", q.Resource, got.Reserved, got.Committed, got.Total))
		}
	}
	return wrong
}

// notices holds the messages against the ladder: who was supervised was told so.
func (r *run) notices(ctx context.Context) error {
	var list struct {
		Items []struct {
			Project string `json:"project"`
			Kind    string `json:"kind"`
		} `json:"items"`
	}
	env, err := r.cast.as(ctx, r.cast.head("environment"))
	if err != nil {
		return err
	}
	if err := env.get(ctx, "/notices?limit=100&kind=overdue", &list); err != nil {
		return err
	}
	for _, n := range list.Items {
		if n.Project == r.scenes["ring"].id {
			return nil
		}
	}
	return fmt.Errorf("%s没有收到%s的超期消息", env.name, r.scenes["ring"].short)
}

// table shows the whole timeline of one project.
func (r *run) table(s *scene) {
	r.line(fmt.Sprintf("\n时间线：%s（%s），%d 条", s.data.Name, s.id, len(s.watch.last.log)))
	r.line("  " + padded("序号", 6) + padded("发生时间", 18) + padded("办理", 24) + padded("条款", 10) + "记录")
	for _, e := range s.watch.last.log {
		who := e.Actor.Name
		switch {
		case e.Actor.Automatic:
			who = "（自动）"
		case who == "":
			who = e.Actor.Party
		}
		text := strings.ReplaceAll(e.Text.Zh, "\n", " ")
		if e.Late && e.Actor.Automatic { // an act says so itself
			text += "（补录）"
		}
		r.line("  " + padded(fmt.Sprint(e.Seq), 6) + padded(civilTime(e.OccurredAt), 18) + padded(who, 24) + padded(e.Clause, 10) + text)
	}
}

func civilTime(t time.Time) string { return t.In(calendar.Zone).Format("2006-01-02 15:04") }

// padded fills a text with spaces to a width in columns; a Chinese letter takes two.
func padded(s string, columns int) string {
	width := 0
	for _, c := range s {
		if c >= 0x1100 {
			width++
		}
		width++
	}
	if width >= columns {
		return s + " "
	}
	return s + strings.Repeat(" ", columns-width)
}
