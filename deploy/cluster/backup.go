package cluster

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// data is the folder of the cluster within a backup.
const data = "cluster"

// Backup copies the whole cluster of a running server into a folder, and has the copy checked. dsn is that of a user who may
// replicate (PostgreSQL's REPLICATION); what PostgreSQL's programs say goes to out.
func Backup(ctx context.Context, dsn, folder string, out io.Writer) error {
	bin, err := Programs()
	if err != nil {
		return err
	}
	copying := exec.CommandContext(ctx, filepath.Join(bin, "pg_basebackup"), "--dbname", dsn, "--pgdata", filepath.Join(folder, data), //nolint:gosec // the operator names both
		"--wal-method", "stream", "--checkpoint", "fast", "--manifest-checksums", "SHA256", "--no-password")
	copying.Stdout, copying.Stderr = out, out
	if err := copying.Run(); err != nil {
		return fmt.Errorf("pg_basebackup: %w", err)
	}
	return Check(ctx, folder, out)
}

// Check has PostgreSQL's own checker hold a backup against its manifest, file by file, and look through the log that it needs.
func Check(ctx context.Context, folder string, out io.Writer) error {
	bin, err := Programs()
	if err != nil {
		return err
	}
	checking := exec.CommandContext(ctx, filepath.Join(bin, "pg_verifybackup"), "--exit-on-error", filepath.Join(folder, data)) //nolint:gosec // the operator names it
	checking.Stdout, checking.Stderr = out, out
	checking.Env = append(os.Environ(), "LC_ALL=C")
	if err := checking.Run(); err != nil {
		return fmt.Errorf("the backup is damaged or not whole; keep it for looking at, and use another: pg_verifybackup: %w", err)
	}
	return nil
}
