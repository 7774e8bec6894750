package slashing

import (
	"fmt"
	"time"

	"github.com/weftchain/weft/chain"
	slashing "github.com/weftchain/weft/proto/cosmos/slashing/v1beta1"
)

// knowsMined asks for a key that nobody stakes with.
func (s *Slashing) knowsMined(env *chain.Env, cons chain.Address) (known, jailed bool, err error) {
	if s.Mined == nil {
		return false, false, nil
	}
	return s.Mined.Watches(env, cons)
}

// watchesMined reports whether the blocks of a key that nobody stakes with are
// to be counted.
func (s *Slashing) watchesMined(env *chain.Env, cons chain.Address) (bool, error) {
	known, jailed, err := s.knowsMined(env, cons)
	return known && !jailed, err
}

// minedAbsent jails a key that nobody stakes with; its window begins anew.
func (s *Slashing) minedAbsent(env *chain.Env, params slashing.Params, vote chain.Vote, info *slashing.ValidatorSigningInfo) error {
	if err := s.Mined.Absent(env, vote.Validator); err != nil {
		return err
	}
	info.JailedUntil = env.Block.Time.Add(params.DowntimeJailDuration)
	info.MissedBlocksCounter, info.IndexOffset = 0, 0
	return clearWindow(env, vote.Validator)
}

// Released refuses a key that must stay in jail: its time is not over, or it is
// tombstoned. The error wraps ErrStillJailed or ErrTombstoned.
func (s *Slashing) Released(env *chain.Env, cons chain.Address) error {
	info, err := s.Info(env, cons)
	switch {
	case err != nil || info == nil:
		return err
	case info.Tombstoned:
		return ErrTombstoned
	case env.Block.Time.Before(info.JailedUntil):
		return fmt.Errorf("until %s: %w", info.JailedUntil.UTC().Format(time.RFC3339), ErrStillJailed)
	}
	return nil
}
