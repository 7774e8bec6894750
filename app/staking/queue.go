package staking

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// What ends at a time stands in a queue by that time. A queue is read from its
// front, so its order is the same on every node.

func enqueueUnbonding(env *chain.Env, end time.Time, delegator, validator string) error {
	key := layout.StakingUnbondsAt(end)
	list, err := load[staking.DVPairs](env, key)
	if err != nil {
		return err
	}
	if list == nil {
		list = &staking.DVPairs{}
	}
	pair := staking.DVPair{DelegatorAddress: delegator, ValidatorAddress: validator}
	if slices.Contains(list.Pairs, pair) {
		return nil
	}
	list.Pairs = append(list.Pairs, pair)
	return save(env, key, list)
}

func enqueueRedelegation(env *chain.Env, end time.Time, r *staking.Redelegation) error {
	key := layout.StakingRedelegatesAt(end)
	list, err := load[staking.DVVTriplets](env, key)
	if err != nil {
		return err
	}
	if list == nil {
		list = &staking.DVVTriplets{}
	}
	move := staking.DVVTriplet{DelegatorAddress: r.DelegatorAddress, ValidatorSrcAddress: r.ValidatorSrcAddress, ValidatorDstAddress: r.ValidatorDstAddress}
	if slices.Contains(list.Triplets, move) {
		return nil
	}
	list.Triplets = append(list.Triplets, move)
	return save(env, key, list)
}

// due takes everything out of a queue whose time has come by until, which is
// the key of the last, and hands it to take.
func due(env *chain.Env, prefix, until []byte, take func(value []byte) error) error {
	var keys [][]byte
	err := eachUntil(env, prefix, append(until, 0), func(key, value []byte) error {
		keys = append(keys, append(bytes.Clone(prefix), key...))
		return take(value)
	})
	if err != nil {
		return err
	}
	return drop(env, keys...)
}

// dueValidators are those whose unbonding ends by now.
func dueValidators(env *chain.Env) ([]string, error) {
	var list []string
	err := due(env, layout.StakingValidatorQueue, layout.StakingValidatorsAt(env.Block.Time, env.Block.Height), func(value []byte) error {
		var v staking.ValAddresses
		err := v.Unmarshal(value)
		list = append(list, v.Addresses...)
		return err
	})
	return list, err
}

func dueUnbondings(env *chain.Env) ([]staking.DVPair, error) {
	var list []staking.DVPair
	err := due(env, layout.StakingUnbondQueue, layout.StakingUnbondsAt(env.Block.Time), func(value []byte) error {
		var v staking.DVPairs
		err := v.Unmarshal(value)
		list = append(list, v.Pairs...)
		return err
	})
	return list, err
}

func dueRedelegations(env *chain.Env) ([]staking.DVVTriplet, error) {
	var list []staking.DVVTriplet
	err := due(env, layout.StakingRedelegateQueue, layout.StakingRedelegatesAt(env.Block.Time), func(value []byte) error {
		var v staking.DVVTriplets
		err := v.Unmarshal(value)
		list = append(list, v.Triplets...)
		return err
	})
	return list, err
}

// addressesOf reads addresses of the state: an account's, then validators'.
func addressesOf(env *chain.Env, account string, validators ...string) ([]chain.Address, error) {
	list := make([]chain.Address, 0, 1+len(validators))
	a, err := env.Bech32().ParseAccount(account)
	for _, v := range validators {
		if err != nil {
			break
		}
		list = append(list, a)
		a, err = env.Bech32().ParseValidator(v)
	}
	if err != nil {
		return nil, fmt.Errorf("address in state: %v", err)
	}
	return append(list, a), nil
}
