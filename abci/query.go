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
func (s *Server) Query(ctx context.Context, req *types.RequestQuery) (*types.ResponseQuery, error) {
	ans, err := s.Ask(ctx, app.Query{Path: req.Path, Data: req.Data, Height: req.Height, Prove: req.Prove})
	return response(req, ans, err), nil
}

// response is the ABCI form of an answer or of an error.
func response(req *types.RequestQuery, ans app.Answer, err error) *types.ResponseQuery {
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

// Ask is Query for callers in this process, such as the gRPC and REST doors:
// one way for all of them, with the error as it is. A query that takes longer
// than it may is given up, but keeps its turn until it has really ended.
func (s *Server) Ask(ctx context.Context, q app.Query) (app.Answer, error) {
	started := time.Now()
	ans, err := s.answer(ctx, q)
	s.counts.query(time.Since(started), err == nil)
	return ans, err
}

// answer is Ask without the counting.
func (s *Server) answer(ctx context.Context, q app.Query) (app.Answer, error) {
	if err := s.turn(ctx); err != nil {
		return app.Answer{}, err
	}
	type outcome struct {
		ans app.Answer
		err error
	}
	done := make(chan outcome, 1)
	limit := s.opts.QueryTimeout
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	go func() {
		defer func() { <-s.queries }()
		ans, err := s.ask(ctx, q)
		done <- outcome{ans, err}
	}()
	select {
	case o := <-done:
		return o.ans, o.err
	case <-ctx.Done():
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		return app.Answer{}, status.Error(codes.Canceled, "the client went away")
	}
	return app.Answer{}, status.Errorf(codes.DeadlineExceeded,
		"the query takes longer than %s: ask for less, or raise query-timeout in app.toml", limit)
}

// turn waits until the query may run; the turn is given back by reading from
// s.queries.
func (s *Server) turn(ctx context.Context) error {
	select {
	case s.queries <- struct{}{}:
		return nil
	default:
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case s.queries <- struct{}{}:
		return nil
	case <-ctx.Done():
		return status.Error(codes.Canceled, "the client went away")
	case <-timer.C:
		return &busy{fmt.Sprintf("%d queries run at once: try again, or raise max-queries in app.toml", s.opts.MaxQueries)}
	}
}

// busy refuses a query for want of a turn. It is a verdict for clients of the
// ABCI door and ResourceExhausted for those of gRPC.
type busy struct{ text string }

func (b *busy) Error() string { return b.text + ": " + chain.ErrMempoolFull.Error() }

func (b *busy) Unwrap() error { return chain.ErrMempoolFull }

// GRPCStatus implements what package status asks errors for.
func (b *busy) GRPCStatus() *status.Status {
	return status.New(codes.ResourceExhausted, b.text)
}

// ask routes a query: to what asks about this node, or to the state. No panic
// leaves it.
func (s *Server) ask(ctx context.Context, q app.Query) (ans app.Answer, err error) {
	defer func() {
		if r := recover(); r != nil {
			ans, err = app.Answer{}, fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	switch q.Path {
	case simulatePath:
		return s.simulate(q)
	case nestedPath:
		return s.nested(q)
	case simulateJSONPath:
		return s.simulateJSON(q)
	case versionPath:
		return s.latest([]byte(s.opts.Version), nil)
	}
	if s.opts.Node != nil {
		if value, known, err := s.opts.Node(ctx, q.Path, q.Data); known {
			if q.Prove {
				err = fmt.Errorf("only /store/NAME/key answers with a proof: %w", chain.ErrInvalidRequest)
			}
			return s.latest(value, err)
		}
	}
	return s.app.Query(q)
}

// latest is the answer of what has no height of its own.
func (s *Server) latest(value []byte, err error) (app.Answer, error) {
	if err != nil {
		return app.Answer{}, err
	}
	height, _ := s.app.Info()
	return app.Answer{Height: height, Value: value}, nil
}

// refusal tells an error with the code that clients of the reference expect
// (cosmos-wire facts, section 10): on the way of a query method only the gRPC
// status counts, and registered errors have the status Unknown.
func refusal(req *types.RequestQuery, err error) *types.ResponseQuery {
	verdict, isVerdict := chain.Verdict(err)
	text, path := chain.ErrorText(err)
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
	return &types.ResponseQuery{Code: verdict.Code, Codespace: verdict.Codespace, Log: text + path, Height: req.Height}
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
