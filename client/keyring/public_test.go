package keyring

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/tx"
)

// testKeys are one key of each kind and a multisig of them.
func testKeys(t *testing.T) map[string]tx.PubKey {
	t.Helper()
	secp, err := tx.ParsePubKey(publicKey([32]byte{31: 8}))
	require.NoError(t, err)
	other, err := tx.ParsePubKey(publicKey([32]byte{31: 9}))
	require.NoError(t, err)
	ed, err := tx.NewPubKey(tx.Ed25519, make([]byte, 32))
	require.NoError(t, err)
	multi, err := tx.NewMultisig(2, secp, other, secp)
	require.NoError(t, err)
	return map[string]tx.PubKey{"secp": secp, "ed": ed, "multi": multi}
}

func TestPublicKeys(t *testing.T) {
	dir := t.TempDir()
	k := openFile(t, dir, "correct horse")
	for name, key := range testKeys(t) {
		want := KindOffline
		if name == "multi" {
			want = KindMulti
		}
		added, err := k.AddPublic(name, key)
		require.NoError(t, err, name)
		require.Equal(t, want, added.Kind, name)
		found, err := k.Find(key.Address())
		require.NoError(t, err, name)
		require.Equal(t, name, found.Name)
		require.Equal(t, want, found.Kind, name)
		require.True(t, key.Any().Equal(found.PubKey.Any()), name)
		_, err = k.Priv(name)
		require.ErrorIs(t, err, ErrNoSecret, name)
		_, err = k.AddPublic(name, key)
		require.ErrorIs(t, err, ErrExists, name)

		renamed, err := k.Rename(name, name+"2")
		require.NoError(t, err, name)
		require.Equal(t, want, renamed.Kind, name)
		require.Equal(t, key.Address(), renamed.Address(), name)
		require.NoError(t, k.Delete(name+"2"))
	}
	_, err := k.AddPublic("../x", testKeys(t)["secp"])
	require.ErrorIs(t, err, ErrName)
}

// TestPublicFilesAreChecked: a file without a secret holds a good key and
// nothing that only a file with a secret has.
func TestPublicFilesAreChecked(t *testing.T) {
	k := openFile(t, t.TempDir(), "correct horse")
	_, err := k.AddPublic("bob", testKeys(t)["secp"])
	require.NoError(t, err)
	path := k.folder.path("bob")
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	good := string(raw)
	for name, bad := range map[string]string{
		"a secret behind it": good + "AAAA\n",
		"another name":       strings.Replace(good, `"bob"`, `"eve"`, 1),
		"another wrap":       strings.Replace(good, wrapNone, wrapOS, 1),
		"an algorithm":       strings.Replace(good, `"public":`, `"algo":"secp256k1","public":`, 1),
		"two public keys":    strings.Replace(good, `"public":`, `"public_key":"AAAA","public":`, 1),
		"a nonce":            strings.Replace(good, `"public":`, `"nonce":"AAAA","public":`, 1),
		"garbage":            strings.Replace(good, `"public":"`, `"public":"AAAA`, 1),
		"cut off":            good[:len(good)-10],
	} {
		require.NotEqual(t, good, bad, name)
		require.NoError(t, os.WriteFile(path, []byte(bad), 0o600))
		_, err := k.Get("bob")
		require.ErrorIs(t, err, ErrCorrupt, name)
	}
}
