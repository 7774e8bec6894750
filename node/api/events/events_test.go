package events

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
)

// ledger is a chain in memory.
type ledger struct {
	mu      sync.Mutex
	base    int64
	blocks  []Block // blocks[0] is height 1
	missing map[int64]bool
}

func (l *ledger) Base() int64 { return l.base }

func (l *ledger) Height() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return int64(len(l.blocks))
}

func (l *ledger) Hash(h int64) []byte {
	b, err := l.Block(h)
	if err != nil {
		return nil
	}
	return b.Hash
}

func (l *ledger) Block(h int64) (Block, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if h < max(l.base, 1) || h > int64(len(l.blocks)) || l.missing[h] {
		return Block{}, ErrMissing
	}
	return l.blocks[h-1], nil
}

var (
	types     = []string{"transfer", "message", "wasm", "wasm-vote", "wasm-mint"}
	contracts = []string{"", "weft1a", "weft1b", "weft1c"}
)

func (l *ledger) grow(r *rand.Rand, n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for range n {
		h := int64(len(l.blocks) + 1)
		b := Block{Height: h, Time: time.Unix(h, 0), Hash: fmt.Appendf(nil, "%d-%d", h, r.Uint64())}
		b.Events = someEvents(r, 2)
		for i := range r.IntN(4) {
			b.Txs = append(b.Txs, Tx{Hash: fmt.Sprintf("%d-%d", h, i), Code: uint32(r.IntN(2)), Events: someEvents(r, 6)})
		}
		l.blocks = append(l.blocks, b)
	}
}

func someEvents(r *rand.Rand, most int) (list []chain.Event) {
	for range r.IntN(most + 1) {
		e := chain.NewEvent(types[r.IntN(len(types))], "n", fmt.Sprint(r.IntN(5)), "n", fmt.Sprint(r.IntN(5)))
		if c := contracts[r.IntN(len(contracts))]; c != "" {
			e.Attributes = append(e.Attributes, chain.Attribute{Key: contractKey, Value: c})
		}
		list = append(list, e)
	}
	return list
}

// expected is the stream as it must be, found in the slow and simple way.
func (l *ledger) expected(first int64, f Filter) (list []string) {
	for h := int64(1); h <= l.Height(); h++ {
		b, err := l.Block(h)
		if err != nil || h < first {
			continue
		}
		txs := append([]Tx{{Events: b.Events}}, b.Txs...)
		for i, tx := range txs {
			for j, e := range tx.Events {
				rec := Record{Type: e.Type, Contract: contractOf(e)}
				for _, a := range e.Attributes {
					rec.Attributes = append(rec.Attributes, Attribute(a))
				}
				if f.wants(rec) {
					list = append(list, Cursor{h, int64(i), int64(j) + 1}.String())
				}
			}
		}
	}
	return list
}

