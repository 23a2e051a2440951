package store

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
)

func TestWhatIsSentTogetherHappensTogether(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		s.pool.SetMaxOpenConns(1) // what is left behind on a connection is found by the next
		setting := func(name, value string) func(tx *gorm.DB) error {
			return func(tx *gorm.DB) error { return add(tx, []settingModel{{Name: name, Value: value}}) }
		}
		asks := func(tx *gorm.DB) error {
			_, there, err := one(tx, scalar[string], "SELECT value FROM settings WHERE name = ?", "first")
			if err == nil && !there {
				err = errors.New("a question sees what was written before it")
			}
			return err
		}
		broken := func(tx *gorm.DB) error {
			return tx.Exec("INSERT INTO settings (name, value) VALUES ('null', NULL)").Error
		}
		gaveUp := errors.New("given up")
		for name, steps := range map[string][]func(tx *gorm.DB) error{
			"the last statement fails":                 {setting("first", "1"), asks, broken},
			"one in the middle fails":                  {setting("first", "1"), broken, setting("second", "2")},
			"one before a question fails":              {setting("first", "1"), broken, asks},
			"whoever writes gives up":                  {setting("first", "1"), func(*gorm.DB) error { return gaveUp }},
			"whoever writes gives up after a question": {setting("first", "1"), asks, func(*gorm.DB) error { return gaveUp }},
		} {
			err := s.pipelined(t.Context(), func(tx *gorm.DB) error {
				for _, step := range steps {
					if err := step(tx); err != nil {
						return err
					}
				}
				return nil
			})
			require.Error(t, err, name)
			require.Zero(t, countWhere(t, s, "settings", "name IN ('first', 'second', 'null')"), name)
		}
		require.NoError(t, s.pipelined(t.Context(), func(tx *gorm.DB) error {
			return errors.Join(setting("first", "1")(tx), asks(tx), setting("second", "2")(tx))
		}))
		require.Equal(t, 2, countWhere(t, s, "settings", "name IN ('first', 'second')"))
		require.Panics(t, func() {
			_ = s.pipelined(t.Context(), func(tx *gorm.DB) error { _ = setting("third", "3")(tx); _ = asks(tx); panic("a fault of ours") })
		})
		require.Zero(t, countWhere(t, s, "settings", "name = 'third'"))
	})
}
