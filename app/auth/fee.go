package auth

import (
	"errors"
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/tx"
)

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
