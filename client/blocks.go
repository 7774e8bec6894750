package client

import (
	"context"

	coretypes "github.com/cometbft/cometbft/rpc/core/types"

	abci "github.com/weftchain/weft/proto/cosmos/base/abci/v1beta1"
)

// SearchBlocks returns a page of blocks by the events of the blocks themselves
// (those of the begin and the end of a block, and block.height).
func (c *Client) SearchBlocks(ctx context.Context, s Search) (*abci.SearchBlocksResult, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	found, err := c.rpc.BlockSearch(ctx, s.Query, &s.Page, &s.Limit, s.order())
	if err != nil {
		return nil, c.call("block_search", err)
	}
	total, limit := int64(max(found.TotalCount, 0)), int64(s.Limit)
	res := &abci.SearchBlocksResult{
		TotalCount: total, Count: int64(len(found.Blocks)), PageNumber: int64(s.Page),
		PageTotal: (total + limit - 1) / limit, Limit: limit,
	}
	for _, b := range found.Blocks {
		if b == nil || b.Block == nil {
			return nil, &NodeError{Method: "block_search", Text: "its answer holds an empty block"}
		}
		block, err := b.Block.ToProto()
		if err != nil {
			return nil, &NodeError{Method: "block_search", Text: err.Error()}
		}
		res.Blocks = append(res.Blocks, block)
	}
	return res, nil
}

// order is CometBFT's word for the order of a search.
func (s Search) order() string {
	if s.Descending {
		return "desc"
	}
	return "asc"
}

// BlockResults returns what executing a block gave, in CometBFT's own form;
// height 0 is the latest block that has results.
func (c *Client) BlockResults(ctx context.Context, height int64) (*coretypes.ResultBlockResults, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	res, err := c.rpc.BlockResults(ctx, some(height))
	return res, c.call("block_results", err)
}

// Validators returns a page (from 1) of the validators that sign the block of
// a height; height 0 is the latest.
func (c *Client) Validators(ctx context.Context, height int64, page, limit int) (*coretypes.ResultValidators, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	res, err := c.rpc.Validators(ctx, some(height), &page, &limit)
	return res, c.call("validators", err)
}
