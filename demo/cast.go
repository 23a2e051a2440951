package demo

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"milepost/config"
)

// official is somebody of the demonstration, signed in.
type official struct {
	*client
	name string
}

// cast is everybody who takes part, by account.
type cast struct {
	city     *config.DemoCity
	base     string
	http     *http.Client
	password string

	mu     sync.Mutex
	signed map[string]*official
}

// as returns somebody by the account, signed in.
func (c *cast) as(ctx context.Context, account string) (*official, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if o, ok := c.signed[account]; ok {
		return o, nil
	}
	i := slices.IndexFunc(c.city.Accounts, func(a config.DemoAccount) bool { return a.Account == account })
	if i < 0 {
		return nil, fmt.Errorf("演示数据里没有账号 %s", account)
	}
	o := &official{client: &client{base: c.base, http: c.http, account: account, password: c.password}, name: c.city.Accounts[i].Name}
	if err := o.signIn(ctx); err != nil {
		return nil, err
	}
	c.signed[account] = o
	return o, nil
}

// holderOf is the account that works for a party: the handler of a department, the liaison of a unit, the owner,
// the office, an expert.
func (c *cast) holderOf(p party) string {
	home := c.city.Home()
	switch p.Kind {
	case "department":
		return holder(c.city, "handler", p.Code, home)
	case "unit":
		return holder(c.city, "liaison", p.Code, "")
	case "owner":
		return holder(c.city, "owner", p.Code, home)
	case "expert":
		return holder(c.city, "expert", p.Code, home)
	case "office":
		return holder(c.city, "office", "", home)
	default:
		return ""
	}
}

func (c *cast) head(department string) string {
	return holder(c.city, "head", department, c.city.Home())
}

// second is the other handler of a department, who takes over what is handed to him.
func (c *cast) second(department string) string {
	first := holder(c.city, "handler", department, c.city.Home())
	for _, a := range c.city.Accounts {
		for _, p := range a.Posts {
			if a.Account != first && p.Role == "handler" && p.Party == department && p.Jurisdiction == c.city.Home() && p.Covers == "" {
				return a.Account
			}
		}
	}
	return ""
}
