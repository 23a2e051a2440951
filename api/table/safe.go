package table

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"

	"milepost/domain"
	"milepost/files"
)

// The bounds of a file. A reader of tables builds every row and column up to the last that is named, and every element
// of every part, in memory: what a file says must be small before any is built.
const (
	MaxSize     = 5 << 20 // bytes of a file
	maxUnpacked = 32 << 20
	maxElements = 600_000 // of all parts together
	maxRow      = 20_000  // the last row that anything may stand in
	maxCells    = 400_000 // rows times columns
	maxMerges   = 500
)

// inspect refuses what is no table, or one that would take too much room to read.
func inspect(content []byte) error {
	if err := files.Inspect("table.xlsx", bytes.NewReader(content), int64(len(content))); err != nil {
		return err
	}
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return unreadable()
	}
	var size uint64
	elements := 0
	for _, part := range archive.File {
		if size += part.UncompressedSize64; size > maxUnpacked {
			return tooLarge()
		}
		if name := strings.ToLower(part.Name); !strings.HasSuffix(name, ".xml") && !strings.HasSuffix(name, ".rels") && !strings.HasSuffix(name, ".vml") {
			continue
		}
		if err := weigh(part, &elements); err != nil {
			return err
		}
	}
	return nil
}

// weigh counts the elements of a part, and the cells that would be built of it.
func weigh(part *zip.File, elements *int) error {
	content, err := part.Open()
	if err != nil {
		return unreadable()
	}
	defer content.Close() //nolint:errcheck // only read
	parts := xml.NewDecoder(content)
	row, column, widest, cells, merges := 0, 0, 0, 0, 0
	widestMerge, lowestMerge := 0, 0
	for {
		token, err := parts.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return unreadable()
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch *elements++; e.Name.Local {
		case "row":
			cells += widest
			row, column, widest = after(row, attribute(e, "r")), 0, 0
		case "c":
			column = after(column, columnOf(attribute(e, "r")))
			widest = max(widest, column)
		case "mergeCell": // the reader lays all cells of all ranges out
			merges++
			right, bottom := endOf(attribute(e, "ref"))
			widestMerge, lowestMerge = max(widestMerge, right), max(lowestMerge, bottom)
		}
		if *elements > maxElements || row > maxRow || cells+widest > maxCells || merges > maxMerges || widestMerge > maxCells || lowestMerge > maxCells || widestMerge*lowestMerge > maxCells {
			return tooLarge()
		}
	}
}

// attribute is what an element says under a name.
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// endOf is the last column and row of a range.
func endOf(ref string) (column, row int) {
	_, end, ok := strings.Cut(ref, ":")
	if !ok {
		end = ref
	}
	end = strings.ReplaceAll(end, "$", "")
	column, _ = strconv.Atoi(columnOf(end))
	row, _ = strconv.Atoi(strings.TrimLeft(strings.ToUpper(end), "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
	return column, row
}

// after is the number of a row or column that may say it, or follows the one before.
func after(last int, said string) int {
	if n, err := strconv.Atoi(said); err == nil {
		return n
	}
	return last + 1
}

// columnOf is the number of a cell's column: 28 of AB12. It is bounded, so that it can be multiplied.
func columnOf(cell string) string {
	n := 0
	for _, r := range strings.ToUpper(cell) {
		if r < 'A' || r > 'Z' || n > maxCells {
			break
		}
		n = n*26 + int(r-'A') + 1
	}
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func unreadable() error {
	return domain.Invalid("import.unreadable", "body", domain.RuleImport, "表格无法读取，请在 Excel 或 WPS 中打开后另存为 .xlsx 再上传", "The table cannot be read; open it, save it as .xlsx, and send it again.")
}

func tooLarge() error {
	return domain.Invalid("import.large", "body", domain.RuleImport, "表格太大，可能有大片设了格式的空白；请把内容复制到新下载的模板中", "The table is too large, perhaps of empty cells with a format; copy what it says into a fresh template.")
}
