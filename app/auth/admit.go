package auth

import (
	"github.com/weftchain/weft/chain"
	auth "github.com/weftchain/weft/proto/cosmos/auth/v1beta1"
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
// fee, keys, number of signatures, their gas, nonces, sequences and signatures. What it
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
	size, err := m.size(env, t, verifier, addresses)
	if err != nil {
		return err
	}
	if err := env.Gas.Use(params.TxSizeCostPerByte*size, "txSize"); err != nil {
		return err
	}
	if err := m.takeFee(env, t, verifier); err != nil {
		return err
	}
	signers, err := m.loadSigners(env, t, verifier, addresses)
	if err != nil {
		return err
	}
	if err := signerEvents(env, t, signers); err != nil {
		return err
	}
	return m.admitSigners(env, t, verifier, signers, params)
}

// admitSigners is the part of Admit that concerns who signs.
func (m *Auth) admitSigners(env *chain.Env, t *tx.Tx, verifier Verifier, signers []*signer, params auth.Params) error {
	if err := checkCount(signers, params); err != nil {
		return err
	}
	if err := useSignatureGas(env, signers, params); err != nil {
		return err
	}
	if t.Body.Unordered {
		if err := useNonces(env, t, signers); err != nil {
			return err
		}
	}
	for _, s := range signers {
		if err := checkSigner(env, t, s, verifier); err != nil {
			return err
		}
	}
	for _, s := range signers {
		if !t.Body.Unordered {
			s.acc.Sequence++
		} else if !s.fresh {
			continue // nothing about the account changed
		}
		if err := m.put(env, s.acc); err != nil {
			return err
		}
	}
	return nil
}
