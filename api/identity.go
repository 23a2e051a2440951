package api

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"milepost/domain"
	"milepost/store"
)

// Caller is who sends a request, and the posts held at this civil moment.
type Caller struct {
	User    store.User
	Posts   []store.Post
	Acting  []store.Post // the posts that may call the operation; the first is the one it acts in
	Session store.Session
	Program bool        // signed in with a token, which may do what its scope says
	Scope   store.Scope // of a program's token
}

// Post is the post that the request acts in.
func (c Caller) Post() store.Post {
	if len(c.Acting) == 0 {
		return store.Post{}
	}
	return c.Acting[0]
}

// Actor is the caller as timelines name him; who holds no post yet is an account and nothing more.
func (c Caller) Actor() domain.Actor {
	a := c.Post().Actor()
	a.User = c.User.ID
	return a
}

// Viewer is what the caller may see: of a read, what all posts together may see that may read it.
func (c Caller) Viewer() store.Viewer { return store.ViewerOf(c.Acting) }

const callerKey = "milepost.caller"

func callerOf(c echo.Context) Caller {
	who, _ := c.Get(callerKey).(Caller)
	return who
}

// admit decides whether a request may reach its operation. Without a row in the access table nothing may; an
// account that is disabled, or a post that has ended, is out with the next request.
func (s *Server) admit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		op, ok := s.operations[c.Request().Method+" "+c.Path()]
		if !ok {
			return s.nothing(c)
		}
		c.Set(operationKey, op)
		if !op.known {
			return forbid("operation.closed", "", domain.RuleRole, "此操作尚未开放", "This operation is not open to anybody.")
		}
		if op.rule.Scope == ScopePublic {
			return next(c)
		}
		who, err := s.identify(c)
		if err != nil {
			return err
		}
		if err := who.act(op, c.Request().Header.Get("Milepost-Post")); err != nil {
			c.Set(callerKey, who)
			return err
		}
		c.Set(callerKey, who)
		if err := s.mayNow(who, op); err != nil {
			return err
		}
		return next(c)
	}
}

// mayNow refuses whom the table allows the operation, but who may not call it with what he has signed in with, or not
// before he has done something else.
func (s *Server) mayNow(who Caller, op *operation) error {
	switch {
	case who.Program && !reaches(who.Scope, op):
		return forbid("token.scope", "", domain.RuleToken, "此令牌的范围不含此操作，须另行签发范围为“"+string(scopeOf(op))+"”的令牌，或登录后办理",
			"The scope of this token does not reach so far; it takes a token with scope "+string(scopeOf(op))+", or a session.")
	case slices.Contains(beforeChange, op.id):
		return nil
	case who.User.MustChange && who.Session.Way != store.BySignOn:
		return forbid("password.change", "", domain.RulePassword, "请先修改一次性密码（PUT /me/password）", "Change the one-time password first (PUT /me/password).")
	case who.Session.Way == store.ByPassword && s.policy.expired(who.User, s.now()):
		return forbid("password.expired", "", domain.RulePassword, "密码已到更换期限，请先修改（PUT /me/password）", "The password has been in use for too long; change it first (PUT /me/password).")
	case op.rule.Fresh && !who.Program && s.sessions.fresh(who.Session).IsZero():
		return &refusal{status: http.StatusUnauthorized, code: "session.stale", clause: domain.RuleFresh, text: domain.Text{
			Zh: "此操作须在10分钟内验证过身份：请先输入密码（POST /session/confirmation）或重新单点登录（GET /session/oidc?confirm=true），再办理",
			En: "This needs that you have proved who you are in the last 10 minutes: send your password to POST /session/confirmation, or sign on again with GET /session/oidc?confirm=true, then repeat the request.",
		}}
	}
	return nil
}

// beforeChange is what may be called with a password that somebody else knows, or that is too old.
var beforeChange = []string{"getMe", "changePassword", "endSession"}

// scopeOf is the least scope of a token that reaches an operation.
func scopeOf(op *operation) store.Scope {
	switch {
	case op.rule.Fresh:
		return store.ScopeSensitive
	case op.route.Method == http.MethodGet:
		return store.ScopeRead
	default:
		return store.ScopeAct
	}
}

// reaches tells whether a token of a scope may call an operation.
func reaches(scope store.Scope, op *operation) bool {
	order := []store.Scope{store.ScopeRead, store.ScopeAct, store.ScopeSensitive}
	return slices.Index(order, scope) >= slices.Index(order, scopeOf(op))
}

