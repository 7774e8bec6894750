package app

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/weftchain/weft/app/auth"
	"github.com/weftchain/weft/app/bank"
	"github.com/weftchain/weft/app/distribution"
	"github.com/weftchain/weft/app/feegrant"
	"github.com/weftchain/weft/app/lottery"
	"github.com/weftchain/weft/app/mint"
	"github.com/weftchain/weft/app/slashing"
	"github.com/weftchain/weft/app/staking"
	"github.com/weftchain/weft/app/upgrade"
	"github.com/weftchain/weft/app/wasm"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/state"
)

// Engine runs contract code.
type Engine = wasm.Engine

// Options are what an App is made of.
type Options struct {
	Store  *state.Store
	Engine wasm.Engine
	// ChainID is the chain's name, which is part of what is signed.
	ChainID string
	// MinGasPrices are what this node asks for before it takes a transaction
	// into its mempool; empty is nothing. They are no rule of the chain.
	MinGasPrices GasPrices
	// WasmLimits is what the query WasmLimitsConfig shows.
	WasmLimits string
	// QueryGas bounds the gas of one query on this node, below the chain's own
	// bounds; 0 leaves those.
	QueryGas uint64
	// BlockTime tells the time of a block that was committed, for queries. It
	// may be nil: queries of older heights and before the first block of this
	// process then see the zero time.
	BlockTime func(height int64) (time.Time, bool)
	// TraceEngine returns an engine with vm.Config.Trace, for gas profiles. It may
	// be nil: there are none then.
	TraceEngine func() (Engine, error)
	// Upgrades are the upgrades that this binary was built for and that change no
	// state, beside those of which migrations knows.
	Upgrades []string
	// NoBlocks says that no block will be executed, so that any binary will do.
	NoBlocks bool
	// TrustWork leaves out the dear half of the check of tickets in blocks that were
	// decided: those who decided them made it (docs/spec/lottery.md).
	TrustWork bool
	// Without names modules that are not wired, of those that a chain may be
	// without: the result for such a chain is the same. It is for tests of that.
	Without []string
	// Debug takes what contracts print; nil drops it. It never changes a
	// result.
	Debug func(contract, text string)
}

// App is the state machine of one node. Execute and Commit come from one
// goroutine; Check, Simulate and Query may be called from many at the same
// time as those.
type App struct {
	store        *state.Store
	chainID      string
	minGasPrices GasPrices
	queryGas     uint64
	blockTime    func(height int64) (time.Time, bool)
	traceEngine  func() (Engine, error)
	noBlocks     bool

	auth         *auth.Auth
	bank         *bank.Bank
	distribution *distribution.Distribution
	feegrant     *feegrant.Feegrant
	lottery      *lottery.Lottery // nil on a chain without
	mint         *mint.Mint
	slashing     *slashing.Slashing
	staking      *staking.Staking
	upgrade      *upgrade.Upgrade
	wasm         *wasm.Wasm
	messages     map[string]chain.Route
	queries      map[string]chain.Route

	signatures *signatures
	genesis    *genesisInput               // until the first block is committed
	pending    *chain.Block                // executed, not yet committed
	last       atomic.Pointer[chain.Block] // the last that was committed
	next       atomic.Pointer[chain.Block] // the last of which a commit began

	checking sync.Mutex
	dear     int // tickets that were verified since the last commit
	waiting  int // tickets that were let in since then
	check    *chain.Env
	view     *state.View // what check reads from
}

// New wires the modules over an open store.
func New(o Options) (*App, error) {
	a := &App{
		store: o.Store, chainID: o.ChainID, minGasPrices: o.MinGasPrices, queryGas: o.QueryGas, blockTime: o.BlockTime,
		traceEngine: o.TraceEngine, noBlocks: o.NoBlocks,
		auth: &auth.Auth{}, bank: &bank.Bank{}, feegrant: &feegrant.Feegrant{}, staking: &staking.Staking{},
		distribution: &distribution.Distribution{}, mint: &mint.Mint{}, slashing: &slashing.Slashing{},
		upgrade:    &upgrade.Upgrade{Known: knownUpgrades(o.Upgrades)},
		signatures: newSignatures(),
	}
	a.auth.Bank, a.bank.Accounts = a.bank, a.auth
	a.auth.CheckMessage = a.checkMessage
	a.auth.Feegrant, a.feegrant.Accounts, a.feegrant.Bank = a.feegrant, a.auth, a.bank
	a.staking.Bank, a.staking.Accounts = a.bank, a.auth
	a.staking.Rewards, a.staking.Signing = a.distribution, a.slashing
	a.distribution.Bank, a.distribution.Accounts, a.distribution.Stakes = a.bank, a.auth, a.staking
	a.mint.Bank, a.mint.Accounts, a.mint.Stakes = a.bank, a.auth, a.staking
	a.slashing.Stakes = a.staking
	a.wireOptional(o)
	a.wasm = wasm.New(wasm.Options{
		Engine: o.Engine, Bank: a.bank, Accounts: a.auth, Stakes: a.staking, Rewards: a.distribution, Lottery: a.asked(), Dispatcher: dispatcher{a}, Limits: o.WasmLimits, Debug: o.Debug,
	})
	a.route()
	return a, a.resume()
}

// resume takes up the state where the last commit left it.
func (a *App) resume() error {
	height, _ := a.store.Version()
	if height == 0 {
		return nil
	}
	block := &chain.Block{Height: height, ChainID: a.chainID}
	if a.blockTime != nil {
		block.Time, _ = a.blockTime(height)
	}
	view := a.store.Latest()
	defer view.Close()
	env, err := a.env(block, view.Branch())
	if err != nil {
		return err
	}
	if a.noBlocks {
		return nil
	}
	if err := a.upgrade.CheckBinary(env, height+1); err != nil {
		return err
	}
	a.last.Store(env.Block)
	if err := a.wasm.WarmPinned(env); err != nil {
		return err
	}
	return a.resetCheck()
}

// Close lets go of what the App holds of its store, which stays open.
func (a *App) Close() {
	a.checking.Lock()
	defer a.checking.Unlock()
	if a.view != nil {
		a.view.Close()
		a.view, a.check = nil, nil
	}
}

// ChainID is the chain's name.
func (a *App) ChainID() string { return a.chainID }

// Info returns height and app hash of the last commit.
func (a *App) Info() (height int64, appHash []byte) { return a.store.Version() }

// env returns the environment of a block's own work over a branch, with the
// parameters that the branch holds.
func (a *App) env(block *chain.Block, branch chain.Branch) (*chain.Env, error) {
	params, err := readParams(branch)
	if err != nil {
		return nil, err
	}
	b := *block
	b.Params, b.Bech32 = params, params.Bech32
	return chain.NewEnv(&b, branch), nil
}
