package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/client/keyring"
	abci "github.com/weftchain/weft/proto/cosmos/base/abci/v1beta1"
	"github.com/weftchain/weft/tx"
)

// send asks, signs, broadcasts and waits.
func (s *session) send(msgs []chain.Message) error {
	res, err := s.commit(msgs)
	if err != nil {
		return err
	}
	return s.show(res)
}

// commit is send without printing what came of it.
func (s *session) commit(msgs []chain.Message) (*abci.TxResponse, error) {
	raw, res, err := s.submit(msgs)
	if raw == nil && err != nil {
		return nil, err
	}
	return s.await(s.node, s.set, raw, res, err)
}

// show prints a transaction as far as it was followed.
func (s *session) show(res *abci.TxResponse) error {
	if s.set.wait != "commit" {
		return s.printProto(s.o, res)
	}
	return errors.Join(s.outcome(s.o, res), s.traceSent(res.Txhash))
}

// submit asks, signs and broadcasts. Without raw bytes nothing was sent.
func (s *session) submit(msgs []chain.Message) (raw []byte, res *abci.TxResponse, err error) {
	if err := s.o.checkBackend(s.sender.keys.Backend(), s.set.chainID); err != nil {
		return nil, nil, err
	}
	if err := s.payerCanSign(); err != nil {
		return nil, nil, err
	}
	c, b, err := s.prepare(msgs)
	if err != nil {
		return nil, nil, err
	}
	if err := s.confirm(s.o, s.summary(b)); err != nil {
		return nil, nil, err
	}
	if c.Key, err = openKey(s.sender.keys, s.key.Name); err != nil {
		return nil, nil, err
	}
	if err := s.openCosigners(c); err != nil {
		return nil, nil, err
	}
	return s.broadcast(c, b)
}

// broadcast signs and sends. A sequence that the user chose is not replaced by
// the one that the chain expects.
func (s *session) broadcast(c *client.Sender, b tx.Builder) ([]byte, *abci.TxResponse, error) {
	if !s.o.given("sequence") {
		return c.SendPrepared(s.ctx, b)
	}
	if err := s.setAccount(c); err != nil { // a simulation may have asked the chain
		return nil, nil, err
	}
	raw, err := c.Sign(b)
	if err != nil {
		return nil, nil, err
	}
	res, err := s.node.Broadcast(s.ctx, raw)
	return raw, res, err
}

// payerCanSign makes sure that the key of another payer of the fee is at hand.
func (s *session) payerCanSign() error {
	payer, err := s.addressFlag("fee-payer")
	if err != nil || payer == "" || payer == s.sender.address {
		return err
	}
	key, err := findKey(s.sender.keys, s.sender.prefix, payer)
	if err == nil && key.Kind == keyring.KindLocal {
		return nil
	}
	err = fail(exitDeclined, "the fee's payer %s must sign too, and its key is not here", payer)
	return hint(err, "Print the transaction with --generate-only > tx.json; then both sign it, one after the other: weft tx sign tx.json. Who only lends the fee need not sign: weft tx feegrant grant.")
}

// openCosigners opens the keys of those who sign behind the sender.
func (s *session) openCosigners(c *client.Sender) error {
	for _, other := range c.Cosigners {
		key, err := findKey(s.sender.keys, s.sender.prefix, other.Address)
		if err != nil {
			return err
		}
		if other.Key, err = openKey(s.sender.keys, key.Name); err != nil {
			return err
		}
		other.PubKey = other.Key.PubKey()
	}
	return nil
}

// summary is what a person says yes to.
func (s *session) summary(b tx.Builder) string {
	var what []string
	for _, m := range b.Msgs {
		what = append(what, tx.TypeURL(m))
	}
	return fmt.Sprintf("chain %s\nfrom  %s\nsends %s\ngas   %d\nfee   %s\nSign and send?",
		s.set.chainID, s.sender.address, strings.Join(what, ", "), b.GasLimit, orNone(b.Fee))
}

func orNone(coins chain.Coins) string {
	if len(coins) == 0 {
		return "none"
	}
	return coins.String()
}

// follow goes on after a broadcast and prints what came of it.
func (r *run) follow(o options, node *client.Client, set txSettings, raw []byte, res *abci.TxResponse, err error) error {
	if res, err = r.await(node, set, raw, res, err); err != nil {
		return err
	}
	if set.wait != "commit" {
		return r.printProto(o, res)
	}
	return r.outcome(o, res)
}

// await waits for what --wait says. The hash is printed before any waiting, so
// that it is known whatever happens then.
func (r *run) await(node *client.Client, set txSettings, raw []byte, res *abci.TxResponse, err error) (*abci.TxResponse, error) {
	if err != nil {
		var unknown *client.UnknownError
		if errors.As(err, &unknown) || errors.Is(err, context.Canceled) {
			fmt.Fprintf(r.err, "txhash: %s\n", client.Hash(raw))
		}
		return nil, err
	}
	if set.wait != "commit" {
		return res, nil
	}
	fmt.Fprintf(r.err, "txhash: %s\n", res.Txhash)
	ctx, cancel := r.within(set.timeout)
	defer cancel()
	return node.Wait(ctx, res.Txhash)
}

// outcome prints what a block made of a transaction; that it failed is an
// error.
func (r *run) outcome(o options, res *abci.TxResponse) error {
	if err := r.printProto(o, res); err != nil {
		return err
	}
	return failedInBlock(res)
}

// failedInBlock is the error of a transaction that failed in its block.
func failedInBlock(res *abci.TxResponse) error {
	if res.Code == 0 {
		return nil
	}
	return &client.FailedError{Hash: res.Txhash, Height: res.Height, Codespace: res.Codespace, Code: res.Code, Log: res.RawLog, Info: res.Info}
}
