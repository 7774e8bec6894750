package tx

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"fmt"
	"math/big"

	"github.com/cosmos/gogoproto/types"
	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	k1ecdsa "github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"
	"golang.org/x/crypto/ripemd160" //nolint:staticcheck,gosec // Cosmos addresses are defined by RIPEMD-160

	"github.com/weftchain/weft/chain"
	ed25519pb "github.com/weftchain/weft/proto/cosmos/crypto/ed25519"
	secp256k1pb "github.com/weftchain/weft/proto/cosmos/crypto/secp256k1"
	secp256r1pb "github.com/weftchain/weft/proto/cosmos/crypto/secp256r1"
)

// Type URLs of the public keys that accounts may have.
const (
	Secp256k1URL = "/cosmos.crypto.secp256k1.PubKey"
	Ed25519URL   = "/cosmos.crypto.ed25519.PubKey"
	Secp256r1URL = "/cosmos.crypto.secp256r1.PubKey"
	MultisigURL  = "/cosmos.crypto.multisig.LegacyAminoPubKey"
)

// Kind is a kind of public key, named as the Cosmos keyring names it.
type Kind string

// The kinds of public keys.
const (
	Secp256k1 Kind = "secp256k1" // what nearly all accounts have
	Ed25519   Kind = "ed25519"   // what validators sign blocks with, good for accounts too
	Secp256r1 Kind = "secp256r1" // what phones and security keys hold
	Multisig  Kind = "multi"     // several keys, of which a threshold must sign
)

// urls are the type URLs of the kinds.
var urls = map[Kind]string{Secp256k1: Secp256k1URL, Ed25519: Ed25519URL, Secp256r1: Secp256r1URL, Multisig: MultisigURL}

// kindOf returns the kind that a type URL names, "" for an unknown one.
func kindOf(url string) Kind {
	switch url {
	case Secp256k1URL:
		return Secp256k1
	case Ed25519URL:
		return Ed25519
	case Secp256r1URL:
		return Secp256r1
	case MultisigURL:
		return Multisig
	}
	return ""
}

// PubKey is an account's public key of any kind. The zero value is none: it
// signs nothing.
type PubKey struct {
	kind  Kind
	raw   string               // a single key's bytes, of the right length
	point *secp256k1.PublicKey // of a secp256k1 key, if it was parsed already
	multi *multisig            // of a multisig key
}

// ParsePubKey reads a compressed secp256k1 key (33 bytes, prefix 02 or 03). The
// error wraps chain.ErrInvalidPubKey.
func ParsePubKey(b []byte) (PubKey, error) { return NewPubKey(Secp256k1, b) }

// NewPubKey reads a single key: 33 bytes of a point on the curve for secp256k1
// and secp256r1, 32 bytes for ed25519. The error wraps chain.ErrInvalidPubKey.
func NewPubKey(kind Kind, b []byte) (PubKey, error) {
	p, err := unchecked(kind, b)
	if err != nil {
		return PubKey{}, err
	}
	if p.kind == Secp256k1 {
		if p.point, err = secp256k1.ParsePubKey(b); err != nil {
			return PubKey{}, fmt.Errorf("%v: %w", err, chain.ErrInvalidPubKey)
		}
		return p, nil
	}
	return p, p.Check()
}

// unchecked is NewPubKey without a look at the point, which costs time.
func unchecked(kind Kind, b []byte) (PubKey, error) {
	want := 33
	switch kind {
	case Ed25519:
		want = ed25519.PublicKeySize
	case Secp256k1, Secp256r1:
	default:
		return PubKey{}, fmt.Errorf("%.20q is no kind of a single key: %w", kind, chain.ErrInvalidPubKey)
	}
	if len(b) != want {
		return PubKey{}, fmt.Errorf("a %s key has %d bytes, this one %d: %w", kind, want, len(b), chain.ErrInvalidPubKey)
	}
	return PubKey{kind: kind, raw: string(b)}, nil
}

// PubKeyFromAny reads the public key of a SignerInfo or an account. Of a
// multisig key only the structure is checked, for its members may be many: see
// Leaves and Check. The error wraps chain.ErrInvalidPubKey and names the kinds
// that are accepted.
func PubKeyFromAny(a *types.Any) (PubKey, error) { return parseKey(a, 0) }

// StoredPubKey is PubKeyFromAny for a key that was checked before it was stored:
// no point is looked at, which saves most of the time.
func StoredPubKey(a *types.Any) (PubKey, error) {
	if a != nil && a.TypeUrl == MultisigURL {
		return parseKey(a, 0)
	}
	return parseKey(a, 1)
}

// parseKey reads a key, or at depth above 0 a member of a multisig key, whose
// point is not looked at.
func parseKey(a *types.Any, depth int) (PubKey, error) {
	if a == nil {
		return PubKey{}, fmt.Errorf("no public key: %w", chain.ErrInvalidPubKey)
	}
	kind := kindOf(a.TypeUrl)
	switch kind {
	case "":
		return PubKey{}, fmt.Errorf("key type %.100q is not accepted, use %s, %s, %s or %s: %w",
			a.TypeUrl, Secp256k1URL, Ed25519URL, Secp256r1URL, MultisigURL, chain.ErrInvalidPubKey)
	case Multisig:
		return parseMultisig(a.Value, depth)
	case Secp256k1, Ed25519, Secp256r1:
	}
	var pb secp256k1pb.PubKey // all single keys are one field of bytes
	if err := pb.Unmarshal(a.Value); err != nil {
		return PubKey{}, fmt.Errorf("%v: %w", err, chain.ErrInvalidPubKey)
	}
	if depth > 0 {
		return unchecked(kind, pb.Key)
	}
	return NewPubKey(kind, pb.Key)
}

