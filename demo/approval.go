package demo

import (
	"context"
	"fmt"
	"strconv"
)

// isApproved: every item of parallel approval is handed in as it opens, and decided by its own department.
func (s *scene) isApproved(ctx context.Context) error {
	if err := s.allItems(ctx, "approval"); err != nil {
		return err
	}
	return s.reached("assurance")(ctx)
}

// allItems has every item of a phase decided, side by side.
func (s *scene) allItems(ctx context.Context, phase string) error {
	c, ctx := newCrew(ctx)
	begun := map[string]bool{}
	for {
		seen, err := s.sees(ctx, phaseNames[phase]+"的事项", func(v *sight) bool {
			return len(toDo(v, phase, begun)) > 0 || allGranted(v, phase)
		})
		if err != nil {
			c.cancel(err)
			return c.wait()
		}
		items := toDo(seen, phase, begun)
		for _, i := range items {
			begun[i.Key] = true
			c.begin(inSteps(s.way(i)...))
		}
		if len(items) == 0 {
			return c.wait()
		}
	}
}

// toDo are the items of a phase that can be worked on and that nobody has begun.
func toDo(v *sight, phase string, begun map[string]bool) []item {
	var items []item
	for _, i := range v.project.Items {
		if i.Phase != phase || begun[i.Key] {
			continue
		}
		switch i.State {
		case "open", "received", "supplement", "accepted", "refused", "withdrawn":
			items = append(items, i)
		}
	}
	return items
}

func allGranted(v *sight, phase string) bool {
	n := 0
	for _, i := range v.project.Items {
		if i.Phase != phase {
			continue
		}
		n++
		if i.State != "granted" && i.State != "not-applicable" {
			return false
		}
	}
	return n > 0
}

// way is how an item goes: as the story wants it, else the ordinary way.
func (s *scene) way(i item) []step {
	if special, ok := s.items[i.Key]; ok {
		return special(s, i)
	}
	return ordinary(s, i)
}

// ordinary: papers complete, accepted at once, granted after some days.
func ordinary(s *scene, i item) []step {
	return []step{s.submits(i, 1), s.accepts(i, 1), s.pace(i.Key), s.grants(i, 1)}
}

// What officials and owners do with an item. A round is counted from 1; a refused item is submitted in a new one.

// submits: the owner hands in every paper.
func (s *scene) submits(i item, round int) step {
	return func(ctx context.Context) error {
		return s.submission(i, round, s.pack.papers(i.Key), nil)(ctx)
	}
}

type promise struct {
	Paper string `json:"paper"`
	Due   string `json:"due"`
}

func (s *scene) submission(i item, round int, papers []string, promised []promise) step {
	body := map[string]any{"papers": papers}
	if len(promised) > 0 {
		body["commitments"] = promised
	}
	return s.do(deed{who: s.owner(), act: actOf("submit", i, round), path: itemPath(i, "submit"), body: body, quiet: round == 1 && len(promised) == 0})
}

// accepts: the department finds the papers complete. If it comes too late, it has been accepted by lapse.
func (s *scene) accepts(i item, round int) step {
	return s.do(deed{who: s.handler(i.Department), act: actOf("accept", i, round), path: itemPath(i, "accept"), quiet: true})
}

// grants: the handler decides.
func (s *scene) grants(i item, round int) step {
	return s.grantsAs(s.handler(i.Department), i, round, "")
}

func (s *scene) grantsAs(account string, i item, round int, meeting string) step {
	body := map[string]string{"document": s.document(i.Name.Zh + "批复")}
	if meeting != "" {
		body["jointReview"] = meeting
	}
	return s.do(deed{who: account, act: actOf("grant", i, round), path: itemPath(i, "grant"), body: body})
}

// refuses: the handler refuses, with reason and legal basis.
func (s *scene) refuses(i item, round int) step {
	return s.do(deed{who: s.handler(i.Department), act: actOf("refuse", i, round), path: itemPath(i, "refuse"), body: map[string]string{
		"reason": "材料内容与现场不符，结论依据不足", "basis": "《中华人民共和国行政许可法》第三十八条",
	}})
}

func actOf(what string, i item, round int) string {
	return what + "-" + i.Key + "-" + strconv.Itoa(round)
}

func itemPath(i item, act string) string { return "/items/" + i.Key + "/" + act }

// inSteps makes one step of several.
func inSteps(steps ...step) step {
	return func(ctx context.Context) error { return inTurn(ctx, steps...) }
}

// isItem waits until an item is as it should be.
func (s *scene) isItem(i item, what string, fits func(item) bool) step {
	return s.until(fmt.Sprintf("“%s”%s", i.Name.Zh, what), func(v *sight) bool { return fits(v.project.item(i.Key)) })
}
