package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"milepost/demo"
)

// public is the clients' way to the installation: two doors, each of which may be shut at any moment.
type public struct {
	doors []string
	http  *http.Client

	mu      sync.Mutex
	cookies map[string]string // by account
}

func newPublic(doors []string) *public {
	return &public{doors: doors, cookies: map[string]string{}, http: &http.Client{
		Timeout:   12 * time.Second, // more than the service's own patience with a command
		Transport: &http.Transport{MaxIdleConnsPerHost: 64, ResponseHeaderTimeout: 11 * time.Second},
	}}
}

// answer is what a door said; nothing is known when err is set.
type answer struct {
	status int
	body   []byte
}

// problem is what is read of a refusal.
type problem struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

func (a answer) problem() (p problem) {
	_ = json.Unmarshal(a.body, &p) // one that cannot be read has no code
	return p
}

// once sends one request through one door, signed in as an account.
func (p *public) once(ctx context.Context, door, account, method, path, key string, body []byte) (answer, error) {
	a, err := p.raw(ctx, door, account, method, path, key, body)
	if err == nil && a.status == http.StatusUnauthorized {
		if err := p.signIn(ctx, door, account); err != nil {
			return answer{}, err
		}
		a, err = p.raw(ctx, door, account, method, path, key, body)
	}
	return a, err
}

func (p *public) raw(ctx context.Context, door, account, method, path, key string, body []byte) (answer, error) {
	r, err := http.NewRequestWithContext(ctx, method, door+"/api/v1"+path, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	p.mu.Lock()
	r.Header.Set("Cookie", p.cookies[account])
	p.mu.Unlock()
	resp, err := p.http.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close() //nolint:errcheck // nothing was written to it
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return answer{}, err
	}
	for _, c := range resp.Cookies() {
		if strings.HasSuffix(c.Name, "milepost") && c.Value != "" {
			p.mu.Lock()
			p.cookies[account] = c.Name + "=" + c.Value
			p.mu.Unlock()
		}
	}
	return answer{resp.StatusCode, data}, nil
}

var errNotSignedIn = errors.New("not signed in")

func (p *public) signIn(ctx context.Context, door, account string) error {
	body, err := json.Marshal(map[string]string{"account": account, "password": demo.Password})
	if err != nil {
		return err
	}
	a, err := p.raw(ctx, door, account, http.MethodPost, "/session", "", body)
	if err == nil && a.status >= http.StatusBadRequest {
		err = fmt.Errorf("%w: %s: %d %s", errNotSignedIn, account, a.status, a.problem().Code)
	}
	return err
}

// read reads something, by whichever door opens.
func (p *public) read(ctx context.Context, account, path string, out any) error {
	var last error
	for _, door := range p.doors {
		a, err := p.once(ctx, door, account, http.MethodGet, path, "", nil)
		switch {
		case err != nil:
			last = err
		case a.status != http.StatusOK:
			last = fmt.Errorf("GET %s: %d %s", path, a.status, a.problem().Code)
		default:
			return json.Unmarshal(a.body, out)
		}
	}
	return last
}

// answersWell is an error unless a GET is answered with 200.
func answersWell(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // nothing was written to it
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, resp.Status)
	}
	return nil
}
