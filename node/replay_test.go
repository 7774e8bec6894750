package node_test

import (
	"context"
	"path/filepath"
	"testing"

	dbm "github.com/cometbft/cometbft-db"
	abcitypes "github.com/cometbft/cometbft/abci/types"
	sm "github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/store"
	"github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/abci"
	"github.com/weftchain/weft/app"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/state"
	"github.com/weftchain/weft/vm"
)

// history is what a replay of a stopped node's blocks found.
type history struct {
	height int64
	hashes map[int64][]byte // app hash after each height
	txs    map[string]int   // how many blocks hold a transaction, by hash
	failed int
}

// replay executes all blocks of a stopped home in a new application over an
// empty store and holds the results against the headers, which the node's own
// runs made, and against the state that it left.
func replay(t testing.TB, home string) history {
	t.Helper()
	at := heights(t, home)
	blocks, closeBlocks := openBlocks(t, home)
	defer closeBlocks()
	validators, closeValidators := openValidators(t, home)
	defer closeValidators()
	server, closeApp := newServer(t)
	defer closeApp()
	doc, err := types.GenesisDocFromFile(filepath.Join(home, "config", "genesis.json"))
	require.NoError(t, err)
	params := doc.ConsensusParams.ToProto()
	begun, err := server.InitChain(context.Background(), &abcitypes.RequestInitChain{
		Time: doc.GenesisTime, ChainId: doc.ChainID, InitialHeight: doc.InitialHeight, AppStateBytes: doc.AppState, ConsensusParams: &params,
	})
	require.NoError(t, err)
	h := history{height: blocks.Height(), hashes: map[int64][]byte{0: begun.AppHash}, txs: map[string]int{}}
	var results []byte
	for height := int64(1); height <= h.height; height++ {
		block := blocks.LoadBlock(height)
		require.NotNil(t, block, "block %d", height)
		require.Equal(t, h.hashes[height-1], []byte(block.AppHash), "app hash after height %d", height-1)
		if height > 1 {
			require.Equal(t, results, []byte(block.LastResultsHash), "results of height %d", height-1)
		}
		res, err := server.FinalizeBlock(context.Background(), &abcitypes.RequestFinalizeBlock{
			Height: height, Time: block.Time, Hash: block.Hash(), ProposerAddress: block.ProposerAddress, Txs: block.Txs.ToSliceOfBytes(),
			NextValidatorsHash: block.NextValidatorsHash,
			DecidedLastCommit:  lastCommit(t, block, validators, doc.InitialHeight), Misbehavior: block.Evidence.Evidence.ToABCI(),
		})
		require.NoError(t, err)
		_, err = server.Commit(context.Background(), &abcitypes.RequestCommit{})
		require.NoError(t, err)
		h.hashes[height], results = res.AppHash, types.NewResults(res.TxResults).Hash()
		h.count(block, res.TxResults)
	}
	require.Equal(t, h.height, at.app, "the state must be at the last block")
	require.Equal(t, h.hashes[h.height], at.appHash, "app hash on disk")
	return h
}

// lastCommit is what CometBFT tells of the commit that a block carries.
func lastCommit(t testing.TB, block *types.Block, validators sm.Store, initialHeight int64) abcitypes.CommitInfo {
	if block.Height == initialHeight {
		return abcitypes.CommitInfo{}
	}
	set, err := validators.LoadValidators(block.Height - 1)
	require.NoError(t, err)
	return sm.BuildLastCommitInfo(block, set, initialHeight)
}

func openValidators(t testing.TB, home string) (sm.Store, func()) {
	db, err := dbm.NewDB("state", dbm.GoLevelDBBackend, filepath.Join(home, "data"))
	require.NoError(t, err)
	comet := sm.NewStore(db, sm.StoreOptions{})
	return comet, func() { require.NoError(t, comet.Close()) }
}

func (h *history) count(block *types.Block, results []*abcitypes.ExecTxResult) {
	for i, raw := range block.Txs {
		h.txs[client.Hash(raw)]++
		if !results[i].IsOK() {
			h.failed++
		}
	}
}

func newServer(t testing.TB) (*abci.Server, func()) {
	s, err := state.Open("", state.Options{Stores: layout.Stores()})
	require.NoError(t, err)
	engine, err := vm.New(vm.Config{Capabilities: vm.DefaultCapabilities(), Limits: vm.DefaultLimits(), MemoryCacheBytes: 32 << 20})
	require.NoError(t, err)
	a, err := app.New(app.Options{Store: s, Engine: engine, ChainID: chainID})
	require.NoError(t, err)
	server := abci.New(a, abci.Options{Version: "replay", Fault: func(err error) { t.Error(err) }})
	return server, func() {
		a.Close()
		require.NoError(t, s.Close())
		require.NoError(t, engine.Close())
	}
}

func openBlocks(t testing.TB, home string) (*store.BlockStore, func()) {
	db, err := dbm.NewDB("blockstore", dbm.GoLevelDBBackend, filepath.Join(home, "data"))
	require.NoError(t, err)
	blocks := store.NewBlockStore(db)
	return blocks, func() { require.NoError(t, blocks.Close()) }
}

// standing is where a stopped node stands: CometBFT's block store and state,
// and ours.
type standing struct {
	store, state, app int64
	appHash           []byte
}

// heights reads it from the home of a process that is gone.
func heights(t testing.TB, home string) (at standing) {
	t.Helper()
	blocks, closeBlocks := openBlocks(t, home)
	at.store = blocks.Height()
	closeBlocks()
	db, err := dbm.NewDB("state", dbm.GoLevelDBBackend, filepath.Join(home, "data"))
	require.NoError(t, err)
	comet := sm.NewStore(db, sm.StoreOptions{})
	s, err := comet.Load()
	require.NoError(t, err)
	at.state = s.LastBlockHeight
	require.NoError(t, comet.Close())
	own, err := state.Open(filepath.Join(home, "data", "weft"), state.Options{Stores: layout.Stores()})
	require.NoError(t, err)
	at.app, at.appHash = own.Version()
	require.NoError(t, own.Close())
	return at
}
