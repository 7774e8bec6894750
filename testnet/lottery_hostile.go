package testnet

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	page "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
	"github.com/weftchain/weft/tx"
)

// hostile sends tickets to a node that it must refuse, each for its own reason, and
// a flood of false ones, under which blocks are made as before.
func (r *Runner) hostile(ctx context.Context, node string) error {
	l := r.s.Layout()
	n, err := l.Find(node)
	if err != nil {
		return err
	}
	c, err := dial(n.URL())
	if err != nil {
		return err
	}
	err = until(ctx, "no ticket to begin with, or an epoch too short", func() (bool, error) {
		good, err := r.anyTicket(ctx, c)
		if err != nil {
			return false, err
		}
		stale, err := r.refusals(ctx, c, good)
		return !stale, err
	})
	if err != nil {
		return err
	}
	return r.flood(ctx, c)
}

// anyTicket is one that somebody found in the epoch that is mined.
func (r *Runner) anyTicket(ctx context.Context, c *client.Client) (*lottery.MsgSubmitTicket, error) {
	const query = "/weft.lottery.v1.Query/"
	var st lottery.QueryStatusResponse
	if err := c.Query(ctx, query+"Status", 0, &lottery.QueryStatusRequest{}, &st); err != nil {
		return nil, err
	}
	var res lottery.QueryTicketsResponse
	req := &lottery.QueryTicketsRequest{Epoch: st.Current.Epoch, Pagination: &page.PageRequest{Limit: 1}}
	if err := c.Query(ctx, query+"Tickets", 0, req, &res); err != nil {
		return nil, err
	}
	if len(res.Tickets) == 0 || st.Current.Epoch < 2 {
		return nil, fmt.Errorf("epoch %d has no tickets yet", st.Current.Epoch)
	}
	t := res.Tickets[0]
	m := &lottery.MsgSubmitTicket{
		Epoch: st.Current.Epoch, Tag: t.Tag, Extranonce: t.Extranonce, Nonce: t.Nonce, Algo: st.Current.Params.Algo, Version: 1,
	}
	for text, into := range map[string]*[]byte{t.Payout: &m.Payout, t.Operator: &m.Operator} {
		if text == "" {
			continue
		}
		a, err := loadPrefix.ParseAccount(text)
		if err != nil {
			return nil, err
		}
		*into = a.Bytes()
	}
	return m, nil
}

// refusals sends what is made of a good ticket. It reports true if its epoch ended
// meanwhile.
func (r *Runner) refusals(ctx context.Context, c *client.Client, good *lottery.MsgSubmitTicket) (bool, error) {
	for _, h := range []struct {
		name string
		code uint32
		make func(*lottery.MsgSubmitTicket)
	}{
		{"stolen", 4, func(m *lottery.MsgSubmitTicket) { m.Payout = []byte("a thief with an acct") }},
		{"forged", 4, func(m *lottery.MsgSubmitTicket) { m.Nonce++ }},
		{"made with a mix that nobody asked for", 3, func(m *lottery.MsgSubmitTicket) { m.Mix = make([]byte, 32) }},
		{"replayed", 6, func(*lottery.MsgSubmitTicket) {}},
		{"oversized", 19, func(m *lottery.MsgSubmitTicket) { m.Mix = make([]byte, 600) }},
		{"stale", 2, func(m *lottery.MsgSubmitTicket) { m.Epoch -= 2 }},
	} {
		m := *good
		h.make(&m)
		err := submit(ctx, c, &m)
		var rejected *client.RejectedError
		switch {
		case err == nil:
			return false, fmt.Errorf("a ticket that is %s was taken", h.name)
		case !errors.As(err, &rejected):
			return false, fmt.Errorf("a ticket that is %s: %w", h.name, err)
		case rejected.Codespace == "lottery" && rejected.Code == 2 && h.code != 2:
			return true, nil
		case rejected.Codespace != "lottery" || rejected.Code != h.code:
			return false, fmt.Errorf("a ticket that is %s was refused with %s/%d (%s), not lottery/%d", h.name, rejected.Codespace, rejected.Code, rejected.Log, h.code)
		}
		r.say(fmt.Sprintf("a ticket that is %s is refused: lottery/%d, %s", h.name, h.code, rejected.Log))
	}
	return false, nil
}

// submit sends a ticket as other bytes than miners do, so that no cache of known
// transactions answers for the node.
func submit(ctx context.Context, c *client.Client, m *lottery.MsgSubmitTicket) error {
	raw, err := tx.Builder{Msgs: []chain.Message{m}}.Unsigned()
	if err != nil {
		return err
	}
	data, err := raw.Marshal()
	if err != nil {
		return err
	}
	_, err = c.Broadcast(ctx, data)
	return err
}

// A flood is so many tickets over so many connections.
const (
	floodTickets = 4000
	floodLines   = 8
)

// flood sends tickets that nobody worked for.
func (r *Runner) flood(ctx context.Context, c *client.Client) error {
	good, err := r.anyTicket(ctx, c)
	if err != nil {
		return err
	}
	before := highest(r.heights(ctx))
	var refused, other atomic.Int64
	var lines sync.WaitGroup
	for line := range floodLines {
		lines.Go(func() {
			for i := range floodTickets / floodLines {
				m := *good
				m.Extranonce, m.Nonce = uint64(line)<<32|uint64(i), 1
				var rejected *client.RejectedError
				if err := submit(ctx, c, &m); errors.As(err, &rejected) && rejected.Codespace == "lottery" {
					refused.Add(1)
				} else if ctx.Err() == nil {
					other.Add(1) // one in 65,536 is true by luck
				}
			}
		})
	}
	lines.Wait()
	r.say(fmt.Sprintf("%d false tickets were refused, height %d became %d meanwhile", refused.Load(), before, highest(r.heights(ctx))))
	if refused.Load() < floodTickets*9/10 {
		return fmt.Errorf("of %d false tickets %d were refused, %d got another answer", floodTickets, refused.Load(), other.Load())
	}
	return ctx.Err()
}
