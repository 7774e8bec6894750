package tx

import (
	"crypto/sha256"
	"fmt"

	"github.com/cosmos/gogoproto/types"
	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
	"golang.org/x/crypto/ripemd160" //nolint:staticcheck,gosec // Cosmos addresses are defined by RIPEMD-160

	"github.com/weftchain/weft/chain"
	secp256k1pb "github.com/weftchain/weft/proto/cosmos/crypto/secp256k1"
)

// Secp256k1URL is the type URL of the public key that accounts use.
const Secp256k1URL = "/cosmos.crypto.secp256k1.PubKey"

// PubKey is a compressed secp256k1 public key of 33 bytes, checked to lie on
// the curve.
type PubKey struct {
	key   *secp256k1.PublicKey
	bytes [secp256k1.PubKeyBytesLenCompressed]byte
}

// ParsePubKey reads a compressed key (33 bytes, prefix 02 or 03). The error
// wraps chain.ErrInvalidPubKey.
func ParsePubKey(b []byte) (PubKey, error) {
	if len(b) != secp256k1.PubKeyBytesLenCompressed {
		return PubKey{}, fmt.Errorf("a secp256k1 key has %d bytes, this one %d: %w",
			secp256k1.PubKeyBytesLenCompressed, len(b), chain.ErrInvalidPubKey)
	}
	key, err := secp256k1.ParsePubKey(b)
	if err != nil {
		return PubKey{}, fmt.Errorf("%v: %w", err, chain.ErrInvalidPubKey)
	}
	p := PubKey{key: key}
	copy(p.bytes[:], b)
	return p, nil
}

// PubKeyFromAny reads the public key of a SignerInfo or an account. The error
// wraps chain.ErrInvalidPubKey and names the kinds that are accepted.
func PubKeyFromAny(a *types.Any) (PubKey, error) {
	if a == nil || a.TypeUrl != Secp256k1URL {
		url := ""
		if a != nil {
			url = a.TypeUrl
		}
		return PubKey{}, fmt.Errorf("key type %.100q is not accepted, use %s: %w", url, Secp256k1URL, chain.ErrInvalidPubKey)
	}
	var pb secp256k1pb.PubKey
	if err := pb.Unmarshal(a.Value); err != nil {
		return PubKey{}, fmt.Errorf("%v: %w", err, chain.ErrInvalidPubKey)
	}
	return ParsePubKey(pb.Key)
}

// Bytes returns the compressed form.
func (p PubKey) Bytes() []byte { return append([]byte(nil), p.bytes[:]...) }

// Any returns the form that SignerInfo and accounts hold.
func (p PubKey) Any() *types.Any {
	value, err := (&secp256k1pb.PubKey{Key: p.Bytes()}).Marshal()
	if err != nil { // a message of one byte field always marshals
		panic(err)
	}
	return &types.Any{TypeUrl: Secp256k1URL, Value: value}
}

// Address is RIPEMD-160 of SHA-256 of the compressed key, 20 bytes.
func (p PubKey) Address() chain.Address {
	sum := sha256.Sum256(p.bytes[:])
	h := ripemd160.New()
	h.Write(sum[:])
	return chain.Address(h.Sum(nil))
}

// SignatureBytes is the length of a signature: r and s, 32 bytes each.
const SignatureBytes = 64

// Verify reports whether sig (r||s, s in the lower half of the order, both in
// [1, n-1]) signs SHA-256 of signBytes.
func (p PubKey) Verify(signBytes, sig []byte) bool {
	if p.key == nil || len(sig) != SignatureBytes {
		return false
	}
	var r, s secp256k1.ModNScalar
	if r.SetByteSlice(sig[:32]) || s.SetByteSlice(sig[32:]) || r.IsZero() || s.IsZero() || s.IsOverHalfOrder() {
		return false
	}
	hash := sha256.Sum256(signBytes)
	return ecdsa.NewSignature(&r, &s).Verify(hash[:], p.key)
}

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
	p := PubKey{key: k.key.PubKey()}
	copy(p.bytes[:], p.key.SerializeCompressed())
	return p
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
