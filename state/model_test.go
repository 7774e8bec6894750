package state

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weftchain/weft/chain"
)

// TestCommitsAgainstMaps runs random blocks with reopenings and compares every
// kept height with a map of that height.
func TestCommitsAgainstMaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		opts := small
		opts.FS = vfs.NewMem()
		opts.Keep = rapid.SampledFrom([]int64{0, 2, 3, 5}).Draw(t, "keep")
		s, err := Open("dir", opts)
		require.NoError(t, err)
		height := rapid.Int64Range(1, 3).Draw(t, "initial height") - 1
		past := map[int64]model{}
		hashes := map[int64][]byte{}
		now := model{}
		for range rapid.IntRange(1, 12).Draw(t, "blocks") {
			if rapid.IntRange(0, 4).Draw(t, "reopen") == 0 {
				require.NoError(t, s.Close())
				s, err = Open("dir", opts)
				require.NoError(t, err)
			}
			b := s.Branch()
			for range rapid.IntRange(0, 6).Draw(t, "writes") {
				k, v := genKey.Draw(t, "key"), genValue.Draw(t, "value")
				if rapid.IntRange(0, 2).Draw(t, "delete") == 0 {
					b.Delete("bank", []byte(k))
					delete(now, k)
				} else {
					b.Set("bank", []byte(k), []byte(v))
					now[k] = v
				}
			}
			height++
			hash, err := s.Stage(b, height)
			require.NoError(t, err)
			require.NoError(t, s.Commit())
			past[height], hashes[height] = maps.Clone(now), hash
			require.NoError(t, s.Check())
		}
		for h, m := range past {
			kept := opts.Keep == 0 || h > height-opts.Keep
			v, err := s.At(h)
			if !kept {
				require.ErrorIs(t, err, ErrNoVersion)
				continue
			}
			require.NoError(t, err)
			require.Equal(t, hashes[h], v.AppHash())
			start, end, reverse := genBound.Draw(t, "start"), genBound.Draw(t, "end"), rapid.Bool().Draw(t, "reverse")
			it, err := v.Iterate("bank", start, end, reverse)
			require.NoError(t, err)
			w := openWalk{it, m.list(start, end, reverse)}
			w.finish(t)
			for k, want := range m {
				got, err := v.Get("bank", []byte(k))
				require.NoError(t, err)
				require.Equal(t, want, string(got))
			}
			v.Close()
		}
		require.NoError(t, s.Close())
	})
}

// script runs a fixed random sequence of blocks: inserts, updates, deletes and
// blocks that leave stores untouched. between is called after each block and
// may replace the store. It returns the app hashes.
func script(t testing.TB, s *Store, blocks int, between func(*Store) *Store) [][]byte {
	rng := rand.New(rand.NewPCG(1, 2))
	var hashes [][]byte
	for h := int64(1); h <= int64(blocks); h++ {
		hashes = append(hashes, block(t, s, h, func(b chain.Branch) { scriptBlock(rng, b, h) }))
		if between != nil {
			s = between(s)
		}
	}
	return hashes
}

func scriptBlock(rng *rand.Rand, b chain.Branch, height int64) {
	for i, store := range small.Stores {
		if height%int64(i+1) != 0 {
			continue // a store that this block leaves alone
		}
		for range rng.IntN(12) {
			key := sha256.Sum256([]byte{byte(rng.IntN(60))})
			if rng.IntN(4) == 0 {
				b.Delete(store, key[:8])
			} else {
				b.Set(store, key[:8], fmt.Appendf(nil, "%d/%d", height, rng.IntN(1000)))
			}
		}
	}
}

