package grid

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/lottery/target"
	"github.com/weftchain/weft/app/lottery/ticket"
	"github.com/weftchain/weft/miner"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

var (
	token  = []byte("a token of this test alone")
	payout = bytes.Repeat([]byte{7}, 20)
)

const long = 60 * time.Second

// puzzle is an epoch's, whose tickets take so many hashes.
func puzzle(t *testing.T, epoch, hashes uint64, algo ticket.Algo) *miner.Work {
	t.Helper()
	seed, limit := sha256.Sum256(fmt.Append(nil, epoch)), target.FromWork(hashes)
	w, err := miner.NewWork(miner.Who{Payout: payout}, &lottery.QueryWorkResponse{
		Epoch: epoch, Seed: seed[:], Target: limit[:], Algo: lottery.PowAlgo(algo), Version: 1, LastHeight: 10, LastTaken: 12,
	})
	require.NoError(t, err)
	return w
}

// coordinator is a server on a socket, and what came out of it.
type coordinator struct {
	*Server
	t       *testing.T
	address string
	stop    func()

	mu      sync.Mutex
	tickets map[[32]byte]uint64 // extranonces by digest
}

func start(t *testing.T, address string, change func(*Options)) *coordinator {
	t.Helper()
	o := Options{ChainID: "test", Payout: "weft1test", Token: token}
	if change != nil {
		change(&o)
	}
	s, err := NewServer(o)
	require.NoError(t, err)
	l, err := net.Listen("tcp", address)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	c := &coordinator{Server: s, t: t, address: l.Addr().String(), tickets: map[[32]byte]uint64{}}
	var parts sync.WaitGroup
	parts.Go(func() { c.collect(ctx) })
	parts.Go(func() {
		if err := s.Serve(ctx, l); err != nil {
			t.Error(err)
		}
	})
	c.stop = sync.OnceFunc(func() { cancel(); parts.Wait() })
	t.Cleanup(c.stop)
	return c
}

// collect checks every ticket by the rules, as a node does.
func (c *coordinator) collect(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case f := <-c.Found():
			algo := f.Work.Header.Algo
			inner := ticket.Inner(f.Work.Header.Prehash(), f.Extranonce, f.Nonce)
			digest, err := algo.CheckQuick(inner, f.Mix, f.Work.Target)
			if err == nil {
				err = algo.CheckMix(inner, f.Mix)
			}
			c.mu.Lock()
			if _, twice := c.tickets[digest]; err != nil || twice || digest != f.Digest {
				c.t.Errorf("ticket %x: %v, twice %v", digest[:4], err, twice)
			}
			c.tickets[digest] = f.Extranonce
			c.mu.Unlock()
		}
	}
}

func (c *coordinator) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.tickets)
}

func (c *coordinator) account(name string) (out Account) {
	for _, a := range c.Stats().List {
		if a.Worker == name {
			out = a
		}
	}
	return out
}

// mines runs an honest worker; the function ends it.
func mines(t *testing.T, address, name string, change func(*WorkerOptions)) (end func() (miner.Stats, error)) {
	t.Helper()
	o := WorkerOptions{Address: address, Token: token, Name: name, Threads: 1}
	if change != nil {
		change(&o)
	}
	w, err := NewWorker(o)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	type result struct {
		s   miner.Stats
		err error
	}
	done := make(chan result, 1)
	go func() {
		s, err := miner.Run(ctx, miner.Options{Source: w, Threads: 1, Duty: 5, Every: 10 * time.Millisecond})
		done <- result{s, err}
	}()
	end = sync.OnceValues(func() (miner.Stats, error) {
		cancel()
		r := <-done
		return r.s, r.err
	})
	t.Cleanup(func() { _, _ = end() })
	return end
}

// raw is a connection that was let in and does as it likes.
func raw(t *testing.T, address, name string) (net.Conn, *bufio.Reader, message) {
	t.Helper()
	conn, in, welcome, err := open(t.Context(), WorkerOptions{Address: address, Token: token, Name: name}, message{Kind: kindLogin})
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(long))
	return conn, in, welcome
}

func say(t *testing.T, conn net.Conn, m message) {
	t.Helper()
	line, err := json.Marshal(m)
	require.NoError(t, err)
	_, err = conn.Write(append(line, '\n'))
	require.NoError(t, err)
}

