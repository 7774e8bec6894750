package staking

import (
	"bytes"
	"fmt"
	"math"
	"slices"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// What is kept of a past block are the parts of its header that the application
// is told, and the validators. The reference writes all of them in every block;
// here a set is written when it differs from the one before and stands for all
// blocks until the next.

// maxForgotten bounds how many entries one block forgets, after the parameter
// was lowered.
const maxForgotten = 100

// BeginBlock keeps the header and the validators of a block, and forgets those
// that are older than historical_entries.
func (s *Staking) BeginBlock(env *chain.Env) error {
	params, err := s.Params(env)
	if err != nil {
		return err
	}
	if err := s.forget(env, env.Block.Height-int64(params.HistoricalEntries)); err != nil {
		return fmt.Errorf("history: %w", err)
	}
	if params.HistoricalEntries == 0 {
		return nil
	}
	if err := s.keepSet(env); err != nil {
		return fmt.Errorf("history: %w", err)
	}
	b := env.Block
	return save(env, layout.StakingHistory(b.Height), &staking.HistoricalInfo{Header: cmtproto.Header{
		ChainID: b.ChainID, Height: b.Height, Time: b.Time, AppHash: b.AppHash,
		NextValidatorsHash: b.NextValidatorsHash, ProposerAddress: b.Proposer,
	}})
}

// forget deletes the entries up to a height, and the sets that no entry needs
// any more.
func (s *Staking) forget(env *chain.Env, last int64) error {
	if last < 0 {
		return nil
	}
	old, err := someKeys(env, layout.StakingHistoryPrefix, layout.StakingHistory(last+1), maxForgotten)
	if err != nil || len(old) == 0 {
		return err
	}
	for _, key := range old {
		if err := env.Store(layout.Staking).Delete(key); err != nil {
			return err
		}
	}
	first, err := someKeys(env, layout.StakingHistoryPrefix, chain.PrefixEnd(layout.StakingHistoryPrefix), 1)
	if err != nil {
		return err
	}
	end := chain.PrefixEnd(layout.StakingSetPrefix) // no entry is left: none needs a set
	if len(first) == 1 {
		// A set that begins at this height or before serves it; those before that one
		// do not.
		end = append(slices.Clone(layout.StakingSetPrefix), first[0][1:]...)
		end = append(end, 0)
	}
	sets, err := someKeys(env, layout.StakingSetPrefix, end, 2*maxForgotten)
	if err != nil {
		return err
	}
	if len(first) == 1 && len(sets) > 0 {
		sets = sets[:len(sets)-1]
	}
	for _, key := range sets {
		if err := env.Store(layout.Staking).Delete(key); err != nil {
			return err
		}
	}
	return nil
}

// someKeys lists keys from a prefix to an end, the lowest first.
func someKeys(env *chain.Env, prefix, end []byte, most int) ([][]byte, error) {
	it, err := env.Store(layout.Staking).Iterate(prefix, end, false)
	if err != nil {
		return nil, err
	}
	var keys [][]byte
	for it.Valid() && err == nil && len(keys) < most {
		keys = append(keys, slices.Clone(it.Key()))
		err = it.Next()
	}
	if closed := it.Close(); err == nil {
		err = closed
	}
	return keys, err
}

// setAt reads the validators that were kept for a height, nil if none were.
func setAt(env *chain.Env, height int64) ([]byte, error) {
	it, err := env.Store(layout.Staking).Iterate(layout.StakingSetPrefix, layout.StakingSet(height+1), true)
	if err != nil {
		return nil, err
	}
	var raw []byte
	if it.Valid() {
		raw = slices.Clone(it.Value())
	}
	return raw, it.Close()
}

// keepSet writes the bonded validators, the strongest first, if they are not
// those of the block before.
func (s *Staking) keepSet(env *chain.Env) error {
	last, err := s.lastPowers(env)
	if err != nil {
		return err
	}
	var set staking.HistoricalInfo
	for _, operator := range byPower(last) {
		v, err := s.need(env, operator)
		if err != nil {
			return fmt.Errorf("validator that is bonded: %v", err)
		}
		set.Valset = append(set.Valset, shown(*v))
	}
	raw, err := set.Marshal()
	if err != nil {
		return err
	}
	before, err := setAt(env, env.Block.Height)
	if err != nil || before != nil && bytes.Equal(before, raw) {
		return err
	}
	return env.Store(layout.Staking).Set(layout.StakingSet(env.Block.Height), raw)
}

// byPower sorts operators: the highest power first, of equal ones the lower
// address.
func byPower(powers map[chain.Address]int64) []chain.Address {
	list := sortedKeys(powers)
	slices.SortStableFunc(list, func(a, b chain.Address) int {
		switch {
		case powers[a] > powers[b]:
			return -1
		case powers[a] < powers[b]:
			return 1
		}
		return 0
	})
	return list
}

func (s *Staking) queryHistoricalInfo(env *chain.Env, req *staking.QueryHistoricalInfoRequest) (*staking.QueryHistoricalInfoResponse, error) {
	if req.Height < 0 || req.Height == math.MaxInt64 {
		return nil, status.Error(codes.InvalidArgument, "height cannot be negative")
	}
	info, err := load[staking.HistoricalInfo](env, layout.StakingHistory(req.Height))
	if err != nil {
		return nil, err
	}
	if info == nil {
		return nil, status.Errorf(codes.NotFound, "historical info for height %d not found", req.Height)
	}
	raw, err := setAt(env, req.Height)
	if err != nil {
		return nil, err
	}
	var set staking.HistoricalInfo
	if err := set.Unmarshal(raw); err != nil {
		return nil, fmt.Errorf("validators in state: %v", err)
	}
	info.Valset = set.Valset
	return &staking.QueryHistoricalInfoResponse{Hist: info}, nil
}
