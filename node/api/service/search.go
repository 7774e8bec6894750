package service

import (
	"context"
	"errors"
	"math"
	"strings"

	"github.com/cometbft/cometbft/libs/pubsub/query"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/client"
	querypb "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
)

// Bounds of a search. CometBFT's own page has at most 100 transactions.
const (
	maxPage       = 100
	maxQueryBytes = 512
	// maxPageBytes ends a page of transactions early: 100 of 4 MiB would not fit
	// into an answer.
	maxPageBytes = 8 << 20
)

// search finds transactions by their events. Old clients give the conditions
// in events and the page in pagination; both are understood.
func (s *Services) search(ctx context.Context, req *txpb.GetTxsEventRequest) (*txpb.GetTxsEventResponse, error) {
	text := req.Query
	if text == "" {
		text = strings.Join(req.Events, " AND ")
	}
	if err := checkQuery(text); err != nil {
		return nil, err
	}
	page, limit, err := searchPage(req)
	if err != nil {
		return nil, err
	}
	order := ""
	switch req.OrderBy {
	case txpb.OrderBy_ORDER_BY_UNSPECIFIED, txpb.OrderBy_ORDER_BY_ASC:
		order = "asc"
	case txpb.OrderBy_ORDER_BY_DESC:
		order = "desc"
	default:
		return nil, invalid("unknown order %d", req.OrderBy)
	}
	found, err := s.o.Comet.TxSearch(ctx, text, false, &page, &limit, order)
	if err != nil {
		return nil, searchError(err)
	}
	res := &txpb.GetTxsEventResponse{
		Total: uint64(found.TotalCount), Pagination: &querypb.PageResponse{Total: uint64(found.TotalCount)},
	}
	times, size := map[int64]string{}, 0
	for _, f := range found.Txs {
		t, one, err := s.response(ctx, f, times)
		if err != nil {
			return nil, err
		}
		if size += one.Size() + t.Size(); size > maxPageBytes {
			return nil, status.Errorf(codes.ResourceExhausted, "these transactions have more than %d bytes: ask with a smaller limit than %d", maxPageBytes, limit)
		}
		res.Txs = append(res.Txs, t)
		res.TxResponses = append(res.TxResponses, one)
	}
	return res, nil
}

func checkQuery(text string) error {
	if text == "" {
		return invalid("query cannot be empty: ask for what happened, such as message.sender='ADDRESS'")
	}
	if len(text) > maxQueryBytes {
		return invalid("query of %d bytes, at most %d", len(text), maxQueryBytes)
	}
	if _, err := query.New(text); err != nil {
		return invalid("query: %v", err)
	}
	return nil
}

// searchPage reads which page is wanted, counted from 1.
func searchPage(req *txpb.GetTxsEventRequest) (page, limit int, err error) {
	number, size := req.Page, req.Limit
	if p := req.Pagination; p != nil && number == 0 && size == 0 {
		size = p.Limit
		if size == 0 || size > maxPage {
			size = maxPage
		}
		number = p.Offset/size + 1
	}
	if size == 0 || size > maxPage {
		size = maxPage
	}
	if number == 0 {
		number = 1
	}
	if number > math.MaxInt32 {
		return 0, 0, invalid("page %d, at most %d", number, math.MaxInt32)
	}
	return int(number), int(size), nil
}

// searchError sorts CometBFT's texts: what the client asked wrongly, and what
// this node does not have.
func searchError(err error) error {
	text := err.Error()
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return status.Error(codes.DeadlineExceeded, "the search takes too long: narrow it, such as with tx.height > N")
	case strings.Contains(text, "page should be within"), strings.Contains(text, "searching for a hash"):
		return invalid("%s", text)
	case strings.Contains(text, "indexing is disabled"):
		return status.Errorf(codes.Unavailable, "%s on this node: set indexer = \"kv\" in section [tx_index] of config.toml", text)
	}
	return unavailable(err)
}

// blockWithTxs returns a block and a page of its transactions, decoded.
func (s *Services) blockWithTxs(ctx context.Context, req *txpb.GetBlockWithTxsRequest) (*txpb.GetBlockWithTxsResponse, error) {
	block, err := s.block(ctx, req.Height)
	if err != nil {
		return nil, err
	}
	raws := block.Block.Txs
	from, limit := 0, maxPage
	if p := req.Pagination; p != nil {
		if len(p.Key) > 0 || p.Reverse {
			return nil, invalid("the transactions of a block are paged by offset and limit")
		}
		if p.Offset > uint64(len(raws)) || p.Offset == uint64(len(raws)) && p.Offset > 0 {
			return nil, invalid("out of range: cannot paginate %d txs with offset %d and limit %d", len(raws), p.Offset, p.Limit)
		}
		from = int(p.Offset)
		if p.Limit > 0 {
			limit = int(min(p.Limit, maxPage))
		}
	}
	res := &txpb.GetBlockWithTxsResponse{Pagination: &querypb.PageResponse{Total: uint64(len(raws))}}
	for _, raw := range raws[from:min(len(raws), from+limit)] {
		t, err := client.DecodeTx(raw)
		if err != nil { // keep the order: the n-th here is the n-th of the block
			t = &txpb.Tx{}
		}
		res.Txs = append(res.Txs, t)
	}
	id := block.BlockID.ToProto()
	res.BlockId = &id
	if res.Block, err = block.Block.ToProto(); err != nil {
		return nil, status.Errorf(codes.Internal, "block %d: %v", req.Height, err)
	}
	return res, nil
}
