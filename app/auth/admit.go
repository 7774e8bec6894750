package auth

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/tx"
)

// Verifier judges signatures. Delivery and CheckTx use one that computes (and
// may remember), a simulation one that believes.
type Verifier interface {
	// Verify reports whether sig is key's signature over signBytes.
	Verify(key tx.PubKey, signBytes, sig []byte) bool
	// Trusts reports whether missing keys and signatures pass: a simulation's
	// transaction is not signed yet.
	Trusts() bool
}

// Admit lets a transaction in or refuses it, in the order of the reference's
// checks (cosmos-wire facts, section 7): form, messages, timeout, memo, size,
// fee, keys, number of signatures, their gas, sequences and signatures. What it
// writes (fee, sequence, key) stays whatever the messages do.
func (m *Auth) Admit(env *chain.Env, t *tx.Tx, verifier Verifier) error {
	params, err := m.Params(env)
	if err != nil {
		return err
	}
	addresses, err := checkForm(env, t)
	if err != nil {
		return err
	}
	if err := m.checkMessages(env, t); err != nil {
		return err
	}
	if err := checkBounds(env, t, params); err != nil {
		return err
	}
	if err := env.Gas.Use(params.TxSizeCostPerByte*size(t, verifier), "txSize"); err != nil {
		return err
	}
	if err := m.takeFee(env, t, verifier); err != nil {
		return err
	}
	signers, err := m.loadSigners(env, t, verifier, addresses)
	if err != nil {
		return err
	}
	signerEvents(env, t, signers)
	if uint64(len(signers)) > params.TxSigLimit {
		return fmt.Errorf("signatures: %d, limit: %d: %w", len(signers), params.TxSigLimit, chain.ErrTooManySignatures)
	}
	for range signers {
		if err := env.Gas.Use(params.SigVerifyCostSecp256K1, "ante verify: secp256k1"); err != nil {
			return err
		}
	}
	for i, acc := range signers {
		if err := checkSigner(env, t, acc, i, verifier); err != nil {
			return err
		}
	}
	for _, acc := range signers {
		acc.Sequence++
		if err := m.put(env, acc); err != nil {
			return err
		}
	}
	return nil
}

// missingSignatureBytes is what a signature that is not there yet will add to a
// transaction at most: key, signature, their tags (the reference's estimate).
const missingSignatureBytes = 112

func size(t *tx.Tx, verifier Verifier) uint64 {
	n := uint64(t.Size)
	if verifier.Trusts() {
		for _, sig := range t.Raw.Signatures {
			if len(sig) == 0 {
				n += missingSignatureBytes
			}
		}
	}
	return n
}
