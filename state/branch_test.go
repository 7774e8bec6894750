package state

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weftchain/weft/chain"
)

// model is one store as a plain map.
type model map[string]string

// list is what a walk over a range of the model gives.
func (m model) list(start, end []byte, reverse bool) []string {
	out := []string{}
	keys := slices.Sorted(maps.Keys(m))
	if reverse {
		slices.Reverse(keys)
	}
	for _, k := range keys {
		if (start == nil || k >= string(start)) && (end == nil || k < string(end)) {
			out = append(out, fmt.Sprintf("%s=%s", k, m[k]))
		}
	}
	return out
}

// Keys come from a small alphabet, so that writes, deletes and bounds meet.
var (
	genKey   = rapid.StringOfN(rapid.RuneFrom([]rune("ab\x00\xff")), 1, 3, -1)
	genValue = rapid.StringOfN(rapid.RuneFrom([]rune("xyz")), 1, 4, -1)
	genBound = rapid.OneOf(rapid.Just[[]byte](nil), rapid.Just([]byte{}),
		rapid.Map(genKey, func(s string) []byte { return []byte(s) }))
)

// openWalk is an iterator that stays open while its branch is written to.
type openWalk struct {
	it   chain.Iterator
	want []string
}

func (w *openWalk) finish(t *rapid.T) {
	got := []string{}
	for ; w.it.Valid(); w.it.Next() {
		got = append(got, fmt.Sprintf("%s=%s", w.it.Key(), w.it.Value()))
	}
	require.NoError(t, w.it.Error())
	require.NoError(t, w.it.Close())
	require.NoError(t, w.it.Close())
	require.Equal(t, w.want, got)
}

// TestBranchesAgainstMaps runs random writes, walks, children, merges and
// drops over a committed state, latest or historical, and compares with maps.
func TestBranchesAgainstMaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, err := Open("", small)
		require.NoError(t, err)
		base := model{}
		first := s.Branch()
		for range rapid.IntRange(0, 12).Draw(t, "committed") {
			k, v := genKey.Draw(t, "key"), genValue.Draw(t, "value")
			base[k] = v
			first.Set("bank", []byte(k), []byte(v))
		}
		for h := int64(1); h <= 2; h++ {
			_, err = s.Stage(first, h)
			require.NoError(t, err)
			require.NoError(t, s.Commit())
			first = s.Branch()
		}
		view, err := s.At(rapid.Int64Range(1, 2).Draw(t, "height"))
		require.NoError(t, err)

		branches := []chain.Branch{view.Branch()}
		models := []model{base}
		var walks []openWalk
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			top := len(branches) - 1
			b, m := branches[top], models[top]
			switch rapid.IntRange(0, 9).Draw(t, "step") {
			case 0, 1, 2:
				k, v := genKey.Draw(t, "key"), genValue.Draw(t, "value")
				b.Set("bank", []byte(k), []byte(v))
				m[k] = v
			case 3, 4:
				k := genKey.Draw(t, "key")
				b.Delete("bank", []byte(k))
				delete(m, k)
			case 5:
				branches, models = append(branches, b.Branch()), append(models, maps.Clone(m))
			case 6:
				if top > 0 {
					b.Merge()
					branches, models = branches[:top], models[:top]
					models[top-1] = m
				}
			case 7:
				if top > 0 {
					branches, models = branches[:top], models[:top]
				}
			case 8:
				k := genKey.Draw(t, "key")
				got, err := b.Get("bank", []byte(k))
				require.NoError(t, err)
				want, ok := m[k]
				require.Equal(t, ok, got != nil)
				require.Equal(t, want, string(got))
			case 9:
				start, end, reverse := genBound.Draw(t, "start"), genBound.Draw(t, "end"), rapid.Bool().Draw(t, "reverse")
				it, err := b.Iterate("bank", start, end, reverse)
				require.NoError(t, err)
				walks = append(walks, openWalk{it, m.list(start, end, reverse)})
			}
		}
		for i := range walks {
			walks[i].finish(t)
		}
		for i, b := range branches {
			it, err := b.Iterate("bank", nil, nil, false)
			require.NoError(t, err)
			w := openWalk{it, models[i].list(nil, nil, false)}
			w.finish(t)
		}
		view.Close()
		require.NoError(t, s.Close())
	})
}

