package worker

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"milepost/domain"
	"milepost/domain/entity"
	"milepost/domain/project"
	"milepost/files"
	"milepost/store"
)

// custody looks after uploaded files: has the scanner look through them, tells of what it found, and takes content off
// the shelf that nobody needs. Several workers may do so side by side.
type custody struct {
	store   *store.Store
	shelf   *files.Shelf
	scanner files.Scanner // nil: nothing is ever clean
	answer  func(ctx context.Context, cmd domain.Command) error
	log     *slog.Logger
	metrics *metrics
	idle    time.Duration // between looks at an empty queue
	tidy    time.Duration // between looks for what was left
	now     func() time.Time
}

const (
	scanLease = 10 * time.Minute // more than a scan takes: two workers at one content do no harm, and no good
	usualTidy = time.Minute
	sweepEach = 60 // looks for what was left, between two sweeps of the shelf
)

// run looks after files until the context ends.
func (c *custody) run(ctx context.Context) {
	next, turn := c.now(), 0
	for ctx.Err() == nil {
		if !c.now().Before(next) {
			c.tidyUp(ctx, turn%sweepEach == 0)
			next, turn = c.now().Add(c.tidy), turn+1
		}
		if !c.scanNext(ctx) {
			wait(ctx, c.idle)
		}
	}
}

func (c *custody) tidyUp(ctx context.Context, sweep bool) {
	c.tell(ctx)
	if waiting, err := c.store.Quarantine(ctx); err == nil {
		c.metrics.quarantined.Set(float64(waiting))
	}
	if !sweep {
		return
	}
	if removed, err := c.sweep(ctx); err != nil && ctx.Err() == nil {
		c.log.WarnContext(ctx, "The shelf of files could not be swept.", "error", err)
	} else if removed > 0 {
		c.log.InfoContext(ctx, "Content was removed that nobody needs.", "removed", removed)
	}
}

// scanNext has one content looked through; false when none waits, or there is no scanner.
func (c *custody) scanNext(ctx context.Context) bool {
	if c.scanner == nil {
		return false
	}
	job, ok, err := c.store.ClaimScan(ctx, scanLease)
	if err != nil || !ok {
		if err != nil && ctx.Err() == nil {
			c.log.WarnContext(ctx, "What waits for the scanner could not be read.", "error", err)
		}
		return false
	}
	found, err := c.scan(ctx, job)
	if err != nil {
		c.metrics.scans.WithLabelValues("failed").Inc()
		c.log.WarnContext(ctx, "A file could not be scanned yet.", "digest", job.Digest, "attempt", job.Attempt, "error", err)
		// What a worker that stops leaves is taken up at once by another.
		err = c.store.ScanFailed(context.WithoutCancel(ctx), job, err)
	} else {
		err = c.store.Scanned(ctx, job.Digest, found)
	}
	if err != nil {
		c.log.WarnContext(ctx, "What became of a scan could not be stored; the file will be scanned again.", "digest", job.Digest, "error", err)
		return false
	}
	switch {
	case found != "":
		c.metrics.scans.WithLabelValues("infected").Inc()
		c.log.WarnContext(ctx, "An infected file was refused.", "digest", job.Digest, "found", found)
		c.tell(ctx)
	default:
		c.metrics.scans.WithLabelValues("clean").Inc()
	}
	return true
}

// scan has content looked through. Content that is not what its digest says is never clean.
func (c *custody) scan(ctx context.Context, job store.Scan) (found string, err error) {
	content, err := c.shelf.Open(ctx, job.Digest)
	if err != nil {
		return "", err
	}
	defer content.Close() //nolint:errcheck // only read
	sum := sha256.New()
	all := io.TeeReader(content, sum)
	if found, err = c.scanner.Scan(ctx, all); err != nil || found != "" {
		return found, err
	}
	if _, err := io.Copy(io.Discard, all); err != nil { // what the scanner did not care to read
		return "", err
	}
	if hex.EncodeToString(sum.Sum(nil)) != job.Digest {
		return "", errOther
	}
	return "", nil
}

var errOther = errors.New("the content is not what its digest says")

// tell removes infected content and tells of it on the timelines of the projects that have it, whose parties are
// noticed from there. It may be told again, and counts once.
func (c *custody) tell(ctx context.Context) {
	refused, err := c.store.RefusedFiles(ctx, 100)
	if err != nil && ctx.Err() == nil {
		c.log.WarnContext(ctx, "Infected files could not be listed.", "error", err)
	}
	for _, f := range refused {
		if err := c.tellOf(ctx, f); err != nil && ctx.Err() == nil {
			c.log.WarnContext(ctx, "An infected file could not be told of yet.", "file", f.ID, "project", f.Project, "error", err)
		}
	}
}

func (c *custody) tellOf(ctx context.Context, f store.File) error {
	if _, err := c.drop(ctx, f.Digest); err != nil {
		return err
	}
	name, body, err := project.Encode(project.RefuseFile{File: f.ID, Digest: f.Digest, Name: f.Name, Found: f.Found, Party: store.PartyOf(f.By)})
	if err != nil {
		return err
	}
	err = c.answer(ctx, domain.Command{
		ID: "scan/" + f.ID, Entity: entity.ID(entity.Project, f.Project), Type: name, Body: body, Actor: domain.System,
	})
	if refusal := domain.AsError(err); refusal != nil && refusal.Kind != domain.KindBusy {
		c.log.WarnContext(ctx, "An infected file cannot be told of on its timeline.", "file", f.ID, "project", f.Project, "refusal", refusal.Code)
		err = nil // an archived project takes nothing more
	}
	if err != nil {
		return err
	}
	return c.store.FileTold(ctx, f.ID)
}

func (c *custody) drop(ctx context.Context, digest string) (bool, error) {
	return c.store.DropContent(ctx, digest, func(ctx context.Context) error { return c.shelf.Remove(ctx, digest) })
}

// sweep removes content that is older than a day and that no file has: what was uploaded by a process that died before
// it could put it on record, and what was removed since.
func (c *custody) sweep(ctx context.Context) (removed int, err error) {
	now := c.now()
	err = c.shelf.Each(ctx, now, func(page []files.Content) error {
		var old []string
		for _, content := range page {
			if now.Sub(content.Written) > files.Abandoned {
				old = append(old, content.Digest)
			}
		}
		if len(old) == 0 {
			return nil
		}
		unneeded, err := c.store.Unneeded(ctx, old)
		if err != nil {
			return err
		}
		for _, digest := range unneeded {
			dropped, err := c.drop(ctx, digest)
			if err != nil {
				return fmt.Errorf("sweep: %w", err)
			}
			if dropped {
				removed++
			}
		}
		return nil
	})
	return removed, err
}
