package app

import (
	"fmt"
	"slices"
	"strings"

	"github.com/weftchain/weft/app/lottery"
	"github.com/weftchain/weft/app/valset"
	"github.com/weftchain/weft/app/wasm"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/tx"
)

// The lottery is wired if the state has a store for it, and the state has one if
// genesis has a section for it: without, nothing of it is there to be called.

// Stores lists the stores of the chain that a genesis begins.
func Stores(appState []byte) ([]string, error) {
	outer, err := parseOuter(appState)
	if err != nil {
		return nil, err
	}
	if outer.Lottery == nil {
		return layout.Stores(), nil
	}
	return layout.StoresWithLottery(), nil
}

// optional are the modules that a chain may be without. Each has a store of its
// own, of its name: where the state has that, it is wired.
var optional = []struct {
	name string
	wire func(*App, Options)
}{
	{layout.Lottery, (*App).wireLottery},
}

func (a *App) wireOptional(o Options) {
	view := a.store.Latest()
	defer view.Close()
	for _, m := range optional {
		if view.Has(m.name) && !slices.Contains(o.Without, m.name) {
			m.wire(a, o)
		}
	}
}

func (a *App) wireLottery(o Options) {
	a.lottery = lottery.New()
	a.lottery.Bank, a.lottery.Accounts, a.lottery.Stakes, a.lottery.Signing = a.bank, a.auth, a.staking, a.slashing
	a.lottery.TrustWork = o.TrustWork
	a.slashing.Mined = a.lottery
	a.bank.AlsoBlocked = map[chain.Address]bool{layout.ModuleAddress(layout.LotteryModule): true}
}

// checkWiring refuses a genesis that the open state does not fit.
func (a *App) checkWiring(g *Genesis) error {
	switch {
	case g.Lottery != nil && a.lottery == nil:
		return fmt.Errorf("app_state.lottery: the state was opened without the store %q: %w", layout.Lottery, chain.ErrInvalidRequest)
	case g.Lottery == nil && a.lottery != nil:
		return fmt.Errorf("app_state has no lottery section: the state was opened with the store %q: %w", layout.Lottery, chain.ErrInvalidRequest)
	}
	return nil
}

// asked is what contracts ask about the lottery: nothing on a chain without.
func (a *App) asked() wasm.Lottery {
	if a.lottery == nil {
		return nil
	}
	return a.lottery
}

func (a *App) lotteryMessages() []chain.Route {
	if a.lottery == nil {
		return nil
	}
	return a.lottery.Messages()
}

func (a *App) lotteryQueries() []chain.Route {
	if a.lottery == nil {
		return nil
	}
	return a.lottery.Queries()
}

// mined asks the lottery who validates beside those that stake.
func (a *App) mined(env *chain.Env, staked []valset.Power) ([]valset.Power, error) {
	if a.lottery == nil {
		return nil, nil
	}
	anchors := make([]lottery.Power, len(staked))
	for i, p := range staked {
		anchors[i] = lottery.Power{PubKey: p.PubKey, Power: p.Power}
	}
	set, err := a.lottery.EndBlock(env, anchors)
	if err != nil {
		return nil, err
	}
	out := make([]valset.Power, len(set))
	for i, p := range set {
		out[i] = valset.Power{PubKey: p.PubKey, Power: p.Power}
	}
	return out, nil
}

// checkSeatPower refuses a genesis whose seats would have no power.
func (a *App) checkSeatPower(env *chain.Env, set []Update) error {
	if a.lottery == nil {
		return nil
	}
	var bonded int64
	for _, p := range set {
		bonded += p.Power
	}
	return a.lottery.CheckBonded(env, bonded)
}

// decode is the function of that name, for the messages that this chain has.
func (a *App) decode(raw []byte, params chain.Params) (*tx.Tx, error) {
	t, err := decode(raw, params)
	if err != nil {
		return nil, err
	}
	for i, m := range t.Msgs {
		if err := a.knows(m.TypeURL); err != nil {
			return nil, fmt.Errorf("message %d: %v: %w", i, err, chain.ErrTxDecode)
		}
	}
	return t, nil
}

// lotteryTypes is what the names of the lottery's messages begin with.
const lotteryTypes = "/weft.lottery."

// knows refuses messages of modules that this chain does not have, in the words
// in which those are refused that no chain has.
func (a *App) knows(typeURL string) error {
	if a.lottery == nil && strings.HasPrefix(typeURL, lotteryTypes) {
		return fmt.Errorf("unable to resolve type URL %.200s", typeURL)
	}
	return nil
}

// Due is what the operator with a consensus key must sign, to be in the next
// block, for the seats that it won; nil if there is nothing.
func (a *App) Due(cons chain.Address) (*lottery.Due, error) {
	env, done, err := a.proposed()
	if err != nil || env == nil {
		return nil, err
	}
	defer done()
	return a.lottery.DueOf(env, cons)
}

// HasLottery reports whether this chain is mined.
func (a *App) HasLottery() bool { return a.lottery != nil }

// Account is an address in the chain's bech32 form.
func (a *App) Account(address chain.Address) string {
	if last := a.last.Load(); last != nil {
		return last.Bech32.Account(address)
	}
	return ""
}
