package cli

import (
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/client"
	auth "github.com/weftchain/weft/proto/cosmos/auth/v1beta1"
	bank "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	page "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	wasm "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
)

func protoCoin(denom string, amount chain.Amount) base.Coin {
	return base.Coin{Denom: denom, Amount: amount.String()}
}

// proveBalance proves how much of one denom an address holds.
func proveBalance(p *proving, address, denom string) (proven, error) {
	amount, found, err := p.light.Balance(p.ctx, address, denom, p.height)
	if err != nil {
		return proven{}, err
	}
	coin := protoCoin(denom, amount)
	return p.one(&bank.QueryBalanceResponse{Balance: &coin}, found), nil
}

// proveBalances proves all that an address holds, or one denom of it.
func proveBalances(p *proving) (proven, error) {
	if denom := p.o.GetString("denom"); denom != "" {
		return proveBalance(p, p.args[0], denom)
	}
	limit, err := p.listLimit()
	if err != nil {
		return proven{}, err
	}
	coins, more, at, err := p.light.Balances(p.ctx, p.args[0], p.height, limit)
	if err != nil {
		return proven{}, err
	}
	res := &bank.QueryAllBalancesResponse{Balances: []base.Coin{}, Pagination: &page.PageResponse{}}
	for _, c := range coins {
		res.Balances = append(res.Balances, protoCoin(c.Denom, c.Amount))
	}
	if !more {
		res.Pagination.Total = uint64(len(coins))
	}
	addr, err := client.ParseAddress(p.args[0])
	return p.list(res, layout.Bank, layout.BankBalances(addr), more, at), err
}

// listLimit reads --limit; a proven list begins at its beginning, because what
// comes before would not be proven.
func (p *proving) listLimit() (int, error) {
	for _, name := range []string{"offset", "page", "page-key", "count-total", "reverse"} {
		if p.o.given(name) {
			return 0, usage("--%s does not go with --prove: a proven list begins at its beginning", name)
		}
	}
	req, err := p.o.pageRequest()
	if err != nil {
		return 0, err
	}
	return int(req.Limit), nil
}

// proveAccount proves an account, or that there is none.
func proveAccount(p *proving) (proven, error) {
	account, found, err := p.light.Account(p.ctx, p.args[0], p.height)
	if err != nil {
		return proven{}, err
	}
	return p.one(&auth.QueryAccountResponse{Account: account}, found), nil
}

// proveRaw proves a key of a contract's state, or that it has none.
func proveRaw(p *proving) (proven, error) {
	key, err := p.o.decode("key", p.args[1], hexText)
	if err != nil {
		return proven{}, err
	}
	found, err := p.light.ContractState(p.ctx, p.args[0], key, p.height)
	if err != nil {
		return proven{}, err
	}
	return p.one(&wasm.QueryRawContractStateResponse{Data: found.Value}, found), nil
}

// proveAll proves a contract's whole state.
func proveAll(p *proving) (proven, error) {
	limit, err := p.listLimit()
	if err != nil {
		return proven{}, err
	}
	list, more, at, err := p.light.ContractStates(p.ctx, p.args[0], p.height, limit)
	if err != nil {
		return proven{}, err
	}
	res := &wasm.QueryAllContractStateResponse{Models: []wasm.Model{}, Pagination: &page.PageResponse{}}
	for _, e := range list {
		res.Models = append(res.Models, wasm.Model{Key: e.Key, Value: e.Value})
	}
	addr, err := client.ParseAddress(p.args[0])
	return p.list(res, layout.Wasm, layout.WasmState(addr), more, at), err
}
