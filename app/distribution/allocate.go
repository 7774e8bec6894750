package distribution

import (
	"fmt"

	"github.com/cosmos/gogoproto/types"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// maxShared bounds what is shared of one denom in a block, 2^128-1: amounts
// times 10^18 then never leave 256 bits. What is above waits for the next block.
var maxShared = func() chain.Amount {
	a, _ := chain.ParseAmount("340282366920938463463374607431768211455")
	return a
}()

// BeginBlock shares the fees of the block before among those whose votes are
// the commit of it. The error is a fault of this node.
func (d *Distribution) BeginBlock(env *chain.Env, votes []chain.Vote) error {
	if env.Block.Height > 1 {
		if err := d.allocate(env, votes); err != nil {
			return fmt.Errorf("sharing fees: %w", err)
		}
	}
	if len(env.Block.Proposer) == 0 {
		return nil
	}
	return save(env, layout.RewardsProposer, &types.BytesValue{Value: env.Block.Proposer})
}

// collected moves what was paid for the block before to the module's account.
func (d *Distribution) collected(env *chain.Env) (decCoins, error) {
	collector := layout.ModuleAddress(layout.FeeCollector)
	coins, err := d.Bank.Balances(env, collector)
	if err != nil || coins.IsZero() {
		return nil, err
	}
	for i := range coins {
		if coins[i].Amount.Cmp(maxShared) > 0 {
			coins[i].Amount = maxShared
		}
	}
	return fromCoins(coins), d.Bank.Send(env, collector, account, coins)
}

func (d *Distribution) allocate(env *chain.Env, votes []chain.Vote) error {
	fees, err := d.collected(env)
	if err != nil || len(fees) == 0 {
		return err
	}
	params, err := d.Params(env)
	if err != nil {
		return err
	}
	tax, err := chain.ParseDec(string(params.CommunityTax))
	if err != nil {
		return fmt.Errorf("parameters in state: %v", err)
	}
	var total uint64
	for _, v := range votes {
		total += uint64(max(v.Power, 0))
	}
	rest, shared := fees, fees.mulDown(chain.OneDec().Sub(tax))
	for _, vote := range votes {
		v, err := d.Stakes.ByConsensus(env, vote.Validator)
		if err != nil {
			return err
		}
		if v == nil || vote.Power <= 0 {
			continue // its part goes to the pool
		}
		part := shared.mulDown(chain.NewDec(chain.NewAmount(uint64(vote.Power))).QuoTruncate(chain.NewDec(chain.NewAmount(total))))
		given, err := d.tryGive(env, v, part)
		if err != nil {
			return err
		}
		if given {
			rest = rest.sub(part)
		}
	}
	return d.addToPool(env, rest)
}

// tryGive is give on a branch of its own: what a rule refuses goes to the pool.
func (d *Distribution) tryGive(env *chain.Env, v *staking.Validator, part decCoins) (bool, error) {
	child := env.Child()
	err := d.give(child, v, part)
	if err == nil {
		env.Keep(child)
		return true, nil
	}
	if _, rule := chain.Verdict(err); rule {
		env.Events.Emit(chain.NewEvent("rewards_refused", "validator", v.OperatorAddress, "reason", err.Error()))
		return false, nil
	}
	return false, err
}

// give shares coins between an operator and those who delegated to it.
func (d *Distribution) give(env *chain.Env, v *staking.Validator, part decCoins) error {
	operator, err := env.Bech32().ParseValidator(v.OperatorAddress)
	if err != nil {
		return fmt.Errorf("validator in state: %v", err)
	}
	rate, err := chain.ParseDec(string(v.Commission.CommissionRates.Rate))
	if err != nil {
		return fmt.Errorf("validator in state: %v", err)
	}
	own := part.mul(rate)
	env.Events.Emit(chain.NewEvent("commission", "amount", own.String(), "validator", v.OperatorAddress))
	c, err := commission(env, operator)
	if err != nil {
		return err
	}
	if err := saveCommission(env, operator, c.add(own)); err != nil {
		return err
	}
	period, running, err := current(env, operator)
	if err != nil {
		return err
	}
	if err := saveCurrent(env, operator, period, running.add(part.sub(own))); err != nil {
		return err
	}
	env.Events.Emit(chain.NewEvent("rewards", "amount", part.String(), "validator", v.OperatorAddress))
	o, err := owed(env, operator)
	if err != nil {
		return err
	}
	return saveOwed(env, operator, o.add(part))
}
