package main

import (
	"context"
	"time"

	"milepost/config"
	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/store"
)

// demoRegistry keeps the demonstration's city in the database.
type demoRegistry struct {
	db  *store.Store
	now time.Time // civil
}

func demoText(n config.DemoName) domain.Text { return domain.Text{Zh: n.Zh, En: n.En} }

// each turns every element of a list into something else.
func each[A, B any](list []A, f func(A) B) []B {
	out := make([]B, len(list))
	for i, v := range list {
		out[i] = f(v)
	}
	return out
}

func (r demoRegistry) PutJurisdictions(ctx context.Context, js []config.DemoJurisdiction) error {
	return r.db.PutJurisdictions(ctx, each(js, func(j config.DemoJurisdiction) store.Jurisdiction {
		return store.Jurisdiction{Code: j.Code, Parent: j.Parent, Name: demoText(j.Name), Level: j.Level}
	})...)
}

func (r demoRegistry) PutDepartments(ctx context.Context, ds []config.DemoDepartment) error {
	return r.db.PutDepartments(ctx, each(ds, func(d config.DemoDepartment) store.Department {
		return store.Department{Jurisdiction: d.Jurisdiction, Code: d.Code, Name: demoText(d.Name)}
	})...)
}

func (r demoRegistry) PutUnits(ctx context.Context, us []config.DemoUnit) error {
	return r.db.PutUnits(ctx, each(us, func(u config.DemoUnit) store.Unit {
		return store.Unit{Jurisdiction: u.Jurisdiction, Code: u.Code, Name: demoText(u.Name)}
	})...)
}

func (r demoRegistry) PutOwners(ctx context.Context, os []config.DemoOwner) error {
	return r.db.PutOwners(ctx, each(os, func(o config.DemoOwner) store.Owner {
		return store.Owner{Jurisdiction: o.Jurisdiction, Code: o.Code, Name: demoText(o.Name)}
	})...)
}

func (r demoRegistry) PutExperts(ctx context.Context, es []config.DemoExpert) error {
	return r.db.PutExperts(ctx, each(es, func(e config.DemoExpert) store.Expert {
		return store.Expert{Code: e.Code, Jurisdiction: e.Jurisdiction, Name: e.Name, Unit: e.Unit, Specialities: e.Specialities}
	})...)
}

func (r demoRegistry) GrantQuota(ctx context.Context, id string, q config.DemoQuota) error {
	return r.db.AddQuota(ctx, store.QuotaGrant{
		ID: id, Jurisdiction: q.Jurisdiction, Resource: q.Resource, Year: q.Year, Amount: q.Amount, By: domain.System,
		Clause: q.Clause, Note: "演示数据", At: r.now,
	})
}

func (r demoRegistry) HasAccount(ctx context.Context, account string) (bool, error) {
	_, err := r.db.UserByAccount(ctx, account)
	if e := domain.AsError(err); e != nil && e.Kind == domain.KindNotFound {
		return false, nil
	}
	return err == nil, err
}

// PutAccount creates an account; its posts hold from the beginning of the civil day they name.
func (r demoRegistry) PutAccount(ctx context.Context, a config.DemoAccount, passwordHash string) error {
	var posts []store.Post
	for _, p := range a.Posts {
		from, err := civilDay(p.From)
		if err != nil {
			return err
		}
		to, err := civilDay(p.To)
		if err != nil {
			return err
		}
		posts = append(posts, store.Post{
			User: a.Account, Role: domain.Role(p.Role), Party: p.Party, Jurisdiction: p.Jurisdiction, Covers: p.Covers, From: from, To: to,
		})
	}
	err := r.db.PutUser(ctx, store.User{ID: a.Account, Account: a.Account, Name: a.Name, PasswordHash: passwordHash, Created: time.Now()})
	if err != nil {
		return err
	}
	return r.db.PutPosts(ctx, a.Account, posts)
}

// civilDay is the beginning of a civil day; the zero time for "".
func civilDay(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	d, err := calendar.ParseDate(s)
	if err != nil {
		return time.Time{}, err
	}
	return d.At(calendar.TimeOfDay{}), nil
}
