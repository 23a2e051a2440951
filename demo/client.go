package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// client speaks to the server for one account: signed in with a session, or with a token for programs.
type client struct {
	base     string // scheme://host, without a slash at the end
	http     *http.Client
	account  string
	password string

	mu     sync.Mutex
	cookie string
	token  string
}

// Problem is a refusal of the server (RFC 9457).
type Problem struct {
	Status int    `json:"status"`
	Code   string `json:"code"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Field  string `json:"field"`
	Clause string `json:"clause"`
	Errors []struct {
		Field  string `json:"field"`
		Code   string `json:"code"`
		Detail string `json:"detail"`
	} `json:"errors"`
}

// Error tells what was refused and by which rule.
func (p *Problem) Error() string {
	words := []string{fmt.Sprintf("%d %s：%s", p.Status, p.Code, p.Title)}
	if p.Detail != "" {
		words[0] += "，" + p.Detail
	}
	if p.Clause != "" {
		words[0] += "（" + p.Clause + "）"
	}
	for _, e := range p.Errors {
		words = append(words, e.Field+" "+e.Code+" "+e.Detail)
	}
	if len(p.Errors) == 0 && p.Field != "" {
		words = append(words, p.Field)
	}
	return strings.Join(words, "；")
}

// refused tells whether an error is a refusal with one of the codes.
func refused(err error, codes ...string) bool {
	p, ok := errors.AsType[*Problem](err)
	return ok && slices.Contains(codes, p.Code)
}

// passing tells whether the same request may succeed later: the server is away, busy, or asks for patience.
func passing(err error) bool {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p.Status == http.StatusServiceUnavailable || p.Status == http.StatusTooManyRequests || p.Status == http.StatusBadGateway
	}
	_, ok := errors.AsType[*url.Error](err)
	return ok
}

// steadfast is how long a request is tried again while the server is away, in real time.
const steadfast = 30 * time.Second

// call sends one request until it is answered. A write is safe to send again: it bears its idempotency key.
func (c *client) call(ctx context.Context, method, path string, header http.Header, in, out any) (int, error) {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return 0, err
		}
	}
	giveUp := time.Now().Add(steadfast)
	pause, renewed := 50*time.Millisecond, false
	for {
		status, err := c.once(ctx, method, path, header, body, out)
		switch {
		case err == nil:
			return status, nil
		case refused(err, "session.none", "session.stale") && c.cookie != "" && !renewed:
			renewed = true
			if err := c.signIn(ctx); err != nil {
				return 0, err
			}
			continue
		case !passing(err) || ctx.Err() != nil || time.Now().After(giveUp):
			return status, err
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(pause):
			pause = min(2*pause, 2*time.Second)
		}
	}
}

func (c *client) once(ctx context.Context, method, path string, header http.Header, body []byte, out any) (int, error) {
	var reader io.Reader
	if body != nil {
		reader = bytes.NewReader(body)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+"/api/v1"+path, reader)
	if err != nil {
		return 0, err
	}
	maps.Copy(req.Header, header)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept-Language", "zh")
	c.identify(req)
	resp, err := c.http.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close() //nolint:errcheck // nothing was written to it
	if resp.StatusCode >= http.StatusBadRequest {
		return resp.StatusCode, problem(resp)
	}
	c.remember(resp)
	if out == nil || resp.StatusCode == http.StatusNoContent {
		return resp.StatusCode, nil
	}
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		return resp.StatusCode, fmt.Errorf("%s %s: %w", method, path, err)
	}
	return resp.StatusCode, nil
}

// identify says who sends a request. The cookie is carried by hand: its name and flags are for browsers, and a
// server on one's own machine may be reached without TLS.
func (c *client) identify(req *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.token != "":
		req.Header.Set("Authorization", "Bearer "+c.token)
	case c.cookie != "":
		req.Header.Set("Cookie", c.cookie)
	}
}

func (c *client) remember(resp *http.Response) {
	for _, k := range resp.Cookies() {
		if strings.HasSuffix(k.Name, "milepost") && k.Value != "" {
			c.mu.Lock()
			c.cookie = k.Name + "=" + k.Value
			c.mu.Unlock()
		}
	}
}

func problem(resp *http.Response) error {
	p := &Problem{Status: resp.StatusCode}
	data, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil || json.Unmarshal(data, p) != nil || p.Code == "" {
		p.Code, p.Title = http.StatusText(resp.StatusCode), strings.TrimSpace(string(data))
	}
	p.Status = resp.StatusCode
	return p
}

func (c *client) get(ctx context.Context, path string, out any) error {
	_, err := c.call(ctx, http.MethodGet, path, nil, nil, out)
	return err
}

// signIn begins a session.
func (c *client) signIn(ctx context.Context) error {
	in := map[string]string{"account": c.account, "password": c.password}
	if _, err := c.call(ctx, http.MethodPost, "/session", nil, in, nil); err != nil {
		return fmt.Errorf("%s 登录：%w", c.account, err)
	}
	return nil
}

// program signs the account in with a token for programs; back revokes it.
func (c *client) program(ctx context.Context, name string) (back func(context.Context) error, err error) {
	var issued struct{ ID, Secret string }
	if _, err := c.call(ctx, http.MethodPost, "/me/tokens", nil, map[string]any{"name": name, "days": 1, "scope": "read"}, &issued); err != nil {
		return nil, fmt.Errorf("%s 签发令牌：%w", c.account, err)
	}
	c.mu.Lock()
	c.token = issued.Secret
	c.mu.Unlock()
	return func(ctx context.Context) error {
		c.mu.Lock()
		c.token = ""
		c.mu.Unlock()
		_, err := c.call(ctx, http.MethodDelete, "/me/tokens/"+url.PathEscape(issued.ID), nil, nil, nil)
		return err
	}, nil
}

// lateEntry says of what is entered afterwards when it happened, and what proves it; empty for anything else.
type lateEntry struct {
	occurred time.Time
	basis    string
}

// act sends a command under its idempotency key and waits until it is recorded. A key that an earlier run has
// used already keeps the outcome of that time, whatever the body says now.
func (c *client) act(ctx context.Context, key, path string, in any, late lateEntry) (receipt, error) {
	h := http.Header{"Idempotency-Key": {key}}
	if late.basis != "" {
		h.Set("Milepost-Occurred-At", late.occurred.Format(time.RFC3339))
		h.Set("Milepost-Basis", url.PathEscape(late.basis))
	}
	var r receipt
	status, err := c.call(ctx, http.MethodPost, path, h, in, &r)
	switch {
	case refused(err, "idempotency.mismatch"):
		return c.outcome(ctx, key)
	case err != nil:
		return r, err
	case status == http.StatusAccepted:
		return c.outcome(ctx, key)
	}
	return r, nil
}

// recorded is the outcome of a command that was sent before; command.unknown when none was.
func (c *client) recorded(ctx context.Context, key string) (receipt, error) {
	r, err := c.outcome(ctx, key)
	if p, ok := errors.AsType[*Problem](err); ok && p.Status == http.StatusNotFound {
		p.Code = "command.unknown"
	}
	return r, err
}

// outcome waits for the record of a command that the server has taken.
func (c *client) outcome(ctx context.Context, key string) (receipt, error) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	giveUp := time.Now().Add(2 * steadfast)
	for {
		var s commandStatus
		if err := c.get(ctx, "/commands/"+key, &s); err != nil {
			return receipt{}, err
		}
		switch {
		case s.State == "recorded":
			return receipt{Command: key, Project: s.Project, State: s.State, FirstSeq: s.FirstSeq, LastSeq: s.LastSeq}, nil
		case s.State == "refused" && s.Problem != nil:
			return receipt{}, s.Problem
		case s.State == "refused":
			return receipt{}, fmt.Errorf("command %s was refused", key)
		case time.Now().After(giveUp):
			return receipt{}, fmt.Errorf("command %s is still pending after %s", key, 2*steadfast)
		}
		select {
		case <-ctx.Done():
			return receipt{}, ctx.Err()
		case <-tick.C:
		}
	}
}
