package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// maxLineBytes bounds a line that is read from stdin.
const maxLineBytes = 4096

// terminal returns stdin if it is one.
func (r *run) terminal() (*os.File, bool) {
	f, ok := r.stdin.(*os.File)
	return f, ok && term.IsTerminal(int(f.Fd()))
}

// line reads one line from stdin. It fails with exit 9 at the end of input: who
// should answer is not there.
func (r *run) line() (string, error) {
	type answer struct {
		text string
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		text, err := r.lines.ReadSlice('\n')
		got <- answer{string(text), err}
	}()
	var a answer
	select {
	case a = <-got:
	case <-r.ctx.Done(): // the reading goroutine ends with the process
		return "", r.ctx.Err()
	}
	if a.err != nil && (a.text == "" || !errors.Is(a.err, io.EOF)) {
		return "", fail(exitDeclined, "an answer was expected on stdin: %w", a.err)
	}
	return strings.TrimRight(a.text, "\r\n"), nil
}

// secret asks for something that must not be seen. Without a terminal it is the
// next line of stdin.
func (r *run) secret(question string) ([]byte, error) {
	f, ok := r.terminal()
	if !ok {
		text, err := r.line()
		if exitCode(err) == exitDeclined {
			what := strings.TrimRight(question, ": ")
			err = hint(err, "Missing: %s. There is no terminal to ask on: pipe it in, as a line of its own.", what)
		}
		return []byte(text), err
	}
	fd := int(f.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return nil, err
	}
	fmt.Fprint(r.err, question)
	defer fmt.Fprintln(r.err)
	type answer struct {
		text []byte
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		text, err := term.ReadPassword(fd)
		got <- answer{text, err}
	}()
	select {
	case a := <-got:
		if a.err != nil {
			return nil, fail(exitDeclined, "no answer: %w", a.err)
		}
		return a.text, nil
	case <-r.ctx.Done():
		return nil, errors.Join(r.ctx.Err(), term.Restore(fd, before))
	}
}

// passphrase is the keyring's way to ask. A new one is asked for twice; on
// stdin the second line may be missing.
func (r *run) passphrase(name string, fresh bool) ([]byte, error) {
	if !fresh {
		return r.secret(fmt.Sprintf("Passphrase of key %s: ", name))
	}
	return r.newSecret(fmt.Sprintf("New passphrase for key %s (at least 8 characters): ", name))
}

func (r *run) newSecret(question string) ([]byte, error) {
	first, err := r.secret(question)
	if err != nil {
		return nil, err
	}
	if _, ok := r.terminal(); !ok {
		if next, _ := r.lines.Peek(1); len(next) == 0 {
			return first, nil
		}
	}
	second, err := r.secret("The same again: ")
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(first, second) {
		return nil, fail(exitDeclined, "the two passphrases differ; nothing was stored")
	}
	return first, nil
}

// confirm asks a question that --yes answers. Without a terminal and without
// --yes it declines: nobody is there to answer.
func (r *run) confirm(o options, question string) error {
	if o.GetBool("yes") {
		return nil
	}
	if err := r.canConfirm(o); err != nil {
		return err
	}
	fmt.Fprintf(r.err, "%s [y/N] ", printable(question))
	answer, err := r.line()
	if err != nil {
		return err
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return nil
	}
	return fail(exitDeclined, "declined; nothing was done")
}

// canConfirm fails early when confirm would decline without asking.
func (r *run) canConfirm(o options) error {
	if _, ok := r.terminal(); ok || o.GetBool("yes") {
		return nil
	}
	return fail(exitDeclined, "this needs a yes and there is no terminal to ask on; add -y to say yes beforehand")
}