func start(t *testing.T, path string, l *ledger, retain int64) *Service {
	t.Helper()
	s, err := Start(Options{Path: path, ChainID: "c", Source: l, Retain: retain, Streams: 100, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	s.await(t, l.Height())
	return s
}

func (s *Service) await(t *testing.T, h int64) {
	t.Helper()
	s.Committed()
	require.Eventually(t, func() bool {
		r, err := s.index.Range(context.Background())
		return err == nil && r.Last >= h
	}, 20*time.Second, 5*time.Millisecond)
}

// pages reads all records after a cursor in pages of one size.
func (s *Service) pages(t *testing.T, since Cursor, f Filter, limit int) (events, gaps []string) {
	t.Helper()
	for {
		p, err := s.index.Page(context.Background(), since, f, limit)
		require.NoError(t, err)
		require.LessOrEqual(t, len(p.Records), limit)
		for _, rec := range p.Records {
			require.True(t, since.Before(rec.Cursor), "%s after %s", rec.Cursor, since)
			since = rec.Cursor
			if rec.Kind == KindGap {
				gaps = append(gaps, fmt.Sprintf("%d-%d", rec.From, rec.To))
			} else {
				events = append(events, rec.At)
			}
		}
		require.False(t, p.Next.Before(since))
		since = p.Next
		if !p.More {
			require.Equal(t, Cursor{Height: p.Last + 1}, p.Next)
			return events, gaps
		}
	}
}

// TestPages compares pages of every size, under every kind of filter, with a
// plain walk over the blocks: nothing twice, nothing lost, gaps in their place.
func TestPages(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	l := &ledger{base: 3, missing: map[int64]bool{10: true, 11: true, 12: true, 40: true, 60: true}}
	l.grow(r, 60)
	s := start(t, filepath.Join(t.TempDir(), "events.db"), l, 0)
	for _, text := range []string{
		"", "type=wasm", "type=wasm*", "type=wasm&type=transfer", "contract=weft1a", "contract=weft1a&contract=weft1b", "attribute=n=3",
		"attribute=wasm.n=3", "attribute=n=3&attribute=n=1", "attribute=n=2&type=message&contract=weft1c", "type=nothing", "type=wasm-*&contract=weft1b",
	} {
		form, err := url.ParseQuery(text)
		require.NoError(t, err)
		f, err := ParseFilter(form)
		require.NoError(t, err)
		want := l.expected(1, f)
		for _, limit := range []int{1, 2, 3, 7, 1000} {
			events, gaps := s.pages(t, Cursor{}, f, limit)
			require.Equal(t, want, events, "%q, %d a page", text, limit)
			require.Equal(t, []string{"1-2", "10-12", "40-40", "60-60"}, gaps)
		}
		for range 10 { // from anywhere
			since := Cursor{int64(r.IntN(61)), int64(r.IntN(4)), int64(r.IntN(6))}
			var rest []string
			for _, at := range want {
				c, err := ParseCursor(at)
				require.NoError(t, err)
				if since.Before(c) {
					rest = append(rest, at)
				}
			}
			events, _ := s.pages(t, since, f, 1+r.IntN(9))
			require.Equal(t, rest, events, "%q since %s", text, since)
		}
	}
}

// TestReopened starts the index again and again while the chain grows: it goes on
// without twice and without loss, drops what is not in the chain any more, and
// what retention drops is told as a gap.
func TestReopened(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 0))
	path := filepath.Join(t.TempDir(), "events.db")
	l := &ledger{base: 1}
	for range 4 {
		l.grow(r, 7)
		s := start(t, path, l, 0)
		events, gaps := s.pages(t, Cursor{}, Filter{}, 5)
		require.Equal(t, l.expected(1, Filter{}), events)
		require.Empty(t, gaps)
		require.NoError(t, s.Close())
	}
	l.blocks = l.blocks[:15] // a backup was restored
	l.grow(r, 3)
	s := start(t, path, l, 0)
	events, _ := s.pages(t, Cursor{}, Filter{}, 5)
	require.Equal(t, l.expected(1, Filter{}), events)
	require.NoError(t, s.Close())

	l.grow(r, 10)
	s = start(t, path, l, 5)
	require.Eventually(t, func() bool {
		events, gaps := s.pages(t, Cursor{}, Filter{}, 5)
		return len(gaps) == 1 && gaps[0] == "1-23" && fmt.Sprint(events) == fmt.Sprint(l.expected(24, Filter{}))
	}, 10*time.Second, 10*time.Millisecond)
	require.NoError(t, s.Close())
	_, err := Open(path, "other")
	require.ErrorContains(t, err, "weft events rebuild")

	covered, err := Rebuild(context.Background(), Options{Path: path, ChainID: "other", Source: l}, func(int64, int64) {})
	require.NoError(t, err)
	require.Equal(t, Range{1, 28}, covered)
}

// TestStream follows while blocks come, breaks off at random places and goes on
// by the id: nothing twice, nothing lost.
func TestStream(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 0))
	l := &ledger{base: 1, missing: map[int64]bool{9: true}}
	l.grow(r, 12)
	s := start(t, filepath.Join(t.TempDir(), "events.db"), l, 0)
	server := httptest.NewServer(s)
	defer server.Close()
	var got []string
	gaps, since := 0, ""
	for len(l.blocks) < 60 {
		l.grow(r, 3)
		s.Committed()
		since = follow(t, server.URL, since, Cursor{Height: l.Height() + 1}, 1+r.IntN(20), func(id string, rec Record) {
			if rec.Kind == KindGap {
				gaps++
			} else {
				got = append(got, id)
			}
		})
	}
	last := Cursor{Height: 61}.String()
	for since != last {
		since = follow(t, server.URL, since, Cursor{Height: 61}, 1, func(id string, rec Record) { got = append(got, id) })
	}
	require.Equal(t, l.expected(1, Filter{}), got)
	require.Equal(t, 1, gaps)

	require.Eventually(t, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.opts.Streams = 3
		return s.streams == 0
	}, 10*time.Second, 5*time.Millisecond, "a reader who goes frees the place")
	answers := make(chan int, 10) // the fourth reader of three
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for range 4 {
		go func() {
			req, _ := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+StreamPath+"?since=now", nil)
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				answers <- 0
				return
			}
			answers <- res.StatusCode
			<-ctx.Done()
			_ = res.Body.Close()
		}()
	}
	codes := 0
	for range 4 {
		codes += <-answers
	}
	require.Equal(t, 3*200+429, codes)
	began := time.Now()
	require.NoError(t, s.Close(), "readers do not hold it")
	require.Less(t, time.Since(began), 5*time.Second)
}

