package keyring

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/tx"
)

// Address returns the account address of a key.
func (k Key) Address() chain.Address { return k.PubKey.Address() }

// checkPriv refuses 0 and numbers that are not below the order of the curve.
func checkPriv(priv [32]byte) error {
	if _, err := tx.NewPrivKey(priv[:]); err != nil {
		return fmt.Errorf("%v: %w", err, ErrCorrupt)
	}
	return nil
}
