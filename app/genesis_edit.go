package app

import (
	"fmt"
	"sort"

	"github.com/weftchain/weft/app/auth"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/wire"
	bankpb "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
)

// AddAccount gives an account coins from the start. The error wraps
// chain.ErrInvalidAddress, chain.ErrInvalidCoins, or chain.ErrInvalidRequest if
// the account is there.
func (g *Genesis) AddAccount(prefix chain.Bech32, address string, coins chain.Coins) error {
	addr, err := prefix.ParseAccount(address)
	if err != nil {
		return err
	}
	if err := coins.Validate(); err != nil {
		return err
	}
	for _, packed := range g.Auth.Accounts {
		old, err := auth.ParseAccount(prefix, packed)
		if err != nil {
			return err
		}
		if old.Address == addr {
			return fmt.Errorf("account %s is in genesis already: %w", address, chain.ErrInvalidRequest)
		}
	}
	acc := &auth.Account{Address: addr, Number: uint64(len(g.Auth.Accounts))}
	packed, err := acc.Proto(prefix)
	if err != nil {
		return err
	}
	g.Auth.Accounts = append(g.Auth.Accounts, packed)
	g.Bank.Balances = append(g.Bank.Balances, bankpb.Balance{Address: address, Coins: wire.ProtoCoins(coins)})
	sort.SliceStable(g.Bank.Balances, func(i, j int) bool { return g.Bank.Balances[i].Address < g.Bank.Balances[j].Address })
	g.Bank.Supply = nil // follows from the balances
	return nil
}
