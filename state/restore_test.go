package state

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
)

// grown is a store with a history: keys of some stores come, change and go, one
// store stays empty.
func grown(t testing.TB, seed uint64, heights int64) *Store {
	t.Helper()
	s, err := Open("", Options{Stores: []string{"bank", "empty", "wasm"}})
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(seed, 0))
	for h := int64(1); h <= heights; h++ {
		b := s.Branch()
		for range r.IntN(40) {
			store := []string{"bank", "wasm"}[r.IntN(2)]
			key := fmt.Appendf(nil, "key%d", r.IntN(300))
			if r.IntN(4) == 0 {
				b.Delete(store, key)
			} else {
				b.Set(store, key, fmt.Appendf(nil, "%d", r.Uint64()))
			}
		}
		commitBranch(t, s, b, h)
	}
	return s
}

func commitBranch(t testing.TB, s *Store, b chain.Branch, height int64) []byte {
	t.Helper()
	hash, err := s.Stage(b, height)
	require.NoError(t, err)
	require.NoError(t, s.Commit())
	return hash
}

// exported is all nodes of a height.
type exported struct {
	stores []string
	nodes  map[string][]TreeNode
}

func exportAll(t testing.TB, s *Store, height int64) exported {
	t.Helper()
	v, err := s.At(height)
	require.NoError(t, err)
	defer v.Close()
	out := exported{stores: s.opts.Stores, nodes: map[string][]TreeNode{}}
	for _, store := range out.stores {
		require.NoError(t, v.Export(store, func(n TreeNode) error {
			n.Key, n.Value = append([]byte(nil), n.Key...), append([]byte(nil), n.Value...)
			out.nodes[store] = append(out.nodes[store], n)
			return nil
		}))
	}
	return out
}

func (e exported) restore(s *Store, height int64, appHash []byte) error {
	r, err := s.Restore(height)
	if err != nil {
		return err
	}
	fail := func(err error) error {
		if closeErr := r.Abort(); closeErr != nil {
			return closeErr
		}
		return err
	}
	for _, store := range e.stores {
		if err := r.Begin(store); err != nil {
			return fail(err)
		}
		for _, n := range e.nodes[store] {
			if err := r.Add(n); err != nil {
				return fail(err)
			}
		}
	}
	if err := r.Finish(appHash); err != nil {
		return fail(err)
	}
	return nil
}

// TestRestore: a restored store is the original, goes on as it does, and is there
// again when it is opened.
func TestRestore(t *testing.T) {
	for seed := range uint64(3) {
		from := grown(t, seed, 30)
		const height = 27
		at, err := from.At(height)
		require.NoError(t, err)
		e := exportAll(t, from, height)
		dir := t.TempDir()
		to, err := Open(dir, Options{Stores: e.stores, CacheBytes: 1 << 20})
		require.NoError(t, err)
		require.NoError(t, e.restore(to, height, at.AppHash()))
		same(t, at, to.Latest())
		require.NoError(t, to.Check())
		require.NoError(t, to.Close())
		to, err = Open(dir, Options{Stores: e.stores, Keep: 3, CacheBytes: 1 << 20})
		require.NoError(t, err)
		same(t, at, to.Latest())
		require.Equal(t, e.nodes, exportAll(t, to, height).nodes)

		// The same blocks on both give the same hashes, also while the restored one
		// forgets old heights.
		original, err := Open("", Options{Stores: e.stores})
		require.NoError(t, err)
		require.NoError(t, e.restore(original, height, at.AppHash()))
		r := rand.New(rand.NewPCG(seed, 1))
		for h := int64(height + 1); h < height+12; h++ {
			a, b := original.Branch(), to.Branch()
			for range 20 {
				key, value := fmt.Appendf(nil, "key%d", r.IntN(300)), fmt.Appendf(nil, "%d", r.Uint64())
				for _, branch := range []chain.Branch{a, b} {
					if value[0] == '1' {
						branch.Delete("bank", key)
					} else {
						branch.Set("bank", key, value)
					}
				}
			}
			require.Equal(t, commitBranch(t, original, a, h), commitBranch(t, to, b, h))
		}
		require.NoError(t, to.Check())
		_, err = to.Restore(5)
		require.ErrorContains(t, err, "it must be empty")
		at.Close()
	}
}

