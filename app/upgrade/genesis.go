package upgrade

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	upgradepb "github.com/weftchain/weft/proto/weft/upgrade/v1"
)

// ValidateGenesis refuses plans that no message could make. Nil is a chain without
// any.
func ValidateGenesis(g *upgradepb.GenesisState) error {
	if g == nil {
		return nil
	}
	if g.Plan != nil {
		if err := CheckPlan(g.Plan); err != nil {
			return fmt.Errorf("upgrade.plan: %w", err)
		}
	}
	for i, d := range g.Done {
		if !nameRule.MatchString(d.Name) || d.Height < 1 || i > 0 && d.Height <= g.Done[i-1].Height {
			return fmt.Errorf("upgrade.done[%d]: names of upgrades with rising heights: %w", i, chain.ErrInvalidRequest)
		}
	}
	return nil
}

// InitGenesis writes what is planned and what was done.
func (u *Upgrade) InitGenesis(env *chain.Env, g *upgradepb.GenesisState) error {
	if g == nil {
		return nil
	}
	store := env.FreeStore(layout.Params)
	if g.Plan != nil {
		raw, err := g.Plan.Marshal()
		if err != nil {
			return err
		}
		if err := store.Set(layout.UpgradePlan, raw); err != nil {
			return err
		}
	}
	for _, d := range g.Done {
		if err := store.Set(layout.UpgradeDone(d.Height, d.Name), []byte{1}); err != nil {
			return err
		}
	}
	return nil
}

// ExportGenesis returns what InitGenesis reads, nil if there is nothing.
func (u *Upgrade) ExportGenesis(env *chain.Env) (*upgradepb.GenesisState, error) {
	plan, err := u.Plan(env)
	if err != nil {
		return nil, err
	}
	g := &upgradepb.GenesisState{Plan: plan}
	err = u.done(env, false, func(name string, height int64) bool {
		g.Done = append(g.Done, upgradepb.Done{Name: name, Height: height})
		return true
	})
	if g.Plan == nil && len(g.Done) == 0 {
		return nil, err
	}
	return g, err
}