// until reads messages up to one of a kind.
func until(t *testing.T, in *bufio.Reader, kind string) message {
	t.Helper()
	for {
		m, err := readMessage(in)
		require.NoError(t, err)
		if m.Kind == kind {
			return m
		}
	}
}

// TestGrid: eight workers mine beside a liar, a slow reader, a flooder and
// strangers; each has extranonces of its own, all that is honest counts, and
// nothing else does.
func TestGrid(t *testing.T) {
	c := start(t, "127.0.0.1:0", func(o *Options) { o.Login = 500 * time.Millisecond })
	c.SetWork(puzzle(t, 1, 1<<14, ticket.SHA256D))
	var ends []func() (miner.Stats, error)
	for i := range 8 {
		ends = append(ends, mines(t, c.address, fmt.Sprintf("honest-%d", i), func(o *WorkerOptions) { o.Payout = payout }))
	}

	liar, in, welcome := raw(t, c.address, "liar")
	job := until(t, in, kindJob)
	prefix, err := strconv.ParseUint(welcome.Prefix, 16, 32)
	require.NoError(t, err)
	for i := range uint64(badShares) {
		say(t, liar, message{Kind: kindShare, ID: i + 1, Job: job.Job, Epoch: 1, Extranonce: strconv.FormatUint(prefix<<32, 10), Nonce: strconv.FormatUint(i<<40, 10)})
	}
	require.Equal(t, codeBanned, until(t, in, kindBye).Code)
	_, _, _, err = open(t.Context(), WorkerOptions{Address: c.address, Token: token, Name: "liar"}, message{Kind: kindLogin})
	require.ErrorIs(t, err, miner.ErrEnd)
	require.NotEmpty(t, c.account("liar").Banned)

	slow, _, _ := raw(t, c.address, "slow") // asks and never reads
	ask, _ := json.Marshal(message{Kind: kindStats})
	for range 20_000 {
		_ = slow.SetWriteDeadline(time.Now().Add(200 * time.Millisecond))
		if _, err := slow.Write(append(ask, '\n')); err != nil {
			break
		}
	}
	flood, _, _ := raw(t, c.address, "flood") // nonsense without end
	for range 100 {
		if _, err := flood.Write(bytes.Repeat([]byte("x"), 1<<16)); err != nil {
			break
		}
	}
	stranger, err := net.Dial("tcp", c.address) // says nothing
	require.NoError(t, err)
	defer stranger.Close()
	_ = stranger.SetReadDeadline(time.Now().Add(long))
	_, err = io.ReadAll(stranger)
	require.NoError(t, err, "the coordinator ends it")

	c.SetWork(puzzle(t, 2, 1<<14, ticket.SHA256D))
	require.Eventually(t, func() bool {
		for i := range 8 {
			if c.account(fmt.Sprintf("honest-%d", i)).Epochs[2] < 3<<14 {
				return false
			}
		}
		return !c.account("flood").Connected
	}, long, 20*time.Millisecond)
	require.GreaterOrEqual(t, c.account("flood").Invalid, uint64(1))
	require.Zero(t, c.account("slow").Shares)
	var sum uint64
	for i, end := range ends {
		s, err := end()
		require.NoError(t, err)
		require.Zero(t, s.Refused)
		a := c.account(fmt.Sprintf("honest-%d", i))
		require.Zero(t, a.Invalid)
		require.Zero(t, a.Duplicate)
		require.LessOrEqual(t, s.Taken, a.Shares)
		sum += a.Tickets
	}
	require.Eventually(t, func() bool { return uint64(c.count()) == sum }, long, 10*time.Millisecond)
	owners := map[uint64]bool{}
	for _, extranonce := range c.tickets {
		owners[extranonce>>32] = true
	}
	require.Len(t, owners, 8, "one prefix for each worker that found something")
	require.Zero(t, c.account("liar").Tickets+c.account("flood").Tickets)
}

// TestRestart: a coordinator that goes away and comes back has its accounts, and
// its workers go on.
func TestRestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "accounts.json")
	keep := func(o *Options) { o.File = file }
	c := start(t, "127.0.0.1:0", keep)
	c.SetWork(puzzle(t, 1, 1<<14, ticket.SHA256D))
	end := mines(t, c.address, "w", nil)
	require.Eventually(t, func() bool { return c.account("w").Shares > 2 }, long, 10*time.Millisecond)
	c.stop()
	before := c.account("w")
	again := start(t, c.address, keep)
	require.Equal(t, before.Work, again.account("w").Work)
	again.SetWork(puzzle(t, 2, 1<<14, ticket.SHA256D))
	require.Eventually(t, func() bool { return again.account("w").Shares > before.Shares+2 }, long, 10*time.Millisecond)
	s, err := end()
	require.NoError(t, err)
	require.Zero(t, s.Refused)
	_, err = NewServer(Options{ChainID: "another", Payout: "weft1test", Token: token, File: file})
	require.ErrorContains(t, err, "accounts of")
}

