package slashing

import (
	"fmt"
	"strconv"

	"github.com/cosmos/gogoproto/types"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	ed25519 "github.com/weftchain/weft/proto/cosmos/crypto/ed25519"
	slashing "github.com/weftchain/weft/proto/cosmos/slashing/v1beta1"
)

// BeginBlock counts who signed the block before and punishes what CometBFT has
// proved. What fails for one validator by a rule is left out with an event
// slashing_entry_failed; the error is a fault of this node.
func (s *Slashing) BeginBlock(env *chain.Env, votes []chain.Vote, proved []chain.Misbehaviour) error {
	params, err := s.Params(env)
	if err != nil {
		return err
	}
	for _, v := range votes {
		err := alone(env, v.Validator, func(env *chain.Env) error { return s.count(env, params, v) })
		if err != nil {
			return err
		}
	}
	for _, m := range proved {
		err := alone(env, m.Validator, func(env *chain.Env) error { return s.punish(env, params, m) })
		if err != nil {
			return err
		}
	}
	return nil
}

// alone does one piece of work on a branch of its own.
func alone(env *chain.Env, cons chain.Address, work func(*chain.Env) error) error {
	child := env.Child()
	err := work(child)
	if err == nil {
		env.Keep(child)
		return nil
	}
	if _, rule := chain.Verdict(err); rule {
		env.Events.Emit(chain.NewEvent("slashing_entry_failed", "address", env.Bech32().Consensus(cons), "reason", err.Error()))
		return nil
	}
	return err
}

// count notes whether a validator signed, and punishes it when its window is
// full and holds too many absences.
func (s *Slashing) count(env *chain.Env, params slashing.Params, vote chain.Vote) error {
	v, err := s.Stakes.ByConsensus(env, vote.Validator)
	if err != nil {
		return err
	}
	mined := v == nil
	if mined {
		if watched, err := s.watchesMined(env, vote.Validator); err != nil || !watched {
			return err
		}
	} else if v.Jailed {
		return nil
	}
	info, err := s.Info(env, vote.Validator)
	if err != nil {
		return err
	}
	if info == nil {
		info = newInfo(env, vote.Validator)
	}
	place := info.IndexOffset % params.SignedBlocksWindow
	info.IndexOffset++
	before, err := missedAt(env, vote.Validator, place)
	if err != nil {
		return err
	}
	if missed := !vote.Signed; missed != before {
		if err := setMissed(env, vote.Validator, place, missed); err != nil {
			return err
		}
		if info.MissedBlocksCounter--; missed {
			info.MissedBlocksCounter += 2
		}
	}
	if !vote.Signed {
		env.Events.Emit(chain.NewEvent("liveness", "address", info.Address,
			"missed_blocks", strconv.FormatInt(info.MissedBlocksCounter, 10), "height", strconv.FormatInt(env.Block.Height, 10)))
	}
	least, err := fraction(params.MinSignedPerWindow)
	if err != nil {
		return err
	}
	most := params.SignedBlocksWindow - rounded(least, params.SignedBlocksWindow)
	if env.Block.Height > info.StartHeight+params.SignedBlocksWindow && info.MissedBlocksCounter > most {
		absent := s.absent
		if mined {
			absent = s.minedAbsent
		}
		if err := absent(env, params, vote, info); err != nil {
			return err
		}
	}
	return saveInfo(env, vote.Validator, info)
}

// rounded is a fraction of n, to the nearest, halves to the even one.
func rounded(d chain.Dec, n int64) int64 {
	product := d.MulAmount(chain.NewAmount(uint64(n)))
	whole, _ := product.Truncate().Uint64()
	rest := product.Sub(chain.NewDec(product.Truncate()))
	switch twice := rest.MulAmount(chain.NewAmount(2)).Cmp(chain.OneDec()); {
	case twice > 0, twice == 0 && whole%2 == 1:
		whole++
	}
	return int64(whole)
}

