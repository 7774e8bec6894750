package node

import (
	"context"
	"crypto/sha256"
	"errors"
	"sync"

	"github.com/cometbft/cometbft/mempool"

	"github.com/weftchain/weft/chain"
	lotterypb "github.com/weftchain/weft/proto/weft/lottery/v1"
	"github.com/weftchain/weft/tx"
)

// A node whose key won seats in the lottery has some blocks to show that it is
// there. It does so by itself: the answer needs the consensus key alone, no
// account, no coins and nobody awake. The check of whether there is something to
// answer is made after each block, so that a node that was down for part of the
// time, or whose answer got lost, sends it when it can.

// answering is that part of a node.
type answering struct {
	wake chan struct{}
	stop context.CancelFunc
	done sync.WaitGroup
}

// startAnswering begins, if the chain has a lottery and the key is here: with a
// remote signer weft lottery ready has to be sent by hand.
func (n *running) startAnswering() error {
	if n.genesis == nil || n.cfg.Comet.PrivValidatorListenAddr != "" || !n.app.HasLottery() {
		return nil
	}
	key, err := ReadValidatorKey(n.cfg.Home)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	a := &answering{wake: make(chan struct{}, 1), stop: stop}
	n.answering.Store(a)
	a.done.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-a.wake:
				n.answer(key)
			}
		}
	})
	return nil
}

// committed tells of a block.
func (a *answering) committed() {
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

func (n *running) stopAnswering() {
	if a := n.answering.Load(); a != nil {
		a.stop()
		a.done.Wait()
	}
}

// answer sends what the next block should hold, if there is anything.
func (n *running) answer(key ValidatorKey) {
	sum := sha256.Sum256(key.PubKey())
	due, err := n.app.Due(chain.Address(sum[:20]))
	if err != nil || due == nil {
		n.report("looking for seats that were won", err)
		return
	}
	raw, err := answerTo(key, n.app.Account(due.Operator), due.Epoch, due.Message)
	if err == nil {
		err = n.comet.Mempool().CheckTx(raw, nil, mempool.TxInfo{})
	}
	switch {
	case errors.Is(err, mempool.ErrTxInCache): // it waits already
	case err != nil:
		n.report("answering the win of seats", err)
	default:
		n.log.Info("seats were won: the answer is sent", "epoch", due.Epoch)
	}
}

// answerTo is the transaction of an answer.
func answerTo(key ValidatorKey, operator string, epoch uint64, message []byte) ([]byte, error) {
	sig, err := key.Sign(message)
	if err != nil {
		return nil, err
	}
	m := &lotterypb.MsgReady{Operator: operator, Epoch: epoch, ConsSignature: sig}
	raw, err := tx.Builder{Msgs: []chain.Message{m}}.Unsigned()
	if err != nil {
		return nil, err
	}
	return raw.Marshal()
}
