package client

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/weftchain/weft/chain"
	abci "github.com/weftchain/weft/proto/cosmos/base/abci/v1beta1"
	signing "github.com/weftchain/weft/proto/cosmos/tx/signing/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/tx"
)

// Sender sends transactions of one account, one after the other. It keeps the
// account's sequence, so that several may wait in one block, and is not safe
// for concurrent use.
type Sender struct {
	Client *Client
	// Key signs; whoever only prepares can do without.
	Key tx.PrivKey
	// PubKey is the public half of Key, and Address its bech32 form on this
	// chain.
	PubKey  tx.PubKey
	Address string
	ChainID string
	// Gas is the gas limit; 0 means what a simulation used, times Adjustment.
	Gas        uint64
	Adjustment Adjustment
	// Fees are paid as they stand if there are any, else Prices times the gas.
	Fees   chain.Coins
	Prices []Price

	Memo          string
	TimeoutHeight uint64
	// TimeoutTimestamp is the last block time that may hold the transaction;
	// zero: any.
	TimeoutTimestamp time.Time
	// Unordered sends without a sequence; each transaction needs a
	// TimeoutTimestamp of its own, at most ten minutes ahead.
	Unordered  bool
	FeePayer   string
	FeeGranter string
	// Mode is how to sign; 0 is tx.Direct.
	Mode signing.SignMode
	// Cosigners sign too, behind the sender.
	Cosigners []*Cosigner

	known    bool
	number   uint64
	sequence uint64
}

// SetAccount gives the number and sequence that the chain has for the account,
// so that the sender need not ask.
func (s *Sender) SetAccount(number, sequence uint64) {
	s.known, s.number, s.sequence = true, number, sequence
}

// NewSender returns the sender of a key on a chain, with gas simulated and
// adjusted by 1.1.
func NewSender(c *Client, key tx.PrivKey, prefix chain.Bech32, chainID string) *Sender {
	s := &Sender{Client: c, Key: key, PubKey: key.PubKey(), ChainID: chainID}
	s.Address = prefix.Account(s.PubKey.Address())
	s.Adjustment.factor.SetFrac64(11, 10)
	return s
}

// Builder returns the transaction as far as it is known without asking.
func (s *Sender) Builder(msgs ...chain.Message) tx.Builder {
	return tx.Builder{
		Msgs: msgs, Memo: s.Memo, TimeoutHeight: s.TimeoutHeight, TimeoutTimestamp: s.TimeoutTimestamp,
		Unordered: s.Unordered, Fee: s.Fees, GasLimit: s.Gas, FeePayer: s.FeePayer, FeeGranter: s.FeeGranter,
	}
}

// Prepare returns a transaction that is complete except for its signature: gas
// simulated, fee computed.
func (s *Sender) Prepare(ctx context.Context, msgs ...chain.Message) (tx.Builder, error) {
	b := s.Builder(msgs...)
	if err := s.refresh(ctx, false); err != nil {
		return b, err
	}
	if s.Gas == 0 {
		res, err := s.simulate(ctx, s.draft(b))
		if err != nil {
			return b, err
		}
		b.GasLimit = s.Adjustment.apply(res.GasInfo.GasUsed)
	}
	return s.price(b)
}

// Estimate simulates and returns, beside what Prepare does, all that the
// simulation tells.
func (s *Sender) Estimate(ctx context.Context, msgs ...chain.Message) (*txpb.SimulateResponse, tx.Builder, error) {
	b := s.Builder(msgs...)
	if err := s.refresh(ctx, false); err != nil {
		return nil, b, err
	}
	res, err := s.simulate(ctx, s.draft(b))
	if err != nil {
		return nil, b, err
	}
	b.GasLimit = s.Adjustment.apply(res.GasInfo.GasUsed)
	if b, err = s.price(b); err != nil || len(b.Fee) == 0 || len(s.Fees) > 0 {
		return res, b, err
	}
	// Only now the fee is known: once more, so that the result tells of it too.
	res, err = s.simulate(ctx, b)
	return res, b, err
}

// draftGas is the gas limit of a simulated transaction whose fee is known.
const draftGas = 50_000_000

// draft is what is simulated to find out the gas. A node takes a fee without
// coins and gas limit for one that is still to be found out, and reckons with
// its gas; one with a gas limit stands as it is.
func (s *Sender) draft(b tx.Builder) tx.Builder {
	if fee, err := Fee(s.Prices, draftGas); b.GasLimit == 0 && (len(s.Fees) > 0 || err == nil && len(fee) == 0) {
		b.GasLimit = draftGas
	}
	return b
}

// price fills in the fee unless it is given.
func (s *Sender) price(b tx.Builder) (tx.Builder, error) {
	if len(s.Fees) > 0 {
		return b, nil
	}
	var err error
	b.Fee, err = Fee(s.Prices, b.GasLimit)
	return b, err
}

