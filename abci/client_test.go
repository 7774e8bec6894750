package abci_test

import (
	"context"
	"errors"
	"testing"

	"github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/abci"
	"github.com/weftchain/weft/chain"
)

// TestCheckFaultIsRefused makes every check a fault, here by a server without
// an application: CometBFT must get an answer and the node the fault.
func TestCheckFaultIsRefused(t *testing.T) {
	var fault error
	made, err := abci.NewCreator(abci.New(nil, abci.Options{Fault: func(err error) { fault = err }})).NewABCIClient()
	require.NoError(t, err)
	var called *types.ResponseCheckTx
	made.SetResponseCallback(func(_ *types.Request, res *types.Response) { called = res.GetCheckTx() })
	done, err := made.CheckTxAsync(context.Background(), &types.RequestCheckTx{Tx: []byte{1}})
	require.NoError(t, err)
	require.ErrorContains(t, fault, "check transaction: panic")
	require.Equal(t, chain.ErrInternal.Code, called.Code)
	require.Equal(t, called, done.Response.GetCheckTx())
	require.False(t, errors.Is(fault, chain.ErrInternal), "a fault is no verdict")
}
