package app

import (
	"fmt"

	"github.com/weftchain/weft/app/lottery"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	stakingpb "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// checkPools refuses stake and rewards that do not lie where they are paid
// from: they could not be paid back.
func (g *Genesis) checkPools(prefix chain.Bech32) error {
	bonded, free, err := g.stakes()
	if err != nil {
		return err
	}
	for _, p := range []struct {
		name string
		due  chain.Amount
	}{{layout.BondedPool, bonded}, {layout.NotBondedPool, free}} {
		addr := layout.ModuleAddress(p.name)
		have, err := g.balance(prefix, addr, g.Staking.Params.BondDenom)
		if err != nil {
			return err
		}
		if have.Cmp(p.due) != 0 {
			kind := map[string]string{layout.BondedPool: "bonded", layout.NotBondedPool: "not bonded"}[p.name]
			return fmt.Errorf("bank.balances: the %s pool %s holds %s%s, the validators bond %s: %w",
				kind, prefix.Account(addr), have, g.Staking.Params.BondDenom, p.due, chain.ErrInvalidRequest)
		}
	}
	if err := g.checkLottery(prefix); err != nil {
		return err
	}
	return g.checkRewards(prefix)
}

// checkLottery refuses a lottery that owes more or less than its account holds.
func (g *Genesis) checkLottery(prefix chain.Bech32) error {
	if g.Lottery == nil {
		return nil
	}
	addr := layout.ModuleAddress(layout.LotteryModule)
	have, err := g.balance(prefix, addr, g.Lottery.Params.Denom)
	if err != nil {
		return err
	}
	if due := lottery.Holdings(g.Lottery); have.Cmp(due) != 0 {
		return fmt.Errorf("bank.balances: the lottery's account %s holds %s%s, the lottery section accounts for %s: %w",
			prefix.Account(addr), have, g.Lottery.Params.Denom, due, chain.ErrInvalidRequest)
	}
	return nil
}

// stakes are the sums that must lie in the pools.
func (g *Genesis) stakes() (bonded, free chain.Amount, err error) {
	add := func(sum *chain.Amount, text, path string) error {
		amount, err := chain.ParseAmount(text)
		if err != nil {
			return fmt.Errorf("%s: %v: %w", path, err, chain.ErrInvalidRequest)
		}
		total, ok := sum.Add(amount)
		if !ok {
			return fmt.Errorf("%s: the sum is above 2^256-1: %w", path, chain.ErrInvalidRequest)
		}
		*sum = total
		return nil
	}
	for i := range g.Staking.Validators {
		v := &g.Staking.Validators[i]
		sum := &free
		if v.Status == stakingpb.Bonded {
			sum = &bonded
		}
		if err := add(sum, v.Tokens, fmt.Sprintf("staking.validators[%d].tokens", i)); err != nil {
			return bonded, free, err
		}
	}
	for i, u := range g.Staking.UnbondingDelegations {
		for j, e := range u.Entries {
			if err := add(&free, e.Balance, fmt.Sprintf("staking.unbonding_delegations[%d].entries[%d].balance", i, j)); err != nil {
				return bonded, free, err
			}
		}
	}
	return bonded, free, nil
}

// checkRewards refuses more rewards than the module's account can pay.
func (g *Genesis) checkRewards(prefix chain.Bech32) error {
	sums := map[string]chain.Dec{}
	var denoms []string
	note := func(denom, amount string) error {
		d, err := chain.ParseDec(amount)
		if err != nil {
			return fmt.Errorf("distribution: %v: %w", err, chain.ErrInvalidRequest)
		}
		if _, known := sums[denom]; !known {
			denoms = append(denoms, denom)
		}
		sums[denom] = sums[denom].Add(d)
		return nil
	}
	for _, c := range g.Distribution.FeePool.CommunityPool {
		if err := note(c.Denom, string(c.Amount)); err != nil {
			return err
		}
	}
	for _, r := range g.Distribution.OutstandingRewards {
		for _, c := range r.OutstandingRewards {
			if err := note(c.Denom, string(c.Amount)); err != nil {
				return err
			}
		}
	}
	for _, denom := range denoms {
		have, err := g.balance(prefix, layout.ModuleAddress(layout.RewardsModule), denom)
		if err != nil {
			return err
		}
		if sums[denom].Cmp(chain.NewDec(have)) > 0 {
			return fmt.Errorf("bank.balances: the distribution account %s holds %s%s, %s is owed: %w",
				prefix.Account(layout.ModuleAddress(layout.RewardsModule)), have, denom, sums[denom], chain.ErrInvalidRequest)
		}
	}
	return nil
}
