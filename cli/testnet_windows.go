package cli

import (
	"os/exec"
	"syscall"
)

// newProcessGroup is CREATE_NEW_PROCESS_GROUP.
const newProcessGroup = 0x200

// ownGroup keeps a terminal's Ctrl-C from a child.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: newProcessGroup} }

// ownSession makes a child that outlives this process and its terminal.
func ownSession(cmd *exec.Cmd) { ownGroup(cmd) }
