package slashing

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	slashing "github.com/weftchain/weft/proto/cosmos/slashing/v1beta1"
)

// ValidateGenesis refuses bad parameters, addresses and counters.
func ValidateGenesis(prefix chain.Bech32, g *slashing.GenesisState) error {
	if err := CheckParams(g.Params); err != nil {
		return err
	}
	for i, r := range g.SigningInfos {
		if _, err := prefix.ParseConsensus(r.Address); err != nil {
			return fmt.Errorf("slashing.signing_infos[%d].address: %w", i, err)
		}
		if r.ValidatorSigningInfo.IndexOffset < 0 || r.ValidatorSigningInfo.MissedBlocksCounter < 0 {
			return fmt.Errorf("slashing.signing_infos[%d]: a counter is below 0: %w", i, chain.ErrInvalidRequest)
		}
	}
	for i, r := range g.MissedBlocks {
		if _, err := prefix.ParseConsensus(r.Address); err != nil {
			return fmt.Errorf("slashing.missed_blocks[%d].address: %w", i, err)
		}
		for _, b := range r.MissedBlocks {
			if b.Index < 0 || b.Index >= g.Params.SignedBlocksWindow {
				return fmt.Errorf("slashing.missed_blocks[%d]: index %d is not in a window of %d: %w", i, b.Index, g.Params.SignedBlocksWindow, chain.ErrInvalidRequest)
			}
		}
	}
	return nil
}

// InitGenesis writes a genesis that ValidateGenesis accepts. It comes before
// that of staking. Keys of validators come with their own genesis.
func (s *Slashing) InitGenesis(env *chain.Env, g *slashing.GenesisState) error {
	if err := save(env, layout.SlashingParams, &g.Params); err != nil {
		return err
	}
	for _, r := range g.SigningInfos {
		cons, err := env.Bech32().ParseConsensus(r.Address)
		if err != nil {
			return err
		}
		info := r.ValidatorSigningInfo
		info.Address = env.Bech32().Consensus(cons)
		if err := saveInfo(env, cons, &info); err != nil {
			return err
		}
	}
	for _, r := range g.MissedBlocks {
		cons, err := env.Bech32().ParseConsensus(r.Address)
		if err != nil {
			return err
		}
		for _, b := range r.MissedBlocks {
			if err := setMissed(env, cons, b.Index, b.Missed); err != nil {
				return err
			}
		}
	}
	return nil
}

// ExportGenesis is what InitGenesis reads back.
func (s *Slashing) ExportGenesis(env *chain.Env) (*slashing.GenesisState, error) {
	params, err := s.Params(env)
	if err != nil {
		return nil, err
	}
	g := &slashing.GenesisState{Params: params}
	return g, each(env, layout.SlashingInfoPrefix, func(key, value []byte) error {
		a, err := layout.ParseAddresses(key, 1)
		if err != nil {
			return err
		}
		var info slashing.ValidatorSigningInfo
		if err := info.Unmarshal(value); err != nil {
			return fmt.Errorf("signing record in state: %v", err)
		}
		address := env.Bech32().Consensus(a[0])
		g.SigningInfos = append(g.SigningInfos, slashing.SigningInfo{Address: address, ValidatorSigningInfo: info})
		missed := slashing.ValidatorMissedBlocks{Address: address, MissedBlocks: []slashing.MissedBlock{}}
		err = eachMissed(env, a[0], params.SignedBlocksWindow, func(place int64) {
			missed.MissedBlocks = append(missed.MissedBlocks, slashing.MissedBlock{Index: place, Missed: true})
		})
		g.MissedBlocks = append(g.MissedBlocks, missed)
		return err
	})
}