// TestShares: what is wrong with a share is said, and only what is right counts.
func TestShares(t *testing.T) {
	c := start(t, "127.0.0.1:0", nil)
	w := puzzle(t, 1, 4, ticket.Argon2id)
	c.SetWork(w)
	conn, in, welcome := raw(t, c.address, "w")
	job := until(t, in, kindJob)
	own, err := job.work(nil)
	require.NoError(t, err)
	require.Equal(t, w.Prehash, own.Prehash, "a worker hashes what it was told, and can see for whom")
	prefix, err := strconv.ParseUint(welcome.Prefix, 16, 32)
	require.NoError(t, err)
	good := message{Kind: kindShare, Job: job.Job, Epoch: 1, Extranonce: strconv.FormatUint(prefix<<32|5, 10)}
	for nonce := uint64(0); ; nonce++ {
		digest, mix := ticket.Argon2id.Hash(ticket.Inner(w.Prehash, prefix<<32|5, nonce))
		if target.Cmp(digest, w.Target) < 0 {
			good.Nonce, good.Mix = strconv.FormatUint(nonce, 10), fmt.Sprintf("%x", mix)
			break
		}
	}
	verdict := func(change func(*message)) message {
		m := good
		change(&m)
		say(t, conn, m)
		return until(t, in, kindVerdict)
	}
	require.Equal(t, codeRange, verdict(func(m *message) { m.Extranonce = strconv.FormatUint((prefix+1)<<32, 10) }).Code)
	require.Equal(t, codeStale, verdict(func(m *message) { m.Epoch = 9 }).Code)
	require.True(t, verdict(func(*message) {}).OK)
	require.Equal(t, codeDuplicate, verdict(func(*message) {}).Code)
	a := c.account("w")
	require.Equal(t, [5]uint64{1, 1, 1, 1, 1}, [5]uint64{a.Shares, a.Tickets, a.Stale, a.Invalid, a.Duplicate})
	require.Equal(t, uint64(4), a.Work)
	bad := verdict(func(m *message) { m.Nonce, m.Mix = "77", strings.Repeat("00", 32) }).Code
	require.Contains(t, []string{codeWeak, codeInvalid}, bad)
	require.Eventually(t, func() bool { return c.count() == 1 }, long, 5*time.Millisecond)
}

// TestDoor: who does not know the token, speaks another version, has a name that
// is taken or comes when all is full is told so; a coordinator without the token
// is not believed.
func TestDoor(t *testing.T) {
	c := start(t, "127.0.0.1:0", func(o *Options) { o.Workers = 1 })
	try := func(change func(*WorkerOptions, *message)) error {
		o, login := WorkerOptions{Address: c.address, Token: token, Name: "second"}, message{Kind: kindLogin}
		change(&o, &login)
		conn, _, _, err := open(t.Context(), o, login)
		if err == nil {
			_ = conn.Close()
		}
		return err
	}
	require.ErrorContains(t, try(func(o *WorkerOptions, _ *message) { o.Token = []byte("another token, as long") }), "token")
	require.ErrorContains(t, try(func(o *WorkerOptions, _ *message) { o.Name = "no spaces" }), "name")
	require.ErrorContains(t, try(func(_ *WorkerOptions, m *message) { m.Kind = kindPing }), "login")
	_, _, _ = raw(t, c.address, "first")
	require.ErrorContains(t, try(func(o *WorkerOptions, _ *message) { o.Name = "first" }), "its own name")
	require.ErrorContains(t, try(func(*WorkerOptions, *message) {}), "no more are taken")
	stats, err := AskStats(t.Context(), WorkerOptions{Address: c.address, Token: token, Name: "stats"})
	require.NoError(t, err)
	require.Equal(t, 1, stats.Workers)

	fake, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer fake.Close()
	go func() {
		conn, err := fake.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = fmt.Fprintf(conn, `{"type":"hello","version":1,"nonce":"%064d"}`+"\n", 1)
		_, _ = bufio.NewReader(conn).ReadString('\n')
		_, _ = fmt.Fprintf(conn, `{"type":"welcome","version":1,"prefix":"00000001","proof":"%064d"}`+"\n", 1)
	}()
	_, _, _, err = open(t.Context(), WorkerOptions{Address: fake.Addr().String(), Token: token, Name: "w"}, message{Kind: kindLogin})
	require.ErrorContains(t, err, "does not know the token")
	_, err = NewServer(Options{Token: []byte("short")})
	require.ErrorContains(t, err, "token")
}

