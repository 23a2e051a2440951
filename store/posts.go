package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"milepost/domain"
)

// separate are the posts that different people hold, who hold no other post (三员分立, OWN-203).
var separate = []domain.Role{domain.RoleAuditor, domain.RoleSystemAdmin, domain.RoleSecurityAdmin}

func administers(r domain.Role) bool { return slices.Contains(separate, r) }

// apart refuses posts of one account that must be of different people. Posts that are not held at the same time may
// follow each other.
func apart(posts []Post) error {
	for i, p := range posts {
		for _, o := range posts[:i] {
			if p.Role != o.Role && (administers(p.Role) || administers(o.Role)) && p.overlaps(o) {
				return domain.Conflict("posts.separate", domain.RuleSeparate, "审计员、系统管理员、安全管理员须由不同人员担任，且不得兼任其他岗位（三员分立）",
					"Auditor, system administrator and security administrator must be different people who hold no other post.")
			}
		}
	}
	return nil
}

// overlaps tells whether two posts are ever held at the same time. One that ended before it began never is.
func (p Post) overlaps(o Post) bool {
	return !p.never() && !o.never() && p.meets(o)
}

func (p Post) never() bool { return !p.To.IsZero() && !p.From.Before(p.To) }

func (p Post) meets(o Post) bool {
	return (p.To.IsZero() || o.From.Before(p.To)) && (o.To.IsZero() || p.From.Before(o.To))
}

// endsAfter tells whether the post is held, or will be, after a civil moment.
func (p Post) endsAfter(now time.Time) bool { return p.To.IsZero() || p.To.After(now) }

// toldPost is a post as the audit record tells it.
func toldPost(p Post) map[string]any {
	told := map[string]any{"role": p.Role}
	for name, value := range map[string]string{"id": p.ID, "party": p.Party, "jurisdiction": p.Jurisdiction, "covers": p.Covers} {
		if value != "" {
			told[name] = value
		}
	}
	for name, at := range map[string]time.Time{"from": p.From, "to": p.To} {
		if !at.IsZero() {
			told[name] = at.UTC()
		}
	}
	return told
}

// GivePost gives an account a post: of a party that is registered and open, for a time that has not passed, and so that the administrators stay three people. A post that covers for somebody (代办) has an end, and is one that
// the other holds all the while.
func (s *Store) GivePost(ctx context.Context, by By, p Post) (Post, error) {
	clock, err := s.Clock(ctx)
	if err != nil {
		return Post{}, err
	}
	now := clock.Civil(s.now())
	p.From, p.To = whole(p.From), whole(p.To)
	if p.From.IsZero() {
		p.From = now
	}
	row := p.row()
	p.ID = row.ID
	err = s.administer(ctx, by, "post.give", about(p.User), func(tx *gorm.DB) (any, error) {
		u, err := s.userForChange(tx, p.User)
		if err != nil {
			return nil, err
		}
		if err := p.sound(u, now); err != nil {
			return nil, err
		}
		if err := s.partyIsOpen(tx, p); err != nil {
			return nil, err
		}
		held, err := postsOf(tx, p.User)
		if err != nil {
			return nil, err
		}
		for _, o := range held {
			if o.Role == p.Role && o.Party == p.Party && o.Jurisdiction == p.Jurisdiction && o.Covers == p.Covers && o.overlaps(p) {
				return nil, domain.Conflict("post.held", domain.RuleMaster, "该账号在这段时间已有这个岗位", "The account holds this post in that time already.")
			}
		}
		if err := apart(append(held, p)); err != nil {
			return nil, err
		}
		if p.Covers != "" {
			if err := s.canBeCovered(tx, p); err != nil {
				return nil, err
			}
		}
		return toldPost(p), insert(tx, []postModel{row})
	})
	return p, err
}

// whole cuts a civil moment to what both databases keep; no moment stays none.
func whole(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return exact(t)
}

