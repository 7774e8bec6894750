package abci_test

import (
	"testing"

	"github.com/cometbft/cometbft/abci/types"
	cmttypes "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/stretchr/testify/require"
)

// TestBlocks walks the calls of CometBFT through a chain's first blocks.
func TestBlocks(t *testing.T) {
	n := newNode(t)
	info, err := n.server.Info(ctx, &types.RequestInfo{})
	require.NoError(t, err)
	require.Equal(t, &types.ResponseInfo{Data: "weft", Version: "v1.2.3", AppVersion: 1}, info)

	genesis := n.initChain()
	require.Len(t, genesis.Validators, 1)
	require.Equal(t, int64(7), genesis.Validators[0].Power)
	require.Equal(t, []byte(consensusKey()), genesis.Validators[0].PubKey.GetEd25519())
	require.Len(t, genesis.AppHash, 32)
	require.Nil(t, genesis.ConsensusParams, "CometBFT's stay as they are")

	check, err := n.server.CheckTx(ctx, &types.RequestCheckTx{Tx: send(t, 0, "5")})
	require.NoError(t, err)
	require.Zero(t, check.Code, check.Log)
	require.Equal(t, int64(200_000), check.GasWanted)
	require.NotEmpty(t, check.Events)
	require.True(t, check.Events[0].Attributes[0].Index)

	prepared, err := n.server.PrepareProposal(ctx, &types.RequestPrepareProposal{Txs: [][]byte{send(t, 0, "5"), {1}}, MaxTxBytes: 1 << 20})
	require.NoError(t, err)
	require.Len(t, prepared.Txs, 2)
	processed, err := n.server.ProcessProposal(ctx, &types.RequestProcessProposal{Txs: prepared.Txs})
	require.NoError(t, err)
	require.Equal(t, types.ResponseProcessProposal_ACCEPT, processed.Status)
	processed, err = n.server.ProcessProposal(ctx, &types.RequestProcessProposal{Txs: [][]byte{make([]byte, 5<<20)}})
	require.NoError(t, err)
	require.Equal(t, types.ResponseProcessProposal_REJECT, processed.Status)

	block := n.finalize(1, prepared.Txs...)
	require.Len(t, block.TxResults, 2)
	good, bad := block.TxResults[0], block.TxResults[1]
	require.Zero(t, good.Code)
	require.Empty(t, good.Log)
	require.NotEmpty(t, good.Data)
	require.Equal(t, int64(200_000), good.GasWanted)
	require.NotZero(t, good.GasUsed)
	require.Equal(t, "sdk", bad.Codespace)
	require.Equal(t, uint32(2), bad.Code)
	require.Contains(t, bad.Log, "tx parse error")
	require.Empty(t, block.ValidatorUpdates)
	require.NotEqual(t, genesis.AppHash, block.AppHash)
	info, err = n.server.Info(ctx, &types.RequestInfo{})
	require.NoError(t, err)
	require.Zero(t, info.LastBlockHeight, "nothing is durable before Commit")

	n.commit()
	info, err = n.server.Info(ctx, &types.RequestInfo{})
	require.NoError(t, err)
	require.Equal(t, int64(1), info.LastBlockHeight)
	require.Equal(t, block.AppHash, info.LastBlockAppHash)
	require.Len(t, n.committed, 1)
	require.Equal(t, int64(1), n.committed[0].Height)
	require.Equal(t, 2, n.committed[0].Txs)
	require.Equal(t, 1, n.committed[0].Failed)
	require.Equal(t, uint64(good.GasUsed), n.committed[0].GasUsed)

	recheck, err := n.server.CheckTx(ctx, &types.RequestCheckTx{Tx: send(t, 0, "5"), Type: types.CheckTxType_Recheck})
	require.NoError(t, err)
	require.Equal(t, uint32(32), recheck.Code)
	require.Equal(t, "account sequence mismatch, expected 1, got 0: incorrect account sequence", recheck.Log)
	require.Empty(t, n.faults)
}

// TestRestartBetween: a node that stops between FinalizeBlock and Commit is at
// the old height and comes to the same when the block is run again.
func TestRestartBetween(t *testing.T) {
	n := newNode(t)
	first := n.initChain()
	before := n.finalize(1, send(t, 0, "5"))
	n.restart() // before the first block: CometBFT calls InitChain again
	require.Equal(t, first, n.initChain())
	require.Equal(t, before, n.finalize(1, send(t, 0, "5")))
	n.commit()
	for height := int64(2); height < 6; height++ {
		block := n.finalize(height, send(t, uint64(height)-1, "5"))
		require.Zero(t, block.TxResults[0].Code, block.TxResults[0].Log)
		n.restart()
		info, err := n.server.Info(ctx, &types.RequestInfo{})
		require.NoError(t, err)
		require.Equal(t, height-1, info.LastBlockHeight)
		require.Equal(t, block, n.finalize(height, send(t, uint64(height)-1, "5")))
		n.commit()
		n.restart()
		info, err = n.server.Info(ctx, &types.RequestInfo{})
		require.NoError(t, err)
		require.Equal(t, height, info.LastBlockHeight)
		require.Equal(t, block.AppHash, info.LastBlockAppHash)
	}
	require.Empty(t, n.faults)
}

// TestFaultsStopTheNode: what is no verdict is told to the node and to CometBFT.
func TestFaultsStopTheNode(t *testing.T) {
	for name, call := range map[string]func(n *node) error{
		"commit without a block": func(n *node) error { _, err := n.server.Commit(ctx, &types.RequestCommit{}); return err },
		"a gap": func(n *node) error {
			n.finalize(1)
			n.commit()
			_, err := n.server.FinalizeBlock(ctx, &types.RequestFinalizeBlock{Height: 3, Time: start})
			return err
		},
		"genesis again": func(n *node) error {
			n.finalize(1)
			n.commit()
			_, err := n.server.InitChain(ctx, genesisRequest(appState(n.t, true)))
			return err
		},
		"a panic":                func(n *node) error { _, err := n.server.FinalizeBlock(ctx, nil); return err },
		"a panic while checking": func(n *node) error { _, err := n.server.CheckTx(ctx, nil); return err },
	} {
		n := newNode(t)
		n.initChain()
		err := call(n)
		require.Error(t, err, name)
		require.Equal(t, []error{err}, n.faults, name)
	}
}

func TestInitChainRefuses(t *testing.T) {
	for name, req := range map[string]*types.RequestInitChain{
		"garbage":      genesisRequest([]byte(`{`)),
		"no validator": genesisRequest(appState(t, false)),
		"vote extensions": func() *types.RequestInitChain {
			r := genesisRequest(appState(t, true))
			r.ConsensusParams.Abci = &cmttypes.ABCIParams{VoteExtensionsEnableHeight: 1}
			return r
		}(),
		"keys of another type": func() *types.RequestInitChain {
			r := genesisRequest(appState(t, true))
			r.ConsensusParams.Validator.PubKeyTypes = []string{"secp256k1"}
			return r
		}(),
		"another chain": func() *types.RequestInitChain {
			r := genesisRequest(appState(t, true))
			r.ChainId = "other"
			return r
		}(),
	} {
		n := newNode(t)
		_, err := n.server.InitChain(ctx, req)
		require.Error(t, err, name)
		require.Len(t, n.faults, 1, name)
	}
}
