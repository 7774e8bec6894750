package abci

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/proto/tendermint/crypto"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/app"
	"github.com/weftchain/weft/chain"
)

// patience is how long a query waits for its turn.
const patience = 5 * time.Second

// Query answers a question about committed state. Whatever goes wrong becomes
// an answer; a query never stops the node.
func (s *Server) Query(_ context.Context, req *types.RequestQuery) (res *types.ResponseQuery, err error) {
	defer func() {
		if r := recover(); r != nil {
			res, err = refusal(req, fmt.Errorf("panic: %v\n%s", r, debug.Stack())), nil
		}
	}()
	select {
	case s.queries <- struct{}{}:
	case <-time.After(patience):
		return refusal(req, fmt.Errorf("%d queries run at once, try again: %w", s.opts.MaxQueries, chain.ErrMempoolFull)), nil
	}
	defer func() { <-s.queries }()
	return s.query(req), nil
}

func (s *Server) query(req *types.RequestQuery) *types.ResponseQuery {
	switch req.Path {
	case simulatePath:
		return s.simulate(req)
	case "/app/simulate":
		return s.simulateJSON(req)
	case "/app/version":
		height, _ := s.app.Info()
		return &types.ResponseQuery{Height: height, Value: []byte(s.opts.Version)}
	}
	ans, err := s.app.Query(app.Query{Path: req.Path, Data: req.Data, Height: req.Height, Prove: req.Prove})
	if err != nil {
		return refusal(req, err)
	}
	res := &types.ResponseQuery{Height: ans.Height, Key: ans.Key, Value: ans.Value}
	for _, op := range ans.Proof {
		if res.ProofOps == nil {
			res.ProofOps = &crypto.ProofOps{}
		}
		res.ProofOps.Ops = append(res.ProofOps.Ops, crypto.ProofOp{Type: op.Type, Key: op.Key, Data: op.Data})
	}
	return res
}

// refusal tells an error with the code that clients of the reference expect
// (cosmos-wire facts, section 10): on the way of a query method only the gRPC
// status counts, and registered errors have the status Unknown.
func refusal(req *types.RequestQuery, err error) *types.ResponseQuery {
	verdict, isVerdict := chain.Verdict(err)
	text := err.Error()
	var method *app.MethodError
	if errors.As(err, &method) || !isVerdict {
		verdict = chain.ErrInvalidRequest
		if st, ok := status.FromError(err); ok {
			verdict = byStatus(st.Code())
		} else if isVerdict {
			verdict = chain.ErrUnknownRequest
		}
		text += ": " + verdict.Error()
	}
	return &types.ResponseQuery{Code: verdict.Code, Codespace: verdict.Codespace, Log: text, Height: req.Height}
}

func byStatus(code codes.Code) *chain.Error {
	switch code {
	case codes.NotFound:
		return chain.ErrKeyNotFound
	case codes.InvalidArgument, codes.FailedPrecondition:
		return chain.ErrInvalidRequest
	case codes.Unauthenticated:
		return chain.ErrUnauthorized
	default:
		return chain.ErrUnknownRequest
	}
}
