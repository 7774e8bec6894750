package distribution_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/cosmos/gogoproto/types"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weftchain/weft/app/auth"
	"github.com/weftchain/weft/app/bank"
	"github.com/weftchain/weft/app/distribution"
	"github.com/weftchain/weft/app/slashing"
	"github.com/weftchain/weft/app/staking"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	ed25519 "github.com/weftchain/weft/proto/cosmos/crypto/ed25519"
	distributionpb "github.com/weftchain/weft/proto/cosmos/distribution/v1beta1"
	slashingpb "github.com/weftchain/weft/proto/cosmos/slashing/v1beta1"
	stakingpb "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
	"github.com/weftchain/weft/state"
	"github.com/weftchain/weft/tx"
)

const prefix = chain.Bech32("weft")

// validators and delegators are how many there are; validator n is operated by
// account n.
const (
	validators = 2
	delegators = 5
)

// rates are the validators' commissions in percent.
var rates = [validators]int64{10, 25}

type world struct {
	t       testing.TB
	env     *chain.Env
	bank    *bank.Bank
	staking *staking.Staking
	rewards *distribution.Distribution
	routes  map[string]chain.Route
}

func account(n int) chain.Address { return chain.Address(strings.Repeat(string(rune('a'+n)), 20)) }

func operator(n int) string { return prefix.Validator(account(n)) }

func pubKey(n int) []byte { return []byte(strings.Repeat(string(rune('A'+n)), 32)) }

func uweft(n int64) base.Coin { return base.Coin{Denom: "uweft", Amount: fmt.Sprint(n)} }

// newWorld is two validators with 10 WEFT each, after the first block.
func newWorld(t testing.TB) *world {
	store, err := state.Open("", state.Options{Stores: layout.Stores(), CacheBytes: 4 << 20})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	block := &chain.Block{ChainID: "weft-test", Bech32: prefix, Params: chain.DefaultParams(), Time: time.Unix(1000, 0).UTC()}
	block.Params.Authority = account(9)
	a, signing := &auth.Auth{}, &slashing.Slashing{}
	w := &world{t: t, env: chain.NewEnv(block, store.Branch()), bank: &bank.Bank{Accounts: a}, routes: map[string]chain.Route{}}
	w.rewards = &distribution.Distribution{Bank: w.bank, Accounts: a}
	w.staking = &staking.Staking{Bank: w.bank, Accounts: a, Rewards: w.rewards, Signing: signing}
	w.rewards.Stakes, signing.Stakes = w.staking, w.staking
	for _, list := range [][]chain.Route{w.staking.Messages(), w.rewards.Messages(), w.rewards.Queries()} {
		for _, r := range list {
			w.routes[r.Path] = r
		}
	}
	require.NoError(t, a.EnsureModule(w.env, layout.FeeCollector))
	require.NoError(t, w.rewards.InitGenesis(w.env, &distributionpb.GenesisState{Params: distribution.DefaultParams()}))
	require.NoError(t, signing.InitGenesis(w.env, &slashingpb.GenesisState{Params: slashing.DefaultParams()}))
	require.NoError(t, w.staking.InitGenesis(w.env, &stakingpb.GenesisState{Params: staking.DefaultParams("uweft")}))
	for n := range delegators {
		w.give(account(n), 1_000_000_000)
	}
	for n := range validators {
		value, err := (&ed25519.PubKey{Key: pubKey(n)}).Marshal()
		require.NoError(t, err)
		rate := base.Dec(fmt.Sprintf("%d0000000000000000", rates[n]))
		require.NoError(t, w.run(&stakingpb.MsgCreateValidator{
			Description: stakingpb.Description{Moniker: "v"}, Commission: stakingpb.CommissionRates{Rate: rate, MaxRate: rate, MaxChangeRate: "0"},
			ValidatorAddress: operator(n), Pubkey: &types.Any{TypeUrl: "/cosmos.crypto.ed25519.PubKey", Value: value}, MinSelfDelegation: "1", Value: uweft(10_000_000),
		}))
	}
	w.end()
	w.begin(nil)
	return w
}

func (w *world) give(to chain.Address, n uint64) {
	require.NoError(w.t, w.bank.Mint(w.env, to, chain.Coins{{Denom: "uweft", Amount: chain.NewAmount(n)}}))
}

func (w *world) run(m chain.Message) error {
	r, ok := w.routes[tx.TypeURL(m)]
	require.True(w.t, ok, tx.TypeURL(m))
	child := w.env.Child()
	_, err := r.Handle(child, m)
	if err == nil {
		w.env.Keep(child)
	}
	return err
}

func (w *world) query(t require.TestingT, method string, req chain.Message) chain.Message {
	res, err := w.routes["/cosmos.distribution.v1beta1.Query/"+method].Handle(w.env.Begin(nil, chain.NoLimit), req)
	require.NoError(t, err, method)
	return res
}

