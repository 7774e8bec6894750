package node

import (
	"errors"
	"fmt"
	"os"

	"github.com/cometbft/cometbft/crypto"
	"github.com/cometbft/cometbft/privval"
)

// ValidatorKey is the key with which a home's node signs blocks.
type ValidatorKey struct{ key crypto.PrivKey }

// ReadValidatorKey reads the key of a home. It refuses a home without one, such
// as that of a node whose key is kept elsewhere.
func ReadValidatorKey(home string) (ValidatorKey, error) {
	cfg := DefaultConfig(home)
	file := cfg.Comet.PrivValidatorKeyFile()
	if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
		return ValidatorKey{}, fmt.Errorf("there is no %s: say whose key signs with --validator-home", file)
	}
	if err := checkValidatorKey(cfg.Comet); err != nil {
		return ValidatorKey{}, err
	}
	return ValidatorKey{privval.LoadFilePVEmptyState(file, cfg.Comet.PrivValidatorStateFile()).Key.PrivKey}, nil
}

// PubKey is the public key, 32 bytes of ed25519.
func (k ValidatorKey) PubKey() []byte { return k.key.PubKey().Bytes() }

// Sign signs what the lottery asks for (app/lottery/proof). The message must not
// be a vote's: those begin with a length, these with a name.
func (k ValidatorKey) Sign(message []byte) ([]byte, error) { return k.key.Sign(message) }
