package app

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/state"
)

// Query asks for a path at a height (0: the last commit).
type Query struct {
	Path   string
	Data   []byte
	Height int64
	Prove  bool
}

// Answer is what a query found. Key and Proof are set for reads of the store.
type Answer struct {
	Height int64
	Key    []byte
	Value  []byte
	Proof  []state.ProofOp
}

// MethodError is what a query's method refused with, as opposed to what is
// wrong with the query itself. Clients of the reference see codes of the former
// only through their gRPC status.
type MethodError struct{ err error }

// Error returns the method's text.
func (e *MethodError) Error() string { return e.err.Error() }

// Unwrap returns the method's error.
func (e *MethodError) Unwrap() error { return e.err }

// maxQueryPath bounds the text of a path.
const maxQueryPath = 256

// Query answers "/package.Service/Method" and "/store/NAME/key". The error is
// a gRPC status, a verdict, or a fault; none of them stops the node.
func (a *App) Query(q Query) (ans Answer, err error) { return a.query(q, nil) }

// query is Query that somebody may watch.
func (a *App) query(q Query, o chain.Observer) (ans Answer, err error) {
	defer recovered(&err)
	if len(q.Path) > maxQueryPath {
		return Answer{}, fmt.Errorf("query path of %d characters: %w", len(q.Path), chain.ErrUnknownRequest)
	}
	route, known := a.queries[q.Path]
	store, isStore := storePath(q.Path)
	if !known && !isStore {
		return Answer{}, fmt.Errorf("unknown query path %q: %w", q.Path, chain.ErrUnknownRequest)
	}
	if q.Prove && !isStore {
		return Answer{}, fmt.Errorf("only /store/NAME/key answers with a proof: %w", chain.ErrInvalidRequest)
	}
	view, err := a.viewAt(q.Height)
	if err != nil {
		return Answer{}, err
	}
	defer view.Close()
	if isStore {
		return readStore(view, store, q)
	}
	return a.serve(view, route, q.Data, o)
}

// QueryPaths lists the methods that Query answers, sorted.
func (a *App) QueryPaths() []string {
	return slices.Sorted(maps.Keys(a.queries))
}

// viewAt opens the state of a height.
func (a *App) viewAt(height int64) (*state.View, error) {
	last, _ := a.store.Version()
	switch {
	case height < 0:
		return nil, fmt.Errorf("cannot query with height < 0; please provide a valid height: %w", chain.ErrInvalidHeight)
	case last == 0:
		return nil, fmt.Errorf("the chain has no block yet, wait for the first: %w", chain.ErrInvalidHeight)
	case height > last:
		return nil, fmt.Errorf("cannot query with height in the future; please provide a valid height (latest height: %d): %w", last, chain.ErrInvalidHeight)
	case height == 0:
		return a.store.Latest(), nil
	}
	view, err := a.store.At(height)
	if errors.Is(err, state.ErrNoVersion) {
		return nil, fmt.Errorf("failed to load state at height %d; %v (latest height: %d): %w", height, err, last, chain.ErrNotFound)
	}
	return view, err
}

// storePath takes the store's name out of "/store/NAME/key".
func storePath(path string) (string, bool) {
	parts := strings.Split(path, "/")
	if len(parts) != 4 || parts[0] != "" || parts[1] != "store" || parts[3] != "key" {
		return "", false
	}
	return parts[2], true
}

// maxStoreKey bounds the key of a read.
const maxStoreKey = 128 << 10

func readStore(view *state.View, store string, q Query) (Answer, error) {
	if len(q.Data) == 0 || len(q.Data) > maxStoreKey {
		return Answer{}, fmt.Errorf("a key has 1 to %d bytes, this one %d: %w", maxStoreKey, len(q.Data), chain.ErrTxDecode)
	}
	if !view.Has(store) {
		return Answer{}, fmt.Errorf("no such store: %.60s: %w", store, chain.ErrUnknownRequest)
	}
	ans := Answer{Height: view.Height(), Key: q.Data}
	var err error
	if q.Prove {
		ans.Value, ans.Proof, err = view.Prove(store, q.Data)
	} else {
		ans.Value, err = view.Get(store, q.Data)
	}
	return ans, err
}

func (a *App) serve(view *state.View, route chain.Route, data []byte, o chain.Observer) (Answer, error) {
	req := route.New()
	if err := req.Unmarshal(data); err != nil {
		return Answer{}, status.Errorf(codes.InvalidArgument, "request: %v", err)
	}
	block, err := a.queryBlock(view.Height(), view.Branch())
	if err != nil {
		return Answer{}, err
	}
	// A contract's query gets QueryGasLimit in app/wasm; what modules answer is
	// bounded by pages, and this bounds the rest.
	block.Calls.Observer = o
	env := block.Begin(nil, a.limitGas(block.Block))
	res, err := route.Handle(env, req)
	if err != nil {
		return Answer{}, &MethodError{chain.WithPath(env, err)}
	}
	value, err := res.Marshal()
	return Answer{Height: view.Height(), Value: value}, err
}

// limitGas lowers a query's bounds to what this node allows and returns the
// bound of the whole query.
func (a *App) limitGas(block *chain.Block) uint64 {
	limit := block.Params.SimulationGasLimit
	if a.queryGas > 0 {
		limit = min(limit, a.queryGas)
		block.Params.QueryGasLimit = min(block.Params.QueryGasLimit, a.queryGas)
	}
	return limit
}

// queryBlock is the environment of a committed block.
func (a *App) queryBlock(height int64, branch chain.Branch) (*chain.Env, error) {
	block := &chain.Block{ChainID: a.chainID, Height: height}
	for _, recent := range []*chain.Block{a.last.Load(), a.next.Load()} {
		if recent != nil && recent.Height == height {
			block.Time, block.Hash, block.Proposer = recent.Time, recent.Hash, recent.Proposer
		}
	}
	if block.Time.Equal(time.Time{}) && a.blockTime != nil {
		block.Time, _ = a.blockTime(height)
	}
	return a.env(block, branch)
}
