package state

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNodeCache: what it returns is right and a copy, and it keeps its bound.
func TestNodeCache(t *testing.T) {
	const bound = 8 << 10
	c := newNodeCache(bound)
	rng := rand.New(rand.NewPCG(1, 1))
	value := func(id nodeID) []byte { return fmt.Appendf(nil, "node %d of %d in %d", id.nonce, id.version, id.tree) }
	removed := map[nodeID]bool{}
	hits := 0
	for range 20_000 {
		id := nodeID{uint16(rng.IntN(2)), uint32(rng.IntN(10)), int64(rng.IntN(20))}
		switch rng.IntN(4) {
		case 0:
			c.put(id, value(id))
			delete(removed, id)
		case 1:
			if rng.IntN(8) == 0 {
				c.remove(id)
				removed[id] = true
			}
		default:
			got := c.get(id)
			if got == nil {
				continue
			}
			hits++
			require.False(t, removed[id], "a removed node came back")
			require.Equal(t, value(id), got)
			got[0] = 'X'
		}
		for _, g := range []nodeGeneration{c.young, c.old} {
			require.LessOrEqual(t, len(g.data)+len(g.index)*nodeOverhead, bound/2+nodeOverhead)
		}
	}
	require.Greater(t, hits, 1000)
	large := nodeID{version: 99}
	c.put(large, make([]byte, bound))
	require.Nil(t, c.get(large), "one node took the whole cache")
}

// TestReadCache: a shard answers for its height only, remembers absence, and
// keeps its bound.
func TestReadCache(t *testing.T) {
	const bound = 64 << 10
	c := newReadCache(bound)
	c.put(0, []byte("a"), []byte("1"))
	c.put(0, []byte("gone"), nil)
	for _, want := range []struct {
		key, value string
		ok         bool
	}{{"a", "1", true}, {"gone", "", true}, {"b", "", false}} {
		got, ok := c.get(0, []byte(want.key))
		require.Equal(t, want.ok, ok)
		require.Equal(t, want.value, string(got))
	}
	c.advance(1, []write{{full: []byte("a"), value: []byte("2")}, {full: []byte("b")}})
	_, ok := c.get(0, []byte("a"))
	require.False(t, ok, "a reader of an older height got a newer value")
	c.put(0, []byte("gone"), []byte("stale"))
	got, ok := c.get(1, []byte("a"))
	require.True(t, ok)
	require.Equal(t, "2", string(got))
	for _, key := range []string{"b", "gone"} {
		got, ok = c.get(1, []byte(key))
		require.True(t, ok, key)
		require.Nil(t, got, key)
	}
	for i := range 10_000 {
		c.put(1, fmt.Appendf(nil, "key%d", i), make([]byte, i%100))
	}
	used := 0
	for i := range c.shards {
		for _, m := range []map[string][]byte{c.shards[i].young, c.shards[i].old} {
			for k, v := range m {
				used += len(k) + len(v) + entryBytes
			}
		}
	}
	require.LessOrEqual(t, used, bound)
	require.Greater(t, used, bound/4)

	// A value too large to keep must not leave the one before it behind.
	c.advance(2, []write{{full: []byte("a"), value: []byte("3")}})
	c.advance(3, []write{{full: []byte("a"), value: make([]byte, bound)}})
	_, ok = c.get(3, []byte("a"))
	require.False(t, ok, "an old value outlived a large one")
}
