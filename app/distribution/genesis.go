package distribution

import (
	"encoding/binary"
	"fmt"

	"github.com/cosmos/gogoproto/types"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	distribution "github.com/weftchain/weft/proto/cosmos/distribution/v1beta1"
)

// ValidateGenesis refuses bad parameters, addresses and amounts.
func ValidateGenesis(prefix chain.Bech32, g *distribution.GenesisState) error {
	if err := CheckParams(g.Params); err != nil {
		return err
	}
	if g.PreviousProposer != "" {
		if _, err := prefix.ParseConsensus(g.PreviousProposer); err != nil {
			return fmt.Errorf("distribution.previous_proposer: %w", err)
		}
	}
	c := checker{prefix: prefix}
	c.coins("fee_pool", g.FeePool.CommunityPool)
	for _, w := range g.DelegatorWithdrawInfos {
		c.account("delegator_withdraw_infos", w.DelegatorAddress)
		c.account("delegator_withdraw_infos", w.WithdrawAddress)
	}
	for _, r := range g.OutstandingRewards {
		c.validator("outstanding_rewards", r.ValidatorAddress)
		c.coins("outstanding_rewards", r.OutstandingRewards)
	}
	for _, r := range g.ValidatorAccumulatedCommissions {
		c.validator("validator_accumulated_commissions", r.ValidatorAddress)
		c.coins("validator_accumulated_commissions", r.Accumulated.Commission)
	}
	for _, r := range g.ValidatorHistoricalRewards {
		c.validator("validator_historical_rewards", r.ValidatorAddress)
		c.coins("validator_historical_rewards", r.Rewards.CumulativeRewardRatio)
	}
	for _, r := range g.ValidatorCurrentRewards {
		c.validator("validator_current_rewards", r.ValidatorAddress)
		c.coins("validator_current_rewards", r.Rewards.Rewards)
	}
	for _, r := range g.DelegatorStartingInfos {
		c.validator("delegator_starting_infos", r.ValidatorAddress)
		c.account("delegator_starting_infos", r.DelegatorAddress)
		c.number("delegator_starting_infos", r.StartingInfo.Stake)
	}
	for _, r := range g.ValidatorSlashEvents {
		c.validator("validator_slash_events", r.ValidatorAddress)
		c.number("validator_slash_events", r.ValidatorSlashEvent.Fraction)
	}
	return c.err
}

// checker keeps the first thing that is wrong.
type checker struct {
	prefix chain.Bech32
	err    error
}

func (c *checker) note(where string, err error) {
	if err != nil && c.err == nil {
		c.err = fmt.Errorf("distribution.%s: %w", where, err)
	}
}

func (c *checker) account(where, text string) {
	_, err := c.prefix.ParseAccount(text)
	c.note(where, err)
}

func (c *checker) validator(where, text string) {
	_, err := c.prefix.ParseValidator(text)
	c.note(where, err)
}

func (c *checker) number(where string, d base.Dec) {
	if _, err := chain.ParseDec(string(d)); err != nil {
		c.note(where, fmt.Errorf("%v: %w", err, chain.ErrInvalidRequest))
	}
}

func (c *checker) coins(where string, list []base.DecCoin) {
	for _, x := range list {
		c.note(where, chain.CheckDenom(x.Denom))
	}
	if _, err := fromProto(list); err != nil {
		c.note(where, fmt.Errorf("%v: %w", err, chain.ErrInvalidCoins))
	}
}

