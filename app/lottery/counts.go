package lottery

import (
	"bytes"
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// countsTogether is how many counts one record has: an epoch of thousands of
// payouts is settled in one block.
const countsTogether = 64

// saveCounts notes how many tickets each payout had with each tag, for pools to
// pay from. Records hold runs of the list that is sorted by payout and tag, each
// under its first entry.
func saveCounts(env *chain.Env, epoch uint64, tickets []won) error {
	counts := map[string]uint64{}
	entries := map[string]lottery.PayoutCount{}
	for _, t := range tickets {
		key := string(layout.LotteryCount(epoch, chain.Address(t.Payout), t.Tag))
		counts[key]++
		entries[key] = lottery.PayoutCount{Payout: t.Payout, Tag: t.Tag}
	}
	keys := sorted(counts)
	for len(keys) > 0 {
		run := keys[:min(len(keys), countsTogether)]
		var record lottery.PayoutCounts
		for _, key := range run {
			c := entries[key]
			c.Tickets = counts[key]
			record.Entries = append(record.Entries, c)
		}
		if err := save(env, []byte(run[0]), &record); err != nil {
			return err
		}
		keys = keys[len(run):]
	}
	if epoch < keptCounts {
		return nil
	}
	return dropAll(env, layout.LotteryCounts(epoch-keptCounts))
}

// Counts returns how many tickets a payout had in an epoch, by tag, in their
// order. An epoch that is not settled has none, nor has one that is long past.
func (l *Lottery) Counts(env *chain.Env, epoch uint64, payout chain.Address) ([]lottery.Count, error) {
	first, err := countsAt(env, epoch, payout)
	if err != nil {
		return nil, err
	}
	prefix := layout.LotteryCounts(epoch)
	it, err := env.FreeStore(layout.Lottery).Iterate(first, chain.PrefixEnd(prefix), false)
	if err != nil {
		return nil, err
	}
	out := []lottery.Count{}
	for past := false; it.Valid() && err == nil && !past; {
		var record lottery.PayoutCounts
		if err = record.Unmarshal(it.Value()); err != nil {
			err = fmt.Errorf("counts of epoch %d in state: %v", epoch, err)
			break
		}
		for _, c := range record.Entries {
			if bytes.Equal(c.Payout, payout.Bytes()) {
				out = append(out, lottery.Count{Tag: c.Tag, Tickets: c.Tickets})
			} else if len(out) > 0 {
				past = true
			}
		}
		past = past || bytes.Compare(it.Key(), chain.PrefixEnd(layout.LotteryCountsOf(epoch, payout))) >= 0
		err = it.Next()
	}
	if closed := it.Close(); err == nil {
		err = closed
	}
	return out, err
}

// countsAt is the key of the first record that can have counts of a payout: the
// last that begins before it, or its own.
func countsAt(env *chain.Env, epoch uint64, payout chain.Address) ([]byte, error) {
	first := layout.LotteryCountsOf(epoch, payout)
	it, err := env.FreeStore(layout.Lottery).Iterate(layout.LotteryCounts(epoch), first, true)
	if err != nil {
		return nil, err
	}
	if it.Valid() {
		first = append([]byte(nil), it.Key()...)
	}
	return first, it.Close()
}

// eachCount visits a payout's counts from a key on, until visit returns false. Who
// is in env pays for the records that are read.
func eachCount(env *chain.Env, epoch uint64, payout chain.Address, from []byte, visit func(lottery.PayoutCount) bool) error {
	if err := env.Gas.Use(chain.GasRead, "ReadFlat"); err != nil {
		return err
	}
	first, err := countsBefore(env, epoch, append(append([]byte(nil), from...), 0))
	if err != nil {
		return err
	}
	if first == nil {
		first = from
	}
	own := layout.LotteryCountsOf(epoch, payout)
	it, err := env.Store(layout.Lottery).Iterate(first, chain.PrefixEnd(own), false)
	if err != nil {
		return err
	}
	for more := true; it.Valid() && err == nil && more; {
		var record lottery.PayoutCounts
		if err = record.Unmarshal(it.Value()); err != nil {
			err = fmt.Errorf("counts of epoch %d in state: %v", epoch, err)
			break
		}
		for _, c := range record.Entries {
			key := layout.LotteryCount(epoch, chain.Address(c.Payout), c.Tag)
			if bytes.Compare(key, from) < 0 {
				continue
			}
			if more = bytes.HasPrefix(key, own) && visit(c); !more {
				break
			}
		}
		if more {
			err = it.Next()
		}
	}
	if closed := it.Close(); err == nil {
		err = closed
	}
	return err
}

// countsBefore is the last key of an epoch's counts below a key, nil if there is
// none.
func countsBefore(env *chain.Env, epoch uint64, key []byte) ([]byte, error) {
	it, err := env.FreeStore(layout.Lottery).Iterate(layout.LotteryCounts(epoch), key, true)
	if err != nil {
		return nil, err
	}
	var found []byte
	if it.Valid() {
		found = append(found, it.Key()...)
	}
	return found, it.Close()
}

// prune drops tickets of a settled epoch, some in each block, so that the block
// of settlement need not; none is left at activation.
func prune(env *chain.Env, e *lottery.Epoch) error {
	const least = 256
	some := max(least, int((e.Params.MaxTickets+e.Params.ReadyBlocks-1)/e.Params.ReadyBlocks))
	prefix := layout.LotteryTickets(e.Epoch)
	tickets, err := list(env, prefix, some)
	if err != nil {
		return err
	}
	for _, t := range tickets {
		if err := drop(env, append(append([]byte(nil), prefix...), t.rest...)); err != nil {
			return err
		}
	}
	return nil
}
