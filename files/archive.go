package files

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"
)

// What an archive may hold. It is looked through and never unpacked.
const (
	maxEntries   = 1000
	maxUnpacked  = 500 << 20 // bytes
	maxRatio     = 100       // unpacked to packed
	maxDirectory = 1 << 20   // bytes of names and sizes: what an archive makes us keep in memory
	maxPart      = 1 << 20   // bytes of a part that is read for what it says
)

// archive is an archive that keeps to the limits.
type archive struct{ *zip.Reader }

// openArchive reads an archive's directory, and everything in it once: what its directory says of sizes may be a lie.
func openArchive(content io.ReaderAt, size int64) (*archive, error) {
	directory := &limited{ReaderAt: content, left: maxDirectory}
	r, err := zip.NewReader(directory, size)
	switch {
	case directory.err != nil:
		return nil, directory.err
	case directory.left < 0:
		return nil, wrong("archive.entries", "压缩包最多1000个文件，文件名也不能过长", "An archive holds at most 1,000 files, with names that are not too long.")
	case err != nil && !errors.Is(err, zip.ErrInsecurePath):
		return nil, damaged()
	case len(r.File) == 0:
		return nil, wrong("archive.empty", "压缩包是空的", "The archive is empty.")
	case len(r.File) > maxEntries:
		return nil, wrong("archive.entries", "压缩包最多1000个文件，请分开上传", "An archive holds at most 1,000 files; upload several.")
	}
	a := &archive{r}
	if err := a.bounded(size); err != nil {
		return nil, err
	}
	directory.left = unlimited // from here on the content of entries is read, through a small window
	for _, f := range a.File {
		if err := whole(f); err != nil {
			if directory.err != nil {
				return nil, directory.err
			}
			return nil, err
		}
	}
	return a, nil
}

