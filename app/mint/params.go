package mint

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	mint "github.com/weftchain/weft/proto/cosmos/mint/v1beta1"
)

// maxBlocksPerYear bounds how often blocks may be thought to come: every
// millisecond or so.
const maxBlocksPerYear = 40_000_000_000

// DefaultParams are the reference's: 7 to 20 % a year, the goal being that two
// thirds are staked.
func DefaultParams(denom string) mint.Params {
	return mint.Params{
		MintDenom: denom, InflationRateChange: "130000000000000000", InflationMax: "200000000000000000",
		InflationMin: "70000000000000000", GoalBonded: "670000000000000000", BlocksPerYear: BlocksPerYear, MaxSupply: "0",
	}
}

// BlocksPerYear is the reference's default: a block every five seconds.
const BlocksPerYear = 6_311_520

// CheckParams refuses parameters out of bounds.
func CheckParams(p mint.Params) error {
	if err := chain.CheckDenom(p.MintDenom); err != nil {
		return fmt.Errorf("mint.params.mint_denom: %w", err)
	}
	_, err := parse(&p)
	return err
}

// parse reads parameters as numbers.
func parse(p *mint.Params) (r rules, err error) {
	for _, f := range []struct {
		name string
		from base.Dec
		into *chain.Dec
	}{
		{"inflation_rate_change", p.InflationRateChange, &r.change},
		{"inflation_max", p.InflationMax, &r.most},
		{"inflation_min", p.InflationMin, &r.least},
		{"goal_bonded", p.GoalBonded, &r.goal},
	} {
		if *f.into, err = chain.ParseDec(string(f.from)); err != nil || f.into.Cmp(chain.OneDec()) > 0 {
			return r, fmt.Errorf("mint.params.%s is %.60q, must be 0 to 1: %w", f.name, f.from.Decimal(), chain.ErrInvalidRequest)
		}
	}
	if r.goal.IsZero() {
		return r, fmt.Errorf("mint.params.goal_bonded is 0, must be above 0: %w", chain.ErrInvalidRequest)
	}
	if r.least.Cmp(r.most) > 0 {
		return r, fmt.Errorf("mint.params.inflation_min %s is above inflation_max %s: %w", r.least, r.most, chain.ErrInvalidRequest)
	}
	if p.BlocksPerYear == 0 || p.BlocksPerYear > maxBlocksPerYear {
		return r, fmt.Errorf("mint.params.blocks_per_year is %d, must be 1 to %d: %w", p.BlocksPerYear, int64(maxBlocksPerYear), chain.ErrInvalidRequest)
	}
	if r.ceiling, err = supplyBound(p.MaxSupply); err != nil {
		return r, fmt.Errorf("mint.params.max_supply is %.80q, must be a whole number, 0 for no bound: %w", p.MaxSupply, chain.ErrInvalidRequest)
	}
	r.blocks = chain.NewAmount(p.BlocksPerYear)
	return r, nil
}

// supplyBound reads a maximal supply; nothing is no bound, as 0 is.
func supplyBound(text string) (chain.Amount, error) {
	if text == "" {
		return chain.Amount{}, nil
	}
	return chain.ParseAmount(text)
}

func text(d chain.Dec) base.Dec { return base.Dec(d.Wire()) }

// Messages lists the messages of cosmos.mint.v1beta1.Msg.
func (m *Mint) Messages() []chain.Route {
	return []chain.Route{chain.NewMsg("/cosmos.mint.v1beta1.MsgUpdateParams", nil, m.updateParams)}
}

// updateParams replaces the parameters; the authority only. A chain that began
// without minting begins no more.
func (m *Mint) updateParams(env *chain.Env, msg *mint.MsgUpdateParams) (*mint.MsgUpdateParamsResponse, error) {
	if err := env.CheckAuthority(msg.Authority); err != nil {
		return nil, err
	}
	if err := CheckParams(msg.Params); err != nil {
		return nil, err
	}
	old, err := m.params(env)
	if err != nil {
		return nil, err
	}
	if old == nil {
		return nil, fmt.Errorf("this chain mints nothing: its genesis has no mint section: %w", chain.ErrInvalidRequest)
	}
	return &mint.MsgUpdateParamsResponse{}, save(env, layout.MintParams, &msg.Params)
}

// params are nil on a chain that mints nothing.
func (m *Mint) params(env *chain.Env) (*mint.Params, error) {
	return load[mint.Params](env, layout.MintParams)
}

func (m *Mint) minter(env *chain.Env) (*mint.Minter, error) {
	minter, err := load[mint.Minter](env, layout.Minter)
	if err == nil && minter == nil {
		err = fmt.Errorf("no minter in state")
	}
	return minter, err
}

// load reads a record of this module, nil if there is none.
func load[T any, P chain.Record[T]](env *chain.Env, key []byte) (P, error) {
	return chain.LoadRecord[T, P](env.Store(layout.Params), key)
}

func save(env *chain.Env, key []byte, m chain.Message) error {
	return chain.SaveRecord(env.Store(layout.Params), key, m)
}
