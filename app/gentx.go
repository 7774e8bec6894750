package app

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	stakingpb "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
	"github.com/weftchain/weft/tx"
)

// GenTxBytes turns the JSON of a signed transaction into the bytes that were
// signed. Body and auth info are encoded in the one canonical way, which is how
// every client encodes what it signs.
func GenTxBytes(text []byte) ([]byte, error) {
	t, err := tx.UnmarshalJSON(text)
	if err != nil {
		return nil, fmt.Errorf("%v: %w", err, chain.ErrTxDecode)
	}
	return tx.Encode(t)
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
