package state

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/state/proof"
)

// TestManyPrunedBlocks is the test for storage memory that is kept by a tree
// and changes under it: many blocks with pruning, then reload, count leaves,
// hash everything again and compare with the flat state and with a map.
func TestManyPrunedBlocks(t *testing.T) {
	opts := Options{Stores: []string{"a", "b"}, Keep: 2, CacheBytes: 16 << 20, FS: vfs.NewMem()}
	s := open(t, "dir", opts)
	rng := rand.New(rand.NewPCG(5, 6))
	want := model{}
	for h := int64(1); h <= 120; h++ {
		block(t, s, h, func(b chain.Branch) {
			for range 60 {
				key := sha256.Sum256([]byte{byte(rng.IntN(256)), byte(rng.IntN(8))})
				if rng.IntN(3) == 0 {
					b.Delete("a", key[:])
					delete(want, string(key[:]))
					continue
				}
				value := fmt.Sprint(h, rng.IntN(100))
				b.Set("a", key[:], []byte(value))
				want[string(key[:])] = value
			}
			if h%10 == 0 {
				b.Set("b", []byte("rare"), fmt.Append(nil, h))
			}
		})
		if h%40 == 0 {
			require.NoError(t, s.Close())
			s = open(t, "dir", opts)
			require.NoError(t, s.Check())
		}
	}
	require.NoError(t, s.Check())
	v := s.Latest()
	require.Equal(t, want.list(nil, nil, false), list(t, v, "a", nil, nil, false))
	r, err := v.commit.tree("a")
	require.NoError(t, err)
	require.EqualValues(t, len(want), r.tree.Size())

	// What is on disk is the two kept versions and nothing else: two trees of
	// 2n-1 nodes that share most, and no more than one leaf that iavl leaks.
	live := map[string]bool{}
	for _, height := range []int64{119, 120} {
		old, err := s.At(height)
		require.NoError(t, err)
		for _, store := range opts.Stores {
			countNodes(t, old, store, live)
		}
		old.Close()
	}
	require.LessOrEqual(t, nodesOnDisk(t, s), len(live)+6)
	v.Close()
	require.NoError(t, s.Close())
}

// countNodes adds the nodes of a tree, told apart by height, key and version.
func countNodes(t *testing.T, v *View, store string, into map[string]bool) {
	r, err := v.commit.tree(store)
	require.NoError(t, err)
	exporter, err := r.tree.Export()
	require.NoError(t, err)
	defer exporter.Close()
	for {
		n, err := exporter.Next()
		if err != nil {
			return
		}
		into[fmt.Sprintf("%s/%d/%d/%x", store, n.Height, n.Version, n.Key)] = true
	}
}

func nodesOnDisk(t *testing.T, s *Store) int {
	it, err := s.db.NewIter(&pebble.IterOptions{LowerBound: []byte{prefixNodes}, UpperBound: []byte{prefixNodes + 1}})
	require.NoError(t, err)
	n := 0
	for it.First(); it.Valid(); it.Next() {
		n++
	}
	require.NoError(t, it.Close())
	return n
}

// TestShrinkingHistory lowers Keep on a directory with a long history: pruning
// catches up a few heights per block, and what is kept stays right.
func TestShrinkingHistory(t *testing.T) {
	opts := small
	opts.FS = vfs.NewMem()
	s := open(t, "dir", opts)
	hashes := script(t, s, 50, nil)
	require.NoError(t, s.Close())
	opts.Keep = 5
	s = open(t, "dir", opts)
	for h := int64(51); h <= 60; h++ {
		hashes = append(hashes, block(t, s, h, set("bank", "k", fmt.Sprint(h))))
		require.NoError(t, s.Check())
	}
	require.EqualValues(t, 56, s.first)
	for h := int64(56); h <= 60; h++ {
		v, err := s.At(h)
		require.NoError(t, err)
		require.Equal(t, hashes[h-1], v.AppHash())
		proves(t, v, "bank", "k")
		v.Close()
	}
	require.NoError(t, s.Close())
}

