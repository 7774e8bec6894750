package bank

import (
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/wire"
	bank "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	query "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
)

// Queries lists the methods of cosmos.bank.v1beta1.Query.
func (b *Bank) Queries() []chain.Route {
	const service = "/cosmos.bank.v1beta1.Query/"
	return []chain.Route{
		chain.NewQuery(service+"Balance", b.queryBalance),
		chain.NewQuery(service+"AllBalances", b.queryAllBalances),
		chain.NewQuery(service+"SpendableBalances", b.querySpendable),
		chain.NewQuery(service+"SpendableBalanceByDenom", b.querySpendableByDenom),
		chain.NewQuery(service+"TotalSupply", b.queryTotalSupply),
		chain.NewQuery(service+"SupplyOf", b.querySupplyOf),
		chain.NewQuery(service+"Params", b.queryParams),
		chain.NewQuery(service+"DenomMetadata", b.queryMetadata),
		chain.NewQuery(service+"DenomMetadataByQueryString", b.queryMetadataByString),
		chain.NewQuery(service+"DenomsMetadata", b.queryAllMetadata),
		chain.NewQuery(service+"DenomOwners", b.queryOwners),
		chain.NewQuery(service+"DenomOwnersByQuery", b.queryOwnersByQuery),
		chain.NewQuery(service+"SendEnabled", b.querySendEnabled),
	}
}

func invalid(err error) error { return status.Error(codes.InvalidArgument, err.Error()) }

func account(env *chain.Env, address string) (chain.Address, error) {
	addr, err := env.Bech32().ParseAccount(address)
	if err != nil {
		return "", invalid(err)
	}
	return addr, nil
}

// balanceOf answers both kinds of balance query: nothing is ever locked here.
func (b *Bank) balanceOf(env *chain.Env, address, denom string) (*base.Coin, error) {
	addr, err := account(env, address)
	if err != nil {
		return nil, err
	}
	if err := chain.CheckDenom(denom); err != nil {
		return nil, invalid(err)
	}
	amount, err := b.Balance(env, addr, denom)
	coin := wire.ProtoCoin(chain.Coin{Denom: denom, Amount: amount})
	return &coin, err
}

func (b *Bank) queryBalance(env *chain.Env, req *bank.QueryBalanceRequest) (*bank.QueryBalanceResponse, error) {
	coin, err := b.balanceOf(env, req.Address, req.Denom)
	return &bank.QueryBalanceResponse{Balance: coin}, err
}

func (b *Bank) querySpendableByDenom(env *chain.Env, req *bank.QuerySpendableBalanceByDenomRequest) (*bank.QuerySpendableBalanceByDenomResponse, error) {
	coin, err := b.balanceOf(env, req.Address, req.Denom)
	return &bank.QuerySpendableBalanceByDenomResponse{Balance: coin}, err
}

func (b *Bank) page(env *chain.Env, address string, page *query.PageRequest) ([]base.Coin, *query.PageResponse, error) {
	addr, err := account(env, address)
	if err != nil {
		return nil, nil, err
	}
	return coinsPage(env, layout.BankBalances(addr), page)
}

// coinsPage reads a page of entries that hold an amount behind a denom.
func coinsPage(env *chain.Env, prefix []byte, page *query.PageRequest) ([]base.Coin, *query.PageResponse, error) {
	coins := []base.Coin{}
	res, err := wire.Page(env.Store(layout.Bank), prefix, page, wire.PageRules{}, func(key, value []byte) (bool, error) {
		amount, err := parseStored(value)
		coins = append(coins, wire.ProtoCoin(chain.Coin{Denom: string(key), Amount: amount}))
		return true, err
	})
	return coins, res, err
}

func (b *Bank) queryAllBalances(env *chain.Env, req *bank.QueryAllBalancesRequest) (*bank.QueryAllBalancesResponse, error) {
	coins, page, err := b.page(env, req.Address, req.Pagination)
	return &bank.QueryAllBalancesResponse{Balances: coins, Pagination: page}, err
}

func (b *Bank) querySpendable(env *chain.Env, req *bank.QuerySpendableBalancesRequest) (*bank.QuerySpendableBalancesResponse, error) {
	coins, page, err := b.page(env, req.Address, req.Pagination)
	return &bank.QuerySpendableBalancesResponse{Balances: coins, Pagination: page}, err
}

func (b *Bank) queryTotalSupply(env *chain.Env, req *bank.QueryTotalSupplyRequest) (*bank.QueryTotalSupplyResponse, error) {
	coins, page, err := coinsPage(env, layout.BankSupplyPrefix, req.Pagination)
	return &bank.QueryTotalSupplyResponse{Supply: coins, Pagination: page}, err
}

func (b *Bank) querySupplyOf(env *chain.Env, req *bank.QuerySupplyOfRequest) (*bank.QuerySupplyOfResponse, error) {
	if err := chain.CheckDenom(req.Denom); err != nil {
		return nil, invalid(err)
	}
	amount, err := b.Supply(env, req.Denom)
	return &bank.QuerySupplyOfResponse{Amount: wire.ProtoCoin(chain.Coin{Denom: req.Denom, Amount: amount})}, err
}

func (b *Bank) queryParams(env *chain.Env, _ *bank.QueryParamsRequest) (*bank.QueryParamsResponse, error) {
	params, err := b.Params(env)
	return &bank.QueryParamsResponse{Params: params}, err
}

