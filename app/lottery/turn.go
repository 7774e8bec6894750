package lottery

import (
	"encoding/hex"
	"fmt"
	"strconv"

	"github.com/weftchain/weft/app/lottery/epoch"
	"github.com/weftchain/weft/app/lottery/target"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// keptEpochs is how many past epochs stay readable; keptCounts for how many of
// them the counts do, from which pools pay.
const (
	keptEpochs = 2016
	keptCounts = 64
)

func digits(n uint64) string { return strconv.FormatUint(n, 10) }

// begin starts the first epoch, after the first block of the chain: its hash
// nobody knew before.
func (l *Lottery) begin(env *chain.Env) error {
	g, err := load[lottery.GenesisState](env, layout.LotteryStart)
	if err != nil {
		return err
	}
	if g == nil {
		return fmt.Errorf("no epoch and no beginning of one in state")
	}
	t := retargetOf(g.Params).Limit
	if len(g.InitialTarget) == 32 {
		t = retargetOf(g.Params).Bound(target.Target(g.InitialTarget))
	}
	if err := drop(env, layout.LotteryStart); err != nil {
		return err
	}
	return l.open(env, g.Epoch, g.Params, t, bytes32(g.Seed), bytes32(g.Beacon))
}

// bytes32 is a hash that may be left away.
func bytes32(b []byte) (out [32]byte) {
	copy(out[:], b)
	return out
}

// open starts an epoch in the next block.
func (l *Lottery) open(env *chain.Env, n uint64, p lottery.Params, t target.Target, seed, beacon [32]byte) error {
	span := epoch.Start(env.Block.Height+1, p.EpochBlocks, p.GraceBlocks, p.ReadyBlocks)
	next := epoch.Seed(env.Block.ChainID, n, seed, beacon, env.Block.Hash)
	e := &lottery.Epoch{
		Epoch: n, Params: p, FirstHeight: span.First, LastHeight: span.Last, Seed: next[:], Target: t[:], Beacon: beacon[:],
	}
	if err := saveEpoch(env, e); err != nil {
		return err
	}
	if err := setNumber(env, layout.LotteryCurrent, n); err != nil {
		return err
	}
	if n >= keptEpochs {
		if err := drop(env, layout.LotteryEpoch(n-keptEpochs)); err != nil {
			return err
		}
	}
	env.Events.Emit(chain.NewEvent("lottery_epoch_started", "epoch", digits(n), "seed", hex.EncodeToString(next[:]),
		"target", hex.EncodeToString(t[:]), "subsidy", digits(potOf(p).Subsidised(n)),
		"first_height", strconv.FormatInt(span.First, 10), "last_height", strconv.FormatInt(span.Last, 10)))
	return nil
}

// close ends the mining of an epoch: its work makes the next target. Tickets
// that come in the grace blocks are paid and do not move it.
func (l *Lottery) close(env *chain.Env, e *lottery.Epoch) error {
	var worst target.Target
	if e.Tickets >= e.Params.MaxTickets {
		d, err := table{env, e.Epoch}.Worst()
		if err != nil {
			return err
		}
		worst = target.Target(d)
	}
	e.Work = target.Estimate(e.Tickets, e.Params.MaxTickets, target.Target(e.Target), worst)
	if err := saveEpoch(env, e); err != nil {
		return err
	}
	p, err := l.turnParams(env, e.Epoch+1)
	if err != nil {
		return err
	}
	rule, t := retargetOf(p), target.Target(e.Target)
	switch {
	case p.Algo != e.Params.Algo:
		t = rule.Limit // another function: nothing is known about its speed
	case e.Params.Mode == lottery.ModeOff:
		t = rule.Bound(t) // nobody could mine
	default:
		t = rule.Next(t, e.Work)
	}
	// The last settled epoch is the one before: each is settled before the next ends.
	beacon := bytes32(e.Beacon)
	if e.Epoch > 0 {
		prev, err := epochAt(env, e.Epoch-1)
		if err != nil {
			return err
		}
		if prev != nil {
			beacon = bytes32(prev.Beacon)
		}
	}
	return l.open(env, e.Epoch+1, p, t, bytes32(e.Seed), beacon)
}

// turnParams are the rules of an epoch that begins: those that wait for it take
// effect.
func (l *Lottery) turnParams(env *chain.Env, n uint64) (lottery.Params, error) {
	pending, err := load[lottery.Pending](env, layout.LotteryPending)
	if err != nil {
		return lottery.Params{}, err
	}
	if pending == nil || pending.Epoch > n {
		return l.Params(env)
	}
	if err := save(env, layout.LotteryParams, &pending.Params); err != nil {
		return lottery.Params{}, err
	}
	env.Events.Emit(chain.NewEvent("lottery_params", "epoch", digits(n)))
	return pending.Params, drop(env, layout.LotteryPending)
}
