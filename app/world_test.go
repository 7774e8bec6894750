package app

import (
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cosmos/gogoproto/jsonpb"
	"github.com/cosmos/gogoproto/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/auth"
	"github.com/weftchain/weft/app/wasm"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/wire"
	bankpb "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	ed25519pb "github.com/weftchain/weft/proto/cosmos/crypto/ed25519"
	stakingpb "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/state"
	"github.com/weftchain/weft/tx"
)

const (
	testChain = "weft-test"
	txGas     = 200_000
)

// prefix is that of the test chain's addresses.
const prefix = chain.Bech32("weft")

// secret is the key of a named account.
func secret(t testing.TB, name string) tx.PrivKey {
	t.Helper()
	sum := sha256.Sum256([]byte("key of " + name))
	k, err := tx.NewPrivKey(sum[:])
	require.NoError(t, err)
	return k
}

func addr(t testing.TB, name string) chain.Address { return secret(t, name).PubKey().Address() }

// text is the address of a named account as people write it.
func text(t testing.TB, name string) string { return prefix.Account(addr(t, name)) }

func coins(t testing.TB, s string) chain.Coins {
	t.Helper()
	c, err := chain.ParseCoins(s)
	require.NoError(t, err)
	return c
}

// people have accounts from the start, in this order.
var people = []string{"val", "alice", "bob", "carol", "dave", "authority"}

// genesis is a small chain: one validator, a few accounts with two denoms.
func genesis(t testing.TB) *Genesis {
	t.Helper()
	g := DefaultGenesis()
	g.Params.Authority = text(t, "authority")
	for _, name := range people {
		require.NoError(t, g.AddAccount(prefix, text(t, name), coins(t, "1000000000atest,1000000000uweft")))
	}
	g.GenTxs = append(g.GenTxs, gentx(t, "val", testChain, createValidator(t, "val", "5000000uweft")))
	return &g
}

func createValidator(t testing.TB, name, stake string) *stakingpb.MsgCreateValidator {
	t.Helper()
	sum := sha256.Sum256([]byte("consensus key of " + name))
	pub := ed25519.NewKeyFromSeed(sum[:]).Public().(ed25519.PublicKey)
	value, err := (&ed25519pb.PubKey{Key: pub}).Marshal()
	require.NoError(t, err)
	return &stakingpb.MsgCreateValidator{
		Description:       stakingpb.Description{Moniker: name},
		Commission:        stakingpb.CommissionRates{Rate: "100000000000000000", MaxRate: "200000000000000000", MaxChangeRate: "10000000000000000"},
		MinSelfDelegation: "1", ValidatorAddress: prefix.Validator(addr(t, name)),
		Pubkey: &types.Any{TypeUrl: "/cosmos.crypto.ed25519.PubKey", Value: value},
		Value:  wire.ProtoCoins(coins(t, stake))[0],
	}
}

// gentx is the JSON of a transaction of genesis.
func gentx(t testing.TB, name, chainID string, msgs ...chain.Message) []byte {
	t.Helper()
	raw, err := tx.Builder{Msgs: msgs, GasLimit: txGas}.Sign(secret(t, name), chainID, 0, 0)
	require.NoError(t, err)
	d, err := tx.Decode(raw, 1<<20)
	require.NoError(t, err)
	out, err := (&jsonpb.Marshaler{OrigName: true}).MarshalToString(&txpb.Tx{Body: &d.Body, AuthInfo: &d.AuthInfo, Signatures: d.Raw.Signatures})
	require.NoError(t, err)
	return []byte(out)
}

// world is a chain in memory and what a client knows of it.
type world struct {
	t      testing.TB
	store  *state.Store
	app    *App
	height int64
	time   time.Time
	last   BlockResult
}

// start is the time of genesis.
var start = time.Date(2026, time.January, 2, 3, 4, 5, 6, time.UTC)

type worldOptions struct {
	genesis  *Genesis
	engine   wasm.Engine
	prices   GasPrices
	maxGas   uint64
	store    *state.Store
	keep     int64
	noBlock  bool // stop after InitGenesis
	debug    func(contract, text string)
	tracing  wasm.Engine // for profiles
	cacheMiB int64
	without  []string // modules
	trust    bool     // work of decided blocks
}

