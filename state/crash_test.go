package state

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
)

const crashBlocks = 5

// crashOptions prune from block 3 on, and flush memtables often enough that
// table files and the manifest are written too.
func crashOptions(fs vfs.FS) Options {
	return Options{Stores: []string{"auth", "bank", "wasm"}, Keep: 2, CacheBytes: 1, FS: fs}
}

// crashBlock is the block of a height, the same on every run. The large value
// makes the log roll over to new files.
func crashBlock(b chain.Branch, height int64) {
	scriptBlock(rand.New(rand.NewPCG(uint64(height), 9)), b, height)
	b.Set("wasm", []byte("code"), bytes.Repeat([]byte{byte(height)}, 60<<10))
}

// failing fails the n-th write-like operation and all after it, as a disk that
// breaks does. Operations are counted whether they fail or not.
type failing struct {
	count atomic.Int64
	from  int64 // 0: never
}

var errDisk = errors.New("the disk broke")

func (f *failing) MaybeError(op errorfs.Op) error {
	if op.Kind.ReadOrWrite() != errorfs.OpIsWrite {
		return nil
	}
	if n := f.count.Add(1); f.from > 0 && n >= f.from {
		return errDisk
	}
	return nil
}

func (f *failing) String() string { return "failing" }

// neverOpen says that not even an empty store came to be.
const neverOpen = -1

// crashRun opens a store over fs and commits blocks until something fails. It
// returns the height that was acknowledged and whether it failed.
func crashRun(t *testing.T, fs vfs.FS, want map[int64][]byte) (height int64, failed bool) {
	s, err := Open("dir", crashOptions(fs))
	if err != nil {
		require.ErrorContains(t, err, errDisk.Error())
		return neverOpen, true
	}
	for h := int64(1); h <= crashBlocks; h++ {
		b := s.Branch()
		crashBlock(b, h)
		hash, err := s.Stage(b, h)
		if err == nil {
			require.True(t, want == nil || bytes.Equal(want[h], hash))
			err = s.Commit()
		}
		if err != nil {
			require.ErrorContains(t, err, errDisk.Error())
			_, again := s.Stage(s.Branch(), h)
			require.Error(t, again, "a store went on after a fault")
			require.Error(t, s.Commit(), "a store went on after a fault")
			require.Error(t, s.Close())
			return height, true
		}
		height = h
	}
	return height, s.Close() != nil
}

// TestDiskBreaksAnywhere breaks the disk at each write and sync of a run in
// turn, takes what a crash leaves on it and opens that: it must hold the
// height that was acknowledged or the one in work, whole and with the hash of
// an undisturbed run, and go on from there.
func TestDiskBreaksAnywhere(t *testing.T) {
	want := map[int64][]byte{}
	ref := open(t, "dir", crashOptions(vfs.NewMem()))
	for h := int64(1); h <= crashBlocks+1; h++ {
		want[h] = block(t, ref, h, func(b chain.Branch) { crashBlock(b, h) })
	}
	require.NoError(t, ref.Close())

	counter := &failing{}
	_, failed := crashRun(t, errorfs.Wrap(vfs.NewMem(), counter), want)
	require.False(t, failed)
	total := counter.count.Load()
	require.Greater(t, total, int64(2*crashBlocks))
	seen := map[int64]bool{}
	for n := int64(1); n <= total; n++ {
		mem := vfs.NewCrashableMem()
		acked, _ := crashRun(t, errorfs.Wrap(mem, &failing{from: n}), want)
		for _, kept := range []int{0, 50 + 50*int(n%2)} {
			clone := mem.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: kept, RNG: rand.New(rand.NewPCG(uint64(n), 1))})
			if s, err := Open("dir", crashOptions(clone)); acked == neverOpen && err != nil {
				continue // half a new database: pebble refuses it, nothing is lost
			} else if err == nil {
				require.NoError(t, s.Close())
			}
			seen[afterCrash(t, clone, n, max(acked, 0), want)-acked] = true
		}
	}
	require.True(t, seen[0], "the old height was never found")
	t.Logf("%d places; found ahead of what was acknowledged: %v", total, seen[1])
}

