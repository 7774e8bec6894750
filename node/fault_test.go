package node_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
)

// TestFaultStops breaks the disk under running nodes. Each must end by itself,
// with an exit code and with words: what CometBFT alone would do is to go on
// answering with a frozen height.
func TestFaultStops(t *testing.T) {
	code, err := os.ReadFile(tipjar)
	require.NoError(t, err)
	for _, c := range []struct {
		name  string
		bytes int64 // that a file may have
		gas   uint64
		msg   chain.Message
		why   string
	}{
		{"CometBFT's files cannot grow", 256 << 10, 100_000, bankSend(address(2), address(3)), "consensus has died: "},
		{"the state cannot grow", 768 << 10, 4_000_000, &wasmpb.MsgStoreCode{Sender: address(2), WASMByteCode: pack(t, pad(code, 500_000))}, "commit: state: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			if limitFileSize == nil {
				t.Skip("file sizes are limited through Linux's setrlimit")
			}
			t.Parallel()
			home := newHome(t)
			run := newCommand(t, home)
			run.fsize = c.bytes
			p := run.start(t)
			p.awaitHeight(1)
			load(t, newLoader(t, newClient(t, run.rpc), 2, c.gas, c.msg))
			refused(t, p, "the node stopped itself: "+c.why)
			require.Contains(t, p.stdout.String(), "file too large")
			comeBack(t, home, standingOfCopy(t, home)) // with room again it goes on
		})
	}
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

// pad adds a custom section of zeros to a module: little to send, much to keep.
func pad(code []byte, n int) []byte {
	section := append([]byte{3, 'p', 'a', 'd'}, make([]byte, n)...)
	code = append(slices.Clone(code), 0)
	return append(binary.AppendUvarint(code, uint64(len(section))), section...)
}

func pack(t testing.TB, code []byte) []byte {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err := w.Write(code)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return packed.Bytes()
}

// silent keeps pebble's progress out of the tests' output.
type silent struct{}

func (silent) Infof(string, ...any)              {}
func (silent) Errorf(string, ...any)             {}
func (silent) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
