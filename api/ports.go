package api

import (
	"context"
	"io"
	"time"

	"milepost/commands"
	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/policy"
	"milepost/domain/project"
	"milepost/files"
	"milepost/store"
)

// Commands is the only way in for anything that changes a project.
type Commands interface {
	// Send carries a command out once, however often it is sent, and returns what it wrote. A refusal is a
	// *domain.Error. Any other error means that nothing is known to have happened: the same command may be sent again.
	Send(ctx context.Context, c domain.Command) (Receipt, error)
	// SendAll takes the commands of an import in, all or none. They are carried out afterwards; the record tells how far
	// they have come. A refusal is a *domain.Error; after any error nothing is known to have happened.
	SendAll(ctx context.Context, i store.Import, cs []domain.Command) error
	// Preview decides a command on the recorded state and returns the entries that would be recorded. Nothing changes.
	Preview(ctx context.Context, c domain.Command) ([]domain.Entry, error)
}

// Receipt is what a command did. Pending means that it is decided or on its way, and that the record follows.
type Receipt struct {
	Command  string
	Entity   string // "project/<uuid>"
	FirstSeq int64  // the lines it wrote, both included; zero when none is known yet
	LastSeq  int64
	Lines    []store.TimelineRow // where they were just written; else they are read
	Pending  bool
}

// Records is what the API reads. Every read takes the viewer; what lies beyond it is not found.
type Records interface {
	Projects(ctx context.Context, v store.Viewer, q store.ProjectQuery) (store.List[store.ProjectRow], error)
	// Sees returns which of some projects the viewer may see.
	Sees(ctx context.Context, v store.Viewer, projects []string) ([]string, error)
	Project(ctx context.Context, v store.Viewer, id string, now time.Time) (store.ProjectView, error)
	Timeline(ctx context.Context, v store.Viewer, q store.TimelineQuery) ([]store.TimelineRow, error)
	Tasks(ctx context.Context, v store.Viewer, q store.TaskQuery) (store.List[store.TaskRow], error)
	Task(ctx context.Context, v store.Viewer, projectID, key string, now time.Time) (store.TaskRow, error)
	Reports(ctx context.Context, v store.Viewer, q store.ReportQuery) (store.List[store.ReportRow], error)
	Portfolio(ctx context.Context, v store.Viewer, q store.PortfolioQuery) (store.Portfolio, error)
	Investments(ctx context.Context, v store.Viewer, q store.InvestmentQuery) (store.List[store.InvestmentRow], error)
	Notices(ctx context.Context, q store.NoticeQuery) (store.List[store.NoticeRow], error)
	Unread(ctx context.Context, q store.NoticeQuery) (int, error)
	MarkRead(ctx context.Context, user string, posts []store.Post, ids ...int64) error
	Quotas(ctx context.Context, v store.Viewer, q store.QuotaQuery) ([]store.QuotaRow, error)
	WaitingLine(ctx context.Context, v store.Viewer, jurisdiction, resource string, year int) ([]store.WaitingRow, error)
	WaitingPlaces(ctx context.Context, v store.Viewer, projectID string) ([]store.WaitingRow, error)
	Ledger(ctx context.Context, v store.Viewer, q store.LedgerQuery) (store.List[store.LedgerRow], error)
	AddQuota(ctx context.Context, g store.QuotaGrant) error
	Command(ctx context.Context, id string) (store.CommandRow, error)
	Import(ctx context.Context, id string) (store.Import, error)
	Namesakes(ctx context.Context, v store.Viewer, names []string) ([]store.Namesake, error)
	Candidates(ctx context.Context, projectID string) ([]project.Candidate, error)
}

// Filing is the record of files: what is known of them, who may see them, what they were handed in with.
type Filing interface {
	AddFile(ctx context.Context, f store.File, limits store.FileLimits, trusted bool, present func(ctx context.Context) error) (added store.File, isNew bool, err error)
	Files(ctx context.Context, posts []store.Post, q store.FileQuery) (store.List[store.File], error)
	File(ctx context.Context, posts []store.Post, projectID, id string) (store.File, error)
	NameFiles(ctx context.Context, posts []store.Post, projectID string, ids []string) ([]store.File, error)
	RemoveFile(ctx context.Context, posts []store.Post, projectID, id string) error
}

// Shelf is where content is kept.
type Shelf interface {
	Receive(ctx context.Context, content io.Reader, most int64) (*files.Draft, error)
	Keep(ctx context.Context, d *files.Draft) error
	Has(ctx context.Context, digest string) (size int64, err error)
	Open(ctx context.Context, digest string) (io.ReadSeekCloser, error)
}

// Masters is the master data.
type Masters interface {
	Jurisdictions(ctx context.Context) ([]store.Jurisdiction, error)
	Units(ctx context.Context, jurisdiction string) ([]store.Unit, error)
	Departments(ctx context.Context, jurisdiction string) ([]store.Department, error)
	Owners(ctx context.Context, jurisdiction string) ([]store.Owner, error)
	Experts(ctx context.Context, jurisdiction string) ([]store.Expert, error)
	Pack(ctx context.Context, hash string) (store.StoredPack, error)
	Packs(ctx context.Context) ([]store.StoredPack, error)
	Calendars(ctx context.Context) ([]store.StoredCalendar, error)
	Rules(ctx context.Context) (store.Rules, error)
}

