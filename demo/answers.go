package demo

import (
	"encoding/json"
	"slices"
	"time"
)

// What the run reads of the API's answers; the contract has more.

type text struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

type party struct {
	Kind string `json:"kind"`
	Code string `json:"code"`
}

// civilClock is the server's civil time; Rate is civil seconds per real second.
type civilClock struct {
	Now       time.Time `json:"now"`
	Simulated bool      `json:"simulated"`
	Rate      float64   `json:"rate"`
}

type receipt struct {
	Command  string  `json:"command"`
	Project  string  `json:"project"`
	State    string  `json:"state"`
	FirstSeq int64   `json:"firstSeq"`
	LastSeq  int64   `json:"lastSeq"`
	Entries  []entry `json:"entries"`
}

type commandStatus struct {
	State    string   `json:"state"`
	Project  string   `json:"project"`
	FirstSeq int64    `json:"firstSeq"`
	LastSeq  int64    `json:"lastSeq"`
	Problem  *Problem `json:"problem"`
}

// entry is one line of a timeline.
type entry struct {
	Seq   int64  `json:"seq"`
	Type  string `json:"type"`
	Text  text   `json:"text"`
	Actor struct {
		User      string `json:"user"`
		Name      string `json:"name"`
		Role      string `json:"role"`
		Party     string `json:"party"`
		Automatic bool   `json:"automatic"`
	} `json:"actor"`
	OccurredAt time.Time       `json:"occurredAt"`
	Late       bool            `json:"late"`
	Clause     string          `json:"clause"`
	Hash       string          `json:"hash"`
	Data       json.RawMessage `json:"data"`
}

// rung is what the run reads of an escalation.
type rung struct {
	Task    string `json:"task"`
	Kind    string `json:"kind"`
	Subject string `json:"subject"`
	Rung    string `json:"rung"`
}

func (e entry) rung() rung {
	var r rung
	if e.Type == "Escalated" {
		_ = json.Unmarshal(e.Data, &r) // an entry whose content is hidden has none
	}
	return r
}

// field reads a text or number of an entry's content as text; "" when it has none.
func (e entry) field(name string) string {
	var m map[string]json.RawMessage
	if json.Unmarshal(e.Data, &m) != nil {
		return ""
	}
	var s string
	if json.Unmarshal(m[name], &s) == nil {
		return s
	}
	return string(m[name])
}

type timeline struct {
	Items []entry `json:"items"`
	Next  string  `json:"next"`
}

type projectView struct {
	Row struct {
		Phase  string `json:"phase"`
		Status string `json:"status"`
		Seq    int64  `json:"seq"`
	} `json:"row"`
	Pack  string `json:"pack"`
	Panel struct {
		Round   int `json:"round"`
		Members []struct {
			Expert string `json:"expert"`
			State  string `json:"state"`
		} `json:"members"`
		Result string `json:"result"`
	} `json:"panel"`
	Items        []item        `json:"items"`
	Commitments  []commitment  `json:"commitments"`
	JointReviews []jointReview `json:"jointReviews"`
	Needs        []need        `json:"needs"`
	Reporting    struct {
		Reports []struct {
			Seq        int64  `json:"seq"`
			Period     string `json:"period"`
			Investment int64  `json:"investment"`
			Lamp       string `json:"lamp"`
		} `json:"reports"`
	} `json:"reporting"`
	Problems []struct {
		ID     string    `json:"id"`
		Closed time.Time `json:"closed"`
	} `json:"problems"`
	Debt *struct {
		Size    int64     `json:"size"`
		Settled time.Time `json:"settled"`
	} `json:"debt"`
	Interviews []struct {
		Party party  `json:"party"`
		Rule  string `json:"rule"`
		Task  string `json:"task"`
	} `json:"interviews"`
	Tasks []task `json:"tasks"`
}

type item struct {
	Key        string `json:"key"`
	Name       text   `json:"name"`
	Phase      string `json:"phase"`
	Department string `json:"department"`
	State      string `json:"state"`
	Round      int    `json:"round"`
	Deemed     bool   `json:"deemed"`
}

type commitment struct {
	Item   string    `json:"item"`
	Paper  string    `json:"paper"`
	Kept   time.Time `json:"kept"`
	Broken time.Time `json:"broken"`
	Void   time.Time `json:"void"`
}

type jointReview struct {
	ID      string   `json:"id"`
	Items   []string `json:"items"`
	Minutes string   `json:"minutes"`
}

type need struct {
	Resource string `json:"resource"`
	Name     text   `json:"name"`
	Year     int    `json:"year"`
	Asked    string `json:"asked"`
	State    string `json:"state"`
	Place    int    `json:"place"`
}

type task struct {
	Key     string    `json:"key"`
	Kind    string    `json:"kind"`
	Subject string    `json:"subject"`
	Round   int       `json:"round"`
	Party   party     `json:"party"`
	Name    text      `json:"name"`
	Opened  time.Time `json:"opened"`
}

func (p *projectView) item(key string) item {
	for _, i := range p.Items {
		if i.Key == key {
			return i
		}
	}
	return item{}
}

func (p *projectView) need(resource string) need {
	for _, n := range p.Needs {
		if n.Resource == resource {
			return n
		}
	}
	return need{}
}

// asks tells whether there is open work of a kind.
func (p *projectView) asks(kind string) bool {
	return slices.ContainsFunc(p.Tasks, func(t task) bool { return t.Kind == kind })
}

// pack is what the run reads of the policy pack: what an item asks for and what an expert marks.
type pack struct {
	Evaluation struct {
		Criteria []struct {
			Key string `json:"key"`
			Max int    `json:"max"`
		} `json:"criteria"`
	} `json:"evaluation"`
	Items     []packItem `json:"items"`
	Assurance struct {
		Resources []struct {
			Key        string `json:"key"`
			Department string `json:"department"`
		} `json:"resources"`
	} `json:"assurance"`
}

type packItem struct {
	Key    string `json:"key"`
	Papers []struct {
		Key        string `json:"key"`
		Name       text   `json:"name"`
		Standard   text   `json:"standard"`
		Deferrable bool   `json:"deferrable"`
	} `json:"papers"`
}

// papers are the papers that an item asks for.
func (p *pack) papers(item string) []string {
	var keys []string
	for _, i := range p.Items {
		if i.Key == item {
			for _, paper := range i.Papers {
				keys = append(keys, paper.Key)
			}
		}
	}
	return keys
}

// standard is what a paper must meet.
func (p *pack) standard(item, paper string) string {
	for _, i := range p.Items {
		for _, q := range i.Papers {
			if i.Key == item && q.Key == paper {
				return q.Name.Zh + "：" + q.Standard.Zh
			}
		}
	}
	return ""
}

// knows tells whether the pack has an item.
func (p *pack) knows(item string) bool {
	return slices.ContainsFunc(p.Items, func(i packItem) bool { return i.Key == item })
}

type quota struct {
	Jurisdiction string `json:"jurisdiction"`
	Resource     string `json:"resource"`
	Year         int    `json:"year"`
	Total        string `json:"total"`
	Reserved     string `json:"reserved"`
	Committed    string `json:"committed"`
	Free         string `json:"free"`
	Waiting      int    `json:"waiting"`
	WaitingFor   string `json:"waitingFor"`
}
