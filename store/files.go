package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"milepost/domain"
	"milepost/domain/entity"
	"milepost/domain/project"
)

// FileState says whether content may be given out.
type FileState string

// The states of content. Gone is what nobody needs any more; no file that is there is in it.
const (
	FileQuarantined FileState = "quarantined" // nobody has looked for viruses yet
	FileClean       FileState = "clean"
	FileRefused     FileState = "refused" // infected, and removed
	FileGone        FileState = "gone"
)

// File is a file of a project: a name for content.
type File struct {
	ID      string
	Project string
	Digest  string // SHA-256, in hexadecimal digits
	Name    string
	Type    string // media type
	Size    int64
	State   FileState
	Found   string // what the scanner found in a refused one
	By      domain.Actor
	At      time.Time // civil
	Uses    []FileUse

	stored time.Time
}

// FileUse is what a file was handed in with: an entry of the timeline, and of which item, paper or period.
type FileUse struct {
	Seq    int64
	With   string
	Item   string
	Round  int
	Paper  string
	Period string
}

// FileLimits bound what is kept, in bytes.
type FileLimits struct {
	PerProject int64
	PerDay     int64 // of one account, in 24 hours of real time
}

// ErrContentGone says that content is not on the shelf any more: it is to be kept again.
var ErrContentGone = errors.New("the content was removed meanwhile")

// FileID is the id of a file: the same content under the same name in a project is the same file.
func FileID(projectID, digest, name string) string {
	space := uuid.MustParse("0b6c1a83-4d1f-4f0e-8a43-6f2f3b6f7a52")
	return uuid.NewHash(sha256.New(), space, []byte(projectID+"\x00"+digest+"\x00"+name), 8).String()
}

// AddFile puts a file on record whose content is on the shelf, which present confirms; ErrContentGone comes of it when
// it is not. What is on record already is returned as it is. trusted: content counts as clean without a scanner.
func (s *Store) AddFile(ctx context.Context, f File, limits FileLimits, trusted bool, present func(ctx context.Context) error) (added File, isNew bool, err error) {
	clock, err := s.Clock(ctx)
	if err != nil {
		return File{}, false, err
	}
	f.ID = FileID(f.Project, f.Digest, f.Name)
	err = s.write(ctx, func(tx *gorm.DB) error {
		// Nobody removes the content or uses up the room between the look and the writing.
		for _, name := range []string{"blob " + f.Digest, "files of " + f.Project, "files by " + f.By.User} {
			if err := s.oneAtATime(tx, name); err != nil {
				return err
			}
		}
		if err := present(ctx); err != nil {
			return err
		}
		if err := s.addBlob(tx, f, trusted); err != nil {
			return err
		}
		there, live, err := one(tx, scanFile, "SELECT "+fileColumns+" FROM files f JOIN blobs b ON b.digest = f.digest WHERE f.id = ? AND f.removed_at IS NULL", f.ID)
		if err != nil || live {
			added = there
			return err
		}
		if err := s.roomFor(tx, f, limits); err != nil {
			return err
		}
		now := s.now()
		isNew = true
		if err := put(tx, []fileModel{{
			ID: f.ID, Project: f.Project, Digest: f.Digest, Name: f.Name, Type: f.Type, Actor: actorRow(f.By), At: exact(clock.Civil(now)), StoredAt: exact(now),
		}}); err != nil {
			return err
		}
		added, _, err = one(tx, scanFile, "SELECT "+fileColumns+" FROM files f JOIN blobs b ON b.digest = f.digest WHERE f.id = ?", f.ID)
		return err
	})
	if err != nil {
		return File{}, false, fmt.Errorf("add a file: %w", err)
	}
	return added, isNew, nil
}

// oneAtATime lets one transaction at a time go on under a name, until it ends. SQLite lets one write in any case.
func (s *Store) oneAtATime(tx *gorm.DB, name string) error {
	if s.dialect != PostgreSQL {
		return nil
	}
	return tx.Exec("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", name).Error
}

func (s *Store) addBlob(tx *gorm.DB, f File, trusted bool) error {
	fresh := FileQuarantined
	if trusted {
		fresh = FileClean
	}
	if err := add(tx, []blobModel{{Digest: f.Digest, Size: f.Size, State: string(fresh), TryAt: exact(s.now())}}); err != nil {
		return err
	}
	state, _, err := one(tx, scalar[FileState], "SELECT state FROM blobs WHERE digest = ?", f.Digest)
	switch {
	case err != nil:
		return err
	case state == FileRefused:
		return Infected()
	case state == FileGone:
		return tx.Exec("UPDATE blobs SET state = ?, attempts = 0, try_at = ?, error = '' WHERE digest = ?", fresh, exact(s.now()), f.Digest).Error
	}
	return nil
}

// Infected refuses content in which the scanner found something before.
func Infected() error {
	return domain.Invalid("file.infected", "body", domain.RuleFileScan, "文件曾查出病毒，不能上传；请杀毒后重新导出", "The scanner found this content to be infected; clean the computer and make the file anew.")
}