// follow reads n frames with an id, or up to the end, and returns the last id.
func follow(t *testing.T, base, since string, end Cursor, n int, take func(string, Record)) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+StreamPath, nil)
	require.NoError(t, err)
	req.Header.Set("Last-Event-ID", since)
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	require.Equal(t, "text/event-stream", res.Header.Get("Content-Type"))
	in := bufio.NewScanner(res.Body)
	var data string
	id := since
	for in.Scan() {
		name, value, _ := strings.Cut(in.Text(), ": ")
		switch name {
		case "id":
			id = value
		case "data":
			data = value
		case "":
			if data != "" {
				var rec Record
				require.NoError(t, json.Unmarshal([]byte(data), &rec))
				require.Equal(t, id, rec.At)
				take(id, rec)
			}
			if id != since {
				if n--; n == 0 || id == end.String() {
					return id
				}
			}
			data = ""
		}
	}
	t.Fatalf("the stream ended: %v", in.Err())
	return ""
}

// TestRefused asks wrongly; each answer says what is wrong.
func TestRefused(t *testing.T) {
	s := start(t, filepath.Join(t.TempDir(), "events.db"), &ledger{base: 1}, 0)
	for _, c := range []struct{ path, says string }{
		{PagePath + "?since=x", "no cursor"},
		{PagePath + "?since=1/2", "no cursor"},
		{PagePath + "?since=1/2/-3", "not a whole number"},
		{PagePath + "?since=01", "not a whole number"},
		{PagePath + "?since=99999999999999999999", "not a whole number"},
		{PagePath + "?limit=0", "1 to 1000"},
		{PagePath + "?limit=1001", "1 to 1000"},
		{StreamPath + "?limit=5", "no limit"},
		{PagePath + "?type=", "1 to 512"},
		{PagePath + "?attribute=x", "key=value"},
		{PagePath + "?typ=x", "no parameter"},
		{PagePath + "?" + strings.Repeat("type=a&", 21), "at most 20"},
		{PagePath + "?type=" + strings.Repeat("a", 513), "1 to 512"},
		{"/weft/events/v1/x", "the endpoints are"},
	} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, c.path, nil))
		require.GreaterOrEqual(t, w.Code, 400, c.path)
		require.Less(t, w.Code, 500, c.path)
		require.Contains(t, w.Body.String(), c.says, c.path)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, PagePath, nil))
	require.JSONEq(t, `{"records":[],"next":"0/0/0","more":false,"first":"0","last":"0"}`, w.Body.String(), "no blocks yet")
}

// TestMalformed asks in thousands of wrong ways: no status of 500 or above.
func TestMalformed(t *testing.T) {
	r := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	l := &ledger{base: 1}
	l.grow(r, 5)
	s := start(t, filepath.Join(t.TempDir(), "events.db"), l, 0)
	parts := []string{"since=", "limit=", "type=", "contract=", "attribute=", "&", "=", "1/2/3", "-1", "9223372036854775807", "x", "%00", "%zz", "*", "'", "\"", "wasm", "n=1", ";", "%F0%9F", "now", "?"}
	for range 10_000 {
		var query strings.Builder
		for range r.IntN(8) {
			query.WriteString(parts[r.IntN(len(parts))])
		}
		req := httptest.NewRequest(http.MethodGet, PagePath, nil)
		req.URL.RawQuery = query.String()
		w := httptest.NewRecorder()
		s.ServeHTTP(w, req)
		require.Less(t, w.Code, 500, "%s: %s", query.String(), w.Body)
		require.True(t, json.Valid(w.Body.Bytes()), query.String())
	}
}
