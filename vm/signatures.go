package vm

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"math/big"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	k1ecdsa "github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"
)

// ecdsaFormat checks the shapes that both curves share: lengths and, if a pubkey
// is asked for, its prefix.
func ecdsaFormat(hash, sig []byte) cryptoCode {
	switch {
	case len(hash) != hashBytes:
		return cryptoBadHash
	case len(sig) != ecdsaSigBytes:
		return cryptoBadSignature
	}
	return cryptoValid
}

// pubkeyFormat checks length and prefix of a SEC 1 public key. The hybrid forms
// and the point at infinity are not accepted.
func pubkeyFormat(pubkey []byte) cryptoCode {
	if len(pubkey) == 0 {
		return cryptoBadPubkey
	}
	want := 0
	switch pubkey[0] {
	case prefixCompressedEven, prefixCompressedOdd:
		want = compressedPubkeyBytes
	case prefixUncompressed:
		want = uncompressedPubkeyBytes
	}
	if len(pubkey) != want {
		return cryptoBadPubkey
	}
	return cryptoValid
}

// secp256k1Verify checks r ‖ s, with a high or a low s.
func secp256k1Verify(hash, sig, pubkey []byte) cryptoCode {
	if code := ecdsaFormat(hash, sig); code != cryptoValid {
		return code
	}
	if code := pubkeyFormat(pubkey); code != cryptoValid {
		return code
	}
	r, s, ok := secp256k1Scalars(sig)
	if !ok {
		return cryptoGeneric
	}
	key, err := secp256k1.ParsePubKey(pubkey)
	if err != nil {
		return cryptoGeneric
	}
	if !k1ecdsa.NewSignature(&r, &s).Verify(hash, key) {
		return cryptoInvalid
	}
	return cryptoValid
}

// secp256k1Scalars are r and s if both are in [1, n-1].
func secp256k1Scalars(sig []byte) (r, s secp256k1.ModNScalar, ok bool) {
	overflowR := r.SetByteSlice(sig[:32])
	overflowS := s.SetByteSlice(sig[32:])
	return r, s, !overflowR && !overflowS && !r.IsZero() && !s.IsZero()
}

// secp256k1Recover returns the uncompressed key Q = r⁻¹(s·R − z·G) where R is
// the point with x = r and the parity that param gives. A high s needs no care:
// (r, −s) with −R gives the same key.
func secp256k1Recover(hash, sig []byte, param byte) ([]byte, cryptoCode) {
	if code := ecdsaFormat(hash, sig); code != cryptoValid {
		return nil, code
	}
	if param > secp256k1MaxRecoveryParam {
		return nil, cryptoBadRecoveryParam
	}
	r, s, ok := secp256k1Scalars(sig)
	if !ok {
		return nil, cryptoGeneric
	}
	point, err := secp256k1.ParsePubKey(append([]byte{prefixCompressedEven + param}, sig[:32]...))
	if err != nil {
		return nil, cryptoGeneric
	}
	var z secp256k1.ModNScalar
	z.SetByteSlice(hash)
	inverse := new(secp256k1.ModNScalar).InverseValNonConst(&r)
	u1 := new(secp256k1.ModNScalar).Mul2(&z, inverse).Negate()
	u2 := new(secp256k1.ModNScalar).Mul2(&s, inverse)
	var R, a, b, q secp256k1.JacobianPoint
	point.AsJacobian(&R)
	secp256k1.ScalarBaseMultNonConst(u1, &a)
	secp256k1.ScalarMultNonConst(u2, &R, &b)
	secp256k1.AddNonConst(&a, &b, &q)
	if (q.X.IsZero() && q.Y.IsZero()) || q.Z.IsZero() {
		return nil, cryptoGeneric
	}
	q.ToAffine()
	return secp256k1.NewPublicKey(&q.X, &q.Y).SerializeUncompressed(), cryptoValid
}

// secp256r1Verify checks r ‖ s, with a high or a low s.
func secp256r1Verify(hash, sig, pubkey []byte) cryptoCode {
	if code := ecdsaFormat(hash, sig); code != cryptoValid {
		return code
	}
	if code := pubkeyFormat(pubkey); code != cryptoValid {
		return code
	}
	r, s, ok := secp256r1Scalars(sig)
	if !ok {
		return cryptoGeneric
	}
	key := secp256r1Key(pubkey)
	if key == nil {
		return cryptoGeneric
	}
	if !ecdsa.Verify(key, hash, r, s) {
		return cryptoInvalid
	}
	return cryptoValid
}

