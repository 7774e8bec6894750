package snapshot

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/state"
)

var stores = []string{"bank", "empty", "wasm"}

// grown is a store of some heights.
func grown(t testing.TB, heights int64, valueBytes int) *state.Store {
	t.Helper()
	s, err := state.Open("", state.Options{Stores: stores})
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(7, uint64(heights)))
	for h := int64(1); h <= heights; h++ {
		b := s.Branch()
		for range 30 {
			value := make([]byte, r.IntN(valueBytes))
			for i := range value {
				value[i] = byte(r.Uint32())
			}
			b.Set([]string{"bank", "wasm"}[r.IntN(2)], fmt.Appendf(nil, "key%d", r.IntN(500)), value)
			b.Delete("bank", fmt.Appendf(nil, "key%d", r.IntN(500)))
		}
		_, err := s.Stage(b, h)
		require.NoError(t, err)
		require.NoError(t, s.Commit())
	}
	return s
}

func empty(t testing.TB) *state.Store {
	t.Helper()
	s, err := state.Open("", state.Options{Stores: stores})
	require.NoError(t, err)
	return s
}

func stream(t testing.TB, s *state.Store) []byte {
	t.Helper()
	v := s.Latest()
	defer v.Close()
	var b bytes.Buffer
	require.NoError(t, Write(&b, v, stores))
	return b.Bytes()
}

// TestStream: what was read is what was written, to the last byte of a second
// stream.
func TestStream(t *testing.T) {
	from := grown(t, 20, 40)
	height, hash := from.Version()
	text := stream(t, from)
	to := empty(t)
	require.NoError(t, Read(bytes.NewReader(text), to, height, hash))
	gotHeight, gotHash := to.Version()
	require.Equal(t, height, gotHeight)
	require.Equal(t, hash, gotHash)
	require.Equal(t, text, stream(t, to))
	require.NoError(t, to.Check())
}

// TestStreamRefuses: no byte can be changed, left out or added without an error
// that says whose fault it is, and the store stays empty.
func TestStreamRefuses(t *testing.T) {
	from := grown(t, 5, 10)
	height, hash := from.Version()
	text := stream(t, from)
	to := empty(t)
	refused := func(text []byte, height int64, hash []byte, what string) {
		t.Helper()
		err := Read(bytes.NewReader(text), to, height, hash)
		require.True(t, IsRefusal(err), "%s: %v", what, err)
		at, _ := to.Version()
		require.Zero(t, at)
	}
	r := rand.New(rand.NewPCG(1, 1))
	for range 60 {
		at := r.IntN(len(text))
		bad := bytes.Clone(text)
		bad[at] ^= byte(1 + r.IntN(255))
		refused(bad, height, hash, fmt.Sprintf("byte %d", at))
		refused(text[:at], height, hash, fmt.Sprintf("cut at %d", at))
	}
	refused(append(bytes.Clone(text), 0), height, hash, "one more")
	refused(text, height+1, hash, "another height")
	refused(text, height, make([]byte, 32), "another hash")
	refused(nil, height, hash, "nothing")
	huge := append(append([]byte(magic), byte(height)), 1, 0xff, 0xff, 0xff, 0xff, 0x0f)
	refused(huge, height, hash, "a name of 4 GB")
	require.NoError(t, Read(bytes.NewReader(text), to, height, hash))
}

func FuzzRead(f *testing.F) {
	from := grown(f, 3, 5)
	height, hash := from.Version()
	f.Add(stream(f, from))
	to := empty(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		err := Read(bytes.NewReader(text), to, height, hash)
		if err == nil {
			to = empty(t) // these are the bytes of the state
			return
		}
		if !IsRefusal(err) {
			t.Fatal(err)
		}
	})
}