// identify finds out who sends a request: a program by its token, a person by the session, which is in use then.
func (s *Server) identify(c echo.Context) (Caller, error) {
	who, err := s.recognise(c)
	if err != nil || who.Program {
		return who, err
	}
	return who, s.sessions.use(c, who.Session)
}

// recognise is identify that leaves a session as unused as it was. Who asks, what with, and the posts that are held are
// one question to the database: what has ended is out with the next request.
func (s *Server) recognise(c echo.Context) (who Caller, err error) {
	ctx, now := c.Request().Context(), s.now()
	var h store.Holder
	var token store.Token
	if secret, ok := bearer(c.Request()); ok {
		token, h, err = s.accounts.TokenBySecret(ctx, secret, s.policy.unusedSince(now), s.civil())
		if domain.AsError(err) != nil {
			return Caller{}, signInFirst()
		}
		who.Program, who.Scope, err = true, token.Scope, unavailable(err)
	} else {
		who.Session, h, err = s.sessions.read(c, s.civil())
	}
	switch {
	case err != nil:
		return Caller{}, err
	case h.User.Disabled:
		return Caller{}, signInFirst()
	case who.Program && s.policy.unused(h.User, now):
		return Caller{}, longUnused()
	}
	if token.Post != "" {
		h.Posts = slices.DeleteFunc(h.Posts, func(p store.Post) bool { return p.ID != token.Post })
	}
	who.User, who.Posts = h.User, h.Posts
	return who, nil
}

// longUnused refuses an account that nobody has used for long (OWN-215).
func longUnused() error {
	return forbid("account.unused", "", domain.RuleUnused, "账号长期没有使用，已不能登录，请系统管理员重新启用", "The account has not been used for long and is shut; ask the system administrator to enable it again.")
}

func bearer(r *http.Request) (secret string, ok bool) {
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return secret, strings.EqualFold(scheme, "Bearer") && secret != ""
}

func signInFirst() error {
	return refuse(http.StatusUnauthorized, "session.none", "", "没有登录，或登录已过期", "You are not signed in, or the session has ended.")
}

// stampOf changes with the password, so that a changed password ends every other session.
func stampOf(u store.User) string {
	sum := sha256.Sum256([]byte(u.ID + "\x00" + u.PasswordHash))
	return hex.EncodeToString(sum[:8])
}

// act chooses the posts in which the caller may call the operation: the one named, else all that may, those first
// whose own work it is.
func (c *Caller) act(op *operation, named string) error {
	may := func(p store.Post) bool { return op.rule.allows(p.Role) && (named == "" || p.ID == named) }
	for _, p := range c.Posts {
		if may(p) {
			c.Acting = append(c.Acting, p)
		}
	}
	enters := func(p store.Post) int { return slices.Index(op.rule.Late, p.Role) } // -1: it is its own
	slices.SortStableFunc(c.Acting, func(a, b store.Post) int { return cmp.Compare(enters(a), enters(b)) })
	switch {
	case len(c.Acting) > 0:
		return nil
	case named != "" && !slices.ContainsFunc(c.Posts, func(p store.Post) bool { return p.ID == named }):
		return forbid("post.unknown", "Milepost-Post", domain.RuleRole, "您没有这个岗位，或任期已结束", "You do not hold this post, or it has ended.")
	case op.rule.Scope == ScopeSelf && len(c.Posts) == 0 && len(op.rule.Roles) == len(Roles):
		return nil // one's own account is open to those who hold no post yet
	default:
		zh, en := op.rule.holders()
		return forbid("role", "", domain.RuleRole, "您的岗位不能办理此事，可由"+zh+"办理", "Your post may not do this; it is open to: "+en+".")
	}
}

// civil is the civil time now.
func (s *Server) civil() time.Time { return s.clock.Civil(s.now()) }

// visible refuses an act on a project that the caller may not see, as if it were not there.
func (s *Server) visible(ctx context.Context, who Caller, projectID string) error {
	seen, err := s.records.Sees(ctx, who.Viewer(), []string{projectID})
	if err != nil {
		return unavailable(err)
	}
	if len(seen) == 0 {
		return domain.NotFound("project.unknown", "projectId", "没有这个项目", "There is no such project.")
	}
	return nil
}
