package auth

import (
	"encoding/base64"
	"fmt"
	"sync"

	"github.com/weftchain/weft/chain"
	auth "github.com/weftchain/weft/proto/cosmos/auth/v1beta1"
	"github.com/weftchain/weft/tx"
)

// signer is one who signs a transaction.
type signer struct {
	acc      *Account
	key      tx.PubKey         // the account's, or the one it gets now; none if neither is known
	fresh    bool              // the account gets its key by this transaction
	data     *tx.SignatureData // nil if a simulation's transaction is not signed yet
	sequence uint64            // the one that the transaction states
	paysFee  bool
}

// loadSigners reads the signers' accounts and gives them the keys that the
// transaction states.
func (m *Auth) loadSigners(env *chain.Env, t *tx.Tx, verifier Verifier, addresses []chain.Address) ([]*signer, error) {
	payer, err := t.FeePayer(env.Bech32())
	if err != nil {
		return nil, err
	}
	list := make([]*signer, len(addresses))
	for i, addr := range addresses {
		s, err := m.loadSigner(env, t, i, addr, verifier)
		if err != nil {
			return nil, err
		}
		s.paysFee = addr == payer
		list[i] = s
	}
	return list, nil
}

func (m *Auth) loadSigner(env *chain.Env, t *tx.Tx, i int, addr chain.Address, verifier Verifier) (*signer, error) {
	name, info := env.Bech32().Account(addr), t.AuthInfo.SignerInfos[i]
	s := &signer{sequence: info.Sequence}
	var err error
	if info.PublicKey != nil {
		if s.key, err = tx.PubKeyFromAny(info.PublicKey); err != nil {
			return nil, err
		}
		if !verifier.Trusts() && s.key.Address() != addr {
			return nil, fmt.Errorf("pubKey does not match signer address %s with signer index: %d: %w", name, i, chain.ErrInvalidPubKey)
		}
	} else if verifier.Trusts() {
		s.key = pretendedKey()
	}
	if s.acc, err = m.Get(env, addr); err != nil {
		return nil, err
	}
	if s.acc == nil {
		return nil, fmt.Errorf("account %s does not exist: %w", name, chain.ErrUnknownAddress)
	}
	if s.acc.PubKey != nil {
		if s.key, err = tx.StoredPubKey(s.acc.PubKey); err != nil {
			return nil, fmt.Errorf("account %x in state: %v", string(addr), err) // a fault: it was checked
		}
	} else if s.key.Kind() != "" {
		s.fresh, s.acc.PubKey = true, s.key.Any()
	}
	if verifier.Trusts() && len(t.Raw.Signatures[i]) == 0 {
		return s, nil
	}
	s.data, err = tx.JoinSignature(info.ModeInfo, t.Raw.Signatures[i])
	return s, err
}

// pretendedKey takes the room of a key that a simulation does not state: the
// curve's base point. Made when it is first needed: the curve's tables would take
// the start of each command 60 ms.
var pretendedKey = sync.OnceValue(func() tx.PubKey {
	one := make([]byte, 32)
	one[31] = 1
	key, err := tx.NewPrivKey(one)
	if err != nil { // 1 is a private key
		panic(err)
	}
	return key.PubKey()
})

// checkCount refuses more single keys than the chain's limit, the members of
// multisig keys counted, before any of their points is looked at.
func checkCount(signers []*signer, params auth.Params) error {
	count := 0
	for _, s := range signers {
		if s.key.Kind() != "" {
			count += s.key.Leaves()
		}
		if uint64(count) > params.TxSigLimit {
			return fmt.Errorf("signatures: %d, limit: %d: %w", count, params.TxSigLimit, chain.ErrTooManySignatures)
		}
	}
	return nil
}

// useSignatureGas takes the gas for what the verification computes.
func useSignatureGas(env *chain.Env, signers []*signer, params auth.Params) error {
	for _, s := range signers {
		for _, key := range s.singles() {
			if err := env.Gas.Use(signatureCost(key, params), "ante verify: "+string(key.Kind())); err != nil {
				return err
			}
		}
	}
	return nil
}

// singles are the single keys that sign. Of a multisig key that did not sign
// yet it is as many members as must sign.
func (s *signer) singles() []tx.PubKey {
	if s.data == nil || s.data.GetSingle().GetMode() == 0 && s.data.GetMulti() == nil {
		return s.key.Expected()
	}
	return tx.Singles(s.key, s.data)
}

// signatureCost is the gas of one signature. That of secp256r1 has no parameter
// in the reference either: it is half of secp256k1's.
func signatureCost(key tx.PubKey, params auth.Params) uint64 {
	switch key.Kind() {
	case tx.Ed25519:
		return params.SigVerifyCostEd25519
	case tx.Secp256r1:
		return params.SigVerifyCostSecp256K1 / 2
	default:
		return params.SigVerifyCostSecp256K1
	}
}

// checkSigner checks one signer's key, sequence and signature.
func checkSigner(env *chain.Env, t *tx.Tx, s *signer, verifier Verifier) error {
	if s.key.Kind() == "" {
		return fmt.Errorf("account %s has no public key yet, and the transaction states none: %w",
			env.Bech32().Account(s.acc.Address), chain.ErrInvalidPubKey)
	}
	if s.fresh {
		if err := s.key.Check(); err != nil {
			return err
		}
	}
	if err := checkSequence(t, s); err != nil {
		return err
	}
	if verifier.Trusts() {
		return nil
	}
	return verify(env, t, s, verifier)
}

func checkSequence(t *tx.Tx, s *signer) error {
	switch {
	case t.Body.Unordered && s.sequence > 0:
		return fmt.Errorf("sequence is not allowed for unordered transactions: %w", chain.ErrInvalidRequest)
	case !t.Body.Unordered && s.sequence != s.acc.Sequence:
		return &chain.SequenceError{Expected: s.acc.Sequence, Got: s.sequence}
	}
	return nil
}

func verify(env *chain.Env, t *tx.Tx, s *signer, verifier Verifier) error {
	who := tx.SignerData{ChainID: env.Block.ChainID, AccountNumber: s.acc.Number, Sequence: s.sequence, PaysFee: s.paysFee}
	if env.Block.Height == 0 {
		who.AccountNumber = 0 // transactions of genesis are signed before accounts have numbers
	}
	err := t.Verify(s.key, s.data, who, verifier.Verify)
	if err == nil {
		return nil
	}
	if tx.OnlyAmino(s.data) { // its document holds the sequence, which may be what is wrong
		return fmt.Errorf("signature verification failed; please verify account number (%d), sequence (%d) and chain-id (%s): %w",
			who.AccountNumber, s.acc.Sequence, who.ChainID, chain.ErrUnauthorized)
	}
	return fmt.Errorf("signature verification failed; please verify account number (%d) and chain-id (%s): (%v): %w",
		who.AccountNumber, who.ChainID, err, chain.ErrUnauthorized)
}

// signerEvents tells indexers who signed with which sequence.
func signerEvents(env *chain.Env, t *tx.Tx, signers []*signer) error {
	for _, s := range signers {
		if !t.Body.Unordered {
			seq := fmt.Sprintf("%s/%d", env.Bech32().Account(s.acc.Address), s.sequence)
			env.Events.Emit(chain.NewEvent("tx", "acc_seq", seq))
		}
		flat, err := tx.FlatSignatures(s.data)
		if err != nil {
			return err
		}
		for _, sig := range flat {
			env.Events.Emit(chain.NewEvent("tx", "signature", base64.StdEncoding.EncodeToString(sig)))
		}
	}
	return nil
}