func (w *world) end() {
	_, err := w.staking.EndBlock(w.env)
	require.NoError(w.t, err)
}

func (w *world) begin(votes []chain.Vote) {
	w.env.Block.Height++
	w.env.Block.Time = w.env.Block.Time.Add(time.Second)
	require.NoError(w.t, w.rewards.BeginBlock(w.env, votes))
}

// naive is what everybody is due, by the plain rule: fees less tax by power,
// less commission by stake, in exact fractions.
type naive struct {
	stake  [delegators][validators]*big.Rat
	due    [delegators][validators]*big.Rat
	earned [validators]*big.Rat // commissions
}

func newNaive() *naive {
	n := &naive{}
	for d := range delegators {
		for v := range validators {
			n.stake[d][v], n.due[d][v] = new(big.Rat), new(big.Rat)
		}
	}
	for v := range validators {
		n.stake[v][v].SetInt64(10_000_000)
		n.earned[v] = new(big.Rat)
	}
	return n
}

func (n *naive) total(v int) *big.Rat {
	sum := new(big.Rat)
	for d := range delegators {
		sum.Add(sum, n.stake[d][v])
	}
	return sum
}

func (n *naive) share(fees int64, powers [validators]int64) {
	all := powers[0] + powers[1]
	for v := range validators {
		part := new(big.Rat).Mul(big.NewRat(fees*98, 100), big.NewRat(powers[v], all))
		own := new(big.Rat).Mul(part, big.NewRat(rates[v], 100))
		n.earned[v].Add(n.earned[v], own)
		part.Sub(part, own)
		sum := n.total(v)
		for d := range delegators {
			n.due[d][v].Add(n.due[d][v], new(big.Rat).Mul(part, new(big.Rat).Quo(n.stake[d][v], sum)))
		}
	}
}

// change changes a stake; what it earned is paid then.
func (n *naive) change(d, v int, amount int64) {
	n.stake[d][v].Add(n.stake[d][v], big.NewRat(amount, 1))
	n.due[d][v].SetInt64(0)
}

// near: never above what is due by the plain rule, and less than a thousandth
// of the smallest unit below it.
func near(t require.TestingT, want *big.Rat, got []base.DecCoin, what string) {
	have := new(big.Rat)
	if len(got) > 0 {
		n, ok := new(big.Int).SetString(string(got[0].Amount), 10)
		require.True(t, ok)
		have.SetFrac(n, big.NewInt(1_000_000_000_000_000_000))
	}
	gap := new(big.Rat).Sub(want, have)
	require.True(t, gap.Cmp(big.NewRat(1, 1000)) < 0 && gap.Cmp(big.NewRat(-1, 1000)) > 0, "%s: %s due, %s found", what, want.FloatString(6), have.FloatString(6))
}

// TestShares compares periods with the plain rule, whatever people do.
func TestShares(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w, plain := newWorld(t), newNaive()
		for range rapid.IntRange(1, 15).Draw(rt, "blocks") {
			for range rapid.IntRange(0, 3).Draw(rt, "messages") {
				d, v := rapid.IntRange(0, delegators-1).Draw(rt, "who"), rapid.IntRange(0, validators-1).Draw(rt, "where")
				who, amount := prefix.Account(account(d)), rapid.Int64Range(1, 9_999_999).Draw(rt, "amount")
				switch rapid.IntRange(0, 3).Draw(rt, "message") {
				case 0, 1:
					require.NoError(rt, w.run(&stakingpb.MsgDelegate{DelegatorAddress: who, ValidatorAddress: operator(v), Amount: uweft(amount)}))
					plain.change(d, v, amount)
				case 2:
					if plain.stake[d][v].Cmp(big.NewRat(amount, 1)) <= 0 || d == v {
						continue
					}
					if w.run(&stakingpb.MsgUndelegate{DelegatorAddress: who, ValidatorAddress: operator(v), Amount: uweft(amount)}) == nil {
						plain.change(d, v, -amount)
					}
				case 3:
					if w.run(&distributionpb.MsgWithdrawDelegatorReward{DelegatorAddress: who, ValidatorAddress: operator(v)}) == nil {
						plain.change(d, v, 0)
					}
				}
			}
			w.end()
			fees := rapid.Int64Range(0, 10_000_000).Draw(rt, "fees")
			powers := [validators]int64{rapid.Int64Range(1, 1000).Draw(rt, "power"), rapid.Int64Range(1, 1000).Draw(rt, "other power")}
			if fees > 0 {
				w.give(layout.ModuleAddress(layout.FeeCollector), uint64(fees))
			}
			var votes []chain.Vote
			for v := range validators {
				votes = append(votes, chain.Vote{Validator: slashing.ConsensusAddress(pubKey(v)), Power: powers[v], Signed: rapid.Bool().Draw(rt, "signed")})
			}
			w.begin(votes)
			plain.share(fees, powers)
			w.compare(rt, plain)
		}
	})
}

