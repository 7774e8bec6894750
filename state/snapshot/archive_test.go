package snapshot

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestArchive: an archive holds the snapshot; one that was changed is refused and
// leaves nothing.
func TestArchive(t *testing.T) {
	from := grown(t, 6, 200)
	height, hash := from.Version()
	k := NewKeeper(t.TempDir(), stores)
	made, err := k.Make(t.Context(), from.Latest())
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, k.Export(&b, height))
	require.ErrorIs(t, k.Export(&b, height+1), ErrNone)
	require.NoError(t, k.Export(&b, height)) // a second one behind it is not looked at
	text := b.Bytes()

	dir := filepath.Join(t.TempDir(), "other")
	other := NewKeeper(dir, stores)
	r := rand.New(rand.NewPCG(1, 1))
	for range 15 {
		bad := bytes.Clone(text[:len(text)/2])
		bad[512+r.IntN(len(bad)-2000)] ^= 1
		got, err := other.Import(bytes.NewReader(bad))
		if err == nil { // padding, or space in the JSON
			require.Equal(t, made.Digests, got.Digests)
			require.NoError(t, other.Remove(got.Height))
		}
		_, err = other.Import(bytes.NewReader(text[:r.IntN(len(text)/3)]))
		require.Error(t, err)
	}
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
	got, err := other.Import(bytes.NewReader(text))
	require.NoError(t, err)
	require.Equal(t, made, got)
	_, err = other.Import(bytes.NewReader(text))
	require.ErrorContains(t, err, "already")
	in, err := other.Open(height)
	require.NoError(t, err)
	to := empty(t)
	require.NoError(t, Read(in, to, height, hash))
	require.NoError(t, in.Close())
}
