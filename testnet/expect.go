package testnet

import (
	"context"
	"fmt"
	"time"
)

// heights asks the running nodes for their heights; those that do not answer are
// left out.
func (r *Runner) heights(ctx context.Context) map[string]int64 {
	l := r.s.Layout()
	heights := map[string]int64{}
	for _, h := range Report(ctx, &l, r.s.states()) {
		if h.Height > 0 {
			heights[h.Name] = h.Height
			if r.seen[h.Height] == "" {
				r.seen[h.Height] = h.AppHash
			}
		}
	}
	return heights
}

func highest(heights map[string]int64) int64 {
	best := int64(0)
	for _, h := range heights { //weft:sorted the largest is the same in any order
		best = max(best, h)
	}
	return best
}

// blocks waits until more blocks are made.
func (r *Runner) blocks(ctx context.Context, count int64, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	from := int64(0)
	for {
		now := highest(r.heights(ctx))
		if from == 0 {
			from = now
		}
		if from > 0 && now >= from+count {
			return nil
		}
		if wait(ctx, 50*time.Millisecond) != nil {
			return fmt.Errorf("%d blocks in %s, expected %d", now-from, within, count)
		}
	}
}

// stall makes sure that no block is made. One that was on its way may end.
func (r *Runner) stall(ctx context.Context, d time.Duration) error {
	if err := wait(ctx, 2*time.Second); err != nil {
		return err
	}
	from := highest(r.heights(ctx))
	if err := wait(ctx, d); err != nil {
		return err
	}
	if now := highest(r.heights(ctx)); now > from {
		return fmt.Errorf("height %d became %d: blocks were made without two thirds of the power", from, now)
	}
	return nil
}

// caughtUp waits until a node has the height that the others had at first.
func (r *Runner) caughtUp(ctx context.Context, name string, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	goal := highest(r.heights(ctx))
	l := r.s.Layout()
	n, err := l.Find(name)
	if err != nil {
		return err
	}
	return AwaitHeight(ctx, n.URL(), goal)
}

// recover heals and repairs all, starts what is down, and waits until all nodes
// have made blocks together.
func (r *Runner) recover(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(r.Manifest.Recovery))
	defer cancel()
	began := time.Now()
	r.s.mesh.heal()
	for _, name := range r.pool(ofAll) {
		if err := r.repair(name); err != nil {
			return err
		}
	}
	for _, st := range r.s.states() {
		var d Deed
		switch st.Mode {
		case Running:
			continue
		case Paused:
			d = Deed{Do: "resume", Node: st.Name}
		case Stopped, Killed, Failed:
			if r.lost[st.Name] {
				continue
			}
			if st.Mode == Failed && !r.broken[st.Name] {
				return fmt.Errorf("%s ended by itself: %s", st.Name, st.Exit)
			}
			d = Deed{Do: "start", Node: st.Name}
		}
		if _, err := r.s.Do(d); err != nil {
			return err
		}
	}
	const together = 3 // blocks
	r.heights(ctx)
	for h := range r.seen { //weft:sorted the largest is the same in any order
		r.told = max(r.told, h)
	}
	goal := r.told + together
	for _, n := range r.nodes() {
		if err := AwaitHeight(ctx, n.URL(), goal); err != nil {
			return err
		}
	}
	if err := r.emptied(ctx); err != nil {
		return err
	}
	r.say(fmt.Sprintf("all nodes are at height %d, %s after the last step", goal, time.Since(began).Round(100*time.Millisecond)))
	return nil
}

// emptied waits until no transaction waits for a block.
func (r *Runner) emptied(ctx context.Context) error {
	for _, n := range r.nodes() {
		c, err := dial(n.URL())
		if err != nil {
			return err
		}
		for {
			pool, err := c.RPC().NumUnconfirmedTxs(ctx)
			if err == nil && pool.Total == 0 {
				break
			}
			if wait(ctx, 50*time.Millisecond) != nil {
				return fmt.Errorf("%s still has transactions that no block took", n.Name)
			}
		}
	}
	return nil
}
