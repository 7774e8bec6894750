package wasm_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/auth"
	"github.com/weftchain/weft/app/bank"
	"github.com/weftchain/weft/app/distribution"
	"github.com/weftchain/weft/app/slashing"
	"github.com/weftchain/weft/app/staking"
	"github.com/weftchain/weft/app/wasm"
	"github.com/weftchain/weft/app/wasm/enginetest"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	authpb "github.com/weftchain/weft/proto/cosmos/auth/v1beta1"
	distributionpb "github.com/weftchain/weft/proto/cosmos/distribution/v1beta1"
	slashingpb "github.com/weftchain/weft/proto/cosmos/slashing/v1beta1"
	stakingpb "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/state"
	"github.com/weftchain/weft/tx"
)

// world is a chain without blocks: real state, bank and auth around the
// module, and the rules by which app dispatches the messages of contracts.
type world struct {
	t       testing.TB
	env     *chain.Env
	wasm    *wasm.Wasm
	bank    *bank.Bank
	staking *staking.Staking
	rewards *distribution.Distribution
	auth    *auth.Auth
	engine  *enginetest.Engine
	routes  map[string]chain.Route
	names   map[string]string // name to address text
	txs     uint32
}

// newWorld starts a chain with a few accounts that have 1,000,000 of each of
// two denoms. engine may be nil for the scripted one.
func newWorld(t testing.TB, engine wasm.Engine) *world {
	t.Helper()
	scriptEngine, isScript := engine.(*enginetest.Engine)
	if engine == nil {
		scriptEngine, isScript = enginetest.New(), true
		engine = scriptEngine
	}
	w := emptyWorld(t, engine)
	if isScript {
		w.engine = scriptEngine
	}
	require.NoError(t, w.wasm.InitGenesis(w.env, wasm.DefaultGenesis()))
	for _, name := range []string{"authority", "alice", "bob", "carol"} {
		w.fund(name, "1000000acoin,1000000bcoin")
	}
	return w
}

// newWorldWithGenesis starts a chain from a genesis of the module; nil leaves
// that to the test.
func newWorldWithGenesis(t testing.TB, engine *enginetest.Engine, g *wasmpb.GenesisState) *world {
	t.Helper()
	w := emptyWorld(t, engine)
	w.engine = engine
	if g != nil {
		require.NoError(t, w.wasm.InitGenesis(w.env, g))
	}
	return w
}

