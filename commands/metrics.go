package commands

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"milepost/domain"
)

// Metrics counts what came in and what became of it. A nil *Metrics counts nothing.
type Metrics struct {
	commands  *prometheus.HistogramVec
	alarms    prometheus.Counter
	unsettled prometheus.Gauge
}

// NewMetrics registers the metrics of the way in.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		commands: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "milepost_command_seconds", Help: "Time from a command's coming in to its answer.",
			Buckets: []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"outcome"}),
		alarms: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "milepost_record_alarms_total", Help: "Decisions that do not fit the record. Any is an alarm.",
		}),
		unsettled: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "milepost_commands_unsettled", Help: "Commands whose outcome the sweeper has yet to find, at its last round.",
		}),
	}
	r.MustRegister(m.commands, m.alarms, m.unsettled)
	return m
}

func (m *Metrics) sent(outcome string, began time.Time) {
	if m != nil {
		m.commands.WithLabelValues(outcome).Observe(time.Since(began).Seconds())
	}
}

func (m *Metrics) diverged() {
	if m != nil {
		m.alarms.Inc()
	}
}

func (m *Metrics) swept(left int) {
	if m != nil {
		m.unsettled.Set(float64(left))
	}
}

// outcomeOf is done, pending, the kind of a refusal, or error.
func outcomeOf(r Receipt, err error) string {
	switch refusal := domain.AsError(err); {
	case refusal != nil:
		return string(refusal.Kind)
	case err != nil:
		return "error"
	case r.Pending:
		return "pending"
	default:
		return "done"
	}
}
