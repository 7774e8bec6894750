package slashing_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cosmos/gogoproto/types"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

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

// world is two validators of 10 WEFT each, behind real staking and rewards.
type world struct {
	t       *testing.T
	env     *chain.Env
	staking *staking.Staking
	signing *slashing.Slashing
	routes  map[string]chain.Route
}

func account(n int) chain.Address { return chain.Address(strings.Repeat(string(rune('a'+n)), 20)) }

func operator(n int) string { return prefix.Validator(account(n)) }

func pubKey(n int) []byte { return []byte(strings.Repeat(string(rune('A'+n)), 32)) }

func cons(n int) chain.Address { return slashing.ConsensusAddress(pubKey(n)) }

func newWorld(t *testing.T, params slashingpb.Params) *world {
	store, err := state.Open("", state.Options{Stores: layout.Stores(), CacheBytes: 4 << 20})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	block := &chain.Block{ChainID: "weft-test", Bech32: prefix, Params: chain.DefaultParams(), Time: time.Unix(1000, 0).UTC()}
	block.Params.Authority = account(9)
	a := &auth.Auth{}
	b := &bank.Bank{Accounts: a}
	rewards := &distribution.Distribution{Bank: b, Accounts: a}
	w := &world{t: t, env: chain.NewEnv(block, store.Branch()), signing: &slashing.Slashing{}, routes: map[string]chain.Route{}}
	w.staking = &staking.Staking{Bank: b, Accounts: a, Rewards: rewards, Signing: w.signing}
	rewards.Stakes, w.signing.Stakes = w.staking, w.staking
	for _, list := range [][]chain.Route{w.staking.Messages(), w.signing.Messages(), w.signing.Queries()} {
		for _, r := range list {
			w.routes[r.Path] = r
		}
	}
	require.NoError(t, rewards.InitGenesis(w.env, &distributionpb.GenesisState{Params: distribution.DefaultParams()}))
	require.NoError(t, w.signing.InitGenesis(w.env, &slashingpb.GenesisState{Params: params}))
	require.NoError(t, w.staking.InitGenesis(w.env, &stakingpb.GenesisState{Params: staking.DefaultParams("uweft")}))
	for n := range 2 {
		require.NoError(t, b.Mint(w.env, account(n), chain.Coins{{Denom: "uweft", Amount: chain.NewAmount(20_000_000)}}))
		require.NoError(t, w.run(w.create(n)))
	}
	w.block()
	return w
}

func (w *world) create(n int) *stakingpb.MsgCreateValidator {
	value, err := (&ed25519.PubKey{Key: pubKey(n)}).Marshal()
	require.NoError(w.t, err)
	return &stakingpb.MsgCreateValidator{
		Description: stakingpb.Description{Moniker: "v"}, Commission: stakingpb.CommissionRates{Rate: "0", MaxRate: "0", MaxChangeRate: "0"},
		ValidatorAddress: operator(n), Pubkey: &types.Any{TypeUrl: "/cosmos.crypto.ed25519.PubKey", Value: value}, MinSelfDelegation: "1",
		Value: base.Coin{Denom: "uweft", Amount: "10000000"},
	}
}

// run runs a message on a branch of its own.
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

// refused checks the code of a verdict.
func (w *world) refused(want *chain.Error, m chain.Message) {
	w.t.Helper()
	require.ErrorIs(w.t, w.run(m), want)
}

func vote(n int, signed bool) chain.Vote {
	return chain.Vote{Validator: cons(n), Power: 10, Signed: signed}
}

// block ends the running block and begins the next with votes.
func (w *world) block(votes ...chain.Vote) {
	w.t.Helper()
	_, err := w.staking.EndBlock(w.env)
	require.NoError(w.t, err)
	w.env.Block.Height++
	w.env.Block.Time = w.env.Block.Time.Add(time.Second)
	require.NoError(w.t, w.signing.BeginBlock(w.env, votes, nil))
}

func (w *world) validator(n int) *stakingpb.Validator {
	v, err := w.staking.Validator(w.env, account(n))
	require.NoError(w.t, err)
	return v
}

func (w *world) info(n int) *slashingpb.ValidatorSigningInfo {
	info, err := w.signing.Info(w.env, cons(n))
	require.NoError(w.t, err)
	return info
}

// short are the parameters of the tests: of ten blocks five must be signed.
func short() slashingpb.Params {
	p := slashing.DefaultParams()
	p.SignedBlocksWindow, p.DowntimeJailDuration = 10, 3*time.Second
	return p
}

