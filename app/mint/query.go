package mint

import (
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	mint "github.com/weftchain/weft/proto/cosmos/mint/v1beta1"
)

// Queries lists the methods of cosmos.mint.v1beta1.Query. Wallets and explorers
// ask every chain: one that mints nothing says so in zeros.
func (m *Mint) Queries() []chain.Route {
	const service = "/cosmos.mint.v1beta1.Query/"
	return []chain.Route{
		chain.NewQuery(service+"Params", m.queryParams),
		chain.NewQuery(service+"Inflation", m.queryInflation),
		chain.NewQuery(service+"AnnualProvisions", m.queryProvisions),
	}
}

// none is zero with 18 places, as it stands on the wire.
const none = "0"

func (m *Mint) queryParams(env *chain.Env, _ *mint.QueryParamsRequest) (*mint.QueryParamsResponse, error) {
	params, err := m.params(env)
	if err != nil {
		return nil, err
	}
	if params == nil {
		params = &mint.Params{
			MintDenom: env.Block.Params.BaseDenom, BlocksPerYear: BlocksPerYear,
			InflationRateChange: none, InflationMax: none, InflationMin: none, GoalBonded: none, MaxSupply: none,
		}
	}
	return &mint.QueryParamsResponse{Params: *params}, nil
}

// now is what is minted, zeros if nothing is.
func (m *Mint) now(env *chain.Env) (*mint.Minter, error) {
	minter, err := load[mint.Minter](env, layout.Minter)
	if err != nil || minter != nil {
		return minter, err
	}
	return &mint.Minter{Inflation: none, AnnualProvisions: none}, nil
}

func (m *Mint) queryInflation(env *chain.Env, _ *mint.QueryInflationRequest) (*mint.QueryInflationResponse, error) {
	minter, err := m.now(env)
	if err != nil {
		return nil, err
	}
	return &mint.QueryInflationResponse{Inflation: base.DecBytes(minter.Inflation)}, nil
}

func (m *Mint) queryProvisions(env *chain.Env, _ *mint.QueryAnnualProvisionsRequest) (*mint.QueryAnnualProvisionsResponse, error) {
	minter, err := m.now(env)
	if err != nil {
		return nil, err
	}
	return &mint.QueryAnnualProvisionsResponse{AnnualProvisions: base.DecBytes(minter.AnnualProvisions)}, nil
}
