package staking_test

import (
	"fmt"
	"math/big"
	"testing"
	"time"

	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weftchain/weft/app/distribution"
	"github.com/weftchain/weft/app/slashing"
	"github.com/weftchain/weft/app/staking"
	"github.com/weftchain/weft/app/valset"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	distributionpb "github.com/weftchain/weft/proto/cosmos/distribution/v1beta1"
	slashingpb "github.com/weftchain/weft/proto/cosmos/slashing/v1beta1"
	stakingpb "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

func integer(t require.TestingT, text string) *big.Int {
	if text == "" {
		text = "0"
	}
	n, ok := new(big.Int).SetString(text, 10)
	require.True(t, ok, text)
	return n
}

// sums are what must agree in every state.
type sums struct{ bonded, free *big.Int }

// checkState looks at the whole state: pools hold what stakes and unbondings
// say, delegations add up to shares, and what is owed is there.
func (w *world) checkState(t require.TestingT) sums {
	g, err := w.staking.ExportGenesis(w.env)
	require.NoError(t, err)
	require.NoError(t, staking.ValidateGenesis(prefix, g), "delegations add up to shares")
	s := sums{new(big.Int), new(big.Int)}
	for _, v := range g.Validators {
		sum := s.free
		if v.Status == stakingpb.Bonded {
			sum = s.bonded
		}
		sum.Add(sum, integer(t, v.Tokens))
	}
	for _, u := range g.UnbondingDelegations {
		for _, e := range u.Entries {
			s.free.Add(s.free, integer(t, e.Balance))
		}
	}
	for name, due := range map[string]*big.Int{layout.BondedPool: s.bonded, layout.NotBondedPool: s.free} {
		have, err := w.bank.Balance(w.env, layout.ModuleAddress(name), "uweft")
		require.NoError(t, err)
		require.Equal(t, due.String(), have.String(), name)
	}
	w.checkRewards(t, g)
	return s
}

// checkRewards: each validator owes at least its commission and what all its
// delegations could withdraw, and the module's account holds what is owed and
// the pool, to the unit that rounding may leave over.
func (w *world) checkRewards(t require.TestingT, g *stakingpb.GenesisState) {
	d, err := w.rewards.ExportGenesis(w.env)
	require.NoError(t, err)
	total := new(big.Int)
	for _, c := range d.FeePool.CommunityPool {
		require.Equal(t, "uweft", c.Denom)
		total.Add(total, integer(t, string(c.Amount)))
	}
	require.Len(t, d.OutstandingRewards, len(g.Validators))
	owed := map[string]*big.Int{}
	for _, o := range d.OutstandingRewards {
		owed[o.ValidatorAddress] = new(big.Int)
		for _, c := range o.OutstandingRewards {
			owed[o.ValidatorAddress].Add(owed[o.ValidatorAddress], integer(t, string(c.Amount)))
		}
		total.Add(total, owed[o.ValidatorAddress])
	}
	have, err := w.bank.Balance(w.env, layout.ModuleAddress(layout.RewardsModule), "uweft")
	require.NoError(t, err)
	unit := integer(t, "1000000000000000000")
	require.Equal(t, new(big.Int).Mul(integer(t, have.String()), unit).String(), total.String(), "what is owed is there, to the last place")
	due := map[string]*big.Int{}
	for _, c := range d.ValidatorAccumulatedCommissions {
		due[c.ValidatorAddress] = new(big.Int)
		for _, x := range c.Accumulated.Commission {
			due[c.ValidatorAddress].Add(due[c.ValidatorAddress], integer(t, string(x.Amount)))
		}
	}
	for _, del := range g.Delegations {
		delegator, err := prefix.ParseAccount(del.DelegatorAddress)
		require.NoError(t, err)
		operator, err := prefix.ParseValidator(del.ValidatorAddress)
		require.NoError(t, err)
		rewards, err := w.rewards.Rewards(w.env, delegator, operator)
		require.NoError(t, err)
		for _, x := range rewards {
			due[del.ValidatorAddress].Add(due[del.ValidatorAddress], integer(t, string(x.Amount)))
		}
	}
	for v, sum := range due {
		slack := new(big.Int).SetInt64(0)
		require.LessOrEqual(t, sum.Cmp(slack.Add(slack, owed[v])), 0, "%s: %s due, %s owed", v, sum, owed[v])
	}
	refs, have32 := map[string]uint32{}, map[string]uint32{}
	for _, h := range d.ValidatorHistoricalRewards {
		have32[fmt.Sprint(h.ValidatorAddress, h.Period)] = h.Rewards.ReferenceCount
	}
	for _, c := range d.ValidatorCurrentRewards {
		refs[fmt.Sprint(c.ValidatorAddress, c.Rewards.Period-1)]++
	}
	for _, x := range d.DelegatorStartingInfos {
		refs[fmt.Sprint(x.ValidatorAddress, x.StartingInfo.PreviousPeriod)]++
	}
	for _, x := range d.ValidatorSlashEvents {
		refs[fmt.Sprint(x.ValidatorAddress, x.ValidatorSlashEvent.ValidatorPeriod)]++
	}
	require.Equal(t, refs, have32, "a period is kept exactly as long as someone refers to it")
}

// draw is a random message.
func draw(t *rapid.T, w *world) chain.Message {
	who, from, to := rapid.IntRange(0, 5).Draw(t, "who"), rapid.IntRange(0, 3).Draw(t, "from"), rapid.IntRange(0, 3).Draw(t, "to")
	amount := base.Coin{Denom: "uweft", Amount: fmt.Sprint(rapid.SampledFrom([]int{1, 2, 3, 777, 1_000_000, 3_333_333, 9_999_999}).Draw(t, "amount"))}
	delegator, source, target := prefix.Account(account(who)), prefix.Validator(account(from)), prefix.Validator(account(to))
	switch rapid.IntRange(0, 9).Draw(t, "message") {
	case 0:
		return create(w.t, from, amount.Amount)
	case 1, 2, 3:
		return &stakingpb.MsgDelegate{DelegatorAddress: delegator, ValidatorAddress: source, Amount: amount}
	case 4:
		return &stakingpb.MsgUndelegate{DelegatorAddress: delegator, ValidatorAddress: source, Amount: amount}
	case 5:
		return &stakingpb.MsgBeginRedelegate{DelegatorAddress: delegator, ValidatorSrcAddress: source, ValidatorDstAddress: target, Amount: amount}
	case 6:
		return &distributionpb.MsgWithdrawDelegatorReward{DelegatorAddress: delegator, ValidatorAddress: source}
	case 7:
		return &distributionpb.MsgWithdrawValidatorCommission{ValidatorAddress: source}
	case 8:
		return &slashingpb.MsgUnjail{ValidatorAddr: source}
	default:
		height := w.env.Block.Height - int64(rapid.IntRange(0, 3).Draw(t, "ago"))
		return &stakingpb.MsgCancelUnbondingDelegation{DelegatorAddress: delegator, ValidatorAddress: source, Amount: amount, CreationHeight: height}
	}
}

// TestConservation: whatever people do and whoever is punished, nothing is made
// or lost, no rule becomes a fault, and CometBFT takes every update.
func TestConservation(t *testing.T) {
	params := staking.DefaultParams("uweft")
	params.MaxValidators, params.UnbondingTime, params.MaxEntries = 3, 5*time.Second, 3
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t)
		require.NoError(rt, w.staking.InitGenesis(w.env, &stakingpb.GenesisState{Params: params}))
		for n := range 2 {
			require.NoError(rt, w.run(create(t, n, "5000000")))
		}
		comet := &cmttypes.ValidatorSet{}
		supply := int64(1_000_000_000)
		for range rapid.IntRange(1, 12).Draw(rt, "blocks") {
			w.next(time.Duration(rapid.IntRange(1, 3).Draw(rt, "seconds")) * time.Second)
			fee := rapid.SampledFrom([]uint64{0, 1, 7, 1_000_003}).Draw(rt, "fee")
			if fee > 0 {
				require.NoError(rt, w.bank.Mint(w.env, layout.ModuleAddress(layout.FeeCollector), coins(fee)))
				supply += int64(fee)
			}
			for range rapid.IntRange(0, 6).Draw(rt, "messages") {
				m := draw(rt, w)
				if err := w.run(m); err != nil {
					_, verdict := chain.Verdict(err)
					require.True(rt, verdict, "%T: a fault: %v", m, err)
				}
			}
			w.punishSome(rt)
			updates, err := valset.Emit(w.env, powers(w.end()))
			require.NoError(rt, err)
			var changes []*cmttypes.Validator
			for _, u := range updates {
				changes = append(changes, cmttypes.NewValidator(cmted25519.PubKey(u.PubKey), u.Power))
			}
			require.NoError(rt, comet.UpdateWithChangeSet(changes))
			w.checkState(rt)
			w.checkSupply(rt, supply)
		}
		w.checkExport(rt)
	})
}

