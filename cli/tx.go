package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/client/keyring"
	abci "github.com/weftchain/weft/proto/cosmos/base/abci/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/tx"
)

func (r *run) txCommand() *cobra.Command {
	return newGroup("tx", "Make, sign and send transactions",
		r.txBank(), r.txWasm(), r.txFeegrant(), r.txSign(), r.txBroadcast(), r.txSimulate(), r.txEncode(), r.txDecode())
}

// transact is a command that makes a transaction.
type transact struct {
	use, short, long, example string
	aliases                   []string
	args                      cobra.PositionalArgs
	flags                     func(*pflag.FlagSet)
	// check reads the arguments before anything else happens and returns what
	// makes the messages, once it is known who sends them.
	check func(o options, args []string) (maker, error)
	// from says who sends if an argument does so and not --from.
	from func(args []string) string
}

// maker makes messages for a sender.
type maker func(s sender) ([]chain.Message, error)

// sender is who sends a transaction.
type sender struct {
	address string // bech32
	prefix  chain.Bech32
	keys    *keyring.Keyring
}

// resolve returns the address that an argument means: an address, or the name
// of a key.
func (s sender) resolve(what, text string) (string, error) {
	if _, err := s.prefix.ParseAccount(text); err == nil {
		return text, nil
	} else if keyring.CheckName(text) != nil || strings.HasPrefix(text, string(s.prefix)+"1") {
		return "", usage("%s %.100q: %w", what, text, err)
	}
	key, err := s.keys.Get(text)
	if errors.Is(err, keyring.ErrNotFound) {
		return "", usage("%s %.100q is neither an address that begins with %s1 nor the name of a key in %s", what, text, s.prefix, s.keys.Folder())
	}
	if err != nil {
		return "", err
	}
	return s.prefix.Account(key.Address()), nil
}

func (r *run) transact(t transact) *cobra.Command {
	flags := []func(*pflag.FlagSet){txFlags}
	if t.flags != nil {
		flags = append(flags, t.flags)
	}
	return r.command(spec{
		use: t.use, short: t.short, long: t.long, example: t.example, aliases: t.aliases, args: t.args, flags: flags,
		do: func(o options, args []string) error {
			messages, err := t.check(o, args)
			if err != nil {
				return err
			}
			who := o.GetString("from")
			if t.from != nil {
				if who != "" && o.given("from") && who != t.from(args) {
					return usage("--from %.100s differs from the sender %.100s", who, t.from(args))
				}
				who = t.from(args)
			}
			if who == "" {
				return usage("--from is missing: the name or address of the key that signs")
			}
			return r.deliver(o, who, messages)
		},
	})
}

