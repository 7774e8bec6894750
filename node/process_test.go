package node_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// line is one line of a child's log.
type line struct {
	Level  string `json:"level"`
	Msg    string `json:"msg"`
	Height int64  `json:"height"`
	App    string `json:"app"`
	Ms     int64  `json:"ms"`
	raw    string
	at     time.Time
}

// isBlock reports whether the line tells that a block is durable.
func (l line) isBlock() bool { return l.Level == "INFO" && l.Msg == "block" }

// process is a node in a process of its own.
type process struct {
	t      testing.TB
	cmd    *exec.Cmd
	stdin  io.Closer
	stdout bytes.Buffer
	began  time.Time

	mu    sync.Mutex
	lines []line
	grew  chan struct{} // closed and replaced by each line
	done  chan struct{} // closed when the process is gone and all was read
	err   error         // how it ended
}

// command says how a child is run.
type command struct {
	home, rpc, p2p string
	commit         time.Duration
	fsize          int64
	events         bool
	env            []string
}

func newCommand(t testing.TB, home string) command {
	return command{home: home, rpc: freeAddress(t), p2p: freeAddress(t), commit: 100 * time.Millisecond}
}

// start runs a child. It is killed when the test ends, if it still runs.
func (c command) start(t testing.TB) *process {
	t.Helper()
	p := &process{t: t, grew: make(chan struct{}), done: make(chan struct{}), began: time.Now()}
	p.cmd = exec.Command(os.Args[0], "-child.home="+c.home, "-child.rpc="+c.rpc, "-child.p2p="+c.p2p,
		"-child.commit="+c.commit.String(), fmt.Sprintf("-child.fsize=%d", c.fsize), fmt.Sprintf("-child.events=%t", c.events))
	p.cmd.Env = append(os.Environ(), c.env...)
	p.cmd.Stdout = &p.stdout
	stdin, err := p.cmd.StdinPipe()
	require.NoError(t, err)
	p.stdin = stdin
	// Not StderrPipe: Wait would close it before all is read.
	read, write, err := os.Pipe()
	require.NoError(t, err)
	p.cmd.Stderr = write
	require.NoError(t, p.cmd.Start())
	require.NoError(t, write.Close())
	go p.follow(read)
	t.Cleanup(p.kill)
	return p
}

// follow reads the log until the process is gone.
func (p *process) follow(log *os.File) {
	in := bufio.NewReader(log)
	for {
		text, err := in.ReadString('\n')
		if text != "" {
			l := line{raw: strings.TrimSuffix(text, "\n"), at: time.Now()}
			_ = json.Unmarshal([]byte(text), &l) // a stack trace is no JSON
			p.add(l)
		}
		if err != nil {
			break
		}
	}
	_ = log.Close()
	p.err = p.cmd.Wait()
	_ = p.stdin.Close()
	close(p.done)
}

func (p *process) add(l line) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lines = append(p.lines, l)
	close(p.grew)
	p.grew = make(chan struct{})
}

// log returns the log so far, which is only ever appended to, and a channel
// that tells of more.
func (p *process) log() ([]line, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lines, p.grew
}

// await waits until the log fulfils a condition; the process must live on.
func (p *process) await(what string, ok func([]line) bool) {
	p.t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for {
		lines, grew := p.log()
		if ok(lines) {
			return
		}
		select {
		case <-grew:
		case <-p.done:
			if lines, _ := p.log(); ok(lines) {
				return
			}
			p.t.Fatalf("the node ended (%v) while the test waited for %s\n%s", p.err, what, p.tail())
		case <-deadline.C:
			p.t.Fatalf("no %s within %s\n%s", what, patience, p.tail())
		}
	}
}

// height is the last block that the log tells of.
func height(lines []line) int64 {
	for _, l := range slices.Backward(lines) {
		if l.isBlock() {
			return l.Height
		}
	}
	return 0
}

func (p *process) height() int64 {
	lines, _ := p.log()
	return height(lines)
}

func (p *process) awaitHeight(h int64) {
	p.t.Helper()
	p.await(fmt.Sprintf("block %d", h), func(lines []line) bool { return height(lines) >= h })
}

// awaitExit waits until the process has ended by itself and returns its exit
// code, or -1 after a signal.
func (p *process) awaitExit() int {
	p.t.Helper()
	select {
	case <-p.done:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		p.t.Fatalf("the node has not ended within %s\n%s", patience, p.tail())
		return 0
	}
}

// kill is kill -9.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may be gone already
	<-p.done
}

// stop asks the process to end and wants it to end well.
func (p *process) stop() {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Process.Signal(syscall.SIGTERM))
	require.Zero(p.t, p.awaitExit(), "%s", p.tail())
}

// tail is the end of what the process said.
func (p *process) tail() string {
	lines, _ := p.log()
	var b strings.Builder
	for _, l := range lines[max(0, len(lines)-25):] {
		b.WriteString(l.raw[:min(len(l.raw), 600)])
		b.WriteByte('\n')
	}
	select {
	case <-p.done:
		b.WriteString(p.stdout.String())
	default:
	}
	return b.String()
}
