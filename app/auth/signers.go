package auth

import (
	"encoding/base64"
	"fmt"

	"github.com/weftchain/weft/chain"
	signing "github.com/weftchain/weft/proto/cosmos/tx/signing/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/tx"
)

// loadSigners reads the signers' accounts and gives them the keys that the
// transaction states.
func (m *Auth) loadSigners(env *chain.Env, t *tx.Tx, verifier Verifier, addresses []chain.Address) ([]*Account, error) {
	list := make([]*Account, len(addresses))
	for i, addr := range addresses {
		name := env.Bech32().Account(addr)
		key, err := statedKey(t.AuthInfo.SignerInfos[i], verifier)
		if err != nil {
			return nil, err
		}
		if key != nil && key.Address() != addr && !verifier.Trusts() {
			return nil, fmt.Errorf("pubKey does not match signer address %s with signer index: %d: %w", name, i, chain.ErrInvalidPubKey)
		}
		acc, err := m.Get(env, addr)
		if err != nil {
			return nil, err
		}
		if acc == nil {
			return nil, fmt.Errorf("account %s does not exist: %w", name, chain.ErrUnknownAddress)
		}
		if acc.PubKey == nil && key != nil {
			acc.PubKey = key.Any()
		}
		list[i] = acc
	}
	return list, nil
}

// pretendedKey takes the room of a key that a simulation does not state: the
// curve's base point.
var pretendedKey = func() tx.PubKey {
	one := make([]byte, 32)
	one[31] = 1
	key, err := tx.NewPrivKey(one)
	if err != nil { // 1 is a private key
		panic(err)
	}
	return key.PubKey()
}()

// statedKey is the public key of a SignerInfo, nil if there is none.
func statedKey(info *txpb.SignerInfo, verifier Verifier) (*tx.PubKey, error) {
	if info.PublicKey == nil {
		if verifier.Trusts() {
			return &pretendedKey, nil
		}
		return nil, nil
	}
	key, err := tx.PubKeyFromAny(info.PublicKey)
	return &key, err
}

// checkSigner checks one signer's sequence and signature.
func checkSigner(env *chain.Env, t *tx.Tx, acc *Account, i int, verifier Verifier) error {
	info := t.AuthInfo.SignerInfos[i]
	if acc.PubKey == nil {
		return fmt.Errorf("account %s has no public key yet, and the transaction states none: %w",
			env.Bech32().Account(acc.Address), chain.ErrInvalidPubKey)
	}
	if info.Sequence != acc.Sequence {
		return fmt.Errorf("account sequence mismatch, expected %d, got %d: %w", acc.Sequence, info.Sequence, chain.ErrWrongSequence)
	}
	if verifier.Trusts() {
		return nil
	}
	return verify(env, t, acc, info, t.Raw.Signatures[i], verifier)
}

func verify(env *chain.Env, t *tx.Tx, acc *Account, info *txpb.SignerInfo, sig []byte, verifier Verifier) error {
	if mode := info.ModeInfo.GetSingle(); mode == nil || mode.Mode != signing.SignMode_SIGN_MODE_DIRECT {
		return fmt.Errorf("sign mode %v is not accepted, sign with SIGN_MODE_DIRECT: %w", info.ModeInfo, chain.ErrUnauthorized)
	}
	key, err := tx.PubKeyFromAny(acc.PubKey)
	if err != nil {
		return err
	}
	number := acc.Number
	if env.Block.Height == 0 {
		number = 0 // transactions of genesis are signed before accounts have numbers
	}
	signBytes := tx.SignBytesDirect(t.Raw.BodyBytes, t.Raw.AuthInfoBytes, env.Block.ChainID, number)
	if !verifier.Verify(key, signBytes, sig) {
		return fmt.Errorf("signature verification failed; please verify account number (%d), sequence (%d) and chain-id (%s): %w",
			number, acc.Sequence, env.Block.ChainID, chain.ErrUnauthorized)
	}
	return nil
}

// signerEvents tells indexers who signed with which sequence.
func signerEvents(env *chain.Env, t *tx.Tx, signers []*Account) {
	for i, acc := range signers {
		seq := fmt.Sprintf("%s/%d", env.Bech32().Account(acc.Address), t.AuthInfo.SignerInfos[i].Sequence)
		env.Events.Emit(
			chain.NewEvent("tx", "acc_seq", seq),
			chain.NewEvent("tx", "signature", base64.StdEncoding.EncodeToString(t.Raw.Signatures[i])),
		)
	}
}
