// Package service answers the methods that ask about a node and its blocks
// instead of about state: cosmos.tx.v1beta1.Service,
// cosmos.base.tendermint.v1beta1.Service and cosmos.base.node.v1beta1.Service.
// It turns what CometBFT's client interface tells into the messages of those
// services. Which door a request came through, and limits on requests, are left
// to others. Simulate and ABCIQuery are not here: package abci answers them.
package service

import (
	"context"
	"fmt"
	"sync"

	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	cmttypes "github.com/cometbft/cometbft/types"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/app"
	"github.com/weftchain/weft/chain"
	authpb "github.com/weftchain/weft/proto/cosmos/auth/v1beta1"
)

// Comet is what is asked of CometBFT; each of its own clients is one.
type Comet interface {
	Status(ctx context.Context) (*coretypes.ResultStatus, error)
	Block(ctx context.Context, height *int64) (*coretypes.ResultBlock, error)
	BlockResults(ctx context.Context, height *int64) (*coretypes.ResultBlockResults, error)
	Header(ctx context.Context, height *int64) (*coretypes.ResultHeader, error)
	Validators(ctx context.Context, height *int64, page, perPage *int) (*coretypes.ResultValidators, error)
	Tx(ctx context.Context, hash []byte, prove bool) (*coretypes.ResultTx, error)
	TxSearch(ctx context.Context, query string, prove bool, page, perPage *int, orderBy string) (*coretypes.ResultTxSearch, error)
	BroadcastTxSync(ctx context.Context, tx cmttypes.Tx) (*coretypes.ResultBroadcastTx, error)
	BroadcastTxAsync(ctx context.Context, tx cmttypes.Tx) (*coretypes.ResultBroadcastTx, error)
}

// State is what is asked of the application: its own methods at a height.
type State interface {
	Query(q app.Query) (app.Answer, error)
}

// Options are what a Services is made of.
type Options struct {
	Comet Comet
	State State
	// Info says what the operator configured and how the program was built.
	Info Info
	// MaxTxBytes bounds the transactions that are decoded and broadcast.
	MaxTxBytes int
}

// Services answers the methods.
type Services struct {
	o       Options
	methods map[string]method
	prefix  func() (chain.Bech32, error)
}

// method serves the bytes of a request.
type method func(ctx context.Context, data []byte) (chain.Message, error)

// New returns the services over a running node.
func New(o Options) *Services {
	s := &Services{o: o}
	s.prefix = remembered(s.askPrefix)
	s.methods = map[string]method{}
	for _, table := range []map[string]method{s.txMethods(), s.blockMethods(), s.nodeMethods()} {
		for path, m := range table {
			s.methods[path] = m
		}
	}
	return s
}

// Ask answers a method of this package; known is false for any other path. The
// error has a gRPC status.
func (s *Services) Ask(ctx context.Context, path string, data []byte) (value []byte, known bool, err error) {
	m, known := s.methods[path]
	if !known {
		return nil, false, nil
	}
	res, err := m(ctx, data)
	if err != nil {
		return nil, true, err
	}
	value, err = res.Marshal()
	return value, true, err
}

// Methods lists the paths that Ask knows, in no order.
func (s *Services) Methods() []string {
	paths := make([]string, 0, len(s.methods))
	for path := range s.methods {
		paths = append(paths, path)
	}
	return paths
}

// serve ties a method to the type of its request.
func serve[Q any, PQ interface {
	*Q
	chain.Message
}, R chain.Message](handle func(context.Context, PQ) (R, error)) method {
	return func(ctx context.Context, data []byte) (chain.Message, error) {
		req := PQ(new(Q))
		if err := req.Unmarshal(data); err != nil {
			return nil, status.Errorf(codes.InvalidArgument, "request: %v", err)
		}
		res, err := handle(ctx, req)
		if err != nil {
			return nil, err
		}
		return res, nil
	}
}

// remembered keeps the first answer that is no error.
func remembered[T any](ask func() (T, error)) func() (T, error) {
	var mu sync.Mutex
	var value T
	known := false
	return func() (T, error) {
		mu.Lock()
		defer mu.Unlock()
		if known {
			return value, nil
		}
		v, err := ask()
		if err == nil {
			value, known = v, true
		}
		return v, err
	}
}

// askPrefix asks the state for the chain's address prefix, which never changes.
func (s *Services) askPrefix() (chain.Bech32, error) {
	ans, err := s.o.State.Query(app.Query{Path: "/cosmos.auth.v1beta1.Query/Bech32Prefix"})
	if err != nil {
		return "", fmt.Errorf("the prefix of addresses: %w", err)
	}
	var res authpb.Bech32PrefixResponse
	if err := res.Unmarshal(ans.Value); err != nil {
		return "", err
	}
	return chain.Bech32(res.Bech32Prefix), nil
}

func invalid(format string, args ...any) error {
	return status.Errorf(codes.InvalidArgument, format, args...)
}

// unavailable says that CometBFT could not tell.
func unavailable(err error) error { return status.Errorf(codes.Unavailable, "%v", err) }