// afterCrash opens what a crash left, checks it and commits one more block.
func afterCrash(t *testing.T, fs vfs.FS, n, acked int64, want map[int64][]byte) int64 {
	s, err := Open("dir", crashOptions(fs))
	require.NoError(t, err, "break at %d", n)
	height, hash := s.Version()
	require.True(t, height == acked || height == acked+1, "break at %d: acknowledged %d, found %d", n, acked, height)
	require.Equal(t, want[height], hash, "break at %d", n)
	require.NoError(t, s.Check(), "break at %d", n)
	if height > 1 {
		v, err := s.At(height - 1)
		require.NoError(t, err)
		require.Equal(t, want[height-1], v.AppHash())
		proves(t, v, "bank", "x")
		v.Close()
	}
	next := block(t, s, height+1, func(b chain.Branch) { crashBlock(b, height+1) })
	require.Equal(t, want[height+1], next, "break at %d", n)
	require.NoError(t, s.Check(), "break at %d", n)
	require.NoError(t, s.Close())
	return height
}

// TestReadErrorsAreFaults breaks reads instead: iavl drops some read errors,
// and none of them may turn into a missing key or a pruned live node.
func TestReadErrorsAreFaults(t *testing.T) {
	mem := vfs.NewCrashableMem()
	s := open(t, "dir", crashOptions(mem))
	for h := int64(1); h <= 4; h++ {
		block(t, s, h, func(b chain.Branch) { crashBlock(b, h) })
	}
	require.NoError(t, s.db.Flush()) // so that reads go to files
	want := fmt.Sprint(list(t, s.Branch(), "bank", nil, nil, false))
	require.NoError(t, s.Close())

	places := map[string]int{} // where the broken read showed
	for from := int64(1); places["nowhere"] == 0; from += 1 + from/10 {
		places[brokenReads(t, mem.CrashClone(vfs.CrashCloneCfg{}), from, want)]++
		require.Less(t, from, int64(500))
	}
	t.Log(places)
	require.Positive(t, places["open"])
	require.Positive(t, places["stage"]+places["commit"])
}

// brokenReads lets reads fail from the given one on, runs a walk and a block,
// and says where the failure showed.
func brokenReads(t *testing.T, fs vfs.FS, from int64, want string) string {
	var reads atomic.Int64
	opts := crashOptions(errorfs.Wrap(fs, errorfs.InjectorFunc(func(op errorfs.Op) error {
		if op.Kind == errorfs.OpFileReadAt && reads.Add(1) >= from {
			return errDisk
		}
		return nil
	})))
	s, err := Open("dir", opts)
	if err != nil {
		require.ErrorContains(t, err, errDisk.Error())
		return "open"
	}
	it, err := s.Branch().Iterate("bank", nil, nil, false)
	if err == nil {
		got := []string{}
		for ; it.Valid(); it.Next() {
			got = append(got, fmt.Sprintf("%s=%s", it.Key(), it.Value()))
		}
		err = it.Error()
		require.True(t, err != nil || fmt.Sprint(got) == want, "a broken walk looks whole")
		_ = it.Close()
	}
	if err != nil {
		_ = s.Close()
		return "walk"
	}
	b := s.Branch()
	crashBlock(b, 5)
	if _, err = s.Stage(b, 5); err != nil {
		_ = s.Close()
		return "stage"
	}
	if err = s.Commit(); err != nil {
		return "commit"
	}
	require.Less(t, reads.Load(), from, "a broken read passed unnoticed")
	require.NoError(t, s.Close())
	return "nowhere"
}

