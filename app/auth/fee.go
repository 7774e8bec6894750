package auth

import (
	"fmt"
	"math"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/tx"
)

// Feegrant is what auth asks of the module that keeps allowances.
type Feegrant interface {
	// Use takes a fee off what granter allows grantee, or refuses. The messages
	// are those of the transaction, by type URL.
	Use(env *chain.Env, granter, grantee chain.Address, fee chain.Coins, msgs []string) error
}

// FeeJudge is a Verifier that has an opinion on fees too: a node's own, on what
// it takes into its mempool.
type FeeJudge interface {
	// JudgeFee refuses a fee that is too small for this node.
	JudgeFee(t *tx.Tx) error
}

// checkFee is what the fee itself must be, whoever pays it.
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
	for _, c := range fee.Amount {
		if _, err := chain.ParseAmount(c.Amount); err != nil {
			return fmt.Errorf("invalid fee provided: %v: %w", err, chain.ErrInsufficientFee)
		}
	}
	if fee.Payer != "" {
		if _, err := env.Bech32().ParseAccount(fee.Payer); err != nil {
			return fmt.Errorf("invalid fee payer address: %w", err)
		}
	}
	if fee.Granter != "" {
		if _, err := env.Bech32().ParseAccount(fee.Granter); err != nil {
			return fmt.Errorf("invalid fee granter address: %w", err)
		}
	}
	return nil
}

// takeFee moves the fee from who pays to the fee collector: the granter if the
// fee names one (who must allow it unless he is the payer himself), else the
// payer. A simulation without a fee pretends one.
func (m *Auth) takeFee(env *chain.Env, t *tx.Tx, verifier Verifier) error {
	if judge, ok := verifier.(FeeJudge); ok {
		if err := judge.JudgeFee(t); err != nil {
			return err
		}
	}
	coins, _, malformed := t.Fee()
	from, err := m.feeSource(env, t, coins, malformed == nil)
	if err != nil {
		return err
	}
	found, err := m.Load(env, from)
	if err != nil {
		return err
	}
	name := env.Bech32().Account(from)
	if !found {
		return fmt.Errorf("fee payer address: %s does not exist: %w", name, chain.ErrUnknownAddress)
	}
	switch {
	case malformed != nil: // as late as in the reference
		return malformed
	case !coins.IsZero():
		err = m.Bank.Send(env, from, layout.ModuleAddress(layout.FeeCollector), coins)
	case undecided(t, verifier):
		err = m.pretendFee(env, from)
	}
	if err != nil {
		return err
	}
	env.Events.Emit(chain.NewEvent("tx", "fee", coins.String(), "fee_payer", name))
	return nil
}

// feeSource tells whose coins pay the fee, and takes it off the allowance if
// that is a granter and there is a fee that can be taken.
func (m *Auth) feeSource(env *chain.Env, t *tx.Tx, fee chain.Coins, take bool) (chain.Address, error) {
	payer, err := t.FeePayer(env.Bech32())
	if err != nil {
		return "", err
	}
	text := t.AuthInfo.Fee.GetGranter()
	if text == "" {
		return payer, nil
	}
	if m.Feegrant == nil {
		return "", fmt.Errorf("fee grants are not enabled: %w", chain.ErrInvalidRequest)
	}
	granter, err := env.Bech32().ParseAccount(text)
	if err != nil || granter == payer || !take {
		return granter, err
	}
	urls := make([]string, len(t.Msgs))
	for i, msg := range t.Msgs {
		urls[i] = msg.TypeURL
	}
	if err := m.Feegrant.Use(env, granter, payer, fee, urls); err != nil {
		return "", fmt.Errorf("%s does not allow to pay fees for %s: %w", env.Bech32().Account(granter), env.Bech32().Account(payer), err)
	}
	return granter, nil
}

// undecided reports whether a simulation's fee is still to be found out, by the
// very gas that the simulation tells: it states neither coins nor a gas limit.
func undecided(t *tx.Tx, verifier Verifier) bool {
	fee := t.AuthInfo.Fee
	return verifier.Trusts() && (fee == nil || fee.GasLimit == 0 && len(fee.Amount) == 0)
}

// pretendFee uses the gas of taking a fee and takes none: what was left out is
// the fee that follows from the gas. The payer is lent what the fee may be, so
// that it costs what it will cost: who sends all that he has must see that
// succeed, and who pays in another denom has none of this one.
func (m *Auth) pretendFee(env *chain.Env, payer chain.Address) error {
	child := env.Child()
	fee, err := m.likelyFee(child, payer)
	if err != nil {
		return err
	}
	lent, err := fee.Add(fee...)
	if err != nil {
		return err
	}
	free := child.ChildWithGas(chain.NoLimit)
	if err := m.Bank.Mint(free, payer, lent); err != nil {
		return err
	}
	child.Keep(free)
	return m.Bank.Send(child, payer, layout.ModuleAddress(layout.FeeCollector), fee)
}

// likelyFee is a fee that real ones seldom exceed: a unit of the base denom for
// each unit of gas that a simulation may use, or a thousandth of what the payer
// has. Only the number of its digits matters.
func (m *Auth) likelyFee(env *chain.Env, payer chain.Address) (chain.Coins, error) {
	params := &env.Block.Params
	amount := chain.NewAmount(params.SimulationGasLimit)
	if payer != "" {
		has, err := m.Bank.Balance(env.ChildWithGas(chain.NoLimit), payer, params.BaseDenom)
		if err != nil {
			return nil, err
		}
		if part, ok := has.MulDiv(chain.NewAmount(1), chain.NewAmount(1000)); ok && part.Cmp(amount) > 0 {
			amount = part
		}
	}
	return chain.Coins{{Denom: params.BaseDenom, Amount: amount}}, nil
}
