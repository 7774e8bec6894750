package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	cometnode "github.com/cometbft/cometbft/node"
	"github.com/cometbft/cometbft/p2p"
	rpccore "github.com/cometbft/cometbft/rpc/core"
	"github.com/cometbft/cometbft/types"

	"github.com/weftchain/weft/abci"
	"github.com/weftchain/weft/app"
	"github.com/weftchain/weft/node/api"
	"github.com/weftchain/weft/node/api/events"
	"github.com/weftchain/weft/node/api/rpc"
	"github.com/weftchain/weft/node/metrics"
	"github.com/weftchain/weft/state"
	"github.com/weftchain/weft/vm"
)

// Version is the program's version, set when a release is built.
var Version = "dev"

// Run starts a node and runs it until ctx ends or the node has a fault, which
// it returns: a node that goes on after a fault would sit frozen or part from
// the others.
func Run(ctx context.Context, cfg Config, log *slog.Logger) error {
	if err := cfg.Validate(); err != nil {
		return err
	}
	if err := preflight(cfg); err != nil {
		return err
	}
	n := &running{cfg: cfg, log: log, faults: make(chan error, 1)}
	n.ctx, n.cancel = context.WithCancel(ctx)
	defer n.close()
	if err := n.openApp(); err != nil {
		return leaveUpgradeInfo(cfg.Home, err)
	}
	height, _ := n.store.Version()
	log.Info("node starts", "version", Version, "home", cfg.Home, "height", height)
	if err := n.startComet(); err != nil {
		if ctx.Err() != nil { // while it waited for the signer
			log.Info("node stops")
			return nil
		}
		return leaveUpgradeInfo(cfg.Home, n.firstFault(err))
	}
	log.Info("node runs", "chain", n.genesis.ChainID, "rpc", cfg.Comet.RPC.ListenAddress, "p2p", cfg.Comet.P2P.ListenAddress)
	select {
	case <-ctx.Done():
		log.Info("node stops")
		return nil
	case err := <-n.faults:
		return leaveUpgradeInfo(cfg.Home, fmt.Errorf("the node stopped itself: %w", err))
	}
}

// preflight refuses what would fail later with less clear words.
func preflight(cfg Config) error {
	home := cfg.Home
	if !exists(genesisOf(home)) {
		return fmt.Errorf("there is no %s: make a home with weft init", genesisOf(home))
	}
	if err := cfg.CheckKeys(); err != nil {
		return err
	}
	if l, err := net.Listen("tcp", trimScheme(cfg.Comet.P2P.ListenAddress)); err != nil {
		return cannotListen(cfg.Comet.P2P.ListenAddress, "--p2p.laddr", err)
	} else if err := l.Close(); err != nil {
		return err
	}
	listeners, err := rpc.Listen(cfg.Comet.RPC.ListenAddress)
	if err != nil {
		return cannotListen(cfg.Comet.RPC.ListenAddress, "--rpc.laddr", err)
	}
	for _, l := range listeners {
		if err := l.Close(); err != nil {
			return err
		}
	}
	return nil
}

func cannotListen(address, flag string, err error) error {
	return fmt.Errorf("cannot listen on %s: %w: is another node running? choose another address with %s", address, err, flag)
}

// running is a node and what it opened.
type running struct {
	cfg     Config
	log     *slog.Logger
	ctx     context.Context //nolint:containedctx // ends before the node is stopped
	cancel  context.CancelFunc
	signer  *remoteSigner // nil if the key is here
	faults  chan error
	genesis *types.GenesisDoc
	store   *state.Store
	stores  []string // of the chain
	engine  *vm.Engine
	tracing traceEngine
	app     *app.App
	dbs     databases
	comet   *cometnode.Node
	rpcEnv  *rpccore.Environment
	server  *abci.Server
	door    *rpc.Door
	methods nodeMethods
	apis    *api.Server
	events  *events.Service
	metrics *metrics.Collector
	synced  syncedNote
	joining atomic.Pointer[joining]
	once    sync.Once
	// answering is nil on a chain without lottery.
	answering atomic.Pointer[answering]
	// lastBlock is when the last block was committed, in nanoseconds; 0 if none was
	// since the start.
	lastBlock atomic.Int64
	// stopping is set before the first part of the node is stopped.
	stopping atomic.Bool
}

// fault keeps the first fault; Run ends with it.
func (n *running) fault(err error) {
	var needed *UpgradeNeeded
	if errors.As(err, &needed) {
		n.stopping.Store(true) // that CometBFT's consensus ends is no news
	}
	select {
	case n.faults <- err:
	default:
	}
}

// firstFault prefers the fault that led to err.
func (n *running) firstFault(err error) error {
	select {
	case fault := <-n.faults:
		return fault
	default:
		return err
	}
}

