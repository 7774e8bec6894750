package node

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	rpccore "github.com/cometbft/cometbft/rpc/core"
	"github.com/cometbft/cometbft/state/txindex/null"
	"github.com/cometbft/cometbft/types"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/abci"
	"github.com/weftchain/weft/app"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/trace"
	"github.com/weftchain/weft/node/api/rpc"
	"github.com/weftchain/weft/vm"
)

// TraceConfig is section [trace] of app.toml: traces and gas profiles of
// transactions and queries (docs/spec/trace.md).
type TraceConfig struct {
	// Access is who may have them: "loopback", "all" or "none".
	Access rpc.Access `mapstructure:"access"`
	// MaxTraces is how many are made at once, Timeout how long one may take.
	MaxTraces int           `mapstructure:"max-traces"`
	Timeout   time.Duration `mapstructure:"timeout"`
	// CacheMiB bounds the memory for contracts compiled for profiles.
	CacheMiB int64 `mapstructure:"cache-mib"`
}

func defaultTrace() TraceConfig {
	return TraceConfig{Access: rpc.AccessLocal, MaxTraces: abci.DefaultMaxTraces, Timeout: abci.DefaultTraceTimeout, CacheMiB: 64}
}

// Bounds of section [trace].
const (
	maxTraces       = 100
	maxTraceTimeout = 50 * time.Second // the RPC's answer has a minute
)

// Validate refuses settings out of bounds.
func (c TraceConfig) Validate() error {
	const section = "app.toml: section [trace]: "
	switch {
	case !c.Access.Known():
		return fmt.Errorf(section+"access is %.20q, must be loopback, all or none", string(c.Access))
	case c.MaxTraces < 1 || c.MaxTraces > maxTraces:
		return fmt.Errorf(section+"max-traces is %d, must be 1 to %d", c.MaxTraces, maxTraces)
	case c.Timeout < minQueryTimeout || c.Timeout > maxTraceTimeout:
		return fmt.Errorf(section+"timeout is %s, must be %s to %s", c.Timeout, minQueryTimeout, maxTraceTimeout)
	case c.CacheMiB < 1 || c.CacheMiB > maxCacheMiB:
		return fmt.Errorf(section+"cache-mib is %d, must be 1 to %d", c.CacheMiB, maxCacheMiB)
	}
	return nil
}

// traceToml is the section's text.
const traceToml = `
# Traces and gas profiles (weft query tx HASH --trace, --dry-run --trace), which
# the RPC makes by executing a transaction or a query beside the blocks.
[trace]

# Who may ask: "loopback" (this machine, and a proxy on it), "all" or "none". They
# are dear; before "all" mind the limits in section [rpc-door].
access = %q

# How many are made at once, and how long one may take.
max-traces = %d
timeout = %q

# Memory for contracts that were compiled for gas profiles, in MiB.
cache-mib = %d
`

func (c TraceConfig) toml() string {
	return fmt.Sprintf(traceToml, c.Access, c.MaxTraces, c.Timeout, c.CacheMiB)
}

// traceEngine is an engine beside the node's own, made when it is needed.
type traceEngine struct {
	cacheMiB int64
	mu       sync.Mutex
	engine   *vm.Engine
	closed   bool
}

// get returns the engine.
func (e *traceEngine) get() (app.Engine, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, errors.New("the node stops")
	}
	if e.engine == nil {
		engine, err := vm.New(vm.Config{
			Trace: true, MemoryCacheBytes: e.cacheMiB << 20, IdleBytes: -1,
			Capabilities: vm.DefaultCapabilities(), Limits: vm.DefaultLimits(),
		})
		if err != nil {
			return nil, err
		}
		e.engine = engine
	}
	return e.engine, nil
}

func (e *traceEngine) close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closed = true
	if e.engine == nil {
		return nil
	}
	return e.engine.Close()
}

