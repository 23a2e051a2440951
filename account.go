package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"milepost/api"
	"milepost/config"
	"milepost/domain"
	"milepost/store"
)

type accountCommand struct {
	Create accountCreate `cmd:"" help:"在服务器上设立系统管理员、安全管理员或审计员；只需要数据库。 Make an administrator on the server; needs only the database."`
	Enable accountEnable `cmd:"" help:"重新启用停用的或长期没有使用的账号。 Enable an account that is disabled, or that nobody has used for long."`
	Link   accountLink   `cmd:"" help:"把账号关联到单点登录的标识；管理员的只能这样关联。 Link an account to an identity of the single sign-on; an administrator's can be linked nowhere else."`
	Reset  accountReset  `cmd:"" help:"在服务器上重置密码，管理员的密码只能这样重置。 Reset a password on the server; an administrator's can be reset nowhere else."`
}

type accountCreate struct {
	User          string `required:"" help:"登录名。 Login name."`
	Role          string `required:"" enum:"system_admin,security_admin,auditor" help:"system_admin 系统管理员 | security_admin 安全管理员 | auditor 审计员"`
	Jurisdiction  string `help:"只管这个辖区及下级；不写为全部。 Only this jurisdiction and below; all when absent."`
	Name          string `help:"岗位名称，不写个人信息；默认为角色名。 Label of the function; the role's name when absent."`
	PasswordStdin bool   `help:"从标准输入读取密码；否则生成一次性密码并显示。 Read the password from standard input; else a one-time password is made and printed."`
}

// loginName is what the API asks of one too.
var loginName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,63}$`)

// Run makes an administrator in a database that may have nobody yet.
func (c accountCreate) Run(ctx context.Context, s config.Settings, out io.Writer) error {
	db, err := desk(ctx, s)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing is pending
	name := strings.ToLower(c.User)
	if !loginName.MatchString(name) {
		return errors.New("--user: a login name has 2 to 64 letters, digits, dots, hyphens or underscores")
	}
	given, err := givenPassword(s, name, c.PasswordStdin)
	if err != nil {
		return err
	}
	role := domain.Role(c.Role)
	u := store.User{Account: name, Name: c.Name, PasswordHash: given.hash, MustChange: given.once}
	if u.Name == "" {
		u.Name = api.RoleNames[role].Zh
	}
	if _, err := db.CreateAdministrator(ctx, u, store.Post{Role: role, Jurisdiction: c.Jurisdiction}); err != nil {
		return inWords(err)
	}
	fmt.Fprintf(out, "已设立%s %s (created)\n", u.Name, u.Account)
	given.tell(out)
	return nil
}

type accountReset struct {
	User          string `required:"" help:"登录名。 Login name."`
	PasswordStdin bool   `help:"从标准输入读取密码；否则生成一次性密码并显示。 Read the password from standard input; else a one-time password is made and printed."`
}

// Run gives an account a password that its holder must change. Sessions and tokens end.
func (c accountReset) Run(ctx context.Context, s config.Settings, out io.Writer) error {
	db, err := desk(ctx, s)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing is pending
	u, err := db.UserByAccount(ctx, strings.ToLower(c.User))
	if err != nil {
		return inWords(err)
	}
	given, err := givenPassword(s, c.User, c.PasswordStdin)
	if err != nil {
		return err
	}
	if err := db.ResetPassword(ctx, store.Operator, u.ID, given.hash); err != nil {
		return inWords(err)
	}
	fmt.Fprintf(out, "已重置 %s 的密码，会话和令牌已失效 (reset; sessions and tokens have ended)\n", u.Account)
	given.once = true
	given.tell(out)
	return nil
}

type accountEnable struct {
	User string `required:"" help:"登录名。 Login name."`
}

// Run lets an account be used again.
func (c accountEnable) Run(ctx context.Context, s config.Settings, out io.Writer) error {
	db, err := desk(ctx, s)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing is pending
	u, err := db.UserByAccount(ctx, strings.ToLower(c.User))
	if err != nil {
		return inWords(err)
	}
	if _, err := db.ChangeAccount(ctx, store.Operator, u.ID, u.Name, false, time.Now()); err != nil {
		return inWords(err)
	}
	fmt.Fprintf(out, "已启用 %s (enabled)\n", u.Account)
	return nil
}

type accountLink struct {
	User    string `required:"" help:"登录名。 Login name."`
	Subject string `help:"此人在单点登录中的标识（sub）；不写为解除关联。 The person's subject at the provider; unlinked when absent."`
}

// Run links an account to whom the single sign-on knows under a subject. Its sessions end.
func (c accountLink) Run(ctx context.Context, s config.Settings, out io.Writer) error {
	subject := ""
	if c.Subject != "" {
		if s.OIDC.Issuer == "" {
			return errors.New("没有配置单点登录 (there is no single sign-on: set oidc.issuer)")
		}
		subject = api.SubjectOf(s.OIDC.Issuer, c.Subject)
	}
	db, err := desk(ctx, s)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing is pending
	u, err := db.UserByAccount(ctx, strings.ToLower(c.User))
	if err != nil {
		return inWords(err)
	}
	if u, err = db.LinkAccount(ctx, store.Operator, u.ID, subject); err != nil {
		return inWords(err)
	}
	if u.Subject == "" {
		fmt.Fprintf(out, "已解除 %s 的关联 (unlinked)\n", u.Account)
		return nil
	}
	fmt.Fprintf(out, "已关联 %s：%s (linked)\n", u.Account, u.Subject)
	return nil
}

// desk opens the database of an installation.
func desk(ctx context.Context, s config.Settings) (*store.Store, error) {
	db, err := openStore(ctx, s.Database, store.ForOperators)
	if err != nil {
		return nil, err
	}
	if _, err := db.Clock(ctx); err != nil {
		return nil, errors.Join(notReady(err), db.Close())
	}
	return db, nil
}

// password is what somebody signs in with for the first time.
type password struct {
	text string // "" when its holder chose it
	hash string
	once bool // to be changed at the first sign-in
}

func givenPassword(s config.Settings, account string, fromStdin bool) (password, error) {
	p := password{text: api.OneTimePassword(), once: true}
	secret := p.text
	if fromStdin {
		line, err := bufio.NewReader(os.Stdin).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return p, err
		}
		secret = strings.TrimRight(line, "\r\n")
		policy, err := api.PolicyOf(s.Session.Policy, s.Session.Words)
		if err != nil {
			return p, err
		}
		if err := policy.Check(account, secret); err != nil {
			return p, inWords(err)
		}
		p = password{}
	}
	var err error
	p.hash, err = api.HashPassword(secret)
	return p, err
}

func (p password) tell(out io.Writer) {
	if p.text != "" {
		fmt.Fprintf(out, "一次性密码，只显示这一次 (one-time password, shown this once): %s\n", p.text)
	}
	if p.once {
		fmt.Fprintln(out, "首次登录须先修改密码 (it must be changed at the first sign-in)")
	}
}

// inWords tells a refusal to somebody at a console, in both languages.
func inWords(err error) error {
	if e := domain.AsError(err); e != nil {
		return fmt.Errorf("%s (%s)", e.Text.Zh, e.Text.En)
	}
	return err
}
