package web

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"milepost/test/installation"
)

// operator lets the scripts stop the API and start it again, as an operator would, and returns where to ask for it.
func operator(t *testing.T, in *installation.Installation) (url string) {
	t.Helper()
	m := http.NewServeMux()
	answer := func(w http.ResponseWriter, err error) {
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}
	m.HandleFunc("POST /stop", func(w http.ResponseWriter, _ *http.Request) {
		in.API.Stop()
		answer(w, in.API.Ended())
	})
	m.HandleFunc("POST /start", func(w http.ResponseWriter, r *http.Request) {
		err := in.API.Start()
		if err == nil {
			err = in.Ready(r.Context())
		}
		answer(w, err)
	})
	m.HandleFunc("GET /said", func(w http.ResponseWriter, _ *http.Request) {
		_, err := w.Write([]byte(in.API.Tail()))
		answer(w, err)
	})
	s := httptest.NewServer(m)
	t.Cleanup(s.Close)
	return s.URL
}
