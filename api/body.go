package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"milepost/domain"
)

// maxBody bounds what a client may send, unless heavyBodies says otherwise: a command is words and figures, files go elsewhere. Two MiB would wedge
// a workflow for good.
const maxBody = 64 << 10

// maxDepth bounds how deep a body may nest; the contract's deepest has four levels.
const maxDepth = 16

// maxValues bounds how many values a body may have, its names among them: the contract's largest, a plan, has some
// thousand. Every value that is wrong costs more than one that is right.
const maxValues = 4000

// readable refuses, before anybody looks at the meaning, what is not one clean JSON document: too much of it,
// another media type, broken text, a field given twice, letters that cannot be seen.
func (s *Server) readable(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if r.Body == nil || r.Body == http.NoBody || operationOf(c).takes {
			return next(c)
		}
		most := operationOf(c).body
		if r.ContentLength > most { // what is announced need not come first
			return unreadable(&http.MaxBytesError{Limit: most}, most)
		}
		body, err := io.ReadAll(http.MaxBytesReader(c.Response(), r.Body, most))
		if err != nil {
			return unreadable(err, most)
		}
		if len(body) > 0 {
			if err := checkMedia(r); err != nil {
				return err
			}
			if err := checkJSON(body); err != nil {
				return err
			}
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		r.ContentLength = int64(len(body))
		return next(c)
	}
}

func unreadable(err error, most int64) error {
	if _, tooBig := errors.AsType[*http.MaxBytesError](err); tooBig {
		size := strconv.FormatInt(most>>10, 10) + " KiB"
		return refuse(http.StatusRequestEntityTooLarge, "body.too-large", "", "内容不能超过"+size, "A body has at most "+size+".")
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return &refusal{status: http.StatusRequestTimeout, code: "body.slow", cause: err, text: domain.Text{Zh: "内容没有及时送达", En: "The body did not arrive in time."}}
	}
	return &refusal{status: http.StatusBadRequest, code: "body.unreadable", cause: err, text: domain.Text{Zh: "内容没有完整送达", En: "The body did not arrive whole."}}
}

func checkMedia(r *http.Request) error {
	if r.Header.Get("Content-Encoding") != "" {
		return refuse(http.StatusUnsupportedMediaType, "body.encoding", "Content-Encoding", "不接受压缩的内容", "Encoded bodies are not accepted.")
	}
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/json" || (params["charset"] != "" && params["charset"] != "utf-8" && params["charset"] != "UTF-8") {
		return refuse(http.StatusUnsupportedMediaType, "body.media-type", "Content-Type", "内容类型须为 application/json（UTF-8）", "The body must be application/json in UTF-8.")
	}
	return nil
}

// checkJSON tells whether a body is exactly one JSON document in valid UTF-8 without a name given twice and
// without text that no screen shows.
func checkJSON(body []byte) error {
	if !utf8.Valid(body) || !json.Valid(body) {
		return malformed("内容不是有效的 JSON（UTF-8）", "The body is no valid JSON in UTF-8.")
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	return (&walker{dec, 0}).walk("", 0)
}

func malformed(zh, en string) error {
	return refuse(http.StatusBadRequest, "body.malformed", "", zh, en)
}

// walker goes through a document that is known to be valid.
type walker struct {
	*json.Decoder
	values int
}

// next is the document's next token, as long as there are not too many.
func (w *walker) next() (json.Token, error) {
	if w.values++; w.values > maxValues {
		return nil, refuse(http.StatusUnprocessableEntity, "body.many", "", "内容的条目过多", "The body has too many values.")
	}
	token, err := w.Token()
	if err != nil {
		return nil, malformed("内容不是有效的 JSON", "The body is no valid JSON.")
	}
	return token, nil
}

// walk visits one value.
func (w *walker) walk(at string, depth int) error {
	if depth > maxDepth {
		return malformed("内容嵌套过深", "The body nests too deep.")
	}
	token, err := w.next()
	if err != nil {
		return err
	}
	switch t := token.(type) {
	case string:
		return checkText(t, at)
	case json.Delim:
		if t == '{' {
			return w.object(at, depth)
		}
		for i := 0; w.More(); i++ {
			if err := w.walk(at+"/"+strconv.Itoa(i), depth+1); err != nil {
				return err
			}
		}
		_, err = w.Token()
		return err
	}
	return nil
}

func (w *walker) object(at string, depth int) error {
	seen := map[string]bool{}
	for w.More() {
		token, err := w.next()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		field := at + "/" + escaper.Replace(name)
		if err := checkText(name, field); err != nil {
			return err
		}
		if seen[name] {
			return refuse(http.StatusBadRequest, "body.twice", field, "字段重复", "A field is given twice.")
		}
		seen[name] = true
		if err := w.walk(field, depth+1); err != nil {
			return err
		}
	}
	_, err := w.Token()
	return err
}

// checkText refuses letters that a reader cannot see or that turn the reading round.
func checkText(s, field string) error {
	if strings.ContainsFunc(s, domain.Invisible) {
		return refuse(http.StatusUnprocessableEntity, "text.invisible", field, "文字中有不可见或无法识别的字符", "The text has characters that cannot be seen or read.")
	}
	return nil
}
