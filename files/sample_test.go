package files_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// eicar is the test virus of all scanners; it does nothing.
const eicar = `X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR` + `-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`

// pdf is a small whole document that says something.
func pdf(says string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var at []int
	for i, object := range []string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
		"(" + says + ")",
	} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, table)
	return b.Bytes()
}

// entry is one file of an archive.
type entry struct {
	name, content string
	change        func(*zip.FileHeader)
}

func archive(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		if e.change != nil {
			e.change(h)
		}
		f, err := w.CreateHeader(h)
		require.NoError(t, err)
		_, err = f.Write([]byte(e.content))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

const contentTypes = `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`

func docx(t testing.TB, more ...entry) []byte {
	t.Helper()
	return archive(t, append([]entry{
		{name: "[Content_Types].xml", content: contentTypes}, {name: "_rels/.rels", content: "<Relationships/>"}, {name: "word/document.xml", content: "<w:document/>"},
	}, more...)...)
}

func xlsx(t testing.TB) []byte {
	t.Helper()
	return archive(t, entry{name: "[Content_Types].xml", content: "<Types/>"}, entry{name: "_rels/.rels", content: "<Relationships/>"}, entry{name: "xl/workbook.xml", content: "<workbook/>"})
}

const ofdRoot = `<?xml version="1.0" encoding="UTF-8"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.0"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>`

func ofd(t testing.TB) []byte {
	t.Helper()
	return archive(t, entry{name: "OFD.xml", content: ofdRoot}, entry{name: "Doc_0/Document.xml", content: "<ofd:Document/>"})
}

func picture(t testing.TB, format string, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	img := image.NewGray(image.Rect(0, 0, width, height))
	if format == "png" {
		require.NoError(t, png.Encode(&b, img))
	} else {
		require.NoError(t, jpeg.Encode(&b, img, nil))
	}
	return b.Bytes()
}

// boasting is a picture whose header says that it is larger than it is.
func boasting(t testing.TB) []byte {
	t.Helper()
	small := picture(t, "jpg", 1, 1)
	i := bytes.Index(small, []byte{0xff, 0xc0})
	copy(small[i+5:], []byte{0x75, 0x30, 0x75, 0x30}) // 30,000 × 30,000
	return small
}

func dwg() []byte { return append([]byte("AC1032"), make([]byte, 1000)...) }

// bomb unpacks to much more than it is.
func bomb(t testing.TB) []byte {
	t.Helper()
	return archive(t, entry{name: "a.txt", content: strings.Repeat("\x00", 8<<20)})
}

// lying is an archive whose directory says that its file is shorter than it is.
func lying(t testing.TB) []byte {
	t.Helper()
	honest := archive(t, entry{name: "a.txt", content: strings.Repeat("long ", 1000)})
	i := bytes.LastIndex(honest, []byte("PK\x01\x02"))
	copy(honest[i+24:], []byte{10, 0, 0, 0})
	return honest
}

func many(t testing.TB, n int) []byte {
	t.Helper()
	var es []entry
	for i := range n {
		es = append(es, entry{name: fmt.Sprintf("%d.txt", i), content: "x"})
	}
	return archive(t, es...)
}

func link(h *zip.FileHeader)      { h.SetMode(fs.ModeSymlink | 0o777) }
func encrypted(h *zip.FileHeader) { h.Flags |= 1 }
