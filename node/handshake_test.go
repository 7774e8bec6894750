package node_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// pointsPerBlock is how many numbered points at which CometBFT can be told to
// exit lie in one block of a single validator: its two votes, three around the
// block store, four around execution and commit, two after.
const pointsPerBlock = 11

// rows collects which lines of CometBFT's handshake table a test has met.
type rows struct {
	mu  sync.Mutex
	met map[string][]string
}

func (r *rows) add(row, where string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.met[row] = append(r.met[row], where)
}

// TestHandshake ends the node at every point of a block where CometBFT or the
// application has stored something and the other has not, of the first block of
// a chain and of one with transactions. After a restart it must go on, and all
// blocks must give what an undisturbed application makes of them.
func TestHandshake(t *testing.T) {
	met := &rows{met: map[string][]string{}}
	prepared := preparedHome(t, 2)
	t.Run("points", func(t *testing.T) {
		for n := range pointsPerBlock {
			t.Run(fmt.Sprintf("first block %d", n), func(t *testing.T) {
				t.Parallel()
				endAtPoint(t, newHome(t), n, met)
			})
			t.Run(fmt.Sprintf("later block %d", n), func(t *testing.T) {
				t.Parallel()
				home := filepath.Join(t.TempDir(), "home")
				copyTree(t, prepared, home)
				endAtPoint(t, home, pointsPerBlock+n, met)
			})
		}
	})
	for _, row := range []string{
		"app = 0, nothing stored", "app = 0, store = state+1",
		"store = state = app", "store = state+1, app = state", "store = state+1, app = store",
	} {
		require.NotEmpty(t, met.met[row], "%s: never met; met were %v", row, met.met)
		t.Logf("%-30s %v", row, met.met[row])
	}
	require.Len(t, met.met, 5, "%v", met.met)
}

// TestTwoCrashes ends a node between the block store and CometBFT's note that the
// block is done, and then in the next block, when it has signed all of it: the
// restart between the two executes the first in the handshake.
func TestTwoCrashes(t *testing.T) {
	const stored, inHandshake, signed = 3, 4, 2 // points before each
	prepared := preparedHome(t, 2)
	for name, first := range map[string]struct {
		home  string
		point int
	}{
		"first block": {newHome(t), stored},
		"later block": {prepared, pointsPerBlock + stored},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := newCommand(t, first.home)
			for _, point := range []int{first.point, inHandshake + signed} {
				run.env = []string{fmt.Sprintf("FAIL_TEST_INDEX=%d", point)}
				p := run.start(t)
				require.Equal(t, 1, p.awaitExit(), "%s", p.tail())
				require.Contains(t, p.stdout.String(), fmt.Sprintf("*** fail-test %d ***", point))
				t.Logf("%s", standingOfCopy(t, first.home).row())
			}
			comeBack(t, first.home, standingOfCopy(t, first.home))
		})
	}
}

// preparedHome is the home of a chain that has stopped well at a height of at
// least h.
func preparedHome(t testing.TB, h int64) string {
	t.Helper()
	home := newHome(t)
	p := newCommand(t, home).start(t)
	p.awaitHeight(h)
	p.stop()
	return home
}

// endAtPoint runs a node under load until its n-th point, looks where it
// stands, and lets it come back.
func endAtPoint(t *testing.T, home string, n int, met *rows) {
	run := newCommand(t, home)
	run.env = []string{fmt.Sprintf("FAIL_TEST_INDEX=%d", n)}
	p := run.start(t)
	require.Equal(t, 1, p.awaitExit(), "%s", p.tail())
	require.Contains(t, p.stdout.String(), fmt.Sprintf("*** fail-test %d ***", n))
	before := standingOfCopy(t, home)
	met.add(before.row(), strings.TrimPrefix(t.Name(), "TestHandshake/points/"))
	comeBack(t, home, before)
}

// comeBack starts a node on a home that is not in order, wants it to go on
// under load, and replays all of it.
func comeBack(t *testing.T, home string, before standing) {
	run := newCommand(t, home)
	p := run.start(t)
	p.awaitHeight(before.store + 1)
	c := newClient(t, run.rpc)
	loaders := []*loader{newLoader(t, c, 2, 100_000, bankSend(address(2), address(3)))}
	stop := load(t, loaders...)
	p.awaitHeight(p.height() + 2)
	stop()
	p.stop()
	h := replay(t, home)
	checkIncluded(t, h, loaders)
	checkLogs(t, h, []*process{p})
}

// TestRestoredBackups mixes folders of different ages, as whoever restores a
// backup of half of a home does. What can be repaired from the blocks is, the
// rest is refused.
func TestRestoredBackups(t *testing.T) {
	home := newHome(t)
	early := filepath.Join(t.TempDir(), "early")
	p := newCommand(t, home).start(t)
	p.awaitHeight(2)
	p.stop()
	copyTree(t, home, early)
	comeBack(t, home, standingOfCopy(t, home)) // with transactions in its blocks
	interrupted := filepath.Join(t.TempDir(), "interrupted")
	copyTree(t, home, interrupted)
	crash := newCommand(t, interrupted)
	crash.env = []string{fmt.Sprintf("FAIL_TEST_INDEX=%d", pointsPerBlock+5)}
	require.Equal(t, 1, crash.start(t).awaitExit())

	for _, c := range []struct {
		row        string
		base, from string   // from where most is taken, and the rest
		parts      []string // of data
		refused    string   // text of the refusal; "" if it goes on
	}{
		{row: "store = state, app < store", base: home, from: early, parts: []string{"weft"}},
		{row: "store = state+1, app < state", base: interrupted, from: early, parts: []string{"weft"}},
		{row: "app = 0, store = state+0", base: home, parts: []string{"weft"}},
		{row: "app > store", base: early, from: home, parts: []string{"weft"}, refused: "higher"},
		{row: "corrupt", base: home, from: early, parts: []string{"blockstore.db", "weft"}, refused: "StoreBlockHeight"},
	} {
		t.Run(c.row, func(t *testing.T) {
			t.Parallel()
			mixed := filepath.Join(t.TempDir(), "home")
			copyTree(t, c.base, mixed)
			for _, part := range c.parts {
				mix(t, c.from, mixed, part)
			}
			before := standingOfCopy(t, mixed)
			require.Equal(t, c.row, before.row(), "%+v", before)
			if c.refused == "" {
				comeBack(t, mixed, before)
				return
			}
			refused(t, newCommand(t, mixed).start(t), c.refused)
		})
	}
}

// mix replaces a part of a home's data by that of another home, or removes it.
func mix(t testing.TB, from, home, part string) {
	t.Helper()
	if from == "" {
		require.NoError(t, os.RemoveAll(filepath.Join(home, "data", part)))
		return
	}
	copyTree(t, filepath.Join(from, "data", part), filepath.Join(home, "data", part))
}

// refused wants a process to end with an error that says why, and no more.
func refused(t testing.TB, p *process, why string) {
	t.Helper()
	require.Equal(t, exitFault, p.awaitExit(), "%s", p.tail())
	text := p.stdout.String()
	require.Contains(t, text, why)
	require.True(t, strings.HasPrefix(text, "weft: "), text)
	require.NotContains(t, text, "goroutine ", "a stack trace is no explanation")
	t.Logf("%s", strings.TrimSpace(text))
}
