package sdk

// CryptoError says why the chain could not check a signature or a key: its code
// in the chain's interface (docs/spec/vm.md).
type CryptoError uint32

// Error names the code.
func (e CryptoError) Error() string {
	switch e {
	case 3:
		return "crypto: the hash has not 32 bytes"
	case 4:
		return "crypto: the signature has not 64 bytes"
	case 5:
		return "crypto: the key has a wrong length or form"
	case 6:
		return "crypto: invalid recovery number"
	case 7:
		return "crypto: unequal numbers in a batch"
	case 8:
		return "crypto: not a point of the group"
	case 11, 12, 15:
		return "crypto: a list of points has a wrong length"
	case 13:
		return "crypto: unequal numbers of points"
	case 14:
		return "crypto: no points"
	}
	return "crypto: error " + U128(uint64(e)).String()
}

// verdict turns a code into an answer.
func verdict(code uint32) (bool, error) {
	if code > 1 {
		return false, CryptoError(code)
	}
	return code == 0, nil
}

// success turns a code into an answer or an error.
func success(answer []byte, code uint32) ([]byte, error) {
	if code != 0 {
		return nil, CryptoError(code)
	}
	return answer, nil
}

// Secp256k1Verify checks r‖s over a hash of 32 bytes with a key of 33 or 65 bytes.
func (c *Context) Secp256k1Verify(hash, signature, key []byte) (bool, error) {
	return verdict(c.host.secp256k1Verify(hash, signature, key))
}

// Secp256k1Recover returns the key, of 65 bytes, that made r‖s; recovery is 0 or 1.
func (c *Context) Secp256k1Recover(hash, signature []byte, recovery byte) ([]byte, error) {
	return success(c.host.secp256k1Recover(hash, signature, recovery))
}

// Secp256r1Verify is Secp256k1Verify for the curve P-256.
func (c *Context) Secp256r1Verify(hash, signature, key []byte) (bool, error) {
	return verdict(c.host.secp256r1Verify(hash, signature, key))
}

// Secp256r1Recover is Secp256k1Recover for the curve P-256; recovery is 0 to 3.
func (c *Context) Secp256r1Recover(hash, signature []byte, recovery byte) ([]byte, error) {
	return success(c.host.secp256r1Recover(hash, signature, recovery))
}

// Ed25519Verify checks a signature of 64 bytes with a key of 32 bytes.
func (c *Context) Ed25519Verify(message, signature, key []byte) (bool, error) {
	return verdict(c.host.ed25519Verify(message, signature, key))
}

// Ed25519BatchVerify checks many signatures at once, for less gas than one by
// one. There are as many messages as signatures, or one message for all of them;
// and as many keys, or one key. No signatures at all are valid.
func (c *Context) Ed25519BatchVerify(messages, signatures, keys [][]byte) (bool, error) {
	return verdict(c.host.ed25519Batch(sections(messages), sections(signatures), sections(keys)))
}

// sections joins pieces, each followed by its length.
func sections(pieces [][]byte) []byte {
	size := 0
	for _, p := range pieces {
		size += len(p) + 4
	}
	out := make([]byte, 0, size)
	for _, p := range pieces {
		n := len(p)
		out = append(append(out, p...), byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	return out
}

// Points of BLS12-381 travel compressed, in the form of Zcash and Ethereum.
const (
	g1Bytes   = 48
	g2Bytes   = 96
	blsSHA256 = 0 // the one hash function
)

// BLSAggregateG1 returns the sum of points of G1, of 48 bytes each, one after the
// other: of public keys or signatures.
func (c *Context) BLSAggregateG1(points []byte) ([]byte, error) {
	return success(c.host.blsAggregateG1(points))
}

// BLSAggregateG2 is BLSAggregateG1 for G2, whose points have 96 bytes.
func (c *Context) BLSAggregateG2(points []byte) ([]byte, error) {
	return success(c.host.blsAggregateG2(points))
}

// BLSPairingEqual reports whether e(p₁,q₁)·…·e(pₙ,qₙ) = e(r,s); ps are points of
// G1, qs of G2, one after the other. A signature in G2 over a message is valid if
// e(key, hash of the message) = e(generator of G1, signature).
func (c *Context) BLSPairingEqual(ps, qs, r, s []byte) (bool, error) {
	return verdict(c.host.blsPairing(ps, qs, r, s))
}

// BLSHashToG1 returns the point of G1 that a message stands for (RFC 9380, suite
// BLS12381G1_XMD:SHA-256_SSWU_RO_) with a domain separation tag.
func (c *Context) BLSHashToG1(message, dst []byte) ([]byte, error) {
	return success(c.host.blsHashG1(message, dst))
}

// BLSHashToG2 is BLSHashToG1 for G2.
func (c *Context) BLSHashToG2(message, dst []byte) ([]byte, error) {
	return success(c.host.blsHashG2(message, dst))
}