// InitGenesis writes a genesis that ValidateGenesis accepts. It comes before
// that of staking, which tells of validators if its state is not exported. The
// coins of the module's account are in bank's genesis.
func (d *Distribution) InitGenesis(env *chain.Env, g *distribution.GenesisState) error {
	if err := d.Accounts.EnsureModule(env, layout.RewardsModule); err != nil {
		return err
	}
	w := writer{env: env}
	w.save(layout.RewardsParams, &g.Params)
	w.save(layout.RewardsPool, &g.FeePool)
	if g.PreviousProposer != "" {
		cons, err := env.Bech32().ParseConsensus(g.PreviousProposer)
		if err != nil {
			return err
		}
		w.save(layout.RewardsProposer, &types.BytesValue{Value: cons.Bytes()})
	}
	for _, i := range g.DelegatorWithdrawInfos {
		w.set(layout.RewardsWithdraw(w.account(i.DelegatorAddress)), w.account(i.WithdrawAddress).Bytes())
	}
	for _, r := range g.OutstandingRewards {
		w.save(layout.RewardsOwed(w.operator(r.ValidatorAddress)), &distribution.ValidatorOutstandingRewards{Rewards: r.OutstandingRewards})
	}
	for _, r := range g.ValidatorAccumulatedCommissions {
		w.save(layout.RewardsCommission(w.operator(r.ValidatorAddress)), &r.Accumulated)
	}
	for _, r := range g.ValidatorHistoricalRewards {
		w.save(layout.RewardsHistory(w.operator(r.ValidatorAddress), r.Period), &r.Rewards)
	}
	for _, r := range g.ValidatorCurrentRewards {
		w.save(layout.RewardsCurrent(w.operator(r.ValidatorAddress)), &r.Rewards)
	}
	for _, r := range g.DelegatorStartingInfos {
		w.save(layout.RewardsStart(w.operator(r.ValidatorAddress), w.account(r.DelegatorAddress)), &r.StartingInfo)
	}
	for _, r := range g.ValidatorSlashEvents {
		w.save(layout.RewardsSlash(w.operator(r.ValidatorAddress), r.Height, r.Period), &r.ValidatorSlashEvent)
	}
	return w.err
}

// writer writes until something fails.
type writer struct {
	env *chain.Env
	err error
}

func (w *writer) account(text string) chain.Address {
	a, err := w.env.Bech32().ParseAccount(text)
	if w.err == nil {
		w.err = err
	}
	return a
}

func (w *writer) operator(text string) chain.Address {
	a, err := w.env.Bech32().ParseValidator(text)
	if w.err == nil {
		w.err = err
	}
	return a
}

func (w *writer) set(key, value []byte) {
	if w.err == nil {
		w.err = w.env.Store(layout.Distribution).Set(key, value)
	}
}

func (w *writer) save(key []byte, m chain.Message) {
	if w.err == nil {
		w.err = save(w.env, key, m)
	}
}

// ExportGenesis is what InitGenesis reads back.
func (d *Distribution) ExportGenesis(env *chain.Env) (*distribution.GenesisState, error) {
	g := &distribution.GenesisState{}
	var err error
	if g.Params, err = d.Params(env); err != nil {
		return nil, err
	}
	pool, err := d.pool(env)
	if err != nil {
		return nil, err
	}
	g.FeePool.CommunityPool = pool.proto()
	proposer, err := load[types.BytesValue](env, layout.RewardsProposer)
	if err != nil {
		return nil, err
	}
	if proposer != nil {
		g.PreviousProposer = env.Bech32().Consensus(chain.Address(proposer.Value))
	}
	for _, export := range []func(*chain.Env, *distribution.GenesisState) error{exportWithdraw, exportCoins, exportPeriods, exportStarts, exportSlashes} {
		if err := export(env, g); err != nil {
			return nil, err
		}
	}
	return g, nil
}

func exportWithdraw(env *chain.Env, g *distribution.GenesisState) error {
	return each(env, layout.RewardsWithdrawPrefix, func(key, value []byte) error {
		a, err := layout.ParseAddresses(key, 1)
		if err != nil {
			return err
		}
		g.DelegatorWithdrawInfos = append(g.DelegatorWithdrawInfos, distribution.DelegatorWithdrawInfo{
			DelegatorAddress: env.Bech32().Account(a[0]), WithdrawAddress: env.Bech32().Account(chain.Address(value)),
		})
		return nil
	})
}

