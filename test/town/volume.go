package town

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"
)

// volume is a file system in memory with little room, which can run full. Only the processes of the town see it, and
// it goes with them.
type volume struct{ folder string }

// apart gives the spawner's thread a view of the file systems that is its own.
var apart = sync.OnceValue(func() error {
	return onSpawner(func() error {
		if err := syscall.Unshare(syscall.CLONE_NEWNS); err != nil {
			return err
		}
		return syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, "")
	})
})

// newVolume puts a volume of some MiB over a folder. It needs the rights of root.
func newVolume(folder string, size int) (*volume, error) {
	if err := apart(); err != nil {
		return nil, fmt.Errorf("a view of the file systems of one's own: %w", err)
	}
	err := onSpawner(func() error {
		return syscall.Mount("none", folder, "tmpfs", 0, fmt.Sprintf("size=%dm,mode=0700", size))
	})
	if err != nil {
		return nil, fmt.Errorf("mount a volume of %d MiB: %w", size, err)
	}
	return &volume{folder}, nil
}

func (v *volume) ballast() string { return filepath.Join(v.folder, "ballast") }

// fill leaves not a byte.
func (v *volume) fill() error {
	return onSpawner(func() error {
		f, err := os.Create(v.ballast())
		if err != nil {
			return err
		}
		defer f.Close() //nolint:errcheck // only its size counts
		if _, err = io.Copy(f, zeros{}); errors.Is(err, syscall.ENOSPC) {
			return nil
		}
		return err
	})
}

// free gives the room back.
func (v *volume) free() error {
	return onSpawner(func() error { return os.Remove(v.ballast()) })
}

// zeros is a stream without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }
