package files_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/files"
)

func TestWhatOfficesHandInIsTaken(t *testing.T) {
	t.Parallel()
	for name, content := range map[string][]byte{
		"环评报告 v1.2.pdf": pdf("x"), "批复.ofd": ofd(t), "请示.docx": docx(t), "投资表.XLSX": xlsx(t), "照片.jpg": picture(t, "jpg", 40, 30),
		"照片.jpeg": picture(t, "jpg", 40, 30), "总平图.png": picture(t, "png", 40, 30), "总平图.dwg": dwg(), "附件.zip": many(t, 1000),
		"嵌套.zip": archive(t, entry{name: "请示.docx", content: string(docx(t))}), "其实是文档.zip": docx(t),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, files.Inspect(name, bytes.NewReader(content), int64(len(content))))
		})
	}
}

// OWN-225, the bad-input catalogue's group 8.
func TestWhatIsNotTaken(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what, name, code string
		content          []byte
	}{
		{"another content than the name says", "报告.pdf", "file.content", picture(t, "png", 4, 4)},
		{"a program under the name of a picture", "照片.jpg", "file.content", []byte("MZ\x90\x00 This program cannot be run in DOS mode")},
		{"a page under the name of a document", "批复.pdf", "file.content", []byte("<html><script>alert(1)</script></html>")},
		{"a page that begins like a document", "批复.pdf", "file.damaged", []byte("%PDF-1.4\n<script>alert(1)</script>")},
		{"the test virus", "病毒.pdf", "file.content", []byte(eicar)},
		{"nothing", "空.pdf", "file.empty", nil},
		{"half a document", "报告.pdf", "file.damaged", pdf(strings.Repeat("x", 5000))[:4000]},
		{"half an archive", "附件.zip", "file.damaged", many(t, 10)[:300]},
		{"an archive that is called a document", "请示.docx", "file.content", many(t, 3)},
		{"a table that is called a text", "请示.docx", "file.content", xlsx(t)},
		{"a document with macros", "请示.docx", "file.macros", docx(t, entry{name: "word/vbaProject.bin", content: "x"})},
		{"macros in an archive", "请示.zip", "file.macros", docx(t, entry{name: "word/vbaProject.bin", content: "x"})},
		{"old macros of a table", "表.zip", "file.macros", archive(t, entry{name: "xl/macrosheets/sheet1.xml", content: "x"})},
		{"controls in a document", "请示.docx", "file.macros", docx(t, entry{name: "word/activeX/activeX1.xml", content: "x"})},
		{"a document that says it has macros", "请示.docx", "file.macros", archive(t,
			entry{name: "[Content_Types].xml", content: strings.Replace(contentTypes, "openxmlformats-officedocument.wordprocessingml.document.main", "ms-word.document.macroEnabled.main", 1)},
			entry{name: "_rels/.rels", content: "<x/>"}, entry{name: "word/document.xml", content: "<x/>"})},
		{"a document whose parts cannot be read", "请示.docx", "file.damaged", archive(t,
			entry{name: "[Content_Types].xml", content: "<Types"}, entry{name: "_rels/.rels", content: "<x/>"}, entry{name: "word/document.xml", content: "<x/>"})},
		{"an OFD whose document is not there", "批复.ofd", "file.content", archive(t, entry{name: "OFD.xml", content: ofdRoot})},
		{"an OFD without its root", "批复.ofd", "file.content", archive(t, entry{name: "Doc_0/Document.xml", content: "<x/>"})},
		{"a bomb", "附件.zip", "archive.bomb", bomb(t)},
		{"an archive that lies about sizes", "附件.zip", "file.damaged", lying(t)},
		{"more files than anybody reads", "附件.zip", "archive.entries", many(t, 1001)},
		{"more names than we keep in memory", "附件.zip", "archive.entries", many(t, 30_000)},
		{"a way out of the folder", "附件.zip", "archive.path", archive(t, entry{name: "../../etc/passwd", content: "x"})},
		{"a way out of the folder, as Windows writes it", "附件.zip", "archive.path", archive(t, entry{name: `..\..\autoexec.bat`, content: "x"})},
		{"a place on the disk", "附件.zip", "archive.path", archive(t, entry{name: "C:/autoexec.bat", content: "x"})},
		{"a link", "附件.zip", "archive.link", archive(t, entry{name: "a", content: "/etc/passwd", change: link})},
		{"an encrypted archive", "附件.zip", "archive.encrypted", archive(t, entry{name: "a", content: "x", change: encrypted})},
		{"an empty archive", "附件.zip", "archive.empty", archive(t)},
		{"a picture larger than memory", "照片.jpg", "image.large", boasting(t)},
		{"a picture that is cut off", "照片.png", "file.damaged", picture(t, "png", 4, 4)[:20]},
		{"a drawing that is cut off", "图.dwg", "file.damaged", []byte("AC1032")},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			e := domain.AsError(files.Inspect(c.name, bytes.NewReader(c.content), int64(len(c.content))))
			require.NotNil(t, e)
			require.Equal(t, c.code, e.Code, e.Text.En)
			require.Equal(t, domain.KindInvalid, e.Kind)
			require.Equal(t, "body", e.Field)
			require.Equal(t, "OWN-225", e.Clause)
		})
	}
}

