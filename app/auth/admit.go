package auth

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"time"
	"unicode/utf8"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	auth "github.com/weftchain/weft/proto/cosmos/auth/v1beta1"
	"github.com/weftchain/weft/proto/cosmos/tx/signing/v1beta1"
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
// checks (cosmos-wire facts, section 7): form, timeout, memo, size, fee, keys,
// signatures, sequence. What it writes (fee, sequence, key) stays whatever the
// messages do.
func (m *Auth) Admit(env *chain.Env, t *tx.Tx, verifier Verifier) error {
	params, err := m.Params(env)
	if err != nil {
		return err
	}
	signers, err := checkForm(env, t, verifier)
	if err != nil {
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
	if uint64(len(signers)) > params.TxSigLimit {
		return fmt.Errorf("signatures: %d, limit: %d: %w", len(signers), params.TxSigLimit, chain.ErrTooManySignatures)
	}
	for i, addr := range signers {
		if err := m.admitSigner(env, t, params, verifier, i, addr); err != nil {
			return err
		}
	}
	signerEvents(env, t, signers)
	return nil
}

// checkForm is what the reference's ValidateBasic checks of the transaction
// itself; it returns the signers.
func checkForm(env *chain.Env, t *tx.Tx, verifier Verifier) ([]chain.Address, error) {
	if len(t.Body.ExtensionOptions) > 0 {
		return nil, fmt.Errorf("%.100s: %w", t.Body.ExtensionOptions[0].TypeUrl, chain.ErrUnknownExtension)
	}
	if t.Body.Unordered {
		return nil, fmt.Errorf("unordered transactions are not enabled: %w", chain.ErrNotSupported)
	}
	if err := checkFee(t); err != nil {
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

func checkFee(t *tx.Tx) error {
	fee := t.AuthInfo.Fee
	if fee == nil {
		return fmt.Errorf("fee is missing: %w", chain.ErrInvalidRequest)
	}
	if fee.GasLimit > math.MaxInt64 {
		return fmt.Errorf("invalid gas supplied; %d > %d: %w", fee.GasLimit, int64(math.MaxInt64), chain.ErrInvalidRequest)
	}
	if fee.Granter != "" {
		return fmt.Errorf("fee grants are not enabled: %w", chain.ErrInvalidRequest)
	}
	if t.AuthInfo.Tip != nil { //nolint:staticcheck // deprecated, hence refused
		return fmt.Errorf("tips are not supported: %w", chain.ErrInvalidRequest)
	}
	_, _, err := t.Fee()
	return err
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
	if coins.IsZero() && verifier.Trusts() {
		// A simulation usually comes without its fee, for the fee follows from
		// the gas that it tells: take one unit, so that taking it costs gas.
		coins = chain.Coins{{Denom: env.Block.Params.BaseDenom, Amount: chain.NewAmount(1)}}
		if err := m.Bank.Send(env, payer, layout.ModuleAddress(layout.FeeCollector), coins); err != nil && !errors.Is(err, chain.ErrInsufficientFunds) {
			return err
		}
	} else if !coins.IsZero() {
		if err := m.Bank.Send(env, payer, layout.ModuleAddress(layout.FeeCollector), coins); err != nil {
			return err
		}
	}
	env.Events.Emit(chain.NewEvent("tx", "fee", coins.String(), "fee_payer", name))
	return nil
}

// admitSigner checks one signer's key, sequence and signature, and counts the
// sequence up.
func (m *Auth) admitSigner(env *chain.Env, t *tx.Tx, params auth.Params, verifier Verifier, i int, addr chain.Address) error {
	info := t.AuthInfo.SignerInfos[i]
	name := env.Bech32().Account(addr)
	acc, err := m.Get(env, addr)
	if err != nil {
		return err
	}
	if acc == nil {
		return fmt.Errorf("account %s does not exist: %w", name, chain.ErrUnknownAddress)
	}
	if err := setKey(acc, info, verifier, name, i); err != nil {
		return err
	}
	if err := env.Gas.Use(params.SigVerifyCostSecp256K1, "ante verify: secp256k1"); err != nil {
		return err
	}
	if info.Sequence != acc.Sequence {
		return fmt.Errorf("account sequence mismatch, expected %d, got %d: %w", acc.Sequence, info.Sequence, chain.ErrWrongSequence)
	}
	if !verifier.Trusts() {
		if err := verify(env, t, acc, info, t.Raw.Signatures[i], verifier); err != nil {
			return err
		}
	}
	acc.Sequence++
	return m.put(env, acc)
}

// setKey gives the account the key that the transaction states, if it has none.
func setKey(acc *Account, info *txpb.SignerInfo, verifier Verifier, name string, i int) error {
	if info.PublicKey == nil {
		if acc.PubKey == nil && !verifier.Trusts() {
			return fmt.Errorf("account %s has no public key yet, and the transaction states none: %w", name, chain.ErrInvalidPubKey)
		}
		return nil
	}
	key, err := tx.PubKeyFromAny(info.PublicKey)
	if err != nil {
		return err
	}
	if key.Address() != acc.Address {
		if verifier.Trusts() {
			return nil
		}
		return fmt.Errorf("pubKey does not match signer address %s with signer index: %d: %w", name, i, chain.ErrInvalidPubKey)
	}
	if acc.PubKey == nil {
		acc.PubKey = key.Any()
	} else if !bytes.Equal(acc.PubKey.Value, key.Any().Value) {
		return fmt.Errorf("pubKey of signer %s is not the account's: %w", name, chain.ErrInvalidPubKey)
	}
	return nil
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
func signerEvents(env *chain.Env, t *tx.Tx, signers []chain.Address) {
	for i, addr := range signers {
		seq := fmt.Sprintf("%s/%d", env.Bech32().Account(addr), t.AuthInfo.SignerInfos[i].Sequence)
		env.Events.Emit(chain.NewEvent("tx", "acc_seq", seq))
	}
	for _, sig := range t.Raw.Signatures {
		env.Events.Emit(chain.NewEvent("tx", "signature", base64.StdEncoding.EncodeToString(sig)))
	}
}
