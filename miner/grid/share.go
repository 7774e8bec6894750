package grid

import (
	"context"
	"time"

	"github.com/weftchain/weft/app/lottery/target"
	"github.com/weftchain/weft/app/lottery/ticket"
	"github.com/weftchain/weft/miner"
)

// take does what a line asks for; it reports false if the connection ends.
func (c *session) take(ctx context.Context, m message) bool {
	s := c.s
	if c.w != nil {
		s.mu.Lock()
		c.heard = time.Now()
		c.w.a.Seen = c.heard.UTC().Format(time.RFC3339)
		s.mu.Unlock()
	}
	switch {
	case m.Kind == kindPing:
		c.send(message{Kind: kindPong})
	case m.Kind == kindStats:
		stats := s.Stats()
		c.send(message{Kind: kindStats, Stats: &stats})
	case m.Kind == kindShare && c.w != nil:
		return c.share(ctx, m)
	default:
		c.malformed(errMalformed)
		return false
	}
	return true
}

// share verifies a share and books it.
func (c *session) share(ctx context.Context, m message) bool {
	s, k := c.s, c.w
	extranonce, nonce, mix, err := m.share()
	if err != nil {
		c.malformed(err)
		return false
	}
	s.mu.Lock()
	w, limit, code := s.check(k, m.Job, m.Epoch, extranonce, nonce)
	s.mu.Unlock()
	var f miner.Found
	if code == "" {
		f = miner.Found{Work: w, Extranonce: extranonce, Nonce: nonce, Mix: mix}
		f.Digest, code = verify(f, limit)
	}
	isTicket := code == "" && target.Cmp(f.Digest, w.Target) < 0
	s.mu.Lock()
	late := code == "" && !isTicket && s.late(m.Epoch)
	if late {
		code = codeStale
	}
	liar := s.book(k, m.Epoch, target.Work(limit), isTicket, code)
	s.mu.Unlock()
	if isTicket {
		select {
		case s.found <- f:
		case <-ctx.Done():
			return false
		}
	}
	if liar {
		return false
	}
	c.send(message{Kind: kindVerdict, ID: m.ID, OK: code == "", Code: code})
	return true
}

// check finds the puzzle of a share and the target it had.
func (s *Server) check(k *worker, id string, epoch, extranonce, nonce uint64) (w *miner.Work, limit target.Target, code string) {
	w = s.works[epoch]
	switch {
	case uint32(extranonce>>32) != k.prefix:
		return nil, limit, codeRange
	case w == nil:
		return nil, limit, codeStale
	case !k.first(epoch, extranonce, nonce):
		return nil, limit, codeDuplicate
	}
	for _, j := range k.jobs {
		if j.id == id && j.epoch == epoch {
			return w, j.target, ""
		}
	}
	return w, w.Target, "" // a job of another life: a ticket is still one
}

// late reports whether shares of an epoch came too late to count: its tickets
// still do.
func (s *Server) late(epoch uint64) bool {
	return s.work != nil && epoch < s.work.Header.Epoch && time.Since(s.workAt) > staleGrace
}

// verify computes a share: first what is cheap.
func verify(f miner.Found, limit target.Target) (digest [32]byte, code string) {
	algo := f.Work.Header.Algo
	inner := ticket.Inner(f.Work.Prehash, f.Extranonce, f.Nonce)
	digest, err := algo.CheckQuick(inner, f.Mix, limit)
	if err != nil {
		return digest, codeWeak
	}
	if algo.CheckMix(inner, f.Mix) != nil {
		return digest, codeInvalid
	}
	return digest, ""
}

// book counts a share; it reports whether the worker was banned for it.
func (s *Server) book(k *worker, epoch, work uint64, isTicket bool, code string) (liar bool) {
	switch code {
	case "":
		k.credit(epoch, work, isTicket)
		return false
	case codeStale:
		k.a.Stale++
		return false
	case codeDuplicate:
		k.a.Duplicate++
	default:
		k.a.Invalid++
	}
	if k.judge(false) {
		s.ban(k)
		return true
	}
	return false
}