func (w *world) compare(t require.TestingT, plain *naive) {
	for v := range validators {
		c := w.query(t, "ValidatorCommission", &distributionpb.QueryValidatorCommissionRequest{ValidatorAddress: operator(v)})
		near(t, plain.earned[v], c.(*distributionpb.QueryValidatorCommissionResponse).Commission.Commission, "commission of "+operator(v))
		for d := range delegators {
			if plain.stake[d][v].Sign() == 0 {
				continue
			}
			r := w.query(t, "DelegationRewards", &distributionpb.QueryDelegationRewardsRequest{DelegatorAddress: prefix.Account(account(d)), ValidatorAddress: operator(v)})
			near(t, plain.due[d][v], r.(*distributionpb.QueryDelegationRewardsResponse).Rewards, fmt.Sprintf("rewards of %d with %d", d, v))
		}
	}
	held, err := w.bank.Balances(w.env, layout.ModuleAddress(layout.RewardsModule))
	require.NoError(t, err)
	sum := new(big.Int)
	add := func(list []base.DecCoin) {
		for _, c := range list {
			n, ok := new(big.Int).SetString(string(c.Amount), 10)
			require.True(t, ok)
			sum.Add(sum, n)
		}
	}
	add(w.query(t, "CommunityPool", &distributionpb.QueryCommunityPoolRequest{}).(*distributionpb.QueryCommunityPoolResponse).Pool)
	for v := range validators {
		o := w.query(t, "ValidatorOutstandingRewards", &distributionpb.QueryValidatorOutstandingRewardsRequest{ValidatorAddress: operator(v)})
		add(o.(*distributionpb.QueryValidatorOutstandingRewardsResponse).Rewards.Rewards)
	}
	want, ok := new(big.Int).SetString(held.AmountOf("uweft").String()+"000000000000000000", 10)
	require.True(t, ok)
	require.Equal(t, want.String(), sum.String(), "what is owed, to the last place, is what is there")
}

// TestPool: gifts, what the authority spends, and where rewards may go.
func TestPool(t *testing.T) {
	w := newWorld(t)
	who := prefix.Account(account(3))
	pool := func() string {
		list := w.query(t, "CommunityPool", &distributionpb.QueryCommunityPoolRequest{}).(*distributionpb.QueryCommunityPoolResponse).Pool
		if len(list) == 0 {
			return "0"
		}
		return list[0].Amount.Decimal()
	}
	require.NoError(t, w.run(&distributionpb.MsgFundCommunityPool{Depositor: who, Amount: []base.Coin{uweft(500)}}))
	require.Equal(t, "500.000000000000000000", pool())
	spend := &distributionpb.MsgCommunityPoolSpend{Authority: who, Recipient: who, Amount: []base.Coin{uweft(200)}}
	require.ErrorIs(t, w.run(spend), chain.ErrUnauthorized)
	spend.Authority = prefix.Account(account(9))
	require.NoError(t, w.run(spend))
	require.Equal(t, "300.000000000000000000", pool())
	spend.Amount = []base.Coin{uweft(301)}
	require.ErrorIs(t, w.run(spend), distribution.ErrPoolTooLow)
	require.NoError(t, w.run(&distributionpb.MsgDepositValidatorRewardsPool{Depositor: who, ValidatorAddress: operator(0), Amount: []base.Coin{uweft(1000)}}))
	rewards, err := w.rewards.Rewards(w.env, account(0), account(0))
	require.NoError(t, err)
	require.Len(t, rewards, 1, "a gift is for those who delegated")

	module := prefix.Account(layout.ModuleAddress(layout.BondedPool))
	require.ErrorIs(t, w.run(&distributionpb.MsgSetWithdrawAddress{DelegatorAddress: who, WithdrawAddress: module}), chain.ErrUnauthorized)
	require.NoError(t, w.run(&distributionpb.MsgSetWithdrawAddress{DelegatorAddress: prefix.Account(account(0)), WithdrawAddress: who}))
	before, err := w.bank.Balance(w.env, account(3), "uweft")
	require.NoError(t, err)
	require.NoError(t, w.run(&distributionpb.MsgWithdrawDelegatorReward{DelegatorAddress: prefix.Account(account(0)), ValidatorAddress: operator(0)}))
	after, err := w.bank.Balance(w.env, account(3), "uweft")
	require.NoError(t, err)
	gain, ok := after.Sub(before)
	require.True(t, ok)
	require.Equal(t, "900", gain.String(), "1000 less the commission")

	require.ErrorContains(t, w.run(&distributionpb.MsgWithdrawDelegatorReward{DelegatorAddress: who, ValidatorAddress: operator(0)}), "no delegation for")
	require.NoError(t, w.run(&distributionpb.MsgWithdrawValidatorCommission{ValidatorAddress: operator(0)}))
	require.ErrorIs(t, w.run(&distributionpb.MsgWithdrawValidatorCommission{ValidatorAddress: operator(1)}), distribution.ErrNoCommission)
}
