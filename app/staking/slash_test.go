package staking_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/staking"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	distributionpb "github.com/weftchain/weft/proto/cosmos/distribution/v1beta1"
	slashingpb "github.com/weftchain/weft/proto/cosmos/slashing/v1beta1"
	stakingpb "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

func cons(n int) chain.Address {
	raw := make([]byte, 32)
	raw[0] = byte(n)
	return staking.ConsensusAddress(raw)
}

func uweft(n int) base.Coin { return base.Coin{Denom: "uweft", Amount: fmt.Sprint(n)} }

func (w *world) ok(m chain.Message) chain.Message {
	w.t.Helper()
	res, err := w.call(m)
	require.NoError(w.t, err)
	return res
}

func (w *world) refused(code string, m chain.Message) {
	w.t.Helper()
	err := w.run(m)
	require.Error(w.t, err)
	v, verdict := chain.Verdict(err)
	require.True(w.t, verdict, err)
	require.Equal(w.t, code, fmt.Sprintf("%s/%d", v.Codespace, v.Code), err)
}

func (w *world) tokens(n int) string {
	w.t.Helper()
	v, err := w.staking.Validator(w.env, account(n))
	require.NoError(w.t, err)
	return v.Tokens
}

func delegate(who, to, n int) *stakingpb.MsgDelegate {
	return &stakingpb.MsgDelegate{DelegatorAddress: prefix.Account(account(who)), ValidatorAddress: prefix.Validator(account(to)), Amount: uweft(n)}
}

func undelegate(who, from, n int) *stakingpb.MsgUndelegate {
	return &stakingpb.MsgUndelegate{DelegatorAddress: prefix.Account(account(who)), ValidatorAddress: prefix.Validator(account(from)), Amount: uweft(n)}
}

func redelegate(who, from, to, n int) *stakingpb.MsgBeginRedelegate {
	return &stakingpb.MsgBeginRedelegate{
		DelegatorAddress: prefix.Account(account(who)), ValidatorSrcAddress: prefix.Validator(account(from)), ValidatorDstAddress: prefix.Validator(account(to)), Amount: uweft(n),
	}
}

// bonded is a world with validators 0 and 1 of 10 units each, at height 2.
func bonded(t *testing.T) *world {
	w := newWorld(t)
	for n := range 2 {
		require.NoError(t, w.run(create(t, n, "10000000")))
	}
	require.Len(t, w.end(), 2)
	w.next(time.Second)
	w.next(time.Second)
	return w
}

// TestDoubleSign: all stake that was there answers, wherever it went, and the
// key never comes back.
func TestDoubleSign(t *testing.T) {
	w := bonded(t)
	for _, who := range []int{5, 6, 7} {
		w.ok(delegate(who, 0, 10_000_000))
	}
	w.end()
	w.next(time.Second)
	infraction := w.env.Block.Height
	w.end()
	w.next(time.Second)
	w.ok(undelegate(5, 0, 10_000_000))    // unbonds
	w.ok(redelegate(6, 0, 1, 10_000_000)) // moves
	w.ok(redelegate(7, 0, 1, 10_000_000)) // moves, then unbonds there
	w.refused("staking/32", redelegate(7, 1, 0, 1))
	w.ok(undelegate(7, 1, 10_000_000))
	w.end()
	w.checkState(t)
	w.next(time.Second)
	proof := chain.Misbehaviour{Validator: cons(0), Power: 40, Height: infraction, Time: w.env.Block.Time.Add(-2 * time.Second)}
	require.NoError(t, w.signing.BeginBlock(w.env, nil, []chain.Misbehaviour{proof, proof}))
	require.Equal(t, "9500000", w.tokens(0), "5 % of its own 10 units")
	require.Equal(t, "19500000", w.tokens(1), "what came from it is slashed there, what it has itself is not")
	u, err := w.query("UnbondingDelegation", &stakingpb.QueryUnbondingDelegationRequest{DelegatorAddr: prefix.Account(account(5)), ValidatorAddr: prefix.Validator(account(0))})
	require.NoError(t, err)
	require.Equal(t, "9500000", u.(*stakingpb.QueryUnbondingDelegationResponse).Unbond.Entries[0].Balance)
	u, err = w.query("UnbondingDelegation", &stakingpb.QueryUnbondingDelegationRequest{DelegatorAddr: prefix.Account(account(7)), ValidatorAddr: prefix.Validator(account(1))})
	require.NoError(t, err)
	require.Equal(t, "9500000", u.(*stakingpb.QueryUnbondingDelegationResponse).Unbond.Entries[0].Balance)
	set := w.end()
	require.Len(t, set, 1, "in jail")
	w.checkState(t)
	w.refused("slashing/4", &slashingpb.MsgUnjail{ValidatorAddr: prefix.Validator(account(0))})
	info, err := w.signing.Info(w.env, cons(0))
	require.NoError(t, err)
	require.True(t, info.Tombstoned)

	for _, ignored := range []chain.Misbehaviour{
		{Validator: cons(9), Power: 5, Height: infraction, Time: w.env.Block.Time},                           // unknown
		{Validator: cons(1), Power: 5, Height: w.env.Block.Height + 1, Time: w.env.Block.Time},               // not yet
		{Validator: cons(1), Power: 5, Height: infraction, Time: w.env.Block.Time.Add(-22 * 24 * time.Hour)}, // its stake has gone
	} {
		require.NoError(t, w.signing.BeginBlock(w.env, nil, []chain.Misbehaviour{ignored}))
		require.Equal(t, "19500000", w.tokens(1))
	}
	w.next(22 * 24 * time.Hour)
	w.end()
	v, err := w.staking.Validator(w.env, account(0))
	require.NoError(t, err)
	require.Equal(t, stakingpb.Unbonded, v.Status)
	w.ok(undelegate(0, 0, 9_500_000))
	again := create(t, 3, "5000000")
	again.Pubkey = key(t, 0)
	w.refused("slashing/9", again)
}