// Metadata returns what is known of a denom, nil if nothing is.
func (b *Bank) Metadata(env *chain.Env, denom string) (*bank.Metadata, error) {
	raw, err := env.Store(layout.Bank).Get(layout.BankMetadata(denom))
	if err != nil || raw == nil {
		return nil, err
	}
	m := &bank.Metadata{}
	return m, m.Unmarshal(raw)
}

func (b *Bank) queryMetadata(env *chain.Env, req *bank.QueryDenomMetadataRequest) (*bank.QueryDenomMetadataResponse, error) {
	if err := chain.CheckDenom(req.Denom); err != nil {
		return nil, invalid(err)
	}
	m, err := b.Metadata(env, req.Denom)
	if err != nil {
		return nil, err
	}
	if m == nil {
		return nil, status.Errorf(codes.NotFound, "client metadata for denom %s", req.Denom)
	}
	return &bank.QueryDenomMetadataResponse{Metadata: *m}, nil
}

func (b *Bank) queryMetadataByString(env *chain.Env, req *bank.QueryDenomMetadataByQueryStringRequest) (*bank.QueryDenomMetadataByQueryStringResponse, error) {
	res, err := b.queryMetadata(env, &bank.QueryDenomMetadataRequest{Denom: req.Denom})
	if err != nil {
		return nil, err
	}
	return &bank.QueryDenomMetadataByQueryStringResponse{Metadata: res.Metadata}, nil
}

func (b *Bank) queryAllMetadata(env *chain.Env, req *bank.QueryDenomsMetadataRequest) (*bank.QueryDenomsMetadataResponse, error) {
	list, page, err := metadataPage(env, req.Pagination)
	return &bank.QueryDenomsMetadataResponse{Metadatas: list, Pagination: page}, err
}

// AllMetadata returns a page of what is known of denoms, and the key of the
// next page.
func (b *Bank) AllMetadata(env *chain.Env, page *query.PageRequest) ([]bank.Metadata, []byte, error) {
	list, res, err := metadataPage(env, page)
	if err != nil {
		return nil, nil, err
	}
	return list, res.NextKey, nil
}

func metadataPage(env *chain.Env, page *query.PageRequest) ([]bank.Metadata, *query.PageResponse, error) {
	list := []bank.Metadata{}
	res, err := wire.Page(env.Store(layout.Bank), layout.BankMetadataPrefix, page, wire.PageRules{}, func(_, value []byte) (bool, error) {
		var m bank.Metadata
		err := m.Unmarshal(value)
		list = append(list, m)
		return true, err
	})
	return list, res, err
}

func (b *Bank) queryOwners(env *chain.Env, req *bank.QueryDenomOwnersRequest) (*bank.QueryDenomOwnersResponse, error) {
	if err := chain.CheckDenom(req.Denom); err != nil {
		return nil, invalid(err)
	}
	res := &bank.QueryDenomOwnersResponse{}
	var err error
	res.Pagination, err = wire.Page(env.Store(layout.Bank), layout.BankDenomOwners(req.Denom), req.Pagination, wire.PageRules{},
		func(key, _ []byte) (bool, error) {
			addr := chain.Address(key[1:]) // behind its length
			amount, err := b.Balance(env, addr, req.Denom)
			res.DenomOwners = append(res.DenomOwners, &bank.DenomOwner{
				Address: env.Bech32().Account(addr),
				Balance: wire.ProtoCoin(chain.Coin{Denom: req.Denom, Amount: amount}),
			})
			return true, err
		})
	return res, err
}

func (b *Bank) queryOwnersByQuery(env *chain.Env, req *bank.QueryDenomOwnersByQueryRequest) (*bank.QueryDenomOwnersByQueryResponse, error) {
	res, err := b.queryOwners(env, &bank.QueryDenomOwnersRequest{Denom: req.Denom, Pagination: req.Pagination})
	if err != nil {
		return nil, err
	}
	return &bank.QueryDenomOwnersByQueryResponse{DenomOwners: res.DenomOwners, Pagination: res.Pagination}, nil
}

func (b *Bank) querySendEnabled(env *chain.Env, req *bank.QuerySendEnabledRequest) (*bank.QuerySendEnabledResponse, error) {
	res := &bank.QuerySendEnabledResponse{}
	if len(req.Denoms) > wire.MaxPageLimit {
		return nil, status.Errorf(codes.InvalidArgument, "%d denoms, at most %d", len(req.Denoms), wire.MaxPageLimit)
	}
	for _, denom := range req.Denoms {
		raw, err := env.Store(layout.Bank).Get(layout.BankSendEnabled(denom))
		if err != nil {
			return nil, err
		}
		if raw != nil {
			res.SendEnabled = append(res.SendEnabled, &bank.SendEnabled{Denom: denom, Enabled: len(raw) == 1 && raw[0] == 1})
		}
	}
	if len(req.Denoms) > 0 {
		return res, nil
	}
	var err error
	res.Pagination, err = wire.Page(env.Store(layout.Bank), layout.BankSendEnabledPrefix, req.Pagination, wire.PageRules{},
		func(key, value []byte) (bool, error) {
			res.SendEnabled = append(res.SendEnabled, &bank.SendEnabled{Denom: string(key), Enabled: len(value) == 1 && value[0] == 1})
			return true, nil
		})
	return res, err
}