// TestPinnedViewOutlivesPruning reads and proves at a height long after it was
// pruned, through a view that was opened before.
func TestPinnedViewOutlivesPruning(t *testing.T) {
	opts := small
	opts.Keep = 2
	s := openMem(t, opts)
	script(t, s, 10, nil)
	latest, old := s.Latest(), func() *View { v, err := s.At(9); require.NoError(t, err); return v }()
	rows := map[*View][]string{}
	for _, v := range []*View{latest, old} {
		rows[v] = list(t, v, "bank", nil, nil, false)
	}
	for h := int64(11); h <= 40; h++ {
		block(t, s, h, set("bank", "k", fmt.Sprint(h), "wasm", "k", fmt.Sprint(h)))
	}
	_, err := s.At(10)
	require.ErrorIs(t, err, ErrNoVersion)
	for _, v := range []*View{latest, old} {
		require.Equal(t, rows[v], list(t, v, "bank", nil, nil, false))
		proves(t, v, "bank", "k")
		v.Close()
	}
}

// TestReadersBesideCommits is for -race: queries of all kinds run while blocks
// are staged, committed and pruned.
func TestReadersBesideCommits(t *testing.T) {
	opts := small
	opts.Keep = 3
	s := openMem(t, opts)
	fill := func(h int64) func(chain.Branch) {
		return func(b chain.Branch) {
			for i := range 30 {
				b.Set("bank", fmt.Appendf(nil, "k%02d", i), fmt.Append(nil, h))
			}
		}
	}
	block(t, s, 1, fill(1))
	var done atomic.Bool
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for n := 0; !done.Load() || n < 3; n++ {
				v := s.Latest()
				if i%2 == 1 {
					height := v.Height() - 1
					v.Close()
					var err error
					if v, err = s.At(height); err != nil {
						continue // pruned, or height 0
					}
				}
				if err := consistent(v); err != nil {
					t.Error(err)
				}
				v.Close()
			}
		})
	}
	for h := int64(2); h <= 60; h++ {
		block(t, s, h, fill(h))
	}
	done.Store(true)
	wg.Wait()
}

// consistent checks that a view shows one height and nothing of others.
func consistent(v *View) error {
	want := fmt.Sprint(v.Height())
	it, err := v.Branch().Iterate("bank", nil, nil, false)
	if err != nil {
		return err
	}
	n := 0
	for ; it.Valid(); it.Next() {
		if string(it.Value()) != want {
			return fmt.Errorf("height %s shows %s", want, it.Value())
		}
		n++
	}
	value, steps, err := v.Prove("bank", []byte("k07"))
	if err != nil || n != 30 || string(value) != want {
		return fmt.Errorf("height %s: %d keys, %q proven, %v", want, n, value, err)
	}
	if got, err := v.Get("bank", []byte("k08")); err != nil || string(got) != want {
		return fmt.Errorf("height %s: got %q, %v", want, got, err)
	}
	if err := it.Close(); err != nil {
		return err
	}
	return proof.Verify(v.AppHash(), "bank", []byte("k07"), value, ops(steps))
}

// TestPruneEvery: heights wait until there are enough of them, then all go.
func TestPruneEvery(t *testing.T) {
	opts := small
	opts.FS, opts.Keep, opts.PruneEvery = vfs.NewMem(), 4, 20
	s := open(t, "dir", opts)
	same := open(t, "", small)
	firsts := map[int64]bool{}
	for h := int64(1); h <= 90; h++ {
		write := func(b chain.Branch) { scriptBlock(rand.New(rand.NewPCG(3, uint64(h))), b, h) }
		require.Equal(t, block(t, same, h, write), block(t, s, h, write))
		require.NoError(t, s.Check())
		first := s.Stats().First
		require.LessOrEqual(t, first, max(h-3, 1))
		require.Greater(t, first+4+20, h, "no more wait than are removed together")
		firsts[first] = true
	}
	require.Less(t, len(firsts), 30, "most blocks remove nothing")
	require.NoError(t, s.Close())
	require.NoError(t, same.Close())
}