// deliver takes a transaction from its flags to its end.
func (r *run) deliver(o options, who string, messages maker) error {
	set, err := o.txSettings()
	if err != nil {
		return err
	}
	sends := !set.generate && !set.dry
	if sends && !set.offline {
		if err := r.canConfirm(o); err != nil {
			return err
		}
	}
	s, err := r.newSession(o, set, who)
	if err != nil {
		return err
	}
	msgs, err := messages(s.sender)
	if err != nil {
		return err
	}
	switch {
	case set.dry:
		return s.dryRun(msgs)
	case set.generate:
		return s.generate(msgs)
	case set.offline:
		return usage("--offline sends nothing: add --generate-only, then weft tx sign --offline")
	}
	return s.send(msgs)
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

// simulationKey stands for a public key that is not known: a simulation looks
// at no signature.
var simulationKey = func() tx.PubKey {
	key, err := tx.NewPrivKey(append(make([]byte, 31), 1))
	if err != nil {
		panic(err) // 1 is a private key
	}
	return key.PubKey()
}()

// clientSender returns the sender of package client, without its secret key.
func (s *session) clientSender() (*client.Sender, error) {
	c := &client.Sender{
		Client: s.node, PubKey: simulationKey, Address: s.sender.address, ChainID: s.set.chainID,
		Gas: s.set.gas, Adjustment: s.set.adjustment, Fees: s.set.fees, Prices: s.set.prices,
		Memo: s.set.memo, TimeoutHeight: s.o.GetUint64("timeout-height"),
		FeePayer: s.o.GetString("fee-payer"), FeeGranter: s.o.GetString("fee-granter"),
	}
	if s.key.Name != "" {
		c.PubKey = s.key.PubKey
	}
	if s.set.offline {
		c.SetAccount(s.o.GetUint64("account-number"), s.o.GetUint64("sequence"))
	}
	return c, nil
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

func (s *session) dryRun(msgs []chain.Message) error {
	c, err := s.clientSender()
	if err != nil {
		return err
	}
	ctx, cancel := s.within(callPatience)
	defer cancel()
	c.Gas = 0
	res, b, err := c.Estimate(ctx, msgs...)
	if err != nil {
		return simulationFailed(err)
	}
	fmt.Fprintf(s.err, "gas estimate: %d\nfee: %s\n", b.GasLimit, orNone(b.Fee))
	return s.printProto(s.o, res)
}

// generate prints the unsigned transaction. Its gas is simulated if the flags
// leave it open.
func (s *session) generate(msgs []chain.Message) error {
	c, err := s.clientSender()
	if err != nil {
		return err
	}
	b := c.Builder(msgs...)
	if c.Gas == 0 {
		if _, b, err = s.prepare(msgs); err != nil {
			return err
		}
	} else if len(b.Fee) == 0 {
		if b.Fee, err = client.Fee(s.set.prices, b.GasLimit); err != nil {
			return err
		}
	}
	raw, err := b.Unsigned()
	if err != nil {
		return err
	}
	bytes, err := raw.Marshal()
	if err != nil {
		return err
	}
	return s.printTx(bytes)
}

// printTx prints a transaction as the JSON that tx sign and tx broadcast read,
// whatever --output says.
func (r *run) printTx(raw []byte) error {
	t, err := client.DecodeTx(raw)
	if err != nil {
		return err
	}
	if t.Signatures == nil {
		t.Signatures = [][]byte{}
	}
	data, err := client.JSON(t)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(r.out, "%s\n", safeJSON(data))
	return err
}

// send asks, signs, broadcasts and waits.
func (s *session) send(msgs []chain.Message) error {
	if err := s.o.checkBackend(s.sender.keys.Backend(), s.set.chainID); err != nil {
		return err
	}
	c, b, err := s.prepare(msgs)
	if err != nil {
		return err
	}
	if err := s.confirm(s.o, s.summary(b)); err != nil {
		return err
	}
	if c.Key, err = openKey(s.sender.keys, s.key.Name); err != nil {
		return err
	}
	raw, res, err := c.SendPrepared(s.ctx, b)
	return s.follow(s.o, s.node, s.set, raw, res, err)
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

// follow goes on after a broadcast: the hash is printed before any waiting, so
// that it is known whatever happens then.
func (r *run) follow(o options, node *client.Client, set txSettings, raw []byte, res *abci.TxResponse, err error) error {
	if err != nil {
		var unknown *client.UnknownError
		if errors.As(err, &unknown) || errors.Is(err, context.Canceled) {
			fmt.Fprintf(r.err, "txhash: %s\n", client.Hash(raw))
		}
		return err
	}
	if set.wait != "commit" {
		return r.printProto(o, res)
	}
	fmt.Fprintf(r.err, "txhash: %s\n", res.Txhash)
	ctx, cancel := r.within(set.timeout)
	defer cancel()
	res, err = node.Wait(ctx, res.Txhash)
	if err != nil {
		return err
	}
	return r.outcome(o, res)
}

// outcome prints what a block made of a transaction; that it failed is an
// error.
func (r *run) outcome(o options, res *abci.TxResponse) error {
	if err := r.printProto(o, res); err != nil {
		return err
	}
	if res.Code != 0 {
		return fail(exitFailed, "transaction %s is in block %d and failed with %s/%d: %s", res.Txhash, res.Height, res.Codespace, res.Code, res.RawLog)
	}
	return nil
}

// readTx reads a transaction that --generate-only or tx sign printed.
func (r *run) readTx(file string) (*txpb.Tx, error) {
	data, err := r.input(file, maxFileBytes)
	if err != nil {
		return nil, err
	}
	if err := checkJSON(data); err != nil {
		return nil, usage("%s is not good JSON: %w", file, err)
	}
	var t txpb.Tx
	if err := client.FromJSON(data, &t); err != nil {
		return nil, usage("%s: %w", file, err)
	}
	if t.Body == nil || len(t.Body.Messages) == 0 {
		return nil, usage("%s holds no transaction with messages", file)
	}
	if t.AuthInfo == nil {
		t.AuthInfo = &txpb.AuthInfo{Fee: &txpb.Fee{}}
	}
	return &t, nil
}
