package abci_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/abci"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/state/snapshot"
)

// keeping makes a node that makes snapshots, each announced on the channel.
func keeping(t *testing.T, interval int64) (*node, chan snapshot.Snapshot) {
	t.Helper()
	n := newNode(t)
	made := make(chan snapshot.Snapshot, 100)
	n.version.Snapshots = abci.SnapshotOptions{
		Keeper: snapshot.NewKeeper(t.TempDir(), layout.Stores()), Interval: interval, Keep: 2,
		Made: func(s snapshot.Snapshot, err error) {
			if err != nil {
				t.Error(err)
			}
			made <- s
		},
	}
	n.restart()
	return n, made
}

// TestStateSync: a node without any state takes that of another one in chunks,
// whoever sends rubbish in between, answers as that one does, and goes on with it.
func TestStateSync(t *testing.T) {
	from, made := keeping(t, 5)
	from.initChain()
	for h := int64(1); h <= 12; h++ {
		from.finalize(h, send(t, uint64(h-1), "7"))
		from.commit()
		if h%5 == 0 {
			require.Equal(t, h, (<-made).Height)
		}
	}
	list, err := from.server.ListSnapshots(ctx, &types.RequestListSnapshots{})
	require.NoError(t, err)
	require.Len(t, list.Snapshots, 2)
	offer := list.Snapshots[0]
	require.EqualValues(t, 10, offer.Height)
	hashes := map[int64][]byte{}
	for h := int64(10); h <= 12; h++ {
		view, err := from.store.At(h)
		require.NoError(t, err)
		hashes[h] = view.AppHash()
		view.Close()
	}
	chunk := func(height uint64, format, index uint32) []byte {
		res, err := from.server.LoadSnapshotChunk(ctx, &types.RequestLoadSnapshotChunk{Height: height, Format: format, Chunk: index})
		require.NoError(t, err)
		return res.Chunk
	}
	require.Empty(t, chunk(11, 1, 0))
	require.Empty(t, chunk(10, 2, 0))
	require.Empty(t, chunk(10, 1, offer.Chunks))

	to := newNode(t)
	give := func(o *types.Snapshot, hash []byte) types.ResponseOfferSnapshot_Result {
		t.Helper()
		res, err := to.server.OfferSnapshot(ctx, &types.RequestOfferSnapshot{Snapshot: o, AppHash: hash})
		require.NoError(t, err)
		return res.Result
	}
	apply := func(index uint32, data []byte) *types.ResponseApplySnapshotChunk {
		t.Helper()
		res, err := to.server.ApplySnapshotChunk(ctx, &types.RequestApplySnapshotChunk{Index: index, Chunk: data, Sender: "peer"})
		require.NoError(t, err)
		return res
	}
	other := func(change func(*types.Snapshot)) *types.Snapshot {
		o := *offer
		change(&o)
		return &o
	}
	require.Equal(t, types.ResponseOfferSnapshot_REJECT_FORMAT, give(other(func(o *types.Snapshot) { o.Format = 2 }), hashes[10]))
	require.Equal(t, types.ResponseOfferSnapshot_REJECT, give(other(func(o *types.Snapshot) { o.Hash = []byte("x") }), hashes[10]))
	require.Equal(t, types.ResponseOfferSnapshot_REJECT, give(other(func(o *types.Snapshot) { o.Chunks++ }), hashes[10]))
	require.Equal(t, types.ResponseOfferSnapshot_REJECT, give(other(func(o *types.Snapshot) { o.Height = 0 }), hashes[10]))
	require.Equal(t, types.ResponseApplySnapshotChunk_ABORT, apply(0, chunk(10, 1, 0)).Result)

	// The app hash that CometBFT trusts is another one: the snapshot is refused.
	require.Equal(t, types.ResponseOfferSnapshot_ACCEPT, give(offer, hashes[11]))
	require.Equal(t, types.ResponseApplySnapshotChunk_REJECT_SNAPSHOT, apply(0, chunk(10, 1, 0)).Result)

	// One that is given up half way leaves nothing.
	require.Equal(t, types.ResponseOfferSnapshot_ACCEPT, give(offer, hashes[10]))
	require.Equal(t, types.ResponseOfferSnapshot_ACCEPT, give(offer, hashes[10]))
	res := apply(0, bytes.Repeat([]byte("rubbish"), 100))
	require.Equal(t, types.ResponseApplySnapshotChunk_RETRY, res.Result)
	require.Equal(t, []uint32{0}, res.RefetchChunks)
	require.Equal(t, []string{"peer"}, res.RejectSenders)
	require.Equal(t, types.ResponseApplySnapshotChunk_RETRY_SNAPSHOT, apply(1, nil).Result)
	require.EqualValues(t, 1, offer.Chunks)
	require.Equal(t, types.ResponseApplySnapshotChunk_ACCEPT, apply(0, chunk(10, 1, 0)).Result)

	info, err := to.server.Info(ctx, &types.RequestInfo{})
	require.NoError(t, err)
	require.EqualValues(t, 10, info.LastBlockHeight)
	require.Equal(t, hashes[10], info.LastBlockAppHash)
	require.EqualValues(t, abci.AppVersion, info.AppVersion)
	for h := int64(11); h <= 12; h++ { // with the same blocks it comes to the same hashes
		require.Equal(t, hashes[h], to.finalize(h, send(t, uint64(h-1), "7")).AppHash)
		to.commit()
	}
	check, err := to.server.CheckTx(ctx, &types.RequestCheckTx{Tx: send(t, 12, "7")})
	require.NoError(t, err)
	require.Zero(t, check.Code, check.Log)
	to.restart()
	require.Empty(t, to.faults)

	// A node with a state does not take another one: that is a fault.
	_, err = to.server.OfferSnapshot(ctx, &types.RequestOfferSnapshot{Snapshot: offer, AppHash: hashes[10]})
	require.ErrorContains(t, err, "it must be empty")
	require.Len(t, to.faults, 1)
}

// TestSnapshotsEnd: a node that stops while a snapshot is made or taken closes its
// state in order, and takes it the next time.
func TestSnapshotsEnd(t *testing.T) {
	from, made := keeping(t, 1)
	from.initChain()
	from.finalize(1)
	from.commit()
	<-made
	for h := int64(2); h <= 6; h++ {
		from.finalize(h)
		from.commit()
	}
	_, appHash := from.store.Version()
	from.server.Close()
	list, err := from.server.ListSnapshots(ctx, &types.RequestListSnapshots{})
	require.NoError(t, err)
	require.NotEmpty(t, list.Snapshots)

	to := newNode(t)
	_, err = to.server.OfferSnapshot(ctx, &types.RequestOfferSnapshot{Snapshot: list.Snapshots[0], AppHash: appHash})
	require.NoError(t, err)
	began := time.Now()
	to.server.Close()
	require.Less(t, time.Since(began), 10*time.Second)
	to.restart()
	height, _ := to.store.Version()
	require.Zero(t, height)
	to.initChain()
}
