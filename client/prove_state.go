package client

import (
	"context"
	"fmt"
	"strings"

	gogotypes "github.com/cosmos/gogoproto/types"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
)

// Balance returns how much of a denom an address holds, proven; 0 is a proof
// that it holds none.
func (l *Light) Balance(ctx context.Context, address, denom string, height int64) (chain.Amount, Proven, error) {
	addr, err := ParseAddress(address)
	if err != nil {
		return chain.Amount{}, Proven{}, err
	}
	p, err := l.Get(ctx, layout.Bank, layout.BankBalance(addr, denom), height)
	if err != nil || p.Value == nil {
		return chain.Amount{}, p, err
	}
	amount, err := chain.ParseAmount(string(p.Value))
	return amount, p, err
}

// Balances returns all that an address holds, proven to be all. If these are
// more denoms than limit, more is true.
func (l *Light) Balances(ctx context.Context, address string, height int64, limit int) (coins chain.Coins, more bool, at Anchor, err error) {
	addr, err := ParseAddress(address)
	if err != nil {
		return nil, false, Anchor{}, err
	}
	prefix := layout.BankBalances(addr)
	list, more, at, err := l.List(ctx, layout.Bank, prefix, height, limit)
	if err != nil {
		return nil, false, Anchor{}, err
	}
	for _, e := range list {
		amount, err := chain.ParseAmount(string(e.Value))
		if err != nil {
			return nil, false, Anchor{}, err
		}
		coins = append(coins, chain.Coin{Denom: string(e.Key[len(prefix):]), Amount: amount})
	}
	return coins, more, at, nil
}

// ContractState returns the value under a key of a contract's own state, proven;
// nil is a proof that there is none.
func (l *Light) ContractState(ctx context.Context, contract string, key []byte, height int64) (Proven, error) {
	addr, err := ParseAddress(contract)
	if err != nil {
		return Proven{}, err
	}
	return l.Get(ctx, layout.Wasm, append(layout.WasmState(addr), key...), height)
}

// ContractStates returns a contract's own state, proven to be all of it, with
// the contract's keys. If there are more entries than limit, more is true.
func (l *Light) ContractStates(ctx context.Context, contract string, height int64, limit int) (list []Entry, more bool, at Anchor, err error) {
	addr, err := ParseAddress(contract)
	if err != nil {
		return nil, false, Anchor{}, err
	}
	prefix := layout.WasmState(addr)
	list, more, at, err = l.List(ctx, layout.Wasm, prefix, height, limit)
	for i := range list {
		list[i].Key = list[i].Key[len(prefix):]
	}
	return list, more, at, err
}

// Account returns an account as the chain keeps it, proven; nil is a proof that
// there is none.
func (l *Light) Account(ctx context.Context, address string, height int64) (*gogotypes.Any, Proven, error) {
	addr, err := ParseAddress(address)
	if err != nil {
		return nil, Proven{}, err
	}
	p, err := l.Get(ctx, layout.Auth, layout.Account(addr), height)
	if err != nil || p.Value == nil {
		return nil, p, err
	}
	var account gogotypes.Any
	return &account, p, account.Unmarshal(p.Value)
}

// ParseAddress reads an address of whatever prefix: the keys of the state hold
// its bytes alone. The error wraps chain.ErrInvalidAddress.
func ParseAddress(text string) (chain.Address, error) {
	prefix, _, found := cutLast(text, "1")
	if !found {
		return "", fmt.Errorf("%.100q: %w", text, chain.ErrInvalidAddress)
	}
	return chain.Bech32(strings.ToLower(prefix)).ParseAccount(text)
}

func cutLast(text, sep string) (before, after string, found bool) {
	if at := strings.LastIndex(text, sep); at >= 0 {
		return text[:at], text[at+len(sep):], true
	}
	return text, "", false
}
