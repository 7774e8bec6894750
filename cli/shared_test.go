package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// purse is a mnemonic with money for scripts: each takes an address of its own,
// so that they can run side by side. Everybody knows it.
const purse = "economy stock theory fatal elder harbor betray wasp final emotion task crumble " +
	"siren bottom lizard educate guess current outdoor pair theory focus wife stone"

// maxPurses bounds how many scripts can share the node.
const maxPurses = 24

// sharedNode is a node that many scripts use: starting one takes seconds.
type sharedNode struct {
	home   string
	once   sync.Once
	err    error
	url    string
	stop   context.CancelFunc
	done   chan int
	mu     sync.Mutex
	purses int
}

// newSharedNode prepares a node that stops when the test ends.
func newSharedNode(t *testing.T) *sharedNode {
	t.Helper()
	dir, err := os.MkdirTemp("", "weft-shared-") //nolint:usetesting // its removal must wait for the node, see below
	if err != nil {
		t.Fatal(err)
	}
	n := &sharedNode{home: filepath.Join(dir, "home")}
	t.Cleanup(func() {
		if err := n.end(); err != nil {
			t.Error(err)
		}
		// The address book is saved a moment after the node has stopped.
		for range 50 {
			if err = os.RemoveAll(dir); err == nil {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
		t.Error(err)
	})
	return n
}

// inProcess runs a weft command inside the test process.
func inProcess(stdin string, args ...string) (string, error) {
	var out, errs bytes.Buffer
	if code := runWith(context.Background(), args, strings.NewReader(stdin), &out, &errs); code != exitOK {
		return "", fmt.Errorf("weft %s: exit %d: %s", strings.Join(args, " "), code, errs.String())
	}
	return strings.TrimSpace(out.String()), nil
}

// start makes a chain and runs its node.
func (n *sharedNode) start() error {
	home := n.home
	base := []string{"--home", home, "--keyring-backend", "test"}
	steps := [][]string{{"init", "shared", "--chain-id", "weft-local", "--home", home}}
	for i := range maxPurses + 1 { // the last one validates
		name := "purse" + strconv.Itoa(i)
		steps = append(steps,
			append([]string{"keys", "add", name, "--recover", "--index", strconv.Itoa(i)}, base...),
			append([]string{"genesis", "add-account", name, "1000000000uweft,1000000uatom"}, base...))
	}
	steps = append(steps, append([]string{"genesis", "gentx", "purse" + strconv.Itoa(maxPurses), "500000000uweft"}, base...),
		[]string{"genesis", "collect-gentxs", "--home", home})
	for _, step := range steps {
		if _, err := inProcess(purse+"\n", step...); err != nil {
			return err
		}
	}
	return n.run(home)
}

func (n *sharedNode) run(home string) error {
	rpc, args, err := quickStart(home)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	n.url, n.stop, n.done = rpc, stop, make(chan int, 1)
	var log bytes.Buffer
	go func() {
		n.done <- runWith(ctx, append(args, "--events"), strings.NewReader(""), io.Discard, &log)
	}()
	if err := waitHeight(rpc, 1, &testNode{stop: stop, done: n.done}); err != nil {
		stop()
		<-n.done
		return fmt.Errorf("%w\n%s", err, log.String())
	}
	return nil
}

// end stops the node and waits until it has ended.
func (n *sharedNode) end() error {
	if n.stop == nil {
		return nil
	}
	n.stop()
	select {
	case code := <-n.done:
		if code != exitOK {
			return fmt.Errorf("the shared node ended with exit code %d", code)
		}
		return nil
	case <-time.After(30 * time.Second):
		return errors.New("the shared node does not stop")
	}
}

// join lets a script use the node, with a key named purse that has money.
func (n *sharedNode) join(ts *testscript.TestScript) {
	n.once.Do(func() { n.err = n.start() })
	ts.Check(n.err)
	n.mu.Lock()
	i := n.purses
	n.purses++
	n.mu.Unlock()
	if i >= maxPurses {
		ts.Fatalf("more than %d scripts share the node; raise maxPurses", maxPurses)
	}
	own := ts.Getenv("WEFT_HOME")
	ts.Check(os.MkdirAll(own, 0o700))
	_, err := inProcess(purse+"\n", "keys", "add", "purse", "--recover", "--index", strconv.Itoa(i), "--home", own, "--keyring-backend", "test")
	ts.Check(err)
	ts.Setenv("WEFT_NODE", n.url)
}
