package node_test

import (
	"context"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/wire"
	"github.com/weftchain/weft/client"
	bankpb "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/tx"
)

const (
	tipjar = "../contracts/tipjar/tipjar.wasm"
	spin   = "../contracts/hostile/spin.wasm"
)

// newClient is a client of a child's RPC.
func newClient(t testing.TB, rpc string) *client.Client {
	c, err := client.New(rpc)
	require.NoError(t, err)
	return c
}

// sender sends for key i; its transactions have to succeed.
type sender struct {
	t testing.TB
	*client.Sender
}

func newSender(t testing.TB, c *client.Client, i int) sender {
	return sender{t, client.NewSender(c, key(i), prefix, chainID)}
}

func (s sender) send(msg chain.Message) map[string]string {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	res, err := s.SendAndWait(ctx, msg)
	require.NoError(s.t, err)
	require.Zero(s.t, res.Code, "%s", res.RawLog)
	found := map[string]string{}
	for _, e := range res.Events {
		for _, a := range e.Attributes {
			found[e.Type+"."+a.Key] = a.Value
		}
	}
	return found
}

// deploy stores a code and makes a contract of it.
func (s sender) deploy(file, msg string) (contract string) {
	s.t.Helper()
	code, err := os.ReadFile(file)
	require.NoError(s.t, err)
	id, err := strconv.ParseUint(s.send(&wasmpb.MsgStoreCode{Sender: s.Address, WASMByteCode: code})["store_code.code_id"], 10, 64)
	require.NoError(s.t, err)
	return s.send(&wasmpb.MsgInstantiateContract{
		Sender: s.Address, CodeID: id, Label: "test", Msg: []byte(msg),
	})["instantiate._contract_address"]
}

func bankSend(from, to string) chain.Message {
	return &bankpb.MsgSend{FromAddress: from, ToAddress: to, Amount: wire.ProtoCoins(coins(1))}
}

func tip(from, jar string) chain.Message {
	return &wasmpb.MsgExecuteContract{Sender: from, Contract: jar, Msg: []byte(`{"tip":{"note":"again"}}`), Funds: wire.ProtoCoins(coins(1))}
}

// loader sends transactions of one account without end, as a patient user
// does: what the node took and lost when it was killed is sent again, byte for
// byte, so that it can be in a block only once.
type loader struct {
	t       testing.TB
	client  *client.Client
	key     tx.PrivKey
	address string
	gas     uint64
	msg     chain.Message

	number   uint64
	sequence uint64          // of the next new transaction
	pending  []waiting       // not known to be in a block, by sequence
	accepted map[string]bool // hashes that the node said yes to
}

type waiting struct {
	sequence uint64
	raw      []byte
}

// window is how many transactions of an account wait at once.
const window = 8

func newLoader(t testing.TB, c *client.Client, i int, gas uint64, msg chain.Message) *loader {
	return &loader{t: t, client: c, key: key(i), address: address(i), gas: gas, msg: msg, accepted: map[string]bool{}}
}

// load runs loaders until stop is called, which waits until everything that
// they sent is in a block.
func load(t testing.TB, loaders ...*loader) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	for _, l := range loaders {
		require.NoError(t, l.begin())
		wg.Go(func() { l.run(ctx) })
	}
	end := sync.OnceFunc(func() {
		cancel()
		wg.Wait()
	})
	t.Cleanup(end)
	return func() {
		t.Helper()
		end()
		for _, l := range loaders {
			l.drain()
		}
	}
}

func (l *loader) begin() (err error) {
	l.number, l.sequence, err = l.client.Account(context.Background(), l.address)
	return err
}

func (l *loader) run(ctx context.Context) {
	for ctx.Err() == nil {
		if !l.fill(ctx) {
			l.pause(ctx)
			l.repeat(ctx)
		} else {
			l.pause(ctx)
		}
	}
}

// pause waits a little between two looks at the chain.
func (l *loader) pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(20 * time.Millisecond):
	}
}

// fill forgets what is in blocks and sends new transactions up to the window.
// It reports whether the node took all.
func (l *loader) fill(ctx context.Context) bool {
	if !l.confirm(ctx) {
		return false
	}
	for len(l.pending) < window {
		raw, err := tx.Builder{Msgs: []chain.Message{l.msg}, GasLimit: l.gas}.Sign(l.key, chainID, l.number, l.sequence)
		if err != nil {
			l.t.Error(err)
			return false
		}
		l.pending = append(l.pending, waiting{l.sequence, raw})
		l.sequence++
		if !l.offer(ctx, raw) {
			return false
		}
	}
	return true
}

// confirm drops from pending what the chain's sequence says is in a block.
func (l *loader) confirm(ctx context.Context) bool {
	_, committed, err := l.client.Account(ctx, l.address)
	if err != nil {
		return false
	}
	for len(l.pending) > 0 && l.pending[0].sequence < committed {
		l.pending = l.pending[1:]
	}
	return true
}

func (l *loader) offer(ctx context.Context, raw []byte) bool {
	if _, err := l.client.Broadcast(ctx, raw); err != nil {
		return false
	}
	l.accepted[client.Hash(raw)] = true
	return true
}

// repeat offers everything again that may be lost, in order.
func (l *loader) repeat(ctx context.Context) {
	if !l.confirm(ctx) {
		return
	}
	for _, w := range l.pending {
		l.offer(ctx, w.raw)
	}
}

// drain waits until nothing is pending.
func (l *loader) drain() {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for l.confirm(ctx); len(l.pending) > 0; l.confirm(ctx) {
		require.NoError(l.t, ctx.Err(), "%d transactions of %s never got into a block", len(l.pending), l.address)
		l.repeat(ctx)
		l.pause(ctx)
	}
}
