package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"milepost/config"
	"milepost/deploy/cluster"
	"milepost/files"
	"milepost/store"
	"milepost/worker"
)

type backupCommand struct {
	Folder  string `arg:"" help:"备份写入的新文件夹。 A new folder to write the backup to."`
	Files   string `help:"上传文件复制到的文件夹，几份备份共用，只复制还没有的；默认是备份旁边的 files。 Where uploaded files are copied, one folder for all backups; files, beside the backup, when absent."`
	Cluster string `help:"有 REPLICATION 权限的连接（postgres://…），默认为 database 设置。 A connection that may replicate; the setting database when absent." env:"MILEPOST_BACKUP_CLUSTER"`
}

// about tells of a backup. It is written last: a folder without it is no backup.
type about struct {
	Begun  time.Time    `json:"begun"`  // real
	Ended  time.Time    `json:"ended"`  // real
	Extent store.Extent `json:"extent"` // on record when it began; all of it is in the backup
	Schema int64        `json:"schema"` // version of the tables
	User   string       `json:"user"`   // of the database
	Name   string       `json:"name"`   // of the database
	Files  string       `json:"files"`  // folder of the uploaded files
}

const aboutFile = "milepost-backup.json"

// pulse is how often a backup under way renews its mark.
const pulse = 5 * time.Second

// Run takes a physical backup of the whole cluster while everything goes on.
func (c backupCommand) Run(ctx context.Context, s config.Settings, out io.Writer) (err error) {
	where, err := url.Parse(s.Database)
	if err != nil || !strings.HasPrefix(where.Scheme, "postgres") {
		return errors.New("只有 PostgreSQL 才这样备份；内嵌数据库请先停止 milepost dev，再复制它的文件夹。 " +
			"Only PostgreSQL is backed up like this; of an embedded database, stop `milepost dev` and copy its folder")
	}
	if c.Cluster == "" {
		c.Cluster = s.Database
	}
	db, err := desk(ctx, s)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing is pending
	if err := released(ctx, db); err != nil {
		return err
	}
	a := about{Begun: time.Now(), User: where.User.Username(), Name: strings.TrimPrefix(where.Path, "/")}
	if a.Files, err = filepath.Abs(cmp.Or(c.Files, filepath.Join(filepath.Dir(c.Folder), "files"))); err != nil {
		return err
	}
	if a.Schema, _, err = db.SchemaVersion(ctx); err != nil {
		return err
	}
	if a.Extent, err = db.Extent(ctx); err != nil {
		return err
	}
	if err := os.Mkdir(c.Folder, 0o700); err != nil {
		return err
	}
	if err := marked(ctx, db, a.Begun, func(ctx context.Context) error { return cluster.Backup(ctx, c.Cluster, c.Folder, out) }); err != nil {
		return err
	}
	// After the database: whatever it names was on the shelf before.
	copied, err := copyFiles(ctx, db, s.Files.URL, a.Files)
	if err != nil {
		return err
	}
	a.Ended = time.Now()
	data, err := json.MarshalIndent(a, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(c.Folder, aboutFile), append(data, '\n'), 0o600); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "备份完成，用时%s：%d个项目，%d条记录，文件%d个（新复制%d个）；请用 milepost restore-drill %s 试恢复。 "+
		"(Done; %d projects, %d entries, %d files, %d of them new. Try it out with restore-drill.)\n",
		a.Ended.Sub(a.Begun).Round(time.Second), a.Extent.Entities, a.Extent.Entries, copied.Files+copied.There, copied.Files, c.Folder,
		a.Extent.Entities, a.Extent.Entries, copied.Files+copied.There, copied.Files)
	return err
}

// copyFiles copies the shelf of uploaded files to a folder. A shelf that lacks what is on record is not the one that is
// used, or has lost it.
func copyFiles(ctx context.Context, db *store.Store, address, folder string) (done files.Copied, err error) {
	from, err := files.Open(ctx, address)
	if err != nil {
		return done, err
	}
	defer from.Close() //nolint:errcheck // only read
	if err := holds(ctx, from, db); err != nil {
		return done, err
	}
	to, err := files.Open(ctx, "file://"+folder)
	if err != nil {
		return done, err
	}
	done, err = from.Copy(ctx, to)
	return done, errors.Join(err, to.Close())
}

// holds sees to it that what is on record is on a shelf.
func holds(ctx context.Context, shelf *files.Shelf, db *store.Store) error {
	for after := ""; ; {
		kept, err := db.KeptContents(ctx, after, 500)
		if err != nil || len(kept) == 0 {
			return err
		}
		for _, k := range kept {
			after = k.Digest
			if _, err := shelf.Has(ctx, k.Digest); err == nil {
				continue
			} else if !errors.Is(err, files.ErrMissing) {
				return err
			}
			if gone, err := db.Unneeded(ctx, []string{k.Digest}); err != nil {
				return err
			} else if len(gone) > 0 { // removed meanwhile
				continue
			}
			return fmt.Errorf("库里登记的文件不在 files.url 的文件夹里，备份会缺文件：检查 files.url 与 api 是否相同，或用 milepost verify 核对。 "+
				"A file on record is not on the shelf of files.url, and would be missing in the backup: is it the one that the API uses? (%s)", k.Digest)
		}
	}
}

