// Package explain recomputes an epoch of the lottery from what is public: the
// blocks, and what the chain says of the epoch. It uses the chain's own pure
// rules and trusts a node for nothing that it can compute: seed, target, work,
// tickets, ranking, money, leader, beacon, seats and payments are each compared
// with what the chain says.
package explain

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/weftchain/weft/app/lottery/ticket"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// Verdict is how a check ended.
type Verdict string

// The verdicts of a Check.
const (
	Same    Verdict = "same"    // recomputed, and the chain says the same
	Differs Verdict = "differs" // recomputed, and the chain says something else
	Unknown Verdict = "unknown" // could not be recomputed: Text says why
)

// Check is one thing that was recomputed.
type Check struct {
	Name    string  `json:"check"`
	Verdict Verdict `json:"verdict"`
	// Text is what was compared, or where it differs, or why it is not known.
	Text string `json:"text"`
}

// Prize is what one payout had of an epoch.
type Prize struct {
	Payout  string `json:"payout"`
	Tickets uint64 `json:"tickets"`
	Due     uint64 `json:"due"`
}

// Seat is one that was won.
type Seat struct {
	Rank     int    `json:"rank"`
	Operator string `json:"operator"`
	Digest   string `json:"digest"`
}

// Report is what came out.
type Report struct {
	ChainID string  `json:"chain_id"`
	Epoch   uint64  `json:"epoch"`
	First   int64   `json:"first_block"`
	Last    int64   `json:"last_block"`
	Settled int64   `json:"settle_block"`
	Tickets int     `json:"tickets"`
	Leader  string  `json:"leader_digest"`
	Prizes  []Prize `json:"prizes"`
	Seats   []Seat  `json:"seats"`
	Checks  []Check `json:"checks"`
}

// Differences is how many checks found one.
func (r *Report) Differences() (n int) {
	for _, c := range r.Checks {
		if c.Verdict == Differs {
			n++
		}
	}
	return n
}

// drawn is a ticket with the digest that was computed here.
type drawn struct {
	brought
	digest [32]byte
}

// work is one explanation on its way.
type work struct {
	source
	r       *Report
	e       *lottery.Epoch
	one     *lottery.Epoch // the epoch before, nil if there is none
	two     *lottery.Epoch // the one before that
	genesis *beginning     // nil if it is not needed
	before  block          // the one before the first
	blocks  []block        // first to settlement
	all     []drawn        // tickets that blocks took, ascending
	kept    []drawn        // the best of them, as many as an epoch keeps
}

// ErrUnknownEpoch says that there is nothing to explain.
var ErrUnknownEpoch = errors.New("the epoch is not known")

// Explain recomputes an epoch. The error says what kept it from being done: a
// difference is none.
func Explain(ctx context.Context, node *client.Client, prefix chain.Bech32, n uint64) (*Report, error) {
	status, err := node.Status(ctx)
	if err != nil {
		return nil, err
	}
	w := &work{source: source{ctx, node, prefix}, r: &Report{ChainID: status.NodeInfo.Network, Epoch: n, Prizes: []Prize{}, Seats: []Seat{}}}
	if w.e, err = w.epoch(n); err != nil {
		return nil, err
	}
	if w.e == nil {
		return nil, fmt.Errorf("%w: epoch %d has not begun, or is so long ago that the chain has forgotten it", ErrUnknownEpoch, n)
	}
	w.r.First, w.r.Last, w.r.Settled = w.e.FirstHeight, w.e.LastHeight, w.e.LastHeight+int64(w.e.Params.GraceBlocks)
	if err := w.past(); err != nil {
		return nil, err
	}
	latest := status.SyncInfo.LatestBlockHeight
	if err := w.read(min(w.r.Settled, latest)); err != nil {
		return nil, err
	}
	w.seed()
	w.target()
	w.draw()
	if latest >= w.e.LastHeight {
		w.estimate()
	}
	if w.e.Stage == lottery.StageMining {
		w.unknown("settlement", "the epoch is settled at the end of block %d, the chain is at %d: ask again then", w.r.Settled, latest)
		return w.r, nil
	}
	w.money()
	w.leader()
	w.beacon()
	w.counts()
	w.seats()
	w.payments(latest)
	return w.r, nil
}

func (w *work) note(name string, v Verdict, format string, args ...any) {
	w.r.Checks = append(w.r.Checks, Check{name, v, fmt.Sprintf(format, args...)})
}

