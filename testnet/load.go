package testnet

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	bank "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	"github.com/weftchain/weft/tx"
)

// The load is transactions that do not depend on each other's order: one that is
// lost with the node that took it does not hold up the next one.
const (
	loadAccounts = 8
	loadGas      = 120_000
	// loadLife is how long a transaction may wait for its block; nodes take none
	// that may wait for more than ten minutes.
	loadLife   = 8 * time.Minute
	loadPrefix = chain.Bech32("weft")
)

// load sends transactions until it is ended, and remembers those that were taken.
type load struct {
	runner *Runner
	rate   int
	keys   []tx.PrivKey
	number []uint64 // of the accounts

	stop context.CancelFunc
	done chan struct{}

	mu   sync.Mutex
	sent map[string]string // hash of a transaction and the node that took it
}

// startLoad begins to send.
func (r *Runner) startLoad(ctx context.Context) (*load, error) {
	l := &load{runner: r, rate: r.Manifest.Load.Rate, sent: map[string]string{}, done: make(chan struct{}), stop: func() {}}
	if l.rate == 0 {
		close(l.done)
		return l, nil
	}
	c, _, err := r.anyClient(0)
	if err != nil {
		return nil, err
	}
	layout := r.s.Layout()
	for _, a := range layout.Keys[layout.Validators():] {
		key, err := a.key()
		if err != nil {
			return nil, err
		}
		number, _, err := c.Account(ctx, a.Address)
		if err != nil {
			return nil, err
		}
		l.keys, l.number = append(l.keys, key), append(l.number, number)
	}
	ctx, l.stop = context.WithCancel(ctx)
	go l.run(ctx, layout.ChainID, layout.Denom)
	return l, nil
}

// end stops sending and waits until nothing is on its way.
func (l *load) end() {
	l.stop()
	<-l.done
}

func (l *load) run(ctx context.Context, chainID, denom string) {
	defer close(l.done)
	ticker := time.NewTicker(time.Second / time.Duration(l.rate))
	defer ticker.Stop()
	var wg sync.WaitGroup
	defer wg.Wait()
	slots := make(chan struct{}, 64)
	for turn := 0; ; turn++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		select {
		case slots <- struct{}{}:
		default:
			continue // the nodes do not keep up: what they take counts
		}
		wg.Go(func() {
			defer func() { <-slots }()
			l.send(ctx, chainID, denom, turn)
		})
	}
}

// send sends one transaction to one node. Refusals and nodes that do not answer
// are part of the game.
func (l *load) send(ctx context.Context, chainID, denom string, turn int) {
	c, node, err := l.runner.anyClient(turn)
	if err != nil {
		return
	}
	from := turn % len(l.keys)
	address := func(i int) string { return loadPrefix.Account(l.keys[i%len(l.keys)].PubKey().Address()) }
	// The time of expiry, in nanoseconds, makes each transaction another one.
	raw, err := tx.Builder{
		Msgs: []chain.Message{&bank.MsgSend{
			FromAddress: address(from), ToAddress: address(from + 1), Amount: []base.Coin{{Denom: denom, Amount: "1"}},
		}},
		GasLimit: loadGas, Unordered: true, TimeoutTimestamp: time.Now().Add(loadLife),
	}.Sign(l.keys[from], chainID, l.number[from], 0)
	if err != nil {
		l.runner.say(err.Error())
		return
	}
	res, err := c.Broadcast(ctx, raw)
	if err != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent[res.Txhash] = node
}

// taken returns what was sent and taken.
func (l *load) taken() map[string]string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.sent
}

// supply is the sum of all coins of the network's denom, at a height.
func (r *Runner) supply(ctx context.Context, height int64) (string, error) {
	c, _, err := r.anyClient(0)
	if err != nil {
		return "", err
	}
	return supplyAt(ctx, c, r.s.Layout().Denom, height)
}

func supplyAt(ctx context.Context, c *client.Client, denom string, height int64) (string, error) {
	var res bank.QuerySupplyOfResponse
	err := c.Query(ctx, "/cosmos.bank.v1beta1.Query/SupplyOf", height, &bank.QuerySupplyOfRequest{Denom: denom}, &res)
	if err != nil {
		return "", fmt.Errorf("supply at height %d: %w", height, err)
	}
	return res.Amount.Amount, nil
}
