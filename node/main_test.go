package node_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/weftchain/weft/node"
)

// The test binary is also the node that the tests kill: with -child.home it
// runs one instead of tests. What a node is told comes by flags, as weft start
// would tell it.
var (
	childHome   = flag.String("child.home", "", "run a node in this home instead of tests")
	childRPC    = flag.String("child.rpc", "", "its RPC address")
	childP2P    = flag.String("child.p2p", "", "its P2P address")
	childCommit = flag.Duration("child.commit", time.Second, "its timeout_commit")
	childEvents = flag.Bool("child.events", false, "it keeps an index of events")
	childFsize  = flag.Int64("child.fsize", 0, "no file of it may grow past so many bytes")
)

// limitFileSize is set where the system can do it.
var limitFileSize func(bytes int64) error

func TestMain(m *testing.M) {
	flag.Parse()
	if *childHome != "" {
		os.Exit(runChild())
	}
	os.Exit(m.Run())
}

// Exit codes of a child.
const (
	exitFault  = 1
	exitOrphan = 3
)

func runChild() int {
	go func() { // the pipe ends with the parent: no child outlives its test
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(exitOrphan)
	}()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := setLimit()
	if err == nil {
		log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
		c := config(*childHome, *childRPC, *childP2P, *childCommit)
		c.App.Events.Enable = *childEvents
		err = node.Run(ctx, c, log)
	}
	if err != nil {
		fmt.Fprintln(os.Stdout, "weft:", err)
		return exitFault
	}
	return 0
}

func setLimit() error {
	switch {
	case *childFsize == 0:
		return nil
	case limitFileSize == nil:
		return errors.New("this system has no limit for files")
	default:
		return limitFileSize(*childFsize)
	}
}

// config is a node of the tests: fast blocks, little memory.
func config(home, rpc, p2p string, commit time.Duration) node.Config {
	c := node.DefaultConfig(home)
	c.Comet.RPC.ListenAddress, c.Comet.P2P.ListenAddress = rpc, p2p
	c.Comet.Consensus.TimeoutCommit = commit
	c.App.StateCacheMiB, c.App.WasmCacheMiB = 32, 32
	return c
}
