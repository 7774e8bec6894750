package auth

import (
	"fmt"

	"github.com/cosmos/gogoproto/types"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/wire"
	auth "github.com/weftchain/weft/proto/cosmos/auth/v1beta1"
)

// Queries lists the methods of cosmos.auth.v1beta1.Query.
func (m *Auth) Queries() []chain.Route {
	const service = "/cosmos.auth.v1beta1.Query/"
	return []chain.Route{
		chain.NewQuery(service+"Account", m.queryAccount),
		chain.NewQuery(service+"Accounts", m.queryAccounts),
		chain.NewQuery(service+"AccountInfo", m.queryAccountInfo),
		chain.NewQuery(service+"AccountAddressByID", m.queryAddressByID),
		chain.NewQuery(service+"Params", m.queryParams),
		chain.NewQuery(service+"ModuleAccounts", m.queryModuleAccounts),
		chain.NewQuery(service+"ModuleAccountByName", m.queryModuleAccount),
		chain.NewQuery(service+"Bech32Prefix", queryPrefix),
		chain.NewQuery(service+"AddressBytesToString", queryBytesToString),
		chain.NewQuery(service+"AddressStringToBytes", queryStringToBytes),
	}
}

// find returns the account that a query names, or the gRPC error for it.
func (m *Auth) find(env *chain.Env, address string) (*Account, error) {
	if address == "" {
		return nil, status.Error(codes.InvalidArgument, "Address cannot be empty")
	}
	addr, err := env.Bech32().ParseAccount(address)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	acc, err := m.Get(env, addr)
	if err != nil {
		return nil, err
	}
	if acc == nil {
		return nil, status.Errorf(codes.NotFound, "account %s not found", address)
	}
	return acc, nil
}

func (m *Auth) queryAccount(env *chain.Env, req *auth.QueryAccountRequest) (*auth.QueryAccountResponse, error) {
	acc, err := m.find(env, req.Address)
	if err != nil {
		return nil, err
	}
	packed, err := acc.Proto(env.Bech32())
	return &auth.QueryAccountResponse{Account: packed}, err
}

func (m *Auth) queryAccountInfo(env *chain.Env, req *auth.QueryAccountInfoRequest) (*auth.QueryAccountInfoResponse, error) {
	acc, err := m.find(env, req.Address)
	if err != nil {
		return nil, err
	}
	return &auth.QueryAccountInfoResponse{Info: acc.base(env.Bech32())}, nil
}

func (m *Auth) queryAccounts(env *chain.Env, req *auth.QueryAccountsRequest) (*auth.QueryAccountsResponse, error) {
	res := &auth.QueryAccountsResponse{}
	var err error
	res.Pagination, err = wire.Page(env.Store(layout.Auth), layout.AccountPrefix, req.Pagination, wire.PageRules{},
		func(_, value []byte) (bool, error) {
			a := new(types.Any)
			res.Accounts = append(res.Accounts, a)
			return true, a.Unmarshal(value)
		})
	return res, err
}

// queryAddressByID takes the number in the old field as well, which the
// reference refuses: it is the one in the REST path, so that path never worked.
func (m *Auth) queryAddressByID(env *chain.Env, req *auth.QueryAccountAddressByIDRequest) (*auth.QueryAccountAddressByIDResponse, error) {
	number := req.AccountId
	if req.Id != 0 {
		if number != 0 || req.Id < 0 {
			return nil, status.Error(codes.InvalidArgument, "give the account's number once, best as account_id")
		}
		number = uint64(req.Id)
	}
	addr, err := env.Store(layout.Auth).Get(layout.AccountNumber(number))
	if err != nil {
		return nil, err
	}
	if addr == nil {
		return nil, status.Errorf(codes.NotFound, "account address not found with account number %d", number)
	}
	return &auth.QueryAccountAddressByIDResponse{AccountAddress: env.Bech32().Account(chain.Address(addr))}, nil
}

func (m *Auth) queryParams(env *chain.Env, _ *auth.QueryParamsRequest) (*auth.QueryParamsResponse, error) {
	params, err := m.Params(env)
	return &auth.QueryParamsResponse{Params: params}, err
}

// all returns the accounts of modules with that name, or with name "" every
// account.
func (m *Auth) all(env *chain.Env, module string) ([]*Account, error) {
	it, err := env.Store(layout.Auth).Iterate(layout.AccountPrefix, chain.PrefixEnd(layout.AccountPrefix), false)
	if err != nil {
		return nil, err
	}
	var list []*Account
	for it.Valid() && err == nil {
		var a types.Any
		var acc *Account
		if err = a.Unmarshal(it.Value()); err == nil {
			acc, err = ParseAccount(env.Bech32(), &a)
		}
		if err == nil {
			if module == "" || acc.Module == module {
				list = append(list, acc)
			}
			err = it.Next()
		}
	}
	if closed := it.Close(); err == nil {
		err = closed
	}
	return list, err
}

// moduleNames are the modules that may hold coins.
var moduleNames = []string{layout.BondedPool, layout.FeeCollector, layout.NotBondedPool, layout.WasmModule}

func (m *Auth) queryModuleAccounts(env *chain.Env, _ *auth.QueryModuleAccountsRequest) (*auth.QueryModuleAccountsResponse, error) {
	res := &auth.QueryModuleAccountsResponse{}
	for _, name := range moduleNames {
		acc, err := m.Get(env, layout.ModuleAddress(name))
		if err != nil {
			return nil, err
		}
		if acc == nil {
			continue
		}
		packed, err := acc.Proto(env.Bech32())
		if err != nil {
			return nil, err
		}
		res.Accounts = append(res.Accounts, packed)
	}
	return res, nil
}

func (m *Auth) queryModuleAccount(env *chain.Env, req *auth.QueryModuleAccountByNameRequest) (*auth.QueryModuleAccountByNameResponse, error) {
	acc, err := m.Get(env, layout.ModuleAddress(req.Name))
	if err != nil {
		return nil, err
	}
	if req.Name == "" || acc == nil || acc.Module == "" {
		return nil, status.Errorf(codes.NotFound, "account %.100s not found", req.Name)
	}
	packed, err := acc.Proto(env.Bech32())
	return &auth.QueryModuleAccountByNameResponse{Account: packed}, err
}

func queryPrefix(env *chain.Env, _ *auth.Bech32PrefixRequest) (*auth.Bech32PrefixResponse, error) {
	return &auth.Bech32PrefixResponse{Bech32Prefix: string(env.Bech32())}, nil
}

func queryBytesToString(env *chain.Env, req *auth.AddressBytesToStringRequest) (*auth.AddressBytesToStringResponse, error) {
	if n := len(req.AddressBytes); n == 0 || n > chain.MaxAddressBytes {
		return nil, status.Error(codes.InvalidArgument, fmt.Sprintf("address has %d bytes, must be 1 to %d", n, chain.MaxAddressBytes))
	}
	return &auth.AddressBytesToStringResponse{AddressString: env.Bech32().Account(chain.Address(req.AddressBytes))}, nil
}

func queryStringToBytes(env *chain.Env, req *auth.AddressStringToBytesRequest) (*auth.AddressStringToBytesResponse, error) {
	addr, err := env.Bech32().ParseAccount(req.AddressString)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	return &auth.AddressStringToBytesResponse{AddressBytes: addr.Bytes()}, nil
}