func TestContentThatCannotBeReadIsNobodysFault(t *testing.T) {
	t.Parallel()
	for name, content := range map[string][]byte{"a.pdf": pdf("x"), "a.zip": many(t, 3), "a.docx": docx(t), "a.dwg": dwg()} {
		err := files.Inspect(name, failing{bytes.NewReader(content), int64(len(content)) - 10}, int64(len(content)))
		require.ErrorIs(t, err, io.ErrNoProgress, name)
		require.Nil(t, domain.AsError(err), name)
	}
}

// failing cannot be read from some place on, or in one go.
type failing struct {
	io.ReaderAt
	from int64
}

func (f failing) ReadAt(p []byte, at int64) (int, error) {
	if at+int64(len(p)) > f.from || len(p) == 6 {
		return 0, io.ErrNoProgress
	}
	return f.ReaderAt.ReadAt(p, at)
}

func TestNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ what, given, name, code string }{
		{"as they are", "关于商洛市供水管网改造工程的批复（2026）3号.pdf", "关于商洛市供水管网改造工程的批复（2026）3号.pdf", ""},
		{"blanks around are taken off", " \t报告.pdf　", "报告.pdf", ""},
		{"dots within", "报告 v1.2.final.pdf", "报告 v1.2.final.pdf", ""},
		{"255 characters", strings.Repeat("长", 251) + ".pdf", strings.Repeat("长", 251) + ".pdf", ""},
		{"256 characters", strings.Repeat("长", 252) + ".pdf", "", "file.name.long"},
		{"255 characters before the ending", strings.Repeat("长", 255) + ".pdf", "", "file.name.long"},
		{"nothing", "  ", "", "file.name"},
		{"only an ending", ".pdf", "", "file.name"},
		{"only dots", "...pdf", "", "file.name"},
		{"a new line", "报告\r\nSet-Cookie: a=b.pdf", "", "file.name.invisible"},
		{"a tab", "报\t告.pdf", "", "file.name.invisible"},
		{"a line separator", "报告\u2028.pdf", "", "file.name.invisible"},
		{"a way up", "../../etc/passwd.pdf", "", "file.name.path"},
		{"a way up on Windows", `..\报告.pdf`, "", "file.name.path"},
		{"reading turned round", "批复\u202efdp.exe.pdf", "", "file.name.invisible"},
		{"letters of no width", "批\u200b复.pdf", "", "file.name.invisible"},
		{"a NUL", "批复\x00.pdf", "", "file.name.invisible"},
		{"text that is none", "\xff\xfe.pdf", "", "file.name.invisible"},
		{"a program in disguise", "批复.EXE.pdf", "", "file.name.double"},
		{"a page in disguise", "批复.html.pdf", "", "file.name.double"},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			name, _, err := files.Name(c.given)
			require.Equal(t, c.code, domain.CodeOf(err))
			require.Equal(t, c.name, name)
		})
	}
}