func (n *running) openApp() error {
	doc, _, err := readGenesis(genesisOf(n.cfg.Home))
	if err != nil {
		return err
	}
	n.genesis = doc
	if n.stores, err = app.Stores(doc.AppState); err != nil {
		return err
	}
	if err := os.MkdirAll(stateDir(n.cfg.Home), 0o755); err != nil {
		return err
	}
	// Our state first: its lock tells of a second node in clear words.
	keep, every := n.cfg.App.states()
	n.store, err = state.Open(stateDir(n.cfg.Home), troubledState(n.cfg.Home, state.Options{
		Stores: n.stores, Keep: keep, PruneEvery: every, CacheBytes: n.cfg.App.StateCacheMiB << 20,
	}))
	if err != nil {
		return err
	}
	if err := checkChain(n.cfg.Comet, genesisOf(n.cfg.Home), doc.ChainID); err != nil {
		return err
	}
	n.engine, err = vm.New(vm.Config{
		CacheDir: wasmCacheDir(n.cfg.Home), MemoryCacheBytes: n.cfg.App.WasmCacheMiB << 20,
		Capabilities: vm.DefaultCapabilities(), Limits: vm.DefaultLimits(),
	})
	if err != nil {
		return err
	}
	n.tracing.cacheMiB = n.cfg.App.Trace.CacheMiB
	prices, err := app.ParseGasPrices(n.cfg.App.MinGasPrices)
	if err != nil {
		return err
	}
	n.app, err = app.New(app.Options{
		Store: n.store, Engine: n.engine, ChainID: doc.ChainID, MinGasPrices: prices, QueryGas: n.cfg.App.QueryGasLimit,
		WasmLimits: string(vm.DefaultLimits().JSON()), BlockTime: n.blockTime, Debug: n.contractDebug(),
		TraceEngine: n.tracing.get, Upgrades: upgradeNames(), TrustWork: !n.cfg.App.VerifyReplayedPow,
	})
	return err
}

func (n *running) contractDebug() func(contract, text string) {
	if !n.cfg.App.ContractDebug {
		return nil
	}
	return func(contract, text string) { n.log.Info("contract says", "contract", contract, "text", text) }
}

func (n *running) startComet() (err error) {
	defer func() { // CometBFT's handshake panics where state and app disagree
		if r := recover(); r != nil {
			err = n.misfit(fmt.Errorf("%v", r))
		}
	}()
	c := *n.cfg.Comet
	rpcConfig := *c.RPC
	rpcConfig.ListenAddress = "" // the door listens
	c.RPC = &rpcConfig
	nodeKey, err := p2p.LoadOrGenNodeKey(c.NodeKeyFile())
	if err != nil {
		return fmt.Errorf("%s: %w", c.NodeKeyFile(), err)
	}
	n.server = abci.New(n.app, abci.Options{
		Version: Version, Fault: n.fault, MaxQueries: n.cfg.App.MaxQueries, QueryTimeout: n.cfg.App.QueryTimeout,
		Node: n.methods.ask, Committed: n.committed, Retain: n.retain, Snapshots: n.snapshots(),
		FindTx:    func(hash string) (abci.Found, error) { return n.findTx(n.rpcEnv, hash) },
		MaxTraces: n.cfg.App.Trace.MaxTraces, TraceTimeout: n.cfg.App.Trace.Timeout,
	})
	if err := n.openMetrics(); err != nil {
		return err
	}
	logger := cometLog{log: n.log, alarm: n.fault, stopping: &n.stopping}
	consensus := *c.Consensus
	// NewNode plans the first round after this pause, in which the votes for the
	// block before would come in: there was none since the start.
	consensus.TimeoutCommit = 0
	c.Consensus = &consensus
	key, err := n.validatorKey(logger)
	if err != nil {
		return err
	}
	c.PrivValidatorListenAddr = "" // validatorKey listens
	comet, err := cometnode.NewNode(&c, key, nodeKey, abci.NewCreator(n.server),
		cometnode.DefaultGenesisDocProviderFunc(&c), n.dbs.provide,
		cometnode.DefaultMetricsProvider(c.Instrumentation), logger)
	consensus.TimeoutCommit = n.cfg.Comet.Consensus.TimeoutCommit
	if err != nil && strings.Contains(err.Error(), "error during handshake") {
		return n.misfit(err)
	}
	if err != nil {
		return err
	}
	n.comet = comet
	env, err := comet.ConfigureRPC()
	if err != nil {
		return err
	}
	n.rpcEnv = env
	n.repairIndex(env)
	if err := n.openEvents(env); err != nil {
		return err
	}
	if err := n.openDoor(env); err != nil {
		return err
	}
	n.startJoining()
	if err := n.completeWAL(); err != nil {
		return err
	}
	if err := comet.Start(); err != nil {
		return err
	}
	if err := n.startAnswering(); err != nil {
		return err
	}
	return n.openAPIs()
}

// misfit explains why CometBFT cannot make its data and ours agree.
func (n *running) misfit(err error) error {
	return fmt.Errorf("CometBFT cannot take up the state: %w: do all parts of %s come from the same moment? restore them from one backup",
		err, dataDir(n.cfg.Home))
}

// committed is the one line a block.
func (n *running) committed(b abci.Committed) {
	n.noteSynced(b.Height)
	n.lastBlock.Store(time.Now().UnixNano())
	n.metrics.Block(metrics.Block{
		Txs: b.Txs, Failed: b.Failed, Gas: b.GasUsed, Execution: b.Took - b.Commit, Commit: b.Commit,
	})
	n.log.Info("block", "height", b.Height, "txs", b.Txs, "failed", b.Failed, "gas", b.GasUsed,
		"app", fmt.Sprintf("%X", b.AppHash[:min(8, len(b.AppHash))]), "ms", b.Took.Milliseconds())
	if n.events != nil {
		n.events.Committed()
	}
	if a := n.answering.Load(); a != nil {
		a.committed()
	}
}