// TestPayout: a worker that names who must be paid mines for nobody else.
func TestPayout(t *testing.T) {
	c := start(t, "127.0.0.1:0", nil)
	c.SetWork(puzzle(t, 1, 1<<10, ticket.SHA256D))
	w, err := NewWorker(WorkerOptions{Address: c.address, Token: token, Name: "w", Payout: bytes.Repeat([]byte{9}, 20)})
	require.NoError(t, err)
	_, err = miner.Run(t.Context(), miner.Options{Source: w, Threads: 1, Duty: 5})
	require.ErrorIs(t, err, miner.ErrEnd)
	require.ErrorContains(t, err, "another payout")
	require.Zero(t, c.account("w").Shares)
}

// TestRetarget: the work of a share follows the worker's rate, by steps, and is
// never above that of a ticket.
func TestRetarget(t *testing.T) {
	now := time.Unix(0, 0)
	w := &worker{work: 1000, since: now}
	require.False(t, w.retarget(now.Add(time.Second), 1<<40))
	w.credited = 1e6
	require.True(t, w.retarget(now.Add(20*time.Second), 1<<40))
	require.Equal(t, uint64(4000), w.work, "a step at once")
	for i := 2; i < 9; i++ {
		w.credited = 1e6 * 20
		w.retarget(now.Add(time.Duration(i)*20*time.Second), 1<<40)
	}
	require.InDelta(t, 5e6, float64(w.work), 1.3e6, "five seconds at a million a second")
	w.retarget(now.Add(200*time.Second), 1<<40)
	less := w.work
	w.retarget(now.Add(400*time.Second), 1<<40)
	require.Less(t, w.work, less, "one who finds nothing gets easier shares")
	w.credited = 1 << 50
	w.retarget(now.Add(500*time.Second), 77)
	require.Equal(t, uint64(77), w.work)
}

func TestPace(t *testing.T) {
	now := time.Unix(0, 0)
	p := newPace(10, 5)
	for range 5 {
		require.Zero(t, p.next(now))
	}
	require.Equal(t, 100*time.Millisecond, p.next(now))
	require.Equal(t, 200*time.Millisecond, p.next(now))
	require.Zero(t, p.next(now.Add(time.Hour)))
}

// FuzzMessage: whatever a line holds, reading it is bounded and harms nobody; what
// is read can be written and read again.
func FuzzMessage(f *testing.F) {
	for _, line := range []string{
		`{"type":"hello","version":1,"nonce":"00"}`, `{"type":"share","id":1,"job":"1.2","epoch":1,"extranonce":"18446744073709551615","nonce":"0","mix":""}`,
		`{"type":"job","job":"1.1","epoch":1,"algo":1,"header_version":1,"seed":"` + strings.Repeat("00", 32) + `","payout":"` + strings.Repeat("01", 20) + `","target":"` + strings.Repeat("ff", 32) + `"}`,
		`{"type":"stats","stats":{"workers":[{"epochs":{"1":2}}]}}`, `{}`, `[`, `null`, `{"type":"ping"}{}`, `{"threads":-1}`, "\xff", `{"id":1e400}`,
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		m, err := parseMessage(line)
		if err != nil {
			require.ErrorIs(t, err, errMalformed)
			return
		}
		if _, _, mix, err := m.share(); err == nil {
			require.LessOrEqual(t, len(mix), ticket.MixBytes)
		}
		if w, err := m.work(nil); err == nil {
			require.NoError(t, w.Header.Check())
			require.Equal(t, w.Header.Prehash(), w.Prehash)
		}
		again, err := json.Marshal(m)
		require.NoError(t, err)
		same, err := parseMessage(again)
		require.NoError(t, err)
		require.Equal(t, m, same)
	})
}
