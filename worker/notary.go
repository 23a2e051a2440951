package worker

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"milepost/store"
)

// Audit is how a worker looks after the audit record.
type Audit struct {
	Key   ed25519.PrivateKey // signs the heads; none: they are not signed
	Heads string             // the file to which signed heads are appended; empty: they are logged, for a collector
	Every time.Duration      // 1 h
}

// record is what the notary needs of the store.
type record interface {
	Seal(ctx context.Context) (entities int, err error)
	SignHeads(ctx context.Context, key ed25519.PrivateKey) (store.Heads, error)
}

// notary seals the timelines on the audit record and signs the heads of its chains, now and then: what lies before can
// no longer be written anew without anybody seeing it (OWN-222).
type notary struct {
	Audit
	record record
	log    *slog.Logger
	now    func() time.Time // real

	failed prometheus.Counter
	signed prometheus.Gauge
}

func newNotary(a Audit, r record, log *slog.Logger, metrics prometheus.Registerer) *notary {
	n := &notary{
		Audit: a, record: r, log: log, now: time.Now,
		failed: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "milepost_audit_unsigned_total", Help: "Times that timelines could again not be sealed or heads not be signed, a minute later (any is an alarm).",
		}),
		signed: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "milepost_audit_signed_timestamp_seconds", Help: "When the heads of the audit record were signed last; 0 when no key is set.",
		}),
	}
	metrics.MustRegister(n.failed, n.signed)
	return n
}

// retryNotary is how long the notary waits after a failure.
const retryNotary = time.Minute

// run works until the context ends.
func (n *notary) run(ctx context.Context) {
	if n.Key == nil {
		n.log.InfoContext(ctx, "The heads of the audit record are not signed: no key is set (audit.key).")
	}
	for failures := 0; ctx.Err() == nil; {
		err := n.attest(ctx)
		if err == nil {
			failures = 0
			wait(ctx, n.Every)
			continue
		}
		failures++
		switch {
		case ctx.Err() != nil:
		case failures == 1: // a database may be away for a moment
			n.log.WarnContext(ctx, "The audit record could not be sealed and signed yet.", "error", err)
		default:
			n.failed.Inc()
			n.log.ErrorContext(ctx, "ALARM: the audit record could not be sealed and signed.", "error", err)
		}
		wait(ctx, min(n.Every, retryNotary))
	}
}

// attest seals and signs once.
func (n *notary) attest(ctx context.Context) error {
	if _, err := n.record.Seal(ctx); err != nil {
		return err
	}
	if n.Key == nil {
		return nil
	}
	heads, err := n.record.SignHeads(ctx, n.Key)
	if err != nil {
		return err
	}
	statement, err := json.Marshal(heads)
	if err != nil {
		return err
	}
	if n.Heads == "" {
		n.log.InfoContext(ctx, "The heads of the audit record, signed.", "heads", string(statement))
	} else if err := appendLine(n.Heads, statement); err != nil {
		return fmt.Errorf("write the signed heads: %w", err)
	}
	n.signed.Set(float64(n.now().Unix()))
	return nil
}

// appendLine adds a line to a file and waits until it is on the disk.
func appendLine(name string, line []byte) error {
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o640) //nolint:gosec // the operator names the file, and collectors read it
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	return errors.Join(err, f.Sync(), f.Close())
}
