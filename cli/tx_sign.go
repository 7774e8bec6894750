package cli

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client/keyring"
	signing "github.com/weftchain/weft/proto/cosmos/tx/signing/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/tx"
)

func documentFlag(f *pflag.FlagSet) {
	f.String("output-document", "", "file to write instead of stdout")
}

func signFlags(f *pflag.FlagSet) {
	f.Bool("signature-only", false, "print the signature, not the transaction")
	f.String("multisig", "", "sign as a member of this multisig: its key or address")
}

func (r *run) txSign() *cobra.Command {
	return r.command(spec{
		use: "sign FILE", short: "Sign a transaction that --generate-only printed", args: cobra.ExactArgs(1), raw: true,
		long: "Sign the transaction in FILE (- for stdin) with the key of --from and print\nit. The node is asked for the account's number and sequence unless --offline.\n\n" +
			"Several signers sign one after the other, each the file that the one before\nprinted. A member of a multisig signs with --multisig and gets the signature\nonly; weft tx multisign puts them together.",
		example: "  weft tx sign tx.json --from alice > signed.json\n  weft tx sign tx.json --from alice --multisig treasury > alice.sig\n  weft tx sign tx.json --from alice --offline --account-number 3 --sequence 7 --chain-id weft-1",
		flags: []func(*pflag.FlagSet){txFlags, documentFlag, signFlags, func(f *pflag.FlagSet) {
			f.Bool("overwrite", false, "drop the signatures that are there")
		}},
		do: func(o options, args []string) error {
			set, err := o.signSettings()
			if err != nil {
				return err
			}
			t, err := r.readTx(args[0])
			if err != nil {
				return err
			}
			if o.GetBool("overwrite") {
				t.AuthInfo.SignerInfos, t.Signatures = nil, nil
			}
			return r.signAll(o, set, args[0], []*txpb.Tx{t})
		},
	})
}

func (r *run) txSignBatch() *cobra.Command {
	return r.command(spec{
		use: "sign-batch FILE...", short: "Sign the transactions of files, one on each line", args: cobra.MinimumNArgs(1), raw: true,
		long:    "Sign the transactions of files (- for stdin), one on each line, with sequences\nthat follow each other, and print one on each line.",
		example: "  weft tx sign-batch txs.json --from alice > signed.json\n  weft tx sign-batch txs.json --from alice --multisig treasury > alice.sigs",
		flags:   []func(*pflag.FlagSet){txFlags, documentFlag, signFlags},
		do: func(o options, args []string) error {
			set, err := o.signSettings()
			if err != nil {
				return err
			}
			var all []*txpb.Tx
			for _, file := range args {
				list, err := r.readBatch(file)
				if err != nil {
					return err
				}
				all = append(all, list...)
			}
			return r.signAll(o, set, "the batch", all)
		},
	})
}

// signSettings are the settings of a command that takes gas and fee from the
// transaction itself.
func (o options) signSettings() (txSettings, error) {
	set := txSettings{offline: o.GetBool("offline")}
	if err := set.parseMode(o); err != nil {
		return set, err
	}
	if o.GetString("multisig") != "" && set.mode == tx.Direct {
		return set, usage("members of a multisig cannot sign with --sign-mode direct; leave it out")
	}
	var err error
	set.chainID, err = o.chainID()
	return set, err
}

// signAll signs transactions one after the other and prints them.
func (r *run) signAll(o options, set txSettings, what string, all []*txpb.Tx) error {
	s, err := r.newSigner(o, set)
	if err != nil {
		return err
	}
	var lines [][]byte
	for _, t := range all {
		line, err := s.sign(what, t)
		if err != nil {
			return err
		}
		lines = append(lines, line)
		if !t.Body.Unordered {
			s.who.Sequence++
		}
	}
	return r.writeDocument(o, lines)
}

// writeDocument prints lines of JSON, into the file of --output-document if
// there is one.
func (r *run) writeDocument(o options, lines [][]byte) error {
	path := o.GetString("output-document")
	if path == "" {
		return r.printLines(lines)
	}
	out, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	to := *r
	to.out = out
	return errors.Join(to.printLines(lines), out.Close())
}

func (r *run) printLines(lines [][]byte) error {
	for _, line := range lines {
		if err := r.printLine(line); err != nil {
			return err
		}
	}
	return nil
}

// signer signs transactions of files.
type signer struct {
	*session
	priv  tx.PrivKey
	multi bool          // a member signs, for a multisig
	whose chain.Address // whose signature it will be: of the key or of the multisig
	who   tx.SignerData
}