func TestWhatIsDeclaredMustFit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ what, name, media, serve, code string }{
		{"the type of the kind", "a.pdf", "application/pdf", "application/pdf", ""},
		{"no more than that it is a file", "a.docx", "application/octet-stream", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ""},
		{"another name of the same", "a.JPG", "image/pjpeg; q=1", "image/jpeg", ""},
		{"what browsers call a zip on Windows", "a.zip", "application/x-zip-compressed", "application/zip", ""},
		{"another type", "a.pdf", "text/html", "", "file.media-type"},
		{"no type", "a.pdf", "", "", "file.media-type"},
		{"a type that is none", "a.pdf", "application/pdf; =", "", "file.media-type"},
		{"a program", "a.exe", "application/octet-stream", "", "file.kind"},
		{"a program after all", "a.pdf.exe", "application/octet-stream", "", "file.kind"},
		{"a document that may have macros", "a.docm", "application/octet-stream", "", "file.kind"},
		{"a picture that may have scripts", "a.svg", "image/svg+xml", "", "file.kind"},
		{"no ending", "批复", "application/pdf", "", "file.kind"},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			_, serve, err := files.Declared(c.name, c.media)
			require.Equal(t, c.code, domain.CodeOf(err))
			require.Equal(t, c.serve, serve)
		})
	}
}

func FuzzFilename(f *testing.F) {
	for _, s := range []string{"报告.pdf", "../a.pdf", "a\r\nb.pdf", strings.Repeat("长", 255) + ".pdf", "a.exe.pdf", "\u202ea.pdf", " .pdf", "a\xff.pdf", `a\b.zip`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, given string) {
		name, ending, err := files.Name(given)
		if err != nil {
			require.NotNil(t, domain.AsError(err))
			require.Empty(t, name)
			return
		}
		require.Equal(t, strings.TrimSpace(given), name, "nothing but blanks is taken off")
		require.True(t, utf8.ValidString(name))
		require.LessOrEqual(t, utf8.RuneCountInString(name), 255)
		require.False(t, strings.ContainsAny(name, "/\\\r\n\x00\u202e\u2028"))
		require.True(t, strings.HasSuffix(strings.ToLower(name), ending))
		again, _, err := files.Name(name)
		require.NoError(t, err)
		require.Equal(t, name, again)
	})
}

func FuzzContentType(f *testing.F) {
	f.Add("a.pdf", "application/pdf", pdf("x"))
	f.Add("a.png", "image/png; q=1", picture(f, "png", 3, 3))
	f.Add("a.jpg", "IMAGE/JPEG", picture(f, "jpg", 3, 3))
	f.Add("a.dwg", "application/octet-stream", dwg())
	f.Add("a.exe", ";;", []byte("MZ"))
	f.Fuzz(func(t *testing.T, name, media string, content []byte) {
		clean, serve, err := files.Declared(name, media)
		if err != nil {
			require.NotNil(t, domain.AsError(err))
			return
		}
		require.NotEmpty(t, clean)
		require.NotContains(t, serve, "html")
		if err := files.Inspect(clean, bytes.NewReader(content), int64(len(content))); err != nil {
			require.NotNil(t, domain.AsError(err), "%v", err)
		}
	})
}

// FuzzOOXMLWalk looks through archives that somebody made to hurt: whatever they are, it ends, and reads no more of them
// than their limits allow.
func FuzzOOXMLWalk(f *testing.F) {
	for _, seed := range [][]byte{
		docx(f), xlsx(f), ofd(f), bomb(f), lying(f), many(f, 20), docx(f, entry{name: "word/vbaProject.bin"}), archive(f, entry{name: "a", change: link}),
		docx(f)[:200], []byte("PK\x05\x06" + strings.Repeat("\x00", 18)),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, name := range []string{"a.docx", "a.xlsx", "a.ofd", "a.zip"} {
			read := &counted{ReaderAt: bytes.NewReader(content)}
			if err := files.Inspect(name, read, int64(len(content))); err != nil {
				require.NotNil(t, domain.AsError(err), "%v", err)
			}
			require.LessOrEqual(t, read.most, 64<<10+4096, "it is read piece by piece")
		}
	})
}

// counted knows the largest piece that was read at once.
type counted struct {
	io.ReaderAt
	most int
}

func (c *counted) ReadAt(p []byte, at int64) (int, error) {
	c.most = max(c.most, len(p))
	return c.ReaderAt.ReadAt(p, at)
}
