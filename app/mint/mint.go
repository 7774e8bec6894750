// Package mint makes new coins at each block, if the chain's genesis says that
// there shall be any: a share of the supply each year, higher while too little
// is staked, lower while more is. They go to the collector of fees, from where
// distribution shares them. A chain without a mint section in genesis has no
// state of this package, and mints nothing.
//
// Rules, events and rounding are those of the Cosmos module of that name.
package mint

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	mint "github.com/weftchain/weft/proto/cosmos/mint/v1beta1"
)

// Bank is what mint needs of bank.
type Bank interface {
	Mint(env *chain.Env, to chain.Address, coins chain.Coins) error
	Send(env *chain.Env, from, to chain.Address, coins chain.Coins) error
	Balance(env *chain.Env, addr chain.Address, denom string) (chain.Amount, error)
	Supply(env *chain.Env, denom string) (chain.Amount, error)
}

// Accounts is what mint needs of auth.
type Accounts interface {
	EnsureModule(env *chain.Env, name string, permissions ...string) error
}

// Stakes is what mint needs of staking.
type Stakes interface {
	BondDenom(env *chain.Env) (string, error)
}

// Mint is the module.
type Mint struct {
	Bank     Bank
	Accounts Accounts
	Stakes   Stakes
}

// account is where coins come into being.
var account = layout.ModuleAddress(layout.MintModule)

// BeginBlock mints what is due for one block. What a rule refuses, such as a
// supply above all bounds, is left out with an event mint_refused; the error is
// a fault of this node.
func (m *Mint) BeginBlock(env *chain.Env) error {
	params, err := m.params(env)
	if err != nil || params == nil {
		return err
	}
	child := env.Child()
	err = m.mint(child, params)
	if err == nil {
		env.Keep(child)
		return nil
	}
	if _, rule := chain.Verdict(err); rule {
		env.Events.Emit(chain.NewEvent("mint_refused", "reason", err.Error()))
		return nil
	}
	return err
}

func (m *Mint) mint(env *chain.Env, params *mint.Params) error {
	r, err := parse(params)
	if err != nil {
		return fmt.Errorf("mint parameters in state: %v", err)
	}
	minter, err := m.minter(env)
	if err != nil {
		return err
	}
	before, err := chain.ParseDec(string(minter.Inflation))
	if err != nil {
		return fmt.Errorf("minter in state: %v", err)
	}
	supply, ratio, err := m.bonded(env)
	if err != nil {
		return err
	}
	inflation := r.next(before, ratio)
	yearly := inflation.MulAmount(supply)
	if err := yearly.Check(); err != nil {
		return fmt.Errorf("the coins of a year: %w", err)
	}
	if err := save(env, layout.Minter, &mint.Minter{Inflation: text(inflation), AnnualProvisions: text(yearly)}); err != nil {
		return err
	}
	amount, err := m.below(env, params.MintDenom, r.ceiling, yearly.QuoAmount(r.blocks).Truncate())
	if err != nil {
		return err
	}
	if !amount.IsZero() {
		coins := chain.Coins{{Denom: params.MintDenom, Amount: amount}}
		if err := m.Bank.Mint(env, account, coins); err != nil {
			return err
		}
		if err := m.Bank.Send(env, account, layout.ModuleAddress(layout.FeeCollector), coins); err != nil {
			return err
		}
	}
	env.Events.Emit(chain.NewEvent("mint", "bonded_ratio", ratio.String(), "inflation", inflation.String(),
		"annual_provisions", yearly.String(), "amount", amount.String()))
	return nil
}

// bonded returns the supply of what is staked, and the share of it that is.
func (m *Mint) bonded(env *chain.Env) (chain.Amount, chain.Dec, error) {
	denom, err := m.Stakes.BondDenom(env)
	if err != nil {
		return chain.Amount{}, chain.Dec{}, err
	}
	supply, err := m.Bank.Supply(env, denom)
	if err != nil || supply.IsZero() {
		return supply, chain.Dec{}, err
	}
	stake, err := m.Bank.Balance(env, layout.ModuleAddress(layout.BondedPool), denom)
	if err != nil {
		return supply, chain.Dec{}, err
	}
	ratio := chain.NewDec(stake).QuoAmount(supply)
	return supply, ratio, ratio.Check()
}

// below is as much of an amount as the supply of a denom may still grow by.
func (m *Mint) below(env *chain.Env, denom string, ceiling, amount chain.Amount) (chain.Amount, error) {
	if ceiling.IsZero() {
		return amount, nil
	}
	supply, err := m.Bank.Supply(env, denom)
	if err != nil {
		return amount, err
	}
	room, ok := ceiling.Sub(supply)
	if !ok {
		room = chain.Amount{} // above it already
	}
	if room.Cmp(amount) < 0 {
		return room, nil
	}
	return amount, nil
}

// rules are parameters as numbers.
type rules struct {
	change, most, least, goal chain.Dec
	blocks                    chain.Amount // of a year
	ceiling                   chain.Amount // of the supply; 0 is none
}

// next is the inflation of a block: it moves from that of the block before,
// faster the further the bonded share is from its goal.
func (r rules) next(inflation, ratio chain.Dec) chain.Dec {
	part := ratio.Quo(r.goal)
	one, rising := chain.OneDec(), true
	away := one.Sub(part)
	if part.Cmp(one) > 0 {
		away, rising = part.Sub(one), false
	}
	step := away.Mul(r.change).Quo(chain.NewDec(r.blocks))
	switch {
	case rising:
		inflation = inflation.Add(step)
	case inflation.Cmp(step) <= 0:
		inflation = chain.Dec{}
	default:
		inflation = inflation.Sub(step)
	}
	if inflation.Cmp(r.most) > 0 {
		return r.most
	}
	if inflation.Cmp(r.least) < 0 {
		return r.least
	}
	return inflation
}
