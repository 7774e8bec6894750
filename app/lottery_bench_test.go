package app

import (
	"fmt"
	"testing"
	"time"

	lotterypb "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// BenchmarkSettlement measures the block that settles an epoch of 4096 tickets
// of as many accounts, beside one of 64 tickets and an empty one.
func BenchmarkSettlement(b *testing.B) {
	for range b.N {
		g := miningGenesis(b)
		p := &g.Lottery.Params
		p.EpochBlocks, p.MaxTickets, p.TargetTickets, p.MaxBlockTickets, p.FullPotTickets = 120, 4096, 1024, 64, 128
		w := newPit(b, g)
		e := w.status().Current
		var lane, empty time.Duration
		for i := range 64 {
			var txs [][]byte
			for j := range 64 {
				m := w.digFor(&e, []byte(fmt.Sprintf("account %012d", 64*i+j)))
				txs = append(txs, unsigned(b, m))
			}
			txs = w.lane(txs...)
			lane += w.timed(txs...) / 64
		}
		for w.height+1 < e.LastHeight+int64(e.Params.GraceBlocks) {
			empty = w.timed()
		}
		settlement := w.timed()
		b.ReportMetric(float64(settlement.Microseconds())/1000, "ms/settlement")
		b.ReportMetric(float64(lane.Microseconds())/1000, "ms/lane")
		b.ReportMetric(float64(empty.Microseconds())/1000, "ms/empty")
		w.pass(70)
	}
}

// timed is how long a block takes from bytes to app hash.
func (p *pit) timed(txs ...[]byte) time.Duration {
	began := time.Now()
	res, err := p.app.Execute(p.input(txs...))
	took := time.Since(began)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, r := range res.Txs {
		if !r.OK() {
			p.t.Fatal(r.Log)
		}
	}
	p.last = res
	p.commit()
	return took
}

// digFor finds a ticket for any payout.
func (p *pit) digFor(e *lotterypb.Epoch, payout []byte) *lotterypb.MsgSubmitTicket {
	return p.digWith(e, payout, nil)
}
