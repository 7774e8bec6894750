package miner

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/lottery/target"
	"github.com/weftchain/weft/app/lottery/ticket"
	"github.com/weftchain/weft/client"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// chainOf is a small chain: it gives work and checks every ticket by the rules.
type chainOf struct {
	t     *testing.T
	mu    sync.Mutex
	epoch uint64
	algo  ticket.Algo
	easy  uint64
	taken map[uint64]map[[32]byte]time.Time
	say   func(f Found) error
}

func (c *chainOf) Work(_ context.Context, who Who) (*Work, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	seed := sha256.Sum256(fmt.Append(nil, c.epoch))
	limit := target.FromWork(c.easy)
	return NewWork(who, &lottery.QueryWorkResponse{Epoch: c.epoch, Seed: seed[:], Target: limit[:], Algo: lottery.PowAlgo(c.algo), Version: 1})
}

func (c *chainOf) Submit(_ context.Context, f Found) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := f.Message()
	seed := sha256.Sum256(fmt.Append(nil, m.Epoch))
	h := ticket.Header{Seed: seed, Epoch: m.Epoch, Algo: ticket.Algo(m.Algo), Version: m.Version, Payout: m.Payout, Operator: m.Operator, Tag: m.Tag}
	inner := ticket.Inner(h.Prehash(), m.Extranonce, m.Nonce)
	digest, err := c.algo.CheckQuick(inner, m.Mix, target.FromWork(c.easy))
	require.NoError(c.t, err)
	require.NoError(c.t, c.algo.CheckMix(inner, m.Mix))
	require.Equal(c.t, f.Digest, digest)
	if c.say != nil {
		if err := c.say(f); err != nil {
			return err
		}
	}
	if c.taken[m.Epoch] == nil {
		c.taken[m.Epoch] = map[[32]byte]time.Time{}
	}
	require.NotContains(c.t, c.taken[m.Epoch], digest)
	c.taken[m.Epoch][digest] = time.Now()
	return nil
}

func newChain(t *testing.T, algo ticket.Algo, easy uint64) *chainOf {
	return &chainOf{t: t, algo: algo, easy: easy, taken: map[uint64]map[[32]byte]time.Time{}}
}

var me = Who{Payout: bytes.Repeat([]byte{1}, 20), Operator: bytes.Repeat([]byte{2}, 20)}

// TestRun: true tickets of every epoch, each once, soon after it began; trouble
// with the node is waited out.
func TestRun(t *testing.T) {
	for _, algo := range []ticket.Algo{ticket.SHA256D, ticket.Argon2id} {
		easy := uint64(1 << 16)
		if algo.Dear() {
			easy = 8
		}
		c := newChain(t, algo, easy)
		busy := 3
		c.say = func(Found) error {
			if busy--; busy >= 0 {
				return ErrLater
			}
			return nil
		}
		ctx, cancel := context.WithCancel(t.Context())
		var best float64
		done := make(chan Stats)
		go func() {
			s, err := Run(ctx, Options{Source: c, Who: me, Threads: 2, Every: 20 * time.Millisecond, Report: func(s Stats) { best = max(best, s.Rate) }})
			require.NoError(t, err)
			done <- s
		}()
		for e := range uint64(3) {
			require.Eventually(t, func() bool {
				c.mu.Lock()
				defer c.mu.Unlock()
				return len(c.taken[e]) >= 3
			}, 60*time.Second, 5*time.Millisecond, "epoch %d", e)
			c.mu.Lock()
			c.epoch++
			c.mu.Unlock()
		}
		cancel()
		s := <-done
		require.Zero(t, s.Refused)
		require.GreaterOrEqual(t, s.Found, s.Taken)
		require.GreaterOrEqual(t, s.Taken, uint64(9))
		require.Positive(t, best)
	}
}

