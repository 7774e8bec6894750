package auth

import (
	"fmt"
	"sort"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	auth "github.com/weftchain/weft/proto/cosmos/auth/v1beta1"
	"github.com/weftchain/weft/tx"
)

// ValidateGenesis refuses what InitGenesis could not take: bad parameters,
// malformed, duplicate or wrongly addressed accounts.
func ValidateGenesis(prefix chain.Bech32, g *auth.GenesisState) error {
	if err := CheckParams(g.Params); err != nil {
		return err
	}
	seen := map[chain.Address]bool{}
	numbers := map[uint64]bool{}
	for i, a := range g.Accounts {
		acc, err := ParseAccount(prefix, a)
		if err != nil {
			return fmt.Errorf("auth.accounts[%d]: %w", i, err)
		}
		if seen[acc.Address] {
			return fmt.Errorf("auth.accounts[%d]: duplicate account %s: %w", i, prefix.Account(acc.Address), chain.ErrInvalidRequest)
		}
		seen[acc.Address] = true
		if err := checkAddress(prefix, acc); err != nil {
			return fmt.Errorf("auth.accounts[%d]: %w", i, err)
		}
		if acc.Number != 0 && numbers[acc.Number] {
			return fmt.Errorf("auth.accounts[%d]: duplicate account number %d: %w", i, acc.Number, chain.ErrInvalidRequest)
		}
		numbers[acc.Number] = true
	}
	return nil
}

// checkAddress refuses an account whose address is not that of its key or
// module: nobody could ever use it, or somebody else could.
func checkAddress(prefix chain.Bech32, acc *Account) error {
	name := prefix.Account(acc.Address)
	if acc.PubKey != nil {
		key, err := tx.PubKeyFromAny(acc.PubKey)
		if err == nil {
			err = key.Check()
		}
		if err != nil {
			return err
		}
		if key.Address() != acc.Address {
			return fmt.Errorf("account %s has the key of %s: %w", name, prefix.Account(key.Address()), chain.ErrInvalidPubKey)
		}
	}
	if acc.Module != "" && layout.ModuleAddress(acc.Module) != acc.Address {
		return fmt.Errorf("account %s is not at the address of module %.60q: %w", name, acc.Module, chain.ErrInvalidAddress)
	}
	for _, module := range moduleNames {
		if acc.Address == layout.ModuleAddress(module) && acc.Module != module {
			return fmt.Errorf("account %s must be that of module %s: %w", name, module, chain.ErrInvalidAddress)
		}
	}
	return nil
}

// InitGenesis writes parameters and accounts. Accounts keep the order of their
// numbers, as the reference has it, and are numbered anew from 0.
func (m *Auth) InitGenesis(env *chain.Env, g *auth.GenesisState) error {
	params, err := g.Params.Marshal()
	if err != nil {
		return err
	}
	if err := env.Store(layout.Auth).Set(layout.AuthParams, params); err != nil {
		return err
	}
	list := make([]*Account, len(g.Accounts))
	for i, a := range g.Accounts {
		if list[i], err = ParseAccount(env.Bech32(), a); err != nil {
			return err
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].Number < list[j].Number })
	for _, acc := range list {
		if acc.Number, err = nextNumber(env); err != nil {
			return err
		}
		if err := m.put(env, acc); err != nil {
			return err
		}
	}
	return nil
}

// ExportGenesis is what InitGenesis reads back, accounts in order of their
// numbers.
func (m *Auth) ExportGenesis(env *chain.Env) (*auth.GenesisState, error) {
	params, err := m.Params(env)
	if err != nil {
		return nil, err
	}
	g := &auth.GenesisState{Params: params}
	list, err := m.all(env, "")
	if err != nil {
		return nil, err
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Number < list[j].Number })
	for _, acc := range list {
		packed, err := acc.Proto(env.Bech32())
		if err != nil {
			return nil, err
		}
		g.Accounts = append(g.Accounts, packed)
	}
	return g, nil
}
