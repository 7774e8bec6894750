package miner

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/weftchain/weft/app/lottery/target"
	"github.com/weftchain/weft/app/lottery/ticket"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// Who says for whom a miner works.
type Who struct {
	Payout   []byte // 20 bytes or 32
	Operator []byte // 20 bytes, or none
	Tag      []byte // 32 bytes, or none
}

// Work is one epoch's puzzle.
type Work struct {
	Header  ticket.Header
	Target  target.Target
	Prehash [32]byte
	// Last is the last block in which the epoch is mined, Taken the last that
	// takes its tickets.
	Last, Taken int64
	// Job is what a coordinator calls it, "" without one.
	Job string
	// Extranonce hands out a thread's extranonce; nil draws one by lot.
	Extranonce func() uint64
	// first is the target's upper 64 bits: one comparison for nearly all hashes.
	first uint64
}

func (w *Work) extranonce() uint64 {
	if w.Extranonce != nil {
		return w.Extranonce()
	}
	return draw()
}

// NewWork puts together what a node told and who mines. It refuses an answer
// whose parts do not fit each other.
func NewWork(who Who, res *lottery.QueryWorkResponse) (*Work, error) {
	if len(res.Seed) != 32 || len(res.Target) != 32 {
		return nil, fmt.Errorf("the node's work has a seed of %d bytes and a target of %d, both have 32", len(res.Seed), len(res.Target))
	}
	w := &Work{
		Header: ticket.Header{
			Seed: [32]byte(res.Seed), Epoch: res.Epoch, Algo: ticket.Algo(res.Algo), Version: res.Version,
			Payout: who.Payout, Operator: who.Operator, Tag: who.Tag,
		},
		Target: target.Target(res.Target), Last: res.LastHeight, Taken: res.LastTaken,
	}
	if err := w.Header.Check(); err != nil {
		return nil, err
	}
	if !w.Header.Algo.Known() {
		return nil, fmt.Errorf("the chain is mined with %s, which this program does not know: take a newer one", w.Header.Algo)
	}
	w.ready()
	if len(res.Prehash) > 0 && !bytes.Equal(res.Prehash, w.Prehash[:]) {
		return nil, fmt.Errorf("the node would hash something else than this miner: its prehash is %x, ours %x", res.Prehash, w.Prehash)
	}
	return w, nil
}

// ready computes what the search needs of header and target.
func (w *Work) ready() {
	w.Prehash = w.Header.Prehash()
	w.first = binary.BigEndian.Uint64(w.Target[:])
}

// Same reports whether two works are of one epoch's puzzle.
func (w *Work) Same(o *Work) bool {
	return o != nil && w.Prehash == o.Prehash && w.Target == o.Target && w.Job == o.Job
}

// With is the same puzzle with another target, under the name and with the
// extranonces of a coordinator.
func (w *Work) With(t target.Target, job string, extranonce func() uint64) *Work {
	c := *w
	c.Target, c.Job, c.Extranonce = t, job, extranonce
	c.ready()
	return &c
}

// Found is a solution.
type Found struct {
	Work              *Work
	Extranonce, Nonce uint64
	Mix               []byte
	Digest            [32]byte
}

// Message is the ticket as a node takes it.
func (f Found) Message() *lottery.MsgSubmitTicket {
	h := f.Work.Header
	return &lottery.MsgSubmitTicket{
		Epoch: h.Epoch, Payout: h.Payout, Operator: h.Operator, Tag: h.Tag, Extranonce: f.Extranonce, Nonce: f.Nonce,
		Mix: f.Mix, Algo: lottery.PowAlgo(h.Algo), Version: h.Version,
	}
}

// hashes is how many a ticket takes on average.
func (w *Work) hashes() uint64 { return target.Work(w.Target) }