// TestWeak: once a node says that a ticket is too weak, worse ones are not
// brought to it.
func TestWeak(t *testing.T) {
	c := newChain(t, ticket.SHA256D, 256)
	m := &mine{o: Options{Who: me}, search: NewSearch(100), pending: map[[32]byte]*pending{}}
	w, err := c.Work(t.Context(), me)
	require.NoError(t, err)
	m.take(w)
	for i := byte(10); i > 0; i-- {
		m.add(Found{Work: w, Digest: [32]byte{i}})
	}
	f, _ := m.next()
	require.Equal(t, byte(1), f.Digest[0], "the best first")
	require.True(t, m.judged(f, nil))
	f, _ = m.next()
	require.True(t, m.judged(f, fmt.Errorf("%w: so", ErrWeak)))
	_, some := m.next()
	require.False(t, some)
	m.add(Found{Work: w, Digest: [32]byte{2, 1}})
	m.add(Found{Work: w, Digest: [32]byte{1, 1}})
	require.Len(t, m.waiting, 1)
	s := m.stats()
	require.Equal(t, [3]uint64{12, 1, 10}, [3]uint64{s.Found, s.Taken, s.Weak})
	require.True(t, m.judged(f, ErrStale))
	require.True(t, m.judged(f, ErrRefused))
	require.False(t, m.judged(f, errors.New("no route")))
	require.Equal(t, "no route", m.stats().Trouble)
}

// TestWork: what does not fit is not mined on.
func TestWork(t *testing.T) {
	good := lottery.QueryWorkResponse{Epoch: 1, Seed: make([]byte, 32), Target: make([]byte, 32), Algo: lottery.AlgoSHA256D, Version: 1}
	_, err := NewWork(me, &good)
	require.NoError(t, err)
	for name, change := range map[string]func(*lottery.QueryWorkResponse){
		"seed": func(r *lottery.QueryWorkResponse) { r.Seed = r.Seed[1:] }, "target": func(r *lottery.QueryWorkResponse) { r.Target = nil },
		"algo": func(r *lottery.QueryWorkResponse) { r.Algo = 2 }, "version": func(r *lottery.QueryWorkResponse) { r.Version = 2 },
		"another payout": func(r *lottery.QueryWorkResponse) { r.Prehash = make([]byte, 32) },
	} {
		r := good
		change(&r)
		_, err := NewWork(me, &r)
		require.Error(t, err, name)
	}
	_, err = NewWork(Who{}, &good)
	require.Error(t, err)
}

func TestVerdict(t *testing.T) {
	for code, want := range map[uint32]error{2: ErrStale, 3: ErrRefused, 6: ErrKept, 7: ErrWeak, 17: ErrLater} {
		require.ErrorIs(t, verdict(&client.RejectedError{Codespace: "lottery", Code: code}), want)
	}
	require.ErrorIs(t, verdict(client.ErrPending), ErrKnown)
	full := &client.RejectedError{Log: "mempool is full"}
	require.Equal(t, error(full), verdict(full))
	require.NoError(t, verdict(nil))
}

// TestBench: both functions are measured.
func TestBench(t *testing.T) {
	for _, algo := range []ticket.Algo{ticket.SHA256D, ticket.Argon2id} {
		b := RunBench(t.Context(), algo, 1, 1, time.Millisecond, 20*time.Millisecond)
		require.Equal(t, MinTurns, b.Turns)
		require.Positive(t, b.Rate)
		require.Positive(t, b.Search)
		require.Positive(t, b.Library)
		require.Positive(t, b.Ratio)
	}
}

// TestAsOftenAsItShould: what the search finds is what chance gives, so hashes
// are counted and none is passed over.
func TestAsOftenAsItShould(t *testing.T) {
	const hashes, easy = 1 << 18, 256
	c := newChain(t, ticket.SHA256D, easy)
	w, err := c.Work(t.Context(), me)
	require.NoError(t, err)
	s := NewSearch(100)
	s.found = make(chan Found, hashes)
	s.batch(w, w.hasher(9), 0, hashes)
	require.InDelta(t, hashes/easy, len(s.found), 4*32, "four times the deviation")
	close(s.found)
	seen := map[uint64]bool{}
	for f := range s.found {
		require.False(t, seen[f.Nonce])
		seen[f.Nonce] = true
		require.NoError(t, c.Submit(t.Context(), f))
	}
}
