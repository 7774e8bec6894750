package staking_test

import (
	"fmt"
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

type world struct {
	t       testing.TB
	env     *chain.Env
	store   *state.Store
	bank    *bank.Bank
	staking *staking.Staking
	rewards *distribution.Distribution
	signing *slashing.Slashing
	routes  map[string]chain.Route
}

func account(n int) chain.Address { return chain.Address(strings.Repeat(string(rune('a'+n)), 20)) }

func coins(n uint64) chain.Coins { return chain.Coins{{Denom: "uweft", Amount: chain.NewAmount(n)}} }

// newWorld is before the first block; accounts 0 to 9 have 100 WEFT.
func newWorld(t testing.TB) *world {
	t.Helper()
	store, err := state.Open("", state.Options{Stores: layout.Stores(), CacheBytes: 4 << 20})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	block := &chain.Block{ChainID: "weft-test", Bech32: prefix, Params: chain.DefaultParams(), Time: time.Unix(1, 0).UTC()}
	a := &auth.Auth{}
	w := &world{t: t, env: chain.NewEnv(block, store.Branch()), bank: &bank.Bank{Accounts: a}, routes: map[string]chain.Route{}, store: store}
	w.rewards, w.signing = &distribution.Distribution{Bank: w.bank, Accounts: a}, &slashing.Slashing{}
	w.staking = &staking.Staking{Bank: w.bank, Accounts: a, Rewards: w.rewards, Signing: w.signing}
	w.rewards.Stakes, w.signing.Stakes = w.staking, w.staking
	for _, list := range [][]chain.Route{
		w.staking.Messages(), w.staking.Queries(), w.rewards.Messages(), w.rewards.Queries(), w.signing.Messages(), w.signing.Queries(),
	} {
		for _, r := range list {
			w.routes[r.Path] = r
		}
	}
	require.NoError(t, a.EnsureModule(w.env, layout.FeeCollector))
	require.NoError(t, w.rewards.InitGenesis(w.env, &distributionpb.GenesisState{Params: distribution.DefaultParams()}))
	require.NoError(t, w.signing.InitGenesis(w.env, &slashingpb.GenesisState{Params: slashing.DefaultParams()}))
	require.NoError(t, w.staking.InitGenesis(w.env, &stakingpb.GenesisState{Params: staking.DefaultParams("uweft")}))
	for n := range 10 {
		require.NoError(t, w.bank.Mint(w.env, account(n), coins(100_000_000)))
	}
	return w
}

func key(t testing.TB, n int) *types.Any {
	t.Helper()
	raw := make([]byte, 32)
	raw[0] = byte(n)
	value, err := (&ed25519.PubKey{Key: raw}).Marshal()
	require.NoError(t, err)
	return &types.Any{TypeUrl: "/cosmos.crypto.ed25519.PubKey", Value: value}
}

func create(t testing.TB, n int, stake string) *stakingpb.MsgCreateValidator {
	return &stakingpb.MsgCreateValidator{
		Description:      stakingpb.Description{Moniker: fmt.Sprint("v", n)},
		Commission:       stakingpb.CommissionRates{Rate: "100000000000000000", MaxRate: "200000000000000000", MaxChangeRate: "10000000000000000"},
		ValidatorAddress: prefix.Validator(account(n)), Pubkey: key(t, n), MinSelfDelegation: "1",
		Value: base.Coin{Denom: "uweft", Amount: stake},
	}
}

func (w *world) run(m chain.Message) error {
	w.t.Helper()
	_, err := w.call(m)
	return err
}

// call runs a message on a branch of its own.
func (w *world) call(m chain.Message) (chain.Message, error) {
	w.t.Helper()
	r, ok := w.routes[tx.TypeURL(m)]
	require.True(w.t, ok, tx.TypeURL(m))
	if r.Check != nil {
		if err := r.Check(w.env.Block, m); err != nil {
			return nil, err
		}
	}
	child := w.env.Child()
	res, err := r.Handle(child, m)
	if err == nil {
		w.env.Keep(child)
	}
	return res, err
}

// end ends the block and returns the set.
func (w *world) end() []staking.Power {
	w.t.Helper()
	set, err := w.staking.EndBlock(w.env)
	require.NoError(w.t, err)
	return set
}

// next begins the next block, some time later, with everybody's vote.
func (w *world) next(after time.Duration) {
	w.t.Helper()
	votes := w.votes()
	w.env.Block.Height++
	w.env.Block.Time = w.env.Block.Time.Add(after)
	require.NoError(w.t, w.rewards.BeginBlock(w.env, votes))
	require.NoError(w.t, w.signing.BeginBlock(w.env, votes, nil))
	require.NoError(w.t, w.staking.BeginBlock(w.env))
}

// votes are those of all who are bonded.
func (w *world) votes() []chain.Vote {
	g, err := w.staking.ExportGenesis(w.env)
	require.NoError(w.t, err)
	var votes []chain.Vote
	for _, p := range g.LastValidatorPowers {
		operator, err := prefix.ParseValidator(p.Address)
		require.NoError(w.t, err)
		v, err := w.staking.Validator(w.env, operator)
		require.NoError(w.t, err)
		var k ed25519.PubKey
		require.NoError(w.t, k.Unmarshal(v.ConsensusPubkey.Value))
		votes = append(votes, chain.Vote{Validator: staking.ConsensusAddress(k.Key), Power: p.Power, Signed: true})
	}
	return votes
}

func (w *world) query(method string, req chain.Message) (chain.Message, error) {
	w.t.Helper()
	if !strings.HasPrefix(method, "/") {
		method = "/cosmos.staking.v1beta1.Query/" + method
	}
	r, ok := w.routes[method]
	require.True(w.t, ok, method)
	return r.Handle(w.env.Begin(nil, chain.NoLimit), req)
}

func TestCreate(t *testing.T) {
	w := newWorld(t)
	require.NoError(t, w.run(create(t, 0, "7999999")))
	require.NoError(t, w.run(create(t, 1, "9000000")))
	require.NoError(t, w.run(create(t, 2, "999999")), "less than one unit of power")
	last := w.env.Events.List()[len(w.env.Events.List())-1]
	require.Equal(t, "create_validator", last.Type)
	updates := w.end()
	require.Len(t, updates, 2)
	require.Equal(t, int64(9), updates[0].Power, "the strongest first")
	require.Equal(t, int64(7), updates[1].Power, "rounded down")
	pool, err := w.bank.Balance(w.env, layout.ModuleAddress(layout.BondedPool), "uweft")
	require.NoError(t, err)
	require.Equal(t, "16999999", pool.String(), "who has no power is not bonded")

	g, err := w.staking.ExportGenesis(w.env)
	require.NoError(t, err)
	require.Len(t, g.Validators, 3)
	require.Len(t, g.Delegations, 3)
	require.NoError(t, staking.ValidateGenesis(prefix, g))
	again := newWorld(t)
	require.NoError(t, again.staking.InitGenesis(again.env, g))
	second, err := again.staking.ExportGenesis(again.env)
	require.NoError(t, err)
	require.Equal(t, g, second)
	require.NoError(t, again.bank.Mint(again.env, layout.ModuleAddress(layout.BondedPool), coins(16_999_999)))
	require.Equal(t, updates, again.end())
}

// TestCreateRefuses: with the codes of the reference.
func TestCreateRefuses(t *testing.T) {
	w := newWorld(t)
	require.NoError(t, w.run(create(t, 0, "5000000")))
	for name, c := range map[string]struct {
		code  string
		spoil func(*stakingpb.MsgCreateValidator)
	}{
		"operator twice": {"staking/4", func(m *stakingpb.MsgCreateValidator) {
			m.ValidatorAddress = strings.ToUpper(prefix.Validator(account(0)))
		}},
		"key twice":          {"staking/5", func(m *stakingpb.MsgCreateValidator) { m.Pubkey = key(t, 0) }},
		"no key":             {"staking/6", func(m *stakingpb.MsgCreateValidator) { m.Pubkey = nil }},
		"key of 31 bytes":    {"staking/6", func(m *stakingpb.MsgCreateValidator) { m.Pubkey.Value = append([]byte{0x0a, 31}, make([]byte, 31)...) }},
		"secp256k1":          {"staking/6", func(m *stakingpb.MsgCreateValidator) { m.Pubkey.TypeUrl = tx.Secp256k1URL }},
		"account form":       {"sdk/7", func(m *stakingpb.MsgCreateValidator) { m.ValidatorAddress = prefix.Account(account(1)) }},
		"no operator":        {"sdk/7", func(m *stakingpb.MsgCreateValidator) { m.ValidatorAddress = "" }},
		"no stake":           {"sdk/10", func(m *stakingpb.MsgCreateValidator) { m.Value = base.Coin{} }},
		"stake 0":            {"sdk/18", func(m *stakingpb.MsgCreateValidator) { m.Value.Amount = "0" }},
		"stake negative":     {"sdk/10", func(m *stakingpb.MsgCreateValidator) { m.Value.Amount = "-1" }},
		"other denom":        {"sdk/18", func(m *stakingpb.MsgCreateValidator) { m.Value.Denom = "other" }},
		"too much":           {"sdk/5", func(m *stakingpb.MsgCreateValidator) { m.Value.Amount = "100000001" }},
		"beyond all power":   {"sdk/5", func(m *stakingpb.MsgCreateValidator) { m.Value.Amount = "9" + strings.Repeat("0", 60) }},
		"no moniker":         {"sdk/18", func(m *stakingpb.MsgCreateValidator) { m.Description.Moniker = "" }},
		"moniker of 71":      {"sdk/18", func(m *stakingpb.MsgCreateValidator) { m.Description.Moniker = strings.Repeat("m", 71) }},
		"details of 281":     {"sdk/18", func(m *stakingpb.MsgCreateValidator) { m.Description.Details = strings.Repeat("m", 281) }},
		"commission above 1": {"staking/10", func(m *stakingpb.MsgCreateValidator) { m.Commission.MaxRate = "1000000000000000001" }},
		"above its most":     {"staking/11", func(m *stakingpb.MsgCreateValidator) { m.Commission.Rate = "200000000000000001" }},
		"change above most":  {"staking/14", func(m *stakingpb.MsgCreateValidator) { m.Commission.MaxChangeRate = "200000000000000001" }},
		"negative rate":      {"staking/9", func(m *stakingpb.MsgCreateValidator) { m.Commission.Rate = "-1" }},
		"10^19 digits":       {"sdk/18", func(m *stakingpb.MsgCreateValidator) { m.Commission.Rate = base.Dec(strings.Repeat("9", 1_000)) }},
		"no rate":            {"sdk/18", func(m *stakingpb.MsgCreateValidator) { m.Commission.Rate = "" }},
		"no minimum":         {"sdk/18", func(m *stakingpb.MsgCreateValidator) { m.MinSelfDelegation = "" }},
		"minimum 0":          {"sdk/18", func(m *stakingpb.MsgCreateValidator) { m.MinSelfDelegation = "0" }},
		"minimum above":      {"staking/16", func(m *stakingpb.MsgCreateValidator) { m.MinSelfDelegation = "5000001" }},
	} {
		m := create(t, 1, "5000000")
		c.spoil(m)
		err := w.run(m)
		require.Error(t, err, name)
		v, ok := chain.Verdict(err)
		require.True(t, ok, "%s: a fault: %v", name, err)
		require.Equal(t, c.code, fmt.Sprintf("%s/%d", v.Codespace, v.Code), "%s: %v", name, err)
	}
	require.Len(t, w.end(), 1)
}

// TestOneText: upper case is another spelling, not another validator.
func TestOneText(t *testing.T) {
	w := newWorld(t)
	m := create(t, 0, "5000000")
	m.ValidatorAddress = strings.ToUpper(m.ValidatorAddress)
	require.NoError(t, w.run(m))
	g, err := w.staking.ExportGenesis(w.env)
	require.NoError(t, err)
	require.Equal(t, prefix.Validator(account(0)), g.Validators[0].OperatorAddress)
	require.Equal(t, prefix.Validator(account(0)), g.Delegations[0].ValidatorAddress)
	shouting := *g
	shouting.Validators = append([]stakingpb.Validator(nil), g.Validators...)
	shouting.Validators[0].OperatorAddress = m.ValidatorAddress
	shouting.Delegations = []stakingpb.Delegation{{
		DelegatorAddress: strings.ToUpper(g.Delegations[0].DelegatorAddress), ValidatorAddress: m.ValidatorAddress, Shares: g.Delegations[0].Shares,
	}}
	require.NoError(t, staking.ValidateGenesis(prefix, &shouting))
	again := newWorld(t)
	require.NoError(t, again.staking.InitGenesis(again.env, &shouting))
	second, err := again.staking.ExportGenesis(again.env)
	require.NoError(t, err)
	require.Equal(t, g, second)
}

// TestUpdatesBound: no more than max_validators, ties in a fixed order.
func TestUpdatesBound(t *testing.T) {
	w := newWorld(t)
	p := staking.DefaultParams("uweft")
	p.MaxValidators = 3
	require.NoError(t, w.staking.InitGenesis(w.env, &stakingpb.GenesisState{Params: p}))
	for _, n := range []int{4, 2, 0, 3, 1} {
		require.NoError(t, w.run(create(t, n, "5000000")))
	}
	updates := w.end()
	require.Len(t, updates, 3)
	for n, u := range updates {
		require.Equal(t, byte(n), u.PubKey[0], "equal power: by operator")
	}
}

func TestQueries(t *testing.T) {
	w := newWorld(t)
	require.NoError(t, w.run(create(t, 0, "5000000")))
	require.NoError(t, w.run(create(t, 1, "6000000")))
	w.end()
	operator, delegator := prefix.Validator(account(0)), prefix.Account(account(0))
	res, err := w.query("Validators", &stakingpb.QueryValidatorsRequest{Status: "BOND_STATUS_BONDED"})
	require.NoError(t, err)
	require.Len(t, res.(*stakingpb.QueryValidatorsResponse).Validators, 2)
	res, err = w.query("Validators", &stakingpb.QueryValidatorsRequest{Status: "BOND_STATUS_UNBONDED"})
	require.NoError(t, err)
	require.Empty(t, res.(*stakingpb.QueryValidatorsResponse).Validators)
	res, err = w.query("Validator", &stakingpb.QueryValidatorRequest{ValidatorAddr: operator})
	require.NoError(t, err)
	require.Equal(t, "5000000", res.(*stakingpb.QueryValidatorResponse).Validator.Tokens)
	res, err = w.query("Delegation", &stakingpb.QueryDelegationRequest{DelegatorAddr: delegator, ValidatorAddr: operator})
	require.NoError(t, err)
	require.Equal(t, base.Coin{Denom: "uweft", Amount: "5000000"}, res.(*stakingpb.QueryDelegationResponse).DelegationResponse.Balance)
	res, err = w.query("DelegatorDelegations", &stakingpb.QueryDelegatorDelegationsRequest{DelegatorAddr: delegator})
	require.NoError(t, err)
	require.Len(t, res.(*stakingpb.QueryDelegatorDelegationsResponse).DelegationResponses, 1)
	res, err = w.query("Pool", &stakingpb.QueryPoolRequest{})
	require.NoError(t, err)
	require.Equal(t, "11000000", res.(*stakingpb.QueryPoolResponse).Pool.BondedTokens)
	res, err = w.query("Params", &stakingpb.QueryParamsRequest{})
	require.NoError(t, err)
	require.Equal(t, "uweft", res.(*stakingpb.QueryParamsResponse).Params.BondDenom)
	for name, c := range map[string]struct {
		method string
		req    chain.Message
		code   codes.Code
	}{
		"status":          {"Validators", &stakingpb.QueryValidatorsRequest{Status: "x"}, codes.InvalidArgument},
		"no address":      {"Validator", &stakingpb.QueryValidatorRequest{}, codes.InvalidArgument},
		"account form":    {"Validator", &stakingpb.QueryValidatorRequest{ValidatorAddr: delegator}, codes.InvalidArgument},
		"unknown":         {"Validator", &stakingpb.QueryValidatorRequest{ValidatorAddr: prefix.Validator(account(9))}, codes.NotFound},
		"no delegation":   {"Delegation", &stakingpb.QueryDelegationRequest{DelegatorAddr: delegator, ValidatorAddr: prefix.Validator(account(1))}, codes.NotFound},
		"bad delegator":   {"Delegation", &stakingpb.QueryDelegationRequest{DelegatorAddr: "x", ValidatorAddr: operator}, codes.InvalidArgument},
		"bad validator":   {"Delegation", &stakingpb.QueryDelegationRequest{DelegatorAddr: delegator, ValidatorAddr: "x"}, codes.InvalidArgument},
		"bad delegations": {"DelegatorDelegations", &stakingpb.QueryDelegatorDelegationsRequest{}, codes.InvalidArgument},
	} {
		_, err := w.query(c.method, c.req)
		require.Equal(t, c.code, status.Code(err), "%s: %v", name, err)
	}
}