// sound refuses a post whose times or holder make no sense.
func (p Post) sound(u User, now time.Time) error {
	switch {
	case !p.To.IsZero() && !p.To.After(p.From), !p.endsAfter(now):
		return domain.Invalid("post.to", "to", domain.RuleRole, "止期须在起期和现在之后", "A post must end after it begins, and not in the past.")
	case p.Covers != "" && p.To.IsZero():
		return domain.Invalid("post.to", "to", domain.RuleRole, "代办须写明止期", "A cover needs an end.")
	case p.Covers == p.User:
		return domain.Invalid("post.covers", "covers", domain.RuleRole, "不能代办自己的岗位", "Nobody covers for himself.")
	case p.Covers != "" && administers(p.Role):
		return domain.Conflict("posts.separate", domain.RuleSeparate, "审计员、系统管理员、安全管理员的岗位不能代办，须另行任命", "The posts of the three administrators are not covered; appoint somebody.")
	case administers(p.Role) && u.MustChange:
		return domain.Conflict("post.unclaimed", domain.RuleSeparate, "该账号还在使用别人知道的一次性密码，本人登录修改后才能担任管理员或审计员",
			"The account still has a one-time password that somebody else knows; its holder must change it before becoming an administrator.")
	case administers(p.Role) && u.Subject != "":
		return domain.Conflict("post.linked", domain.RuleSeparate, "该账号已关联单点登录，先解除关联；任命后在服务器上用 milepost account link 关联",
			"The account is linked to a single sign-on by somebody else; unlink it first, and link it after the appointment with milepost account link on the server.")
	case u.Disabled:
		return domain.Conflict("account.disabled", domain.RuleRole, "账号已停用，启用后才能给予岗位", "The account is disabled; enable it first.")
	}
	return nil
}

// partyIsOpen refuses a post whose jurisdiction or party is not registered, or is closed.
func (s *Store) partyIsOpen(tx *gorm.DB, p Post) error {
	if p.Jurisdiction == "" && !administers(p.Role) {
		return domain.Invalid("post.jurisdiction", "jurisdiction", domain.RuleMaster, "须写明辖区", "The jurisdiction is missing.")
	}
	if err := s.jurisdictionIsOpen(tx, p.Jurisdiction); err != nil {
		return err
	}
	var query string
	args := []any{p.Party}
	switch p.Role {
	case domain.RoleHandler, domain.RoleHead:
		query, args = "SELECT closed FROM departments WHERE code = ? AND jurisdiction = ?", []any{p.Party, p.Jurisdiction}
	case domain.RoleLiaison:
		query = "SELECT closed FROM units WHERE code = ?"
	case domain.RoleOwner:
		query = "SELECT closed FROM owners WHERE code = ?"
	case domain.RoleExpert:
		query = "SELECT retired FROM experts WHERE code = ?"
	default:
		if p.Party != "" {
			return domain.Invalid("post.party", "party", domain.RuleMaster, "这个岗位没有所属单位", "This post belongs to no party.")
		}
		return nil
	}
	closed, there, err := one(tx, scalar[bool], query, args...)
	switch {
	case err != nil:
		return err
	case !there:
		return domain.Invalid("party.unknown", "party", domain.RuleMaster, "没有登记这个单位："+p.Party, "No such party is registered: "+p.Party)
	case closed:
		return domain.Conflict("party.closed", domain.RuleMaster, "该单位已停用，不能再任命岗位", "The party is closed and takes no new posts.")
	}
	return nil
}

// canBeCovered refuses a cover for somebody who does not hold the post all the while.
func (s *Store) canBeCovered(tx *gorm.DB, p Post) error {
	held, err := postsOf(tx, p.Covers)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(held, func(o Post) bool {
		return o.Role == p.Role && o.Party == p.Party && o.Jurisdiction == p.Jurisdiction && o.Covers == "" &&
			!o.From.After(p.From) && (o.To.IsZero() || !p.To.After(o.To))
	}) {
		return nil
	}
	return domain.Invalid("post.covers", "covers", domain.RuleRole, "被代办的账号在这段时间没有这个岗位", "The other account does not hold this post all that time.")
}

// EndPost ends a post: now, or at a later civil moment. What its holder has signed in with loses it at once.
func (s *Store) EndPost(ctx context.Context, by By, user, id string, at time.Time) (Post, error) {
	clock, err := s.Clock(ctx)
	if err != nil {
		return Post{}, err
	}
	now := clock.Civil(s.now())
	if at = whole(at); at.IsZero() {
		at = now
	}
	var p Post
	err = s.administer(ctx, by, "post.end", about(user), func(tx *gorm.DB) (any, error) {
		if _, err := s.userForChange(tx, user); err != nil {
			return nil, err
		}
		held, err := postsOf(tx, user)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(held, func(o Post) bool { return o.ID == id })
		switch {
		case i < 0:
			return nil, domain.NotFound("post.unknown", "postId", "该账号没有这个岗位", "The account has no such post.")
		case !held[i].endsAfter(now):
			return nil, domain.Conflict("post.ended", domain.RuleRole, "这个岗位已经结束", "This post has ended already.")
		case at.Before(now), !held[i].endsAfter(at):
			return nil, domain.Invalid("post.at", "at", domain.RuleRole, "结束时间须在现在与原止期之间", "A post ends now or later, and before its end so far.")
		}
		p = held[i]
		if p.To = at; p.To.Before(p.From) { // it has not begun, and never will
			p.To = p.From
		}
		return toldPost(p), tx.Exec("UPDATE posts SET valid_to = ? WHERE id = ?", p.To, id).Error
	})
	return p, err
}
