package bench

import (
	"context"
	"fmt"

	"github.com/cometbft/cometbft/rpc/client/http"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
)

// broadcast hands transactions to a node in one request and returns its answers.
func broadcast(ctx context.Context, node *http.HTTP, txs [][]byte) ([]any, error) {
	if len(txs) == 1 { // CometBFT's client cannot read the answer to a batch of one
		res, err := node.BroadcastTxSync(ctx, txs[0])
		return []any{res}, err
	}
	batch := node.NewBatch()
	for _, raw := range txs {
		if _, err := batch.BroadcastTxSync(ctx, raw); err != nil {
			return nil, err
		}
	}
	return batch.Send(ctx)
}

// accepted turns a node's answer to a broadcast into an error if it refused.
func accepted(answer any) error {
	res, ok := answer.(*coretypes.ResultBroadcastTx)
	if !ok {
		return fmt.Errorf("unexpected answer %T", answer)
	}
	if res.Code != 0 {
		return fmt.Errorf("refused with %s/%d: %s", res.Codespace, res.Code, res.Log)
	}
	return nil
}
