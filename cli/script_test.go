package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/internal/loopback"
)

// TestMain makes the test binary serve as the command weft of the scripts.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"weft":         func() { os.Exit(Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
		"typed-client": func() { os.Exit(typedClient()) },
	})
}

// TestScripts runs testdata/*.txtar. Beside testscript's own commands there are
//
//	exits CODE weft …    run weft and check its exit code
//	node start [HOME]    run the node of a home until the script ends; sets WEFT_NODE
//	node wait HEIGHT     wait until the node's last block is that high; +N is N blocks
//	node stop            ends the node and waits until it has ended
//	node shared          use a node that runs for many scripts; makes a key named
//	                     purse that has money there
//	grep-key NAME FILE VARIABLE
//	                     put a value of a JSON file into a variable
//	liar KIND            start a node that lies about what WEFT_NODE says; sets LIAR
//	replace FILE OLD NEW
//	                     put a text in the place of another in a file
//	setenv NAME stdout   put what the last command printed into a variable
func TestScripts(t *testing.T) {
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	shared := newSharedNode(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Condition: func(cond string) (bool, error) {
			if cond == "root" { // for whom no folder is closed
				return os.Geteuid() == 0, nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("WEFT_HOME", filepath.Join(env.WorkDir, "home"))
			env.Setenv("WEFT_KEYRING_BACKEND", "test")
			env.Setenv("REPO", root)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "setenv": setenv, "grep-key": grepKey, "liar": liarCommand, "replace": replace,
			"node": func(ts *testscript.TestScript, neg bool, args []string) {
				if !neg && len(args) == 1 && args[0] == "shared" {
					shared.join(ts)
					return
				}
				nodeCommand(ts, neg, args)
			},
		},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND …")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	ts.Logf("[exit %d]\n%s%s", code, ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	if code != want {
		ts.Fatalf("exit %d, want %d", code, want)
	}
}

func setenv(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 && len(args) != 3 {
		ts.Fatalf("usage: setenv NAME FILE [EXPRESSION with a group]")
	}
	text := strings.TrimSpace(ts.ReadFile(args[1]))
	if len(args) == 3 {
		found := regexp.MustCompile(args[2]).FindStringSubmatch(text)
		if len(found) != 2 {
			ts.Fatalf("%s does not hold %s with one group", args[1], args[2])
		}
		text = found[1]
	}
	ts.Setenv(args[0], text)
}

// replace edits a file that a command made, such as a genesis.
func replace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace FILE OLD NEW")
	}
	file := ts.MkAbs(args[0])
	text, err := os.ReadFile(file)
	ts.Check(err)
	if !strings.Contains(string(text), args[1]) {
		ts.Fatalf("%s does not hold %s", args[0], args[1])
	}
	ts.Check(os.WriteFile(file, []byte(strings.Replace(string(text), args[1], args[2], 1)), 0o644))
}

// testNode is a node that runs inside the test process.
type testNode struct {
	stop func()
	done chan int
}

// nodes are the running nodes by the working folder of their script.
var (
	nodesMu sync.Mutex
	nodes   = map[string]*testNode{}
)

func nodeCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: node start [HOME] | wait HEIGHT | stop")
	}
	switch args[0] {
	case "start":
		home := ts.Getenv("WEFT_HOME")
		if len(args) == 2 {
			home = ts.MkAbs(args[1])
		}
		startNode(ts, home)
	case "wait":
		height, err := strconv.ParseInt(args[1], 10, 64)
		ts.Check(err)
		if strings.HasPrefix(args[1], "+") {
			c, err := client.New(ts.Getenv("WEFT_NODE"))
			ts.Check(err)
			status, err := c.Status(context.Background())
			ts.Check(err)
			height += status.SyncInfo.LatestBlockHeight
		}
		ts.Check(waitHeight(ts.Getenv("WEFT_NODE"), height, nil))
	case "stop":
		stopNode(ts)
	default:
		ts.Fatalf("unknown: node %s", args[0])
	}
}

// startNode runs weft start on free loopback ports and waits for a block.
func startNode(ts *testscript.TestScript, home string) {
	rpc, args, err := quickStart(home)
	ts.Check(err)
	log, err := os.Create(filepath.Join(home, "node.log"))
	ts.Check(err)
	ctx, cancel := context.WithCancel(context.Background())
	n := &testNode{stop: cancel, done: make(chan int, 1)}
	go func() {
		defer log.Close()
		n.done <- runWith(ctx, args, strings.NewReader(""), io.Discard, log)
	}()
	scriptDir := ts.Getenv("WORK")
	nodesMu.Lock()
	nodes[scriptDir] = n
	nodesMu.Unlock()
	ts.Defer(func() { stopNode(ts) })
	ts.Setenv("WEFT_NODE", rpc)
	if err := waitHeight(rpc, 1, n); err != nil {
		text, _ := os.ReadFile(log.Name())
		ts.Fatalf("%v\n%s", err, text)
	}
}

// stopNode stops the script's node and waits for its end.
func stopNode(ts *testscript.TestScript) {
	nodesMu.Lock()
	n := nodes[ts.Getenv("WORK")]
	delete(nodes, ts.Getenv("WORK"))
	nodesMu.Unlock()
	if n == nil {
		return
	}
	n.stop()
	select {
	case code := <-n.done:
		if code != exitOK {
			ts.Fatalf("the node ended with exit code %d", code)
		}
	case <-time.After(30 * time.Second):
		ts.Fatalf("the node does not stop")
	}
}

// quickStart makes a home ready for tests and returns the URL that its node will
// have and the arguments that start it.
func quickStart(home string) (rpc string, args []string, err error) {
	if err := quicken(filepath.Join(home, "config", "config.toml")); err != nil {
		return "", nil, err
	}
	if rpc, err = loopback.Free(); err != nil {
		return "", nil, err
	}
	p2p, err := loopback.Free()
	rpc = "tcp://" + rpc
	return rpc, []string{"start", "--home", home, "--rpc.laddr", rpc, "--p2p.laddr", "tcp://" + p2p}, err
}

// quicken makes blocks follow each other without a pause, and keeps the address
// book from being written when all has stopped, while the folder is removed.
func quicken(configToml string) error {
	text, err := os.ReadFile(configToml)
	if err != nil {
		return err
	}
	fast := strings.Replace(string(text), `timeout_commit = "1s"`, `timeout_commit = "50ms"`, 1)
	fast = strings.Replace(fast, "\npex = true", "\npex = false", 1)
	return os.WriteFile(configToml, []byte(fast), 0o644)
}

// waitHeight polls until the node has a block of that height. n, if given, may
// not end meanwhile.
func waitHeight(url string, height int64, n *testNode) error {
	c, err := client.New(url)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		status, err := c.Status(ctx)
		if err == nil && status.SyncInfo.LatestBlockHeight >= height {
			return nil
		}
		if n != nil {
			select {
			case code := <-n.done:
				n.done <- code
				return fmt.Errorf("the node ended with exit code %d", code)
			default:
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("no block %d within a minute: %w", height, err)
		}
	}
}