func (w *work) unknown(name, format string, args ...any) { w.note(name, Unknown, format, args...) }

// compare notes whether two values are the same.
func compare[T comparable](w *work, name string, here, chain T) {
	if here == chain {
		w.note(name, Same, "%v", here)
		return
	}
	w.note(name, Differs, "computed %v, the chain says %v", here, chain)
}

func compareBytes(w *work, name string, here, chain []byte) {
	compare(w, name, hex.EncodeToString(here), hex.EncodeToString(chain))
}

// past reads the epochs before, and how the chain began if that is close.
func (w *work) past() (err error) {
	if n := w.e.Epoch; n > 0 {
		if w.one, err = w.epoch(n - 1); err != nil {
			return err
		}
		if n > 1 && w.one != nil {
			if w.two, err = w.epoch(n - 2); err != nil {
				return err
			}
		}
	}
	if w.one == nil || w.two == nil {
		w.genesis = w.beginning()
	}
	return err
}

// read reads the blocks of the epoch, up to a height.
func (w *work) read(to int64) error {
	if to-w.e.FirstHeight > maxBlocks {
		return fmt.Errorf("epoch %d has %d blocks, at most %d are read", w.e.Epoch, to-w.e.FirstHeight, maxBlocks)
	}
	var err error
	if w.before, err = w.block(w.e.FirstHeight - 1); err != nil {
		return fmt.Errorf("the block before the epoch: %w", err)
	}
	for h := w.e.FirstHeight; h <= to; h++ {
		b, err := w.block(h)
		if err != nil {
			return err
		}
		w.blocks = append(w.blocks, b)
	}
	if err := linked(append([]block{w.before}, w.blocks...)); err != nil {
		w.note("blocks", Differs, "%v", err)
		return nil
	}
	w.note("blocks", Same, "%d to %d: each names the one before it, its transactions and their results", w.before.Height, to)
	return nil
}

// draw computes every ticket's digest anew and ranks them.
func (w *work) draw() {
	wrong := []string{}
	seen := map[[32]byte]bool{}
	for _, b := range w.blocks {
		for _, t := range b.tickets(w.e.Epoch) {
			digest, err := w.hash(t)
			if err == nil && seen[digest] {
				err = errors.New("taken twice")
			}
			if err != nil {
				wrong = append(wrong, fmt.Sprintf("block %d, nonce %d: %v", t.height, t.Nonce, err))
				continue
			}
			seen[digest] = true
			w.all = append(w.all, drawn{t, digest})
		}
	}
	ascending(w.all)
	w.kept = w.all[:min(len(w.all), int(w.e.Params.MaxTickets))]
	w.r.Tickets = len(w.kept)
	if len(wrong) > 0 {
		w.note("tickets", Differs, "%d tickets that the chain took are none; the first: %s", len(wrong), wrong[0])
	} else {
		w.note("tickets", Same, "%d in blocks: each computed anew, below the target and its mix right", len(w.all))
	}
	compare(w, "tickets kept", uint64(len(w.kept)), w.e.Tickets)
}

func ascending(list []drawn) {
	slices.SortFunc(list, func(a, b drawn) int { return bytes.Compare(a.digest[:], b.digest[:]) })
}

// hash computes a ticket with the chain's own function.
func (w *work) hash(t brought) ([32]byte, error) {
	h := ticket.Header{
		Seed: bytes32(w.e.Seed), Epoch: w.e.Epoch, Algo: ticket.Algo(w.e.Params.Algo), Version: t.Version,
		Payout: t.Payout, Operator: t.Operator, Tag: t.Tag,
	}
	if err := h.Check(); err != nil {
		return [32]byte{}, err
	}
	if t.Algo != w.e.Params.Algo {
		return [32]byte{}, fmt.Errorf("made with %s", ticket.Algo(t.Algo))
	}
	if t.height < w.e.FirstHeight || t.height > w.r.Settled {
		return [32]byte{}, fmt.Errorf("taken in block %d", t.height)
	}
	inner := ticket.Inner(h.Prehash(), t.Extranonce, t.Nonce)
	digest, err := h.Algo.CheckQuick(inner, t.Mix, bytes32(w.e.Target))
	if err != nil {
		return digest, err
	}
	return digest, h.Algo.CheckMix(inner, t.Mix)
}

func bytes32(b []byte) (out [32]byte) {
	copy(out[:], b)
	return out
}
