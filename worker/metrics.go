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
	effects     *prometheus.CounterVec
	dead        prometheus.Gauge
	scans       *prometheus.CounterVec
	quarantined prometheus.Gauge
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{effects: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "milepost_effects_total", Help: "Effects by what came of an attempt: done, failed (tried again) or dead (any is an alarm).",
	}, []string{"outcome"})}
	m.dead = prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "milepost_effects_dead", Help: "Effects that failed for good and wait for the operator (milepost effects list).",
	})
	m.scans = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "milepost_files_scanned_total", Help: "Uploaded contents by what came of a scan: clean, infected or failed (tried again).",
	}, []string{"outcome"})
	m.quarantined = prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "milepost_files_quarantined", Help: "Uploaded contents that wait for the scanner.",
	})
	r.MustRegister(m.effects, m.dead, m.scans, m.quarantined)
	for _, outcome := range []string{"clean", "infected", "failed"} {
		m.scans.WithLabelValues(outcome)
	}
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
