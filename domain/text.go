package domain

import "unicode/utf8"

// Invisible tells whether a letter is one that a reader cannot see or that turns the reading round, line ends and
// tabs left aside: a name on the timeline must be what it looks like. U+FFFD stands for what could not be decoded.
func Invisible(r rune) bool {
	switch r {
	case '\n', '\t', '\r':
		return false
	default:
		return r < 0x20 || r >= 0x7f && r < 0xa0 ||
			r >= 0x200b && r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2060 && r <= 0x206f ||
			r == 0xfeff || r == utf8.RuneError || r >= 0xfff9 && r <= 0xfffb || r >= 0xe0000 && r <= 0xe007f
	}
}
