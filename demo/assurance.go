package demo

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"github.com/shopspring/decimal"
)

// isAssured: each resource's department confirms the need; what does not fit waits in line until the ledger moves.
func (s *scene) isAssured(ctx context.Context) error {
	seen, err := s.sees(ctx, "要素需求", func(v *sight) bool {
		return len(v.project.Needs) > 0 || order(v.project.Row.Phase) > order("assurance")
	})
	if err != nil {
		return err
	}
	c, _ := newCrew(ctx)
	for _, n := range seen.project.Needs {
		c.begin(s.need(n))
	}
	if err := c.wait(); err != nil {
		return err
	}
	return s.reached("startup")(ctx)
}

// need: the department confirms one need, and the ledger reserves it.
func (s *scene) need(n need) step {
	department := ""
	for _, r := range s.pack.Assurance.Resources {
		if r.Key == n.Resource {
			department = r.Department
		}
	}
	steps := []step{s.pace(n.Resource)}
	if n.Resource == "land" && s.claims != nil {
		steps = append(steps, s.claims(s))
	}
	steps = append(steps,
		s.do(deed{
			who: s.handler(department), act: "need-" + n.Resource, path: fmt.Sprintf("/needs/%s/%d/confirm", n.Resource, n.Year),
			body: map[string]string{"amount": n.Asked}, quiet: n.Resource != "land" && n.Resource != "energy",
		}),
		func(ctx context.Context) error {
			seen, err := s.sees(ctx, n.Name.Zh+"的答复", func(v *sight) bool { return settled(v, n.Resource) || v.project.need(n.Resource).State == "waiting" })
			if err != nil || settled(seen, n.Resource) || s.waiting == nil {
				return err
			}
			return s.waiting(s)(ctx)
		},
		s.until(n.Name.Zh+"预留", func(v *sight) bool { return settled(v, n.Resource) }),
	)
	return inSteps(steps...)
}

func settled(v *sight, resource string) bool {
	switch v.project.need(resource).State {
	case "reserved", "committed", "freed", "declined":
		return true
	}
	return false
}

// othersAre waits until all the other projects are as they should be.
func (s *scene) othersAre(what string, there func(*sight) bool) step {
	return func(ctx context.Context) error {
		for _, st := range stories() {
			if st.part == s.part {
				continue
			}
			other := s.scenes[st.part]
			if _, err := other.sees(ctx, what, there); err != nil {
				return err
			}
		}
		return nil
	}
}

// otherSees waits for something in another project.
func (s *scene) otherSees(part, what string, there func(*sight) bool) step {
	return func(ctx context.Context) error {
		_, err := s.scenes[part].sees(ctx, what, there)
		return err
	}
}

func inApproval(v *sight) bool { return order(v.project.Row.Phase) >= order("approval") }

func landSettled(v *sight) bool {
	return order(v.project.Row.Phase) > order("assurance") || settled(v, "land")
}

// quotaIsAdded: some days after a project began to wait, the office adds to the year's quota; the line moves by
// itself.
func (s *scene) quotaIsAdded(resource, amount string) step {
	return inSteps(s.lasts(5), func(ctx context.Context) error {
		q, err := s.addQuota(ctx, s.keyOf("add-"+resource), resource, amount, "腾退淘汰产能，能耗指标返回统筹")
		if err != nil {
			return err
		}
		s.say(s.clock.now(), s.short, "重大项目办经办人", fmt.Sprintf("追加%d年能耗指标%s，总量%s", s.base.Year, amount, q.Total))
		return nil
	})
}

// scarce sets the year's quotas so that all fit but two: the land of the market, and the energy of the solar
// factory.
func (r *run) scarce(ctx context.Context) error {
	if r.resumed {
		return nil // they were set when the run began
	}
	want := map[string]decimal.Decimal{}
	for _, s := range r.scenes {
		for resource, amount := range s.data.Needs {
			d, err := decimal.NewFromString(amount)
			if err != nil {
				return fmt.Errorf("%s：%s：%w", s.data.Code, resource, err)
			}
			if resource == "land" && s.claims != nil {
				d = decimal.NewFromInt(250) // of the 400 that it needs
			}
			if resource == "energy" && s.waiting != nil {
				d = decimal.NewFromInt(12000) // of the 18000 that it needs
			}
			want[resource] = want[resource].Add(d)
		}
	}
	resources := make([]string, 0, len(want))
	for resource := range want {
		resources = append(resources, resource)
	}
	slices.Sort(resources)
	for _, resource := range resources {
		if err := r.setFree(ctx, resource, want[resource]); err != nil {
			return fmt.Errorf("下达%s指标：%w", resource, err)
		}
	}
	r.note("已核定%d年要素指标：用地可用%s亩，能耗可用%s吨标准煤，有意偏紧", r.base.Year, want["land"], want["energy"])
	return nil
}

// setFree adds to a quota, or cuts it, until exactly so much is free and nobody waits in line.
func (r *run) setFree(ctx context.Context, resource string, want decimal.Decimal) error {
	for n := 1; ; n++ {
		q, err := r.quota(ctx, resource)
		if err != nil {
			return err
		}
		free, err := decimal.NewFromString(q.Free)
		if err != nil {
			return err
		}
		line := decimal.Zero
		if q.WaitingFor != "" {
			if line, err = decimal.NewFromString(q.WaitingFor); err != nil {
				return err
			}
		}
		more := want.Sub(free).Add(line)
		if more.IsZero() && line.IsZero() {
			return nil
		}
		if n > 5 {
			return fmt.Errorf("还有%d个项目排队", q.Waiting)
		}
		if _, err := r.addQuota(ctx, r.key("quota", resource, strconv.Itoa(n)), resource, more.String(), "年度指标核定（演示）"); err != nil {
			return err
		}
	}
}

// quota reads the city's quota of the year that the run began in.
func (r *run) quota(ctx context.Context, resource string) (quota, error) {
	q := url.Values{"jurisdiction": {r.city.Home()}, "resource": {resource}, "year": {strconv.Itoa(r.base.Year)}}
	var list struct{ Items []quota }
	if err := r.anyone().get(ctx, "/quotas?"+q.Encode(), &list); err != nil {
		return quota{}, err
	}
	for _, got := range list.Items {
		if got.Resource == resource && got.Year == r.base.Year && got.Jurisdiction == r.city.Home() {
			return got, nil
		}
	}
	return quota{Resource: resource, Year: r.base.Year, Total: "0", Free: "0"}, nil
}

func (r *run) addQuota(ctx context.Context, key, resource, amount, reason string) (quota, error) {
	office, err := r.cast.as(ctx, "office")
	if err != nil {
		return quota{}, err
	}
	var q quota
	_, err = office.call(ctx, "POST", "/quotas", map[string][]string{"Idempotency-Key": {key}}, map[string]any{
		"jurisdiction": r.city.Home(), "resource": resource, "year": r.base.Year, "amount": amount, "clause": clauseOf(r.city, resource), "reason": reason,
	}, &q)
	if refused(err, "idempotency.mismatch") { // an earlier part of this run has done it
		return r.quota(ctx, resource)
	}
	return q, err
}
