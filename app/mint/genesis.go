package mint

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	mint "github.com/weftchain/weft/proto/cosmos/mint/v1beta1"
)

// DefaultGenesis is how a chain begins that is to mint a denom: with an
// inflation of 13 %.
func DefaultGenesis(denom string) *mint.GenesisState {
	return &mint.GenesisState{
		Minter: mint.Minter{Inflation: "130000000000000000", AnnualProvisions: "0"}, Params: DefaultParams(denom),
	}
}

// ValidateGenesis refuses bad numbers; nil is a chain that mints nothing.
func ValidateGenesis(g *mint.GenesisState) error {
	if g == nil {
		return nil
	}
	if err := CheckParams(g.Params); err != nil {
		return err
	}
	if d, err := chain.ParseDec(string(g.Minter.Inflation)); err != nil || d.Cmp(chain.OneDec()) > 0 {
		return fmt.Errorf("mint.minter.inflation is %.60q, must be 0 to 1: %w", g.Minter.Inflation.Decimal(), chain.ErrInvalidRequest)
	}
	if _, err := chain.ParseDec(string(g.Minter.AnnualProvisions)); err != nil {
		return fmt.Errorf("mint.minter.annual_provisions: %v: %w", err, chain.ErrInvalidRequest)
	}
	return nil
}

// InitGenesis writes a genesis that ValidateGenesis accepts; nil writes
// nothing.
func (m *Mint) InitGenesis(env *chain.Env, g *mint.GenesisState) error {
	if g == nil {
		return nil
	}
	if err := m.Accounts.EnsureModule(env, layout.MintModule, "minter"); err != nil {
		return err
	}
	if err := save(env, layout.Minter, &g.Minter); err != nil {
		return err
	}
	return save(env, layout.MintParams, &g.Params)
}

// ExportGenesis is the state as a genesis, nil for a chain that mints nothing.
func (m *Mint) ExportGenesis(env *chain.Env) (*mint.GenesisState, error) {
	params, err := m.params(env)
	if err != nil || params == nil {
		return nil, err
	}
	minter, err := m.minter(env)
	if err != nil {
		return nil, err
	}
	return &mint.GenesisState{Minter: *minter, Params: *params}, nil
}
