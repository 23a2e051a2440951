package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// BenchmarkACommand is what the API adds to a command: who, may, readable, as the contract says, and the answer.
func BenchmarkACommand(b *testing.B) {
	s := newSite(&testing.T{})
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/api/v1/projects/00000000-0000-0000-0000-000000000000/items/land/grant", strings.NewReader(`{"document":"批复〔2026〕1号"}`))
		r.Header.Set("Authorization", "Bearer token of resources-1")
		r.Header.Set("Idempotency-Key", "benchmark")
		r.Header.Set("Content-Type", "application/json")
		s.server.ServeHTTP(httptest.NewRecorder(), r)
	}
}
