package badinput

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// request is what is sent, down to the bytes: no client of Go's would send most of it.
type request struct {
	who     string // the account whose token goes along; none when empty
	method  string
	path    string // below /api/v1
	headers []string
	body    string
	stream  func(w io.Writer) error // in place of the body, with headers of its own
	raw     string                  // in place of everything
	shut    bool                    // nothing more will be sent after the body
}

// answer is what came back.
type answer struct {
	status  int
	header  http.Header
	raw     string
	problem problem
	took    time.Duration
}

// problem is a problem document, which must have no fields beside these.
type problem struct {
	Type      string  `json:"type"`
	Title     string  `json:"title"`
	Status    int     `json:"status"`
	Detail    string  `json:"detail"`
	Instance  string  `json:"instance"`
	Code      string  `json:"code"`
	Field     string  `json:"field"`
	Clause    string  `json:"clause"`
	RequestID string  `json:"requestId"`
	Errors    []fault `json:"errors"`
}

type fault struct {
	Field  string `json:"field"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// patience is more than any answer may take; slow requests bring their own time.
const patience = time.Minute

// send sends one request over a connection of its own.
func (h *house) send(r request) (answer, error) {
	conn, err := net.Dial("tcp", h.address) //nolint:noctx // it has a deadline
	if err != nil {
		return answer{}, err
	}
	defer conn.Close() //nolint:errcheck // nothing more is read
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return answer{}, err
	}
	begun := time.Now()
	written := make(chan error, 1)
	go func() { // the server may answer, and hang up, before it has read everything
		written <- h.write(conn, r)
	}()
	a, err := receive(conn, r.method)
	a.took = time.Since(begun)
	if err != nil {
		return a, errors.Join(err, conn.Close(), <-written)
	}
	return a, nil
}

func (h *house) write(conn net.Conn, r request) error {
	text := r.raw
	if text == "" {
		text = h.text(r)
	}
	if _, err := io.WriteString(conn, text); err != nil {
		return err
	}
	if r.stream != nil {
		if err := r.stream(conn); err != nil {
			return err
		}
	}
	if tcp, ok := conn.(*net.TCPConn); ok && r.shut {
		return tcp.CloseWrite()
	}
	return nil
}

// text writes a request down.
func (h *house) text(r request) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n", r.method, "/api/v1"+r.path, h.address)
	has := func(name string) bool {
		for _, line := range r.headers {
			if given, _, _ := strings.Cut(line, ":"); strings.EqualFold(given, name) {
				return true
			}
		}
		return false
	}
	header := func(name, value string) {
		if !has(name) && value != "" {
			fmt.Fprintf(&b, "%s: %s\r\n", name, value)
		}
	}
	for _, line := range r.headers {
		b.WriteString(line + "\r\n")
	}
	if token := h.tokens[r.who]; token != "" {
		header("Authorization", "Bearer "+token)
	}
	if r.method == http.MethodPost {
		header("Idempotency-Key", key())
	}
	if r.body != "" {
		header("Content-Type", "application/json")
	}
	if r.stream == nil {
		header("Content-Length", strconv.Itoa(len(r.body)))
	}
	b.WriteString("\r\n" + r.body)
	return b.String()
}

func receive(conn net.Conn, method string) (answer, error) {
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end
	raw, err := io.ReadAll(resp.Body)
	a := answer{status: resp.StatusCode, header: resp.Header, raw: string(raw)}
	if err == nil && resp.Header.Get("Content-Type") == "application/problem+json" {
		dec := json.NewDecoder(strings.NewReader(a.raw))
		dec.DisallowUnknownFields()
		err = dec.Decode(&a.problem)
	}
	return a, err
}

// good sends what must be taken, and reads the answer.
func (h *house) good(r request) map[string]any {
	h.t.Helper()
	a, err := h.send(r)
	if err != nil || a.status >= http.StatusBadRequest {
		h.t.Fatalf("%s %s: %d %s %v", r.method, r.path, a.status, a.raw, err)
	}
	out := map[string]any{}
	if a.raw != "" {
		if err := json.Unmarshal([]byte(a.raw), &out); err != nil {
			h.t.Fatalf("%s %s: %s", r.method, r.path, a.raw)
		}
	}
	return out
}

func get(who, path string) request { return request{who: who, method: http.MethodGet, path: path} }

// post is a command; body is JSON as it is sent.
func post(who, path, body string) request {
	return request{who: who, method: http.MethodPost, path: path, body: body}
}

// with is the same request with other headers.
func (r request) with(headers ...string) request {
	r.headers = append(append([]string{}, r.headers...), headers...)
	return r
}
