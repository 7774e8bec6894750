package rpc

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"time"

	cmtlog "github.com/cometbft/cometbft/libs/log"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	rpcserver "github.com/cometbft/cometbft/rpc/jsonrpc/server"
	rpctypes "github.com/cometbft/cometbft/rpc/jsonrpc/types"
)

// CometVersion is what status calls the node's software. CometBFT v0.40.0 calls
// itself 0.39.0, which CosmJS does not know and takes for 0.37; the answers are
// those of 0.38 (design D15).
const CometVersion = "0.38.26"

// routes makes a handler of those functions of CometBFT that can be reached.
func (d *Door) routes(log cmtlog.Logger) http.Handler {
	all := d.opts.Env.GetRoutes()
	served := make(map[string]*rpcserver.RPCFunc, len(methods))
	for name := range methods {
		if f, ok := all[name]; ok {
			served[name] = f
		}
	}
	served["status"] = rpcserver.NewRPCFunc(d.status, "")
	served["genesis_chunked"] = rpcserver.NewRPCFunc(d.genesisChunked, "chunk", rpcserver.Cacheable())
	served["tx_search"] = rpcserver.NewRPCFunc(d.txSearch, "query,prove,page,per_page,order_by")
	served["block_search"] = rpcserver.NewRPCFunc(d.blockSearch, "query,page,per_page,order_by")
	mux := http.NewServeMux()
	rpcserver.RegisterRPCFuncs(mux, served, log)
	return mux
}

// status tells of the door where CometBFT would tell of itself.
func (d *Door) status(ctx *rpctypes.Context) (*coretypes.ResultStatus, error) {
	res, err := d.opts.Env.Status(ctx)
	if err != nil {
		return nil, err
	}
	res.NodeInfo.Version = CometVersion
	res.NodeInfo.Other.RPCAddress = d.opts.Address
	return res, nil
}

// genesisChunked keeps numbers out that CometBFT takes for negative ones.
func (d *Door) genesisChunked(ctx *rpctypes.Context, chunk uint) (*coretypes.ResultGenesisChunk, error) {
	if chunk > math.MaxInt32 {
		return nil, fmt.Errorf("there is no chunk %d", chunk)
	}
	return d.opts.Env.GenesisChunked(ctx, chunk)
}

func (d *Door) txSearch(ctx *rpctypes.Context, query string, prove bool, page, perPage *int, order string) (res *coretypes.ResultTxSearch, err error) {
	err = d.search(ctx, func(ctx *rpctypes.Context) error {
		res, err = d.opts.Env.TxSearch(ctx, query, prove, page, perPage, order)
		return err
	})
	return res, err
}

func (d *Door) blockSearch(ctx *rpctypes.Context, query string, page, perPage *int, order string) (res *coretypes.ResultBlockSearch, err error) {
	if len(query) > maxQueryBytes {
		return nil, errors.New("maximum query length exceeded")
	}
	err = d.search(ctx, func(ctx *rpctypes.Context) error {
		res, err = d.opts.Env.BlockSearch(ctx, query, page, perPage, order)
		return err
	})
	return res, err
}

// Reasons for which a search ends. CometBFT's search then returns what it has
// found so far as if that were all, which the door must not pass on.
var (
	errSearchTime  = errors.New("the search took longer than " + searchTime.String() + ": narrow it, with bounds such as tx.height>=100 AND tx.height<200")
	errSearchBytes = errors.New("the search read more of the index than max-search-mib in section [rpc-door] of app.toml allows: " +
		"narrow it, with bounds such as tx.height>=100 AND tx.height<200")
)

// search runs a search within bounds of time and of what it reads: CometBFT
// loads all that it finds before it takes the page that was asked for.
func (d *Door) search(outer *rpctypes.Context, run func(*rpctypes.Context) error) error {
	ctx, cancel := context.WithTimeoutCause(outer.Context(), searchTime, errSearchTime)
	defer cancel()
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	if d.opts.IndexRead != nil && d.opts.Config.SearchBytes > 0 {
		go d.watchSearch(ctx, stop)
	}
	inner := *outer
	inner.HTTPReq = outer.HTTPReq.WithContext(ctx)
	err := run(&inner)
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// watchSearch ends a search that reads too much. What others read at the same
// time counts as well; the bound is one for the node's memory.
func (d *Door) watchSearch(ctx context.Context, stop context.CancelCauseFunc) {
	began := d.opts.IndexRead()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if d.opts.IndexRead()-began > d.opts.Config.SearchBytes {
				stop(errSearchBytes)
				return
			}
		}
	}
}
