package project

import (
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"milepost/domain"
)

// HandedFile is a file handed in with an act, and with the papers of an item the paper that it is. The sender names
// paper and file; the server adds what is known of the content.
type HandedFile struct {
	Paper  string `json:"paper,omitempty"`
	File   string `json:"file"`
	Digest string `json:"digest,omitempty"` // SHA-256 of the content, in hexadecimal digits
	Name   string `json:"name,omitempty"`
	Size   int64  `json:"size,omitempty"` // bytes
}

// maxFiles bounds the files of one act: with names of the longest kind their event stays below 40 KiB.
const maxFiles = 30

// handIn records the files that come with the act just recorded, after which they cannot be exchanged unseen (OWN-230).
// Where the act has papers, each file is one of them.
func (b *batch) handIn(with event, place FilesHandedIn, files []HandedFile, papers ...string) error {
	if len(files) == 0 {
		return nil
	}
	if len(files) > maxFiles {
		return domain.Invalid("files.many", "files", ruleFiles, "一次最多提交30个文件，请分次提交或合并", "At most 30 files at a time; hand in the rest with another act, or merge them.")
	}
	for i, f := range files {
		field := "files." + itoa(i)
		digest, err := hex.DecodeString(f.Digest)
		switch {
		case f.File == "" || f.Name == "" || f.Size <= 0 || err != nil || len(digest) != 32 || utf8.RuneCountInString(f.Name) > 255:
			return domain.Invalid("file.unknown", field+".file", ruleFiles, "没有这个文件，请先上传", "There is no such file; upload it first.")
		case slices.ContainsFunc(files[:i], func(o HandedFile) bool { return o.File == f.File && o.Paper == f.Paper }):
			return domain.Invalid("file.twice", field+".file", ruleFiles, "文件重复："+f.Name, "The file is named twice: "+f.Name)
		case (len(papers) > 0 || f.Paper != "") && !slices.Contains(papers, f.Paper):
			return domain.Invalid("file.paper", field+".paper", ruleFiles, "须写明文件属于本次提交的哪份材料："+f.Name, "Say which of the papers handed in the file is: "+f.Name)
		}
	}
	place.With, place.Files = eventType(with), files
	b.emit(place, ruleFiles)
	return nil
}

// RefuseFile is the scanner's word on an uploaded file; the product itself gives it.
type RefuseFile struct {
	File   string       `json:"file"`
	Digest string       `json:"digest"`
	Name   string       `json:"name"`
	Found  string       `json:"found"` // what the scanner calls it
	Party  domain.Party `json:"party"` // that uploaded it
}

func (c RefuseFile) decide(b *batch) error {
	if !b.actor.Automatic() {
		return domain.NotAllowed("role", ruleParty, "查毒结果由系统登记", "What the scanner found is recorded by the product itself.")
	}
	b.emit(FileRefused(c), domain.RuleFileScan)
	return nil
}

// FilesHandedIn binds the content of files to the act that they were handed in with: With is the type of its entry,
// which comes just before. Item and Round are set for papers of an item, Period for reports.
type FilesHandedIn struct {
	With   string       `json:"with"`
	Item   string       `json:"item,omitempty"`
	Round  int          `json:"round,omitempty"`
	Period string       `json:"period,omitempty"`
	Files  []HandedFile `json:"files"`
}

func (e FilesHandedIn) evolve(*Project, domain.Entry) {}
func (e FilesHandedIn) text(p *Project) domain.Text {
	var names []string
	for _, f := range e.Files {
		names = append(names, f.Name+"（"+bytesOf(f.Size)+"）")
	}
	list := strings.Join(names, "；")
	t := domain.Text{Zh: "随附文件" + itoa(len(e.Files)) + "个：" + list, En: itoa(len(e.Files)) + " files: " + list}
	if e.Item != "" {
		n := p.itemName(e.Item)
		t.Zh, t.En = "“"+n.Zh+"”"+t.Zh, n.En+": "+t.En
	}
	return t
}

// FileRefused is a file that the scanner found infected; its content is removed.
type FileRefused struct {
	File   string       `json:"file"`
	Digest string       `json:"digest"`
	Name   string       `json:"name"`
	Found  string       `json:"found"`
	Party  domain.Party `json:"party"`
}

func (e FileRefused) evolve(*Project, domain.Entry) {}
func (e FileRefused) text(*Project) domain.Text {
	return domain.Text{
		Zh: "文件“" + e.Name + "”查出病毒（" + e.Found + "），已清除；请检查电脑，提交过的须换一份重新提交（自动）",
		En: "The file " + e.Name + " is infected (" + e.Found + ") and was removed; check the computer, and hand in another if it was handed in (automatic)",
	}
}

// FilesOf returns the files that an entry hands in, false when it hands in none.
func FilesOf(e domain.Entry) (FilesHandedIn, bool) {
	if e.Type != eventType(FilesHandedIn{}) {
		return FilesHandedIn{}, false
	}
	ev, err := decodeEvent(e.Type, e.Data)
	if err != nil {
		return FilesHandedIn{}, false
	}
	handed, ok := ev.(FilesHandedIn)
	return handed, ok
}

// bytesOf writes a size as people do.
func bytesOf(n int64) string {
	if n < 1<<20 {
		return decimal.New(max(1, (n+512)/1024), 0).String() + " KB"
	}
	return decimal.NewFromInt(n).Div(decimal.NewFromInt(1<<20)).Round(1).String() + " MB"
}