// maxTraceRequest bounds the body of a request: a transaction in base64.
const maxTraceRequest = 2 * maxTxBytes

// serveTrace answers the RPC's requests for traces.
func (n *running) serveTrace(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		w.WriteHeader(http.StatusMethodNotAllowed)
		writeRefusal(w, 3, "use POST")
		return
	}
	var in trace.Request
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxTraceRequest))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		writeRefusal(w, 3, fmt.Sprintf("%v: docs/spec/trace.md shows the form", err))
		return
	}
	out, err := n.server.Trace(r.Context(), in)
	if err != nil {
		n.refuseTrace(w, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(out) // else the client is gone
}

// refuseTrace tells why there is no trace.
func (n *running) refuseTrace(w http.ResponseWriter, err error) {
	code, httpStatus := uint32(2), http.StatusInternalServerError
	text, path := chain.ErrorText(err)
	if st, ok := status.FromError(err); ok {
		code, httpStatus, text = uint32(st.Code()), http.StatusBadRequest, st.Message()
		if code == 4 || code == 8 { // too slow, too many
			httpStatus = http.StatusServiceUnavailable
		}
	} else if _, ok := chain.Verdict(err); ok {
		httpStatus = http.StatusBadRequest
		if errors.Is(err, chain.ErrNotFound) {
			code, httpStatus = 5, http.StatusNotFound
		}
	} else {
		n.log.Error("a trace could not be made", "err", err)
	}
	w.WriteHeader(httpStatus)
	writeRefusal(w, code, text+path)
}

func writeRefusal(w http.ResponseWriter, code uint32, text string) {
	_ = json.NewEncoder(w).Encode(map[string]any{"code": code, "message": text, "details": []any{}})
}

// findTx looks up a transaction with all that its block was executed with.
func (n *running) findTx(env *rpccore.Environment, hash string) (found abci.Found, err error) {
	sum, err := hex.DecodeString(strings.TrimPrefix(hash, "0x"))
	if err != nil || len(sum) != 32 {
		return found, fmt.Errorf("%.80q is no hash of 64 hexadecimal digits: %w", hash, chain.ErrInvalidRequest)
	}
	if _, off := env.TxIndexer.(*null.TxIndex); off {
		return found, fmt.Errorf("this node keeps no index of transactions (indexer in section [tx_index] of config.toml): %w", chain.ErrNotFound)
	}
	res, err := env.TxIndexer.Get(sum)
	if err != nil {
		return found, err
	}
	if res == nil {
		return found, fmt.Errorf("no block has the transaction %X: %w", sum, chain.ErrNotFound)
	}
	found.Block, err = n.blockInput(env, res.Height)
	if err != nil {
		return found, err
	}
	found.Index, found.Result = int(res.Index), &res.Result
	if found.Index >= len(found.Block.Txs) {
		return found, fmt.Errorf("the index has transaction %d of block %d, which has %d", found.Index, res.Height, len(found.Block.Txs))
	}
	return found, nil
}

// blockInput is what CometBFT executed a block with.
func (n *running) blockInput(env *rpccore.Environment, height int64) (in app.BlockInput, err error) {
	defer func() {
		if r := recover(); r != nil { // CometBFT, where its stores disagree
			err = fmt.Errorf("block %d: %v", height, r)
		}
	}()
	block := env.BlockStore.LoadBlock(height)
	if block == nil {
		return in, fmt.Errorf("this node does not have block %d any more: ask one that keeps more blocks: %w", height, chain.ErrNotFound)
	}
	var validators *types.ValidatorSet // of the commit in the block
	if height > n.genesis.InitialHeight {
		if validators, err = env.StateStore.LoadValidators(height - 1); err != nil {
			return in, fmt.Errorf("validators of block %d: %v: %w", height-1, err, chain.ErrNotFound)
		}
	}
	return abci.PastBlock(block, validators, n.genesis.InitialHeight), nil
}
