package feegrant

import (
	"errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/wire"
	query "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	feegrant "github.com/weftchain/weft/proto/cosmos/feegrant/v1beta1"
)

// Queries lists the methods of cosmos.feegrant.v1beta1.Query.
func (m *Feegrant) Queries() []chain.Route {
	const service = "/cosmos.feegrant.v1beta1.Query/"
	return []chain.Route{
		chain.NewQuery(service+"Allowance", m.queryAllowance),
		chain.NewQuery(service+"Allowances", m.queryAllowances),
		chain.NewQuery(service+"AllowancesByGranter", m.queryByGranter),
	}
}

func parseQueried(env *chain.Env, address string) (chain.Address, error) {
	addr, err := env.Bech32().ParseAccount(address)
	if err != nil {
		return "", status.Error(codes.InvalidArgument, err.Error())
	}
	return addr, nil
}

func (m *Feegrant) queryAllowance(env *chain.Env, req *feegrant.QueryAllowanceRequest) (*feegrant.QueryAllowanceResponse, error) {
	granter, err := parseQueried(env, req.Granter)
	if err != nil {
		return nil, err
	}
	grantee, err := parseQueried(env, req.Grantee)
	if err != nil {
		return nil, err
	}
	a, err := find(env, pair{granter, grantee})
	if errors.Is(err, chain.ErrNotFound) {
		// The reference answers Internal; what is not there is NotFound.
		return nil, status.Errorf(codes.NotFound, "fee-grant of %s for %s not found", req.Granter, req.Grantee)
	}
	if err != nil {
		return nil, err
	}
	packed, err := pack(a)
	return &feegrant.QueryAllowanceResponse{
		Allowance: &feegrant.Grant{Granter: req.Granter, Grantee: req.Grantee, Allowance: packed},
	}, err
}

func (m *Feegrant) queryAllowances(env *chain.Env, req *feegrant.QueryAllowancesRequest) (*feegrant.QueryAllowancesResponse, error) {
	grantee, err := parseQueried(env, req.Grantee)
	if err != nil {
		return nil, err
	}
	res := &feegrant.QueryAllowancesResponse{}
	res.Allowances, res.Pagination, err = list(env, layout.FeeAllowances(grantee), req.Pagination, wire.PageRules{})
	return res, err
}

// queryByGranter looks at every allowance of the chain, for they lie by
// grantee; the gas of a query bounds that.
func (m *Feegrant) queryByGranter(env *chain.Env, req *feegrant.QueryAllowancesByGranterRequest) (*feegrant.QueryAllowancesByGranterResponse, error) {
	granter, err := parseQueried(env, req.Granter)
	if err != nil {
		return nil, err
	}
	name := env.Bech32().Account(granter)
	rules := wire.PageRules{Filter: func(_, value []byte) (bool, error) {
		var grant feegrant.Grant
		err := grant.Unmarshal(value)
		return grant.Granter == name, err
	}}
	res := &feegrant.QueryAllowancesByGranterResponse{}
	res.Allowances, res.Pagination, err = list(env, layout.FeeAllowancePrefix, req.Pagination, rules)
	return res, err
}

func list(env *chain.Env, prefix []byte, page *query.PageRequest, rules wire.PageRules) ([]*feegrant.Grant, *query.PageResponse, error) {
	var out []*feegrant.Grant
	res, err := wire.Page(env.Store(layout.Feegrant), prefix, page, rules, func(_, value []byte) (bool, error) {
		grant := new(feegrant.Grant)
		out = append(out, grant)
		return true, grant.Unmarshal(value)
	})
	return out, res, err
}
