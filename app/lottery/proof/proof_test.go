package proof

import (
	stded25519 "crypto/ed25519"
	"crypto/sha256"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
)

// TestDomains: a signature is good for one text only, and not if a bit of it or
// of the key is turned.
func TestDomains(t *testing.T) {
	seed := sha256.Sum256([]byte("key"))
	secret := stded25519.NewKeyFromSeed(seed[:])
	key := []byte(secret.Public().(stded25519.PublicKey))
	a, b := chain.Address("01234567890123456789"), chain.Address("01234567890123456788")
	texts := [][]byte{
		Possession("x", a, key), Possession("y", a, key), Possession("x", b, key), Possession("x", a, key[1:]),
		Ready("x", a, 1, seed[:]), Ready("y", a, 1, seed[:]), Ready("x", b, 1, seed[:]), Ready("x", a, 2, seed[:]), Ready("x", a, 1, key),
		Unjail("x", a, 1, seed[:]), Unjail("x", a, 2, seed[:]),
		Possession("", "", nil),
	}
	for i, text := range texts {
		sig := stded25519.Sign(secret, text)
		for j, other := range texts {
			require.Equal(t, i == j, Verify(key, other, sig), "%d as %d", i, j)
		}
	}
	sig := stded25519.Sign(secret, texts[0])
	for i := range 8 * len(sig) {
		sig[i/8] ^= 1 << (i % 8)
		require.False(t, Verify(key, texts[0], sig))
		sig[i/8] ^= 1 << (i % 8)
	}
	require.True(t, Verify(key, texts[0], sig))
	require.False(t, Verify(key[1:], texts[0], sig))
	require.False(t, Verify(key, texts[0], sig[1:]))
	require.False(t, Verify(nil, nil, nil))
}
