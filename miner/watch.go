package miner

import (
	"context"
	"sync"
	"time"

	"github.com/weftchain/weft/client"
	page "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// The two things that a miner hears of: blocks, with the events of their end,
// and transactions with tickets.
const (
	blockEvents  = "tm.event='NewBlockEvents'"
	ticketEvents = "tm.event='Tx' AND lottery_ticket.epoch EXISTS"
)

// reviewEvery is how often the board is compared with the node's own lists.
const reviewEvery = time.Minute

// Watch implements Watcher: it subscribes to the events of the node that is asked
// now, and comes back when the connection breaks.
func (n *Nodes) Watch(ctx context.Context, b *Board, wake func()) {
	if b == nil {
		return
	}
	for wait := 200 * time.Millisecond; ctx.Err() == nil; wait = min(2*wait, 5*time.Second) {
		p := n.at()
		if p == nil {
			return
		}
		began := time.Now()
		watched, end := context.WithCancel(ctx)
		var review sync.WaitGroup
		review.Go(func() { n.review(watched, p, b, end) })
		_ = p.Client.Subscribe(watched, []string{blockEvents, ticketEvents}, func() {
			b.live.Store(true)
			wake()
		}, func(e client.Notice) { // what went wrong shows in Work and Submit
			if e.Query == ticketEvents {
				b.Ticket(e)
			} else if b.Block(e) {
				wake()
			}
		})
		b.live.Store(false)
		end()
		review.Wait()
		if time.Since(began) > 10*time.Second {
			wait = 200 * time.Millisecond
		}
		pause(ctx, wait)
	}
}

// review reads the board anew: when a connection begins, from time to time, and
// often where nothing else tells. It ends the connection when another node is
// asked.
func (n *Nodes) review(ctx context.Context, p *peer, b *Board, end func()) {
	last := time.Time{}
	for heard := false; ctx.Err() == nil; {
		every := 5 * time.Second
		if live := b.live.Load(); live && !heard {
			every, heard = 0, true
		} else if live {
			every = reviewEvery
		}
		if time.Since(last) >= every {
			last = time.Now()
			_ = p.read(ctx, b) // what is not known is not shown
		}
		if n.at() != p {
			end()
			return
		}
		pause(ctx, 250*time.Millisecond)
	}
}

// Bounds of what is read of a node.
const (
	ticketPage  = 500
	ticketPages = 200
)

// read brings a board up to what the node has.
func (p *peer) read(ctx context.Context, b *Board) error {
	var res lottery.QueryStatusResponse
	if err := p.Client.Query(ctx, query+"Status", 0, &lottery.QueryStatusRequest{}, &res); err != nil {
		return err
	}
	status, err := p.Client.Status(ctx)
	if err != nil {
		return err
	}
	tickets := map[uint64][]lottery.RankedTicket{}
	for _, e := range []*lottery.Epoch{&res.Current, res.Previous} {
		if e == nil || e.Stage != lottery.StageMining || e.Tickets == 0 {
			continue
		}
		if tickets[e.Epoch], err = p.tickets(ctx, e.Epoch); err != nil {
			return err
		}
	}
	began := time.Time{}
	if first := res.Current.FirstHeight; first <= status.SyncInfo.LatestBlockHeight {
		h, err := p.Client.Header(ctx, first)
		if err != nil {
			return err
		}
		// By the chain's clock, so that a miner whose own is wrong reckons right.
		began = time.Now().Add(-status.SyncInfo.LatestBlockTime.Sub(h.Time))
	}
	b.Status(status.SyncInfo.LatestBlockHeight, &res, tickets, began)
	return nil
}

func (p *peer) tickets(ctx context.Context, epoch uint64) ([]lottery.RankedTicket, error) {
	var all []lottery.RankedTicket
	next := &page.PageRequest{Limit: ticketPage}
	for range ticketPages {
		var res lottery.QueryTicketsResponse
		if err := p.Client.Query(ctx, query+"Tickets", 0, &lottery.QueryTicketsRequest{Epoch: epoch, Pagination: next}, &res); err != nil {
			return nil, err
		}
		all = append(all, res.Tickets...)
		if res.Pagination == nil || len(res.Pagination.NextKey) == 0 {
			break
		}
		next = &page.PageRequest{Limit: ticketPage, Key: res.Pagination.NextKey}
	}
	return all, nil
}
