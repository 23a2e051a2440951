//go:build unix && !linux

package main

import "syscall"

// tethered keeps a child out of reach of the terminal's Ctrl-C.
func tethered() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
