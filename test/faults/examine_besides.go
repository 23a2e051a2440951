package faults

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"milepost/store"
)

// uploads sees to it that every file that was told to be kept is on record; what is on record, verify finds on the
// shelf (I11).
func (x *examiner) uploads(ctx context.Context) error {
	onRecord := map[string]bool{}
	for after := ""; ; {
		kept, err := x.spot.record.KeptContents(ctx, after, 500)
		if err != nil {
			return err
		}
		if len(kept) == 0 {
			break
		}
		for _, k := range kept {
			onRecord[k.Digest] = true
		}
		after = kept[len(kept)-1].Digest
	}
	for _, u := range x.journal.kept() {
		x.files++
		if !onRecord[u.Digest] {
			x.find("I11", "the file %s was told to be kept and is lost: %s", u.ID, u.Digest)
		}
	}
	return nil
}

// refusals sees to it that every refusal of an act is on the audit record with a line of its own (I14). None is needed
// where there are so many in that minute, about the caller or about everybody, that the rest is summed up, nor where the
// process said that the database did not take the line.
func (x *examiner) refusals(ctx context.Context) error {
	noted, err := x.notedRefusals(ctx)
	if err != nil {
		return err
	}
	unwritten := x.unwritten()
	for _, c := range x.journal.all() {
		if c.Outcome != refused || c.Status == http.StatusNotFound || c.Status == http.StatusBadRequest {
			continue
		}
		if noted.keys[c.Key] {
			x.noted++
			continue
		}
		excused := slices.ContainsFunc(unwritten[c.Who], func(at time.Time) bool {
			return at.After(c.Invoked.Add(-time.Second)) && at.Before(c.Told.Add(time.Second))
		})
		for _, minute := range []time.Time{c.Invoked.Truncate(time.Minute), c.Told.Truncate(time.Minute)} {
			from, to := x.clock.Civil(minute), x.clock.Civil(minute.Add(time.Minute))
			excused = excused || noted.within(c.Who, from, to) >= budgetOfOne || noted.within(everybody, from, to) >= budgetOfAll
		}
		if !excused {
			x.find("I14", "%s of %s was refused (%s) and is not on the audit record", c.Key, c.Who, c.Code)
		}
	}
	return nil
}

// budgetOfOne is how many lines a minute there are about one caller before the rest is summed up; those that were begun
// in one minute and written in the next are left aside.
const budgetOfOne = 15

// budgetOfAll is how many lines a minute there are about everybody, in one process, before the rest is summed up; left
// aside as above.
const budgetOfAll = 150

// everybody is who is meant where lines are counted whoever they are about. No account has this name.
const everybody = "*"

// notes are the refusals on the audit record.
type notes struct {
	keys  map[string]bool
	times map[string][]time.Time // by user, civil
}

func (n notes) within(user string, from, to time.Time) int {
	count := 0
	for _, at := range n.times[user] {
		if !at.Before(from) && at.Before(to) {
			count++
		}
	}
	return count
}

func (x *examiner) notedRefusals(ctx context.Context) (notes, error) {
	n := notes{map[string]bool{}, map[string][]time.Time{}}
	_, err := x.spot.record.VerifyAudit(ctx, func(l store.AuditRow) error {
		if l.Act != store.ActRefused {
			return nil
		}
		var told struct{ Key string }
		if err := json.Unmarshal(l.Detail, &told); err != nil {
			return err
		}
		n.keys[told.Key] = true
		for _, who := range []string{l.Actor.User, everybody} {
			n.times[who] = append(n.times[who], l.At)
		}
		return nil
	})
	return n, err
}

// unwritten are the moments, by user, at which an API said that a refusal could not be put on record.
func (x *examiner) unwritten() map[string][]time.Time {
	moments := map[string][]time.Time{}
	for _, p := range x.spot.apis {
		for _, said := range p.Said("A refusal could not be put on the audit record yet") {
			var l struct {
				Time time.Time
				User string
			}
			if strings.HasPrefix(said, "{") && json.Unmarshal([]byte(said), &l) == nil {
				moments[l.User] = append(moments[l.User], l.Time)
			}
		}
	}
	return moments
}
