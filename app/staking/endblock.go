package staking

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/cosmos/gogoproto/types"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// Power is a validator's key and its voting power.
type Power struct {
	PubKey []byte // ed25519, 32 bytes
	Power  int64
}

// EndBlock decides who validates, ends what has ended, and returns the whole
// set that shall validate. What fails for one entry by a rule is left out with
// an event staking_entry_failed; the error is a fault of this node.
func (s *Staking) EndBlock(env *chain.Env) ([]Power, error) {
	set, err := s.elect(env)
	if err != nil {
		return nil, err
	}
	if err := s.endValidators(env); err != nil {
		return nil, err
	}
	if err := s.endUnbondings(env); err != nil {
		return nil, err
	}
	return set, s.endRedelegations(env)
}

// alone does one piece of work on a branch of its own.
func alone(env *chain.Env, what string, work func(*chain.Env) error) error {
	child := env.Child()
	err := work(child)
	if err == nil {
		env.Keep(child)
		return nil
	}
	if verdict, rule := chain.Verdict(err); rule {
		env.Events.Emit(chain.NewEvent("staking_entry_failed", "entry", what,
			"codespace", verdict.Codespace, "code", fmt.Sprint(verdict.Code)))
		return nil
	}
	return err
}

// elect bonds the strongest max_validators and unbonds who is no longer among
// them.
func (s *Staking) elect(env *chain.Env) ([]Power, error) {
	params, err := s.Params(env)
	if err != nil {
		return nil, err
	}
	last, err := s.lastPowers(env)
	if err != nil {
		return nil, err
	}
	top, err := s.strongest(env, int(params.MaxValidators))
	if err != nil {
		return nil, err
	}
	var set []Power
	var total uint64
	for _, operator := range top {
		p, err := s.elected(env, operator, last)
		if err != nil {
			return nil, err
		}
		delete(last, operator)
		set, total = append(set, p), total+uint64(p.Power)
	}
	for _, operator := range sortedKeys(last) {
		if err := s.deselect(env, operator, params); err != nil {
			return nil, err
		}
	}
	return set, saveTotal(env, total)
}

// strongest lists the operators with the highest power, the highest first, as
// long as they have any.
func (s *Staking) strongest(env *chain.Env, most int) ([]chain.Address, error) {
	var list []chain.Address
	it, err := env.Store(layout.Staking).Iterate(layout.StakingByPower(1, "")[:9], chain.PrefixEnd(layout.StakingByPowerPrefix), true)
	if err != nil {
		return nil, err
	}
	for it.Valid() && err == nil && len(list) < most {
		list = append(list, chain.Address(it.Value()))
		err = it.Next()
	}
	if closed := it.Close(); err == nil {
		err = closed
	}
	return list, err
}

// elected makes sure that a validator is bonded and remembers its power.
func (s *Staking) elected(env *chain.Env, operator chain.Address, last map[chain.Address]int64) (Power, error) {
	v, err := s.need(env, operator)
	if err != nil {
		return Power{}, fmt.Errorf("validator in the order of power: %v", err)
	}
	st, err := stakeOf(v)
	if err != nil {
		return Power{}, err
	}
	if v.Status != staking.Bonded {
		if err := s.moveStake(env, v.Status, staking.Bonded, st.tokens); err != nil {
			return Power{}, fmt.Errorf("bonding %s: %v", v.OperatorAddress, err)
		}
		if err := s.bond(env, operator, v); err != nil {
			return Power{}, fmt.Errorf("bonding %s: %v", v.OperatorAddress, err)
		}
	}
	power, err := units(st.tokens)
	if err != nil {
		return Power{}, fmt.Errorf("validator %s: %v", v.OperatorAddress, err)
	}
	key, err := consensusKey(v.ConsensusPubkey)
	if err != nil {
		return Power{}, fmt.Errorf("validator %s: %v", v.OperatorAddress, err)
	}
	if known, ok := last[operator]; !ok || known != int64(power) {
		if err := save(env, layout.StakingLastPower(operator), &types.Int64Value{Value: int64(power)}); err != nil {
			return Power{}, err
		}
	}
	return Power{PubKey: key, Power: int64(power)}, nil
}

