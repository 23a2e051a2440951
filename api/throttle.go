package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"milepost/domain"
	"milepost/store"
)

// throttle keeps passwords from being tried out: failed sign-ins count by account and by address, in the database,
// so that all processes count together. After too many nothing more is tried until the window is over; nobody is
// locked out for good (OWN-205). An address has more tries than an account: a whole office may sit behind it.
type throttle struct {
	accounts Accounts
	most     int // of an account
	office   int // of an address
	window   time.Duration
}

// accountKey counts the tries of an account; of a name that belongs to none only the digest is kept, since what is
// typed there may be anything.
func accountKey(user store.User, typed string) string {
	if user.ID == "" {
		return "unknown:" + digest(typed)
	}
	return store.TriesOf(user.ID)
}

func addressKey(c echo.Context) string { return "address:" + c.RealIP() }

// attempt counts one more try of an account, if one is tried, from an address, or refuses it.
func (t throttle) attempt(c echo.Context, account, address string) error {
	tries := []store.Tries{{Key: address, Most: t.office, FromFirst: true}}
	if account != "" {
		tries = append(tries, store.Tries{Key: account, Most: t.most})
	}
	wait, err := t.accounts.Attempt(c.Request().Context(), t.window, tries...)
	if err != nil {
		return unavailable(err)
	}
	if wait == 0 {
		return nil
	}
	c.Response().Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
	minutes := strconv.Itoa(int(wait/time.Minute) + 1)
	return &refusal{status: http.StatusTooManyRequests, code: "login.throttled", clause: domain.RuleLockOut, text: domain.Text{
		Zh: "登录失败次数过多，请" + minutes + "分钟后再试", En: "Too many failed attempts; try again in " + minutes + " minutes.",
	}}
}

// locked tells until when accounts have to wait, by id.
func (t throttle) locked(ctx context.Context, users ...store.User) (map[string]time.Time, error) {
	keys := make([]string, len(users))
	for i, u := range users {
		keys[i] = accountKey(u, "")
	}
	until, err := t.accounts.LockedUntil(ctx, t.most, keys...)
	if err != nil {
		return nil, unavailable(err)
	}
	byID := map[string]time.Time{}
	for i, u := range users {
		byID[u.ID] = until[keys[i]]
	}
	return byID, nil
}
