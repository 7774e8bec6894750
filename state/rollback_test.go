package state

import (
	"math/rand/v2"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
)

// TestRollback: after each of many blocks the last one or two are taken back; what
// is left is the state of before to the byte, on disk too, and goes on to the same
// hashes.
func TestRollback(t *testing.T) {
	for _, keep := range []int64{0, 3} {
		opts := small
		opts.FS, opts.Keep = vfs.NewMem(), keep
		s, err := Open("dir", opts)
		require.NoError(t, err)
		var hashes [][]byte
		write := func(h int64) {
			hash := block(t, s, h, func(b chain.Branch) { scriptBlock(rand.New(rand.NewPCG(7, uint64(h))), b, h) })
			if int64(len(hashes)) < h {
				hashes = append(hashes, hash)
			}
			require.Equal(t, hashes[h-1], hash, "height %d", h)
		}
		write(1)
		require.ErrorIs(t, s.Rollback(), ErrNoVersion, "there is nothing before the first")
		for h := int64(2); h <= 40; h++ {
			write(h)
			back := min(1+h%2, h-1)
			for range back {
				require.NoError(t, s.Rollback())
			}
			require.NoError(t, s.Check())
			height, hash := s.Version()
			require.Equal(t, h-back, height)
			require.Equal(t, hashes[h-back-1], hash)
			if h%3 == 0 {
				require.NoError(t, s.Close())
				s, err = Open("dir", opts)
				require.NoError(t, err)
			}
			for again := h - back + 1; again <= h; again++ {
				write(again)
			}
			require.NoError(t, s.Check())
		}
		view := s.Latest()
		require.ErrorContains(t, s.Rollback(), "still open")
		view.Close()
		require.NoError(t, s.Close())
	}
}