// TestLiveness: more than half of 100 blocks missed, after the first window.
func TestLiveness(t *testing.T) {
	w := bonded(t)
	votes := w.votes()
	absent := 0
	for i := range votes {
		if votes[i].Validator == cons(1) {
			votes[i].Signed, absent = false, i
		}
	}
	for w.env.Block.Height < 102 {
		w.env.Block.Height++
		require.NoError(t, w.signing.BeginBlock(w.env, votes, nil))
		if w.env.Block.Height <= 100 {
			require.Equal(t, "10000000", w.tokens(1), "height %d", w.env.Block.Height)
		}
	}
	require.Equal(t, "9900000", w.tokens(1), "1 %% of 10 units, once")
	require.Len(t, w.end(), 1)
	w.refused("slashing/4", &slashingpb.MsgUnjail{ValidatorAddr: prefix.Validator(account(1))})
	w.refused("slashing/5", &slashingpb.MsgUnjail{ValidatorAddr: prefix.Validator(account(0))})
	w.refused("slashing/3", &slashingpb.MsgUnjail{ValidatorAddr: prefix.Validator(account(4))})
	w.env.Block.Time = w.env.Block.Time.Add(10 * time.Minute)
	w.ok(&slashingpb.MsgUnjail{ValidatorAddr: prefix.Validator(account(1))})
	require.Len(t, w.end(), 2)
	w.checkState(t)
	info, err := w.signing.Info(w.env, cons(1))
	require.NoError(t, err)
	require.Zero(t, info.MissedBlocksCounter)
	require.Equal(t, w.env.Block.Height, info.StartHeight)
	g, err := w.signing.ExportGenesis(w.env)
	require.NoError(t, err)
	require.Len(t, g.SigningInfos, 2)
	votes[absent].Signed = false
	w.env.Block.Height++
	require.NoError(t, w.signing.BeginBlock(w.env, votes, nil))
	g, err = w.signing.ExportGenesis(w.env)
	require.NoError(t, err)
	second := newWorld(t)
	require.NoError(t, second.signing.InitGenesis(second.env, g))
	same, err := second.signing.ExportGenesis(second.env)
	require.NoError(t, err)
	require.Equal(t, g, same)
}

