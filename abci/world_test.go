package abci_test

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cometbft/cometbft/abci/types"
	cmttypes "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cosmos/gogoproto/jsonpb"
	gogotypes "github.com/cosmos/gogoproto/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/abci"
	"github.com/weftchain/weft/app"
	"github.com/weftchain/weft/app/wasm"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	bankpb "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	ed25519pb "github.com/weftchain/weft/proto/cosmos/crypto/ed25519"
	stakingpb "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/state"
	"github.com/weftchain/weft/tx"
)

const (
	testChain = "weft-test"
	prefix    = chain.Bech32("weft")
)

var (
	ctx   = context.Background()
	start = time.Date(2026, time.January, 2, 3, 4, 5, 6, time.UTC)
)

func secret(t testing.TB, name string) tx.PrivKey {
	t.Helper()
	sum := sha256.Sum256([]byte("key of " + name))
	k, err := tx.NewPrivKey(sum[:])
	require.NoError(t, err)
	return k
}

func addr(t testing.TB, name string) string {
	return prefix.Account(secret(t, name).PubKey().Address())
}

// appState is a chain with alice (account 0) and a validator (account 1).
func appState(t testing.TB, validator bool) []byte {
	t.Helper()
	g := app.DefaultGenesis()
	for _, name := range []string{"alice", "val", "bob"} {
		require.NoError(t, g.AddAccount(prefix, addr(t, name), chain.Coins{{Denom: "uweft", Amount: chain.NewAmount(1_000_000_000)}}))
	}
	if validator {
		g.GenTxs = append(g.GenTxs, gentx(t))
	}
	raw, err := g.JSON()
	require.NoError(t, err)
	return raw
}

func consensusKey() ed25519.PublicKey {
	seed := sha256.Sum256([]byte("validator"))
	return ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey)
}

func gentx(t testing.TB) []byte {
	t.Helper()
	key, err := (&ed25519pb.PubKey{Key: consensusKey()}).Marshal()
	require.NoError(t, err)
	raw, err := tx.Builder{GasLimit: 200_000, Msgs: []chain.Message{&stakingpb.MsgCreateValidator{
		Description: stakingpb.Description{Moniker: "val"}, MinSelfDelegation: "1",
		Commission:       stakingpb.CommissionRates{Rate: "0", MaxRate: "0", MaxChangeRate: "0"},
		ValidatorAddress: prefix.Validator(secret(t, "val").PubKey().Address()),
		Pubkey:           &gogotypes.Any{TypeUrl: "/cosmos.crypto.ed25519.PubKey", Value: key},
		Value:            base.Coin{Denom: "uweft", Amount: "7000000"},
	}}}.Sign(secret(t, "val"), testChain, 0, 0)
	require.NoError(t, err)
	d, err := tx.Decode(raw, 1<<20)
	require.NoError(t, err)
	out, err := (&jsonpb.Marshaler{OrigName: true}).MarshalToString(&txpb.Tx{Body: &d.Body, AuthInfo: &d.AuthInfo, Signatures: d.Raw.Signatures})
	require.NoError(t, err)
	return []byte(out)
}

// node is a server over an app over a directory in memory.
type node struct {
	t       testing.TB
	fs      vfs.FS
	store   *state.Store
	app     *app.App
	server  *abci.Server
	version abci.Options
	engine  wasm.Engine
	keep    int64

	mu        sync.Mutex
	faults    []error
	committed []abci.Committed
}

func newNode(t testing.TB) *node {
	n := &node{t: t, fs: vfs.NewMem(), version: abci.Options{Version: "v1.2.3"}}
	n.open()
	t.Cleanup(n.close)
	return n
}

func (n *node) open() {
	n.t.Helper()
	var err error
	n.store, err = state.Open("db", state.Options{Stores: layout.Stores(), FS: n.fs, Keep: n.keep, CacheBytes: 8 << 20})
	require.NoError(n.t, err)
	n.app, err = app.New(app.Options{Store: n.store, Engine: n.engine, ChainID: testChain})
	require.NoError(n.t, err)
	o := n.version
	o.Fault = func(err error) {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.faults = append(n.faults, err)
	}
	o.Committed = func(c abci.Committed) { n.committed = append(n.committed, c) }
	n.server = abci.New(n.app, o)
}

func (n *node) close() {
	n.server.Close()
	n.app.Close()
	require.NoError(n.t, n.store.Close())
}

func (n *node) restart() {
	n.t.Helper()
	n.close()
	n.open()
}

func (n *node) initChain() *types.ResponseInitChain {
	n.t.Helper()
	res, err := n.server.InitChain(ctx, genesisRequest(appState(n.t, true)))
	require.NoError(n.t, err)
	return res
}

func genesisRequest(appState []byte) *types.RequestInitChain {
	return &types.RequestInitChain{
		Time: start, ChainId: testChain, InitialHeight: 1, AppStateBytes: appState,
		ConsensusParams: &cmttypes.ConsensusParams{
			Block:     &cmttypes.BlockParams{MaxBytes: 4 << 20, MaxGas: 50_000_000},
			Validator: &cmttypes.ValidatorParams{PubKeyTypes: []string{"ed25519"}},
		},
	}
}

func (n *node) finalize(height int64, txs ...[]byte) *types.ResponseFinalizeBlock {
	n.t.Helper()
	res, err := n.server.FinalizeBlock(ctx, &types.RequestFinalizeBlock{
		Height: height, Time: start.Add(time.Duration(height) * time.Second), Txs: txs, Hash: make([]byte, 32), ProposerAddress: make([]byte, 20),
	})
	require.NoError(n.t, err)
	return res
}

func (n *node) commit() {
	n.t.Helper()
	res, err := n.server.Commit(ctx, &types.RequestCommit{})
	require.NoError(n.t, err)
	require.Zero(n.t, res.RetainHeight)
}

// send is a signed transfer of alice (account 0) to bob.
func send(t testing.TB, sequence uint64, amount string) []byte {
	t.Helper()
	raw, err := sendBuilder(t, amount).Sign(secret(t, "alice"), testChain, 0, sequence)
	require.NoError(t, err)
	return raw
}

func sendBuilder(t testing.TB, amount string) tx.Builder {
	return tx.Builder{
		GasLimit: 200_000, Fee: chain.Coins{{Denom: "uweft", Amount: chain.NewAmount(500)}},
		Msgs: []chain.Message{&bankpb.MsgSend{
			FromAddress: addr(t, "alice"), ToAddress: addr(t, "bob"), Amount: []base.Coin{{Denom: "uweft", Amount: amount}},
		}},
	}
}
