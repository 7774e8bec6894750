package testnet

import (
	"context"
	"fmt"
	"math"

	"github.com/weftchain/weft/client"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// What is expected of a network that is mined.

// settledUpTo is the number after the last epoch that is settled.
func (r *Runner) settledUpTo(ctx context.Context) (uint64, error) {
	var st lottery.QueryStatusResponse
	if err := r.ask(ctx, "Status", &lottery.QueryStatusRequest{}, &st); err != nil {
		return 0, err
	}
	if p := st.Previous; p != nil && p.Stage == lottery.StageMining {
		return p.Epoch, nil
	}
	return st.Current.Epoch, nil
}

func (r *Runner) epoch(ctx context.Context, n uint64) (*lottery.Epoch, error) {
	var res lottery.QueryEpochResponse
	err := r.ask(ctx, "Epoch", &lottery.QueryEpochRequest{Epoch: n}, &res)
	return &res.Epoch, err
}

// settled waits until more epochs that have tickets are settled.
func (r *Runner) settled(ctx context.Context, count uint64) error {
	var next, seen uint64
	first := true
	return until(ctx, "too few epochs with tickets are settled", func() (bool, error) {
		end, err := r.settledUpTo(ctx)
		if err != nil {
			return false, err
		}
		if first {
			next, first = end, false
		}
		for ; next < end; next++ {
			e, err := r.epoch(ctx, next)
			if err != nil {
				return false, err
			}
			if e.Tickets > 0 {
				seen++
			}
		}
		return seen >= count, fmt.Errorf("%d of %d, epoch %d is the next", seen, count, end)
	})
}

// seated waits until a node validates with its seats. Mined power is below a third
// of all then, as always.
func (r *Runner) seated(ctx context.Context, node string, count uint64) error {
	return until(ctx, node+" has no seats", func() (bool, error) {
		o, err := r.operator(ctx, node)
		if err != nil {
			return false, err
		}
		c, _, err := r.anyClient(0)
		if err != nil {
			return false, err
		}
		powers, err := validators(ctx, c)
		if err != nil {
			return false, err
		}
		l := r.s.Layout()
		mined, all := int64(0), int64(0)
		for _, n := range l.Nodes {
			power := powers[n.Consensus]
			if all += power; !n.Validator {
				mined += power
			}
		}
		if 3*mined >= all {
			return false, fmt.Errorf("%d of a power of %d is mined", mined, all)
		}
		n, err := l.Find(node)
		if err != nil {
			return false, err
		}
		if o.ActiveSeats < count || powers[n.Consensus] == 0 {
			return false, fmt.Errorf("%d seats, of these %d active, power %d", o.Seats, o.ActiveSeats, powers[n.Consensus])
		}
		return true, nil
	})
}

// unseated waits until a node validates no more.
func (r *Runner) unseated(ctx context.Context, node string) error {
	return until(ctx, node+" still validates", func() (bool, error) {
		c, _, err := r.anyClient(0)
		if err != nil {
			return false, err
		}
		powers, err := validators(ctx, c)
		if err != nil {
			return false, err
		}
		l := r.s.Layout()
		n, err := l.Find(node)
		return err == nil && powers[n.Consensus] == 0, err
	})
}

// proposed waits until a block is a node's own.
func (r *Runner) proposed(ctx context.Context, node string) error {
	l := r.s.Layout()
	n, err := l.Find(node)
	if err != nil {
		return err
	}
	next := int64(0)
	return until(ctx, node+" proposes no block", func() (bool, error) {
		c, _, err := r.anyClient(0)
		if err != nil {
			return false, err
		}
		st, err := c.Status(ctx)
		if err != nil {
			return false, err
		}
		top := st.SyncInfo.LatestBlockHeight
		if next == 0 {
			next = max(top-10, 1)
		}
		for ; next <= top; next++ {
			header, err := c.Header(ctx, next)
			if err != nil {
				return false, err
			}
			if header.ProposerAddress.String() == n.Consensus {
				r.say(fmt.Sprintf("block %d is of %s", next, node))
				return true, nil
			}
		}
		return false, nil
	})
}

// led waits until the last settled epoch has a leader, and looks for the event.
func (r *Runner) led(ctx context.Context) error {
	return until(ctx, "no epoch has a leader", func() (bool, error) {
		var lead lottery.QueryLeaderResponse
		if err := r.ask(ctx, "Leader", &lottery.QueryLeaderRequest{}, &lead); err != nil || len(lead.Digest) == 0 {
			return false, err
		}
		e, err := r.epoch(ctx, lead.Epoch)
		if err != nil {
			return false, err
		}
		c, _, err := r.anyClient(0)
		if err != nil {
			return false, err
		}
		height := e.LastHeight + int64(e.Params.GraceBlocks)
		res, err := c.RPC().BlockResults(ctx, &height)
		if err != nil {
			return false, err
		}
		for _, event := range res.FinalizeBlockEvents {
			if event.Type != "lottery_leader" {
				continue
			}
			for _, a := range event.Attributes {
				if a.Key == "payout" && a.Value == lead.Payout {
					r.say(fmt.Sprintf("%s leads epoch %d", lead.Payout, lead.Epoch))
					return true, nil
				}
			}
		}
		return false, fmt.Errorf("block %d has no event lottery_leader of epoch %d", height, lead.Epoch)
	})
}

// deviations is how far a miner's tickets may be from its part of the hashes, in
// standard deviations of the draw: once in fifteen thousand runs of an honest
// chain it is more.
const deviations = 4

// incomes waits until all that was found is settled and paid, and checks each
// miner's income to the unit and its tickets against its hashes.
func (r *Runner) incomes(ctx context.Context) error {
	if err := r.stopMining("all"); err != nil {
		return err
	}
	var now lottery.QueryStatusResponse
	if err := r.ask(ctx, "Status", &lottery.QueryStatusRequest{}, &now); err != nil {
		return err
	}
	err := until(ctx, "what was mined is not paid", func() (bool, error) {
		var st lottery.QueryStatusResponse
		if err := r.ask(ctx, "Status", &lottery.QueryStatusRequest{}, &st); err != nil {
			return false, err
		}
		return st.Current.Epoch > now.Current.Epoch && st.Previous.Stage != lottery.StageMining && st.Purse.Queued == 0,
			fmt.Errorf("epoch %d is mined, %d wait to be paid", st.Current.Epoch, st.Purse.Queued)
	})
	if err != nil {
		return err
	}
	c, _, err := r.anyClient(0)
	if err != nil {
		return err
	}
	tickets, hashes := map[string]float64{}, map[string]float64{}
	var allTickets, allHashes float64
	for _, d := range r.diggers {
		n, err := d.hashes()
		if err != nil {
			return err
		}
		hashes[d.payout] += n
		allHashes += n
	}
	for payout := range hashes { //weft:sorted each is looked at by itself
		n, err := r.income(ctx, c, payout, now.Current.Epoch)
		if err != nil {
			return err
		}
		tickets[payout] = n
		allTickets += n
	}
	if allTickets == 0 {
		return fmt.Errorf("nobody has a ticket after %.0f hashes", allHashes)
	}
	done := map[string]bool{}
	for _, d := range r.diggers {
		if done[d.payout] {
			continue
		}
		done[d.payout] = true
		part := hashes[d.payout] / allHashes
		want := part * allTickets
		sigma := math.Sqrt(allTickets * part * (1 - part))
		r.say(fmt.Sprintf("%s: %.1f%% of %.3g hashes, %.0f of %.0f tickets, %.0f expected, %+.1f deviations",
			d.name, 100*part, allHashes, tickets[d.payout], allTickets, want, (tickets[d.payout]-want)/max(sigma, 1)))
		// What was found and not brought when a miner was killed, and what it hashed
		// after its last report, is not in the draw.
		if math.Abs(tickets[d.payout]-want) > deviations*sigma+0.02*allTickets+2 {
			return fmt.Errorf("%s has %.0f tickets of %.0f, its part of the hashes is %.1f%%", d.name, tickets[d.payout], allTickets, 100*part)
		}
	}
	return nil
}

// income checks that an account has what its tickets and leads won, and returns the
// number of the tickets.
func (r *Runner) income(ctx context.Context, c *client.Client, payout string, last uint64) (float64, error) {
	var tickets, due uint64
	for n := range last + 1 {
		e, err := r.epoch(ctx, n)
		if err != nil {
			return 0, err
		}
		var res lottery.QueryCountsResponse
		if err := r.ask(ctx, "Counts", &lottery.QueryCountsRequest{Epoch: n, Payout: payout}, &res); err != nil {
			return 0, err
		}
		for _, count := range res.Counts {
			tickets += count.Tickets
			due += count.Tickets * e.PerTicket
		}
		if e.LeaderPayout == payout && e.LeaderOperator == "" {
			due += e.LeaderBonus
		}
	}
	has, err := c.Balance(ctx, payout, r.s.Layout().Denom)
	if err != nil {
		return 0, err
	}
	if has.String() != fmt.Sprint(due) {
		return 0, fmt.Errorf("%s has %s, its %d tickets and leads won %d", payout, has, tickets, due)
	}
	return float64(tickets), nil
}

// tombstoned waits until an operator has lost its escrow, its power and its key.
func (r *Runner) tombstoned(ctx context.Context, node string) error {
	err := until(ctx, "the operator of "+node+" goes unpunished", func() (bool, error) {
		o, err := r.operator(ctx, node)
		return err == nil && o.Tombstoned && o.Jailed && o.Escrow == 0 && o.Power == 0, err
	})
	if err != nil {
		return err
	}
	return r.unseated(ctx, node)
}
