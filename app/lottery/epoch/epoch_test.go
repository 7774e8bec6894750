package epoch

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSpans walks 50 epochs height by height: every height is mined in one
// epoch, each epoch is settled once and activated once, in order, and no two
// epochs are between end and activation at the same time.
func TestSpans(t *testing.T) {
	for _, c := range [][3]uint64{{600, 20, 40}, {20, 4, 6}, {4, 1, 2}, {5, 3, 1}} {
		require.NoError(t, Check(c[0], c[1], c[2]))
		s := Start(7, c[0], c[1], c[2])
		for range 50 {
			require.Equal(t, int64(c[0]), s.Last-s.First+1)
			require.False(t, s.Takes(s.First-1))
			require.True(t, s.Takes(s.First))
			require.True(t, s.Takes(s.SettlesAt()), "a block settles at its end, after its tickets")
			require.False(t, s.Takes(s.SettlesAt()+1))
			require.False(t, s.Proves(s.SettlesAt()))
			require.True(t, s.Proves(s.SettlesAt()+1))
			require.True(t, s.Proves(s.ActivatesAt()))
			require.False(t, s.Proves(s.ActivatesAt()+1))
			next := Start(s.Last+1, c[0], c[1], c[2])
			require.Less(t, s.ActivatesAt(), next.Last)
			require.True(t, s.Ends(next.First-1))
			s = next
		}
	}
}

func TestCheck(t *testing.T) {
	for _, c := range [][3]uint64{{0, 1, 1}, {3, 1, 1}, {10, 0, 5}, {10, 5, 0}, {10, 5, 5}, {10, 10, 1}, {10, 1, 1 << 63}, {1 << 63, 1, 1}, {10, 1<<64 - 1, 2}} {
		require.Error(t, Check(c[0], c[1], c[2]), c)
	}
}

// The vectors were made by an independent program (testdata/vectors.py of
// package ticket): a change of them is a new version of the seed.
func TestVectors(t *testing.T) {
	var zero [32]byte
	hash := sha256.Sum256([]byte("block"))
	seed := Seed("weft-local", 7, sha256.Sum256([]byte("seed")), sha256.Sum256([]byte("beacon")), hash[:])
	require.Equal(t, seedVector, hex.EncodeToString(seed[:]))
	beacon := Beacon(7, zero, [][32]byte{sha256.Sum256([]byte("a")), sha256.Sum256([]byte("b"))})
	require.Equal(t, beaconVector, hex.EncodeToString(beacon[:]))
}

// TestSeedBinds: every input counts.
func TestSeedBinds(t *testing.T) {
	a, b := sha256.Sum256([]byte("a")), sha256.Sum256([]byte("b"))
	seen := map[[32]byte]bool{}
	for _, s := range [][32]byte{
		Seed("x", 1, a, a, a[:]), Seed("y", 1, a, a, a[:]), Seed("x", 2, a, a, a[:]),
		Seed("x", 1, b, a, a[:]), Seed("x", 1, a, b, a[:]), Seed("x", 1, a, a, b[:]),
		Beacon(1, a, nil), Beacon(2, a, nil), Beacon(1, b, nil), Beacon(1, a, [][32]byte{a}), Beacon(1, a, [][32]byte{a, b}), Beacon(1, a, [][32]byte{b, a}),
	} {
		require.False(t, seen[s])
		seen[s] = true
	}
}
