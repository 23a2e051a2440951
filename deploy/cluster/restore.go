package cluster

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// Restored is a server that runs on a copy of a backup. It listens on a socket in its own folder and nowhere else.
type Restored struct {
	bin    string
	folder string
	as     *syscall.Credential
}

// Restore copies a backup into a folder that exists and is empty, and starts a server on the copy; it is ready when Restore returns.
// Whoever stops it has the folder to remove.
func Restore(ctx context.Context, backup, folder string) (*Restored, error) {
	bin, err := Programs()
	if err != nil {
		return nil, err
	}
	r := &Restored{bin: bin, folder: folder}
	if r.as, err = Unprivileged(); err != nil {
		return nil, err
	}
	if err := os.CopyFS(r.data(), os.DirFS(filepath.Join(backup, data))); err != nil {
		return nil, fmt.Errorf("copy the backup: %w", err)
	}
	// Only whoever may enter the folder reaches the server, so it asks for no password.
	for name, text := range map[string]string{"postgresql.conf": "", "pg_hba.conf": "local all all trust\n", "pg_ident.conf": ""} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(r.own(), os.Chmod(r.data(), 0o700)); err != nil { //nolint:gosec // a folder is entered
		return nil, err
	}
	// Settings of the backup's own would have the copy archive over the archive of the original.
	settings := "-k " + folder + " -c listen_addresses= -c archive_mode=off -c config_file=" + filepath.Join(folder, "postgresql.conf") +
		" -c hba_file=" + filepath.Join(folder, "pg_hba.conf") + " -c ident_file=" + filepath.Join(folder, "pg_ident.conf")
	return r, r.control(ctx, "start", "--wait", "--timeout", "1800", "--log", filepath.Join(folder, "log"), "--options", settings)
}

func (r *Restored) data() string { return filepath.Join(r.folder, data) }

// own gives everything to the user that the server runs as.
func (r *Restored) own() error {
	if r.as == nil {
		return nil
	}
	root, err := os.OpenRoot(r.folder)
	if err != nil {
		return err
	}
	defer root.Close() //nolint:errcheck // it is only looked through
	return fs.WalkDir(root.FS(), ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return root.Lchown(path, int(r.as.Uid), int(r.as.Gid))
	})
}

func (r *Restored) control(ctx context.Context, args ...string) error {
	control := exec.CommandContext(ctx, filepath.Join(r.bin, "pg_ctl"), append(args, "--pgdata", r.data())...) //nolint:gosec // our own folder
	control.Dir, control.Env = r.folder, []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}
	control.SysProcAttr = &syscall.SysProcAttr{Credential: r.as}
	if err := control.Run(); err != nil { // its output is not waited for: the server would keep it open
		said, _ := os.ReadFile(filepath.Join(r.folder, "log")) // empty when it came to nothing before
		return fmt.Errorf("pg_ctl %s: %w\n%s", args[0], err, said[max(0, len(said)-2000):])
	}
	return nil
}

// DSN leads to a database of the copy, as a user that the original has.
func (r *Restored) DSN(user, database string) string {
	u := url.URL{Scheme: "postgres", User: url.User(user), Path: "/" + database, RawQuery: url.Values{"host": {r.folder}}.Encode()}
	return u.String()
}

// Stop stops the server.
func (r *Restored) Stop(ctx context.Context) error {
	return r.control(ctx, "stop", "--wait", "--mode", "fast")
}