// newWorld starts a chain and lets its first block pass, which is empty.
func newWorld(t testing.TB, o worldOptions) *world {
	t.Helper()
	if o.store == nil {
		var err error
		o.store, err = state.Open("", state.Options{Stores: layout.Stores(), CacheBytes: o.cacheMiB << 20, Keep: o.keep})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, o.store.Close()) })
	}
	a, err := New(Options{
		Store: o.store, Engine: o.engine, ChainID: testChain, MinGasPrices: o.prices, Debug: o.debug, Without: o.without, TrustWork: o.trust,
		TraceEngine: func() (Engine, error) { return o.tracing, nil },
	})
	require.NoError(t, err)
	t.Cleanup(a.Close)
	if o.genesis == nil {
		o.genesis = genesis(t)
	}
	w := &world{t: t, store: o.store, app: a, time: start}
	w.init(o.genesis, o.maxGas)
	if !o.noBlock {
		w.block()
	}
	return w
}

func (w *world) init(g *Genesis, maxGas uint64) {
	w.t.Helper()
	raw, err := g.JSON()
	require.NoError(w.t, err)
	updates, hash, err := w.app.InitGenesis(raw, start, 1, maxGas)
	require.NoError(w.t, err)
	require.NotEmpty(w.t, updates)
	require.Len(w.t, hash, 32)
}

// input is the next block with these transactions.
func (w *world) input(txs ...[]byte) BlockInput {
	h := w.height + 1
	hash := sha256.Sum256(fmt.Append(nil, "block ", h))
	return BlockInput{Height: h, Time: start.Add(time.Duration(h) * time.Second), Hash: hash[:], Proposer: hash[:20], Txs: txs}
}

// block executes and commits a block.
func (w *world) block(txs ...[]byte) []chain.Result {
	w.t.Helper()
	res := w.execute(txs...)
	w.commit()
	return res
}

func (w *world) execute(txs ...[]byte) []chain.Result {
	w.t.Helper()
	res, err := w.app.Execute(w.input(txs...))
	require.NoError(w.t, err)
	require.Len(w.t, res.Txs, len(txs))
	w.last = res
	return res.Txs
}

func (w *world) commit() {
	w.t.Helper()
	require.NoError(w.t, w.app.Commit())
	w.height++
	h, hash := w.app.Info()
	require.Equal(w.t, w.height, h)
	require.Equal(w.t, w.last.AppHash, hash)
}

// env is an environment over the last commit, for looking.
func (w *world) env() *chain.Env {
	w.t.Helper()
	view := w.store.Latest()
	w.t.Cleanup(view.Close)
	env, err := w.app.queryBlock(view.Height(), view.Branch())
	require.NoError(w.t, err)
	return env
}

func (w *world) account(name string) *auth.Account {
	w.t.Helper()
	view := w.store.Latest()
	defer view.Close()
	env, err := w.app.queryBlock(view.Height(), view.Branch())
	require.NoError(w.t, err)
	acc, err := w.app.auth.Get(env, addr(w.t, name))
	require.NoError(w.t, err)
	return acc
}

func (w *world) balance(who chain.Address) string {
	w.t.Helper()
	view := w.store.Latest()
	defer view.Close()
	env, err := w.app.queryBlock(view.Height(), view.Branch())
	require.NoError(w.t, err)
	c, err := w.app.bank.Balances(env, who)
	require.NoError(w.t, err)
	return c.String()
}

// sign signs messages with the account's sequence of the last commit, plus
// ahead for what waits in the same block.
func (w *world) sign(name string, ahead uint64, msgs ...chain.Message) []byte {
	w.t.Helper()
	return w.build(name, ahead, tx.Builder{Msgs: msgs, GasLimit: txGas, Fee: coins(w.t, "5000uweft")})
}

func (w *world) build(name string, ahead uint64, b tx.Builder) []byte {
	w.t.Helper()
	acc := w.account(name)
	require.NotNil(w.t, acc, name)
	raw, err := b.Sign(secret(w.t, name), testChain, acc.Number, acc.Sequence+ahead)
	require.NoError(w.t, err)
	return raw
}

func msgSend(t testing.TB, from, to, amount string) *bankpb.MsgSend {
	t.Helper()
	if !strings.HasPrefix(to, "weft1") {
		to = text(t, to)
	}
	return &bankpb.MsgSend{FromAddress: text(t, from), ToAddress: to, Amount: wire.ProtoCoins(coins(t, amount))}
}

// requireCode checks a result's codespace and code.
func requireCode(t testing.TB, want string, res chain.Result, note ...any) {
	t.Helper()
	require.Equal(t, want, fmt.Sprintf("%s/%d", res.Codespace, res.Code), append([]any{res.Log}, note...)...)
}

// ok is what a transaction must be.
func ok(t testing.TB, res chain.Result) chain.Result {
	t.Helper()
	require.True(t, res.OK(), "%s/%d: %s", res.Codespace, res.Code, res.Log)
	require.Empty(t, res.Log)
	return res
}
