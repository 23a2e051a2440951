package faults

import (
	"encoding/json"
	"os"
	"slices"
	"sync"
	"time"
)

// outcome is what a client may believe of a command when it has done all it could to know.
type outcome string

// The outcomes.
const (
	acknowledged outcome = "ok"      // it is done, and stands on the timeline
	refused      outcome = "fail"    // it is certainly not done
	unknown      outcome = "unknown" // nobody has told
)

// call is one command of a client: what was asked, and what was answered. It is written before and after, so that
// the record is checked by what clients were told and by nothing else.
type call struct {
	Key     string          `json:"key"`
	Project string          `json:"project,omitempty"` // known after a declaration
	Who     string          `json:"who"`
	Path    string          `json:"path"`
	Body    json.RawMessage `json:"body,omitempty"`
	Invoked time.Time       `json:"invoked"`

	Told     time.Time `json:"told,omitzero"`
	Outcome  outcome   `json:"outcome,omitempty"`
	FirstSeq int64     `json:"firstSeq,omitempty"`
	LastSeq  int64     `json:"lastSeq,omitempty"`
	Code     string    `json:"code,omitempty"` // of a refusal
	Status   int       `json:"status,omitempty"`
	Digest   string    `json:"digest,omitempty"` // of the file that it hands in
	Sent     int       `json:"sent,omitempty"`   // how often
	Rival    string    `json:"rival,omitempty"`  // the key of a command that another person sent at the same moment for the same work
}

// journal is the clients' common log, synced to the disk.
type journal struct {
	mu      sync.Mutex
	file    *os.File
	calls   map[string]*call
	order   []*call
	uploads []upload
}

func newJournal(file string) (*journal, error) {
	f, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	return &journal{file: f, calls: map[string]*call{}}, nil
}

// toldBefore is a journal of what was answered before a moment, as if nobody had asked for anything else.
func (j *journal) toldBefore(moment time.Time) *journal {
	told := &journal{file: j.file, calls: map[string]*call{}}
	for _, c := range j.all() {
		if c.Outcome != "" && c.Told.Before(moment) {
			told.calls[c.Key] = &c
			told.order = append(told.order, &c)
		}
	}
	for _, u := range j.kept() {
		if u.Told.Before(moment) {
			told.uploads = append(told.uploads, u)
		}
	}
	return told
}

// before writes what is about to be asked.
func (j *journal) before(c call) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	known := c
	j.calls[c.Key] = &known
	j.order = append(j.order, &known)
	return j.write(c)
}

// after writes what came of it.
func (j *journal) after(c call) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	*j.calls[c.Key] = c
	return j.write(c)
}

// keep writes what file was uploaded.
func (j *journal) keep(u upload) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.uploads = append(j.uploads, u)
	return j.write(u)
}

// kept are the files that were uploaded.
func (j *journal) kept() []upload {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.uploads)
}

func (j *journal) write(told any) error {
	line, err := json.Marshal(told)
	if err != nil {
		return err
	}
	if _, err := j.file.Write(append(line, '\n')); err != nil {
		return err
	}
	return j.file.Sync()
}

// all are the calls in the order in which they were begun.
func (j *journal) all() []call {
	j.mu.Lock()
	defer j.mu.Unlock()
	var cs []call
	for _, c := range j.order {
		cs = append(cs, *c)
	}
	return cs
}

// count is how many calls have an outcome.
func (j *journal) count(o outcome) int {
	n := 0
	for _, c := range j.all() {
		if c.Outcome == o {
			n++
		}
	}
	return n
}

// firstSuccess is when the first of the calls was acknowledged that were begun after a moment.
func (j *journal) firstSuccess(begun time.Time) (told time.Time, ok bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, c := range slices.Backward(j.order) {
		if c.Invoked.Before(begun) {
			break
		}
		if c.Outcome == acknowledged && (!ok || c.Told.Before(told)) {
			told, ok = c.Told, true
		}
	}
	return told, ok
}
