package abci

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/cometbft/cometbft/abci/types"
	sm "github.com/cometbft/cometbft/state"
	cmttypes "github.com/cometbft/cometbft/types"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/app"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/trace"
)

// Traces are dear: few are made at once, and each has its time.
const (
	// DefaultMaxTraces is how many traces are made at once unless configured.
	DefaultMaxTraces = 2
	// DefaultTraceTimeout is how long one may take unless configured: a profile of
	// a contract that had none yet begins with compiling it.
	DefaultTraceTimeout = 50 * time.Second
)

// Found is a transaction of a block, with all that the block was executed with.
type Found struct {
	Block  app.BlockInput
	Index  int
	Result *types.ExecTxResult // as committed; nil if it is not known
}

// Trace makes a trace. The error is a gRPC status, a verdict or a fault, as of
// Ask. One that takes too long is given up, but keeps its turn until it has ended.
func (s *Server) Trace(ctx context.Context, in trace.Request) (*trace.Trace, error) {
	select {
	case s.traces <- struct{}{}:
	case <-ctx.Done():
		return nil, errWentAway
	case <-time.After(patience):
		return nil, &busy{fmt.Sprintf("%d traces are made at once: try again, or raise max-traces in section [trace] of app.toml", cap(s.traces))}
	}
	type outcome struct {
		out *trace.Trace
		err error
	}
	done := make(chan outcome, 1)
	ctx, cancel := context.WithTimeout(ctx, s.opts.TraceTimeout)
	defer cancel()
	tooLong := status.Errorf(codes.DeadlineExceeded,
		"the trace takes longer than %s: try again (what was compiled stays), or raise timeout in section [trace] of app.toml", s.opts.TraceTimeout)
	go func() {
		defer func() { <-s.traces }()
		defer func() {
			if r := recover(); r != nil {
				done <- outcome{nil, fmt.Errorf("panic: %v\n%s", r, debug.Stack())}
			}
		}()
		out, err := s.traced(in, app.Tracing{Profile: in.Profile, Stop: func() error {
			if ctx.Err() != nil {
				return tooLong
			}
			return nil
		}})
		done <- outcome{out, err}
	}()
	select {
	case o := <-done:
		return o.out, o.err
	case <-ctx.Done():
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		return nil, errWentAway
	}
	return nil, tooLong
}

var errWentAway = status.Error(codes.Canceled, "the client went away")

func (s *Server) traced(in trace.Request, t app.Tracing) (*trace.Trace, error) {
	switch {
	case len(in.Tx) > 0 && in.Hash == "" && in.Path == "":
		return s.app.TraceSimulation(in.Tx, t)
	case in.Hash != "" && len(in.Tx) == 0 && in.Path == "":
		return s.tracedBlock(in.Hash, t)
	case in.Path != "" && len(in.Tx) == 0 && in.Hash == "":
		return s.app.TraceQuery(app.Query{Path: in.Path, Data: in.Data, Height: in.Height}, t)
	}
	return nil, status.Error(codes.InvalidArgument, "give one of tx, hash and path: docs/spec/trace.md shows the form")
}

// PastBlock is what CometBFT executed a block with. validators are those of the
// height before, who signed the commit in it; the first block has none.
func PastBlock(block *cmttypes.Block, validators *cmttypes.ValidatorSet, initialHeight int64) app.BlockInput {
	req := &types.RequestFinalizeBlock{
		Height: block.Height, Time: block.Time, Hash: block.Hash(), ProposerAddress: block.ProposerAddress,
		Txs: block.Txs.ToSliceOfBytes(), Misbehavior: block.Evidence.Evidence.ToABCI(),
	}
	if block.Height > initialHeight {
		req.DecidedLastCommit = sm.BuildLastCommitInfo(block, validators, initialHeight)
	}
	return BlockInput(req)
}

// tracedBlock executes a block's transaction once more.
func (s *Server) tracedBlock(hash string, t app.Tracing) (*trace.Trace, error) {
	if s.opts.FindTx == nil {
		return nil, fmt.Errorf("this node cannot look up transactions: %w", chain.ErrInvalidRequest)
	}
	found, err := s.opts.FindTx(hash)
	if err != nil {
		return nil, err
	}
	out, res, err := s.app.TraceBlock(found.Block, found.Index, t)
	if err != nil || found.Result == nil {
		return out, err
	}
	out.Differs = app.Differences(committed(found.Result), res)
	return out, nil
}

// committed is the result that a block has for a transaction.
func committed(r *types.ExecTxResult) chain.Result {
	res := chain.Result{
		Code: r.Code, Codespace: r.Codespace, Data: r.Data, GasWanted: uint64(r.GasWanted), GasUsed: uint64(r.GasUsed),
		Events: make([]chain.Event, len(r.Events)),
	}
	for i, e := range r.Events {
		res.Events[i] = chain.Event{Type: e.Type, Attributes: make([]chain.Attribute, len(e.Attributes))}
		for k, a := range e.Attributes {
			res.Events[i].Attributes[k] = chain.Attribute{Key: a.Key, Value: a.Value}
		}
	}
	return res
}