// deselect begins the unbonding of a validator that is no longer elected.
func (s *Staking) deselect(env *chain.Env, operator chain.Address, params staking.Params) error {
	v, err := s.need(env, operator)
	if err != nil {
		return fmt.Errorf("validator that was bonded: %v", err)
	}
	st, err := stakeOf(v)
	if err != nil {
		return err
	}
	if err := s.moveStake(env, staking.Bonded, staking.Unbonding, st.tokens); err != nil {
		return fmt.Errorf("unbonding %s: %v", v.OperatorAddress, err)
	}
	if err := s.beginUnbonding(env, operator, v, params.UnbondingTime); err != nil {
		return err
	}
	return drop(env, layout.StakingLastPower(operator))
}

func (s *Staking) lastPowers(env *chain.Env) (map[chain.Address]int64, error) {
	out := map[chain.Address]int64{}
	return out, each(env, layout.StakingLastPowerPrefix, func(key, value []byte) error {
		list, err := layout.ParseAddresses(key, 1)
		if err != nil {
			return err
		}
		var p types.Int64Value
		if err := p.Unmarshal(value); err != nil {
			return fmt.Errorf("power in state: %v", err)
		}
		out[list[0]] = p.Value
		return nil
	})
}

func sortedKeys(m map[chain.Address]int64) []chain.Address {
	list := make([]chain.Address, 0, len(m))
	for a := range m { //weft:sorted the list is sorted below
		list = append(list, a)
	}
	slices.Sort(list)
	return list
}

// saveTotal writes the total power if it changed: a decimal in field 1, as the
// reference keeps it.
func saveTotal(env *chain.Env, total uint64) error {
	text := fmt.Sprint(total)
	raw := append([]byte{0x0a, byte(len(text))}, text...)
	old, err := env.Store(layout.Staking).Get(layout.StakingLastTotalPower)
	if err != nil || bytes.Equal(old, raw) {
		return err
	}
	return env.Store(layout.Staking).Set(layout.StakingLastTotalPower, raw)
}

func (s *Staking) endValidators(env *chain.Env) error {
	list, err := dueValidators(env)
	if err != nil {
		return err
	}
	for _, address := range list {
		err := alone(env, address, func(env *chain.Env) error {
			operator, err := env.Bech32().ParseValidator(address)
			if err != nil {
				return fmt.Errorf("validator in a queue: %v", err)
			}
			v, err := s.Validator(env, operator)
			if err != nil || v == nil || v.Status != staking.Unbonding {
				return err
			}
			return s.free(env, operator, v)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Staking) endUnbondings(env *chain.Env) error {
	list, err := dueUnbondings(env)
	if err != nil {
		return err
	}
	for _, p := range list {
		err := alone(env, p.DelegatorAddress+" "+p.ValidatorAddress, func(env *chain.Env) error {
			a, err := addressesOf(env, p.DelegatorAddress, p.ValidatorAddress)
			if err != nil {
				return err
			}
			coins, err := s.complete(env, a[0], a[1])
			if err == nil && !coins.IsZero() {
				env.Events.Emit(chain.NewEvent("complete_unbonding", "amount", coins.String(),
					"validator", p.ValidatorAddress, "delegator", p.DelegatorAddress))
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Staking) endRedelegations(env *chain.Env) error {
	list, err := dueRedelegations(env)
	if err != nil {
		return err
	}
	for _, t := range list {
		err := alone(env, t.DelegatorAddress+" "+t.ValidatorSrcAddress, func(env *chain.Env) error {
			a, err := addressesOf(env, t.DelegatorAddress, t.ValidatorSrcAddress, t.ValidatorDstAddress)
			if err != nil {
				return err
			}
			coins, err := s.settle(env, a[0], a[1], a[2])
			if err == nil && !coins.IsZero() {
				env.Events.Emit(chain.NewEvent("complete_redelegation", "amount", coins.String(), "delegator", t.DelegatorAddress,
					"source_validator", t.ValidatorSrcAddress, "destination_validator", t.ValidatorDstAddress))
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
