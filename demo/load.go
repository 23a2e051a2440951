package demo

import (
	"context"
	"fmt"
	"slices"

	"milepost/config"
	"milepost/domain"
	"milepost/domain/project"
)

// Password opens every account of the demonstration, unless Load is told another.
const Password = "milepost-demo"

// Registry is where master data and accounts are kept. The Put methods create or change; what is the same
// already stays as it is.
type Registry interface {
	PutJurisdictions(ctx context.Context, js []config.DemoJurisdiction) error
	PutDepartments(ctx context.Context, ds []config.DemoDepartment) error
	PutUnits(ctx context.Context, us []config.DemoUnit) error
	PutOwners(ctx context.Context, os []config.DemoOwner) error
	PutExperts(ctx context.Context, es []config.DemoExpert) error
	// GrantQuota adds to a quota once: the same id again changes nothing.
	GrantQuota(ctx context.Context, id string, q config.DemoQuota) error
	// HasAccount tells whether an account is there.
	HasAccount(ctx context.Context, account string) (bool, error)
	// PutAccount creates an account with its posts.
	PutAccount(ctx context.Context, a config.DemoAccount, passwordHash string) error
}

// Declarer puts a project forward. The same key again changes nothing; fresh tells whether the project is new.
type Declarer interface {
	Declare(ctx context.Context, key string, by domain.Actor, f project.Profile) (fresh bool, err error)
}

// Loading is what Load needs. Declare may be nil: then no project is declared.
type Loading struct {
	Registry Registry
	Declare  Declarer
	Hash     func(password string) (string, error)
	Password string                                // Password when empty
	Progress func(what string, done, all int)      // may be nil
	Choose   func(p config.DemoProject) (yes bool) // which projects to declare; nil: all that no run leads
}

// Loaded is what a load did.
type Loaded struct {
	Accounts int // made anew
	Declared int // declared anew
	Known    int // declared by an earlier load
}

// Load brings the demonstration's city into a database. A second load changes nothing: an account that is there
// keeps its password and posts, a quota is granted once, a project is declared once.
func Load(ctx context.Context, l Loading) (Loaded, error) {
	city, err := config.Demo()
	if err != nil {
		return Loaded{}, err
	}
	if l.Progress == nil {
		l.Progress = func(string, int, int) {}
	}
	var done Loaded
	if err := l.masters(ctx, city); err != nil {
		return done, err
	}
	if done.Accounts, err = l.accounts(ctx, city); err != nil {
		return done, err
	}
	if l.Declare == nil {
		return done, nil
	}
	return done, l.projects(ctx, city, &done)
}

func (l Loading) masters(ctx context.Context, city *config.DemoCity) error {
	steps := []struct {
		what string
		put  func() error
	}{
		{"辖区", func() error { return l.Registry.PutJurisdictions(ctx, city.Jurisdictions) }},
		{"审批部门", func() error { return l.Registry.PutDepartments(ctx, city.Departments) }},
		{"责任单位", func() error { return l.Registry.PutUnits(ctx, city.Units) }},
		{"项目业主", func() error { return l.Registry.PutOwners(ctx, city.Owners) }},
		{"专家库", func() error { return l.Registry.PutExperts(ctx, city.Experts) }},
		{"要素指标", func() error { return l.quotas(ctx, city) }},
	}
	for i, s := range steps {
		if err := s.put(); err != nil {
			return fmt.Errorf("load %s: %w", s.what, err)
		}
		l.Progress(s.what, i+1, len(steps))
	}
	return nil
}

func (l Loading) quotas(ctx context.Context, city *config.DemoCity) error {
	for _, q := range city.Quotas {
		if err := l.Registry.GrantQuota(ctx, fmt.Sprintf("demo-quota-%s-%s-%d", q.Jurisdiction, q.Resource, q.Year), q); err != nil {
			return err
		}
	}
	return nil
}

func (l Loading) accounts(ctx context.Context, city *config.DemoCity) (made int, err error) {
	password := l.Password
	if password == "" {
		password = Password
	}
	hash := "" // one for all: hashing is made to be slow
	for i, a := range city.Accounts {
		there, err := l.Registry.HasAccount(ctx, a.Account)
		if err != nil {
			return made, fmt.Errorf("load account %s: %w", a.Account, err)
		}
		if !there {
			if hash == "" {
				if hash, err = l.Hash(password); err != nil {
					return made, fmt.Errorf("hash the password: %w", err)
				}
			}
			if err := l.Registry.PutAccount(ctx, a, hash); err != nil {
				return made, fmt.Errorf("load account %s: %w", a.Account, err)
			}
			made++
		}
		l.Progress("账号", i+1, len(city.Accounts))
	}
	return made, nil
}

func (l Loading) projects(ctx context.Context, city *config.DemoCity, done *Loaded) error {
	chosen := slices.DeleteFunc(slices.Clone(city.Projects), func(p config.DemoProject) bool {
		return p.Run != "" || (l.Choose != nil && !l.Choose(p))
	})
	for i, p := range chosen {
		f, err := Profile(city, p, 0)
		if err != nil {
			return err
		}
		fresh, err := l.Declare.Declare(ctx, "demo-"+p.Code, ownerOf(city, p), f)
		if err != nil {
			return fmt.Errorf("declare %s: %w", p.Name, err)
		}
		if fresh {
			done.Declared++
		} else {
			done.Known++
		}
		l.Progress("申报项目", i+1, len(chosen))
	}
	return nil
}

// ownerOf is the account that declares a project: its owner's.
func ownerOf(city *config.DemoCity, p config.DemoProject) domain.Actor {
	return domain.Actor{User: holder(city, "owner", p.Owner, city.Home()), Role: domain.RoleOwner, Party: p.Owner, Jurisdiction: city.Home()}
}

// holder is the first account that holds a post of a party; "" when nobody does.
func holder(city *config.DemoCity, role, party, jurisdiction string) string {
	for _, a := range city.Accounts {
		for _, p := range a.Posts {
			if p.Role == role && p.Party == party && p.Covers == "" && (jurisdiction == "" || p.Jurisdiction == jurisdiction) {
				return a.Account
			}
		}
	}
	return ""
}