// TestKeeper makes snapshots of several chunks, and reads and prunes them.
func TestKeeper(t *testing.T) {
	from := grown(t, 4, 250_000) // more than a chunk
	height, hash := from.Version()
	dir := t.TempDir()
	k := NewKeeper(filepath.Join(dir, "snapshots"), stores)
	list, err := k.List()
	require.NoError(t, err)
	require.Empty(t, list)
	made, err := k.Make(t.Context(), from.Latest())
	require.NoError(t, err)
	require.Equal(t, height, made.Height)
	require.Greater(t, len(made.Digests), 1)
	again, err := k.Make(t.Context(), from.Latest())
	require.NoError(t, err)
	require.Equal(t, made, again)
	elsewhere, err := NewKeeper(t.TempDir(), []string{"wasm", "empty", "bank"}).Make(t.Context(), from.Latest())
	require.NoError(t, err)
	require.Equal(t, made, elsewhere, "all nodes make the same")

	var all []byte
	for i := range made.Digests {
		chunk, err := k.Chunk(height, uint32(i))
		require.NoError(t, err)
		require.LessOrEqual(t, len(chunk), ChunkBytes)
		require.Equal(t, made.Digests[i], sha256.Sum256(chunk))
		all = append(all, chunk...)
	}
	in, err := k.Open(height)
	require.NoError(t, err)
	whole, err := io.ReadAll(in)
	require.NoError(t, err)
	require.True(t, bytes.Equal(all, whole))
	to := empty(t)
	require.NoError(t, Read(bytes.NewReader(all), to, height, hash))

	said, err := FromMetadata(height, uint32(len(made.Digests)), made.Metadata(), made.Hash())
	require.NoError(t, err)
	require.Equal(t, made, said)
	for _, bad := range []func() (Snapshot, error){
		func() (Snapshot, error) { return FromMetadata(height, 1, made.Metadata(), made.Hash()) },
		func() (Snapshot, error) { return FromMetadata(height, 0, nil, made.Hash()) },
		func() (Snapshot, error) { return FromMetadata(height, uint32(len(made.Digests)), made.Metadata(), nil) },
		func() (Snapshot, error) { return FromMetadata(height, MaxChunks+1, made.Metadata(), made.Hash()) },
	} {
		_, err := bad()
		require.ErrorIs(t, err, ErrStream)
	}
	_, err = k.Chunk(height, uint32(len(made.Digests)))
	require.ErrorIs(t, err, ErrNone)
	_, err = k.Find(height + 1)
	require.ErrorIs(t, err, ErrNone)
	require.ErrorIs(t, k.Remove(height+1), ErrNone)

	require.NoError(t, os.WriteFile(chunkPath(k.folder(height), 0), []byte("other"), 0o600))
	_, err = k.Chunk(height, 0)
	require.ErrorContains(t, err, "is damaged")

	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	other := NewKeeper(filepath.Join(dir, "others"), stores)
	_, err = other.Make(cancelled, from.Latest())
	require.ErrorIs(t, err, context.Canceled)
	left, err := os.ReadDir(filepath.Join(dir, "others"))
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestPrune(t *testing.T) {
	dir := t.TempDir()
	k := NewKeeper(dir, stores)
	s := empty(t)
	for h := int64(8); h <= 12; h++ {
		b := s.Branch()
		b.Set("bank", []byte("h"), fmt.Append(nil, h))
		_, err := s.Stage(b, h)
		require.NoError(t, err)
		require.NoError(t, s.Commit())
		_, err = k.Make(t.Context(), s.Latest())
		require.NoError(t, err)
	}
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "13.new"), 0o700))
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "notes"), 0o700))
	heights := func() (list []int64) {
		found, err := k.List()
		require.NoError(t, err)
		for _, s := range found {
			list = append(list, s.Height)
		}
		return list
	}
	require.Equal(t, []int64{12, 11, 10, 9, 8}, heights())
	require.NoError(t, k.Prune(2))
	require.Equal(t, []int64{12, 11}, heights())
	require.NoDirExists(t, filepath.Join(dir, "13.new"))
	require.DirExists(t, filepath.Join(dir, "notes"))
	require.True(t, k.begin())
	require.ErrorIs(t, k.Prune(1), ErrBusy)
	_, err := k.Make(t.Context(), s.Latest())
	require.ErrorIs(t, err, ErrBusy)
	k.finish()
	require.NoError(t, s.Close(), "no view is left open")
}