func TestBranchKeepsCopies(t *testing.T) {
	s := openMem(t, small)
	b := s.Branch()
	key, value := []byte("key"), []byte("value")
	b.Set("bank", key, value)
	b.Set("bank", []byte("nil"), nil)
	b.Set("bank", []byte("empty"), []byte{})
	key[0], value[0] = 'X', 'X'
	require.Equal(t, []string{"empty=", "key=value", "nil="}, list(t, b, "bank", nil, nil, false))
	for _, k := range []string{"nil", "empty"} {
		got, err := b.Get("bank", []byte(k))
		require.NoError(t, err)
		require.NotNil(t, got, "an empty value reads as absent")
	}
	_, err := s.Stage(b, 1)
	require.NoError(t, err)
	require.NoError(t, s.Commit())
	block(t, s, 2, nil)
	for _, h := range []int64{1, 2} {
		v, err := s.At(h)
		require.NoError(t, err)
		for range 2 { // from disk, then from the cache
			got, err := v.Get("bank", []byte("nil"))
			require.NoError(t, err)
			require.NotNil(t, got, "an empty value reads as absent at height %d", h)
			mine, err := v.Get("bank", []byte("key"))
			require.NoError(t, err)
			require.Equal(t, "value", string(mine))
			mine[0] = 'X' // against the rules, and must not reach others
		}
		v.Close()
	}
}

func TestSpentBranch(t *testing.T) {
	s := openMem(t, small)
	top := s.Branch()
	child := top.Branch()
	grandchild := child.Branch()
	child.Set("bank", []byte("a"), []byte("1"))
	child.Merge()
	require.Equal(t, "1", get(t, top, "bank", "a"))
	for _, b := range []chain.Branch{child, grandchild} {
		_, err := b.Get("bank", []byte("a"))
		require.ErrorIs(t, err, errSpent)
		_, err = b.Iterate("bank", nil, nil, false)
		require.ErrorIs(t, err, errSpent)
	}
	top.Merge()
	require.Equal(t, "1", get(t, top, "bank", "a"), "merging the top branch took it from Stage")
	child.Merge()
	_, err := s.Stage(top, 1)
	require.ErrorIs(t, err, errSpent)
}

// TestSiblingsReadTheirParent is for -race: children of a parent that nobody
// writes read, walk and write their own at once.
func TestSiblingsReadTheirParent(t *testing.T) {
	s := openMem(t, small)
	block(t, s, 1, set("bank", "a", "0", "bank", "c", "0"))
	parent := s.Branch()
	parent.Set("bank", []byte("b"), []byte("1"))
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			child := parent.Branch()
			key := []byte{'d', byte(i)}
			child.Set("bank", key, key)
			for range 50 {
				it, err := child.Iterate("bank", nil, nil, i%2 == 0)
				if err != nil {
					t.Error(err)
					return
				}
				n := 0
				for ; it.Valid(); it.Next() {
					n++
				}
				own, err := child.Get("bank", key)
				if n != 4 || err != nil || !bytes.Equal(own, key) || it.Close() != nil {
					t.Errorf("a child sees %d keys, own %q, %v", n, own, err)
				}
			}
		})
	}
	wg.Wait()
}

// TestWrites: a branch tells what it has written, not what stands below it.
func TestWrites(t *testing.T) {
	s, err := Open("", Options{Stores: []string{"a", "b"}})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	below := s.Branch()
	below.Set("a", []byte("below"), []byte("1"))
	b := below.Branch()
	b.Set("b", []byte("2"), []byte("two"))
	b.Set("b", []byte("1"), []byte{})
	b.Delete("a", []byte("below"))
	var got []string
	note := func(store string, key, value []byte) {
		got = append(got, fmt.Sprintf("%s %s %q %t", store, key, value, value == nil))
	}
	Writes(b, note)
	require.Equal(t, []string{`a below "" true`, `b 1 "" false`, `b 2 "two" false`}, got)
	b.Merge()
	got = nil
	Writes(b, note)
	require.Empty(t, got)
}
