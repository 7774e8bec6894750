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

// Secp256k1Verify checks r‖s over a hash of 32 bytes with a key of 33 or 65 bytes.
func (c *Context) Secp256k1Verify(hash, signature, key []byte) (bool, error) {
	return verdict(c.host.secp256k1Verify(hash, signature, key))
}

// Secp256k1Recover returns the key, of 65 bytes, that made r‖s; recovery is 0 or 1.
func (c *Context) Secp256k1Recover(hash, signature []byte, recovery byte) ([]byte, error) {
	key, code := c.host.secp256k1Recover(hash, signature, recovery)
	if code != 0 {
		return nil, CryptoError(code)
	}
	return key, nil
}

// Secp256r1Verify is Secp256k1Verify for the curve P-256.
func (c *Context) Secp256r1Verify(hash, signature, key []byte) (bool, error) {
	return verdict(c.host.secp256r1Verify(hash, signature, key))
}

// Ed25519Verify checks a signature of 64 bytes with a key of 32 bytes.
func (c *Context) Ed25519Verify(message, signature, key []byte) (bool, error) {
	return verdict(c.host.ed25519Verify(message, signature, key))
}