// checkExport: the state as a genesis gives the same state again, which goes on
// in the same way.
func (w *world) checkExport(t require.TestingT) {
	again := newWorld(w.t)
	env := chain.NewEnv(again.env.Block, again.store.Branch())
	env.Block.Height, env.Block.Time = w.env.Block.Height, w.env.Block.Time
	again.env = env
	b, err := w.bank.ExportGenesis(w.env)
	require.NoError(t, err)
	require.NoError(t, again.bank.InitGenesis(env, b))
	d, err := w.rewards.ExportGenesis(w.env)
	require.NoError(t, err)
	require.NoError(t, distribution.ValidateGenesis(prefix, d))
	require.NoError(t, again.rewards.InitGenesis(env, d))
	s, err := w.signing.ExportGenesis(w.env)
	require.NoError(t, err)
	require.NoError(t, slashing.ValidateGenesis(prefix, s))
	require.NoError(t, again.signing.InitGenesis(env, s))
	g, err := w.staking.ExportGenesis(w.env)
	require.NoError(t, err)
	require.NoError(t, again.staking.InitGenesis(env, g))
	for range 2 {
		g, err = w.staking.ExportGenesis(w.env)
		require.NoError(t, err)
		g2, err := again.staking.ExportGenesis(env)
		require.NoError(t, err)
		require.Equal(t, g, g2)
		d, err = w.rewards.ExportGenesis(w.env)
		require.NoError(t, err)
		d2, err := again.rewards.ExportGenesis(env)
		require.NoError(t, err)
		require.Equal(t, d, d2)
		s, err = w.signing.ExportGenesis(w.env)
		require.NoError(t, err)
		s2, err := again.signing.ExportGenesis(env)
		require.NoError(t, err)
		require.Equal(t, s, s2)
		w.next(10 * time.Second)
		again.next(10 * time.Second)
		require.Equal(t, w.end(), again.end())
		again.checkState(t)
	}
}

