package wasm

import (
	"github.com/weftchain/weft/chain"
	bankpb "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	querypb "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	"github.com/weftchain/weft/vm"
)

// Engine runs contract code. A *vm.Error from it is the code's own failure and
// the same on every node; any other error is a fault.
type Engine interface {
	// CheckWithin applies the rules for an upload and keeps nothing. The limits
	// are for codes that import WASI.
	CheckWithin(code []byte, wasi vm.WASILimits) (vm.Analysis, error)
	// Admit is CheckWithin for a code that will be stored: the engine starts to
	// make it ready. What _initialize used stands in the analysis, also if it
	// failed.
	Admit(code []byte, wasi vm.WASILimits) (checksum [32]byte, a vm.Analysis, err error)
	// Analyze tells what a code that was stored before offers.
	Analyze(code vm.Code) (vm.Analysis, error)
	// Pin keeps a code in memory, Unpin lets it go. Neither changes a result.
	Pin(code vm.Code) error
	Unpin(checksum [32]byte)
	// Call runs an entry point. The gas in Result is valid also on error.
	Call(c vm.Call) (vm.Result, error)
}

// Bank moves and tells balances. Verdicts and gas are those of the reference's
// bank module.
type Bank interface {
	// Send moves coins and emits the bank's events. It does not ask whether
	// the denoms may be sent or the recipient may receive.
	Send(env *chain.Env, from, to chain.Address, coins chain.Coins) error
	// CheckSendEnabled refuses denoms whose transfer is switched off.
	CheckSendEnabled(env *chain.Env, coins chain.Coins) error
	// Blocked reports whether an account must not receive funds.
	Blocked(addr chain.Address) bool
	// Balance returns 0 for what an account does not have.
	Balance(env *chain.Env, addr chain.Address, denom string) (chain.Amount, error)
	// Balances returns all balances of an account, sorted by denom.
	Balances(env *chain.Env, addr chain.Address) (chain.Coins, error)
	// Supply returns 0 for a denom that nobody has.
	Supply(env *chain.Env, denom string) (chain.Amount, error)
	// BurnFrom destroys coins of a module account.
	BurnFrom(env *chain.Env, module string, coins chain.Coins) error
	// Metadata returns nil if nothing is known of a denom.
	Metadata(env *chain.Env, denom string) (*bankpb.Metadata, error)
	// AllMetadata returns a page of what is known of all denoms, and the key
	// of the next page.
	AllMetadata(env *chain.Env, page *querypb.PageRequest) ([]bankpb.Metadata, []byte, error)
}

// Accounts knows who exists.
type Accounts interface {
	// State tells whether there is an account and whether somebody has used it:
	// its sequence is not 0 or it has a public key.
	State(env *chain.Env, addr chain.Address) (exists, claimed bool, err error)
	// Create makes a base account, which takes the next account number.
	Create(env *chain.Env, addr chain.Address) error
}

// Dispatcher gives a contract's message to whoever handles it, after the
// checks that every message has to pass, and refuses it unless the contract is
// its only signer. It works on env directly: the caller brings a child.
//
// It returns the errors of handlers as they are and wraps nothing around them:
// a contract may read another contract's words only if these are outermost.
type Dispatcher interface {
	// Dispatch handles a typed message. One that nobody handles is refused
	// with chain.ErrUnknownRequest.
	Dispatch(env *chain.Env, from chain.Address, msg chain.Message, typeURL string) (chain.Response, error)
	// DispatchAny decodes and handles a message. An unknown type or bytes that
	// do not decode are refused with ErrInvalidMsg.
	DispatchAny(env *chain.Env, from chain.Address, typeURL string, value []byte) (chain.Response, error)
}

// Options are the parts that a Wasm is made of.
type Options struct {
	Engine   Engine
	Bank     Bank
	Accounts Accounts
	// Stakes and Rewards answer contracts' queries; nil means that the chain
	// has no such thing.
	Stakes  Stakes
	Rewards Rewards
	// Lottery answers the custom query; nil means that the chain has none.
	Lottery Lottery
	// Dispatcher may be set later, with SetDispatcher: it usually needs the
	// routes of this package.
	Dispatcher Dispatcher
	// Limits is what the query WasmLimitsConfig shows: JSON for people, "{}"
	// if empty.
	Limits string
	// Debug takes what contracts print. It may be nil.
	Debug func(contract, text string)
}

// Wasm is the life of contracts. It keeps nothing between calls: all that
// lasts is in store Wasm of the environment's state.
type Wasm struct {
	engine   Engine
	bank     Bank
	accounts Accounts
	stakes   Stakes
	rewards  Rewards
	lottery  Lottery
	out      Dispatcher
	limits   string
	debug    func(contract, text string)
}

// New returns a Wasm.
func New(o Options) *Wasm {
	if o.Limits == "" {
		o.Limits = "{}"
	}
	return &Wasm{o.Engine, o.Bank, o.Accounts, o.Stakes, o.Rewards, o.Lottery, o.Dispatcher, o.Limits, o.Debug}
}

// SetDispatcher sets what contracts' messages go to. It is for the start-up
// only.
func (w *Wasm) SetDispatcher(d Dispatcher) { w.out = d }
