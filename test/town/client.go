package town

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

// Public is the clients' way to the installation: two doors, each of which may be shut at any moment.
type Public struct {
	Doors []string
	http  *http.Client

	mu      sync.Mutex
	cookies map[string]string // by account
}

// NewPublic knows the doors, as scheme://host.
func NewPublic(doors []string) *Public {
	return &Public{Doors: doors, cookies: map[string]string{}, http: &http.Client{
		Timeout:   12 * time.Second, // more than the service's own patience with a command
		Transport: &http.Transport{MaxIdleConnsPerHost: 64, ResponseHeaderTimeout: 11 * time.Second},
	}}
}

// Answer is what a door said; nothing is known when err is set.
type Answer struct {
	Status int
	Body   []byte
}

// Problem is what is read of a refusal.
type Problem struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// Problem reads a refusal.
func (a Answer) Problem() (p Problem) {
	_ = json.Unmarshal(a.Body, &p) // one that cannot be read has no code
	return p
}

// Once sends one request through one door, signed in as an account.
func (p *Public) Once(ctx context.Context, door, account, method, path, key string, body []byte) (Answer, error) {
	a, err := p.raw(ctx, door, account, method, path, key, body)
	if err == nil && a.Status == http.StatusUnauthorized {
		if err := p.signIn(ctx, door, account); err != nil {
			return Answer{}, err
		}
		a, err = p.raw(ctx, door, account, method, path, key, body)
	}
	return a, err
}

func (p *Public) raw(ctx context.Context, door, account, method, path, key string, body []byte) (Answer, error) {
	r, err := http.NewRequestWithContext(ctx, method, door+"/api/v1"+path, bytes.NewReader(body))
	if err != nil {
		return Answer{}, err
	}
	switch {
	case json.Valid(body):
		r.Header.Set("Content-Type", "application/json")
	case body != nil: // a file
		r.Header.Set("Content-Type", "application/octet-stream")
	}
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	p.mu.Lock()
	r.Header.Set("Cookie", p.cookies[account])
	p.mu.Unlock()
	resp, err := p.http.Do(r)
	if err != nil {
		return Answer{}, err
	}
	defer resp.Body.Close() //nolint:errcheck // nothing was written to it
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return Answer{}, err
	}
	for _, c := range resp.Cookies() {
		if strings.HasSuffix(c.Name, "milepost") && c.Value != "" {
			p.mu.Lock()
			p.cookies[account] = c.Name + "=" + c.Value
			p.mu.Unlock()
		}
	}
	return Answer{resp.StatusCode, data}, nil
}

var errNotSignedIn = errors.New("not signed in")

func (p *Public) signIn(ctx context.Context, door, account string) error {
	body, err := json.Marshal(map[string]string{"account": account, "password": demo.Password})
	if err != nil {
		return err
	}
	a, err := p.raw(ctx, door, account, http.MethodPost, "/session", "", body)
	for try := 0; err == nil && a.Status == http.StatusTooManyRequests && try < 20; try++ {
		time.Sleep(200 * time.Millisecond) // several come from this address at once, and none is known to succeed yet
		a, err = p.raw(ctx, door, account, http.MethodPost, "/session", "", body)
	}
	if err == nil && a.Status >= http.StatusBadRequest {
		err = fmt.Errorf("%w: %s: %d %s", errNotSignedIn, account, a.Status, a.Problem().Code)
	}
	return err
}

// Read reads something, by whichever door opens.
func (p *Public) Read(ctx context.Context, account, path string, out any) error {
	var last error
	for _, door := range p.Doors {
		a, err := p.Once(ctx, door, account, http.MethodGet, path, "", nil)
		switch {
		case err != nil:
			last = err
		case a.Status != http.StatusOK:
			last = fmt.Errorf("GET %s: %d %s", path, a.Status, a.Problem().Code)
		default:
			return json.Unmarshal(a.Body, out)
		}
	}
	return last
}

// AnswersWell is an error unless a GET is answered with 200.
func AnswersWell(ctx context.Context, url string) error {
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
