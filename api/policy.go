package api

import (
	"cmp"
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"milepost/domain"
	"milepost/store"
)

// Policy is what is asked of passwords and sessions. There are two, since the standards contradict each other: GB/T 22239
// (等保) asks for classes of characters and for a new password now and then, OWASP ASVS forbids both. A city chooses one
// (session.policy).
type Policy struct {
	Name     string
	Length   int           // the least number of characters
	Classes  int           // how many of upper case, lower case, digits and others; 0 for any
	MaxAge   time.Duration // a password is changed after so long; 0 for never
	History  int           // the last so many passwords, the present one included, do not come back
	Idle     time.Duration // a session that is not used ends then
	Lifetime time.Duration // a session ends then whatever happens
	Unused   time.Duration // an account that nobody has used for so long is shut; 0 for never
	Words    []string      // words of the place that no password may be made of
}

const day = 24 * time.Hour

// Policies are those there are, by name.
var Policies = map[string]Policy{
	// GB/T 22239-2019 8.1.4.1 (level 3).
	"mlps3": {
		Name: "mlps3", Length: 12, Classes: 3, MaxAge: 90 * day, History: 5,
		Idle: 30 * time.Minute, Lifetime: 12 * time.Hour, Unused: 90 * day,
	},
	// OWASP ASVS 5.0 6.2, with the times of NIST SP 800-63B-4 AAL2.
	"asvs": {Name: "asvs", Length: 15, History: 1, Idle: time.Hour, Lifetime: 24 * time.Hour},
}

// UsualPolicy is the name of the policy where none is chosen.
const UsualPolicy = "mlps3"

// PolicyOf is the policy of a name, the usual one when it is empty, with the words of the place.
func PolicyOf(name string, words []string) (Policy, error) {
	p, ok := Policies[cmp.Or(name, UsualPolicy)]
	if !ok {
		return p, fmt.Errorf("session.policy: there is no policy %q; there are mlps3 and asvs", name)
	}
	p.Words = words
	return p, nil
}

// policyOf is the policy that an operator has chosen, with his times, which may only be shorter.
func policyOf(cfg Config) (Policy, error) {
	p, err := PolicyOf(cfg.Policy, cfg.Words)
	if err != nil {
		return p, err
	}
	for _, t := range []struct {
		setting string
		asked   time.Duration
		most    *time.Duration
	}{{"session.idle", cfg.SessionIdle, &p.Idle}, {"session.absolute", cfg.SessionLifetime, &p.Lifetime}} {
		switch {
		case t.asked > *t.most:
			return p, fmt.Errorf("%s: %s is longer than the policy %s lets a session last (%s); settings may only shorten it", t.setting, t.asked, p.Name, *t.most)
		case t.asked < 0:
			return p, fmt.Errorf("%s must not be negative", t.setting)
		case t.asked > 0:
			*t.most = t.asked
		}
	}
	return p, nil
}

// expired tells whether an account has had its password for too long.
func (p Policy) expired(u store.User, now time.Time) bool {
	return p.MaxAge > 0 && !now.Before(u.PasswordAt.Add(p.MaxAge))
}

// expires is when a password has to be changed; the zero time when it never has.
func (p Policy) expires(u store.User) time.Time {
	if p.MaxAge == 0 || u.PasswordHash == "" {
		return time.Time{}
	}
	return u.PasswordAt.Add(p.MaxAge)
}

// unusedSince is the moment since which an account must have been used; the zero time when it need not.
func (p Policy) unusedSince(now time.Time) time.Time {
	if p.Unused == 0 {
		return time.Time{}
	}
	return now.Add(-p.Unused)
}

// unused tells whether nobody has used an account for too long (OWN-215).
func (p Policy) unused(u store.User, now time.Time) bool { return !u.Used.After(p.unusedSince(now)) }

// Check refuses a password that is too easy: too short, of too few classes, known to everybody, or made of what everybody
// knows of the account or the place (OWN-204).
func (p Policy) Check(account, password string) error {
	n := strconv.Itoa(p.Length)
	switch {
	case utf8.RuneCountInString(password) < p.Length, classes(password) < p.Classes:
		if p.Classes > 0 {
			return weak("password.weak", "密码至少"+n+"个字符，须含大写、小写、数字、符号中的三类", "A password has at least "+n+" characters of three of the four classes: upper case, lower case, digits, others.")
		}
		return weak("password.weak", "密码至少"+n+"个字符；可以是几个不相干的词", "A password has at least "+n+" characters; a few words that have nothing to do with each other will do.")
	case account != "" && contains(password, account):
		return weak("password.account", "密码不能包含账号名", "A password must not contain the login name.")
	case common(password):
		return weak("password.common", "密码太常见，换一个", "The password is one of those that are tried first; choose another.")
	}
	for _, w := range append([]string{"milepost", "licheng"}, p.Words...) {
		if contains(password, w) {
			return weak("password.word", "密码不能由系统或本地的名称组成："+w, "A password must not contain the name of the system or the place: "+w)
		}
	}
	return nil
}

func weak(code, zh, en string) error { return domain.Invalid(code, "new", domain.RulePassword, zh, en) }

func classes(password string) int {
	var lower, upper, digit, other int
	for _, r := range password {
		switch {
		case unicode.IsLower(r):
			lower = 1
		case unicode.IsUpper(r):
			upper = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			other = 1
		}
	}
	return lower + upper + digit + other
}

// plainly are the ways in which a password reads without the signs that people put for letters.
func plainly(password string) []string {
	p := strings.ToLower(password)
	signs := strings.NewReplacer("@", "a", "4", "a", "3", "e", "0", "o", "$", "s", "5", "s", "7", "t", "1", "i", "!", "i")
	return []string{p, signs.Replace(p), signs.Replace(strings.NewReplacer("1", "l", "!", "l").Replace(p))}
}

func contains(password, word string) bool {
	word = strings.ToLower(word)
	for _, p := range plainly(password) {
		if word != "" && strings.Contains(p, word) {
			return true
		}
	}
	return false
}

// commonText lists what is tried first: words of the passwords that were found most often, from the list of zxcvbn
// (github.com/dropbox/zxcvbn, © 2012–2016 Dan Wheeler and Dropbox, MIT License), and such as are usual in China.
//
//go:embed common.txt
var commonText string

var commonWords = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for w := range strings.Lines(commonText) {
		words[strings.TrimSpace(w)] = true
	}
	return words
})

// common tells whether a password is a word that is tried first, with figures and signs around it, written twice, or with
// signs for letters.
func common(password string) bool {
	for _, p := range plainly(password) {
		core := strings.TrimFunc(p, func(r rune) bool { return !unicode.IsLetter(r) })
		if core == "" || commonWords()[p] || commonWords()[core] || commonWords()[once(core)] || commonWords()[once(p)] {
			return true
		}
	}
	return false
}

// once is the shortest part that a text repeats.
func once(s string) string {
	if s == "" {
		return s
	}
	return s[:strings.Index((s + s)[1:], s)+1]
}