// Kind returns the kind of the key, "" for none.
func (p PubKey) Kind() Kind { return p.kind }

// Bytes returns a single key's bytes, nil for a multisig key.
func (p PubKey) Bytes() []byte {
	if p.multi != nil || p.kind == "" {
		return nil
	}
	return []byte(p.raw)
}

// Any returns the form that SignerInfo and accounts hold, nil for no key.
func (p PubKey) Any() *types.Any {
	var m chain.Message
	switch p.kind {
	case Secp256k1:
		m = &secp256k1pb.PubKey{Key: []byte(p.raw)}
	case Ed25519:
		m = &ed25519pb.PubKey{Key: []byte(p.raw)}
	case Secp256r1:
		m = &secp256r1pb.PubKey{Key: []byte(p.raw)}
	case Multisig:
		m = p.multi.proto()
	default:
		return nil
	}
	value, err := m.Marshal()
	if err != nil { // bytes and numbers always marshal
		panic(err)
	}
	return &types.Any{TypeUrl: urls[p.kind], Value: value}
}

// Address returns the account of the key: RIPEMD-160 of SHA-256 for secp256k1,
// the first 20 bytes of SHA-256 for ed25519, 32 bytes by ADR-28 for secp256r1,
// the first 20 bytes of SHA-256 of the amino bytes for a multisig key.
func (p PubKey) Address() chain.Address {
	switch p.kind {
	case Secp256k1:
		sum := sha256.Sum256([]byte(p.raw))
		h := ripemd160.New()
		h.Write(sum[:])
		return chain.Address(h.Sum(nil))
	case Secp256r1:
		typ := sha256.Sum256([]byte(Secp256r1URL[1:]))
		sum := sha256.Sum256(append(typ[:], p.raw...))
		return chain.Address(sum[:])
	case Ed25519:
		sum := sha256.Sum256([]byte(p.raw))
		return chain.Address(sum[:20])
	case Multisig:
		sum := sha256.Sum256(p.amino(nil))
		return chain.Address(sum[:20])
	}
	return ""
}

// Check refuses a key that no signature can be good for: a point that is not on
// its curve, here or among the members. The error wraps chain.ErrInvalidPubKey.
func (p PubKey) Check() error {
	switch p.kind {
	case Secp256k1:
		if _, err := secp256k1.ParsePubKey([]byte(p.raw)); err != nil {
			return fmt.Errorf("%v: %w", err, chain.ErrInvalidPubKey)
		}
	case Secp256r1:
		if x, _ := elliptic.UnmarshalCompressed(elliptic.P256(), []byte(p.raw)); x == nil {
			return fmt.Errorf("not a compressed point of the curve P-256: %w", chain.ErrInvalidPubKey)
		}
	case Multisig:
		for i, member := range p.multi.members {
			if err := member.Check(); err != nil {
				return fmt.Errorf("member %d: %w", i, err)
			}
		}
	case Ed25519: // ZIP-215 decides about points when it verifies
	}
	return nil
}

// SignatureBytes is the length of a single key's signature, whatever its kind:
// r and s (R and S for ed25519), 32 bytes each.
const SignatureBytes = 64

// Verify reports whether sig is a single key's signature over signBytes. For
// secp256k1 and secp256r1 it is r||s over their SHA-256, s in the lower half of
// the order, both in [1, n-1]; for ed25519 it is judged by the rules of ZIP-215.
func (p PubKey) Verify(signBytes, sig []byte) bool {
	if len(sig) != SignatureBytes {
		return false
	}
	switch p.kind {
	case Secp256k1:
		return p.verifyK1(signBytes, sig)
	case Secp256r1:
		return verifyR1([]byte(p.raw), signBytes, sig)
	case Ed25519:
		return ed25519.VerifyWithOptions([]byte(p.raw), signBytes, sig, &ed25519.Options{Verify: ed25519.VerifyOptionsZIP_215})
	case Multisig: // its members sign
	}
	return false
}

func (p PubKey) verifyK1(signBytes, sig []byte) bool {
	var r, s secp256k1.ModNScalar
	if r.SetByteSlice(sig[:32]) || s.SetByteSlice(sig[32:]) || r.IsZero() || s.IsZero() || s.IsOverHalfOrder() {
		return false
	}
	point := p.point
	if point == nil {
		var err error
		if point, err = secp256k1.ParsePubKey([]byte(p.raw)); err != nil {
			return false
		}
	}
	hash := sha256.Sum256(signBytes)
	return k1ecdsa.NewSignature(&r, &s).Verify(hash[:], point)
}

// halfR1 is half of the order of P-256.
var halfR1 = new(big.Int).Rsh(elliptic.P256().Params().N, 1)

func verifyR1(key, signBytes, sig []byte) bool {
	x, y := elliptic.UnmarshalCompressed(elliptic.P256(), key)
	if x == nil {
		return false
	}
	point := make([]byte, 65)
	point[0] = 4 // uncompressed
	x.FillBytes(point[1:33])
	y.FillBytes(point[33:])
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		return false
	}
	r, s := new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:])
	if s.Cmp(halfR1) > 0 {
		return false
	}
	hash := sha256.Sum256(signBytes)
	return ecdsa.Verify(public, hash[:], r, s)
}

// String returns the kind and the bytes in hex, of a multisig key its shape.
func (p PubKey) String() string {
	if p.multi != nil {
		return fmt.Sprintf("%d of %d keys", p.multi.threshold, len(p.multi.members))
	}
	return fmt.Sprintf("%s %X", p.kind, p.raw)
}
