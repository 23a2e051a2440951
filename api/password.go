package api

import (
	"context"
	"crypto/rand"
	"math/big"
	"runtime"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"milepost/domain"
)

// hashing is how passwords are hashed: 19 MiB, two passes, one lane.
var hashing = &argon2id.Params{Memory: 19 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// HashPassword returns the hash of a password as it is stored.
func HashPassword(password string) (string, error) { return argon2id.CreateHash(password, hashing) }

// nobodys is the hash of a password that belongs to no account, with the parameters of all others.
const nobodys = "$argon2id$v=19$m=19456,t=2,p=1$5P21lssb/pKEaf0IV03JnQ$DvCymLzqDqSNAPMsismCXL672ETQih7w3nhgfp6esqA"

// passwords checks passwords, few at a time: each costs 19 MiB and most of a core for a moment, and a flood of
// sign-ins must not take the memory of the process.
type passwords struct{ slots chan struct{} }

func newPasswords() *passwords {
	return &passwords{make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2))}
}

// match tells whether a password belongs to a hash. An empty hash belongs to none, and takes as long to say so.
func (p *passwords) match(ctx context.Context, password, hash string) (bool, error) {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	if hash == "" {
		_, err := argon2id.ComparePasswordAndHash(password, nobodys)
		return false, err
	}
	return argon2id.ComparePasswordAndHash(password, hash)
}

// letters are those of one-time passwords: none is taken for another on paper.
const letters = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"

// OneTimePassword makes a password that its holder changes at the first sign-in: four groups of five letters, drawn
// from the system's source of chance.
func OneTimePassword() string {
	for {
		b := make([]byte, 0, 23)
		for i := range 20 {
			if i > 0 && i%5 == 0 {
				b = append(b, '-')
			}
			n, err := rand.Int(rand.Reader, big.NewInt(int64(len(letters))))
			if err != nil {
				panic(err) // the source of chance never fails: the runtime aborts first
			}
			b = append(b, letters[n.Int64()])
		}
		if p := string(b); CheckPassword("", p) == nil {
			return p
		}
	}
}

// CheckPassword refuses a password that is too easy: fewer than 12 characters, fewer than three of the four
// classes, or the login name in it (GB/T 22239 8.1.4.1 a).
func CheckPassword(account, password string) error {
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
	switch {
	case utf8.RuneCountInString(password) < 12 || lower+upper+digit+other < 3:
		return domain.Invalid("password.weak", "new", domain.RulePassword, "密码至少12个字符，须含大写、小写、数字、符号中的三类", "A password has at least 12 characters of three of the four classes: upper case, lower case, digits, others.")
	case account != "" && strings.Contains(strings.ToLower(password), strings.ToLower(account)):
		return domain.Invalid("password.account", "new", domain.RulePassword, "密码不能包含账号名", "A password must not contain the login name.")
	}
	return nil
}
