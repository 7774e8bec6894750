package app

import (
	"bytes"
	"fmt"

	"github.com/cosmos/gogoproto/jsonpb"

	"github.com/weftchain/weft/chain"
	stakingpb "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
)

// GenTxBytes turns the JSON of a signed transaction into the bytes that were
// signed. Body and auth info are encoded in the one canonical way, which is how
// every client encodes what it signs.
func GenTxBytes(text []byte) ([]byte, error) {
	var t txpb.Tx
	if err := jsonpb.Unmarshal(bytes.NewReader(text), &t); err != nil {
		return nil, err
	}
	if t.Body == nil || t.AuthInfo == nil {
		return nil, fmt.Errorf("body or auth_info is missing: %w", chain.ErrTxDecode)
	}
	raw := txpb.TxRaw{Signatures: t.Signatures}
	var err error
	if raw.BodyBytes, err = t.Body.Marshal(); err != nil {
		return nil, err
	}
	if raw.AuthInfoBytes, err = t.AuthInfo.Marshal(); err != nil {
		return nil, err
	}
	return raw.Marshal()
}

// deliverGenTx runs a transaction of genesis: exactly one MsgCreateValidator,
// signed with account number 0, which must succeed.
func (a *App) deliverGenTx(env *chain.Env, text []byte) error {
	raw, err := GenTxBytes(text)
	if err != nil {
		return err
	}
	t, err := decode(raw, env.Block.Params)
	if err != nil {
		return err
	}
	if len(t.Msgs) != 1 {
		return fmt.Errorf("%d messages, a gentx has one: %w", len(t.Msgs), chain.ErrInvalidRequest)
	}
	if _, ok := t.Msgs[0].Value.(*stakingpb.MsgCreateValidator); !ok {
		return fmt.Errorf("message %s, a gentx creates a validator: %w", t.Msgs[0].TypeURL, chain.ErrInvalidRequest)
	}
	_, err = a.run(env.Begin(nil, chain.NoLimit), t, a.signatures)
	return err
}
