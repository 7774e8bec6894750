package keyring

import (
	"crypto/sha256"
	"errors"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"golang.org/x/crypto/ripemd160" //nolint:staticcheck // the address format of the ecosystem

	"github.com/weftchain/weft/chain"
)

// Address returns the account address of a key.
func (k Key) Address() chain.Address {
	sum := sha256.Sum256(k.PubKey)
	h := ripemd160.New()
	h.Write(sum[:])
	return chain.Address(h.Sum(nil))
}

// checkPriv refuses 0 and numbers that are not below the order of the curve.
func checkPriv(priv [32]byte) error {
	var k secp256k1.ModNScalar
	if k.SetBytes(&priv) != 0 || k.IsZero() {
		return errors.New("a secp256k1 private key is a number from 1 to below the order of the curve")
	}
	return nil
}
