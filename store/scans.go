package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"milepost/domain"
)

// Scan is content that a worker holds for the time of its lease, to have it looked through for viruses.
type Scan struct {
	Digest  string
	Size    int64
	Attempt int // from 1
}

// ClaimScan gives content that nobody has looked through to one worker for a lease of real time; false when none waits.
func (s *Store) ClaimScan(ctx context.Context, lease time.Duration) (Scan, bool, error) {
	now := exact(s.now())
	skip := ""
	if s.dialect == PostgreSQL {
		skip = " FOR UPDATE SKIP LOCKED"
	}
	var job Scan
	var ok bool
	err := s.write(ctx, func(tx *gorm.DB) (err error) {
		job, ok, err = one(tx, func(r row, j *Scan) error { return r.Scan(&j.Digest, &j.Size, &j.Attempt) },
			`UPDATE blobs SET attempts = attempts + 1, try_at = ? WHERE digest IN (
				SELECT digest FROM blobs WHERE state = 'quarantined' AND try_at <= ? ORDER BY try_at, digest LIMIT 1`+skip+`)
			RETURNING digest, size, attempts`, now.Add(lease), now)
		return err
	})
	if err != nil {
		return Scan{}, false, fmt.Errorf("claim a scan: %w", err)
	}
	return job, ok, nil
}

// ScanFailed gives content back of which there is no verdict; it is looked through again later, each time a little later.
func (s *Store) ScanFailed(ctx context.Context, j Scan, cause error) error {
	err := s.db.WithContext(ctx).Exec("UPDATE blobs SET error = ?, try_at = ? WHERE digest = ? AND state = 'quarantined' AND attempts = ?",
		shortened(cause), exact(s.now().Add(backoff(j.Attempt))), j.Digest, j.Attempt).Error
	if err != nil {
		return fmt.Errorf("give back the scan of %s: %w", j.Digest, err)
	}
	return nil
}

// Scanned puts a verdict on record: what was found, "" for clean content. The first verdict stands.
func (s *Store) Scanned(ctx context.Context, digest, found string) error {
	state := FileClean
	if found != "" {
		state = FileRefused
	}
	err := s.db.WithContext(ctx).Exec("UPDATE blobs SET state = ?, found = ?, error = '' WHERE digest = ? AND state = 'quarantined'", state, found, digest).Error
	if err != nil {
		return fmt.Errorf("record the scan of %s: %w", digest, err)
	}
	return nil
}

// RefusedFiles returns infected files of which nobody has been told yet.
func (s *Store) RefusedFiles(ctx context.Context, limit int) ([]File, error) {
	files, err := rows(s.db.WithContext(ctx), scanFile, "SELECT "+fileColumns+` FROM blobs b JOIN files f ON f.digest = b.digest
		WHERE b.state = 'refused' AND f.removed_at IS NULL AND NOT f.told ORDER BY f.stored_at, f.id LIMIT ?`, limit)
	if err != nil {
		return nil, fmt.Errorf("list refused files: %w", err)
	}
	return files, nil
}

// FileTold notes that those have been told whom an infected file concerns.
func (s *Store) FileTold(ctx context.Context, id string) error {
	if err := s.db.WithContext(ctx).Exec("UPDATE files SET told = TRUE WHERE id = ?", id).Error; err != nil {
		return fmt.Errorf("note that file %s was told of: %w", id, err)
	}
	return nil
}

// needed is content that a file has and that may be kept; unexpired is that, and what a file had until a day ago: the
// database as it was backed up then names it still, and the folder is copied later.
const (
	needed    = "b.state IN ('quarantined', 'clean') AND EXISTS (SELECT 1 FROM files f WHERE f.digest = b.digest AND f.removed_at IS NULL)"
	unexpired = "b.state IN ('quarantined', 'clean') AND EXISTS (SELECT 1 FROM files f WHERE f.digest = b.digest AND (f.removed_at IS NULL OR f.removed_at > ?))"
)

// lastBackup is the real moment up to which a copy of the folder may still be wanted.
func (s *Store) lastBackup() time.Time { return exact(s.now().Add(-24 * time.Hour)) }

// Unneeded returns those of some contents that no file has had for a day, or that are infected.
func (s *Store) Unneeded(ctx context.Context, digests []string) ([]string, error) {
	kept, err := rows(s.db.WithContext(ctx), scalar[string], "SELECT b.digest FROM blobs b WHERE b.digest IN ? AND "+unexpired, digests, s.lastBackup())
	if err != nil {
		return nil, fmt.Errorf("look for content that nobody needs: %w", err)
	}
	return slices.DeleteFunc(slices.Clone(digests), func(d string) bool { return slices.Contains(kept, d) }), nil
}

// DropContent has content removed that nobody needs; no upload of the same comes in between. False: somebody needs it
// after all.
func (s *Store) DropContent(ctx context.Context, digest string, remove func(ctx context.Context) error) (dropped bool, err error) {
	err = s.write(ctx, func(tx *gorm.DB) error {
		if err := s.oneAtATime(tx, "blob "+digest); err != nil {
			return err
		}
		_, kept, err := one(tx, scalar[string], "SELECT b.digest FROM blobs b WHERE b.digest = ? AND "+unexpired, digest, s.lastBackup())
		if err != nil || kept {
			return err
		}
		if err := remove(ctx); err != nil {
			return err
		}
		dropped = true
		return tx.Exec("UPDATE blobs SET state = 'gone' WHERE digest = ? AND state <> 'refused'", digest).Error
	})
	if err != nil {
		return false, fmt.Errorf("drop content %s: %w", digest, err)
	}
	return dropped, nil
}

// KeptContent is content that must be on the shelf.
type KeptContent struct {
	Digest string
	Size   int64
	State  FileState
}

// KeptContents returns the content that must be on the shelf, after a digest, in order; "" begins.
func (s *Store) KeptContents(ctx context.Context, after string, limit int) ([]KeptContent, error) {
	kept, err := rows(s.db.WithContext(ctx), func(r row, k *KeptContent) error { return r.Scan(&k.Digest, &k.Size, &k.State) },
		"SELECT b.digest, b.size, b.state FROM blobs b WHERE b.digest > ? AND "+needed+" ORDER BY b.digest LIMIT ?", after, limit)
	if err != nil {
		return nil, fmt.Errorf("list content: %w", err)
	}
	return kept, nil
}

// Quarantine counts the content that waits for the scanner, and since when the first of it could have been scanned.
func (s *Store) Quarantine(ctx context.Context) (waiting int, err error) {
	waiting, _, err = one(s.db.WithContext(ctx), scalar[int], "SELECT count(*) FROM blobs b WHERE b.state = 'quarantined' AND "+needed)
	if err != nil {
		return 0, fmt.Errorf("count what waits for the scanner: %w", err)
	}
	return waiting, nil
}

// PartyOf is the party that an actor acted for, as far as it can be told something.
func PartyOf(a domain.Actor) domain.Party {
	switch a.Role {
	case domain.RoleOwner:
		return domain.Party{Kind: domain.PartyOwner, Code: a.Party}
	case domain.RoleLiaison:
		return domain.Party{Kind: domain.PartyUnit, Code: a.Party}
	case domain.RoleHandler, domain.RoleHead:
		return domain.Party{Kind: domain.PartyDepartment, Code: a.Party}
	default:
		return domain.Party{Kind: domain.PartyOffice}
	}
}
