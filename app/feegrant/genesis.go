package feegrant

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	feegrant "github.com/weftchain/weft/proto/cosmos/feegrant/v1beta1"
)

// ValidateGenesis refuses malformed allowances, and two between the same
// accounts.
func ValidateGenesis(prefix chain.Bech32, g *feegrant.GenesisState) error {
	seen := map[pair]bool{}
	for i := range g.Allowances {
		p, a, err := parseGrant(prefix, &g.Allowances[i])
		if err == nil {
			err = a.check()
		}
		if err != nil {
			return fmt.Errorf("feegrant.allowances[%d]: %w", i, err)
		}
		if seen[p] {
			return fmt.Errorf("feegrant.allowances[%d]: duplicate allowance of %s for %s: %w",
				i, prefix.Account(p.granter), prefix.Account(p.grantee), chain.ErrInvalidRequest)
		}
		seen[p] = true
	}
	return nil
}

func parseGrant(prefix chain.Bech32, g *feegrant.Grant) (pair, allowance, error) {
	p, err := parties(prefix, g.Granter, g.Grantee)
	if err != nil {
		return p, nil, err
	}
	if p.granter == p.grantee {
		return p, nil, fmt.Errorf("cannot self-grant fee authorization: %w", chain.ErrInvalidAddress)
	}
	a, err := unpack(g.Allowance)
	return p, a, err
}

// InitGenesis writes the allowances of a genesis that ValidateGenesis accepts.
// One that has ended is taken too; the end of the first block deletes it.
func (m *Feegrant) InitGenesis(env *chain.Env, g *feegrant.GenesisState) error {
	for i := range g.Allowances {
		p, a, err := parseGrant(env.Bech32(), &g.Allowances[i])
		if err != nil {
			return err
		}
		if err := m.ensure(env, p.grantee); err != nil {
			return err
		}
		if err := enter(env, p, a); err != nil {
			return err
		}
	}
	return nil
}

// ExportGenesis is what InitGenesis reads back.
func (m *Feegrant) ExportGenesis(env *chain.Env) (*feegrant.GenesisState, error) {
	prefix := layout.FeeAllowancePrefix
	it, err := env.Store(layout.Feegrant).Iterate(prefix, chain.PrefixEnd(prefix), false)
	if err != nil {
		return nil, err
	}
	g := &feegrant.GenesisState{}
	for it.Valid() && err == nil {
		var grant feegrant.Grant
		if err = grant.Unmarshal(it.Value()); err == nil {
			g.Allowances = append(g.Allowances, grant)
			err = it.Next()
		}
	}
	if closed := it.Close(); err == nil {
		err = closed
	}
	return g, err
}
