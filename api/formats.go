package api

import (
	"errors"
	"strings"
	"time"
	"unicode"

	"github.com/getkin/kin-openapi/openapi3"
	"golang.org/x/text/unicode/norm"

	"milepost/domain"
)

var (
	errNoLine   = errors.New("no line of text")
	errNoMoment = errors.New("no moment")
)

// defineFormats tells the contract's checker what the contract's formats mean.
func defineFormats() {
	define := func(name string, ok func(string) bool, otherwise error) {
		openapi3.DefineStringFormatValidator(name, openapi3.NewCallbackValidator(func(s string) error {
			if ok(s) {
				return nil
			}
			return otherwise
		}))
	}
	define("line", isLine, errNoLine)
	define("date-time", isMoment, errNoMoment)
}

// isLine tells whether a text is one line as names and titles are, that looks like what it is: nothing that cannot be
// seen, not blank, and no letter in pieces where one would look the same (Unicode NFC), since names are searched for and
// compared. Whether there must be a text at all says its length.
func isLine(s string) bool {
	blank := strings.TrimFunc(s, unicode.IsSpace) == ""
	return (s == "" || !blank) && norm.NFC.IsNormalString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return domain.Invisible(r) || unicode.IsControl(r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)
	})
}

// notALine says what is wrong with what should be a line.
var notALine = domain.Text{
	Zh: "须为一行可见的文字：不能换行或全为空格，字母须为常用的合成形式（Unicode NFC）",
	En: "It must be one line of visible text: no line ends, not blank, and no letters in pieces (Unicode NFC).",
}

// isMoment tells whether a text is a moment as RFC 3339 writes it, on a day that there is; leap seconds are none of ours.
func isMoment(s string) bool {
	_, err := time.Parse(time.RFC3339, s)
	return err == nil
}