// newSigner finds out who signs, for whom, and with which number and sequence.
func (r *run) newSigner(o options, set txSettings) (*signer, error) {
	from := o.GetString("from")
	if from == "" {
		return nil, usage("--from is missing: the name or address of the key that signs")
	}
	base, err := r.newSession(o, set, from)
	if err != nil {
		return nil, err
	}
	s := &signer{session: base, whose: base.key.Address(), who: tx.SignerData{ChainID: set.chainID}}
	if err := o.checkBackend(s.sender.keys.Backend(), set.chainID); err != nil {
		return nil, err
	}
	if multi := o.GetString("multisig"); multi != "" {
		if s.whose, err = s.multisig(multi); err != nil {
			return nil, err
		}
		s.multi = true
	}
	if err := s.number(); err != nil {
		return nil, err
	}
	s.priv, err = openKey(s.sender.keys, s.key.Name)
	return s, err
}

// multisig returns the address of the multisig that a member signs for. One
// that the keyring knows must have the key among its members.
func (s *signer) multisig(who string) (chain.Address, error) {
	key, err := findKey(s.sender.keys, s.sender.prefix, who)
	if errors.Is(err, keyring.ErrNotFound) {
		if addr, bad := s.sender.prefix.ParseAccount(who); bad == nil {
			return addr, nil
		}
	}
	if err != nil {
		return "", err
	}
	if key.Kind != keyring.KindMulti {
		return "", usage("--multisig %.100s names a key of kind %s, not a multisig", who, key.Kind)
	}
	mine := func(member tx.PubKey) bool { return member.Address() == s.key.Address() }
	if !slices.ContainsFunc(key.PubKey.Members(), mine) {
		return "", fail(exitDeclined, "key %s is no member of multisig %s", s.key.Name, key.Name)
	}
	return key.Address(), nil
}

// number finds out the account's number and sequence.
func (s *signer) number() error {
	if s.set.offline {
		if !s.o.given("account-number") || !s.o.given("sequence") {
			fmt.Fprintln(s.err, "signing offline for account number", s.o.GetUint64("account-number"), "and sequence", s.o.GetUint64("sequence"), "- see --account-number, --sequence")
		}
		s.who.AccountNumber, s.who.Sequence = s.o.GetUint64("account-number"), s.o.GetUint64("sequence")
		return nil
	}
	if s.o.given("account-number") || s.o.given("sequence") {
		fmt.Fprintln(s.err, "--account-number and --sequence count with --offline only; here the chain is asked")
	}
	ctx, cancel := s.within(callPatience)
	defer cancel()
	var err error
	s.who.AccountNumber, s.who.Sequence, err = s.account(ctx, s.sender.prefix.Account(s.whose))
	return err
}

// sign returns the JSON of the signed transaction, or of the signature only.
func (s *signer) sign(what string, t *txpb.Tx) ([]byte, error) {
	slot, several, err := s.slot(what, t)
	if err != nil {
		return nil, err
	}
	mode, err := s.signMode(several)
	if err != nil {
		return nil, err
	}
	who := s.who
	if t.Body.Unordered {
		who.Sequence = 0
	}
	if s.multi {
		sig, err := tx.SignDescriptor(t, s.priv, mode, who)
		if err != nil {
			return nil, usage("%s: %w", what, err)
		}
		return tx.MarshalSignatures([]*signing.SignatureDescriptor{sig})
	}
	if err := tx.SignSlot(t, slot, s.priv, mode, who); err != nil {
		return nil, usage("%s: %w", what, err)
	}
	if !s.o.GetBool("signature-only") {
		return tx.MarshalJSON(t)
	}
	list, err := tx.Signatures(t)
	if err != nil {
		return nil, usage("%s: %w", what, err)
	}
	return tx.MarshalSignatures(list)
}

// slot finds which of a transaction's signers it is, and whether there are
// several.
func (s *signer) slot(what string, t *txpb.Tx) (at int, several bool, err error) {
	d, err := decoded(what, t)
	if err != nil {
		return 0, false, err
	}
	signers, err := d.Signers(s.sender.prefix)
	if err != nil {
		return 0, false, usage("%s: %w", what, err)
	}
	at = slices.Index(signers, s.whose)
	if at < 0 {
		return 0, false, fail(exitDeclined, "%s signs nothing in this transaction", s.sender.prefix.Account(s.whose))
	}
	return at, len(signers) > 1, nil
}

// signMode is the mode of the flag, else the one that fits.
func (s *signer) signMode(several bool) (signing.SignMode, error) {
	switch {
	case s.set.mode == tx.Direct && several:
		return 0, usage("with --sign-mode direct each signer would have to know what the others put in; use amino-json")
	case s.set.mode != 0:
		return s.set.mode, nil
	case several || s.multi:
		return tx.AminoJSON, nil
	}
	return tx.Direct, nil
}
