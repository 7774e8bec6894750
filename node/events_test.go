package node_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/node"
)

// eventsKills is how often TestEventsAcrossKills kills the node.
const eventsKills = 3

// follower follows the stream as weft events tail does.
type follower struct {
	mu      sync.Mutex
	records []client.EventRecord
}

func (f *follower) take(rec client.EventRecord) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.records = append(f.records, rec)
	return nil
}

func (f *follower) cursors() (list []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, rec := range f.records {
		list = append(list, rec.Cursor)
	}
	return list
}

// TestEventsAcrossKills kills a node under load with kill -9 while a reader
// follows. The reader goes on by itself and gets every event once, in order, as
// an index made anew from the blocks has them; and every transaction is found in
// CometBFT's index as well.
func TestEventsAcrossKills(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	home := newHome(t)
	run := newCommand(t, home)
	run.events = true
	p := run.start(t)
	p.awaitHeight(1)
	c := newClient(t, run.rpc)
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	var f follower
	ended := make(chan error, 1)
	go func() { ended <- c.Events(ctx, client.EventQuery{}, f.take, func(error) {}) }()
	l := newLoader(t, c, 2, 100_000, bankSend(address(2), address(3)))
	stop := load(t, l)
	for range eventsKills {
		p.awaitLines(5 + rng.IntN(100))
		p.kill()
		p = run.start(t)
		p.awaitHeight(1)
	}
	p.awaitHeight(p.height() + 2)
	stop()
	full := pageAll(t, c, client.EventQuery{})
	require.Eventually(t, func() bool { return len(f.cursors()) >= len(full) }, patience, 20*time.Millisecond)
	require.Equal(t, full, f.cursors()[:len(full)], "each event once and in order")
	checkFound(t, c, &f, l)
	cancel()
	require.ErrorIs(t, <-ended, context.Canceled)
	p.stop()

	_, _, err := node.RebuildEvents(context.Background(), config(home, run.rpc, run.p2p, time.Second), slog.New(slog.DiscardHandler), func(int64, int64) {})
	require.NoError(t, err)
	p = run.start(t)
	p.awaitHeight(1)
	again := pageAll(t, c, client.EventQuery{})
	require.Equal(t, full, again[:len(full)], "the index made anew is the same")
	p.stop()
}

// checkFound looks each transaction of the stream up in CometBFT's index, and
// each that the node took in the stream.
func checkFound(t *testing.T, c *client.Client, f *follower, l *loader) {
	t.Helper()
	seen := map[string]bool{}
	for _, rec := range f.records {
		var in struct {
			Kind, Tx string
		}
		require.NoError(t, json.Unmarshal(rec.JSON, &in))
		require.Equal(t, "event", in.Kind, "there is no gap: %s", rec.JSON)
		if in.Tx != "" && !seen[in.Tx] {
			seen[in.Tx] = true
			_, err := c.Tx(context.Background(), in.Tx)
			require.NoError(t, err)
		}
	}
	for hash := range l.accepted {
		require.True(t, seen[hash], "transaction %s is not in the stream", hash)
	}
	require.NotEmpty(t, l.accepted)
	t.Logf("%d events of %d transactions", len(f.records), len(seen))
}

func pageAll(t testing.TB, c *client.Client, q client.EventQuery) (cursors []string) {
	t.Helper()
	for {
		list, next, more, err := c.EventPage(context.Background(), q, 100)
		require.NoError(t, err)
		for _, rec := range list {
			cursors = append(cursors, rec.Cursor)
		}
		if !more {
			return cursors
		}
		q.Since = next
	}
}

// TestEventsSwitchedOn: the index catches up with blocks from before it was
// switched on, is served by the RPC's address and by REST's, narrows by type,
// contract and attribute, and tells what was not kept.
func TestEventsSwitchedOn(t *testing.T) {
	d := startDoor(t, nil)
	status, _, answer := d.get("/weft/events/v1/events")
	require.Equal(t, http.StatusNotFound, status)
	require.Contains(t, string(answer), "enable = true in section [events] of app.toml")
	s := newSender(t, newClient(t, d.rpc), 2)
	jar := s.deploy(tipjar, `{}`)
	s.send(tip(s.Address, jar))
	s.send(bankSend(s.Address, address(3)))
	d.stop()

	n := newInProcess(t, d.home)
	n.cfg.App.Events.Enable = true
	n.cfg.App.API.Address = freeAddress(t)
	d = runDoor(t, n)
	c := newClient(t, d.rpc)
	for _, url := range []string{d.rpc, n.cfg.App.API.Address} {
		c := newClient(t, url)
		require.Eventually(t, func() bool { return len(pageAll(t, c, client.EventQuery{Contracts: []string{jar}})) > 0 }, patience, 20*time.Millisecond)
		all := pageAll(t, c, client.EventQuery{})
		require.True(t, slices.IsSortedFunc(all, func(a, b string) int { return compareCursors(t, a, b) }))
		for _, q := range []client.EventQuery{
			{Types: []string{"wasm"}},
			{Types: []string{"wasm*", "instantiate"}, Contracts: []string{jar}},
			{Attributes: []string{"transfer.recipient=" + address(3)}},
			{Types: []string{"message"}, Attributes: []string{"action=/cosmos.bank.v1beta1.MsgSend", "msg_index=0"}},
		} {
			some := pageAll(t, c, q)
			require.NotEmpty(t, some, "%+v", q)
			require.Less(t, len(some), len(all))
			require.Subset(t, all, some)
		}
	}
	_, _, _, err := c.EventPage(context.Background(), client.EventQuery{Since: "x"}, 1)
	var refused *client.NodeError
	require.ErrorAs(t, err, &refused)
	require.ErrorContains(t, err, "write height/tx/event")

	enough := errors.New("enough")
	err = c.Events(context.Background(), client.EventQuery{Types: []string{"wasm"}}, func(client.EventRecord) error { return enough }, func(error) {})
	require.ErrorIs(t, err, enough)
	began := time.Now()
	go func() {
		_ = c.Events(context.Background(), client.EventQuery{Since: "now"}, func(client.EventRecord) error { return nil }, func(error) {})
	}()
	d.stop()
	require.Less(t, time.Since(began), stopTime, "a reader who follows does not hold the node")

	n = newInProcess(t, d.home)
	n.cfg.App.Events.Enable, n.cfg.App.Events.RetainHeights = true, 2
	d = runDoor(t, n)
	c = newClient(t, d.rpc)
	require.Eventually(t, func() bool {
		list, _, _, err := c.EventPage(context.Background(), client.EventQuery{}, 1)
		return err == nil && len(list) == 1 && json.Valid(list[0].JSON) && string(list[0].JSON[:1]) == "{" && containsGap(list[0].JSON)
	}, patience, 20*time.Millisecond, "what retention drops is told")
}

func containsGap(raw []byte) bool {
	var in struct{ Kind, From, Reason string }
	return json.Unmarshal(raw, &in) == nil && in.Kind == "gap" && in.From == "1" && in.Reason != ""
}

func compareCursors(t testing.TB, a, b string) int {
	t.Helper()
	return slices.Compare(numbers(t, a), numbers(t, b))
}

func numbers(t testing.TB, cursor string) (list []int) {
	t.Helper()
	for part := range strings.SplitSeq(cursor, "/") {
		n, err := strconv.Atoi(part)
		require.NoError(t, err)
		list = append(list, n)
	}
	return list
}