// emptyWorld is a chain before the genesis of the module.
func emptyWorld(t testing.TB, engine wasm.Engine) *world {
	t.Helper()
	store, err := state.Open("", state.Options{Stores: layout.Stores()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	w := &world{t: t, names: map[string]string{}, routes: map[string]chain.Route{}}
	params := chain.DefaultParams()
	params.Authority = account("authority")
	block := &chain.Block{
		ChainID: "weft-test", Height: 7, Time: time.Unix(1_790_000_000, 123).UTC(), Bech32: "weft", Params: params,
	}
	w.env = chain.NewEnv(block, store.Branch())
	w.auth, w.bank = &auth.Auth{}, &bank.Bank{}
	w.auth.Bank, w.bank.Accounts = w.bank, w.auth
	w.rewards = &distribution.Distribution{Bank: w.bank, Accounts: w.auth}
	signing := &slashing.Slashing{}
	w.staking = &staking.Staking{Bank: w.bank, Accounts: w.auth, Rewards: w.rewards, Signing: signing}
	w.rewards.Stakes, signing.Stakes = w.staking, w.staking
	w.wasm = wasm.New(wasm.Options{Engine: engine, Bank: w.bank, Accounts: w.auth, Stakes: w.staking, Rewards: w.rewards, Dispatcher: dispatcher{w}, Limits: `{"max_imports":100}`})
	for _, list := range [][]chain.Route{w.wasm.Messages(), w.wasm.Queries(), w.bank.Messages(), w.staking.Messages(), w.rewards.Messages()} {
		for _, r := range list {
			w.routes[r.Path] = r
		}
	}
	require.NoError(t, w.auth.InitGenesis(w.env, &authpb.GenesisState{Params: auth.DefaultParams()}))
	require.NoError(t, w.rewards.InitGenesis(w.env, &distributionpb.GenesisState{Params: distribution.DefaultParams()}))
	require.NoError(t, signing.InitGenesis(w.env, &slashingpb.GenesisState{Params: slashing.DefaultParams()}))
	require.NoError(t, w.staking.InitGenesis(w.env, &stakingpb.GenesisState{Params: staking.DefaultParams("uweft")}))
	w.names["module"] = w.text(layout.ModuleAddress(layout.FeeCollector))
	return w
}

// account is the address of a named account.
func account(name string) chain.Address {
	sum := sha256.Sum256([]byte("account " + name))
	return chain.Address(sum[:20])
}

func (w *world) text(a chain.Address) string { return w.env.Bech32().Account(a) }

// addr is the address text of a name.
func (w *world) addr(name string) string {
	if text, ok := w.names[name]; ok {
		return text
	}
	w.names[name] = w.text(account(name))
	return w.names[name]
}

func (w *world) raw(name string) chain.Address {
	a, err := w.env.Bech32().ParseAccount(w.addr(name))
	require.NoError(w.t, err)
	return a
}

func (w *world) fund(name, coins string) {
	w.t.Helper()
	list, err := chain.ParseCoins(coins)
	require.NoError(w.t, err)
	addr := w.raw(name)
	exists, err := w.auth.Exists(w.env, addr)
	require.NoError(w.t, err)
	if !exists {
		require.NoError(w.t, w.auth.Create(w.env, addr))
	}
	require.NoError(w.t, w.bank.Mint(w.env, addr, list))
}

// result is what became of a message.
type result struct {
	res    chain.Message
	err    error
	gas    uint64
	events []chain.Event
	path   string // of a failure, for people
}

// txGas is the gas of a transaction whose test does not care.
const txGas = 50_000_000

// send runs a message in a transaction of its own.
func (w *world) send(msg chain.Message) result { return w.sendWithGas(txGas, msg) }

func (w *world) sendWithGas(gas uint64, msg chain.Message) result {
	env := w.begin(gas)
	res := w.run(env, msg)
	env.State.Merge()
	return res
}

// begin starts a transaction.
func (w *world) begin(gas uint64) *chain.Env {
	t := &chain.Tx{Index: w.txs, Hash: sha256.Sum256([]byte{byte(w.txs)})}
	w.txs++
	return w.env.Begin(t, gas)
}

// run runs a message in a transaction and keeps what it did unless it failed.
func (w *world) run(env *chain.Env, msg chain.Message) result {
	w.t.Helper()
	before := env.Gas.Used()
	r, ok := w.routes[tx.TypeURL(msg)]
	require.True(w.t, ok, "no route for %s", tx.TypeURL(msg))
	if r.Check != nil {
		if err := r.Check(env.Block, msg); err != nil {
			return result{err: err}
		}
	}
	child := env.Child()
	res, err := r.Handle(child, msg)
	out := result{err: err, gas: env.Gas.Used() - before, path: pathOf(env, err)}
	if err == nil {
		out.res, out.events = res, child.Events.List()
		env.Keep(child)
	}
	require.Zero(w.t, env.Calls.MsgDepth, "depth is counted up and down alike")
	require.Zero(w.t, env.Calls.QueryDepth)
	return out
}

// must is send for what has to succeed.
func (w *world) must(msg chain.Message) result {
	w.t.Helper()
	r := w.send(msg)
	require.NoError(w.t, r.err)
	return r
}

// query asks a query method on a branch that is dropped.
func (w *world) query(method string, req chain.Message) (chain.Message, error) {
	w.t.Helper()
	r, ok := w.routes["/cosmwasm.wasm.v1.Query/"+method]
	require.True(w.t, ok, method)
	env := w.env.Begin(nil, chain.NoLimit)
	res, err := r.Handle(env, req)
	return res, chain.WithPath(env, err)
}

// pathOf is what a node tells of the place of a failure.
func pathOf(env *chain.Env, err error) string {
	var call *chain.CallError
	if errors.As(chain.WithPath(env, err), &call) {
		return call.Suffix()
	}
	return ""
}

// store stores a code and returns its number.
func (w *world) store(from string, code []byte) uint64 {
	w.t.Helper()
	r := w.must(&wasmpb.MsgStoreCode{Sender: w.addr(from), WASMByteCode: code})
	return r.res.(*wasmpb.MsgStoreCodeResponse).CodeID
}

// instantiate makes a contract and gives it a name.
func (w *world) instantiate(name string, code uint64, msg string) {
	w.t.Helper()
	r := w.must(&wasmpb.MsgInstantiateContract{
		Sender: w.addr("alice"), Admin: w.addr("alice"), CodeID: code, Label: name, Msg: []byte(msg),
	})
	w.names[name] = r.res.(*wasmpb.MsgInstantiateContractResponse).Address
}

// execute calls a contract.
func (w *world) execute(name, msg string) result {
	return w.send(&wasmpb.MsgExecuteContract{Sender: w.addr("alice"), Contract: w.addr(name), Msg: []byte(msg)})
}

// balance is what an account has.
func (w *world) balance(name string) string {
	coins, err := w.bank.Balances(w.env, w.raw(name))
	require.NoError(w.t, err)
	return coins.String()
}

// hide puts names in the place of addresses.
func (w *world) hide(text string) string {
	names := make([]string, 0, len(w.names))
	for name := range w.names {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		text = strings.ReplaceAll(text, w.names[name], "$"+name)
	}
	return text
}

// dispatcher does what app does with a contract's message.
type dispatcher struct{ w *world }

func (d dispatcher) Dispatch(env *chain.Env, from chain.Address, msg chain.Message, typeURL string) (chain.Response, error) {
	r, ok := d.w.routes[typeURL]
	if !ok {
		return chain.Response{}, fmt.Errorf("can't route message %s: %w", typeURL, chain.ErrUnknownRequest)
	}
	if r.Check != nil {
		if err := r.Check(env.Block, msg); err != nil {
			return chain.Response{}, err
		}
	}
	signers, err := tx.Signers(env.Bech32(), msg)
	if err != nil {
		return chain.Response{}, err
	}
	for _, s := range signers {
		if s != from {
			return chain.Response{}, fmt.Errorf("contract doesn't have permission: %w", chain.ErrUnauthorized)
		}
	}
	res, err := r.Handle(env, msg)
	if err != nil {
		return chain.Response{}, err
	}
	value, err := res.Marshal()
	return chain.Response{TypeURL: tx.TypeURL(res), Value: value}, err
}

func (d dispatcher) DispatchAny(env *chain.Env, from chain.Address, typeURL string, value []byte) (chain.Response, error) {
	msg, err := tx.Unpack(typeURL, value)
	if err != nil {
		return chain.Response{}, fmt.Errorf("Cannot unpack proto message with type URL: %s: %w", typeURL, wasm.ErrInvalidMsg)
	}
	return d.Dispatch(env, from, msg, typeURL)
}

// requireCode checks a verdict.
func requireCode(t testing.TB, codespace string, code uint32, err error) {
	t.Helper()
	require.Error(t, err)
	v, ok := chain.Verdict(err)
	require.True(t, ok, "a fault: %v", err)
	require.Equal(t, fmt.Sprintf("%s/%d", codespace, code), fmt.Sprintf("%s/%d", v.Codespace, v.Code), err.Error())
}
