// Package town gives tests an installation as it is run for real: PostgreSQL and a Temporal server on it as plain processes, which
// can be killed and frozen, and the program under test built with changes.
package town

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Process is one program of the installation. It can be killed or frozen at any moment and started again; what it
// says goes to a file of its own.
type Process struct {
	Name    string
	Program string
	Args    []string
	Env     []string
	Dir     string
	User    *syscall.Credential
	Log     string // file

	mu    sync.Mutex
	cmd   *exec.Cmd
	ended chan struct{}
	Kills int
	meant bool // it is meant to end now
	died  error
	last  error // how it ended last
}

// Start starts the program. It dies with this one, however that ends.
func (p *Process) Start() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	out, err := os.OpenFile(p.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()                         //nolint:errcheck // the process has a descriptor of its own
	cmd := exec.Command(p.Program, p.Args...) //nolint:noctx // it lives until it is killed
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = p.Env, p.Dir, out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: p.User, Pdeathsig: syscall.SIGKILL}
	if err := spawn(cmd); err != nil {
		return fmt.Errorf("start the %s: %w", p.Name, err)
	}
	ended := make(chan struct{})
	p.cmd, p.ended, p.meant = cmd, ended, false
	go func() {
		err := cmd.Wait()
		p.mu.Lock()
		p.last = err
		if !p.meant {
			p.died = fmt.Errorf("the %s ended by itself: %w", p.Name, errors.Join(err, errors.New(p.Tail())))
		}
		p.mu.Unlock()
		close(ended)
	}()
	return nil
}

// spawner is the thread that starts every process: the kernel ends them with the thread that started them, and Go's
// own come and go.
var spawner = sync.OnceValue(func() chan<- func() {
	work := make(chan func())
	go func() {
		runtime.LockOSThread()
		for f := range work {
			f()
		}
	}()
	return work
})

func spawn(cmd *exec.Cmd) error { return onSpawner(cmd.Start) }

// onSpawner does something on that thread, and so among the file systems that its processes see.
func onSpawner(f func() error) error {
	done := make(chan error)
	spawner() <- func() { done <- f() }
	return <-done
}

// Kill ends the process and all its children at once, without a word, and waits until they are gone.
func (p *Process) Kill() {
	p.mu.Lock()
	cmd, ended := p.cmd, p.ended
	p.meant = true
	p.Kills++
	p.mu.Unlock()
	if cmd == nil {
		return
	}
	// Stopped first, so that it makes no more children while they are counted.
	_ = cmd.Process.Signal(syscall.SIGSTOP) // gone already: nothing to stop
	children := childrenOf(cmd.Process.Pid)
	for _, pid := range children {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	_ = cmd.Process.Kill()
	<-ended
	for _, pid := range children {
		for syscall.Kill(pid, 0) == nil && !zombie(pid) {
			time.Sleep(time.Millisecond) // the kernel tells nobody but the parent, which is gone
		}
	}
}

// Freeze lets the process stand still, as on a machine that swaps or a virtual one that is moved.
func (p *Process) Freeze() { p.signal(syscall.SIGSTOP) }

// Thaw lets a frozen process go on.
func (p *Process) Thaw() { p.signal(syscall.SIGCONT) }

func (p *Process) signal(s syscall.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.cmd.Process.Signal(s) // ended by itself: told by fate
}

// Fate is an error when the process ended though nobody killed it.
func (p *Process) Fate() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.died
}

// Forgive forgets that the process ended by itself.
func (p *Process) Forgive() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.died = nil
}

// Stop ends the process in good order where it can, else by force.
func (p *Process) Stop() {
	p.mu.Lock()
	cmd, ended := p.cmd, p.ended
	p.meant = true
	p.mu.Unlock()
	if cmd == nil {
		return
	}
	_ = cmd.Process.Signal(syscall.SIGCONT)
	_ = cmd.Process.Signal(syscall.SIGINT)
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		p.Kill()
	}
}

// Ended is how the process ended last; nil when it was in good order, or when it has not ended.
func (p *Process) Ended() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last
}

// Tail is the last that the process said.
func (p *Process) Tail() string {
	data, err := os.ReadFile(p.Log)
	if err != nil {
		return err.Error()
	}
	return string(data[max(0, len(data)-4000):])
}

// childrenOf are the processes below another.
func childrenOf(pid int) []int {
	var all []int
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // fails only for a malformed pattern
	parents := map[int]int{}
	for _, s := range stats {
		if child, parent, ok := parentage(s); ok {
			parents[child] = parent
		}
	}
	for child := range parents {
		for at := child; at != 0; at = parents[at] {
			if parents[at] == pid {
				all = append(all, child)
				break
			}
		}
	}
	slices.Sort(all)
	return all
}

// parentage reads whose child a process is; not ok when it is gone.
func parentage(stat string) (child, parent int, ok bool) {
	data, err := os.ReadFile(stat)
	if err != nil {
		return 0, 0, false
	}
	child, err1 := strconv.Atoi(strings.SplitN(stat, "/", 4)[2])
	_, after, _ := strings.Cut(string(data), ") ") // the name before it may hold anything
	fields := strings.Fields(after)
	if err1 != nil || len(fields) < 2 {
		return 0, 0, false
	}
	parent, err = strconv.Atoi(fields[1])
	return child, parent, err == nil
}

// zombie tells whether a process has ended and only waits to be buried.
func zombie(pid int) bool {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	_, after, _ := strings.Cut(string(data), ") ")
	return err != nil || strings.HasPrefix(after, "Z")
}

// Said is the lines in which the process has said something.
func (p *Process) Said(what string) []string {
	data, err := os.ReadFile(p.Log)
	if err != nil {
		return nil
	}
	var lines []string
	for line := range strings.Lines(string(data)) {
		if strings.Contains(line, what) {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}

// Memory is how many bytes of memory the process holds now.
func (p *Process) Memory() (int64, error) {
	p.mu.Lock()
	pid := p.cmd.Process.Pid
	p.mu.Unlock()
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/statm")
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(data))
	if len(fields) < 2 {
		return 0, fmt.Errorf("the memory of the %s cannot be read", p.Name)
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize()), err
}

// CPU is the processor time that the process and all its children have used, those that ended among them.
func (p *Process) CPU() (used time.Duration, err error) {
	p.mu.Lock()
	pid := p.cmd.Process.Pid
	p.mu.Unlock()
	for _, id := range append(childrenOf(pid), pid) {
		data, err := os.ReadFile("/proc/" + strconv.Itoa(id) + "/stat")
		if err != nil {
			continue // it has ended meanwhile
		}
		_, after, _ := strings.Cut(string(data), ") ")
		fields := strings.Fields(after)
		if len(fields) < 15 {
			return 0, fmt.Errorf("the processor time of %d cannot be read", id)
		}
		for _, f := range fields[11:15] { // of its own, and of its children that have ended
			ticks, err := strconv.ParseInt(f, 10, 64)
			if err != nil {
				return 0, err
			}
			used += time.Duration(ticks) * (time.Second / 100) // USER_HZ is 100 wherever Go runs on Linux
		}
	}
	return used, nil
}