// same compares all that two views hold.
func same(t testing.TB, want, got *View) {
	t.Helper()
	defer got.Close()
	require.Equal(t, want.AppHash(), got.AppHash())
	require.Equal(t, want.Height(), got.Height())
	for _, store := range []string{"bank", "empty", "wasm"} {
		require.Equal(t, entries(t, want, store), entries(t, got, store))
	}
}

func entries(t testing.TB, v *View, store string) (list [][2]string) {
	t.Helper()
	it, err := v.Iterate(store, nil, nil, false)
	require.NoError(t, err)
	for ; it.Valid(); it.Next() {
		value, err := v.Get(store, it.Key())
		require.NoError(t, err)
		require.Equal(t, value, it.Value())
		list = append(list, [2]string{string(it.Key()), string(value)})
	}
	require.NoError(t, it.Close())
	return list
}

// TestRestoreRefuses: whatever is changed in a snapshot is refused, and the store
// stays empty and can be used.
func TestRestoreRefuses(t *testing.T) {
	from := grown(t, 1, 20)
	_, hash := from.Version()
	good := exportAll(t, from, 20)
	to, err := Open("", Options{Stores: good.stores})
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(2, 2))
	for i := range 70 {
		bad := exported{stores: good.stores, nodes: map[string][]TreeNode{}}
		for _, store := range good.stores {
			bad.nodes[store] = append([]TreeNode(nil), good.nodes[store]...)
		}
		list := bad.nodes["bank"]
		at := r.IntN(len(list))
		n := &list[at]
		switch i % 7 {
		case 0:
			n.Version = n.Version%20 + 1
		case 1:
			n.Height++
		case 2:
			if n.Height > 0 {
				n.Height--
			} else {
				n.Value = append([]byte("x"), n.Value...)
			}
		case 3:
			bad.nodes["bank"] = append(list[:at:at], list[at+1:]...)
		case 4:
			bad.nodes["bank"] = append(append(list[:at:at], *n), list[at:]...)
		case 5:
			n.Version = []int64{0, -1, 21, 1 << 40}[r.IntN(4)]
		case 6:
			bad.stores = [][]string{{"bank", "empty"}, {"bank", "wasm"}, {"wasm"}, {"bank", "bank"}, {}}[r.IntN(5)]
		}
		err := bad.restore(to, 20, hash)
		require.ErrorIs(t, err, ErrSnapshot, "change %d at %d", i%7, at)
		height, _ := to.Version()
		require.Zero(t, height)
	}
	_, err = to.Restore(0)
	require.Error(t, err)
	running, err := to.Restore(20)
	require.NoError(t, err)
	_, err = to.Stage(to.Branch(), 1)
	require.ErrorContains(t, err, "being restored")
	require.ErrorIs(t, running.Add(TreeNode{Version: 1, Key: []byte("k")}), ErrSnapshot)
	require.NoError(t, running.Begin("bank"))
	for i := range maxRestoredTrees {
		require.NoError(t, running.Add(TreeNode{Version: 1, Key: fmt.Appendf(nil, "k%03d", i)}))
	}
	require.ErrorIs(t, running.Add(TreeNode{Version: 1, Key: []byte("l")}), ErrSnapshot, "leaves without end")
	require.NoError(t, running.Abort())
	require.NoError(t, running.Abort())
	require.NoError(t, good.restore(to, 20, hash))
	same(t, from.Latest(), to.Latest())
}

// TestRestoreUnfinished: what a restoration left that did not come to its end is
// gone when the store is opened again.
func TestRestoreUnfinished(t *testing.T) {
	from := grown(t, 3, 10)
	_, hash := from.Version()
	e := exportAll(t, from, 10)
	dir := t.TempDir()
	s, err := Open(dir, Options{Stores: e.stores})
	require.NoError(t, err)
	r, err := s.Restore(10)
	require.NoError(t, err)
	require.NoError(t, r.Begin("bank"))
	for _, n := range e.nodes["bank"] {
		require.NoError(t, r.Add(n))
	}
	require.NoError(t, r.Begin("empty"))
	require.NoError(t, r.flush(nil))
	require.NoError(t, r.batch.Close())
	require.NoError(t, s.Close())
	s, err = Open(dir, Options{Stores: e.stores})
	require.NoError(t, err)
	require.Empty(t, entries(t, s.Latest(), "bank"))
	require.NoError(t, e.restore(s, 10, hash))
	same(t, from.Latest(), s.Latest())
}