// bounded holds an archive to its limits by what its directory says.
func (a *archive) bounded(size int64) error {
	var unpacked uint64
	for _, f := range a.File {
		name := strings.ReplaceAll(f.Name, `\`, "/")
		switch {
		case f.Mode()&fs.ModeSymlink != 0 || !f.Mode().IsRegular() && !f.Mode().IsDir():
			return wrong("archive.link", "压缩包中不能有链接或特殊文件", "An archive must hold no links and no special files.")
		case strings.HasPrefix(name, "/") || len(name) > 1 && name[1] == ':' || strings.Contains("/"+name+"/", "/../"):
			return wrong("archive.path", "压缩包中的文件名不能带有上级或绝对路径", "The names in an archive must not lead out of it.")
		case f.Flags&1 != 0:
			return wrong("archive.encrypted", "压缩包不能加密，否则无法查毒", "An archive must not be encrypted: nobody could look for viruses.")
		case f.UncompressedSize64 > maxUnpacked:
			return bomb()
		}
		unpacked += f.UncompressedSize64
	}
	if unpacked > maxUnpacked || unpacked > uint64(size)*maxRatio { //nolint:gosec // a size is positive
		return bomb()
	}
	return nil
}

func bomb() error {
	return wrong("archive.bomb", "压缩包解开后最多500 MB，且不超过压缩包的100倍", "Unpacked, an archive has at most 500 MB, and at most 100 times its own size.")
}

func damaged() error {
	return wrong("file.damaged", "文件损坏或不完整，请重新保存后再上传", "The file is damaged or not whole; save it again.")
}

// whole reads an entry to its end and keeps nothing: it must be as long as the directory says, and its sum must fit.
func whole(f *zip.File) error {
	r, err := f.Open()
	if err != nil {
		return damaged()
	}
	defer r.Close()                                                                 //nolint:errcheck // read only
	n, err := io.Copy(io.Discard, io.LimitReader(r, int64(f.UncompressedSize64)+1)) //nolint:gosec // at most maxUnpacked
	if err != nil || n != int64(f.UncompressedSize64) {                             //nolint:gosec // the same
		return damaged()
	}
	return nil
}

// part returns an entry by its name; case does not count, as office programs have it.
func (a *archive) part(name string) (*zip.File, bool) {
	for _, f := range a.File {
		if strings.EqualFold(f.Name, name) {
			return f, true
		}
	}
	return nil, false
}

// look gives a part's XML to f, element by element, until f wants no more.
func look(part *zip.File, f func(xml.Token) (more bool)) error {
	r, err := part.Open()
	if err != nil {
		return damaged()
	}
	defer r.Close() //nolint:errcheck // read only
	d := xml.NewDecoder(io.LimitReader(r, maxPart))
	for {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return damaged()
		case !f(token):
			return nil
		}
	}
}

func inspectArchive(content io.ReaderAt, size int64) error {
	a, err := openArchive(content, size)
	if err != nil {
		return err
	}
	return a.harmless()
}

// harmless refuses programs that office documents carry, also in one that is called an archive.
func (a *archive) harmless() error {
	for _, f := range a.File {
		name := strings.ToLower(f.Name)
		if path.Base(name) == "vbaproject.bin" || strings.Contains("/"+name, "/macrosheets/") || strings.Contains("/"+name, "/activex/") {
			return macros()
		}
	}
	return nil
}

func macros() error {
	return wrong("file.macros", "文件带有宏或控件，请另存为不带宏的文件后再上传", "The file carries macros or controls; save it without them.")
}

// office looks through an office document whose text is in a part.
func office(text string) func(io.ReaderAt, int64) error {
	return func(content io.ReaderAt, size int64) error {
		a, err := openArchive(content, size)
		if err != nil {
			return err
		}
		types, ok := a.part("[Content_Types].xml")
		_, linked := a.part("_rels/.rels")
		_, there := a.part(text)
		if !ok || !linked || !there {
			return wrong("file.content", "文件内容与扩展名不符，请用 Office 或 WPS 另存后再上传", "The content is not what the name says; save it again with Office or WPS.")
		}
		if types.UncompressedSize64 > maxPart {
			return damaged()
		}
		clean := true
		if err := look(types, func(t xml.Token) bool {
			if e, ok := t.(xml.StartElement); ok {
				for _, attr := range e.Attr {
					content := strings.ToLower(attr.Value)
					clean = clean && (attr.Name.Local != "ContentType" || !strings.Contains(content, "macroenabled") && !strings.Contains(content, "vbaproject"))
				}
			}
			return clean
		}); err != nil {
			return err
		}
		if !clean {
			return macros()
		}
		return a.harmless()
	}
}

// inspectOFD looks through a document of GB/T 33190: OFD.xml names the root of each document.
func inspectOFD(content io.ReaderAt, size int64) error {
	a, err := openArchive(content, size)
	if err != nil {
		return err
	}
	entry, ok := a.part("OFD.xml")
	if !ok || entry.UncompressedSize64 > maxPart {
		return noOFD()
	}
	roots, inside := 0, false
	if err := look(entry, func(t xml.Token) bool {
		switch t := t.(type) {
		case xml.StartElement:
			inside = t.Name.Local == "DocRoot"
		case xml.EndElement:
			inside = false
		case xml.CharData:
			if inside {
				if _, there := a.part(strings.TrimPrefix(strings.TrimSpace(string(t)), "/")); !there {
					roots = -1
					return false
				}
				roots++
			}
		}
		return true
	}); err != nil {
		return err
	}
	if roots < 1 {
		return noOFD()
	}
	return a.harmless()
}

func noOFD() error {
	return wrong("file.content", "文件内容不是 OFD 版式文件，请重新导出后再上传", "The content is no OFD document; export it again.")
}

// limited reads at most so many bytes in all, so that what is built from them is bounded too.
type limited struct {
	io.ReaderAt
	left int64
	err  error // of the reader, where that failed
}

const unlimited = 1 << 62

var errTooMuch = errors.New("more is read than a directory may have")

// ReadAt reads at a place.
func (l *limited) ReadAt(p []byte, at int64) (int, error) {
	if l.left -= int64(len(p)); l.left < 0 {
		return 0, errTooMuch
	}
	if at < 0 { // a directory may say anything
		return 0, io.ErrUnexpectedEOF
	}
	n, err := l.ReaderAt.ReadAt(p, at)
	if err != nil && !errors.Is(err, io.EOF) {
		l.err = err
	}
	return n, err
}
