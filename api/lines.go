package api

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"milepost/api/contract"
)

// Pages of timelines are read more often than anything else, and encoding/json takes half the time that such a page
// costs: it goes through what is JSON already once more, and looks at each field from outside. So they are written here,
// the same to the letter.

// lineRoom is about how many bytes a line of a timeline takes.
const lineRoom = 768

// timelineJSON is a page of a timeline as encoding/json writes it.
func timelineJSON(page contract.Timeline) []byte {
	w := writer{make([]byte, 0, lineRoom*(len(page.Items)+1))}
	w.text = append(w.text, `{"items":[`...)
	for i := range page.Items {
		w.next()
		w.entry(&page.Items[i])
	}
	w.text = append(w.text, ']')
	w.stringUnlessEmpty("next", page.Next)
	return append(w.text, '}')
}

// writer writes the fields of objects one after the other.
type writer struct{ text []byte }

func (w *writer) entry(e *contract.Entry) {
	w.text = append(w.text, `{"actor":{`...)
	w.bool("automatic", e.Actor.Automatic)
	w.stringUnlessEmpty("jurisdiction", e.Actor.Jurisdiction)
	w.stringUnlessEmpty("name", e.Actor.Name)
	w.stringUnlessEmpty("onBehalfOf", e.Actor.OnBehalfOf)
	w.stringUnlessEmpty("party", e.Actor.Party)
	w.string("role", string(e.Actor.Role))
	w.stringUnlessEmpty("user", e.Actor.User)
	w.text = append(w.text, '}')
	w.stringUnlessEmpty("basis", e.Basis)
	w.stringUnlessEmpty("clause", e.Clause)
	w.stringUnlessEmpty("command", e.Command)
	if len(e.Data) > 0 {
		w.name("data")
		w.text = append(w.text, e.Data...) // as recorded
	}
	w.stringUnlessEmpty("hash", e.Hash)
	w.boolIfTrue("hidden", e.Hidden)
	w.boolIfTrue("late", e.Late)
	w.time("occurredAt", e.OccurredAt)
	w.time("recordedAt", e.RecordedAt)
	w.name("seq")
	w.text = strconv.AppendInt(w.text, e.Seq, 10)
	w.name("text")
	w.text = append(w.text, '{')
	w.string("en", e.Text.En)
	w.string("zh", e.Text.Zh)
	w.text = append(w.text, '}')
	w.string("type", e.Type)
	w.text = append(w.text, '}')
}

// next sets a comma before all but the first.
func (w *writer) next() {
	if last := w.text[len(w.text)-1]; last != '{' && last != '[' {
		w.text = append(w.text, ',')
	}
}

func (w *writer) name(name string) {
	w.next()
	w.text = append(w.text, '"')
	w.text = append(w.text, name...)
	w.text = append(w.text, '"', ':')
}

func (w *writer) bool(name string, v bool) {
	w.name(name)
	w.text = strconv.AppendBool(w.text, v)
}

func (w *writer) boolIfTrue(name string, v bool) {
	if v {
		w.bool(name, v)
	}
}

func (w *writer) time(name string, v time.Time) {
	w.name(name)
	w.text = append(w.text, '"')
	w.text = v.AppendFormat(w.text, time.RFC3339Nano)
	w.text = append(w.text, '"')
}

func (w *writer) stringUnlessEmpty(name, v string) {
	if v != "" {
		w.string(name, v)
	}
}

func (w *writer) string(name, v string) {
	w.name(name)
	if !plain(v) {
		quoted, _ := json.Marshal(v) //nolint:errchkjson // a text
		w.text = append(w.text, quoted...)
		return
	}
	w.text = append(w.text, '"')
	w.text = append(w.text, v...)
	w.text = append(w.text, '"')
}

// plain tells whether a text stands in JSON as it is. As encoding/json has it, that excludes what HTML could take for
// its own.
func plain(s string) bool {
	var seen byte
	for i := range len(s) {
		seen |= kindOf[s[i]]
	}
	return seen&special == 0 &&
		(seen&wide == 0 || utf8.ValidString(s) && !strings.Contains(s, "\u2028") && !strings.Contains(s, "\u2029"))
}

// What a byte of a text may be besides itself.
const (
	special = 1 << iota // escaped in JSON
	wide                // part of a letter that has several
)

var kindOf = func() (kinds [256]byte) {
	for c := range kinds {
		if c < ' ' || strings.IndexByte(`"\<>&`, byte(c)) >= 0 {
			kinds[c] = special
		}
		if c >= utf8.RuneSelf {
			kinds[c] = wide
		}
	}
	return kinds
}()
