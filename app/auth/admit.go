package auth

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"time"
	"unicode/utf8"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	auth "github.com/weftchain/weft/proto/cosmos/auth/v1beta1"
	signing "github.com/weftchain/weft/proto/cosmos/tx/signing/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
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

// checkForm is what the reference's ValidateBasic checks of the transaction
// itself; it returns the signers.
func checkForm(env *chain.Env, t *tx.Tx) ([]chain.Address, error) {
	if len(t.Body.ExtensionOptions) > 0 {
		return nil, fmt.Errorf("%.100s: %w", t.Body.ExtensionOptions[0].TypeUrl, chain.ErrUnknownExtension)
	}
	if t.Body.Unordered {
		return nil, fmt.Errorf("unordered transactions are not enabled: %w", chain.ErrNotSupported)
	}
	if err := checkFee(env, t); err != nil {
		return nil, err
	}
	if len(t.Msgs) == 0 {
		return nil, fmt.Errorf("must contain at least one message: %w", chain.ErrInvalidRequest)
	}
	if most := env.Block.Params.MaxMsgsPerTx; uint64(len(t.Msgs)) > most {
		return nil, fmt.Errorf("%d messages, at most %d: %w", len(t.Msgs), most, chain.ErrInvalidRequest)
	}
	if len(t.Raw.Signatures) == 0 {
		return nil, fmt.Errorf("send a signature for each signer: %w", chain.ErrNoSignatures)
	}
	signers, err := t.Signers(env.Bech32())
	if err != nil {
		return nil, err
	}
	infos := len(t.AuthInfo.SignerInfos)
	if len(t.Raw.Signatures) != len(signers) || infos != len(signers) {
		return nil, fmt.Errorf("wrong number of signers; expected %d, got %d signatures and %d signer infos: %w",
			len(signers), len(t.Raw.Signatures), infos, chain.ErrUnauthorized)
	}
	return signers, nil
}

func checkFee(env *chain.Env, t *tx.Tx) error {
	fee := t.AuthInfo.Fee
	if fee == nil {
		return fmt.Errorf("fee is missing: %w", chain.ErrInvalidRequest)
	}
	if fee.GasLimit > math.MaxInt64 {
		return fmt.Errorf("invalid gas supplied; %d > %d: %w", fee.GasLimit, int64(math.MaxInt64), chain.ErrInvalidRequest)
	}
	if t.AuthInfo.Tip != nil {
		return fmt.Errorf("tips are not supported: %w", chain.ErrInvalidRequest)
	}
	if _, _, err := t.Fee(); err != nil {
		return err
	}
	if fee.Payer != "" {
		if _, err := env.Bech32().ParseAccount(fee.Payer); err != nil {
			return fmt.Errorf("invalid fee payer address: %w", err)
		}
	}
	return nil
}

// checkMessages is the ValidateBasic of the messages. It comes after their
// number is bounded.
func (m *Auth) checkMessages(env *chain.Env, t *tx.Tx) error {
	if m.CheckMessage == nil {
		return nil
	}
	for _, msg := range t.Msgs {
		if err := m.CheckMessage(env.Block, msg); err != nil {
			return err
		}
	}
	return nil
}

// checkBounds refuses a transaction that came too late or says too much.
func checkBounds(env *chain.Env, t *tx.Tx, params auth.Params) error {
	if h := t.Body.TimeoutHeight; h != 0 && uint64(env.Block.Height) > h {
		return fmt.Errorf("block height: %d, timeout height: %d: %w", env.Block.Height, h, chain.ErrTimeoutHeight)
	}
	if at := t.Body.TimeoutTimestamp; at != nil && !at.IsZero() && env.Block.Time.After(*at) {
		return fmt.Errorf("block time: %s, timeout timestamp: %s: %w",
			env.Block.Time.Format(time.RFC3339Nano), at.UTC().Format(time.RFC3339Nano), chain.ErrTxTimeout)
	}
	if n := uint64(len(t.Body.Memo)); n > params.MaxMemoCharacters {
		return fmt.Errorf("maximum number of characters is %d but received %d characters: %w",
			params.MaxMemoCharacters, n, chain.ErrMemoTooLarge)
	}
	if !utf8.ValidString(t.Body.Memo) {
		return fmt.Errorf("memo is not UTF-8: %w", chain.ErrTxDecode)
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

func (m *Auth) takeFee(env *chain.Env, t *tx.Tx, verifier Verifier) error {
	if t.AuthInfo.Fee.Granter != "" {
		return fmt.Errorf("fee grants are not enabled: %w", chain.ErrInvalidRequest)
	}
	coins, _, err := t.Fee()
	if err != nil {
		return err
	}
	payer, err := t.FeePayer(env.Bech32())
	if err != nil {
		return err
	}
	found, err := m.Load(env, payer)
	if err != nil {
		return err
	}
	name := env.Bech32().Account(payer)
	if !found {
		return fmt.Errorf("fee payer address: %s does not exist: %w", name, chain.ErrUnknownAddress)
	}
	switch {
	case !coins.IsZero():
		err = m.Bank.Send(env, payer, layout.ModuleAddress(layout.FeeCollector), coins)
	case verifier.Trusts():
		err = m.pretendFee(env, payer)
	}
	if err != nil {
		return err
	}
	env.Events.Emit(chain.NewEvent("tx", "fee", coins.String(), "fee_payer", name))
	return nil
}

// pretendFee uses the gas of taking a fee and takes none: a simulation usually
// comes without its fee, for the fee follows from the gas that it tells. One
// who sends all that he has must see that succeed.
func (m *Auth) pretendFee(env *chain.Env, payer chain.Address) error {
	coins := chain.Coins{{Denom: env.Block.Params.BaseDenom, Amount: chain.NewAmount(1)}}
	err := m.Bank.Send(env.Child(), payer, layout.ModuleAddress(layout.FeeCollector), coins)
	if errors.Is(err, chain.ErrInsufficientFunds) {
		return nil
	}
	return err
}

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
