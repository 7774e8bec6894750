package testnet

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/weftchain/weft/client"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// flooded sends false tickets to a node, at a rate, and reports how long blocks
// took for as long a time before and meanwhile.
func (r *Runner) flooded(ctx context.Context, s *Step) error {
	l := r.s.Layout()
	n, err := l.Find(s.Node)
	if err != nil {
		return err
	}
	c, err := dial(n.URL())
	if err != nil {
		return err
	}
	calm, err := blockTime(ctx, c, time.Duration(s.For), func() {})
	if err != nil {
		return err
	}
	var st lottery.QueryStatusResponse
	if err := c.Query(ctx, "/weft.lottery.v1.Query/Status", 0, &lottery.QueryStatusRequest{}, &st); err != nil {
		return err
	}
	junk := &lottery.MsgSubmitTicket{
		Epoch: st.Current.Epoch, Payout: []byte("nobody that there is"), Algo: st.Current.Params.Algo, Version: 1,
	}
	flooding, stop := context.WithCancel(ctx)
	var lines sync.WaitGroup
	var refused atomic.Int64
	under, err := blockTime(ctx, c, time.Duration(s.For), func() {
		for line := range floodLines {
			lines.Go(func() { refused.Add(pour(flooding, c, junk, line, time.Second*floodLines/time.Duration(s.Count))) })
		}
	})
	stop()
	lines.Wait()
	if err != nil {
		return err
	}
	r.say(fmt.Sprintf("a block took %s before, %s (%+.1f%%) under %.0f false tickets a second", calm.Round(time.Millisecond), under.Round(time.Millisecond),
		100*(under.Seconds()/calm.Seconds()-1), float64(refused.Load())/time.Duration(s.For).Seconds()))
	if refused.Load() == 0 {
		return errors.New("no ticket of the flood was refused")
	}
	return nil
}

// pour sends tickets that differ in their nonce, and counts refusals.
func pour(ctx context.Context, c *client.Client, m *lottery.MsgSubmitTicket, line int, every time.Duration) (refused int64) {
	tick := time.NewTicker(max(every, time.Microsecond))
	defer tick.Stop()
	one := *m
	one.Extranonce = uint64(line)
	for {
		select {
		case <-ctx.Done():
			return refused
		case <-tick.C:
		}
		one.Nonce++
		var rejected *client.RejectedError
		if err := submit(ctx, c, &one); errors.As(err, &rejected) && rejected.Codespace == "lottery" {
			refused++
		}
	}
}

// blockTime is how long blocks took on the mean, by their headers, in a time that
// begins with a deed.
func blockTime(ctx context.Context, c *client.Client, d time.Duration, begin func()) (time.Duration, error) {
	from, err := c.Status(ctx)
	if err != nil {
		return 0, err
	}
	begin()
	if err := wait(ctx, d); err != nil {
		return 0, err
	}
	to, err := c.Status(ctx)
	if err != nil {
		return 0, err
	}
	blocks := to.SyncInfo.LatestBlockHeight - from.SyncInfo.LatestBlockHeight
	if blocks < 1 {
		return 0, fmt.Errorf("no block in %s", d)
	}
	return to.SyncInfo.LatestBlockTime.Sub(from.SyncInfo.LatestBlockTime) / time.Duration(blocks), nil
}