// TestAbsence: the window must have passed once, then one absence too many
// slashes and jails, exactly then, and only who was absent.
func TestAbsence(t *testing.T) {
	w := newWorld(t, short())
	for range 9 { // blocks 2 to 10
		w.block(vote(0, true), vote(1, false))
		require.False(t, w.validator(1).Jailed, "the first window is free, height %d", w.env.Block.Height)
	}
	require.Equal(t, int64(9), w.info(1).MissedBlocksCounter)
	w.block(vote(0, true), vote(1, false))
	require.True(t, w.validator(1).Jailed)
	require.Equal(t, "9900000", w.validator(1).Tokens, "one in a hundred of 10 WEFT")
	require.Equal(t, "10000000", w.validator(0).Tokens)
	info := w.info(1)
	require.Zero(t, info.MissedBlocksCounter, "its window begins anew")
	require.Zero(t, info.IndexOffset)
	require.Equal(t, w.env.Block.Time.Add(3*time.Second), info.JailedUntil)
	w.block(vote(0, true), vote(1, false))
	require.Equal(t, "9900000", w.validator(1).Tokens, "who is in jail is not counted")
	require.Zero(t, w.info(1).MissedBlocksCounter)

	w.refused(slashing.ErrStillJailed, &slashingpb.MsgUnjail{ValidatorAddr: operator(1)})
	w.refused(slashing.ErrNotJailed, &slashingpb.MsgUnjail{ValidatorAddr: operator(0)})
	w.refused(slashing.ErrNoValidator, &slashingpb.MsgUnjail{ValidatorAddr: operator(5)})
	w.block(vote(0, true))
	w.block(vote(0, true))
	require.NoError(t, w.run(&slashingpb.MsgUnjail{ValidatorAddr: operator(1)}))
	w.block(vote(0, true))
	require.Equal(t, stakingpb.Bonded, w.validator(1).Status)
	require.Equal(t, w.env.Block.Height-1, w.info(1).StartHeight, "and is free for a window again")
}

// TestHalfIsEnough: five absences in any ten blocks are allowed for ever, six
// are not.
func TestHalfIsEnough(t *testing.T) {
	w := newWorld(t, short())
	for n := range 60 {
		w.block(vote(0, true), vote(1, n%2 == 0))
		require.False(t, w.validator(1).Jailed)
		require.LessOrEqual(t, w.info(1).MissedBlocksCounter, int64(5))
	}
	w.block(vote(0, true), vote(1, false)) // in the place of one that was signed
	require.True(t, w.validator(1).Jailed)
}

// TestTombstone: who signed twice is punished once, for good, whatever else is
// proved, and its key never comes back.
func TestTombstone(t *testing.T) {
	w := newWorld(t, short())
	w.block(vote(0, true), vote(1, true))
	proof := chain.Misbehaviour{Validator: cons(1), Power: 10, Height: w.env.Block.Height - 1, Time: w.env.Block.Time}
	unknown := proof
	unknown.Validator = cons(7)
	old := proof
	old.Time = w.env.Block.Time.Add(-22 * 24 * time.Hour)
	later := proof
	later.Height = w.env.Block.Height + 5
	require.NoError(t, w.signing.BeginBlock(w.env, nil, []chain.Misbehaviour{unknown, old, later}))
	require.Equal(t, "10000000", w.validator(1).Tokens, "nothing of this punishes")
	require.NoError(t, w.signing.BeginBlock(w.env, nil, []chain.Misbehaviour{proof, proof}))
	require.Equal(t, "9500000", w.validator(1).Tokens, "one in twenty, once")
	require.True(t, w.info(1).Tombstoned)
	require.True(t, w.validator(1).Jailed)
	w.refused(slashing.ErrStillJailed, &slashingpb.MsgUnjail{ValidatorAddr: operator(1)})
	require.ErrorIs(t, w.signing.KeyJoined(w.env, pubKey(1), false), slashing.ErrTombstoned)

	res, err := w.routes["/cosmos.slashing.v1beta1.Query/SigningInfo"].Handle(w.env, &slashingpb.QuerySigningInfoRequest{ConsAddress: prefix.Consensus(cons(1))})
	require.NoError(t, err)
	require.True(t, res.(*slashingpb.QuerySigningInfoResponse).ValSigningInfo.Tombstoned)
	_, err = w.routes["/cosmos.slashing.v1beta1.Query/SigningInfo"].Handle(w.env, &slashingpb.QuerySigningInfoRequest{ConsAddress: prefix.Consensus(cons(8))})
	require.Equal(t, codes.NotFound, status.Code(err))
}

// TestParams: only the authority changes them; another window counts anew.
func TestParams(t *testing.T) {
	w := newWorld(t, short())
	for range 4 {
		w.block(vote(0, true), vote(1, false))
	}
	require.Equal(t, int64(4), w.info(1).MissedBlocksCounter)
	p := short()
	p.SignedBlocksWindow = 20
	w.refused(chain.ErrUnauthorized, &slashingpb.MsgUpdateParams{Authority: prefix.Account(account(1)), Params: p})
	require.NoError(t, w.run(&slashingpb.MsgUpdateParams{Authority: prefix.Account(account(9)), Params: p}))
	require.Zero(t, w.info(1).MissedBlocksCounter)
	for name, spoil := range map[string]func(*slashingpb.Params){
		"signed_blocks_window":       func(p *slashingpb.Params) { p.SignedBlocksWindow = 0 },
		"downtime_jail_duration":     func(p *slashingpb.Params) { p.DowntimeJailDuration = 0 },
		"min_signed_per_window":      func(p *slashingpb.Params) { p.MinSignedPerWindow = base.DecBytes("1000000000000000001") },
		"slash_fraction_double_sign": func(p *slashingpb.Params) { p.SlashFractionDoubleSign = base.DecBytes("x") },
		"slash_fraction_downtime":    func(p *slashingpb.Params) { p.SlashFractionDowntime = base.DecBytes("-1") },
	} {
		bad := short()
		spoil(&bad)
		require.ErrorContains(t, slashing.CheckParams(bad), "slashing.params."+name)
		require.Error(t, w.run(&slashingpb.MsgUpdateParams{Authority: prefix.Account(account(9)), Params: bad}))
	}
}
