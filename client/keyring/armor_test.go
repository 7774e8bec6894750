package keyring

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// oldArmor was published in a Cosmos program's tests together with its
// passphrase, 123456789.
const oldArmor = `-----BEGIN TENDERMINT PRIVATE KEY-----
salt: A790BB721D1C094260EA84F5E5B72289
kdf: bcrypt

HbP+c6JmeJy9JXe2rbbF1QtCX1gLqGcDQPBXiCtFvP7/8wTZtVOPj8vREzhZ9ElO
3P7YnrzPQThG0Q+ZnRSbl9MAS8uFAM4mqm5r/Ys=
=f3l4
-----END TENDERMINT PRIVATE KEY-----
`

func TestUnarmorOld(t *testing.T) {
	priv, err := Unarmor(oldArmor, []byte("123456789"))
	require.NoError(t, err)
	require.NoError(t, checkPriv(priv))
	_, err = Unarmor(oldArmor, []byte("another passphrase"))
	require.ErrorIs(t, err, ErrPassphrase)
}

func TestArmorRoundTrip(t *testing.T) {
	path, err := CosmosPath(0, 0)
	require.NoError(t, err)
	priv, err := FromMnemonic(alice, "", path)
	require.NoError(t, err)
	text, err := Armor(priv, []byte("a good passphrase"))
	require.NoError(t, err)
	back, err := Unarmor("\r\n"+strings.ReplaceAll(text, "\n", "\r\n"), []byte("a good passphrase"))
	require.NoError(t, err)
	require.Equal(t, priv, back)
	_, err = Unarmor(text, []byte("a bad passphrase"))
	require.ErrorIs(t, err, ErrPassphrase)
	_, err = Armor(priv, []byte("short"))
	require.ErrorIs(t, err, ErrWeak)
}

func TestUnarmorRefuses(t *testing.T) {
	good := strings.Replace(oldArmor, "kdf: bcrypt\n", "kdf: bcrypt\ntype: secp256k1\n", 1)
	for name, bad := range map[string]string{
		"empty":         "",
		"no end":        strings.Replace(good, "-----END", "----END", 1),
		"public key":    strings.ReplaceAll(good, "PRIVATE", "PUBLIC"),
		"checksum":      strings.Replace(good, "HbP+", "HbP/", 1),
		"kdf":           strings.Replace(good, "bcrypt", "scrypt", 1),
		"type":          strings.Replace(good, "secp256k1", "ed25519", 1),
		"salt":          strings.Replace(good, "A790", "A7", 1),
		"header twice":  strings.Replace(good, "kdf: bcrypt\n", "kdf: bcrypt\nkdf: bcrypt\n", 1),
		"no empty line": strings.Replace(good, "\n\n", "\n", 1),
		"base64":        strings.Replace(good, "HbP+", "Hb!+", 1),
		"long":          good + strings.Repeat("A", maxArmorBytes),
	} {
		_, err := Unarmor(bad, []byte("123456789"))
		require.ErrorIs(t, err, ErrCorrupt, name)
	}
}
