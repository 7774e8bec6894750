package testnet

import (
	"context"
	"fmt"
	"math/big"

	coretypes "github.com/cometbft/cometbft/rpc/core/types"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
)

// ledger follows the supply of a denom through the events of blocks by which the
// chain tells what it made and what it burned: a slash burns, a lottery or
// inflation makes, nothing else may.
type ledger struct {
	denom        string
	made, burned big.Int
}

// block adds what a block did.
func (l *ledger) block(ctx context.Context, c *client.Client, height int64) error {
	res, err := c.BlockResults(ctx, height)
	if err != nil {
		return fmt.Errorf("results of block %d: %w", height, err)
	}
	if err := l.add(res); err != nil {
		return fmt.Errorf("results of block %d: %w", height, err)
	}
	return nil
}

func (l *ledger) add(res *coretypes.ResultBlockResults) error {
	events := res.FinalizeBlockEvents
	for _, tx := range res.TxsResults {
		if tx.Code == 0 {
			events = append(events, tx.Events...)
		}
	}
	for _, e := range events {
		sum := map[string]*big.Int{"coinbase": &l.made, "burn": &l.burned}[e.Type]
		if sum == nil {
			continue
		}
		for _, a := range e.Attributes {
			if a.Key != "amount" {
				continue
			}
			coins, err := chain.ParseCoins(a.Value)
			if err != nil {
				return fmt.Errorf("event %s: %w", e.Type, err)
			}
			amount, _ := new(big.Int).SetString(coins.AmountOf(l.denom).String(), 10)
			sum.Add(sum, amount)
		}
	}
	return nil
}

// due is what the supply must be, if it was so much before.
func (l *ledger) due(before string) (string, error) {
	sum, ok := new(big.Int).SetString(before, 10)
	if !ok {
		return "", fmt.Errorf("a supply of %.80q", before)
	}
	sum.Add(sum, &l.made)
	return sum.Sub(sum, &l.burned).String(), nil
}

// check compares the supply that all nodes have at a height with what is due.
func (l *ledger) check(ctx context.Context, nodes []Node, clients []*client.Client, height int64, before string) (string, error) {
	due, err := l.due(before)
	if err != nil {
		return "", err
	}
	for i, c := range clients {
		got, err := supplyAt(ctx, c, l.denom, height)
		if err != nil {
			return "", fmt.Errorf("%s: %w", nodes[i].Name, err)
		}
		if got != due {
			return "", fmt.Errorf("%s has a supply of %s at height %d, it was %s at height 1, and since then %s were made and %s burned: %s are due",
				nodes[i].Name, got, height, before, &l.made, &l.burned, due)
		}
	}
	return due, nil
}
