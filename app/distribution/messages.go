package distribution

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/wire"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	distribution "github.com/weftchain/weft/proto/cosmos/distribution/v1beta1"
)

// Messages lists the messages of cosmos.distribution.v1beta1.Msg.
func (d *Distribution) Messages() []chain.Route {
	const pkg = "/cosmos.distribution.v1beta1."
	return []chain.Route{
		chain.NewMsg(pkg+"MsgSetWithdrawAddress", nil, d.setWithdrawAddress),
		chain.NewMsg(pkg+"MsgWithdrawDelegatorReward", nil, d.msgWithdraw),
		chain.NewMsg(pkg+"MsgWithdrawValidatorCommission", nil, d.msgCommission),
		chain.NewMsg(pkg+"MsgFundCommunityPool", nil, d.fund),
		chain.NewMsg(pkg+"MsgUpdateParams", nil, d.updateParams),
		chain.NewMsg(pkg+"MsgCommunityPoolSpend", nil, d.spend),
		chain.NewMsg(pkg+"MsgDepositValidatorRewardsPool", nil, d.deposit),
	}
}

func (d *Distribution) setWithdrawAddress(env *chain.Env, m *distribution.MsgSetWithdrawAddress) (*distribution.MsgSetWithdrawAddressResponse, error) {
	delegator, err := env.Bech32().ParseAccount(m.DelegatorAddress)
	if err != nil {
		return nil, err
	}
	to, err := env.Bech32().ParseAccount(m.WithdrawAddress)
	if err != nil {
		return nil, err
	}
	if d.Bank.Blocked(to) {
		return nil, fmt.Errorf("%s is not allowed to receive external funds: %w", m.WithdrawAddress, chain.ErrUnauthorized)
	}
	params, err := d.Params(env)
	if err != nil {
		return nil, err
	}
	if !params.WithdrawAddrEnabled {
		return nil, ErrWithdrawDisabled
	}
	env.Events.Emit(chain.NewEvent("set_withdraw_address", "withdraw_address", env.Bech32().Account(to)))
	return &distribution.MsgSetWithdrawAddressResponse{}, env.Store(layout.Distribution).Set(layout.RewardsWithdraw(delegator), to.Bytes())
}

func (d *Distribution) msgWithdraw(env *chain.Env, m *distribution.MsgWithdrawDelegatorReward) (*distribution.MsgWithdrawDelegatorRewardResponse, error) {
	operator, err := env.Bech32().ParseValidator(m.ValidatorAddress)
	if err != nil {
		return nil, fmt.Errorf("invalid validator address: %w", err)
	}
	delegator, err := env.Bech32().ParseAccount(m.DelegatorAddress)
	if err != nil {
		return nil, fmt.Errorf("invalid delegator address: %w", err)
	}
	paid, err := d.withdraw(env, delegator, operator)
	if err != nil {
		return nil, err
	}
	return &distribution.MsgWithdrawDelegatorRewardResponse{Amount: wire.ProtoCoins(paid)}, d.begin(env, delegator, operator)
}

func (d *Distribution) msgCommission(env *chain.Env, m *distribution.MsgWithdrawValidatorCommission) (*distribution.MsgWithdrawValidatorCommissionResponse, error) {
	operator, err := env.Bech32().ParseValidator(m.ValidatorAddress)
	if err != nil {
		return nil, fmt.Errorf("invalid validator address: %w", err)
	}
	paid, err := d.withdrawCommission(env, operator)
	if err != nil {
		return nil, err
	}
	return &distribution.MsgWithdrawValidatorCommissionResponse{Amount: wire.ProtoCoins(paid)}, nil
}

// gift reads coins that someone gives; more than is shared in a block cannot be
// given at once.
func gift(list []base.Coin) (chain.Coins, error) {
	coins, err := wire.Coins(list)
	if err != nil {
		return nil, err
	}
	if coins.IsZero() {
		return nil, fmt.Errorf("no coins: %w", chain.ErrInvalidCoins)
	}
	for _, c := range coins {
		if c.Amount.Cmp(maxShared) > 0 {
			return nil, fmt.Errorf("%s, at most %s at once: %w", c, maxShared, chain.ErrInvalidCoins)
		}
	}
	return coins, coins.Validate()
}

func (d *Distribution) fund(env *chain.Env, m *distribution.MsgFundCommunityPool) (*distribution.MsgFundCommunityPoolResponse, error) {
	depositor, err := env.Bech32().ParseAccount(m.Depositor)
	if err != nil {
		return nil, fmt.Errorf("invalid depositor address: %w", err)
	}
	coins, err := gift(m.Amount)
	if err != nil {
		return nil, err
	}
	if err := d.Bank.Send(env, depositor, account, coins); err != nil {
		return nil, err
	}
	return &distribution.MsgFundCommunityPoolResponse{}, d.addToPool(env, fromCoins(coins))
}

// deposit gives coins to a validator's delegators and operator.
func (d *Distribution) deposit(env *chain.Env, m *distribution.MsgDepositValidatorRewardsPool) (*distribution.MsgDepositValidatorRewardsPoolResponse, error) {
	depositor, err := env.Bech32().ParseAccount(m.Depositor)
	if err != nil {
		return nil, err
	}
	operator, err := env.Bech32().ParseValidator(m.ValidatorAddress)
	if err != nil {
		return nil, err
	}
	coins, err := gift(m.Amount)
	if err != nil {
		return nil, err
	}
	v, err := d.Stakes.RequireValidator(env, operator)
	if err != nil {
		return nil, err
	}
	if err := d.Bank.Send(env, depositor, account, coins); err != nil {
		return nil, err
	}
	return &distribution.MsgDepositValidatorRewardsPoolResponse{}, d.give(env, v, fromCoins(coins))
}

func (d *Distribution) updateParams(env *chain.Env, m *distribution.MsgUpdateParams) (*distribution.MsgUpdateParamsResponse, error) {
	if err := env.CheckAuthority(m.Authority); err != nil {
		return nil, err
	}
	if err := CheckParams(m.Params); err != nil {
		return nil, err
	}
	return &distribution.MsgUpdateParamsResponse{}, save(env, layout.RewardsParams, &m.Params)
}

// spend pays out of the pool; the authority only.
func (d *Distribution) spend(env *chain.Env, m *distribution.MsgCommunityPoolSpend) (*distribution.MsgCommunityPoolSpendResponse, error) {
	if err := env.CheckAuthority(m.Authority); err != nil {
		return nil, err
	}
	to, err := env.Bech32().ParseAccount(m.Recipient)
	if err != nil {
		return nil, err
	}
	coins, err := gift(m.Amount)
	if err != nil {
		return nil, err
	}
	if d.Bank.Blocked(to) {
		return nil, fmt.Errorf("%s is not allowed to receive external funds: %w", m.Recipient, chain.ErrUnauthorized)
	}
	p, err := d.pool(env)
	if err != nil {
		return nil, err
	}
	rest := p.sub(fromCoins(coins))
	if rest.check() != nil {
		return nil, ErrPoolTooLow
	}
	if err := savePool(env, rest); err != nil {
		return nil, err
	}
	return &distribution.MsgCommunityPoolSpendResponse{}, d.Bank.Send(env, account, to, coins)
}
