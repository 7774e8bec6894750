package staking_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weftchain/weft/app/staking"
	"github.com/weftchain/weft/chain"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	stakingpb "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// TestNobodyEscapes: whatever delegators did between an infraction and its
// proof, at least the fraction of the stake of then is burned. Stake that moved
// on is counted in shares there, which are rounded: each such entry may spare
// one unit.
func TestNobodyEscapes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t)
		for n := range 3 {
			require.NoError(rt, w.run(create(t, n, "5000000")))
		}
		amount := func() base.Coin {
			return base.Coin{Denom: "uweft", Amount: fmt.Sprint(rapid.Uint64Range(1, 9_999_999).Draw(rt, "amount"))}
		}
		for n := range 6 {
			require.NoError(rt, w.run(&stakingpb.MsgDelegate{DelegatorAddress: prefix.Account(account(n)), ValidatorAddress: prefix.Validator(account(0)), Amount: amount()}))
		}
		w.end()
		w.next(time.Second)
		raw := make([]byte, 32) // the key of validator 0
		cons := staking.ConsensusAddress(raw)
		v, err := w.staking.ByConsensus(w.env, cons)
		require.NoError(rt, err)
		tokens, err := chain.ParseAmount(v.Tokens)
		require.NoError(rt, err)
		units, _ := tokens.MulDiv(chain.NewAmount(1), chain.NewAmount(staking.PowerReduction))
		power, _ := units.Uint64()
		height := w.env.Block.Height

		moves := uint64(0)
		for range rapid.IntRange(0, 4).Draw(rt, "blocks") {
			for range rapid.IntRange(0, 5).Draw(rt, "messages") {
				if w.flee(rt, amount()) {
					moves++
				}
			}
			w.end()
			w.next(time.Second)
		}
		fraction, err := chain.ParseDec(rapid.SampledFrom([]string{
			"10000000000000000", "50000000000000000", "333333333333333333", "1000000000000000000",
		}).Draw(rt, "fraction"))
		require.NoError(rt, err)
		before, err := w.bank.Supply(w.env, "uweft")
		require.NoError(rt, err)
		_, err = w.staking.Slash(w.env, cons, height, int64(power), fraction)
		require.NoError(rt, err)
		after, err := w.bank.Supply(w.env, "uweft")
		require.NoError(rt, err)
		burned, ok := before.Sub(after)
		require.True(rt, ok)
		whole, _ := chain.NewAmount(power).MulDiv(chain.NewAmount(staking.PowerReduction), chain.NewAmount(1))
		due := fraction.MulAmount(whole).Truncate()
		spared, ok := due.Sub(burned)
		require.True(rt, !ok || spared.Cmp(chain.NewAmount(moves)) <= 0, "%s due, %s burned, %d moves", due, burned, moves)
		w.checkState(rt)
	})
}

// flee takes stake away from validator 0, or brings some, and reports whether it
// moved to another validator.
func (w *world) flee(rt *rapid.T, amount base.Coin) bool {
	who, first := prefix.Account(account(rapid.IntRange(0, 5).Draw(rt, "who"))), prefix.Validator(account(0))
	other := prefix.Validator(account(rapid.IntRange(1, 2).Draw(rt, "to")))
	var m chain.Message
	kind := rapid.IntRange(0, 4).Draw(rt, "message")
	switch kind {
	case 0:
		m = &stakingpb.MsgUndelegate{DelegatorAddress: who, ValidatorAddress: first, Amount: amount}
	case 1:
		m = &stakingpb.MsgBeginRedelegate{DelegatorAddress: who, ValidatorSrcAddress: first, ValidatorDstAddress: other, Amount: amount}
	case 2:
		m = &stakingpb.MsgDelegate{DelegatorAddress: who, ValidatorAddress: first, Amount: amount}
	case 3: // what moved on moves further
		m = &stakingpb.MsgUndelegate{DelegatorAddress: who, ValidatorAddress: other, Amount: amount}
	default:
		m = &stakingpb.MsgCancelUnbondingDelegation{DelegatorAddress: who, ValidatorAddress: first, Amount: amount, CreationHeight: w.env.Block.Height - 1}
	}
	err := w.run(m)
	if err != nil {
		_, verdict := chain.Verdict(err)
		require.True(rt, verdict, "%T: %v", m, err)
	}
	return kind == 1 && err == nil
}
