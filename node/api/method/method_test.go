package method

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/node/api/limit"
	_ "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
)

func TestHeight(t *testing.T) {
	for _, c := range []struct {
		values []string
		want   int64
	}{{nil, 0}, {[]string{""}, 0}, {[]string{"0"}, 0}, {[]string{"7"}, 7}, {[]string{"9223372036854775807"}, 1<<63 - 1}} {
		got, err := Height(c.values)
		require.NoError(t, err)
		require.Equal(t, c.want, got)
	}
	for _, bad := range [][]string{{"-1"}, {"x"}, {"1.0"}, {"9223372036854775808"}, {"1", "2"}} {
		_, err := Height(bad)
		require.Equal(t, codes.InvalidArgument, status.Code(err), bad)
	}
}

func TestStatus(t *testing.T) {
	require.Nil(t, Status(nil))
	for _, c := range []struct {
		err  error
		code codes.Code
		text string
	}{
		{status.Error(codes.NotFound, "x"), codes.NotFound, "x"},
		{chain.ErrUnknownRequest, codes.Unknown, "codespace sdk code 6: unknown request"},
		{fmt.Errorf("outer: inner: %w", chain.ErrUnauthorized), codes.Unknown, "codespace sdk code 4: unauthorized: outer: inner"},
		{fmt.Errorf("future: %w", chain.ErrInvalidHeight), codes.InvalidArgument, "codespace sdk code 26: invalid height: future"},
		{fmt.Errorf("pruned: %w", chain.ErrNotFound), codes.NotFound, "codespace sdk code 38: not found: pruned"},
		{context.Canceled, codes.Canceled, "the client went away"},
		{context.DeadlineExceeded, codes.DeadlineExceeded, "the client's own deadline has passed"},
		{errors.New("disk is gone\ngoroutine 7"), codes.Internal, "this node cannot answer: disk is gone"},
	} {
		st := Status(c.err)
		require.Equal(t, c.code, st.Code())
		require.Equal(t, c.text, st.Message())
	}
	l := limit.New(limit.Config{Rate: 0.01, Burst: 1})
	require.NoError(t, l.Allow("a"))
	require.Equal(t, codes.ResourceExhausted, Status(l.Allow("a")).Code())
}

func TestTable(t *testing.T) {
	table, err := Table([]string{"/cosmos.tx.v1beta1.Service/Simulate", "/cosmos.tx.v1beta1.Service/GetTx", "/cosmos.tx.v1beta1.Service/GetTx"})
	require.NoError(t, err)
	require.Len(t, table, 2)
	require.Equal(t, []Rule{{Verb: "GET", Template: "/cosmos/tx/v1beta1/txs/{hash}"}}, table[0].Rules)
	require.Equal(t, []Rule{{Verb: "POST", Template: "/cosmos/tx/v1beta1/simulate", Body: true}}, table[1].Rules)
	require.Equal(t, "cosmos/tx/v1beta1/service.proto", table[0].File)
	require.Equal(t, "*tx.GetTxRequest *tx.GetTxResponse", fmt.Sprintf("%T %T", table[0].Request(), table[0].Response()))
}
