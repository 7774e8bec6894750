package node_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/stretchr/testify/require"
)

// TestFaultStops breaks the disk under running nodes. Each must end by itself,
// with an exit code and with words: what CometBFT alone would do is to go on
// answering with a frozen height.
func TestFaultStops(t *testing.T) {
	t.Run("no file can grow", func(t *testing.T) {
		if runtime.GOOS != "linux" {
			t.Skip("file sizes are limited through Linux's setrlimit")
		}
		t.Parallel()
		home := newHome(t)
		run := newCommand(t, home)
		run.fsize = 256 << 10
		p := run.start(t)
		p.awaitHeight(1)
		c := newClient(t, run.rpc)
		stop := load(t, newLoader(t, c, 2, 100_000, bankSend(address(2), address(3))), newLoader(t, c, 3, 100_000, bankSend(address(3), address(2))))
		_ = stop // nothing is to be waited for: the node dies
		refused(t, p, "the node stopped itself: ")
		require.Contains(t, p.stdout.String(), "file too large")
		// With room again it goes on where it was.
		comeBack(t, home, standingOfCopy(t, home))
	})
	t.Run("the data are moved away", func(t *testing.T) {
		t.Parallel()
		home := newHome(t)
		p := newCommand(t, home).start(t)
		p.awaitHeight(2)
		require.NoError(t, os.Rename(filepath.Join(home, "data"), filepath.Join(home, "away")))
		refused(t, p, "the node stopped itself: consensus has died: ")
		require.NoError(t, os.RemoveAll(filepath.Join(home, "data"))) // what the dying node may have made
		require.NoError(t, os.Rename(filepath.Join(home, "away"), filepath.Join(home, "data")))
		comeBack(t, home, standingOfCopy(t, home))
	})
}

// TestCorruptStateIsRefused changes a node of one store's tree on disk, with
// all checksums of the database right. The start must name the tree.
func TestCorruptStateIsRefused(t *testing.T) {
	home := preparedHome(t, 2)
	for _, c := range []struct {
		name   string
		damage func(t *testing.T, db *pebble.DB)
		why    string
	}{
		{"a root of bank", func(t *testing.T, db *pebble.DB) { damageTree(t, db, "bank") }, `store "bank"`},
		{"a root of wasm", func(t *testing.T, db *pebble.DB) { damageTree(t, db, "wasm") }, `store "wasm"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			at := filepath.Join(t.TempDir(), "home")
			copyTree(t, home, at)
			db, err := pebble.Open(filepath.Join(at, "data", "weft"), &pebble.Options{Logger: silent{}})
			require.NoError(t, err)
			c.damage(t, db)
			require.NoError(t, db.Close())
			refused(t, newCommand(t, at).start(t), c.why)
		})
	}
}

// damageTree flips the last byte of every node of a tree; state documents its
// keys: 't', the length of the name, the name, the node.
func damageTree(t *testing.T, db *pebble.DB, store string) {
	t.Helper()
	prefix := append([]byte{'t', byte(len(store))}, store...)
	it, err := db.NewIter(&pebble.IterOptions{LowerBound: prefix, UpperBound: append(prefix[:len(prefix):len(prefix)], 0xff)})
	require.NoError(t, err)
	n := 0
	for it.First(); it.Valid(); it.Next() {
		value := append([]byte(nil), it.Value()...)
		if len(value) == 0 {
			continue
		}
		value[len(value)-1] ^= 1
		require.NoError(t, db.Set(append([]byte(nil), it.Key()...), value, pebble.Sync))
		n++
	}
	require.NoError(t, it.Close())
	require.NotZero(t, n, "the tree of %s has no nodes on disk", store)
}

// silent keeps pebble's progress out of the tests' output.
type silent struct{}

func (silent) Infof(string, ...any)              {}
func (silent) Errorf(string, ...any)             {}
func (silent) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
