package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// readyWithin is how long what is needed may take to answer before the server counts as not ready.
const readyWithin = 2 * time.Second

// operate hangs up what operators look at: alive, ready, measured. None of it shows business data.
func (s *Server) operate(d Deps) {
	s.echo.GET("/healthz", func(c echo.Context) error { return c.String(http.StatusOK, "ok\n") })
	s.echo.GET("/readyz", func(c echo.Context) error {
		if s.ready != nil {
			ctx, cancel := context.WithTimeout(c.Request().Context(), readyWithin)
			defer cancel()
			if err := s.ready(ctx); err != nil {
				s.log.WarnContext(c.Request().Context(), "not ready", "error", err)
				return c.String(http.StatusServiceUnavailable, "not ready\n")
			}
		}
		return c.String(http.StatusOK, "ready\n")
	})
	s.echo.GET("/metrics", echo.WrapHandler(promhttp.HandlerFor(d.Metrics, promhttp.HandlerOpts{})))
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
