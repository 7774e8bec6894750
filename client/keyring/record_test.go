package keyring

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryBitCounts flips each byte of a key file: no change opens.
func TestEveryBitCounts(t *testing.T) {
	dir := t.TempDir()
	k := openFile(t, dir, "correct horse")
	_, err := k.Add("alice", [32]byte{31: 7}, "m/44'/118'/0'/0/0")
	require.NoError(t, err)
	path := k.folder.path("alice")
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NotContains(t, string(good), "correct horse")
	for i := range good[:len(good)-1] { // the last line end may be missing
		bad := bytes.Clone(good)
		bad[i] ^= 1
		require.NoError(t, os.WriteFile(path, bad, 0o600))
		_, err := k.Priv("alice")
		require.Error(t, err, "byte %d of %s", i, bad)
	}
	for i := range good[:len(good)-1] {
		require.NoError(t, os.WriteFile(path, good[:i], 0o600))
		_, err := k.Priv("alice")
		require.ErrorIs(t, err, ErrCorrupt, "cut at %d", i)
	}
}

func TestHeadersAreChecked(t *testing.T) {
	dir := t.TempDir()
	k := openFile(t, dir, "correct horse")
	_, err := k.Add("alice", [32]byte{31: 7}, "")
	require.NoError(t, err)
	_, err = k.Add("bob", [32]byte{31: 8}, "")
	require.NoError(t, err)
	path := k.folder.path("alice")
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	other, err := os.ReadFile(k.folder.path("bob"))
	require.NoError(t, err)
	good := string(raw)
	line, sealed, _ := strings.Cut(good, "\n")
	otherLine, _, _ := strings.Cut(string(other), "\n")
	for name, v := range map[string]struct {
		text string
		want error
	}{
		"memory":         {strings.Replace(good, `"memory_kib":64`, `"memory_kib":4294967295`, 1), ErrCorrupt},
		"time":           {strings.Replace(good, `"time":1`, `"time":4294967295`, 1), ErrCorrupt},
		"threads":        {strings.Replace(good, `"threads":1`, `"threads":0`, 1), ErrCorrupt},
		"version":        {strings.Replace(good, `"version":1`, `"version":2`, 1), ErrCorrupt},
		"algorithm":      {strings.Replace(good, algoSecp256k1, "ed25519", 1), ErrCorrupt},
		"wrap":           {strings.Replace(good, wrapArgon2id, wrapNone, 1), ErrCorrupt},
		"no kdf":         {strings.Replace(good, `"kdf":{"time":1,"memory_kib":64,"threads":1},`, "", 1), ErrCorrupt},
		"unknown field":  {strings.Replace(good, `"version":1`, `"version":1,"x":1`, 1), ErrCorrupt},
		"name":           {strings.Replace(good, "alice", "al/ce", 1), ErrCorrupt},
		"other name":     {string(other), ErrCorrupt},
		"other's header": {strings.Replace(otherLine, "bob", "alice", 1) + "\n" + sealed, ErrPassphrase},
		"two values":     {line + "{}\n" + sealed, ErrCorrupt},
		"long":           {good + strings.Repeat("A", maxRecordBytes), ErrCorrupt},
		"empty":          {"", ErrCorrupt},
	} {
		require.NotEqual(t, good, v.text, name)
		require.NoError(t, os.WriteFile(path, []byte(v.text), 0o600))
		_, err := k.Priv("alice")
		require.ErrorIs(t, err, v.want, name)
	}
}

func TestOnlyTheOwnerMayReach(t *testing.T) {
	dir := t.TempDir()
	k := openFile(t, dir, "correct horse")
	_, err := k.Add("alice", [32]byte{31: 7}, "")
	require.NoError(t, err)
	path := k.folder.path("alice")
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, "-rw-------", info.Mode().String())
	info, err = os.Stat(k.Folder())
	require.NoError(t, err)
	require.Equal(t, "drwx------", info.Mode().String())

	require.NoError(t, os.Chmod(path, 0o644))
	_, err = k.Priv("alice")
	require.ErrorIs(t, err, ErrUnsafe)
	require.ErrorContains(t, err, "chmod 600 "+path)
	require.NoError(t, os.Chmod(path, 0o600))

	require.NoError(t, os.Rename(path, filepath.Join(dir, "elsewhere")))
	require.NoError(t, os.Symlink(filepath.Join(dir, "elsewhere"), path))
	_, err = k.Priv("alice")
	require.ErrorIs(t, err, ErrUnsafe)

	require.NoError(t, os.Chmod(k.Folder(), 0o777))
	_, err = k.List()
	require.ErrorIs(t, err, ErrUnsafe)
	_, err = Open(dir, BackendFile, nil)
	require.ErrorIs(t, err, ErrUnsafe)
}

func FuzzDecodeRecord(f *testing.F) {
	data, err := encodeRecord(header{Version: 1, Name: "a", Algo: algoSecp256k1, PublicKey: publicKey([32]byte{31: 1}), Wrap: wrapNone}, testKey, [32]byte{31: 1})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte("{}\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := decodeRecord(data)
		if err != nil {
			return
		}
		if _, err := r.open(testKey); err != nil && fmt.Sprint(err) == "" {
			t.Fatal("an error without a text")
		}
	})
}
