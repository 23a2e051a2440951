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
	Program bool         // signed in with a token
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
		if who.User.MustChange && !slices.Contains(beforeChange, op.id) {
			return forbid("password.change", "", domain.RulePassword, "请先修改一次性密码（PUT /me/password）", "Change the one-time password first (PUT /me/password).")
		}
		return next(c)
	}
}

// beforeChange is what may be called with a password that somebody else knows.
var beforeChange = []string{"getMe", "changePassword", "endSession"}

// identify finds out who sends a request: a program by its token, a person by the session.
func (s *Server) identify(c echo.Context) (Caller, error) {
	id, program, err := s.signedIn(c)
	if err != nil {
		return Caller{}, err
	}
	ctx := c.Request().Context()
	user, posts, err := s.accounts.Holder(ctx, id.user, s.civil())
	switch {
	case domain.AsError(err) != nil, err == nil && (user.Disabled || (!program && id.stamp != stampOf(user))):
		return Caller{}, signInFirst()
	case err != nil:
		return Caller{}, unavailable(err)
	}
	return Caller{User: user, Posts: posts, Program: program}, nil
}

// identity is what a session or token says of who sent it.
type identity struct {
	user  string
	stamp string
}

func (s *Server) signedIn(c echo.Context) (id identity, program bool, err error) {
	if secret, ok := bearer(c.Request()); ok {
		token, err := s.accounts.TokenBySecret(c.Request().Context(), secret)
		switch {
		case domain.AsError(err) != nil:
			return identity{}, true, signInFirst()
		case err != nil:
			return identity{}, true, unavailable(err)
		}
		return identity{user: token.User}, true, nil
	}
	id, err = s.sessions.read(c)
	return id, false, err
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
	lines, err := s.records.Timeline(ctx, who.Viewer(), store.TimelineQuery{Entity: entityOf(projectID), Limit: 1})
	if err != nil {
		return unavailable(err)
	}
	if len(lines) == 0 {
		return domain.NotFound("project.unknown", "projectId", "没有这个项目", "There is no such project.")
	}
	return nil
}