// TestFees: 1,000,000 of fees, 2 % tax, two equal validators with 10 % each, one
// of them with another delegator of three times its stake.
func TestFees(t *testing.T) {
	w := bonded(t)
	w.ok(delegate(5, 1, 30_000_000))
	w.end()
	w.next(time.Second)
	require.NoError(t, w.bank.Mint(w.env, layout.ModuleAddress(layout.FeeCollector), coins(1_000_000)))
	w.end()
	w.next(time.Second)
	pending := func(who, of int) string {
		r, err := w.rewards.Rewards(w.env, account(who), account(of))
		require.NoError(t, err)
		require.Len(t, r, 1)
		return r[0].Amount.Decimal()
	}
	// 980,000 · 40/50 = 784,000 for validator 1, of which 78,400 is commission.
	require.Equal(t, "529200.000000000000000000", pending(5, 1))
	require.Equal(t, "176400.000000000000000000", pending(1, 1))
	require.Equal(t, "176400.000000000000000000", pending(0, 0))
	res := w.ok(&distributionpb.MsgWithdrawDelegatorReward{DelegatorAddress: prefix.Account(account(5)), ValidatorAddress: prefix.Validator(account(1))})
	require.Equal(t, []base.Coin{uweft(529_200)}, res.(*distributionpb.MsgWithdrawDelegatorRewardResponse).Amount)
	res = w.ok(&distributionpb.MsgWithdrawValidatorCommission{ValidatorAddress: prefix.Validator(account(1))})
	require.Equal(t, []base.Coin{uweft(78_400)}, res.(*distributionpb.MsgWithdrawValidatorCommissionResponse).Amount)
	w.refused("distribution/7", &distributionpb.MsgWithdrawValidatorCommission{ValidatorAddress: prefix.Validator(account(1))})
	w.refused("staking/19", &distributionpb.MsgWithdrawDelegatorReward{DelegatorAddress: prefix.Account(account(6)), ValidatorAddress: prefix.Validator(account(1))})
	pool, err := w.query("/cosmos.distribution.v1beta1.Query/CommunityPool", &distributionpb.QueryCommunityPoolRequest{})
	require.NoError(t, err)
	require.Equal(t, "20000.000000000000000000", pool.(*distributionpb.QueryCommunityPoolResponse).Pool[0].Amount.Decimal())
	w.ok(&distributionpb.MsgFundCommunityPool{Depositor: prefix.Account(account(6)), Amount: []base.Coin{uweft(7)}})
	w.ok(&distributionpb.MsgSetWithdrawAddress{DelegatorAddress: prefix.Account(account(1)), WithdrawAddress: prefix.Account(account(9))})
	before, err := w.bank.Balance(w.env, account(9), "uweft")
	require.NoError(t, err)
	w.ok(delegate(1, 1, 1_000_000)) // pays what was earned, to where it is wanted
	after, err := w.bank.Balance(w.env, account(9), "uweft")
	require.NoError(t, err)
	gain, _ := after.Sub(before)
	require.Equal(t, "176400", gain.String())
	w.checkState(t)
}

// TestEdit: with the codes of the reference.
func TestEdit(t *testing.T) {
	w := bonded(t)
	edit := func(rate base.Dec, least string) *stakingpb.MsgEditValidator {
		return &stakingpb.MsgEditValidator{
			Description:      stakingpb.Description{Moniker: "new", Identity: "[do-not-modify]", Details: "[do-not-modify]"},
			ValidatorAddress: prefix.Validator(account(0)), CommissionRate: rate, MinSelfDelegation: least,
		}
	}
	w.refused("staking/12", edit("100000000000000001", ""))
	w.env.Block.Time = w.env.Block.Time.Add(24 * time.Hour)
	w.refused("staking/11", edit("200000000000000001", ""))
	w.refused("staking/15", edit("110000000000000001", ""))
	w.refused("sdk/18", edit("1000000000000000001", ""))
	w.refused("sdk/18", edit("-1", ""))
	w.refused("staking/17", edit("", "1"))
	w.refused("staking/16", edit("", "10000001"))
	w.ok(edit("110000000000000000", "10000000"))
	v, err := w.staking.Validator(w.env, account(0))
	require.NoError(t, err)
	require.Equal(t, "new", v.Description.Moniker)
	require.Equal(t, base.Dec("110000000000000000"), v.Commission.CommissionRates.Rate)
	w.ok(undelegate(0, 0, 1)) // less than promised: jail
	require.Len(t, w.end(), 1)
	w.refused("slashing/7", &slashingpb.MsgUnjail{ValidatorAddr: prefix.Validator(account(0))})
	w.refused("staking/7", &stakingpb.MsgCancelUnbondingDelegation{
		DelegatorAddress: prefix.Account(account(0)), ValidatorAddress: prefix.Validator(account(0)), Amount: uweft(1), CreationHeight: w.env.Block.Height,
	})
	w.checkState(t)
}

// TestMessagesRefuse: what hostile users try.
func TestMessagesRefuse(t *testing.T) {
	w := bonded(t)
	w.refused("staking/3", delegate(5, 4, 1))
	w.refused("sdk/18", delegate(5, 0, 0))
	w.refused("sdk/5", delegate(5, 0, 100_000_001))
	w.refused("staking/19", undelegate(5, 0, 1))
	w.ok(delegate(5, 0, 10))
	w.refused("sdk/18", undelegate(5, 0, 11))
	w.refused("staking/29", redelegate(5, 0, 0, 1))
	w.refused("staking/31", redelegate(5, 0, 4, 1))
	for range 7 {
		w.ok(undelegate(5, 0, 1))
		w.next(time.Second)
	}
	w.refused("staking/27", undelegate(5, 0, 1))
	other := delegate(5, 0, 1)
	other.Amount.Denom = "other"
	w.refused("sdk/18", other)
	other.Amount = base.Coin{Denom: "uweft", Amount: "-1"}
	w.refused("sdk/18", other)
	other = delegate(5, 0, 1)
	other.ValidatorAddress = prefix.Account(account(0))
	w.refused("sdk/7", other)
	whole := stakingpb.MsgUpdateParams{Authority: prefix.Account(account(5)), Params: staking.DefaultParams("uweft")}
	w.refused("sdk/4", &whole)
	w.checkState(t)
}
