package files

import (
	"bytes"
	"errors"
	"image"
	_ "image/jpeg" // the kinds of image that are taken
	_ "image/png"
	"io"
	"mime"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"milepost/domain"
)

// kind is a sort of file that offices hand in (OWN-225).
type kind struct {
	media   string   // under which it is served
	also    []string // other names that programs give it
	magic   string   // what its first bytes say, as mimetype calls it
	inspect func(content io.ReaderAt, size int64) error
}

// kinds are the sorts of file that are taken, by ending.
var kinds = map[string]kind{
	"pdf":  {"application/pdf", []string{"application/x-pdf"}, "application/pdf", inspectPDF},
	"ofd":  {"application/ofd", []string{"application/zip", "application/x-ofd", "application/vnd.ofd"}, "application/zip", inspectOFD},
	"docx": {docx, []string{"application/zip"}, "application/zip", office("word/document.xml")},
	"xlsx": {xlsx, []string{"application/zip"}, "application/zip", office("xl/workbook.xml")},
	"zip":  {"application/zip", []string{"application/x-zip", "application/x-zip-compressed"}, "application/zip", inspectArchive},
	"jpg":  {"image/jpeg", []string{"image/jpg", "image/pjpeg"}, "image/jpeg", inspectImage("jpeg")},
	"jpeg": {"image/jpeg", []string{"image/jpg", "image/pjpeg"}, "image/jpeg", inspectImage("jpeg")},
	"png":  {"image/png", []string{"image/x-png"}, "image/png", inspectImage("png")},
	"dwg": {"image/vnd.dwg", []string{
		"image/x-dwg", "application/acad", "application/x-acad", "application/autocad_dwg", "application/dwg", "application/x-dwg",
		"application/x-autocad", "drawing/dwg",
	}, "image/vnd.dwg", inspectDrawing},
}

const (
	docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

	endings = "pdf、ofd、docx、xlsx、jpg、png、dwg、zip"
)

// head is how many of the first bytes tell what a file is.
const head = 3072

// Declared checks what can be known before the content comes: the name, whether its kind is taken, and that the media
// type the sender gives fits it. It returns the clean name and the media type of the kind.
func Declared(name, media string) (clean, serve string, err error) {
	clean, ending, err := Name(name)
	if err != nil {
		return "", "", err
	}
	k, ok := kinds[ending]
	if !ok {
		return "", "", domain.Invalid("file.kind", "name", domain.RuleFileKind, "不接受这种文件，可以上传："+endings, "Files of this kind are not taken; send pdf, ofd, docx, xlsx, jpg, png, dwg or zip.")
	}
	given, _, err := mime.ParseMediaType(media)
	if err != nil || given != "application/octet-stream" && given != k.media && !slices.Contains(k.also, given) {
		return "", "", domain.Invalid("file.media-type", "Content-Type", domain.RuleFileKind, "内容类型与扩展名不符，应为 "+k.media+" 或 application/octet-stream", "The media type does not fit the name; it should be "+k.media+" or application/octet-stream.")
	}
	return clean, k.media, nil
}

// Inspect tells whether content is what its name says and carries no program. It reads piece by piece: what it keeps
// in memory does not grow with the file. An error that is no *domain.Error says that the content could not be read.
func Inspect(name string, content io.ReaderAt, size int64) error {
	_, ending, err := Name(name)
	if err != nil {
		return err
	}
	k := kinds[ending]
	if k.inspect == nil {
		return wrong("file.kind", "不接受这种文件", "Files of this kind are not taken.")
	}
	if size == 0 {
		return domain.Invalid("file.empty", "body", domain.RuleFileKind, "文件是空的，请检查后重新上传", "The file is empty; look at it and upload it again.")
	}
	first := make([]byte, min(head, size))
	if _, err := content.ReadAt(first, 0); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if !says(mimetype.Detect(first), k.magic) {
		return wrong("file.content", "文件内容不是 "+ending+" 格式，请用原软件另存后再上传", "The content is no "+ending+"; save it again with the program it was made with.")
	}
	return k.inspect(content, size)
}

// says tells whether a detected type is one, or a kind of it: every office document is a zip archive.
func says(found *mimetype.MIME, want string) bool {
	for ; found != nil; found = found.Parent() {
		if found.Is(want) {
			return true
		}
	}
	return false
}

func wrong(code, zh, en string) error {
	return domain.Invalid(code, "body", domain.RuleFileKind, zh, en)
}

// inspectPDF wants the table at the end by which readers find everything: without it the file was cut off.
func inspectPDF(content io.ReaderAt, size int64) error {
	end := make([]byte, min(2048, size))
	if _, err := content.ReadAt(end, size-int64(len(end))); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if !bytes.Contains(end, []byte("startxref")) || !bytes.Contains(end, []byte("%%EOF")) {
		return wrong("file.damaged", "PDF 文件不完整，请重新导出后再上传", "The PDF is not whole; export it again.")
	}
	return nil
}

// inspectDrawing wants a header of a version that AutoCAD has written.
func inspectDrawing(content io.ReaderAt, size int64) error {
	var version [6]byte
	if size < 256 {
		return wrong("file.damaged", "DWG 文件不完整，请重新导出后再上传", "The drawing is not whole; export it again.")
	}
	if _, err := content.ReadAt(version[:], 0); err != nil {
		return err
	}
	if !strings.HasPrefix(string(version[:]), "AC10") {
		return wrong("file.content", "DWG 文件版本无法识别，请用较新的版本另存", "The version of the drawing is not known; save it in a newer one.")
	}
	return nil
}

// maxPixels bounds an image: what shows one needs memory for each of its pixels.
const maxPixels = 50_000_000

func inspectImage(format string) func(io.ReaderAt, int64) error {
	return func(content io.ReaderAt, size int64) error {
		of, found, err := image.DecodeConfig(io.NewSectionReader(content, 0, size))
		switch {
		case err != nil || found != format || of.Width <= 0 || of.Height <= 0:
			return wrong("file.damaged", "图片无法读取，请重新导出后再上传", "The image cannot be read; export it again.")
		case int64(of.Width)*int64(of.Height) > maxPixels:
			return wrong("image.large", "图片最多5000万像素，请缩小后再上传", "An image has at most 50 million pixels; make it smaller.")
		}
		return nil
	}
}