// marked does something while the database bears the mark of a backup under way.
func marked(ctx context.Context, db *store.Store, begun time.Time, f func(ctx context.Context) error) error {
	if err := db.BackupAlive(ctx, begun); err != nil {
		return err
	}
	if err := beating(ctx, db, begun, f); err != nil {
		return errors.Join(err, db.BackupGivenUp(context.WithoutCancel(ctx)))
	}
	return db.BackupTaken(ctx, store.Operator, begun)
}

// beating renews the mark while something is done.
func beating(ctx context.Context, db *store.Store, begun time.Time, f func(ctx context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	beat := time.NewTicker(pulse)
	defer beat.Stop()
	done := make(chan error, 1)
	go func() { done <- f(ctx) }()
	for {
		select {
		case err := <-done:
			return errors.Join(err, context.Cause(ctx))
		case <-beat.C:
			if err := db.BackupAlive(ctx, begun); err != nil {
				cancel(err) // the backup would pass for a live database
			}
		}
	}
}

type drillCommand struct {
	Folder string `arg:"" type:"existingdir" help:"milepost backup 写的文件夹。 The folder of a backup."`
	Files  string `type:"existingdir" help:"备份时复制上传文件的文件夹，如已移走；默认在原处。 Where the copies of uploaded files are now, if they were moved."`
	In     string `type:"existingdir" help:"试恢复用的盘，须放得下整个备份；默认为系统临时文件夹。 Where there is room for a copy; the system's temporary folder when absent."`
}

// Run restores a backup beside everything, looks the record over, and removes it again.
func (c drillCommand) Run(ctx context.Context, out io.Writer) (err error) {
	begun := time.Now()
	data, err := os.ReadFile(filepath.Join(c.Folder, aboutFile))
	if err != nil {
		return fmt.Errorf("这里没有完整的备份。 There is no whole backup here: %w", err)
	}
	var a about
	if err := json.Unmarshal(data, &a); err != nil {
		return fmt.Errorf("%s: %w", aboutFile, err)
	}
	if err := cluster.Check(ctx, c.Folder, out); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(c.In, "drill-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	r, err := cluster.Restore(ctx, c.Folder, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Stop(context.WithoutCancel(ctx))) }()
	db, err := store.OpenFor(ctx, r.DSN(a.User, a.Name), store.ForOperators)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing is pending
	ready := time.Now()
	if err := whole(ctx, db, a); err != nil {
		return err
	}
	shelf, err := files.Open(ctx, "file://"+cmp.Or(c.Files, a.Files))
	if err != nil {
		return err
	}
	defer shelf.Close() //nolint:errcheck // only read
	found, err := (&worker.Verify{Store: db, Shelf: shelf}).Run(ctx, func(int) {})
	for _, f := range found {
		fmt.Fprintln(out, f)
	}
	if err != nil || len(found) > 0 {
		return errors.Join(err, fmt.Errorf("备份里有%d处问题。 %d findings in the backup", len(found), len(found)))
	}
	_, err = fmt.Fprintf(out, "备份可以恢复：%s启动，%s核对完；其中有备份开始（%s）前办结的全部%d项操作。 "+
		"(It can be restored: up after %s, looked over after %s; all %d commands settled before it began are there.)\n",
		ready.Sub(begun).Round(time.Second), time.Since(begun).Round(time.Second), a.Begun.Format(time.RFC3339), a.Extent.Commands,
		ready.Sub(begun).Round(time.Second), time.Since(begun).Round(time.Second), a.Extent.Commands)
	return err
}

// whole sees to it that a restored database is of this program's version and has all that was on record when its backup
// began.
func whole(ctx context.Context, db *store.Store, a about) error {
	schema, wanted, err := db.SchemaVersion(ctx)
	if err != nil {
		return err
	}
	if schema != wanted {
		return fmt.Errorf("备份的数据库结构是第%d版，本程序是第%d版：请用当时的程序试恢复。 The tables of the backup have version %d and this program's %d: use the program of then", schema, wanted, schema, wanted)
	}
	there, err := db.Extent(ctx)
	if err != nil {
		return err
	}
	if !a.Extent.Within(there) {
		return fmt.Errorf("备份不全：应不少于 %+v，只有 %+v。 The backup is not whole", a.Extent, there)
	}
	return nil
}

type releaseCommand struct{}

// Run lets a restored database be worked with again.
func (releaseCommand) Run(ctx context.Context, s config.Settings, out io.Writer) error {
	db, err := desk(ctx, s)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing is pending
	if err := db.Release(ctx, store.Operator); err != nil {
		return inWords(err)
	}
	_, err = fmt.Fprintln(out, "已放行，可以启动 milepost worker 和 milepost api。 (Released: start `milepost worker` and `milepost api`.)")
	return err
}
