package keyring

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	oskeyring "github.com/zalando/go-keyring"

	"github.com/weftchain/weft/tx"
)

// quick makes tests fast; the default cost is used once below.
var quick = cost{Time: 1, MemoryKiB: 64, Threads: 1}

func answer(passphrase string) Ask {
	return func(string, bool) ([]byte, error) { return []byte(passphrase), nil }
}

func openFile(t *testing.T, dir, passphrase string) *Keyring {
	t.Helper()
	k, err := Open(dir, BackendFile, answer(passphrase))
	require.NoError(t, err)
	k.wrap = byPassphrase{answer(passphrase), quick}
	return k
}

// memory is an operating system's keyring for tests.
type memory struct {
	entries map[string]string
	broken  error
}

func (m memory) Get(service, user string) (string, error) {
	if m.broken != nil {
		return "", m.broken
	}
	if s, ok := m.entries[service+user]; ok {
		return s, nil
	}
	return "", oskeyring.ErrNotFound
}

func (m memory) Set(service, user, secret string) error {
	if m.broken == nil {
		m.entries[service+user] = secret
	}
	return m.broken
}

func TestBackends(t *testing.T) {
	priv := [32]byte{31: 7}
	for _, backend := range Backends() {
		t.Run(backend, func(t *testing.T) {
			dir := t.TempDir()
			k, err := Open(dir, backend, answer("correct horse"))
			require.NoError(t, err)
			if backend == BackendOS {
				k.wrap = byOS{memory{entries: map[string]string{}}}
			}
			keys, err := k.List()
			require.NoError(t, err)
			require.Empty(t, keys)
			entries, err := os.ReadDir(dir)
			require.NoError(t, err)
			require.Empty(t, entries, "opening and listing write nothing")

			alice, err := k.Add("alice", priv, "m/44'/118'/0'/0/0")
			require.NoError(t, err)
			_, err = k.Add("bob", [32]byte{31: 8}, "")
			require.NoError(t, err)
			got, err := k.Priv("alice")
			require.NoError(t, err)
			require.Equal(t, priv, got)
			found, err := k.Find(alice.Address())
			require.NoError(t, err)
			require.Equal(t, alice, found)

			carol, err := k.Rename("alice", "carol")
			require.NoError(t, err)
			require.Equal(t, alice.Path, carol.Path)
			_, err = k.Get("alice")
			require.ErrorIs(t, err, ErrNotFound)
			keys, err = k.List()
			require.NoError(t, err)
			require.Len(t, keys, 2)
			require.Equal(t, "bob", keys[0].Name)
			require.NoError(t, k.Delete("bob"))
			require.ErrorIs(t, k.Delete("bob"), ErrNotFound)
			gone, err := tx.ParsePubKey(publicKey([32]byte{31: 8}))
			require.NoError(t, err)
			_, err = k.Find(gone.Address())
			require.ErrorIs(t, err, ErrNotFound)
		})
	}
	_, err := Open(t.TempDir(), "pass", nil)
	require.ErrorIs(t, err, ErrBackend)
	_, err = Open(t.TempDir(), "", nil)
	require.ErrorIs(t, err, ErrBackend)
}

func TestDefaultCost(t *testing.T) {
	k, err := Open(t.TempDir(), BackendFile, answer("correct horse"))
	require.NoError(t, err)
	_, err = k.Add("alice", [32]byte{31: 7}, "")
	require.NoError(t, err)
	r, err := k.record("alice")
	require.NoError(t, err)
	require.Equal(t, cost{Time: 3, MemoryKiB: 65536, Threads: 4}, *r.KDF)
	_, err = k.Priv("alice")
	require.NoError(t, err)
}

func TestPassphrases(t *testing.T) {
	dir := t.TempDir()
	_, err := openFile(t, dir, "1234567").Add("alice", [32]byte{31: 7}, "")
	require.ErrorIs(t, err, ErrWeak)
	_, err = openFile(t, dir, "correct horse").Add("alice", [32]byte{31: 7}, "")
	require.NoError(t, err)
	for range 3 {
		_, err = openFile(t, dir, "correct house").Priv("alice")
		require.ErrorIs(t, err, ErrPassphrase)
		require.NotContains(t, err.Error(), "house")
	}
	declined := errors.New("declined")
	k := openFile(t, dir, "")
	k.wrap = byPassphrase{func(string, bool) ([]byte, error) { return nil, declined }, quick}
	_, err = k.Priv("alice")
	require.ErrorIs(t, err, declined)
}

func TestOSKeyringMissing(t *testing.T) {
	k, err := Open(t.TempDir(), BackendOS, nil)
	require.NoError(t, err)
	k.wrap = byOS{memory{broken: errors.New("dbus is not there")}}
	_, err = k.Add("alice", [32]byte{31: 7}, "")
	require.ErrorIs(t, err, ErrNoOSKeyring)
	require.ErrorContains(t, err, "--keyring-backend file")
	entries, err := os.ReadDir(filepath.Dir(k.Folder()))
	require.NoError(t, err)
	require.Empty(t, entries)

	store := memory{entries: map[string]string{}}
	k.wrap = byOS{store}
	_, err = k.Add("alice", [32]byte{31: 7}, "")
	require.NoError(t, err)
	_, err = k.Add("bob", [32]byte{31: 8}, "")
	require.NoError(t, err)
	require.Len(t, store.entries, 1, "one wrapping key serves all files")
	clear(store.entries)
	_, err = k.Priv("alice")
	require.ErrorIs(t, err, ErrPassphrase)
}

func TestNames(t *testing.T) {
	k := openFile(t, t.TempDir(), "correct horse")
	for _, bad := range []string{"", ".", "..", "a/b", `a\b`, "../a", "a\x00b", "-a", ".a", "ä", "a b", "a\x1b[31m", strings.Repeat("a", 65)} {
		_, err := k.Add(bad, [32]byte{31: 7}, "")
		require.ErrorIs(t, err, ErrName, "%q", bad)
		_, err = k.Get(bad)
		require.ErrorIs(t, err, ErrName, "%q", bad)
		require.ErrorIs(t, k.Delete(bad), ErrName, "%q", bad)
	}
	for _, good := range []string{"a", "A.b_c-d", "0", strings.Repeat("z", 64)} {
		_, err := k.Add(good, [32]byte{31: 7}, "")
		require.NoError(t, err)
	}
	for _, taken := range []string{"a", "a.B_c-D"} {
		_, err := k.Add(taken, [32]byte{31: 7}, "")
		require.ErrorIs(t, err, ErrExists, taken)
	}
	_, err := k.Rename("a", "0")
	require.ErrorIs(t, err, ErrExists)
	_, err = k.Add("zero", [32]byte{}, "")
	require.Error(t, err)
	_, err = k.Add("high", [32]byte(bytes.Repeat([]byte{0xff}, 32)), "")
	require.Error(t, err)
}

func TestOneOfManyAddsWins(t *testing.T) {
	dir := t.TempDir()
	var won sync.Map
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			k, err := Open(dir, BackendTest, nil)
			if err == nil {
				_, err = k.Add("alice", [32]byte{31: byte(i + 1)}, "")
			}
			if err == nil {
				won.Store(i, true)
			} else if !errors.Is(err, ErrExists) {
				t.Error(err)
			}
		})
	}
	group.Wait()
	count := 0
	won.Range(func(any, any) bool { count++; return true })
	require.Equal(t, 1, count)
	entries, err := os.ReadDir(filepath.Join(dir, "keyring-test"))
	require.NoError(t, err)
	require.Len(t, entries, 1, "no temporary file is left")
}
