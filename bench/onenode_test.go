package bench

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/cometbft/cometbft/rpc/client/http"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/cli"
	"github.com/weftchain/weft/internal/loopback"
	"github.com/weftchain/weft/node"
	bank "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	wasm "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/tx"
)

const (
	chainID  = "weft-bench-local"
	senders  = 100
	deadline = 5 * time.Minute
)

// oneNode is a validator in this process and accounts with coins.
type oneNode struct {
	rpc      *http.HTTP
	accounts []*Account
	prefix   chain.Bech32
}

// startNode makes a chain in a temporary home with weft's own commands and runs
// it until the benchmark ends. Blocks come as fast as they can.
func startNode(b *testing.B) *oneNode {
	home := filepath.Join(b.TempDir(), "home")
	n := &oneNode{prefix: "weft", accounts: keys(senders)}
	weft := func(args ...string) string {
		var out, errs bytes.Buffer
		code := cli.Main(append(args, "--home", home), bytes.NewReader(nil), &out, &errs)
		require.Zero(b, code, "weft %v: %s", args, errs.String())
		return out.String()
	}
	weft("init", "bench", "--chain-id", chainID)
	weft("keys", "add", "val", "--keyring-backend", "test")
	val := weft("keys", "show", "val", "-a", "--keyring-backend", "test")
	weft("genesis", "add-account", string(bytes.TrimSpace([]byte(val))), "1000000000uweft")
	for i, a := range n.accounts {
		coins, err := chain.ParseCoins("1000000000000uweft")
		require.NoError(b, err)
		require.NoError(b, node.AddGenesisAccount(home, n.address(i), coins))
		a.Number = uint64(i + 1)
	}
	weft("genesis", "gentx", "val", "1000000uweft", "--chain-id", chainID, "--keyring-backend", "test")
	weft("genesis", "collect-gentxs")
	n.run(b, home)
	return n
}

func keys(n int) []*Account {
	out := make([]*Account, n)
	for i := range out {
		secret := sha256.Sum256(fmt.Appendf(nil, "bench account %d", i))
		key, err := tx.NewPrivKey(secret[:])
		if err != nil {
			panic(err)
		}
		out[i] = &Account{Key: key}
	}
	return out
}

func (n *oneNode) address(i int) string {
	return n.prefix.Account(n.accounts[i].Key.PubKey().Address())
}

func (n *oneNode) run(b *testing.B, home string) {
	cfg := node.DefaultConfig(home)
	cfg.Comet.RPC.ListenAddress, cfg.Comet.P2P.ListenAddress = "tcp://"+loopback.Must(b), "tcp://"+loopback.Must(b)
	cfg.Comet.Consensus.TimeoutCommit = 50 * time.Millisecond
	cfg.Comet.TxIndex.Indexer = "null"
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- node.Run(ctx, cfg, slog.New(slog.NewTextHandler(io.Discard, nil))) }()
	b.Cleanup(func() {
		stop()
		require.NoError(b, <-done)
	})
	rpc, err := http.New(cfg.Comet.RPC.ListenAddress, "/websocket")
	require.NoError(b, err)
	n.rpc = rpc
	require.Eventually(b, func() bool {
		s, err := rpc.Status(ctx)
		return err == nil && s.SyncInfo.LatestBlockHeight > 0
	}, time.Minute, 20*time.Millisecond)
}

// push sends transactions and waits until all stand in blocks.
func (n *oneNode) push(b *testing.B, txs [][]byte) {
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	_, height, err := Committed(ctx, n.rpc, 1<<62)
	require.NoError(b, err)
	require.NoError(b, Broadcast(ctx, n.rpc, txs))
	require.NoError(b, WaitCommitted(ctx, n.rpc, height, len(txs)))
}

// batches are sent one after the other, so that the mempool holds each.
const mempoolBatch = 10_000

func (n *oneNode) measure(b *testing.B, gas uint64, next func(from string) chain.Message) {
	template := tx.Builder{GasLimit: gas, Fee: chain.Coins{{Denom: "uweft", Amount: chain.NewAmount(gas / 40)}}}
	b.ResetTimer()
	b.StopTimer()
	for left := b.N; left > 0; left -= mempoolBatch {
		txs, err := Sign(n.accounts, min(left, mempoolBatch), chainID, n.prefix, template, next)
		require.NoError(b, err)
		b.StartTimer()
		n.push(b, txs)
		b.StopTimer()
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tx/s")
}

// BenchmarkBankSends is the whole path of a transfer on one node: JSON-RPC in
// batches of 100, CheckTx, consensus of one validator, execution, commit.
func BenchmarkBankSends(b *testing.B) {
	n := startNode(b)
	n.measure(b, 80_000, func(from string) chain.Message {
		return &bank.MsgSend{FromAddress: from, ToAddress: n.address(0), Amount: []base.Coin{{Denom: "uweft", Amount: "1"}}}
	})
}

// BenchmarkExecutions is the whole path of a contract call on one node: a tip
// into the tip jar, which keeps it, counts it and moves coins.
func BenchmarkExecutions(b *testing.B) {
	n := startNode(b)
	contract := n.deploy(b)
	msg, err := json.Marshal(map[string]any{"tip": map[string]any{"note": "bench"}})
	require.NoError(b, err)
	n.measure(b, 200_000, func(from string) chain.Message {
		return &wasm.MsgExecuteContract{
			Sender: from, Contract: contract, Msg: msg, Funds: []base.Coin{{Denom: "uweft", Amount: "1"}},
		}
	})
}

// deploy stores the tip jar and makes an instance, whose address is known in
// advance.
func (n *oneNode) deploy(b *testing.B) string {
	code, err := os.ReadFile("../contracts/tipjar/tipjar.wasm")
	require.NoError(b, err)
	owner := n.accounts[:1]
	for _, step := range []struct {
		gas uint64
		msg func(from string) chain.Message
	}{
		{1_500_000, func(from string) chain.Message { return &wasm.MsgStoreCode{Sender: from, WASMByteCode: code} }},
		{500_000, func(from string) chain.Message {
			return &wasm.MsgInstantiateContract{Sender: from, CodeID: 1, Label: "bench", Msg: []byte(`{}`)}
		}},
	} {
		template := tx.Builder{GasLimit: step.gas, Fee: chain.Coins{{Denom: "uweft", Amount: chain.NewAmount(step.gas)}}}
		txs, err := Sign(owner, 1, chainID, n.prefix, template, step.msg)
		require.NoError(b, err)
		n.push(b, txs)
	}
	const first = "weft14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9sn0uthe" // code 1, instance 1
	return first
}