func powers(set []staking.Power) []valset.Power {
	out := make([]valset.Power, len(set))
	for i, p := range set {
		out[i] = valset.Power{PubKey: p.PubKey, Power: p.Power}
	}
	return out
}

// punishSome proves or invents an infraction now and then.
func (w *world) punishSome(t *rapid.T) {
	if rapid.IntRange(0, 3).Draw(t, "punish") > 0 {
		return
	}
	raw := make([]byte, 32)
	raw[0] = byte(rapid.IntRange(0, 3).Draw(t, "culprit"))
	cons := staking.ConsensusAddress(raw)
	height := w.env.Block.Height - int64(rapid.IntRange(-1, 4).Draw(t, "blocks ago"))
	power := int64(rapid.SampledFrom([]int{0, 1, 5, 1_000}).Draw(t, "power"))
	if rapid.IntRange(0, 3).Draw(t, "kind") == 0 {
		require.NoError(t, w.signing.BeginBlock(w.env, nil, []chain.Misbehaviour{{Validator: cons, Power: power, Height: height, Time: w.env.Block.Time}}))
		return
	}
	fraction, err := chain.ParseDec(rapid.SampledFrom([]string{"0", "10000000000000000", "333333333333333333", "1000000000000000000"}).Draw(t, "fraction"))
	require.NoError(t, err)
	child := w.env.Child()
	if _, err := w.staking.Slash(child, cons, height, power, fraction); err == nil {
		w.env.Keep(child)
	} else {
		_, verdict := chain.Verdict(err)
		require.True(t, verdict, err)
	}
}

// checkSupply: everything that was made and not burned lies somewhere.
func (w *world) checkSupply(t require.TestingT, made int64) {
	burned := new(big.Int)
	for _, e := range w.env.Events.List() {
		if text, ok := e.Get("amount"); ok && e.Type == "burn" {
			c, err := chain.ParseCoin(text)
			require.NoError(t, err)
			burned.Add(burned, integer(t, c.Amount.String()))
		}
	}
	left, err := w.bank.Supply(w.env, "uweft")
	require.NoError(t, err)
	require.Equal(t, new(big.Int).Sub(big.NewInt(made), burned).String(), left.String())
	sum := new(big.Int)
	g, err := w.bank.ExportGenesis(w.env)
	require.NoError(t, err)
	for _, b := range g.Balances {
		for _, c := range b.Coins {
			sum.Add(sum, integer(t, c.Amount))
		}
	}
	require.Equal(t, left.String(), sum.String())
}
