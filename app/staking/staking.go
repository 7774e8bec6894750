package staking

import (
	"fmt"
	"sort"
	"time"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// Verdicts of codespace "staking".
var (
	ErrNoValidator      = chain.NewError("staking", 3, "validator does not exist")
	ErrOperatorTaken    = chain.NewError("staking", 4, "validator already exist for this operator address; must use new validator operator address")
	ErrPubKeyTaken      = chain.NewError("staking", 5, "validator already exist for this pubkey; must use new validator pubkey")
	ErrPubKeyType       = chain.NewError("staking", 6, "validator pubkey type is not supported")
	ErrCommissionHuge   = chain.NewError("staking", 10, "commission cannot be more than 100%")
	ErrCommissionMax    = chain.NewError("staking", 11, "commission cannot be more than the max rate")
	ErrCommissionChange = chain.NewError("staking", 14, "commission change rate cannot be more than the max rate")
	ErrSelfDelegation   = chain.NewError("staking", 16, "validator's self delegation must be greater than their minimum self delegation")
	ErrNoDelegation     = chain.NewError("staking", 19, "no delegation for (address, validator) tuple")
)

// PowerReduction is the bonded base units that give one unit of voting power
// (the Cosmos default: one whole token of six decimals).
const PowerReduction = 1_000_000

// Bank is what staking needs of bank.
type Bank interface {
	Send(env *chain.Env, from, to chain.Address, coins chain.Coins) error
}

// Accounts is what staking needs of auth.
type Accounts interface {
	EnsureModule(env *chain.Env, name string, permissions ...string) error
}

// Staking is the module.
type Staking struct {
	Bank     Bank
	Accounts Accounts
}

// Update is a validator and its voting power, for CometBFT.
type Update struct {
	PubKey []byte // ed25519, 32 bytes
	Power  int64
}

// maxUnbonding bounds the unbonding time: ten years.
const maxUnbonding = 10 * 365 * 24 * time.Hour

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
	if p.MaxEntries == 0 {
		return fmt.Errorf("staking.params.max_entries must be positive: %w", chain.ErrInvalidRequest)
	}
	return nil
}

// Params returns the parameters.
func (s *Staking) Params(env *chain.Env) (staking.Params, error) {
	var p staking.Params
	raw, err := env.Store(layout.Staking).Get(layout.StakingParams)
	if err != nil {
		return p, err
	}
	if err := p.Unmarshal(raw); err != nil {
		return p, fmt.Errorf("staking parameters in state: %v", err) // a fault
	}
	return p, nil
}

// Validator returns a validator by its operator, nil if there is none.
func (s *Staking) Validator(env *chain.Env, operator chain.Address) (*staking.Validator, error) {
	raw, err := env.Store(layout.Staking).Get(layout.StakingValidator(operator))
	if err != nil || raw == nil {
		return nil, err
	}
	v := &staking.Validator{}
	if err := v.Unmarshal(raw); err != nil {
		return nil, fmt.Errorf("validator in state: %v", err) // a fault
	}
	return v, nil
}

// all returns every validator by operator.
func (s *Staking) all(env *chain.Env) ([]staking.Validator, error) {
	var list []staking.Validator
	err := each(env, layout.StakingValidatorPrefix, func(_, value []byte) error {
		var v staking.Validator
		err := v.Unmarshal(value)
		list = append(list, v)
		return err
	})
	return list, err
}

// Updates returns the power of every bonded validator, highest first, at most
// max_validators of them.
func (s *Staking) Updates(env *chain.Env) ([]Update, error) {
	params, err := s.Params(env)
	if err != nil {
		return nil, err
	}
	list, err := s.all(env)
	if err != nil {
		return nil, err
	}
	var updates []Update
	for i := range list {
		tokens, err := chain.ParseAmount(list[i].Tokens)
		if err != nil {
			return nil, fmt.Errorf("validator in state: %v", err)
		}
		power, key, err := powerAndKey(tokens, &list[i])
		if err != nil {
			return nil, err
		}
		if power > 0 && !list[i].Jailed {
			updates = append(updates, Update{PubKey: key, Power: power})
		}
	}
	sort.SliceStable(updates, func(i, j int) bool { return updates[i].Power > updates[j].Power })
	return updates[:min(len(updates), int(params.MaxValidators))], nil
}

// maxPower is what CometBFT accepts as total power, divided by the validators
// that may share it.
const maxPower = 1 << 40

func powerAndKey(tokens chain.Amount, v *staking.Validator) (int64, []byte, error) {
	units, ok := tokens.MulDiv(chain.NewAmount(1), chain.NewAmount(PowerReduction))
	power, fits := units.Uint64()
	if !ok || !fits || power > maxPower {
		return 0, nil, fmt.Errorf("validator %s bonds %s, at most %d units of power fit: %w", v.OperatorAddress, tokens, uint64(maxPower), chain.ErrInvalidRequest)
	}
	key, err := consensusKey(v.ConsensusPubkey)
	return int64(power), key, err
}

// each visits all entries of the store behind a prefix.
func each(env *chain.Env, prefix []byte, visit func(key, value []byte) error) error {
	it, err := env.Store(layout.Staking).Iterate(prefix, chain.PrefixEnd(prefix), false)
	if err != nil {
		return err
	}
	for it.Valid() && err == nil {
		if err = visit(it.Key()[len(prefix):], it.Value()); err == nil {
			err = it.Next()
		}
	}
	if closed := it.Close(); err == nil {
		err = closed
	}
	return err
}
