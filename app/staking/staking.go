package staking

import (
	"fmt"
	"time"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// PowerReduction is the bonded base units that give one unit of voting power
// (the Cosmos default: one whole token of six decimals).
const PowerReduction = 1_000_000

// maxPower bounds the power of one validator, so that as many as valset allows
// fit the total power that CometBFT accepts.
const maxPower = 1 << 40

// Bank is what staking needs of bank.
type Bank interface {
	Send(env *chain.Env, from, to chain.Address, coins chain.Coins) error
	BurnFrom(env *chain.Env, module string, coins chain.Coins) error
}

// Accounts is what staking needs of auth.
type Accounts interface {
	EnsureModule(env *chain.Env, name string, permissions ...string) error
}

// Rewards is told what changes who earns how much.
type Rewards interface {
	// ValidatorCreated and ValidatorRemoved frame a validator's life.
	ValidatorCreated(env *chain.Env, operator chain.Address) error
	ValidatorRemoved(env *chain.Env, operator chain.Address) error
	// BeforeDelegation comes before a delegation's shares change: what it
	// earned so far is paid. first says that there was no delegation.
	BeforeDelegation(env *chain.Env, delegator, operator chain.Address, first bool) error
	// AfterDelegation comes after they changed, unless the delegation is gone.
	AfterDelegation(env *chain.Env, delegator, operator chain.Address) error
	// BeforeSlash comes before a validator loses that fraction of its stake.
	BeforeSlash(env *chain.Env, operator chain.Address, fraction chain.Dec) error
}

// Signing is told whose signatures count.
type Signing interface {
	// KeyJoined comes with a validator; a key that must not come back is
	// refused, unless its validator was there before (again).
	KeyJoined(env *chain.Env, key []byte, again bool) error
	// KeyBonded comes when a key starts to validate.
	KeyBonded(env *chain.Env, cons chain.Address) error
	// KeyLeft comes when its validator is gone.
	KeyLeft(env *chain.Env, cons chain.Address) error
}

// Staking is the module.
type Staking struct {
	Bank     Bank
	Accounts Accounts
	Rewards  Rewards
	Signing  Signing
}

// maxUnbonding bounds the unbonding time: ten years.
const maxUnbonding = 10 * 365 * 24 * time.Hour

// maxEntries bounds max_entries: a slash walks over all of them.
const maxEntries = 1_000

// maxHistory bounds historical_entries: each is state.
const maxHistory = 1_000_000

// DefaultParams bond the chain's base denom and unbond in three weeks.
func DefaultParams(bondDenom string) staking.Params {
	return staking.Params{
		UnbondingTime: 21 * 24 * time.Hour, MaxValidators: 100, MaxEntries: 7,
		HistoricalEntries: 10_000, BondDenom: bondDenom, MinCommissionRate: "0",
	}
}

// CheckParams refuses parameters out of bounds.
func CheckParams(p staking.Params) error {
	if err := chain.CheckDenom(p.BondDenom); err != nil {
		return fmt.Errorf("staking.params.bond_denom: %w", err)
	}
	if p.MaxValidators == 0 || p.MaxValidators > 10_000 {
		return fmt.Errorf("staking.params.max_validators is %d, must be 1 to 10000: %w", p.MaxValidators, chain.ErrInvalidRequest)
	}
	if p.UnbondingTime <= 0 || p.UnbondingTime > maxUnbonding {
		return fmt.Errorf("staking.params.unbonding_time is %s, must be above 0 and at most %s: %w", p.UnbondingTime, maxUnbonding, chain.ErrInvalidRequest)
	}
	if p.MaxEntries == 0 || p.MaxEntries > maxEntries {
		return fmt.Errorf("staking.params.max_entries is %d, must be 1 to %d: %w", p.MaxEntries, maxEntries, chain.ErrInvalidRequest)
	}
	if p.HistoricalEntries > maxHistory {
		return fmt.Errorf("staking.params.historical_entries is %d, must be at most %d: %w", p.HistoricalEntries, maxHistory, chain.ErrInvalidRequest)
	}
	least, err := chain.ParseDec(string(p.MinCommissionRate))
	if err != nil || least.Cmp(chain.OneDec()) > 0 {
		return fmt.Errorf("staking.params.min_commission_rate is %.60q, must be 0 to 1: %w", p.MinCommissionRate.Decimal(), chain.ErrInvalidRequest)
	}
	return nil
}

// Params returns the parameters.
func (s *Staking) Params(env *chain.Env) (staking.Params, error) {
	p, err := load[staking.Params](env, layout.StakingParams)
	if err == nil && p == nil {
		err = fmt.Errorf("no staking parameters in state")
	}
	if err != nil {
		return staking.Params{}, err
	}
	return *p, nil
}

// BondDenom is the denom of stake.
func (s *Staking) BondDenom(env *chain.Env) (string, error) {
	p, err := s.Params(env)
	return p.BondDenom, err
}

// decText is a number as it stands in messages.
func decText(d chain.Dec) base.Dec { return base.Dec(d.Wire()) }

// pool is the account in which a validator's stake lies.
func pool(status staking.BondStatus) string {
	if status == staking.Bonded {
		return layout.BondedPool
	}
	return layout.NotBondedPool
}

// moveStake moves coins between the pools, if the statuses have different ones.
func (s *Staking) moveStake(env *chain.Env, from, to staking.BondStatus, amount chain.Amount) error {
	if pool(from) == pool(to) || amount.IsZero() {
		return nil
	}
	coins, err := s.coins(env, amount)
	if err != nil {
		return err
	}
	return s.Bank.Send(env, layout.ModuleAddress(pool(from)), layout.ModuleAddress(pool(to)), coins)
}

// burn destroys slashed stake.
func (s *Staking) burn(env *chain.Env, status staking.BondStatus, amount chain.Amount) error {
	if amount.IsZero() {
		return nil
	}
	coins, err := s.coins(env, amount)
	if err != nil {
		return err
	}
	return s.Bank.BurnFrom(env, pool(status), coins)
}

func (s *Staking) coins(env *chain.Env, amount chain.Amount) (chain.Coins, error) {
	denom, err := s.BondDenom(env)
	if amount.IsZero() {
		return nil, err
	}
	return chain.Coins{{Denom: denom, Amount: amount}}, err
}
