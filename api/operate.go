package api

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// readyWithin is how long what is needed may take to answer before the server counts as not ready.
const readyWithin = 2 * time.Second

// operate hangs up what stands before the server looks at: alive, and ready. Neither shows business data.
func (s *Server) operate() {
	s.echo.GET("/healthz", echo.WrapHandler(http.HandlerFunc(alive)))
	s.echo.GET("/readyz", echo.WrapHandler(http.HandlerFunc(s.isReady)))
}

// Operator answers operators, at an address of their own that users do not reach: the same, and what is measured.
func (s *Server) Operator() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", alive)
	mux.HandleFunc("GET /readyz", s.isReady)
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics, promhttp.HandlerOpts{}))
	return mux
}

func alive(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") }

func (s *Server) isReady(w http.ResponseWriter, r *http.Request) {
	if s.ready != nil {
		ctx, cancel := context.WithTimeout(r.Context(), readyWithin)
		defer cancel()
		if err := s.ready(ctx); err != nil {
			s.log.WarnContext(ctx, "not ready", "error", err)
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
	}
	_, _ = io.WriteString(w, "ready\n")
}

// measure counts and times requests by operation and status. The names of operations are few and known; paths
// are not.
func (s *Server) measure(reg prometheus.Registerer) (echo.MiddlewareFunc, error) {
	took := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Namespace: "milepost", Subsystem: "api", Name: "request_seconds", Help: "Time to answer a request, by operation and status.",
		Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"operation", "status"})
	running := prometheus.NewGauge(prometheus.GaugeOpts{
		Namespace: "milepost", Subsystem: "api", Name: "requests_running", Help: "Requests being answered now.",
	})
	for _, m := range []prometheus.Collector{took, running} {
		if err := reg.Register(m); err != nil {
			return nil, err
		}
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			running.Inc()
			defer running.Dec()
			begun := s.now()
			if err := next(c); err != nil {
				c.Error(err)
			}
			if id := operationOf(c).id; id != "" {
				took.WithLabelValues(id, strconv.Itoa(c.Response().Status)).Observe(s.now().Sub(begun).Seconds())
			}
			return nil
		}
	}, nil
}