// Accounts is who may sign in, and the posts they hold.
type Accounts interface {
	User(ctx context.Context, id string) (store.User, error)
	UserByAccount(ctx context.Context, account string) (store.User, error)
	UserBySubject(ctx context.Context, subject string) (store.User, error)
	OldPasswords(ctx context.Context, user string, most int) ([]string, error)
	Users(ctx context.Context, q store.UserQuery) (store.List[store.User], error)
	Colleagues(ctx context.Context, role domain.Role, party, jurisdiction string, now time.Time) ([]store.User, error)
	Posts(ctx context.Context, user string) ([]store.Post, error)
	Holder(ctx context.Context, id string, now time.Time) (store.Holder, error)
	IssueToken(ctx context.Context, by store.By, t store.Token, secret string) error
	TokenBySecret(ctx context.Context, secret string, unused, now time.Time) (store.Token, store.Holder, error)
	Tokens(ctx context.Context, user string) ([]store.Token, error)
	RevokeToken(ctx context.Context, by store.By, user, id string) error
	Attempt(ctx context.Context, window time.Duration, tries ...store.Tries) (wait time.Duration, err error)
	SignedIn(ctx context.Context, what, from string) error
	LockedUntil(ctx context.Context, most int, keys ...string) (map[string]time.Time, error)
}

// Sessions is who is signed in at a browser, and who is on the way through single sign-on.
type Sessions interface {
	BeginSession(ctx context.Context, x store.Session, secret, before string, alone bool) error
	SessionBySecret(ctx context.Context, secret string, now time.Time) (store.Session, store.Holder, error)
	SessionSeen(ctx context.Context, id string) error
	ConfirmSession(ctx context.Context, id, secret string) error
	Sessions(ctx context.Context, user string) ([]store.Session, error)
	EndSession(ctx context.Context, user, id string) error
	EndOtherSessions(ctx context.Context, user, but string) (ended int, err error)
	BeginSignOn(ctx context.Context, state string, x store.SignOn, expires time.Time) error
	TakeSignOn(ctx context.Context, state string) (store.SignOn, error)
}

// Desk is what administrators do, each act on the audit record.
type Desk interface {
	CreateAccount(ctx context.Context, by store.By, u store.User) (store.User, error)
	ChangeAccount(ctx context.Context, by store.By, id, name string, disabled bool, unused time.Time) (store.User, error)
	LinkAccount(ctx context.Context, by store.By, id, subject string) (store.User, error)
	ResetPassword(ctx context.Context, by store.By, id, hash string) error
	ChangePassword(ctx context.Context, by store.By, hash string) error
	GivePost(ctx context.Context, by store.By, p store.Post) (store.Post, error)
	EndPost(ctx context.Context, by store.By, user, id string, at time.Time) (store.Post, error)
	CreateJurisdiction(ctx context.Context, by store.By, j store.Jurisdiction) error
	ChangeJurisdiction(ctx context.Context, by store.By, code string, name domain.Text, closed bool) (store.Jurisdiction, error)
	CreateUnit(ctx context.Context, by store.By, u store.Unit) error
	ChangeUnit(ctx context.Context, by store.By, code string, name domain.Text, closed bool) (store.Unit, error)
	CreateDepartment(ctx context.Context, by store.By, d store.Department) error
	ChangeDepartment(ctx context.Context, by store.By, jurisdiction, code string, name domain.Text, closed bool) (store.Department, error)
	CreateOwner(ctx context.Context, by store.By, o store.Owner) error
	ChangeOwner(ctx context.Context, by store.By, code string, name domain.Text, closed bool) (store.Owner, error)
	CreateExpert(ctx context.Context, by store.By, e store.Expert) error
	ChangeExpert(ctx context.Context, by store.By, e store.Expert) (store.Expert, error)
	NoteConflict(ctx context.Context, by store.By, c store.ExpertConflict) error
	Audit(ctx context.Context, q store.AuditQuery) (store.List[store.AuditRow], error)
	VerifyAudit(ctx context.Context, look func(store.AuditRow) error) (store.AuditCheck, error)
	AuditHas(ctx context.Context, hash string) (bool, error)
	ExportAudit(ctx context.Context, from, to time.Time, f func(store.Exported) error) error
	Note(ctx context.Context, by store.By, act, subject string, detail any) error
}

// Broadcasts is how new rules reach the projects that are open.
type Broadcasts interface {
	commands.Publishing
	commands.Adopting
	PublishPack(ctx context.Context, by store.By, p store.StoredPack, jurisdiction string) error
	Broadcasts(ctx context.Context, p store.Page) (store.List[store.Broadcast], error)
	Broadcast(ctx context.Context, id string) (store.Broadcast, error)
	StartBroadcast(ctx context.Context, by store.By, id string, perSecond int) (store.Broadcast, error)
	PauseBroadcast(ctx context.Context, by store.By, id string) (store.Broadcast, error)
	ResumeBroadcast(ctx context.Context, by store.By, id string, perSecond int) (store.Broadcast, error)
	Moves(ctx context.Context, v store.Viewer, q store.MoveQuery) (store.List[store.Move], error)
	Exceptions(ctx context.Context, v store.Viewer, broadcast string, page store.Page) (store.List[store.Exception], error)
}

// Changes is what live updates hear.
type Changes interface {
	// Changes returns what has changed since a place, and the next place; a negative place asks for the present one.
	Changes(ctx context.Context, since int64) (changed []store.Change, next int64, err error)
	// Sees returns which of some projects the viewer may see.
	Sees(ctx context.Context, v store.Viewer, projects []string) ([]string, error)
	// Watch wakes whoever listens when something may have changed, until the context ends.
	Watch(ctx context.Context, woken chan<- struct{})
}

// Rules is the packs and calendars in the process's memory.
type Rules interface {
	Pack(hash string) (*policy.Pack, bool)
	Current(jurisdiction string) (*policy.Pack, bool)
	Calendar(version string) (*calendar.Calendar, bool)
	CurrentCalendar() (*calendar.Calendar, bool)
}