// absent slashes and jails a validator that was absent too often; its window
// begins anew.
func (s *Slashing) absent(env *chain.Env, params slashing.Params, vote chain.Vote, info *slashing.ValidatorSigningInfo) error {
	part, err := fraction(params.SlashFractionDowntime)
	if err != nil {
		return err
	}
	burned, err := s.Stakes.Slash(env, vote.Validator, env.Block.Height-updateDelay-1, vote.Power, part)
	if err != nil {
		return err
	}
	env.Events.Emit(chain.NewEvent("slash", "address", info.Address, "power", strconv.FormatInt(vote.Power, 10),
		"reason", "missing_signature", "jailed", info.Address, "burned_coins", burned.String()))
	if err := s.Stakes.Jail(env, vote.Validator); err != nil {
		return err
	}
	info.JailedUntil = env.Block.Time.Add(params.DowntimeJailDuration)
	info.MissedBlocksCounter, info.IndexOffset = 0, 0
	return clearWindow(env, vote.Validator)
}

// punish slashes a validator for what is proved, jails it for good and
// tombstones its key: it is punished once, whatever else is proved. Proof about
// an unknown, unbonded or tombstoned validator, of the future, or older than the
// unbonding time, when the stake of then is gone, changes nothing.
func (s *Slashing) punish(env *chain.Env, params slashing.Params, m chain.Misbehaviour) error {
	v, err := s.Stakes.ByConsensus(env, m.Validator)
	if err != nil || v != nil && v.Status == unbonded {
		return err
	}
	if v == nil {
		if known, _, err := s.knowsMined(env, m.Validator); err != nil || !known {
			return err
		}
	}
	stakes, err := s.Stakes.Params(env)
	if err != nil {
		return err
	}
	if env.Block.Time.Sub(m.Time) > stakes.UnbondingTime || m.Height > env.Block.Height {
		return nil
	}
	info, err := s.Info(env, m.Validator)
	if err != nil {
		return err
	}
	if info == nil {
		info = newInfo(env, m.Validator)
	}
	if info.Tombstoned {
		return nil
	}
	if v == nil {
		if err := s.Mined.Equivocated(env, m.Validator); err != nil {
			return err
		}
		info.JailedUntil, info.Tombstoned = forever, true
		return saveInfo(env, m.Validator, info)
	}
	part, err := fraction(params.SlashFractionDoubleSign)
	if err != nil {
		return err
	}
	burned, err := s.Stakes.Slash(env, m.Validator, m.Height-updateDelay, m.Power, part)
	if err != nil {
		return err
	}
	env.Events.Emit(chain.NewEvent("slash", "address", info.Address, "power", strconv.FormatInt(m.Power, 10),
		"reason", "double_sign", "burned_coins", burned.String()))
	if !v.Jailed {
		if err := s.Stakes.Jail(env, m.Validator); err != nil {
			return err
		}
		env.Events.Emit(chain.NewEvent("slash", "jailed", info.Address))
	}
	info.JailedUntil, info.Tombstoned = forever, true
	return saveInfo(env, m.Validator, info)
}

// KeyJoined keeps the key of a validator. A tombstoned one never comes back,
// unless its validator is still there (again).
func (s *Slashing) KeyJoined(env *chain.Env, key []byte, again bool) error {
	cons := ConsensusAddress(key)
	if known, _, err := s.knowsMined(env, cons); err != nil || known {
		if err == nil {
			err = fmt.Errorf("the key is that of a mining operator, take another: %w", chain.ErrInvalidPubKey)
		}
		return err
	}
	info, err := s.Info(env, cons)
	if err != nil {
		return err
	}
	if info != nil && info.Tombstoned && !again {
		return fmt.Errorf("key of %s: %w", info.Address, ErrTombstoned)
	}
	value, err := (&ed25519.PubKey{Key: key}).Marshal()
	if err != nil {
		return err
	}
	return save(env, layout.SlashingKey(cons), &types.Any{TypeUrl: "/cosmos.crypto.ed25519.PubKey", Value: value})
}

// KeyBonded begins to count a key's blocks.
func (s *Slashing) KeyBonded(env *chain.Env, cons chain.Address) error {
	info, err := s.Info(env, cons)
	if err != nil {
		return err
	}
	if info == nil {
		info = newInfo(env, cons)
	}
	info.StartHeight = env.Block.Height
	return saveInfo(env, cons, info)
}

// KeyLeft forgets a key; its record stays, so that a tombstone does.
func (s *Slashing) KeyLeft(env *chain.Env, cons chain.Address) error {
	return env.Store(layout.Slashing).Delete(layout.SlashingKey(cons))
}
