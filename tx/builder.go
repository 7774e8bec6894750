package tx

import (
	"fmt"
	"time"

	"github.com/cosmos/gogoproto/types"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/wire"
	signing "github.com/weftchain/weft/proto/cosmos/tx/signing/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
)

// Builder makes transactions for clients.
type Builder struct {
	Msgs          []chain.Message
	Memo          string
	TimeoutHeight uint64
	// TimeoutTimestamp is the last block time that may hold the transaction;
	// zero: any.
	TimeoutTimestamp time.Time
	// Unordered asks for execution without a sequence; it needs a
	// TimeoutTimestamp and sequence 0.
	Unordered  bool
	Fee        chain.Coins
	GasLimit   uint64
	FeePayer   string
	FeeGranter string
}

// Signer is one who signs: key, sequence and account number as the chain has
// them.
type Signer struct {
	PubKey        PubKey
	Sequence      uint64
	AccountNumber uint64
	// Mode is how the signer will sign; 0 is Direct.
	Mode signing.SignMode
}

// Unsigned returns the transaction with the signers' slots in place and no
// signatures yet, to be signed by Sign or shown to the user.
func (b Builder) Unsigned(signers ...Signer) (*txpb.TxRaw, error) {
	body := txpb.TxBody{Memo: b.Memo, TimeoutHeight: b.TimeoutHeight, Unordered: b.Unordered}
	if at := b.TimeoutTimestamp.UTC(); !at.IsZero() {
		body.TimeoutTimestamp = &at
	}
	for _, m := range b.Msgs {
		a, err := Pack(m)
		if err != nil {
			return nil, err
		}
		body.Messages = append(body.Messages, a)
	}
	info := txpb.AuthInfo{Fee: &txpb.Fee{
		Amount: wire.ProtoCoins(b.Fee), GasLimit: b.GasLimit, Payer: b.FeePayer, Granter: b.FeeGranter,
	}}
	for _, s := range signers {
		mode := s.Mode
		if mode == 0 {
			mode = Direct
		}
		info.SignerInfos = append(info.SignerInfos, &txpb.SignerInfo{
			PublicKey: s.PubKey.Any(), ModeInfo: SingleMode(mode), Sequence: s.Sequence,
		})
	}
	raw := &txpb.TxRaw{}
	var err error
	if raw.BodyBytes, err = body.Marshal(); err != nil {
		return nil, err
	}
	raw.AuthInfoBytes, err = info.Marshal()
	return raw, err
}

// Sign builds the transaction, signs it with SIGN_MODE_DIRECT by one key and
// returns its bytes.
func (b Builder) Sign(key PrivKey, chainID string, accountNumber, sequence uint64) ([]byte, error) {
	return b.SignMode(Direct, key, SignerData{ChainID: chainID, AccountNumber: accountNumber, Sequence: sequence})
}

// SignMode builds the transaction, signs it in that mode by one key and returns
// its bytes.
func (b Builder) SignMode(mode signing.SignMode, key PrivKey, who SignerData) ([]byte, error) {
	raw, err := b.Unsigned(Signer{PubKey: key.PubKey(), Sequence: who.Sequence, AccountNumber: who.AccountNumber, Mode: mode})
	if err != nil {
		return nil, err
	}
	t := &Tx{Raw: *raw}
	if err := t.parts(); err != nil {
		return nil, err
	}
	doc, err := t.SignBytes(mode, key.PubKey(), who)
	if err != nil {
		return nil, err
	}
	raw.Signatures = [][]byte{key.Sign(doc)}
	return raw.Marshal()
}

// ForSimulation returns the transaction of one signer with an empty signature,
// which is all that a simulation looks at.
func (b Builder) ForSimulation(key PubKey, sequence uint64) ([]byte, error) {
	raw, err := b.Unsigned(Signer{PubKey: key, Sequence: sequence})
	if err != nil {
		return nil, err
	}
	raw.Signatures = [][]byte{{}}
	return raw.Marshal()
}

// Pack puts a message into an Any.
func Pack(m chain.Message) (*types.Any, error) {
	value, err := m.Marshal()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", TypeURL(m), err)
	}
	return &types.Any{TypeUrl: TypeURL(m), Value: value}, nil
}
