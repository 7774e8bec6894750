package abci_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/abci"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/trace"
)

// TestTraceOfABlock: what differs from the block is said; a trace that takes too
// long is given up and keeps its turn until it has ended.
func TestTraceOfABlock(t *testing.T) {
	n := newNode(t)
	release := make(chan struct{})
	var result *types.ExecTxResult
	var height int64
	n.version.MaxTraces, n.version.TraceTimeout = 1, 50*time.Millisecond
	n.version.FindTx = func(hash string) (abci.Found, error) {
		switch hash {
		case "wait":
			<-release
			return abci.Found{}, errors.New("too late")
		case "panic":
			panic("oops")
		case "none":
			return abci.Found{}, fmt.Errorf("no block has it: %w", chain.ErrNotFound)
		}
		req := &types.RequestFinalizeBlock{Height: height, Time: start.Add(time.Duration(height) * time.Second), Txs: [][]byte{[]byte("garbage")}}
		return abci.Found{Block: abci.BlockInput(req), Result: result}, nil
	}
	n.restart()
	n.initChain()
	n.finalize(1)
	n.commit()
	n.finalize(2)
	n.commit()
	height = 2

	out, err := n.server.Trace(ctx, trace.Request{Hash: "it"})
	require.NoError(t, err)
	require.Equal(t, trace.KindTransaction, out.Kind)
	require.Equal(t, "sdk/2", fmt.Sprintf("%s/%d", out.Codespace, out.Code))
	require.Empty(t, out.Differs)
	result = &types.ExecTxResult{Code: 2, Codespace: "sdk"}
	out, err = n.server.Trace(ctx, trace.Request{Hash: "it"})
	require.NoError(t, err)
	require.Empty(t, out.Differs)
	result = &types.ExecTxResult{GasUsed: 7, GasWanted: 8, Data: []byte{1}, Events: []types.Event{{Type: "x"}}}
	out, err = n.server.Trace(ctx, trace.Request{Hash: "it"})
	require.NoError(t, err)
	require.Len(t, out.Differs, 5, "%q", out.Differs)

	for _, in := range []trace.Request{{}, {Hash: "a", Path: "b"}, {Tx: []byte{1}, Hash: "a"}} {
		_, err = n.server.Trace(ctx, in)
		require.Equal(t, codes.InvalidArgument, status.Code(err), "%+v", in)
	}
	_, err = n.server.Trace(ctx, trace.Request{Hash: "none"})
	require.ErrorIs(t, err, chain.ErrNotFound)
	_, err = n.server.Trace(ctx, trace.Request{Hash: "panic"})
	require.ErrorContains(t, err, "oops")
	_, err = n.server.Trace(ctx, trace.Request{Path: "/nothing"})
	require.ErrorIs(t, err, chain.ErrUnknownRequest)

	_, err = n.server.Trace(ctx, trace.Request{Hash: "wait"})
	require.Equal(t, codes.DeadlineExceeded, status.Code(err))
	impatient, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	_, err = n.server.Trace(impatient, trace.Request{Hash: "it"})
	require.Equal(t, codes.Canceled, status.Code(err), "its turn is not over")
	close(release)
	require.Eventually(t, func() bool {
		_, err := n.server.Trace(ctx, trace.Request{Hash: "it"})
		return err == nil
	}, 5*time.Second, time.Millisecond)
	require.Empty(t, n.faults)
}