// secp256r1Key is the key of a SEC 1 public key of good format, nil if it is not
// on the curve.
func secp256r1Key(pubkey []byte) *ecdsa.PublicKey {
	curve := elliptic.P256()
	if pubkey[0] != prefixUncompressed {
		x, y := elliptic.UnmarshalCompressed(curve, pubkey)
		if x == nil {
			return nil
		}
		pubkey = uncompressed(x, y)
	}
	key, err := ecdsa.ParseUncompressedPublicKey(curve, pubkey)
	if err != nil {
		return nil
	}
	return key
}

// uncompressed is the long form of a point.
func uncompressed(x, y *big.Int) []byte {
	out := make([]byte, uncompressedPubkeyBytes)
	out[0] = prefixUncompressed
	x.FillBytes(out[1:33])
	y.FillBytes(out[33:])
	return out
}

// secp256r1Scalars are r and s if both are in [1, n-1].
func secp256r1Scalars(sig []byte) (r, s *big.Int, ok bool) {
	n := elliptic.P256().Params().N
	r, s = new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:])
	return r, s, r.Sign() > 0 && s.Sign() > 0 && r.Cmp(n) < 0 && s.Cmp(n) < 0
}

// secp256r1Recover is secp256k1Recover on the other curve, with s taken as it is
// and two more params: 2 and 3 say that the x of R is r + n.
func secp256r1Recover(hash, sig []byte, param byte) ([]byte, cryptoCode) {
	if code := ecdsaFormat(hash, sig); code != cryptoValid {
		return nil, code
	}
	if param > secp256r1MaxRecoveryParam {
		return nil, cryptoBadRecoveryParam
	}
	r, s, ok := secp256r1Scalars(sig)
	if !ok {
		return nil, cryptoGeneric
	}
	curve := elliptic.P256()
	n := curve.Params().N
	rx := new(big.Int).Set(r)
	if param&2 != 0 {
		rx.Add(rx, n)
	}
	if rx.Cmp(curve.Params().P) >= 0 {
		return nil, cryptoGeneric
	}
	compressed := make([]byte, compressedPubkeyBytes)
	compressed[0] = prefixCompressedEven + param&1
	rx.FillBytes(compressed[1:])
	x, y := elliptic.UnmarshalCompressed(curve, compressed)
	if x == nil {
		return nil, cryptoGeneric
	}
	inverse := new(big.Int).ModInverse(r, n)
	u1 := new(big.Int).SetBytes(hash)
	u1.Mul(u1, inverse).Neg(u1).Mod(u1, n)
	u2 := new(big.Int).Mul(s, inverse)
	u2.Mod(u2, n)
	ax, ay := curve.ScalarBaseMult(u1.FillBytes(make([]byte, 32)))   //nolint:staticcheck // the only P-256 arithmetic of the standard library
	bx, by := curve.ScalarMult(x, y, u2.FillBytes(make([]byte, 32))) //nolint:staticcheck // as above
	qx, qy := curve.Add(ax, ay, bx, by)                              //nolint:staticcheck // as above
	if qx.Sign() == 0 && qy.Sign() == 0 {
		return nil, cryptoGeneric
	}
	return uncompressed(qx, qy), cryptoValid
}

// zip215 are the rules of ed25519-zebra: non-canonical encodings of A and R are
// accepted, the equation has the cofactor, s is canonical.
var zip215 = &ed25519.Options{Verify: ed25519.VerifyOptionsZIP_215}

func ed25519Format(sig, pubkey []byte) cryptoCode {
	switch {
	case len(sig) != edSigBytes:
		return cryptoBadSignature
	case len(pubkey) != edPubkeyBytes:
		return cryptoBadPubkey
	}
	return cryptoValid
}

func ed25519Verify(message, sig, pubkey []byte) cryptoCode {
	if code := ed25519Format(sig, pubkey); code != cryptoValid {
		return code
	}
	if !ed25519.VerifyWithOptions(pubkey, message, sig, zip215) {
		return cryptoInvalid
	}
	return cryptoValid
}

// ed25519Batch verifies one by one: the reference draws random numbers to check
// all at once, with the same answer. One message may go with all signatures, and
// so may one key.
func ed25519Batch(messages, sigs, pubkeys sections) cryptoCode {
	n := sigs.count
	switch {
	case messages.count == n && pubkeys.count == n:
	case messages.count == 1 && pubkeys.count == n:
	case messages.count == n && pubkeys.count == 1:
	default:
		return cryptoBatch
	}
	ms, ss, ks := messages.split(), sigs.split(), pubkeys.split()
	at := func(list [][]byte, i int) []byte {
		if len(list) == 1 {
			return list[0]
		}
		return list[i]
	}
	for i := range ss {
		if code := ed25519Format(ss[i], at(ks, i)); code != cryptoValid {
			return code
		}
	}
	for i := range ss {
		if code := ed25519Verify(at(ms, i), ss[i], at(ks, i)); code != cryptoValid {
			return code
		}
	}
	return cryptoValid
}
