package commands

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"milepost/domain"
	"milepost/domain/entity"
)

// Limits of what is taken in. A payload beyond the engine's limit would stop its entity.
const (
	longestID    = 200
	longestType  = 60
	longestBasis = 1000      // bytes; how many characters there may be is a rule of the core
	heaviest     = 256 << 10 // the API takes 64 KiB from a client; what the server adds, as a pool of experts, comes on top
)

// check refuses what cannot be a command, and gives a command that asks for a new entity the entity's name.
func check(cmd *domain.Command) error {
	switch {
	case !validID(cmd.ID):
		return domain.Invalid("idempotency.key", "Idempotency-Key", domain.RuleOnce, "幂等键须为 1 至 200 个字母、数字或 . _ : / - 字符",
			"The idempotency key must be 1 to 200 letters, digits or characters of . _ : / -")
	case cmd.Type == "" || len(cmd.Type) > longestType:
		return domain.Invalid("command.unknown", "type", "", "没有这种操作", "There is no such command.")
	case len(cmd.Body) > heaviest:
		return domain.Invalid("command.large", "body", "", "请求内容超过 256 KB", "The body is larger than 256 KiB.")
	case len(cmd.Body) > 0 && (!json.Valid(cmd.Body) || !utf8.Valid(cmd.Body)):
		return domain.Invalid("command.malformed", "body", "", "请求内容不是有效的 JSON", "The body is no valid JSON.")
	case len(cmd.Basis) > longestBasis || !utf8.ValidString(cmd.Basis) || strings.ContainsRune(cmd.Basis, 0):
		return domain.Invalid("basis.malformed", "lateBasis", "", "补录依据过长，或不是有效的文字", "The basis is too long, or no valid text.")
	case saysNul(cmd.Body):
		return domain.Invalid("command.malformed", "body", "", "文字中不能有空字符（U+0000）", "Text must not hold the character U+0000.")
	}
	if len(cmd.Body) == 0 {
		cmd.Body = json.RawMessage("{}")
	}
	if cmd.Entity != "" && !strings.Contains(cmd.Entity, "/") {
		cmd.Entity = NameOf(cmd.Entity, cmd.ID)
	}
	if _, _, err := entity.Split(cmd.Entity); err != nil || !validID(cmd.Entity) {
		return domain.NotFound("entity.unknown", "entity", "没有这个项目", "There is no such entity.")
	}
	return nil
}

// saysNul tells whether a text in a body holds the character U+0000. PostgreSQL keeps none: what was decided with
// one could never be recorded, and neither could anything that its entity decides after it.
func saysNul(body []byte) bool {
	if !bytes.Contains(body, []byte(`\u0000`)) {
		return false
	}
	for d := json.NewDecoder(bytes.NewReader(body)); ; {
		token, err := d.Token()
		if err != nil {
			return false
		}
		if text, ok := token.(string); ok && strings.ContainsRune(text, 0) {
			return true
		}
	}
}

func validID(id string) bool {
	if id == "" || len(id) > longestID {
		return false
	}
	for _, c := range []byte(id) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("._:/-", c) >= 0:
		default:
			return false
		}
	}
	return true
}

// NameOf is the name of the entity that a command with that id declares: the same id, the same entity, so that a
// declaration sent twice declares once.
func NameOf(kind, id string) string {
	// Milepost's own name space, so that nobody else's ids can be met.
	space := uuid.MustParse("6d1f1c2e-7a34-4d0b-9c55-0f3a5e2b8c11")
	return entity.ID(kind, uuid.NewHash(sha256.New(), space, []byte(id), 8).String())
}

// declares tells whether a command declares the entity that it is for.
func declares(cmd domain.Command) bool {
	kind, _, err := entity.Split(cmd.Entity)
	return err == nil && NameOf(kind, cmd.ID) == cmd.Entity
}
