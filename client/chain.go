package client

import (
	"context"
	"time"

	coretypes "github.com/cometbft/cometbft/rpc/core/types"

	tmproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/types"

	abci "github.com/weftchain/weft/proto/cosmos/base/abci/v1beta1"
)

// Header returns the header of a block; height 0 is the latest.
func (c *Client) Header(ctx context.Context, height int64) (*types.Header, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	res, err := c.rpc.Header(ctx, some(height))
	if err != nil {
		return nil, c.call("header", err)
	}
	if res.Header == nil {
		return nil, &NodeError{Method: "header", Text: "it has no such block"}
	}
	return res.Header, nil
}

// Block returns a block by its hash, else by its height; without either the
// latest.
func (c *Client) Block(ctx context.Context, height int64, hash []byte) (*tmproto.Block, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var res *coretypes.ResultBlock
	var err error
	if hash != nil {
		res, err = c.rpc.BlockByHash(ctx, hash)
	} else {
		res, err = c.rpc.Block(ctx, some(height))
	}
	if err != nil {
		return nil, c.call("block", err)
	}
	if res.Block == nil {
		return nil, &NodeError{Method: "block", Text: "it has no such block"}
	}
	return res.Block.ToProto()
}

// some is nil for 0, which CometBFT takes for the latest.
func some(height int64) *int64 {
	if height == 0 {
		return nil
	}
	return &height
}

// Search asks for transactions by the events that they caused.
type Search struct {
	Query      string // CometBFT's conditions: key=value joined by AND
	Page       int    // from 1
	Limit      int    // 1 to 100
	Descending bool
}

// SearchTxs returns a page of transactions, each with its body and the time of
// its block.
func (c *Client) SearchTxs(ctx context.Context, s Search) (*abci.SearchTxsResult, error) {
	callCtx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	found, err := c.rpc.TxSearch(callCtx, s.Query, false, &s.Page, &s.Limit, s.order())
	if err != nil {
		return nil, c.call("tx_search", err)
	}
	total := uint64(max(found.TotalCount, 0))
	res := &abci.SearchTxsResult{
		TotalCount: total, Count: uint64(len(found.Txs)), PageNumber: uint64(s.Page),
		PageTotal: (total + uint64(s.Limit) - 1) / uint64(s.Limit), Limit: uint64(s.Limit),
	}
	times := map[int64]string{}
	for _, t := range found.Txs {
		one, err := WithTx(TxResponse(t), t.Tx)
		if err != nil {
			return nil, err
		}
		if _, known := times[t.Height]; !known {
			header, err := c.Header(ctx, t.Height)
			if err != nil {
				return nil, err
			}
			times[t.Height] = header.Time.UTC().Format(time.RFC3339)
		}
		one.Timestamp = times[t.Height]
		res.Txs = append(res.Txs, one)
	}
	return res, nil
}
