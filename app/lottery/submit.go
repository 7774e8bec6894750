package lottery

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/weftchain/weft/app/lottery/ranking"
	"github.com/weftchain/weft/app/lottery/ticket"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// Seen is a ticket that passed the cheap checks.
type Seen struct {
	Digest [32]byte
	algo   ticket.Algo
	inner  [ticket.InnerBytes]byte
	mix    []byte
	epoch  *lottery.Epoch
}

// Glance makes the cheap checks of a ticket: form, epoch, and its digest
// against the target, with the mix that it brings. They depend on the state
// only through the epoch's record, so all nodes agree on them before a block is
// executed. The error wraps ErrOff, ErrForm, ErrEpoch or ErrTarget, or is a
// fault.
func (l *Lottery) Glance(env *chain.Env, m *lottery.MsgSubmitTicket) (Seen, error) {
	e, err := epochAt(env, m.Epoch)
	if err != nil {
		return Seen{}, err
	}
	if e == nil || e.Stage != lottery.StageMining || !spanOf(e).Takes(env.Block.Height) {
		return Seen{}, fmt.Errorf("epoch %d at height %d: %w", m.Epoch, env.Block.Height, ErrEpoch)
	}
	if e.Params.Mode == lottery.ModeOff {
		return Seen{}, ErrOff
	}
	if m.Algo != e.Params.Algo {
		return Seen{}, fmt.Errorf("made with %s, epoch %d is mined with %s: %w", ticket.Algo(m.Algo), m.Epoch, ticket.Algo(e.Params.Algo), ErrForm)
	}
	h := ticket.Header{
		Seed: [32]byte(e.Seed), Epoch: m.Epoch, Algo: ticket.Algo(m.Algo), Version: m.Version,
		Payout: m.Payout, Operator: m.Operator, Tag: m.Tag,
	}
	if err := h.Check(); err != nil {
		return Seen{}, fmt.Errorf("%v: %w", err, ErrForm)
	}
	s := Seen{algo: h.Algo, mix: m.Mix, epoch: e, inner: ticket.Inner(h.Prehash(), m.Extranonce, m.Nonce)}
	s.Digest, err = s.algo.CheckQuick(s.inner, s.mix, [32]byte(e.Target))
	switch {
	case errors.Is(err, ticket.ErrAbove):
		err = fmt.Errorf("digest %x, target %x: the work does not fit what the ticket says: %w", s.Digest[:12], e.Target[:12], ErrTarget)
	case err != nil:
		err = fmt.Errorf("%v: %w", err, ErrForm)
	}
	return s, err
}

// Kept reports whether the state has a ticket already.
func (l *Lottery) Kept(env *chain.Env, s Seen) (bool, error) {
	return table{env, s.epoch.Epoch}.Has(s.Digest)
}

// LaneMax is how many tickets the next block may hold.
func (l *Lottery) LaneMax(env *chain.Env) (int, error) {
	p, err := l.Params(env)
	return int(p.MaxBlockTickets), err
}

// Proved reports whether the dear half of the check was made before, or costs
// nothing.
func (l *Lottery) Proved(s Seen) bool { return !s.algo.Dear() || l.proved.has(s.Digest) }

// Prove makes the dear half of the check, unless that was done before. The error
// is ErrMix.
func (l *Lottery) Prove(s Seen) error {
	if l.Proved(s) {
		return nil
	}
	if err := s.algo.CheckMix(s.inner, s.mix); err != nil {
		return fmt.Errorf("%v: %w", err, ErrMix)
	}
	l.proved.put(s.Digest)
	return nil
}

// proved remembers digests whose mix is right: a digest tells its ticket and
// mix, so what was proved once is so for ever. It saves time and decides
// nothing.
type proved struct {
	sync.Mutex
	young, old map[[32]byte]struct{}
}

// provedMost bounds each of the two generations.
const provedMost = 8192

func (p *proved) has(d [32]byte) bool {
	p.Lock()
	defer p.Unlock()
	if _, ok := p.young[d]; ok {
		return true
	}
	_, ok := p.old[d]
	return ok
}

func (p *proved) put(d [32]byte) {
	p.Lock()
	defer p.Unlock()
	if p.young == nil || len(p.young) >= provedMost {
		p.old, p.young = p.young, map[[32]byte]struct{}{}
	}
	p.young[d] = struct{}{}
}

// Submit checks a ticket and ranks it. It costs no gas: the work is the fee.
func (l *Lottery) Submit(env *chain.Env, m *lottery.MsgSubmitTicket) (*lottery.MsgSubmitTicketResponse, error) {
	s, err := l.Glance(env, m)
	if err != nil {
		return nil, err
	}
	if !l.TrustWork || !env.Decided() {
		if err := l.Prove(s); err != nil {
			return nil, err
		}
	}
	payout := chain.Address(m.Payout)
	if l.Bank.Blocked(payout) {
		return nil, fmt.Errorf("%s is a module's account: %w", env.Bech32().Account(payout), ErrPayout)
	}
	if len(m.Operator) > 0 {
		o, err := l.Operator(env, chain.Address(m.Operator))
		if err != nil {
			return nil, err
		}
		if o == nil {
			return nil, fmt.Errorf("%s: %w", env.Bech32().Account(chain.Address(m.Operator)), ErrNoOperator)
		}
		if o.Retired || o.Tombstoned {
			return nil, fmt.Errorf("%s: %w", env.Bech32().Account(chain.Address(m.Operator)), ErrGone)
		}
	}
	return &lottery.MsgSubmitTicketResponse{Digest: s.Digest[:]}, l.rank(env, m, s)
}

func (l *Lottery) rank(env *chain.Env, m *lottery.MsgSubmitTicket, s Seen) error {
	e := s.epoch
	count, err := ranking.Admit(table{env, e.Epoch}, e.Tickets, e.Params.MaxTickets, s.Digest)
	switch {
	case errors.Is(err, ranking.ErrTwice):
		return fmt.Errorf("digest %x: %w", s.Digest[:12], ErrTwice)
	case errors.Is(err, ranking.ErrWeak):
		return fmt.Errorf("digest %x: %w", s.Digest[:12], ErrWeak)
	case err != nil:
		return err
	}
	if count != e.Tickets {
		e.Tickets = count
		if err := saveEpoch(env, e); err != nil {
			return err
		}
	}
	t := &lottery.Ticket{
		Payout: m.Payout, Operator: m.Operator, Tag: m.Tag, Extranonce: m.Extranonce, Nonce: m.Nonce, Height: env.Block.Height,
	}
	if err := save(env, layout.LotteryTicket(e.Epoch, s.Digest), t); err != nil {
		return err
	}
	env.Events.Emit(chain.NewEvent("lottery_ticket", "epoch", strconv.FormatUint(e.Epoch, 10), "digest", hex.EncodeToString(s.Digest[:]),
		"payout", env.Bech32().Account(chain.Address(m.Payout)), "operator", env.Bech32().Account(chain.Address(m.Operator))))
	return nil
}
