package main

import "syscall"

// tethered keeps a child out of reach of the terminal's Ctrl-C, and ends it when this process dies.
func tethered() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGINT}
}
