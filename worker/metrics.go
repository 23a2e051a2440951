package worker

import (
	"github.com/prometheus/client_golang/prometheus"
	otelprometheus "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/opentelemetry"
)

// metrics counts what a worker does besides commands, which count themselves.
type metrics struct {
	effects *prometheus.CounterVec
	dead    prometheus.Gauge
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{effects: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "milepost_effects_total", Help: "Effects by what came of an attempt: done, failed (tried again) or dead (any is an alarm).",
	}, []string{"outcome"})}
	m.dead = prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "milepost_effects_dead", Help: "Effects that failed for good and wait for the operator (milepost effects list).",
	})
	r.MustRegister(m.effects, m.dead)
	for _, outcome := range []string{"done", "failed", "dead"} {
		m.effects.WithLabelValues(outcome) // an alarm cannot watch what is not there yet
	}
	return m
}

// EngineMetrics makes the client of the engine, and the workers that use it, show their metrics.
func EngineMetrics(r prometheus.Registerer) (client.MetricsHandler, error) {
	exporter, err := otelprometheus.New(otelprometheus.WithRegisterer(r), otelprometheus.WithoutScopeInfo())
	if err != nil {
		return nil, err
	}
	provider := metric.NewMeterProvider(metric.WithReader(exporter))
	return opentelemetry.NewMetricsHandler(opentelemetry.MetricsHandlerOptions{Meter: provider.Meter("temporal")}), nil
}
