package badinput

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io/fs"
	"net/url"
	"strings"
)

// files are what an upload may be; what a scanner finds is tried beside a scanner.
func (h *house) files() []row {
	up := func(name, content string) request {
		r := post(owner, h.projects["fresh"]+"/files?name="+url.QueryEscape(name), content)
		return r.with("Content-Type: application/octet-stream")
	}
	bad := func(name, file, content, code string) row {
		return row{name: name, send: up(file, content), status: 422, code: code, field: "body", clause: "OWN-225"}
	}
	named := func(name, file, code string) row {
		return row{name: name, send: up(file, "%PDF-1.4\n%%EOF\n"), status: 422, code: code, field: "name", clause: "OWN-225"}
	}
	tabled := func(content string) request {
		return post(owner, "/projects/import", content).with("Content-Type: application/octet-stream")
	}
	const eicar = `X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR` + `-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`
	return []row{
		bad("a program that is called a paper", "批复.pdf", "MZ\x90\x00"+strings.Repeat("\x00", 200), "file.content"),
		named("a program before the ending", "批复.exe.pdf", "file.name.double"),
		named("a kind that is not taken", "批复.exe", "file.kind"),
		bad("the test virus", "virus.zip", eicar, "file.content"),
		bad("an archive that unpacks to a thousand times its size", "bomb.zip", packed(entry{name: "a", content: strings.Repeat("\x00", 20<<20)}), "archive.bomb"),
		bad("an archive whose names lead out of it", "slip.zip", packed(entry{name: "../../etc/cron.d/x", content: "x"}), "archive.path"),
		bad("an archive with a link", "link.zip", packed(entry{name: "link", content: "/etc/passwd", mode: fs.ModeSymlink | 0o777}), "archive.link"),
		bad("nothing", "empty.pdf", "", "file.empty"),
		bad("an image of 900 million pixels", "huge.png", boasting(30_000, 30_000), "image.large"),
		bad("a document with macros", "macro.docx", packed(
			entry{name: "[Content_Types].xml", content: `<Types><Override PartName="/word/document.xml" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>`},
			entry{name: "_rels/.rels", content: "<Relationships/>"}, entry{name: "word/document.xml", content: "<w/>"}, entry{name: "word/vbaProject.bin", content: "x"}), "file.macros"),
		named("a name of two lines", "批复.pdf\r\nSet-Cookie: a=b.pdf", "file.name.invisible"),
		named("a name with a path", "../../批复.pdf", "file.name.path"),
		named("a name of 300 characters", strings.Repeat("字", 296)+".pdf", "file.name.long"),
		{name: "more than a file may have", send: up("big.pdf", "").with("Content-Length: 1073741824"), status: 413, code: "file.large", clause: "OWN-226"},
		{name: "a table that is text", send: tabled("项目名称,总投资\n桥,1"), status: 422, code: "file.content", field: "body", clause: "OWN-225"},
		{name: "a table that is an archive of something else", send: tabled(packed(entry{name: "a.txt", content: "x"})), status: 422, code: "file.content", field: "body", clause: "OWN-225"},
		{name: "a table with macros", send: tabled(packed(
			entry{name: "[Content_Types].xml", content: `<Types/>`}, entry{name: "_rels/.rels", content: "<Relationships/>"},
			entry{name: "xl/workbook.xml", content: "<w/>"}, entry{name: "xl/vbaProject.bin", content: "x"})), status: 422, code: "file.macros", field: "body", clause: "OWN-225"},
		{name: "a table with nothing in it", send: tabled(packed(
			entry{name: "[Content_Types].xml", content: `<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`},
			entry{name: "_rels/.rels", content: "<Relationships/>"}, entry{name: "xl/workbook.xml", content: "<w/>"})), status: 422, code: "import.unreadable", field: "body", clause: "OWN-249"},
		{name: "a table larger than one may be", send: tabled("").with("Content-Length: 1073741824"), status: 413, code: "import.size", clause: "OWN-249"},
		{name: "a file that another owner may not put there", send: up("批复.pdf", "%PDF-1.4\n").by(other), status: 404, code: "project.unknown", field: "projectId"},
	}
}

// by is the same request of somebody else.
func (r request) by(who string) request {
	r.who = who
	return r
}

// entry is one file of an archive.
type entry struct {
	name, content string
	mode          fs.FileMode
}

func packed(entries ...entry) string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		header := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		if e.mode != 0 {
			header.SetMode(e.mode)
		}
		f, err := w.CreateHeader(header)
		if err == nil {
			_, err = f.Write([]byte(e.content))
		}
		if err != nil {
			panic(err) // to memory
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

// boasting is the head of an image that says it is large.
func boasting(width, height uint32) string {
	head := append([]byte("IHDR"), make([]byte, 8)...)
	binary.BigEndian.PutUint32(head[4:], width)
	binary.BigEndian.PutUint32(head[8:], height)
	head = append(head, 8, 2, 0, 0, 0)
	b := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d")
	b = append(b, head...)
	return string(binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(head))) + strings.Repeat("\x00", 100)
}
