package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/cometbft/cometbft/rpc/client/http"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/tx"
)

// Account is one that sends: its key, and number and next sequence on chain.
type Account struct {
	Key      tx.PrivKey
	Number   uint64
	Sequence uint64
}

// Sign makes n transactions, spread over the accounts in turn. The messages of
// each come from next, which gets the account's address.
func Sign(accounts []*Account, n int, chainID string, prefix chain.Bech32, template tx.Builder, next func(from string) chain.Message) ([][]byte, error) {
	out := make([][]byte, n)
	for i := range out {
		a := accounts[i%len(accounts)]
		b := template
		b.Msgs = []chain.Message{next(prefix.Account(a.Key.PubKey().Address()))}
		raw, err := b.Sign(a.Key, chainID, a.Number, a.Sequence)
		if err != nil {
			return nil, err
		}
		a.Sequence++
		out[i] = raw
	}
	return out, nil
}

// batchTxs is how many transactions one JSON-RPC request carries.
const batchTxs = 100

// Broadcast hands transactions to a node in batches, waiting for its verdict
// on each. It ends at the first that is refused.
func Broadcast(ctx context.Context, node *http.HTTP, txs [][]byte) error {
	for start := 0; start < len(txs); start += batchTxs {
		results, err := broadcast(ctx, node, txs[start:min(start+batchTxs, len(txs))])
		if err != nil {
			return err
		}
		for i, r := range results {
			if err := accepted(r); err != nil {
				return fmt.Errorf("transaction %d: %w", start+i, err)
			}
		}
	}
	return nil
}

// Committed counts the transactions of the blocks above a height.
func Committed(ctx context.Context, node *http.HTTP, above int64) (txs int, height int64, err error) {
	const page = 20 // headers that CometBFT tells at once
	status, err := node.Status(ctx)
	if err != nil {
		return 0, 0, err
	}
	height = status.SyncInfo.LatestBlockHeight
	for low := above + 1; low <= height; low += page {
		info, err := node.BlockchainInfo(ctx, low, min(low+page-1, height))
		if err != nil {
			return 0, 0, err
		}
		for _, meta := range info.BlockMetas {
			txs += meta.NumTxs
		}
	}
	return txs, height, nil
}

// WaitCommitted waits until n transactions stand in blocks above a height.
func WaitCommitted(ctx context.Context, node *http.HTTP, above int64, n int) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		txs, height, err := Committed(ctx, node, above)
		if err != nil {
			return err
		}
		if txs >= n {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d of %d transactions came through up to height %d: %w", txs, n, height, ctx.Err())
		case <-tick.C:
		}
	}
}
