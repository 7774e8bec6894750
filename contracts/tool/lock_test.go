package tool

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLock(t *testing.T) {
	root := t.TempDir()
	below := filepath.Join(root, "a", "b")
	require.NoError(t, os.MkdirAll(below, 0o700))
	require.NoError(t, os.Mkdir(filepath.Join(root, ".git"), 0o700))
	l, err := OpenLock(root)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(root, LockName), l.File())
	pot := Deployed{Address: "w1pot", CodeID: 7, Checksum: "00", Label: "<pot>", Creator: "w1al", Schema: l.Relative(filepath.Join(root, "schema", "pot.json"))}
	require.NoError(t, l.Set("z-1", "pot", pot))
	require.NoError(t, l.Set("a-1", "z", Deployed{Address: "w1z"}))
	require.NoError(t, l.Set("a-1", "b", Deployed{Address: "w1b"}))
	one := read(t, l.File())
	require.Contains(t, one, `"label": "<pot>"`)

	l, err = OpenLock(below)
	require.NoError(t, err, "the lock of a folder above")
	require.Equal(t, []string{"b", "z"}, l.Aliases("a-1"))
	require.Equal(t, []string{"z-1"}, l.ChainsOf("pot"))
	got, ok := l.Find("z-1", "pot")
	require.True(t, ok)
	require.Equal(t, pot, got)
	got, ok = l.At("z-1", "w1pot")
	require.True(t, ok)
	require.Equal(t, pot, got)
	_, ok = l.Find("a-1", "pot")
	require.False(t, ok)
	require.Equal(t, filepath.Join(root, "schema", "pot.json"), l.Path(pot.Schema))
	require.Empty(t, l.Relative("/elsewhere/x.json"))
	require.NoError(t, l.Set("z-1", "pot", pot))
	require.Equal(t, one, read(t, l.File()), "the order of entries is fixed")

	for _, text := range []string{"", "{", `{"format":2}`, `{"format":1,"cahins":{}}`} {
		require.NoError(t, os.WriteFile(l.File(), []byte(text), 0o600))
		_, err := OpenLock(below)
		require.ErrorContains(t, err, LockName, text)
	}
}

// Without a lock above, a repository's root ends the search.
func TestLockOfARepository(t *testing.T) {
	root := t.TempDir()
	inner := filepath.Join(root, "inner")
	require.NoError(t, os.MkdirAll(filepath.Join(inner, ".git"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(root, LockName), []byte(`{"format":1}`), 0o600))
	l, err := OpenLock(inner)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(inner, LockName), l.File())
}
