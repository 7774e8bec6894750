package cli

import (
	"errors"
	"time"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/client/keyring"
	"github.com/weftchain/weft/tx"
)

// deliver takes a transaction from its flags to its end.
func (r *run) deliver(o options, who string, messages maker) error {
	s, err := r.begin(o, who)
	if err != nil {
		return err
	}
	msgs, err := messages(s.sender)
	if err != nil {
		return err
	}
	if done, err := s.withoutSending(msgs); done {
		return err
	}
	return s.send(msgs)
}

// begin reads the flags of a transaction and finds out who sends it. It fails
// early when nobody can say yes, or when the key cannot sign here.
func (r *run) begin(o options, who string) (*session, error) {
	set, err := o.txSettings()
	if err != nil {
		return nil, err
	}
	sends := !set.generate && !set.dry
	if sends && !set.offline {
		if err := r.canConfirm(o); err != nil {
			return nil, err
		}
	}
	s, err := r.newSession(o, set, who)
	if err != nil {
		return nil, err
	}
	if sends && s.key.Kind != keyring.KindLocal {
		err := fail(exitDeclined, "key %s is of kind %s: %w", s.key.Name, s.key.Kind, keyring.ErrNoSecret)
		return nil, hint(err, "Print it with --generate-only > tx.json; then weft tx sign tx.json, for a multisig with --multisig %s, and weft tx multisign.", s.key.Name)
	}
	return s, nil
}

// withoutSending does what --dry-run, --generate-only and --offline ask for; false
// if none of them was given.
func (s *session) withoutSending(msgs []chain.Message) (done bool, err error) {
	switch {
	case s.set.dry:
		return true, s.dryRun(msgs)
	case s.set.generate:
		return true, s.generate(msgs)
	case s.set.offline:
		return true, usage("--offline sends nothing: add --generate-only, then weft tx sign --offline")
	}
	return false, nil
}

// session is one transaction on its way.
type session struct {
	*run
	o      options
	set    txSettings
	node   *client.Client // nil if offline
	sender sender
	key    keyring.Key // no name if the keyring does not hold it
}

// newSession connects, makes sure of the chain, and finds out who sends.
func (r *run) newSession(o options, set txSettings, who string) (*session, error) {
	s := &session{run: r, o: o, set: set}
	keys, err := r.keys(o)
	if err != nil {
		return nil, err
	}
	s.sender.keys = keys
	if set.offline {
		s.sender.prefix, err = o.prefix()
	} else {
		err = s.connect()
	}
	if err != nil {
		return nil, err
	}
	return s, s.identify(who)
}

func (s *session) connect() error {
	node, err := client.New(s.o.GetString("node"))
	if err != nil {
		return err
	}
	s.node = node
	ctx, cancel := s.within(callPatience)
	defer cancel()
	if err := node.CheckChain(ctx, s.set.chainID); err != nil {
		return err
	}
	s.sender.prefix, err = s.o.chainPrefix(ctx, node)
	return err
}

// identify looks up who sends. Without a key it is enough for what needs no
// signature.
func (s *session) identify(who string) error {
	key, err := findKey(s.sender.keys, s.sender.prefix, who)
	if err == nil {
		s.key, s.sender.address = key, s.sender.prefix.Account(key.Address())
		return nil
	}
	if !s.set.generate && !s.set.dry {
		return err
	}
	if _, bad := s.sender.prefix.ParseAccount(who); bad != nil {
		return err
	}
	s.sender.address = who
	return nil
}

// clientSender returns the sender of package client, without secret keys.
func (s *session) clientSender() (*client.Sender, error) {
	c := &client.Sender{
		Client: s.node, PubKey: s.key.PubKey, Address: s.sender.address, ChainID: s.set.chainID,
		Gas: s.set.gas, Adjustment: s.set.adjustment, Fees: s.set.fees, Prices: s.set.prices,
		Memo: s.set.memo, TimeoutHeight: s.o.GetUint64("timeout-height"),
		TimeoutTimestamp: s.set.timeoutTimestamp(time.Now()), Unordered: s.set.unordered, Mode: s.set.mode,
	}
	var err error
	if c.FeeGranter, err = s.addressFlag("fee-granter"); err != nil {
		return nil, err
	}
	if c.FeePayer, err = s.addressFlag("fee-payer"); err != nil {
		return nil, err
	}
	if c.FeePayer != "" && c.FeePayer != c.Address {
		c.Cosigners = []*client.Cosigner{{Address: c.FeePayer}}
	}
	return c, s.setAccount(c)
}

// setAccount takes the account's number and sequence from the flags; what they
// leave open is asked for, later if they say nothing.
func (s *session) setAccount(c *client.Sender) error {
	number, sequence := s.o.GetUint64("account-number"), s.o.GetUint64("sequence")
	if s.set.offline {
		c.SetAccount(number, sequence)
		return nil
	}
	if !s.o.given("account-number") && !s.o.given("sequence") {
		return nil
	}
	ctx, cancel := s.within(callPatience)
	defer cancel()
	knownNumber, knownSequence, err := s.account(ctx, c.Address)
	if err != nil {
		return err
	}
	if !s.o.given("account-number") {
		number = knownNumber
	}
	if !s.o.given("sequence") {
		sequence = knownSequence
	}
	c.SetAccount(number, sequence)
	return nil
}

// addressFlag reads a flag that is an address or the name of a key.
func (s *session) addressFlag(name string) (string, error) {
	text := s.o.GetString(name)
	if text == "" {
		return "", nil
	}
	return s.sender.resolve("--"+name, text)
}

// prepare simulates if need be and computes the fee.
func (s *session) prepare(msgs []chain.Message) (*client.Sender, tx.Builder, error) {
	c, err := s.clientSender()
	if err != nil {
		return nil, tx.Builder{}, err
	}
	ctx, cancel := s.within(callPatience)
	defer cancel()
	b, err := c.Prepare(ctx, msgs...)
	return c, b, simulationFailed(err)
}

// simulationFailed turns what a simulation said into what a user should know.
func simulationFailed(err error) error {
	var refused *client.QueryError
	if errors.As(err, &refused) {
		return fail(exitRejected, "a simulation of it failed, so nothing was sent: %s", refused.Reason())
	}
	return err
}