// Sign returns the bytes of a prepared transaction, signed.
func (s *Sender) Sign(b tx.Builder) ([]byte, error) {
	if len(s.Cosigners) > 0 {
		return s.cosign(b)
	}
	mode := s.Mode
	if mode == 0 {
		mode = tx.Direct
	}
	return b.SignMode(mode, s.Key, tx.SignerData{ChainID: s.ChainID, AccountNumber: s.number, Sequence: s.next(b)})
}

// next is the sequence to sign a transaction with.
func (s *Sender) next(b tx.Builder) uint64 {
	if b.Unordered {
		return 0
	}
	return s.sequence
}

// Send prepares, signs and broadcasts. If the chain has another sequence than
// the sender it signs once more. The returned bytes are what was sent last.
func (s *Sender) Send(ctx context.Context, msgs ...chain.Message) (raw []byte, res *abci.TxResponse, err error) {
	b, err := s.Prepare(ctx, msgs...)
	if err != nil {
		return nil, nil, err
	}
	return s.SendPrepared(ctx, b)
}

// SendPrepared signs and broadcasts what Prepare returned. What waits in the
// mempool already is gone past: a transaction like one that waits gets the next
// sequence, and if the chain expects another one it is signed once more.
func (s *Sender) SendPrepared(ctx context.Context, b tx.Builder) (raw []byte, res *abci.TxResponse, err error) {
	again := true
	for range maxPending {
		if raw, err = s.Sign(b); err != nil {
			return nil, nil, err
		}
		res, err = s.Client.Broadcast(ctx, raw)
		switch {
		case err == nil:
			if !b.Unordered {
				s.sequence++
			}
			return raw, res, nil
		case errors.Is(err, ErrPending) && !b.Unordered:
			s.sequence++
		case again && wrongSequence(err):
			again = false
			refused := err
			if err := s.refresh(ctx, true); err != nil {
				return raw, nil, err
			}
			s.catchUp(refused)
		default:
			return raw, nil, err
		}
	}
	return raw, nil, err
}

// maxPending bounds how far ahead of the committed sequence a node may say
// that an account is.
const maxPending = 1_000

// catchUp takes the sequence that the node expects after what waits in its
// mempool, which the committed account does not show yet.
func (s *Sender) catchUp(refused error) {
	var wrong *chain.SequenceError
	if !errors.As(refused, &wrong) {
		return
	}
	if n := wrong.Expected; n > s.sequence && n-s.sequence <= maxPending {
		s.sequence = n
	}
}

// SendAndWait sends and waits until a block holds the transaction or ctx ends.
func (s *Sender) SendAndWait(ctx context.Context, msgs ...chain.Message) (*abci.TxResponse, error) {
	raw, _, err := s.Send(ctx, msgs...)
	if err != nil {
		return nil, err
	}
	return s.Client.Wait(ctx, Hash(raw))
}

// refresh asks the chain for the account's number and sequence.
func (s *Sender) refresh(ctx context.Context, force bool) error {
	if s.known && !force {
		return nil
	}
	number, sequence, err := s.Client.Account(ctx, s.Address)
	if NotFound(err) {
		return fmt.Errorf("account %s on %s: %w", s.Address, s.ChainID, ErrNoAccount)
	}
	if err != nil {
		return err
	}
	s.SetAccount(number, sequence)
	for _, c := range s.Cosigners {
		if c.known && !force {
			continue
		}
		if err := c.refresh(ctx, s.Client, s.ChainID); err != nil {
			return err
		}
	}
	return nil
}

// simulate runs a transaction, and once more with the chain's sequence if that
// was the trouble.
func (s *Sender) simulate(ctx context.Context, b tx.Builder) (*txpb.SimulateResponse, error) {
	for try := 0; ; try++ {
		raw, err := s.forSimulation(b)
		if err != nil {
			return nil, err
		}
		res, err := s.Client.Simulate(ctx, raw)
		if err == nil {
			return res, nil
		}
		if try > 0 || !wrongSequence(err) {
			return nil, err
		}
		if err := s.refresh(ctx, true); err != nil {
			return nil, err
		}
	}
}

// Simulate runs a transaction against the latest state and drops it. The
// signature may be empty.
func (c *Client) Simulate(ctx context.Context, raw []byte) (*txpb.SimulateResponse, error) {
	var res txpb.SimulateResponse
	if err := c.Query(ctx, "/cosmos.tx.v1beta1.Service/Simulate", 0, &txpb.SimulateRequest{TxBytes: raw}, &res); err != nil {
		return nil, err
	}
	if res.GasInfo == nil {
		return nil, &NodeError{Method: "the simulation", Text: "its answer names no gas"}
	}
	return &res, nil
}

// wrongSequence reports whether a transaction was refused for its sequence.
func wrongSequence(err error) bool {
	var rejected *RejectedError
	if errors.As(err, &rejected) {
		return rejected.Codespace == chain.ErrWrongSequence.Codespace && rejected.Code == chain.ErrWrongSequence.Code
	}
	return errors.Is(err, chain.ErrWrongSequence)
}
