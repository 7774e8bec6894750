package abci_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/app"
	"github.com/weftchain/weft/chain/layout"
	cmtpb "github.com/weftchain/weft/proto/cosmos/base/tendermint/v1beta1"
)

const syncing = "/cosmos.base.tendermint.v1beta1.Service/GetSyncing"

// TestAskNode: what asks about the node goes to Options.Node, through the ABCI
// door as well, and nothing else does.
func TestAskNode(t *testing.T) {
	n := newNode(t)
	var asked []string
	n.version.Node = func(_ context.Context, path string, data []byte) ([]byte, bool, error) {
		asked = append(asked, path)
		switch {
		case path != syncing:
			return nil, false, nil
		case string(data) == "missing":
			return nil, true, status.Error(codes.NotFound, "nothing here")
		case string(data) == "panic":
			panic("oops")
		}
		return append([]byte("got "), data...), true, nil
	}
	n.restart()
	n.initChain()
	n.finalize(1)
	n.commit()
	res := n.query(&types.RequestQuery{Path: syncing, Data: []byte("x")})
	require.Zero(t, res.Code, res.Log)
	require.Equal(t, "got x", string(res.Value))
	require.Equal(t, int64(1), res.Height)
	res = n.query(&types.RequestQuery{Path: syncing, Data: []byte("missing")})
	require.Equal(t, uint32(22), res.Code)
	require.Equal(t, "rpc error: code = NotFound desc = nothing here: key not found", res.Log)
	res = n.query(&types.RequestQuery{Path: syncing, Data: []byte("panic")})
	require.NotZero(t, res.Code)
	require.Contains(t, res.Log, "oops")
	res = n.query(&types.RequestQuery{Path: syncing, Prove: true})
	require.Equal(t, uint32(18), res.Code, res.Log)
	asked = nil
	res = n.query(&types.RequestQuery{Path: "/cosmos.bank.v1beta1.Query/Params"})
	require.Zero(t, res.Code, res.Log)
	require.Equal(t, []string{"/cosmos.bank.v1beta1.Query/Params"}, asked)
	require.Empty(t, n.faults)
}

// TestAskTime: a query that takes too long is given up, and keeps its turn until
// it has ended, so that clients cannot pile up work that nobody waits for.
func TestAskTime(t *testing.T) {
	n := newNode(t)
	release, began := make(chan struct{}), make(chan struct{}, 1)
	n.version.MaxQueries, n.version.QueryTimeout = 1, 20*time.Millisecond
	n.version.Node = func(_ context.Context, path string, _ []byte) ([]byte, bool, error) {
		if path != syncing {
			return nil, false, nil
		}
		began <- struct{}{}
		<-release
		return nil, true, nil
	}
	n.restart()
	n.initChain()
	n.finalize(1)
	n.commit()
	_, err := n.server.Ask(ctx, app.Query{Path: syncing})
	require.Equal(t, codes.DeadlineExceeded, status.Code(err))
	require.ErrorContains(t, err, "longer than 20ms: ask for less, or raise query-timeout in app.toml")
	<-began
	short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	_, err = n.server.Ask(short, app.Query{Path: "/cosmos.bank.v1beta1.Query/Params"})
	require.Equal(t, codes.Canceled, status.Code(err), "its turn is not free")
	close(release)
	require.Eventually(t, func() bool {
		_, err = n.server.Ask(ctx, app.Query{Path: "/cosmos.bank.v1beta1.Query/Params"})
		return err == nil
	}, 5*time.Second, time.Millisecond)
}

// TestNested: the method that carries queries of the ABCI door gives the same
// answers and proofs, and carries nothing that has a method of its own.
func TestNested(t *testing.T) {
	n := running(t)
	const path = "/cosmos.base.tendermint.v1beta1.Service/ABCIQuery"
	ask := func(in *cmtpb.ABCIQueryRequest) (*types.ResponseQuery, *cmtpb.ABCIQueryResponse) {
		res := n.query(&types.RequestQuery{Path: path, Data: marshal(t, in)})
		var out cmtpb.ABCIQueryResponse
		require.NoError(t, out.Unmarshal(res.Value))
		return res, &out
	}
	key := append([]byte{}, layout.BankSupplyPrefix...)
	key = append(key, "uweft"...)
	direct := n.query(&types.RequestQuery{Path: "/store/bank/key", Data: key, Prove: true})
	require.Zero(t, direct.Code, direct.Log)
	res, nested := ask(&cmtpb.ABCIQueryRequest{Path: "/store/bank/key", Data: key, Prove: true})
	require.Zero(t, res.Code, res.Log)
	require.Equal(t, direct.Value, nested.Value)
	require.Equal(t, direct.Height, nested.Height)
	require.Len(t, nested.ProofOps.Ops, 2)
	require.Equal(t, direct.ProofOps.Ops[1].Data, nested.ProofOps.Ops[1].Data)
	_, nested = ask(&cmtpb.ABCIQueryRequest{Path: "/app/version"})
	require.Equal(t, "v1.2.3", string(nested.Value))
	_, nested = ask(&cmtpb.ABCIQueryRequest{Path: "/app/simulate", Data: []byte("no transaction")})
	require.NotZero(t, nested.Code)
	_, nested = ask(&cmtpb.ABCIQueryRequest{Path: "/store/none/key", Data: key})
	require.Equal(t, uint32(6), nested.Code)
	for _, bad := range []string{"", "/", path, "/cosmos.bank.v1beta1.Query/Params", "/p2p/filter/addr/x", strings.Repeat("a", 5_000)} {
		res, _ = ask(&cmtpb.ABCIQueryRequest{Path: bad})
		require.Equal(t, uint32(18), res.Code, res.Log)
		require.Contains(t, res.Log, "must begin with /store/ or /app/")
	}
	res = n.query(&types.RequestQuery{Path: path, Data: []byte{0xff}})
	require.Equal(t, uint32(18), res.Code)
	require.Empty(t, n.faults)
}
