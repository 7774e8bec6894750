package client

import (
	"context"
	"fmt"

	rpc "github.com/cometbft/cometbft/rpc/client"

	"github.com/weftchain/weft/chain"
	auth "github.com/weftchain/weft/proto/cosmos/auth/v1beta1"
	bank "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	params "github.com/weftchain/weft/proto/weft/params/v1"
)

// Query sends req to a query method ("/cosmos.bank.v1beta1.Query/Balance") and
// reads the answer into res. height 0 asks for the latest state. The error is
// a *QueryError if the application refused.
func (c *Client) Query(ctx context.Context, path string, height int64, req, res chain.Message) error {
	data, err := req.Marshal()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	value, err := c.ABCIQuery(ctx, path, data, height)
	if err != nil {
		return err
	}
	if err := res.Unmarshal(value); err != nil {
		return &NodeError{Method: path, Text: fmt.Sprintf("its answer cannot be read: %v", err)}
	}
	return nil
}

// ABCIQuery is Query for bytes.
func (c *Client) ABCIQuery(ctx context.Context, path string, data []byte, height int64) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	answer, err := c.rpc.ABCIQueryWithOptions(ctx, path, data, rpc.ABCIQueryOptions{Height: height})
	if err != nil {
		return nil, c.call("abci_query", err)
	}
	r := answer.Response
	if r.Code != 0 {
		return nil, &QueryError{Path: path, Codespace: r.Codespace, Code: r.Code, Log: r.Log}
	}
	return r.Value, nil
}

// Account returns the number and sequence of an account. NotFound(err) reports
// that the chain does not know the address: it was never sent anything.
func (c *Client) Account(ctx context.Context, address string) (number, sequence uint64, err error) {
	account, err := c.BaseAccount(ctx, address)
	if err != nil {
		return 0, 0, err
	}
	return account.AccountNumber, account.Sequence, nil
}

// BaseAccount returns an account as the chain keeps it; of a module's account
// the part that all accounts have.
func (c *Client) BaseAccount(ctx context.Context, address string) (*auth.BaseAccount, error) {
	var res auth.QueryAccountResponse
	if err := c.Query(ctx, "/cosmos.auth.v1beta1.Query/Account", 0, &auth.QueryAccountRequest{Address: address}, &res); err != nil {
		return nil, err
	}
	if res.Account == nil {
		return nil, &NodeError{Method: "the query for an account", Text: "its answer holds none"}
	}
	var base auth.BaseAccount
	var err error
	switch res.Account.TypeUrl {
	case "/cosmos.auth.v1beta1.BaseAccount":
		err = base.Unmarshal(res.Account.Value)
	case "/cosmos.auth.v1beta1.ModuleAccount":
		var module auth.ModuleAccount
		if err = module.Unmarshal(res.Account.Value); err == nil && module.BaseAccount != nil {
			base = *module.BaseAccount
		}
	default:
		err = fmt.Errorf("account type %.100q is not known here", res.Account.TypeUrl)
	}
	if err == nil && base.Address != address {
		err = fmt.Errorf("asked for %s, got %.200q", address, base.Address)
	}
	if err != nil {
		return nil, &NodeError{Method: "the query for an account", Text: err.Error()}
	}
	return &base, nil
}

// Balance returns how much of a denom an address holds, 0 if nothing.
func (c *Client) Balance(ctx context.Context, address, denom string) (chain.Amount, error) {
	var res bank.QueryBalanceResponse
	err := c.Query(ctx, "/cosmos.bank.v1beta1.Query/Balance", 0, &bank.QueryBalanceRequest{Address: address, Denom: denom}, &res)
	if err != nil || res.Balance == nil {
		return chain.Amount{}, err
	}
	return chain.ParseAmount(res.Balance.Amount)
}

// Params returns weft's consensus parameters: the prefix of addresses, the
// base denom, limits.
func (c *Client) Params(ctx context.Context) (params.Params, error) {
	var res params.QueryParamsResponse
	err := c.Query(ctx, "/weft.params.v1.Query/Params", 0, &params.QueryParamsRequest{}, &res)
	return res.Params, err
}
