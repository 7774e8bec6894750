package abci

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cometbft/cometbft/abci/types"

	"github.com/weftchain/weft/app"
)

// AppVersion is the version of the rules, which stands in block headers.
const AppVersion = 1

// Options say what a Server is told.
type Options struct {
	// Version is the version of the program, for Info.
	Version string
	// Fault is called with a fault of this node; the node must stop then. It
	// may be called from several goroutines.
	Fault func(error)
	// MaxQueries bounds how many queries run at once; 0 is DefaultMaxQueries.
	MaxQueries int
	// QueryTimeout bounds how long a query may take; 0 is DefaultQueryTimeout.
	QueryTimeout time.Duration
	// Node answers the methods that ask about this node and its blocks, and
	// reports false for all others. It may be nil. No contract gets there.
	Node func(ctx context.Context, path string, data []byte) (value []byte, known bool, err error)
	// FindTx returns the transaction of a block with a hash (hexadecimal digits),
	// for its trace. It may be nil. An error is told to who asked.
	FindTx func(hash string) (Found, error)
	// MaxTraces bounds how many traces are made at once; 0 is DefaultMaxTraces.
	MaxTraces int
	// TraceTimeout bounds how long one may take; 0 is DefaultTraceTimeout.
	TraceTimeout time.Duration
	// Committed is told each block that has become durable. It may be nil.
	Committed func(Committed)
	// Retain tells, after a commit, below which height CometBFT may remove blocks; 0:
	// none. It may be nil.
	Retain func(height int64) int64
	// Snapshots are made for others, and taken from them.
	Snapshots SnapshotOptions
}

// Committed is what there is to tell of a block.
type Committed struct {
	Height  int64
	Txs     int
	Failed  int
	GasUsed uint64
	AppHash []byte
	// Took is the time from the start of its execution to its commit, without
	// what CometBFT did in between.
	Took time.Duration
	// Commit is the part of Took that made it durable.
	Commit time.Duration
}

// DefaultMaxQueries is how many queries run at once unless configured.
const DefaultMaxQueries = 16

// DefaultQueryTimeout is how long a query may take unless configured.
const DefaultQueryTimeout = 10 * time.Second

// Server is an ABCI application over an App.
type Server struct {
	types.BaseApplication
	app     *app.App
	opts    Options
	queries chan struct{} // one token a running query
	traces  chan struct{} // one token a trace that is made
	block   Committed     // the last that was executed; consensus calls only

	executing atomic.Bool // from the beginning of a block to its commit

	counts    counts
	restoring *restoration // calls of state sync only
	behind    sync.WaitGroup
	life      context.Context // of what goes on behind the blocks
	end       context.CancelFunc
}

// New returns a Server.
func New(a *app.App, opts Options) *Server {
	if opts.MaxQueries <= 0 {
		opts.MaxQueries = DefaultMaxQueries
	}
	if opts.QueryTimeout <= 0 {
		opts.QueryTimeout = DefaultQueryTimeout
	}
	if opts.MaxTraces <= 0 {
		opts.MaxTraces = DefaultMaxTraces
	}
	if opts.TraceTimeout <= 0 {
		opts.TraceTimeout = DefaultTraceTimeout
	}
	s := &Server{app: a, opts: opts, queries: make(chan struct{}, opts.MaxQueries), traces: make(chan struct{}, opts.MaxTraces)}
	s.life, s.end = context.WithCancel(context.Background())
	if keeper := opts.Snapshots.Keeper; keeper != nil {
		keeper.Pause(s.rest(time.Sleep))
	}
	return s
}

// fault reports what ends this node and passes it on.
func (s *Server) fault(during string, err error) error {
	err = fmt.Errorf("%s: %w", during, err)
	s.opts.Fault(err)
	return err
}

// guard turns a panic into a fault: no panic may leave consensus hanging.
func (s *Server) guard(during string, err *error) {
	if r := recover(); r != nil {
		*err = s.fault(during, fmt.Errorf("panic: %v\n%s", r, debug.Stack()))
	}
}

// Info tells CometBFT what is durable, so that it replays the rest.
func (s *Server) Info(context.Context, *types.RequestInfo) (*types.ResponseInfo, error) {
	height, hash := s.app.Info()
	return &types.ResponseInfo{
		Data: "weft", Version: s.opts.Version, AppVersion: AppVersion,
		LastBlockHeight: height, LastBlockAppHash: hash,
	}, nil
}
