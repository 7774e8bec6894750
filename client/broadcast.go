package client

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"time"

	coretypes "github.com/cometbft/cometbft/rpc/core/types"

	abci "github.com/weftchain/weft/proto/cosmos/base/abci/v1beta1"
)

// Hash returns the name of a transaction: upper-case hex of its SHA-256.
func Hash(raw []byte) string { return fmt.Sprintf("%X", sha256.Sum256(raw)) }

// inCache is what CometBFT says of a transaction that it has seen lately.
const inCache = "tx already exists in cache"

// Broadcast hands a transaction to the node and waits for its first check. The
// error is a *RejectedError if the check failed, a *NetworkError if the node
// was not reached, an *UnknownError if the connection broke while it had the
// transaction, and ErrPending if the node has these very bytes already.
func (c *Client) Broadcast(ctx context.Context, raw []byte) (*abci.TxResponse, error) {
	callCtx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	hash := Hash(raw)
	res, err := c.rpc.BroadcastTxSync(callCtx, raw)
	if err != nil {
		return c.broadcastFailed(hash, c.call("broadcast_tx_sync", err))
	}
	if got := res.Hash.String(); got != hash {
		return nil, &UnknownError{hash, fmt.Errorf("the node speaks of another transaction, %.80s", got)}
	}
	if res.Code != 0 {
		return nil, &RejectedError{Hash: hash, Codespace: res.Codespace, Code: res.Code, Log: res.Log}
	}
	return &abci.TxResponse{Txhash: hash, Codespace: res.Codespace, Code: res.Code, RawLog: res.Log, Data: fmt.Sprintf("%X", []byte(res.Data))}, nil
}

func (c *Client) broadcastFailed(hash string, err error) (*abci.TxResponse, error) {
	var node *NodeError
	if errors.As(err, &node) {
		if strings.Contains(node.Text, inCache) {
			return &abci.TxResponse{Txhash: hash}, ErrPending
		}
		return nil, &RejectedError{Hash: hash, Log: node.Text}
	}
	if neverSent(err) {
		return nil, err
	}
	return nil, &UnknownError{hash, err}
}

// neverSent reports whether a call failed before a byte could reach the node.
func neverSent(err error) bool {
	var op *net.OpError
	var dns *net.DNSError
	return errors.Is(err, syscall.ECONNREFUSED) || errors.As(err, &dns) || (errors.As(err, &op) && op.Op == "dial")
}

// How often Wait asks, in the beginning and in the end.
const (
	pollFirst = 50 * time.Millisecond
	pollLast  = time.Second
)

// Wait returns what became of a transaction as soon as a block holds it. A
// transaction that failed on chain is no error: look at Code. The error is an
// *UnknownError when ctx ends first.
func (c *Client) Wait(ctx context.Context, hash string) (*abci.TxResponse, error) {
	var last error
	for pause := pollFirst; ; pause = min(pause*2, pollLast) {
		res, err := c.lookUp(ctx, hash)
		if err == nil {
			return TxResponse(res), nil
		}
		var node *NodeError
		switch {
		case errors.As(err, &node) && strings.Contains(node.Text, "indexing is disabled"):
			return nil, &UnknownError{hash, errors.New("this node keeps no index of transactions (config.toml, tx_index)")}
		case errors.As(err, &node) && strings.Contains(node.Text, "not found"):
			last = errors.New("no block held it in time")
		case ctx.Err() == nil:
			last = err
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			if last == nil || errors.Is(context.Cause(ctx), context.Canceled) {
				last = context.Cause(ctx)
			}
			return nil, &UnknownError{hash, last}
		}
	}
}

// Tx returns a transaction that a block holds. The error is a *NodeError if
// the node knows none with that hash.
func (c *Client) Tx(ctx context.Context, hash string) (*coretypes.ResultTx, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return c.lookUp(ctx, hash)
}

func (c *Client) lookUp(ctx context.Context, hash string) (*coretypes.ResultTx, error) {
	raw, err := ParseHash(hash)
	if err != nil {
		return nil, err
	}
	res, err := c.rpc.Tx(ctx, raw, false)
	if err != nil {
		return nil, c.call("tx", err)
	}
	if Hash(res.Tx) != strings.ToUpper(hash) {
		return nil, &NodeError{Method: "tx", Text: fmt.Sprintf("it sent transaction %s instead of %s", Hash(res.Tx), hash)}
	}
	return res, nil
}
