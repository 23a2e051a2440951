package commands

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/policy"
	"milepost/domain/project"
	"milepost/store"
)

// announcement is what a broadcast is about, read. All that tells the kinds of broadcast apart is here.
type announcement struct {
	command  domain.Command
	rules    *policy.Registry                                   // to foresee by
	concerns func(p *project.Project) bool                      // whether a project is to hear of it at all
	followed func(p *project.Project) bool                      // whether it works by it already
	moves    func(entries []domain.Entry) ([]store.Move, error) // what the entries of its command change
}

func (b *Broadcaster) announcement(row store.Broadcast) (announcement, error) {
	switch row.What {
	case store.BroadcastCalendar:
		return b.ofCalendar(row)
	case store.BroadcastPack:
		return b.ofPack(row)
	default:
		return announcement{}, fmt.Errorf("this program knows no broadcast of a %s", row.What)
	}
}

// ofCalendar has the deadlines worked out anew by a calendar that is not yet in force.
func (b *Broadcaster) ofCalendar(row store.Broadcast) (announcement, error) {
	cal, err := DecodeCalendar(row.Content)
	if err != nil {
		return announcement{}, err
	}
	cmd, err := told(project.ApplyCalendar{Calendar: row.Subject})
	return announcement{
		command: cmd, rules: b.Rules.Foreseeing(cal), moves: movedDeadlines,
		concerns: func(*project.Project) bool { return true }, followed: func(*project.Project) bool { return false },
	}, err
}

// ofPack moves the projects of some jurisdictions to the pack in force there.
func (b *Broadcaster) ofPack(row store.Broadcast) (announcement, error) {
	within, err := row.Within()
	if err != nil {
		return announcement{}, err
	}
	cmd, err := told(project.AdoptPack{Pack: row.Subject})
	return announcement{
		command: cmd, rules: b.Rules, moves: changedItems,
		concerns: func(p *project.Project) bool { return slices.Contains(within, p.Profile.Jurisdiction) },
		followed: func(p *project.Project) bool { return p.Pack == row.Subject },
	}, err
}

// told is a command as the product itself sends it.
func told(cmd any) (domain.Command, error) {
	name, body, err := project.Encode(cmd)
	return domain.Command{Type: name, Body: body, Actor: domain.System}, err
}

func movedDeadlines(entries []domain.Entry) ([]store.Move, error) {
	moved, err := project.Moves(entries)
	var moves []store.Move
	for _, m := range moved {
		moves = append(moves, store.Move{Kind: store.MoveDeadline, Task: m.Task, Name: m.Name, Party: m.Party, From: m.From, To: m.Clock.Due})
	}
	return moves, err
}

func changedItems(entries []domain.Entry) ([]store.Move, error) {
	changes, err := project.ItemChanges(entries)
	var moves []store.Move
	for _, c := range changes {
		kind := store.MoveAdded
		if c.Change == project.ItemDropped {
			kind = store.MoveDropped
		}
		moves = append(moves, store.Move{Kind: kind, Task: c.Item, Name: c.Name, Party: c.Department})
	}
	return moves, err
}

// PublishCalendar takes in the calendar in force with a year's notice loaded, or loaded anew, as a broadcast that is
// prepared. It comes into force when somebody starts it.
func PublishCalendar(ctx context.Context, db Publishing, by store.By, year calendar.Year) (store.Broadcast, error) {
	rules, err := db.Rules(ctx)
	if err != nil {
		return store.Broadcast{}, err
	}
	stored, err := db.Calendar(ctx, rules.Calendar)
	if err != nil {
		return store.Broadcast{}, err
	}
	cal, err := DecodeCalendar(stored.Years)
	if err != nil {
		return store.Broadcast{}, err
	}
	if cal, err = cal.With(year); err != nil {
		return store.Broadcast{}, err
	}
	var years []calendar.Year
	for _, y := range cal.Years() {
		notice, ok := cal.Notice(y)
		if !ok {
			return store.Broadcast{}, fmt.Errorf("the calendar has no notice of %d", y)
		}
		years = append(years, notice)
	}
	content, err := EncodeCalendar(years)
	if err != nil {
		return store.Broadcast{}, err
	}
	return db.NewBroadcast(ctx, by, store.Broadcast{
		What: store.BroadcastCalendar, Subject: cal.Version(), Content: content,
		Title: domain.Text{Zh: fmt.Sprintf("%d年节假日安排（%s）", year.Year, year.Notice), En: fmt.Sprintf("Holidays of %d (%s)", year.Year, year.Notice)},
	})
}

// Publishing is what publishing a calendar needs of the store.
type Publishing interface {
	Rules(ctx context.Context) (store.Rules, error)
	Calendar(ctx context.Context, version string) (store.StoredCalendar, error)
	NewBroadcast(ctx context.Context, by store.By, b store.Broadcast) (store.Broadcast, error)
}

// PublishAdoption takes in, as a broadcast that is prepared, the move of the open projects of a jurisdiction to the pack in
// force there, with those below that have none of their own. They move when somebody starts it.
func PublishAdoption(ctx context.Context, db Adopting, by store.By, jurisdiction, pack string) (store.Broadcast, error) {
	rules, err := db.Rules(ctx)
	if err != nil {
		return store.Broadcast{}, err
	}
	tree, err := db.Jurisdictions(ctx)
	if err != nil {
		return store.Broadcast{}, err
	}
	stored, err := db.Pack(ctx, pack)
	if err != nil {
		return store.Broadcast{}, err
	}
	content, err := store.EncodeWithin(governed(tree, rules.InForce, jurisdiction))
	if err != nil {
		return store.Broadcast{}, err
	}
	return db.NewBroadcast(ctx, by, store.Broadcast{
		What: store.BroadcastPack, Subject: pack, Content: content, Jurisdiction: jurisdiction,
		Title: domain.Text{
			Zh: fmt.Sprintf("办理中的项目改用《%s》第%s版（%s）", stored.Title.Zh, stored.Version, jurisdiction),
			En: fmt.Sprintf("Open projects move to version %s of %s (%s)", stored.Version, cmp.Or(stored.Title.En, stored.Title.Zh), jurisdiction),
		},
	})
}

// governed are the jurisdictions that work by the pack in force in one: itself, and those below it without one of their own.
func governed(tree []store.Jurisdiction, inForce map[string]string, code string) []string {
	parents := map[string]string{}
	for _, j := range tree {
		parents[j.Code] = j.Parent
	}
	within := []string{code}
	for _, j := range tree {
		at := j.Code
		for at != "" && inForce[at] == "" && at != code {
			at = parents[at]
		}
		if at == code && j.Code != code {
			within = append(within, j.Code)
		}
	}
	slices.Sort(within)
	return within
}

// Adopting is what moving open projects to another pack needs of the store.
type Adopting interface {
	Rules(ctx context.Context) (store.Rules, error)
	Pack(ctx context.Context, hash string) (store.StoredPack, error)
	Jurisdictions(ctx context.Context) ([]store.Jurisdiction, error)
	NewBroadcast(ctx context.Context, by store.By, b store.Broadcast) (store.Broadcast, error)
}
