package rpc

import (
	"context"
	"net/http"

	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	rpctypes "github.com/cometbft/cometbft/rpc/jsonrpc/types"
	"github.com/cometbft/cometbft/types"
)

// Local are the functions behind the door for callers in this process, such as
// the gRPC and REST doors: the same answers and the same bounds on a search,
// without turns and rates, which callers have of their own.
type Local struct{ door *Door }

// Local returns the functions behind the door. They work whether the door
// listens or not.
func (d *Door) Local() Local { return Local{d} }

func within(ctx context.Context) *rpctypes.Context {
	return &rpctypes.Context{HTTPReq: (&http.Request{}).WithContext(ctx)}
}

// Status tells of the node, and of the door as the address of its RPC.
func (l Local) Status(ctx context.Context) (*coretypes.ResultStatus, error) {
	return l.door.status(within(ctx))
}

// Block returns a block; nil is the latest.
func (l Local) Block(ctx context.Context, height *int64) (*coretypes.ResultBlock, error) {
	return l.door.opts.Env.Block(within(ctx), height)
}

// BlockResults returns what executing a block gave; nil is the latest.
func (l Local) BlockResults(ctx context.Context, height *int64) (*coretypes.ResultBlockResults, error) {
	return l.door.opts.Env.BlockResults(within(ctx), height)
}

// Header returns the header of a block; nil is the latest.
func (l Local) Header(ctx context.Context, height *int64) (*coretypes.ResultHeader, error) {
	return l.door.opts.Env.Header(within(ctx), height)
}

// Validators returns a page of the validators of a height.
func (l Local) Validators(ctx context.Context, height *int64, page, perPage *int) (*coretypes.ResultValidators, error) {
	return l.door.opts.Env.Validators(within(ctx), height, page, perPage)
}

// Tx returns a transaction. It waits a moment for the index of the last block.
func (l Local) Tx(ctx context.Context, hash []byte, prove bool) (*coretypes.ResultTx, error) {
	l.indexed(ctx)
	return l.door.opts.Env.Tx(within(ctx), hash, prove)
}

// TxSearch returns a page of the transactions that a query finds. It waits a
// moment for the index of the last block.
func (l Local) TxSearch(ctx context.Context, query string, prove bool, page, perPage *int, order string) (*coretypes.ResultTxSearch, error) {
	l.indexed(ctx)
	return l.door.txSearch(within(ctx), query, prove, page, perPage, order)
}

func (l Local) indexed(ctx context.Context) {
	if committed := l.door.opts.Committed; committed != nil {
		l.door.index.wait(ctx, committed())
	}
}

// BroadcastTxSync hands a transaction to the mempool and waits for its check.
func (l Local) BroadcastTxSync(ctx context.Context, tx types.Tx) (*coretypes.ResultBroadcastTx, error) {
	return l.door.opts.Env.BroadcastTxSync(within(ctx), tx)
}

// BroadcastTxAsync hands a transaction to the mempool.
func (l Local) BroadcastTxAsync(ctx context.Context, tx types.Tx) (*coretypes.ResultBroadcastTx, error) {
	return l.door.opts.Env.BroadcastTxAsync(within(ctx), tx)
}
