package testnet

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/weftchain/weft/client"
)

// nodes keeps a client for each node that was asked: one that is made anew each
// time would leave its connections open.
var nodes sync.Map // URL to *client.Client

// dial returns the client of a node.
func dial(url string) (*client.Client, error) {
	if c, ok := nodes.Load(url); ok {
		return c.(*client.Client), nil
	}
	c, err := client.New(url)
	if err != nil {
		return nil, err
	}
	kept, _ := nodes.LoadOrStore(url, c)
	return kept.(*client.Client), nil
}

// AwaitHeight waits until a node has a height.
func AwaitHeight(ctx context.Context, url string, height int64) error {
	c, err := dial(url)
	if err != nil {
		return err
	}
	for {
		ask, cancel := context.WithTimeout(ctx, askPatience)
		st, err := c.Status(ask)
		cancel()
		if err == nil && st.SyncInfo.LatestBlockHeight >= height {
			return nil
		}
		if wait(ctx, 20*time.Millisecond) != nil {
			if err == nil {
				err = fmt.Errorf("it is at height %d", st.SyncInfo.LatestBlockHeight)
			}
			return fmt.Errorf("%s does not come to height %d: %w", url, height, err)
		}
	}
}

// BlockTxs returns the hashes of a block's transactions.
func BlockTxs(ctx context.Context, url string, height int64) ([]string, error) {
	c, err := dial(url)
	if err != nil {
		return nil, err
	}
	block, err := c.RPC().Block(ctx, &height)
	if err != nil {
		return nil, err
	}
	list := []string{}
	for _, raw := range block.Block.Txs {
		list = append(list, client.Hash(raw))
	}
	return list, nil
}
