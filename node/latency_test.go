package node_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/tx"
)

// spinGas is what the first slow transaction burns: about a second of one
// processor. Where that is over sooner, the next one burns twice as much.
const spinGas = 5_000_000

// call is one answer of the node.
type call struct{ began, ended time.Time }

// caller asks without end and remembers when it asked and was answered.
type caller struct {
	mu    sync.Mutex
	calls []call
}

func (c *caller) run(ctx context.Context, t testing.TB, ask func(context.Context) error) {
	for ctx.Err() == nil {
		began := time.Now()
		if err := ask(ctx); err != nil {
			if ctx.Err() == nil {
				t.Errorf("while a block is executed: %v", err)
			}
			return
		}
		c.mu.Lock()
		c.calls = append(c.calls, call{began, time.Now()})
		c.mu.Unlock()
	}
}

// TestAnswersWhileABlockRuns executes a block that takes seconds. Queries,
// simulations and the check of new transactions must be answered meanwhile:
// many are asked and answered within its execution, and none waits for its end.
func TestAnswersWhileABlockRuns(t *testing.T) {
	home := newHome(t)
	run := newCommand(t, home)
	// Collections often: each has to stop the thread that runs the contract, which
	// the engine's machine code allows only where the metering pauses.
	run.env = []string{"GOGC=10"}
	p := run.start(t)
	p.awaitHeight(1)
	c := newClient(t, run.rpc)
	s := newSender(t, c, 1)
	spinner := s.deploy(spin, `{}`)

	ctx, cancel := context.WithCancel(context.Background())
	callers := map[string]*caller{"query": {}, "simulate": {}, "check": {}}
	var wg sync.WaitGroup
	start := func(name string, ask func(context.Context) error) {
		wg.Go(func() { callers[name].run(ctx, t, ask) })
	}
	start("query", func(ctx context.Context) error {
		_, err := c.Balance(ctx, address(3), denom)
		return err
	})
	start("simulate", func(ctx context.Context) error {
		raw, err := tx.Builder{Msgs: []chain.Message{bankSend(address(4), address(5))}}.ForSimulation(key(4).PubKey(), 0)
		if err == nil {
			_, err = c.Simulate(ctx, raw)
		}
		return err
	})
	bank := client.NewSender(c, key(2), prefix, chainID)
	bank.Gas = 100_000
	start("check", func(ctx context.Context) error {
		_, _, err := bank.Send(ctx, bankSend(address(2), address(3)))
		return err
	})

	var began time.Time
	var took time.Duration
	for gas := uint64(spinGas); took < time.Second; gas *= 2 {
		began, took = slowBlock(t, p, s, spinner, gas)
	}
	cancel()
	wg.Wait()
	for name, caller := range callers {
		within, slowest := caller.during(began, began.Add(took))
		t.Logf("%s: %d answers while a block took %s, the slowest %s", name, within, took, slowest.Round(time.Millisecond))
		require.GreaterOrEqual(t, within, 20, "%s: answers within the block", name)
		require.Less(t, slowest, took/3, "%s: the slowest answer", name)
	}
	p.stop()
}

// slowBlock sends a transaction that burns this much gas and tells when its block was
// executed, and how long that took.
func slowBlock(t testing.TB, p *process, s sender, spinner string, gas uint64) (began time.Time, took time.Duration) {
	t.Helper()
	s.Gas = gas
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	res, err := s.SendAndWait(ctx, &wasmpb.MsgExecuteContract{Sender: s.Address, Contract: spinner, Msg: []byte(`{}`)})
	require.NoError(t, err)
	require.EqualValues(t, 11, res.Code, "out of gas: %s", res.RawLog)
	lines, _ := p.log()
	i := slices.IndexFunc(lines, func(l line) bool { return l.isBlock() && l.Height == res.Height })
	require.GreaterOrEqual(t, i, 0)
	took = time.Duration(lines[i].Ms) * time.Millisecond
	return lines[i].at.Add(-took), took
}

// during counts the calls asked and answered within a time, and finds the
// slowest that was asked in it.
func (c *caller) during(from, to time.Time) (within int, slowest time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, call := range c.calls {
		if call.began.Before(from) || call.began.After(to) {
			continue
		}
		slowest = max(slowest, call.ended.Sub(call.began))
		if call.ended.Before(to) {
			within++
		}
	}
	return within, slowest
}
