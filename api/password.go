package api

import (
	"context"
	"crypto/rand"
	"math/big"
	"runtime"

	"github.com/alexedwards/argon2id"
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
		if p := string(b); Policies[UsualPolicy].Check("", p) == nil && Policies["asvs"].Check("", p) == nil {
			return p
		}
	}
}
