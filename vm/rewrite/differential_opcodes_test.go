package rewrite_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/rewrite"
)

// TestNoRemainders looks at the bytes: a metered module has none of the rem
// instructions that the engine gets wrong on arm64. That fault needs more
// register pressure than random modules bring, so digests alone would not do.
func TestNoRemainders(t *testing.T) {
	rems := []uint16{0x6f, 0x70, 0x81, 0x82}
	found := 0
	for n := range 300 {
		s, err := newSubject(1, n)
		require.NoError(t, err)
		before, err := rewrite.Opcodes(s.code)
		require.NoError(t, err)
		after, err := rewrite.Opcodes(s.metered)
		require.NoError(t, err)
		for _, rem := range rems {
			found += before[rem]
			require.Zero(t, after[rem], "module %d: opcode %#x", n, rem)
		}
	}
	require.Greater(t, found, 100, "the originals have them")
}
