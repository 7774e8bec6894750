package tx

import (
	"crypto/sha256"
	"fmt"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
)

// PrivKey is a secp256k1 private key.
type PrivKey struct{ key *secp256k1.PrivateKey }

// NewPrivKey reads 32 bytes in [1, n-1].
func NewPrivKey(b []byte) (PrivKey, error) {
	var scalar secp256k1.ModNScalar
	if len(b) != secp256k1.PrivKeyBytesLen || scalar.SetByteSlice(b) || scalar.IsZero() {
		return PrivKey{}, fmt.Errorf("a private key is %d bytes between 1 and the curve's order", secp256k1.PrivKeyBytesLen)
	}
	return PrivKey{secp256k1.NewPrivateKey(&scalar)}, nil
}

// Bytes returns the 32 secret bytes.
func (k PrivKey) Bytes() []byte { return k.key.Serialize() }

// PubKey returns the public half.
func (k PrivKey) PubKey() PubKey {
	point := k.key.PubKey()
	return PubKey{kind: Secp256k1, raw: string(point.SerializeCompressed()), point: point}
}

// Sign returns r||s over SHA-256 of signBytes, deterministic (RFC 6979) and
// with s in the lower half.
func (k PrivKey) Sign(signBytes []byte) []byte {
	hash := sha256.Sum256(signBytes)
	sig := ecdsa.Sign(k.key, hash[:])
	r, s := sig.R(), sig.S()
	rb, sb := r.Bytes(), s.Bytes()
	return append(rb[:], sb[:]...)
}
