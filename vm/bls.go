package vm

import (
	"crypto/sha256"

	bls12381 "github.com/consensys/gnark-crypto/ecc/bls12-381"
)

// The BLS12-381 functions of the contract interface. Points travel compressed
// (48 bytes in G1, 96 in G2), in the encoding of the Zcash protocol: three flags
// in the first byte, coordinates most significant byte first, below the modulus;
// infinity is the flags c0 and zeros. A point that is not on the curve or not in
// the subgroup of prime order is as invalid as one that cannot be read.
//
// Everything here is exact arithmetic: no randomness, no goroutines, and the
// same answer with the assembly of gnark-crypto as without it.

const (
	// blsMaxDstBytes is the longest domain separation tag that expand_message_xmd
	// takes as it is.
	blsMaxDstBytes = 255
	// blsLongDstPrefix goes before a longer one, which is then hashed (RFC 9380,
	// section 5.3.3).
	blsLongDstPrefix = "H2C-OVERSIZE-DST-"
	// blsHashSHA256 is the only hash function that has a number.
	blsHashSHA256 = 0
)

// blsG1 reads a compressed point of G1. The library takes the long form as well,
// but never in 48 bytes.
func blsG1(data []byte) (p bls12381.G1Affine, ok bool) {
	if len(data) != blsG1Bytes {
		return p, false
	}
	_, err := p.SetBytes(data)
	return p, err == nil
}

// blsG2 is blsG1 in G2.
func blsG2(data []byte) (p bls12381.G2Affine, ok bool) {
	if len(data) != blsG2Bytes {
		return p, false
	}
	_, err := p.SetBytes(data)
	return p, err == nil
}

// blsListFormat checks the length of a list of points that are to be summed up.
func blsListFormat(points []byte, pointBytes int) cryptoCode {
	switch {
	case len(points) == 0:
		return cryptoAggregateEmpty
	case len(points)%pointBytes != 0:
		return cryptoAggregateLength
	}
	return cryptoValid
}

// blsAggregateG1 is the sum of joined points of G1.
func blsAggregateG1(points []byte) ([]byte, cryptoCode) {
	if code := blsListFormat(points, blsG1Bytes); code != cryptoValid {
		return nil, code
	}
	var sum bls12381.G1Jac
	sum.FromAffine(&bls12381.G1Affine{}) // infinity
	for ; len(points) > 0; points = points[blsG1Bytes:] {
		p, ok := blsG1(points[:blsG1Bytes])
		if !ok {
			return nil, cryptoBadPoint
		}
		sum.AddMixed(&p)
	}
	out := new(bls12381.G1Affine).FromJacobian(&sum).Bytes()
	return out[:], cryptoValid
}

// blsAggregateG2 is the sum of joined points of G2.
func blsAggregateG2(points []byte) ([]byte, cryptoCode) {
	if code := blsListFormat(points, blsG2Bytes); code != cryptoValid {
		return nil, code
	}
	var sum bls12381.G2Jac
	sum.FromAffine(&bls12381.G2Affine{}) // infinity
	for ; len(points) > 0; points = points[blsG2Bytes:] {
		p, ok := blsG2(points[:blsG2Bytes])
		if !ok {
			return nil, cryptoBadPoint
		}
		sum.AddMixed(&p)
	}
	out := new(bls12381.G2Affine).FromJacobian(&sum).Bytes()
	return out[:], cryptoValid
}

// blsPairingEquality tells whether the product of e(pᵢ, qᵢ) is e(r, s); two empty
// lists have the product 1. It asks whether the product with e(−r, s) is 1.
func blsPairingEquality(ps, qs, r, s []byte) cryptoCode {
	switch {
	case len(ps)%blsG1Bytes != 0:
		return cryptoPairingG1Length
	case len(qs)%blsG2Bytes != 0:
		return cryptoPairingG2Length
	case len(ps)/blsG1Bytes != len(qs)/blsG2Bytes:
		return cryptoPairingUnequal
	}
	n := len(ps) / blsG1Bytes
	g1s, g2s := make([]bls12381.G1Affine, n+1), make([]bls12381.G2Affine, n+1)
	for i := range n + 1 {
		p, q := r, s
		if i < n {
			p, q = ps[i*blsG1Bytes:(i+1)*blsG1Bytes], qs[i*blsG2Bytes:(i+1)*blsG2Bytes]
		}
		var okP, okQ bool
		if g1s[i], okP = blsG1(p); !okP {
			return cryptoBadPoint
		}
		if g2s[i], okQ = blsG2(q); !okQ {
			return cryptoBadPoint
		}
	}
	g1s[n].Neg(&g1s[n])
	equal, err := bls12381.PairingCheck(g1s, g2s)
	if err != nil || !equal { // the error is about lists of unequal or no length
		return cryptoInvalid
	}
	return cryptoValid
}

// blsHashToG1 is the suite BLS12381G1_XMD:SHA-256_SSWU_RO_ of RFC 9380 with any
// tag, an empty one too.
func blsHashToG1(message, dst []byte) ([]byte, error) {
	p, err := bls12381.HashToG1(message, blsDst(dst))
	out := p.Bytes()
	return out[:], err
}

// blsHashToG2 is the suite BLS12381G2_XMD:SHA-256_SSWU_RO_ of RFC 9380 with any
// tag, an empty one too.
func blsHashToG2(message, dst []byte) ([]byte, error) {
	p, err := bls12381.HashToG2(message, blsDst(dst))
	out := p.Bytes()
	return out[:], err
}

// blsDst is the tag to be used for a tag of any length.
func blsDst(dst []byte) []byte {
	if len(dst) <= blsMaxDstBytes {
		return dst
	}
	h := sha256.New()
	h.Write([]byte(blsLongDstPrefix))
	h.Write(dst)
	return h.Sum(nil)
}