// TestForeignTools damages a directory below the package and expects Open or
// Check to name what is wrong.
func TestForeignTools(t *testing.T) {
	node := func(store string, version int64, nonce uint32) []byte {
		key := binary.BigEndian.AppendUint64(append(storePrefix(prefixNodes, store), 's'), uint64(version))
		return binary.BigEndian.AppendUint32(key, nonce)
	}
	for name, c := range map[string]struct {
		damage func(db *pebble.Batch) error
		open   string // expected of Open
		check  string // expected of Check otherwise
	}{
		"tree ahead":    {func(b *pebble.Batch) error { return b.Set(node("bank", 6, 1), nil, nil) }, `store "bank": state is corrupt: the tree is at height 6, the record at 5`, ""},
		"tree behind":   {func(b *pebble.Batch) error { return b.Delete(node("wasm", 5, 1), nil) }, `store "wasm": state is corrupt`, ""},
		"tree replaced": {func(b *pebble.Batch) error { return b.Set(node("auth", 5, 1), nil, nil) }, `store "auth": state is corrupt: the tree's root is E3B0C442`, ""},
		"record gone":   {func(b *pebble.Batch) error { return b.Delete(recordKey(5), nil) }, "no record of height 5", ""},
		"record cut":    {func(b *pebble.Batch) error { return b.Set(recordKey(5), []byte{32, 1, 2}, nil) }, "record of height 5", ""},
		"record long": {func(b *pebble.Batch) error {
			return b.Set(recordKey(5), append((&record{AppHash: []byte{1}}).encode(), 0), nil)
		}, "1 bytes too many", ""},
		"head gone":     {func(b *pebble.Batch) error { return b.Delete([]byte(keyHead), nil) }, "at height 5, the record at 0", ""},
		"head cut":      {func(b *pebble.Batch) error { return b.Set([]byte(keyHead), []byte{1}, nil) }, "head record", ""},
		"newer layout":  {func(b *pebble.Batch) error { return b.Set([]byte(keyHead), []byte{9, 5, 1}, nil) }, "layout 9, this program knows 1", ""},
		"range":         {func(b *pebble.Batch) error { return b.Set([]byte(keyHead), []byte{1, 5, 6}, nil) }, "keeps heights 6 to 5", ""},
		"flat changed":  {func(b *pebble.Batch) error { return b.Set(flatKey("bank", []byte("k3")), []byte("x"), nil) }, "", `store "bank"`},
		"flat missing":  {func(b *pebble.Batch) error { return b.Delete(flatKey("bank", []byte("k5")), nil) }, "", `store "bank"`},
		"flat added":    {func(b *pebble.Batch) error { return b.Set(flatKey("auth", []byte("zz")), []byte("x"), nil) }, "", `the flat state has key 7A7A`},
		"inner missing": {func(b *pebble.Batch) error { return b.Delete(node("bank", 4, 2), nil) }, "", `store "bank"`},
		"app hash": {func(b *pebble.Batch) error {
			return nil // damaged below, where the record is at hand
		}, "", "the app hash is"},
	} {
		t.Run(name, func(t *testing.T) {
			opts := small
			opts.FS = vfs.NewMem()
			s := open(t, "dir", opts)
			for h := int64(1); h <= 5; h++ {
				block(t, s, h, set("bank", fmt.Sprint("k", h), "v", "auth", "a", fmt.Sprint(h)))
			}
			batch := s.db.NewBatch()
			require.NoError(t, c.damage(batch))
			if name == "app hash" {
				rec := *s.latest.Load().rec
				rec.AppHash = bytes.Repeat([]byte{1}, 32)
				require.NoError(t, batch.Set(recordKey(5), rec.encode(), nil))
			}
			require.NoError(t, s.db.Apply(batch, pebble.Sync))
			require.NoError(t, batch.Close())
			require.NoError(t, s.Close())
			s, err := Open("dir", opts)
			if c.open != "" {
				require.ErrorContains(t, err, c.open)
				return
			}
			require.NoError(t, err)
			require.ErrorIs(t, s.Check(), ErrCorrupt)
			require.ErrorContains(t, s.Check(), c.check)
			require.NoError(t, s.Close())
		})
	}
}

// TestFaultsNeverReturnToPebble: Fatalf must not come back to its caller, a
// panic must not cross, and a call that waits for a dead goroutine must end.
func TestFaultsNeverReturnToPebble(t *testing.T) {
	var f faults
	require.NoError(t, f.guard(func() error { return nil }))
	returned := false
	err := f.guard(func() error {
		f.Fatalf("%w", errDisk)
		returned = true
		return nil
	})
	require.ErrorIs(t, err, errDisk)
	require.ErrorIs(t, f.guard(func() error { select {} }), errDisk)
	require.False(t, returned)
	var g faults
	require.ErrorContains(t, g.guard(func() error { panic("at the disk") }), "at the disk")
}
