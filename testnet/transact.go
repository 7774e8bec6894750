package testnet

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/client/keyring"
	abci "github.com/weftchain/weft/proto/cosmos/base/abci/v1beta1"
	"github.com/weftchain/weft/tx"
)

// Hands reach a network that runs: through its Supervisor, or through its Control.
type Hands struct {
	Do     func(context.Context, Deed) ([]State, error)
	Layout func() (*Layout, error)
}

// client returns a client of the node that has most blocks, of those that have
// caught up if there are any.
func (h Hands) client(ctx context.Context) (*client.Client, error) {
	states, err := h.Do(ctx, Deed{Do: "states"})
	if err != nil {
		return nil, err
	}
	l, err := h.Layout()
	if err != nil {
		return nil, err
	}
	var best *Health
	list := Report(ctx, l, states)
	for i := range list {
		n := &list[i]
		if n.Height > 0 && (best == nil || best.CatchUp && !n.CatchUp || best.CatchUp == n.CatchUp && n.Height > best.Height) {
			best = n
		}
	}
	if best == nil {
		return nil, errNobody
	}
	return dial(best.URL)
}

// errNobody says that there is no node to ask.
var errNobody = errors.New("no node runs")

func clientOf(l *Layout, states []State, turn int) (*client.Client, string, error) {
	var running []Node
	for _, st := range states {
		if n, err := l.Find(st.Name); err == nil && st.Mode == Running {
			running = append(running, *n)
		}
	}
	if len(running) == 0 {
		return nil, "", errNobody
	}
	n := running[turn%len(running)]
	c, err := dial(n.URL())
	return c, n.Name, err
}

// blockPatience is how long a transaction may wait for its block before it is
// given to another node as well: the first one may be cut off.
const blockPatience = 5 * time.Second

// transact signs messages with an account of the network and returns when a block
// holds them, with the hash. The error says why they were refused.
func (h Hands) transact(ctx context.Context, from Account, gas uint64, msgs ...chain.Message) (string, error) {
	l, err := h.Layout()
	if err != nil {
		return "", err
	}
	key, err := from.key()
	if err != nil {
		return "", err
	}
	c, err := h.client(ctx)
	if err != nil {
		return "", err
	}
	number, sequence, err := c.Account(ctx, from.Address)
	if err != nil {
		return "", err
	}
	raw, err := tx.Builder{Msgs: msgs, GasLimit: gas}.Sign(key, l.ChainID, number, sequence)
	if err != nil {
		return "", err
	}
	for first := true; ; first = false {
		done, err := send(ctx, c, raw)
		switch {
		case err == nil && done.Code != 0:
			return "", fmt.Errorf("the transaction of %s failed: %s", from.Name, done.RawLog)
		case err == nil:
			return done.Txhash, nil
		}
		// One that was taken before is refused later on, so only the first answer says
		// that it is bad; and a node that catches up says nothing about it.
		if rejected := new(client.RejectedError); first && errors.As(err, &rejected) && rejected.Code != 0 {
			return "", err
		}
		if wait(ctx, 200*time.Millisecond) != nil {
			return "", fmt.Errorf("the transaction of %s is in no block: %w", from.Name, err)
		}
		if other, err := h.client(ctx); err == nil {
			c = other
		}
	}
}

// send gives a transaction to a node and waits a while for its block.
func send(ctx context.Context, c *client.Client, raw []byte) (*abci.TxResponse, error) {
	_, refused := c.Broadcast(ctx, raw)
	if errors.Is(refused, client.ErrPending) {
		refused = nil
	}
	ctx, cancel := context.WithTimeout(ctx, blockPatience)
	defer cancel()
	if rejected := new(client.RejectedError); errors.As(refused, &rejected) {
		if found, err := c.Tx(ctx, client.Hash(raw)); err == nil {
			return client.TxResponse(found), nil
		}
		return nil, refused
	}
	done, err := c.Wait(ctx, client.Hash(raw))
	return done, errors.Join(err, refused)
}

// key is the secret key of an account.
func (a Account) key() (tx.PrivKey, error) {
	secret, err := keyring.FromMnemonic(a.Mnemonic, "", a.Path)
	if err != nil {
		return tx.PrivKey{}, err
	}
	return tx.NewPrivKey(secret[:])
}
