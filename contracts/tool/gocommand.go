package tool

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// ErrNoGo says that there is no go command.
var ErrNoGo = errors.New("the go command is not in PATH: install Go from go.dev/dl")

// GoError is a go command that failed. What it wrote tells why, with files and
// lines; it is shown as it is.
type GoError struct {
	Args   []string
	Output string // of both streams, "" if the user has seen it
	Code   int    // exit code
}

// Error names the command, and what it said.
func (e *GoError) Error() string {
	text := fmt.Sprintf("go %s failed", strings.Join(e.Args, " "))
	if out := strings.TrimSpace(e.Output); out != "" {
		text = out + "\n" + text
	}
	return text
}

// goCommand runs the go command in a folder.
type goCommand struct {
	dir string
	env []string // on top of the environment
}

func (g goCommand) command(ctx context.Context, args []string) (*exec.Cmd, error) {
	name, err := exec.LookPath("go")
	if err != nil {
		return nil, ErrNoGo
	}
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = g.dir
	cmd.Env = append(os.Environ(), g.env...)
	return cmd, nil
}

// output runs the command and returns what it wrote.
func (g goCommand) output(ctx context.Context, args ...string) (string, error) {
	cmd, err := g.command(ctx, args)
	if err != nil {
		return "", err
	}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return "", g.failed(ctx, err, args, errs.String())
	}
	return out.String(), nil
}

// run lets the command write to the user.
func (g goCommand) run(ctx context.Context, stdout, stderr io.Writer, args ...string) error {
	cmd, err := g.command(ctx, args)
	if err != nil {
		return err
	}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	if err := cmd.Run(); err != nil {
		return g.failed(ctx, err, args, "")
	}
	return nil
}

func (g goCommand) failed(ctx context.Context, err error, args []string, output string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return err
	}
	return &GoError{Args: args, Output: output, Code: exit.ExitCode()}
}
