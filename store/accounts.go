package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"milepost/domain"
)

// Accounts are administered by the system administrator and hold no right by themselves; posts are in posts.go. Every
// act is on the audit record.

// about names an account on the audit record.
func about(user string) string { return "user/" + user }

// CreateAccount creates an account under a new id. Its name is the label of a function, such as 发改委经办人.
func (s *Store) CreateAccount(ctx context.Context, by By, u User) (User, error) {
	err := s.createAccount(ctx, by, &u, nil)
	return u, err
}

// CreateAdministrator creates an account that is an administrator's from the beginning. It is for the console, where
// there may be nobody yet who could give a post.
func (s *Store) CreateAdministrator(ctx context.Context, u User, p Post) (User, error) {
	err := s.createAccount(ctx, By{Actor: domain.System, Address: Console}, &u, func(tx *gorm.DB, detail map[string]any) error {
		if !administers(p.Role) {
			return domain.Invalid("post.role", "role", domain.RuleRole, "在服务器上只设系统管理员、安全管理员、审计员", "Only administrators are appointed on the server.")
		}
		if err := s.jurisdictionIsOpen(tx, p.Jurisdiction); err != nil {
			return err
		}
		p.User = u.ID
		detail["post"] = toldPost(p)
		return insert(tx, []postModel{p.row()})
	})
	return u, err
}

func (s *Store) createAccount(ctx context.Context, by By, u *User, more func(*gorm.DB, map[string]any) error) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	u.ID, u.Created = id.String(), exact(s.now())
	return s.administer(ctx, by, "account.create", about(u.ID), func(tx *gorm.DB) (any, error) {
		if err := insert(tx, []userModel{u.row()}); errors.Is(err, gorm.ErrDuplicatedKey) {
			return nil, taken()
		} else if err != nil {
			return nil, err
		}
		detail := map[string]any{"account": u.Account, "name": u.Name}
		if more == nil {
			return detail, nil
		}
		return detail, more(tx, detail)
	})
}

// ChangeAccount gives an account another name, or disables or enables it. Disabled, its sessions and tokens end at once.
func (s *Store) ChangeAccount(ctx context.Context, by By, id, name string, disabled bool) (User, error) {
	var u User
	err := s.administer(ctx, by, "account.change", about(id), func(tx *gorm.DB) (any, error) {
		var err error
		if u, err = s.userForChange(tx, id); err != nil {
			return nil, err
		}
		if disabled && id == by.Actor.User {
			return nil, domain.Conflict("account.own", domain.RuleSeparate, "不能停用自己的账号", "One's own account cannot be disabled.")
		}
		detail := map[string]any{}
		changed(detail, "name", u.Name, name)
		changed(detail, "disabled", u.Disabled, disabled)
		u.Name, u.Disabled = name, disabled
		return detail, tx.Exec("UPDATE users SET name = ?, disabled = ? WHERE id = ?", name, disabled, id).Error
	})
	return u, err
}

// changed tells a field that differs, as it was and as it is.
func changed[T comparable](detail map[string]any, field string, was, is T) {
	if was != is {
		detail[field] = map[string]T{"was": was, "is": is}
	}
}

// ResetPassword gives an account a password that its holder must change before anything else. Its sessions, tokens and
// locks end. An administrator's is reset at the console only: who could reset it elsewhere could become that
// administrator.
func (s *Store) ResetPassword(ctx context.Context, by By, id, hash string) error {
	clock, err := s.Clock(ctx)
	if err != nil {
		return err
	}
	return s.administer(ctx, by, "account.reset", about(id), func(tx *gorm.DB) (any, error) {
		if _, err := s.userForChange(tx, id); err != nil {
			return nil, err
		}
		posts, err := postsOf(tx, id)
		if err != nil {
			return nil, err
		}
		now := clock.Civil(s.now())
		for _, p := range posts {
			if administers(p.Role) && p.endsAfter(now) && by.Address != Console {
				return nil, domain.Conflict("account.administrator", domain.RuleSeparate, "系统管理员、安全管理员、审计员的密码只能在服务器上用 milepost account reset 重置",
					"The password of an administrator is reset on the server only, with milepost account reset.")
			}
		}
		if err := tx.Exec("UPDATE users SET password_hash = ?, must_change = TRUE WHERE id = ?", hash, id).Error; err != nil {
			return nil, err
		}
		ended := tx.Exec("UPDATE tokens SET revoked = TRUE WHERE user_id = ? AND NOT revoked", id)
		if ended.Error != nil {
			return nil, ended.Error
		}
		return map[string]any{"tokensRevoked": ended.RowsAffected}, tx.Exec("DELETE FROM sign_in_tries WHERE key = ?", TriesOf(id)).Error
	})
}

// ChangePassword is the holder's own change of password. Every other session ends.
func (s *Store) ChangePassword(ctx context.Context, by By, hash string) error {
	return s.administer(ctx, by, "account.password", about(by.Actor.User), func(tx *gorm.DB) (any, error) {
		if _, err := s.userForChange(tx, by.Actor.User); err != nil {
			return nil, err
		}
		return map[string]any{}, tx.Exec("UPDATE users SET password_hash = ?, must_change = FALSE WHERE id = ?", hash, by.Actor.User).Error
	})
}

// userForChange reads an account and keeps others from changing it.
func (s *Store) userForChange(tx *gorm.DB, id string) (User, error) {
	u, ok, err := one(tx, scanUser, "SELECT "+userColumns+" FROM users u WHERE u.id = ?"+s.forUpdate(), id)
	if err != nil {
		return User{}, fmt.Errorf("read the account: %w", err)
	}
	if !ok {
		return User{}, domain.NotFound("user.unknown", "user", "没有这个账号", "There is no such account.")
	}
	return u, nil
}