// roomFor refuses a file for which a project, or its uploader today, has no room.
func (s *Store) roomFor(tx *gorm.DB, f File, limits FileLimits) error {
	const sum = "SELECT COALESCE(SUM(b.size), 0) FROM files f JOIN blobs b ON b.digest = f.digest WHERE "
	kept, _, err := one(tx, scalar[int64], sum+"f.project = ? AND f.removed_at IS NULL AND b.state <> 'refused'", f.Project)
	if err != nil {
		return err
	}
	if kept+f.Size > limits.PerProject {
		return domain.Conflict("files.project-full", domain.RuleFileSize, "本项目的文件已达容量上限，请删除没有提交的文件，或联系系统管理员", "The project has no room for more files; remove some that were not handed in, or ask the system administrator.")
	}
	sent, _, err := one(tx, scalar[int64], sum+"f.actor_user = ? AND f.stored_at > ?", f.By.User, exact(s.now().Add(-24*time.Hour)))
	if err != nil {
		return err
	}
	if sent+f.Size > limits.PerDay {
		return domain.Conflict("files.day-full", domain.RuleFileSize, "您24小时内上传的文件已达上限，请明天再传", "You have uploaded as much as one may in 24 hours; go on tomorrow.")
	}
	return nil
}

const fileColumns = "f.id, f.project, f.digest, f.name, f.type, b.size, b.state, b.found, f.actor_user, f.actor_role, f.actor_party, f.actor_jurisdiction, f.actor_on_behalf_of, f.at, f.stored_at"

func scanFile(r row, f *File) error {
	fields := []any{&f.ID, &f.Project, &f.Digest, &f.Name, &f.Type, &f.Size, &f.State, &f.Found}
	fields = append(fields, actorFields(&f.By)...)
	return r.Scan(append(fields, at(&f.At), at(&f.stored))...)
}

// FileQuery chooses files of a project. Empty fields choose all.
type FileQuery struct {
	Project string
	Item    string
	Period  string
	Page
}

// Files returns one page of the files of a project that the holder of some posts may see, the newest first.
func (s *Store) Files(ctx context.Context, posts []Post, q FileQuery) (List[File], error) {
	order, err := choose("", "-stored", fileOrders, "f.id", func(f File) []string { return []string{f.ID} })
	if err != nil {
		return List[File]{}, err
	}
	w := filesSeen(posts)
	w.and("f.project = ?", q.Project)
	if q.Item != "" {
		w.and("EXISTS (SELECT 1 FROM file_uses x WHERE x.file = f.id AND x.item = ?)", q.Item)
	}
	if q.Period != "" {
		w.and("EXISTS (SELECT 1 FROM file_uses x WHERE x.file = f.id AND x.period = ?)", q.Period)
	}
	if err := order.from(&w, q.Page); err != nil {
		return List[File]{}, err
	}
	db := s.db.WithContext(ctx)
	found, err := rows(db, scanFile, "SELECT "+fileColumns+fileTables+w.String()+order.by()+" LIMIT ?", append(w.args, q.limit()+1)...)
	if err != nil {
		return List[File]{}, fmt.Errorf("list files: %w", err)
	}
	page := order.page(found, q.Page)
	return page, withUses(db, page.Rows)
}

var fileOrders = map[string]order[File]{"stored": {"f.stored_at", func(f File) any { return f.stored }}}

const fileTables = " FROM files f JOIN blobs b ON b.digest = f.digest JOIN projects p ON p.id = f.project"

// File returns one file that the holder of some posts may see.
func (s *Store) File(ctx context.Context, posts []Post, projectID, id string) (File, error) {
	w := filesSeen(posts)
	w.and("f.project = ? AND f.id = ?", projectID, id)
	db := s.db.WithContext(ctx)
	found, err := rows(db, scanFile, "SELECT "+fileColumns+fileTables+w.String(), w.args...)
	switch {
	case err != nil:
		return File{}, fmt.Errorf("read a file: %w", err)
	case len(found) == 0:
		return File{}, noFile()
	}
	err = withUses(db, found)
	return found[0], err
}

func noFile() error {
	return domain.NotFound("file.unknown", "file", "没有这个文件，或您无权查看", "There is no such file, or it is not yours to see.")
}

// filesSeen limits a query of files (alias f, their project p) to what the holder of some posts may see (OWN-227):
// those of the post's own party, and what was handed in on a project that it may see; an expert what was handed in for
// the evaluation.
func filesSeen(posts []Post) where {
	var seen where
	for _, p := range posts {
		var w where
		ViewerOf([]Post{p}).projects(&w)
		handed := "EXISTS (SELECT 1 FROM file_uses u WHERE u.file = f.id AND u.project = f.project)"
		if p.Role == domain.RoleExpert {
			handed = "EXISTS (SELECT 1 FROM file_uses u WHERE u.file = f.id AND u.project = f.project AND u.phase IN ('planning', 'evaluation'))"
		}
		own := ownFiles(p)
		w.and(strings.Join(append([]string{handed}, own.parts...), " OR "), own.args...)
		seen.and(strings.Join(w.parts, " AND "), w.args...)
	}
	var w where
	w.any(seen)
	w.and("f.removed_at IS NULL")
	return w
}

