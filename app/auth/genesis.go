package auth

import (
	"fmt"
	"sort"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	auth "github.com/weftchain/weft/proto/cosmos/auth/v1beta1"
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
		if acc.Number != 0 && numbers[acc.Number] {
			return fmt.Errorf("auth.accounts[%d]: duplicate account number %d: %w", i, acc.Number, chain.ErrInvalidRequest)
		}
		numbers[acc.Number] = true
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