// eachOf visits records whose keys begin with an operator's address; tail bytes
// follow it.
func eachOf(env *chain.Env, prefix []byte, tail int, m chain.Message, visit func(operator string, tail []byte)) error {
	return each(env, prefix, func(key, value []byte) error {
		cut := len(key) - tail
		if cut < 0 {
			return fmt.Errorf("key %X in state is too short", key)
		}
		a, err := layout.ParseAddresses(key[:cut], 1)
		if err != nil {
			return err
		}
		m.Reset()
		if err := m.Unmarshal(value); err != nil {
			return fmt.Errorf("%T in state: %v", m, err)
		}
		visit(env.Bech32().Validator(a[0]), key[cut:])
		return nil
	})
}

func exportCoins(env *chain.Env, g *distribution.GenesisState) error {
	var o distribution.ValidatorOutstandingRewards
	err := eachOf(env, layout.RewardsOwedPrefix, 0, &o, func(operator string, _ []byte) {
		g.OutstandingRewards = append(g.OutstandingRewards, distribution.ValidatorOutstandingRewardsRecord{ValidatorAddress: operator, OutstandingRewards: o.Rewards})
	})
	if err != nil {
		return err
	}
	var c distribution.ValidatorAccumulatedCommission
	return eachOf(env, layout.RewardsCommissionPrefix, 0, &c, func(operator string, _ []byte) {
		g.ValidatorAccumulatedCommissions = append(g.ValidatorAccumulatedCommissions, distribution.ValidatorAccumulatedCommissionRecord{ValidatorAddress: operator, Accumulated: c})
	})
}

func exportPeriods(env *chain.Env, g *distribution.GenesisState) error {
	var h distribution.ValidatorHistoricalRewards
	err := eachOf(env, layout.RewardsHistoryPrefix, 8, &h, func(operator string, tail []byte) {
		g.ValidatorHistoricalRewards = append(g.ValidatorHistoricalRewards, distribution.ValidatorHistoricalRewardsRecord{
			ValidatorAddress: operator, Period: binary.LittleEndian.Uint64(tail), Rewards: h,
		})
	})
	if err != nil {
		return err
	}
	var c distribution.ValidatorCurrentRewards
	return eachOf(env, layout.RewardsCurrentPrefix, 0, &c, func(operator string, _ []byte) {
		g.ValidatorCurrentRewards = append(g.ValidatorCurrentRewards, distribution.ValidatorCurrentRewardsRecord{ValidatorAddress: operator, Rewards: c})
	})
}

func exportStarts(env *chain.Env, g *distribution.GenesisState) error {
	return each(env, layout.RewardsStartPrefix, func(key, value []byte) error {
		a, err := layout.ParseAddresses(key, 2)
		if err != nil {
			return err
		}
		var s distribution.DelegatorStartingInfo
		if err := s.Unmarshal(value); err != nil {
			return fmt.Errorf("delegation start in state: %v", err)
		}
		g.DelegatorStartingInfos = append(g.DelegatorStartingInfos, distribution.DelegatorStartingInfoRecord{
			ValidatorAddress: env.Bech32().Validator(a[0]), DelegatorAddress: env.Bech32().Account(a[1]), StartingInfo: s,
		})
		return nil
	})
}

func exportSlashes(env *chain.Env, g *distribution.GenesisState) error {
	var s distribution.ValidatorSlashEvent
	return eachOf(env, layout.RewardsSlashPrefix, 16, &s, func(operator string, tail []byte) {
		g.ValidatorSlashEvents = append(g.ValidatorSlashEvents, distribution.ValidatorSlashEventRecord{
			ValidatorAddress: operator, Height: binary.BigEndian.Uint64(tail), Period: binary.BigEndian.Uint64(tail[8:]), ValidatorSlashEvent: s,
		})
	})
}
