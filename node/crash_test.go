package node_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	crashRounds = flag.Int("crash.rounds", defaultCrashRounds, "how often TestCrash kills the node")
	crashSeed   = flag.Uint64("crash.seed", uint64(time.Now().UnixNano()), "which instants it chooses")
)

// TestCrash kills a node under load with kill -9, again and again, each time at
// another line of its log. It must come back by itself, and in the end nothing
// may show that it was ever gone: every block gives what an undisturbed
// application makes of it, and each transaction that the node took is in one.
func TestCrash(t *testing.T) {
	t.Logf("again: go test ./node -run 'TestCrash$' -args -crash.rounds=%d -crash.seed=%d", *crashRounds, *crashSeed)
	rng := rand.New(rand.NewPCG(*crashSeed, 0))
	home := newHome(t)
	run := newCommand(t, home)
	p := run.start(t)
	p.awaitHeight(1)
	c := newClient(t, run.rpc)
	jar := newSender(t, c, 1).deploy(tipjar, `{}`)
	loaders := []*loader{
		newLoader(t, c, 2, 100_000, bankSend(address(2), address(3))),
		newLoader(t, c, 3, 100_000, bankSend(address(3), address(2))),
		newLoader(t, c, 4, 300_000, tip(address(4), jar)),
		newLoader(t, c, 5, 300_000, tip(address(5), jar)),
	}
	stop := load(t, loaders...)
	runs := []*process{p}
	stood := map[string]int{}
	var slowest time.Duration
	for range *crashRounds {
		p.awaitLines(rng.IntN(100))
		p.kill()
		stood[standingOfCopy(t, home).row()]++
		p = run.start(t)
		p.awaitHeight(1) // whichever it is, it is new
		slowest = max(slowest, time.Since(p.began))
		runs = append(runs, p)
	}
	p.awaitHeight(p.height() + 2)
	stop()
	p.stop()
	h := replay(t, home)
	require.Zero(t, h.failed, "all transactions of the loaders are good")
	checkIncluded(t, h, loaders)
	checkLogs(t, h, runs)
	t.Logf("%d kills, %d blocks, %d transactions, slowest start to next block %s; after the kills: %v",
		*crashRounds, h.height, len(h.txs), slowest.Round(time.Millisecond), stood)
}

// awaitLines waits until the log is n lines longer.
func (p *process) awaitLines(n int) {
	p.t.Helper()
	lines, _ := p.log()
	want := len(lines) + n
	p.await(fmt.Sprintf("line %d", want), func(lines []line) bool { return len(lines) >= want })
}

// checkIncluded looks for every transaction that the node took in the blocks.
func checkIncluded(t testing.TB, h history, loaders []*loader) {
	t.Helper()
	for hash, n := range h.txs {
		require.Equal(t, 1, n, "transaction %s is in %d blocks", hash, n)
	}
	for _, l := range loaders {
		require.NotEmpty(t, l.accepted)
		for hash := range l.accepted {
			require.Contains(t, h.txs, hash, "the node took a transaction of %s and no block holds it", l.address)
		}
	}
}

// checkLogs compares what each run said of a block with what came out.
func checkLogs(t testing.TB, h history, runs []*process) {
	t.Helper()
	for i, p := range runs {
		lines, _ := p.log()
		for _, l := range lines {
			if l.isBlock() {
				require.Equal(t, fmt.Sprintf("%X", h.hashes[l.Height][:8]), l.App, "run %d, block %d", i, l.Height)
			}
		}
	}
}

// standingOfCopy looks at a copy: opening a database repairs it, which is the
// node's own work here.
func standingOfCopy(t testing.TB, home string) standing {
	t.Helper()
	at := filepath.Join(t.TempDir(), "copy")
	copyTree(t, filepath.Join(home, "data"), filepath.Join(at, "data"))
	return heights(t, at)
}

// row names the line of CometBFT's handshake table (cometbft facts, section
// 2.4) that a standing leads to.
func (s standing) row() string {
	switch {
	case s.store < s.state || s.store > s.state+1:
		return "corrupt"
	case s.app > s.store:
		return "app > store"
	case s.app == 0 && s.store == 0:
		return "app = 0, nothing stored"
	case s.app == 0:
		return fmt.Sprintf("app = 0, store = state+%d", s.store-s.state)
	case s.store == s.state && s.app == s.store:
		return "store = state = app"
	case s.store == s.state:
		return "store = state, app < store"
	case s.app < s.state:
		return "store = state+1, app < state"
	case s.app == s.state:
		return "store = state+1, app = state"
	default:
		return "store = state+1, app = store"
	}
}
