package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

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
	u.ID = id.String()
	u.begun(s.now())
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
// What nobody has used since unused (real) counts as disabled, and is used again when it is enabled.
func (s *Store) ChangeAccount(ctx context.Context, by By, id, name string, disabled bool, unused time.Time) (User, error) {
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
		changed(detail, "disabled", u.Disabled || !u.Used.After(unused), disabled)
		if !disabled && (u.Disabled || !u.Used.After(unused)) {
			u.Used = exact(s.now())
		}
		u.Name, u.Disabled = name, disabled
		if disabled {
			if err := endSessions(tx, id); err != nil {
				return nil, err
			}
		}
		return detail, tx.Exec("UPDATE users SET name = ?, disabled = ?, used_at = ? WHERE id = ?", name, disabled, exact(u.Used), id).Error
	})
	return u, err
}

// endSessions signs an account out everywhere.
func endSessions(tx *gorm.DB, user string) error {
	return tx.Exec("DELETE FROM sessions WHERE user_id = ?", user).Error
}

// LinkAccount links an account to an identity of the single sign-on, "issuer subject", or to none; whoever has it is the
// account from then on. Its sessions end. An administrator's is linked at the console only, as his password is reset.
func (s *Store) LinkAccount(ctx context.Context, by By, id, subject string) (User, error) {
	var u User
	err := s.administer(ctx, by, "account.link", about(id), func(tx *gorm.DB) (any, error) {
		var err error
		if u, err = s.userForChange(tx, id); err != nil {
			return nil, err
		}
		if err := s.atConsole(ctx, tx, by, id, "单点登录标识只能在服务器上用 milepost account link 关联", "The single sign-on of an administrator is linked on the server only, with milepost account link."); err != nil {
			return nil, err
		}
		detail := map[string]any{}
		changed(detail, "subject", u.Subject, subject)
		u.Subject = subject
		if err := endSessions(tx, id); err != nil {
			return nil, err
		}
		err = tx.Exec("UPDATE users SET subject = ? WHERE id = ?", u.row().Subject, id).Error
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return nil, taken()
		}
		return detail, err
	})
	return u, err
}

// atConsole refuses, anywhere but on the server, what would let somebody else become an administrator.
func (s *Store) atConsole(ctx context.Context, tx *gorm.DB, by By, user, zh, en string) error {
	if by.Address == Console {
		return nil
	}
	clock, err := s.Clock(ctx)
	if err != nil {
		return err
	}
	posts, err := postsOf(tx, user)
	if err != nil {
		return err
	}
	now := clock.Civil(s.now())
	if slices.ContainsFunc(posts, func(p Post) bool { return administers(p.Role) && p.endsAfter(now) }) {
		return domain.Conflict("account.administrator", domain.RuleSeparate, "系统管理员、安全管理员、审计员的"+zh, en)
	}
	return nil
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
	return s.administer(ctx, by, "account.reset", about(id), func(tx *gorm.DB) (any, error) {
		u, err := s.userForChange(tx, id)
		if err != nil {
			return nil, err
		}
		if err := s.atConsole(ctx, tx, by, id, "密码只能在服务器上用 milepost account reset 重置", "The password of an administrator is reset on the server only, with milepost account reset."); err != nil {
			return nil, err
		}
		if err := s.setPassword(tx, u, hash, true); err != nil {
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
		u, err := s.userForChange(tx, by.Actor.User)
		if err != nil {
			return nil, err
		}
		return map[string]any{}, s.setPassword(tx, u, hash, false)
	})
}

// keptPasswords is how many earlier passwords of an account are kept, more than any policy looks back.
const keptPasswords = 12

// setPassword gives an account a password and ends its sessions. The one before is kept among the old ones, unless it was
// for one time: nobody shall push his own out by having it reset.
func (s *Store) setPassword(tx *gorm.DB, u User, hash string, mustChange bool) error {
	now := exact(s.now())
	if u.PasswordHash != "" && !u.MustChange {
		if err := put(tx, []oldPasswordModel{{UserID: u.ID, Hash: u.PasswordHash, ReplacedAt: now}}); err != nil {
			return err
		}
		if err := tx.Exec(`DELETE FROM old_passwords WHERE user_id = ? AND hash NOT IN
			(SELECT hash FROM old_passwords WHERE user_id = ? ORDER BY replaced_at DESC, hash LIMIT ?)`, u.ID, u.ID, keptPasswords).Error; err != nil {
			return err
		}
	}
	if err := endSessions(tx, u.ID); err != nil {
		return err
	}
	return tx.Exec("UPDATE users SET password_hash = ?, must_change = ?, password_at = ? WHERE id = ?", hash, mustChange, now, u.ID).Error
}

// OldPasswords returns the hashes of the last passwords that an account had before its present one, the newest first.
func (s *Store) OldPasswords(ctx context.Context, user string, most int) ([]string, error) {
	found, err := rows(s.db.WithContext(ctx), scalar[string], "SELECT hash FROM old_passwords WHERE user_id = ? ORDER BY replaced_at DESC, hash LIMIT ?", user, most)
	if err != nil {
		return nil, fmt.Errorf("read old passwords: %w", err)
	}
	return found, nil
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
