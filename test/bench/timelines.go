package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"milepost/domain"
	"milepost/test/town"
)

// lines is how many lines of a timeline are read at a time.
const lines = 60

// timelines compares reading a timeline through the API, with its access check, with the least that could serve it: a
// bare HTTP server that reads the same rows and columns.
func (s *installation) timelines(ctx context.Context, p plan) error {
	const among = 50
	if err := s.declared(ctx, among); err != nil {
		return err
	}
	do := s.claims(among)
	err := each(ctx, among, func(ctx context.Context, i int) error {
		for range lines {
			if err := do(ctx, 0, int64(i)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	bare, stop, err := s.bareServer(ctx)
	if err != nil {
		return err
	}
	defer stop()
	token, err := s.token(ctx)
	if err != nil {
		return err
	}
	plain := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}}
	get := func(url string) func(ctx context.Context, client int, n int64) error {
		return func(ctx context.Context, _ int, n int64) error {
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf(url, s.projects[n%among]), nil)
			if err != nil {
				return err
			}
			r.Header.Set("Authorization", "Bearer "+token)
			resp, err := plain.Do(r)
			if err != nil {
				return err
			}
			defer resp.Body.Close() //nolint:errcheck // nothing was written to it
			n2, err := io.Copy(io.Discard, resp.Body)
			if err == nil && (resp.StatusCode != http.StatusOK || n2 < 1000) {
				err = fmt.Errorf("%s with %d bytes", resp.Status, n2)
			}
			return err
		}
	}
	p.Clients = 32
	s.beside(ctx, p,
		side{"net/http and pgx", get(bare + "/%s")},
		side{"timeline through the API", get(s.door + "/api/v1/projects/%s/timeline?limit=60")})
	return nil
}

// token is a program's, so that no session is touched.
func (s *installation) token(ctx context.Context) (string, error) {
	a, err := s.public.Once(ctx, s.door, "leader", http.MethodPost, "/me/tokens", "", []byte(`{"name":"bench","days":1,"scope":"read"}`))
	if err != nil {
		return "", err
	}
	var issued struct{ Secret string }
	return issued.Secret, errors.Join(json.Unmarshal(a.Body, &issued))
}

// bareServer serves timelines without asking who reads them.
func (s *installation) bareServer(ctx context.Context) (url string, stop func(), err error) {
	pool, err := pgxpool.New(ctx, town.DSN(s.database.Address, "milepost"))
	if err != nil {
		return "", nil, err
	}
	type line struct {
		Seq        int64           `json:"seq"`
		Type       string          `json:"type"`
		Data       json.RawMessage `json:"data"`
		Actor      domain.Actor    `json:"actor"`
		OccurredAt time.Time       `json:"occurredAt"`
		RecordedAt time.Time       `json:"recordedAt"`
		Clause     string          `json:"clause"`
		Command    string          `json:"command"`
		Late       bool            `json:"late"`
		Basis      string          `json:"basis"`
		Zh         string          `json:"zh"`
		En         string          `json:"en"`
		Hash       string          `json:"hash"`
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rows, err := pool.Query(r.Context(), `SELECT seq, type, data, actor_user, actor_role, actor_party, actor_jurisdiction, actor_on_behalf_of,
			occurred_at, recorded_at, clause, command, late, basis, text_zh, text_en, hash FROM timeline WHERE entity = $1 ORDER BY seq LIMIT $2`, "project"+r.URL.Path, lines)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		defer rows.Close()
		out := make([]line, 0, lines)
		for rows.Next() {
			var l line
			var data string
			if err := rows.Scan(&l.Seq, &l.Type, &data, &l.Actor.User, &l.Actor.Role, &l.Actor.Party, &l.Actor.Jurisdiction, &l.Actor.OnBehalfOf,
				&l.OccurredAt, &l.RecordedAt, &l.Clause, &l.Command, &l.Late, &l.Basis, &l.Zh, &l.En, &l.Hash); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			l.Data = json.RawMessage(data)
			out = append(out, l)
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(out) // a reader that went away
	})
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Second}
	go func() { _ = server.Serve(l) }() // ends when it is closed
	return "http://" + l.Addr().String(), func() { _ = server.Close(); pool.Close() }, nil
}