// ownFiles are those that the party of a post uploaded; nothing for posts that upload none.
func ownFiles(p Post) where {
	var own where
	switch p.Role {
	case domain.RoleOwner, domain.RoleLiaison:
		own.and("f.actor_role = ? AND f.actor_party = ?", string(p.Role), p.Party)
	case domain.RoleHandler, domain.RoleHead:
		own.and("f.actor_role IN ('handler', 'head') AND f.actor_party = ? AND f.actor_jurisdiction = ?", p.Party, p.Jurisdiction)
	case domain.RoleOffice:
		own.and("f.actor_role = 'office' AND f.actor_jurisdiction = ?", p.Jurisdiction)
	default:
	}
	return own
}

func withUses(db *gorm.DB, files []File) error {
	if len(files) == 0 {
		return nil
	}
	var ids []string
	at := map[string]int{}
	for i, f := range files {
		ids = append(ids, f.ID)
		at[f.ID] = i
	}
	type use struct {
		FileUse
		file string
	}
	found, err := rows(db, func(r row, u *use) error {
		return r.Scan(&u.file, &u.Seq, &u.With, &u.Item, &u.Round, &u.Paper, &u.Period)
	}, "SELECT file, seq, act, item, round, paper, period FROM file_uses WHERE file IN ? ORDER BY seq, n", ids)
	if err != nil {
		return fmt.Errorf("read what files were handed in with: %w", err)
	}
	for _, u := range found {
		f := &files[at[u.file]]
		f.Uses = append(f.Uses, u.FileUse)
	}
	return nil
}

// handingIn is how long a file that was named stays, whether the act comes to be or not: longer than any request takes
// until its command is on record.
const handingIn = 2 * time.Minute

// NameFiles returns files that are about to be handed in, in the order asked for, those that are not there or not to be
// seen left out. They cannot be removed meanwhile.
func (s *Store) NameFiles(ctx context.Context, posts []Post, projectID string, ids []string) ([]File, error) {
	w := filesSeen(posts)
	w.and("f.project = ? AND f.id IN ?", projectID, ids)
	var found []File
	err := s.write(ctx, func(tx *gorm.DB) error {
		seen, err := rows(tx, scalar[string], "SELECT f.id"+fileTables+w.String(), w.args...)
		if err != nil || len(seen) == 0 {
			return err
		}
		if err := tx.Exec("UPDATE files SET named_at = ? WHERE id IN ? AND removed_at IS NULL", exact(s.now()), seen).Error; err != nil {
			return err
		}
		found, err = rows(tx, scanFile, "SELECT "+fileColumns+fileTables+w.String(), w.args...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("name files: %w", err)
	}
	return found, nil
}

// RemoveFile removes a file that was not handed in, for the party that uploaded it (OWN-229). Its content goes with the
// next sweep, when no other file has it.
func (s *Store) RemoveFile(ctx context.Context, posts []Post, projectID, id string) error {
	if _, err := s.File(ctx, posts, projectID, id); err != nil {
		return err
	}
	var own where
	for _, p := range posts {
		if o := ownFiles(p); len(o.parts) > 0 {
			own.and(strings.Join(o.parts, " AND "), o.args...)
		}
	}
	var w where
	w.any(own)
	db := s.db.WithContext(ctx)
	_, mine, err := one(db, scalar[string], "SELECT f.id FROM files f"+w.String()+" AND f.id = ?", append(w.args, id)...)
	if err != nil {
		return fmt.Errorf("remove a file: %w", err)
	}
	if !mine {
		return domain.NotAllowed("file.party", domain.RuleFileKept, "只有上传文件的单位可以删除它", "Only the party that uploaded a file removes it.")
	}
	now := exact(s.now())
	done := db.Exec(`UPDATE files SET removed_at = ? WHERE id = ? AND removed_at IS NULL AND (named_at IS NULL OR named_at < ?)
		AND NOT EXISTS (SELECT 1 FROM file_uses u WHERE u.file = files.id)
		AND NOT EXISTS (SELECT 1 FROM commands c WHERE c.entity = ? AND c.state = 'pending' AND c.body LIKE ?)`,
		now, id, now.Add(-handingIn), entity.ID(entity.Project, projectID), "%"+id+"%")
	switch {
	case done.Error != nil:
		return fmt.Errorf("remove a file: %w", done.Error)
	case done.RowsAffected == 0:
		return domain.Conflict("file.handed-in", domain.RuleFileKept, "文件已经提交或正在提交，不能删除", "The file was handed in, or is being handed in, and stays.")
	}
	return nil
}

// filesOf are the rows of the read model that tell what files an entry handed in.
func filesOf(p *project.Project, e domain.Entry) []useModel {
	handed, ok := project.FilesOf(e)
	if !ok {
		return nil
	}
	var uses []useModel
	for i, f := range handed.Files {
		uses = append(uses, useModel{
			Project: p.ID, Seq: e.Seq, N: int64(i), File: f.File, Act: handed.With, Item: handed.Item, Round: int64(handed.Round), Paper: f.Paper,
			Period: handed.Period, Phase: string(p.Phase),
		})
	}
	return uses
}