// TestSettingsDoNotMatter: caches, history, reopening, staging twice and the
// order of writes influence no hash.
func TestSettingsDoNotMatter(t *testing.T) {
	const blocks = 40
	want := script(t, openMem(t, small), blocks, nil)
	for name, change := range map[string]func(*Options){
		"tiny cache":  func(o *Options) { o.CacheBytes = 1 },
		"large cache": func(o *Options) { o.CacheBytes = 64 << 20 },
		"keep 2":      func(o *Options) { o.Keep = 2 },
		"keep 7":      func(o *Options) { o.Keep = 7 },
		"other order": func(o *Options) { o.Stores = []string{"wasm", "bank", "auth"} },
	} {
		t.Run(name, func(t *testing.T) {
			opts := small
			opts.FS = vfs.NewMem()
			change(&opts)
			require.Equal(t, want, script(t, openMem(t, opts), blocks, nil))
		})
	}
	t.Run("reopened", func(t *testing.T) {
		opts := small
		opts.FS, opts.Keep = vfs.NewMem(), 3
		var last *Store
		got := script(t, open(t, "dir", opts), blocks, func(s *Store) *Store {
			require.NoError(t, s.Close())
			last = open(t, "dir", opts)
			return last
		})
		require.Equal(t, want, got)
		require.NoError(t, last.Check())
		require.NoError(t, last.Close())
	})
}

func TestOrderOfWritesDoesNotMatter(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var want []byte
	for range 5 {
		s := openMem(t, small)
		got := block(t, s, 1, func(b chain.Branch) {
			order := rng.Perm(300)
			for n, i := range order {
				target := b
				if n%3 == 0 {
					target = b.Branch()
				}
				target.Set("bank", fmt.Appendf(nil, "key%03d", i), []byte("old"))
				target.Set("bank", fmt.Appendf(nil, "key%03d", i), fmt.Appendf(nil, "value%d", i))
				if target != b {
					target.Merge()
				}
			}
		})
		if want == nil {
			want = got
		}
		require.Equal(t, want, got)
	}
}

// TestReopenedStoreCaches: the read cache works from the first block after an
// opening, not only after the next commit.
func TestReopenedStoreCaches(t *testing.T) {
	opts := small
	opts.FS = vfs.NewMem()
	s := open(t, "dir", opts)
	block(t, s, 5, set("bank", "a", "1"))
	require.NoError(t, s.Close())
	s = open(t, "dir", opts)
	require.Equal(t, "1", get(t, s.Branch(), "bank", "a"))
	got, ok := s.cache.get(5, flatKey("bank", []byte("a")))
	require.True(t, ok)
	require.Equal(t, "1", string(got))
	require.NoError(t, s.Close())
}

// goldenHashes are app hashes of script's first blocks. A change of any is
// state breaking.
var goldenHashes = []string{
	"B0DF79C40E77F8651ED47DB6AF15601F429D66719DDB980DD2A708C5D3C01817",
	"2FB10944B6201CC89D7D1DE1776343BE923B8A81999C6783D45A8A335739D612",
	"8C109F1700D23C9666A86C33193D52C289A853F7E2527506EC37A17F4D6B26AC",
	"A4F7638D1B7A8464A7010562D66AA138C5D52D74608C1CF4B7987C1BFFACE445",
	"0AA0312CA9BA5320BA55E72738395B226CDEC10B6E48BF40BF19D58DD1A3FAC2",
}

func TestGoldenAppHashes(t *testing.T) {
	hashes := script(t, openMem(t, small), 5, nil)
	var got []string
	for _, h := range hashes {
		got = append(got, fmt.Sprintf("%X", h))
	}
	require.Equal(t, goldenHashes, got)
}

// TestAppHashByHand computes the app hash of one small state from the
// definitions alone.
func TestAppHashByHand(t *testing.T) {
	s := openMem(t, Options{Stores: []string{"b", "a", "c"}, CacheBytes: 16 << 20})
	got := block(t, s, 1, set("b", "key", "value"))
	hash := func(parts ...[]byte) []byte {
		sum := sha256.Sum256(bytes.Join(parts, nil))
		return sum[:]
	}
	// zig-zag varints: height 0, size 1, version 1
	tree := hash([]byte{0, 2, 2}, []byte("\x03key"), []byte{32}, hash([]byte("value")))
	leaf := func(name string, root []byte) []byte {
		return hash([]byte{0, byte(len(name))}, []byte(name), []byte{32}, hash(root))
	}
	empty := hash()
	ab := hash([]byte{1}, leaf("a", empty), leaf("b", tree))
	require.Equal(t, hash([]byte{1}, ab, leaf("c", empty)), got)
}
