package tx

import (
	"crypto/sha256"
	"fmt"

	"github.com/cosmos/gogoproto/types"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/wire"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/proto/strict"
)

// Tx is a decoded transaction. Body and AuthInfo stay as they were decoded:
// what was signed are Raw.BodyBytes and Raw.AuthInfoBytes.
type Tx struct {
	Raw      txpb.TxRaw
	Body     txpb.TxBody
	AuthInfo txpb.AuthInfo
	Msgs     []Msg
	Size     int      // bytes of the whole transaction
	Hash     [32]byte // SHA-256 of them: the transaction's name

	amino [2][]byte // messages in amino JSON, by amino.Form, once somebody asked
}

// Msg is a message of a transaction.
type Msg struct {
	TypeURL string
	Value   chain.Message
}

// Decode reads a transaction of at most maxBytes. It refuses what is not
// canonical TxRaw (ADR-027), unknown fields (but non-critical ones of the
// body), unknown message types and trailing bytes. The error wraps
// chain.ErrTxDecode, or chain.ErrTxTooLarge.
func Decode(raw []byte, maxBytes int) (*Tx, error) {
	if len(raw) > maxBytes {
		return nil, fmt.Errorf("transaction has %d bytes, at most %d are accepted: %w", len(raw), maxBytes, chain.ErrTxTooLarge)
	}
	t := &Tx{Size: len(raw), Hash: sha256.Sum256(raw)}
	if err := t.decode(raw); err != nil {
		return nil, fmt.Errorf("%v: %w", err, chain.ErrTxDecode)
	}
	return t, nil
}

func (t *Tx) decode(raw []byte) error {
	if len(raw) == 0 {
		return fmt.Errorf("empty transaction")
	}
	if err := strict.ADR027(raw); err != nil {
		return err
	}
	if err := t.Raw.Unmarshal(raw); err != nil {
		return err
	}
	if err := t.parts(); err != nil {
		return err
	}
	return t.unpack()
}

// parts decodes body and auth info.
func (t *Tx) parts() error {
	if err := strict.RejectUnknown("cosmos.tx.v1beta1.TxBody", t.Raw.BodyBytes, strict.Options{AllowNonCritical: true}); err != nil {
		return err
	}
	if err := t.Body.Unmarshal(t.Raw.BodyBytes); err != nil {
		return err
	}
	if err := strict.RejectUnknown("cosmos.tx.v1beta1.AuthInfo", t.Raw.AuthInfoBytes, strict.Options{}); err != nil {
		return err
	}
	return t.AuthInfo.Unmarshal(t.Raw.AuthInfoBytes)
}

func (t *Tx) unpack() error {
	t.Msgs = make([]Msg, len(t.Body.Messages))
	for i, a := range t.Body.Messages {
		m, err := UnpackMessage(a)
		if err != nil {
			return fmt.Errorf("message %d: %w", i, err)
		}
		t.Msgs[i] = Msg{TypeURL: a.TypeUrl, Value: m}
	}
	return nil
}

// UnpackMessage reads a message that a transaction may hold out of its Any.
func UnpackMessage(a *types.Any) (chain.Message, error) {
	if a == nil {
		return nil, fmt.Errorf("no message in it")
	}
	return Unpack(a.TypeUrl, a.Value)
}

// Unpack reads a message that a transaction may hold, without looking for
// unknown fields.
func Unpack(typeURL string, value []byte) (chain.Message, error) {
	m, ok := NewMessage(typeURL)
	if !ok {
		return nil, fmt.Errorf("unable to resolve type URL %.200s", typeURL)
	}
	if err := m.Unmarshal(value); err != nil {
		return nil, err
	}
	return m, nil
}

// Fee returns the coins of the fee and its gas limit. The error wraps
// chain.ErrInsufficientFee, as the reference has it for a malformed fee.
func (t *Tx) Fee() (chain.Coins, uint64, error) {
	if t.AuthInfo.Fee == nil {
		return nil, 0, nil
	}
	coins, err := wire.Coins(t.AuthInfo.Fee.Amount)
	if err == nil {
		err = coins.Validate()
	}
	if err != nil {
		return nil, 0, fmt.Errorf("invalid fee amount: %v: %w", err, chain.ErrInsufficientFee)
	}
	return coins, t.AuthInfo.Fee.GasLimit, nil
}

// GasLimit is the gas that the fee pays for, 0 without a fee.
func (t *Tx) GasLimit() uint64 {
	if t.AuthInfo.Fee == nil {
		return 0
	}
	return t.AuthInfo.Fee.GasLimit
}

// Signers returns who must sign: the signers of all messages in order, each
// once, then the fee's payer if it is another one. The first pays unless the
// fee names a payer.
func (t *Tx) Signers(prefix chain.Bech32) ([]chain.Address, error) {
	var out []chain.Address
	seen := map[chain.Address]bool{}
	add := func(list ...chain.Address) {
		for _, a := range list {
			if !seen[a] {
				seen[a] = true
				out = append(out, a)
			}
		}
	}
	for _, m := range t.Msgs {
		list, err := Signers(prefix, m.Value)
		if err != nil {
			return nil, err
		}
		add(list...)
	}
	payer, err := t.payer(prefix)
	if err == nil && payer != "" {
		add(payer)
	}
	return out, err
}

func (t *Tx) payer(prefix chain.Bech32) (chain.Address, error) {
	if t.AuthInfo.Fee == nil || t.AuthInfo.Fee.Payer == "" {
		return "", nil
	}
	return prefix.ParseAccount(t.AuthInfo.Fee.Payer)
}

// FeePayer returns who pays: the payer that the fee names, else the first
// signer.
func (t *Tx) FeePayer(prefix chain.Bech32) (chain.Address, error) {
	payer, err := t.payer(prefix)
	if err != nil || payer != "" {
		return payer, err
	}
	signers, err := t.Signers(prefix)
	if err != nil {
		return "", err
	}
	if len(signers) == 0 {
		return "", fmt.Errorf("nobody signs: %w", chain.ErrNoSignatures)
	}
	return signers[0], nil
}
