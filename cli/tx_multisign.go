package cli

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/client/keyring"
	signing "github.com/weftchain/weft/proto/cosmos/tx/signing/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/tx"
)

func skipFlag(f *pflag.FlagSet) {
	f.Bool("skip-signature-verification", false, "do not check the signatures: for members of members")
}

func (r *run) txMultisign() *cobra.Command {
	return r.command(spec{
		use: "multisign FILE KEY SIGNATURE...", aliases: []string{"multi-sign"}, short: "Put the signatures of a multisig's members together", args: cobra.MinimumNArgs(3), raw: true,
		long:    "Put the signatures that members made with weft tx sign --multisig (a file each)\ninto the transaction in FILE, as the signature of multisig KEY, and print it.",
		example: "  weft tx multisign tx.json treasury alice.sig bob.sig > signed.json",
		flags: []func(*pflag.FlagSet){txFlags, documentFlag, skipFlag, func(f *pflag.FlagSet) {
			f.Bool("signature-only", false, "print the signature, not the transaction")
		}},
		do: func(o options, args []string) error {
			t, err := r.readTx(args[0])
			if err != nil {
				return err
			}
			var sigs []*signing.SignatureDescriptor
			for _, file := range args[2:] {
				list, err := r.readSignatures(file)
				if err != nil {
					return err
				}
				sigs = append(sigs, slices.Concat(list...)...)
			}
			return r.multisign(o, args[1], []*txpb.Tx{t}, [][]*signing.SignatureDescriptor{sigs})
		},
	})
}

func (r *run) txMultisignBatch() *cobra.Command {
	return r.command(spec{
		use: "multisign-batch FILE KEY SIGNATURES...", aliases: []string{"multi-sign-batch"}, short: "Do the same for files with a transaction on each line", args: cobra.MinimumNArgs(3), raw: true,
		long:    "Do what weft tx multisign does for each transaction of FILE, one on each line.\nLine N of each file of signatures belongs to transaction N.",
		example: "  weft tx multisign-batch txs.json treasury alice.sigs bob.sigs > signed.json",
		flags: []func(*pflag.FlagSet){txFlags, documentFlag, skipFlag, func(f *pflag.FlagSet) {
			f.Bool("no-auto-increment", false, "the same sequence for all, not one after the other")
		}},
		do: func(o options, args []string) error {
			all, err := r.readBatch(args[0])
			if err != nil {
				return err
			}
			sigs := make([][]*signing.SignatureDescriptor, len(all))
			for _, file := range args[2:] {
				list, err := r.readSignatures(file)
				if err != nil {
					return err
				}
				if len(list) != len(all) {
					return usage("%s has %d lines, %s has %d transactions", file, len(list), args[0], len(all))
				}
				for i, line := range list {
					sigs[i] = append(sigs[i], line...)
				}
			}
			return r.multisign(o, args[1], all, sigs)
		},
	})
}

// readSignatures reads a file with signatures on each line.
func (r *run) readSignatures(file string) ([][]*signing.SignatureDescriptor, error) {
	data, err := r.input(file, maxFileBytes)
	if err != nil {
		return nil, err
	}
	lines := [][]byte{data} // one value, maybe over several lines
	if checkJSON(data) != nil {
		if lines, err = jsonLines(data); err != nil {
			return nil, usage("%s: %w", file, err)
		}
	}
	all := make([][]*signing.SignatureDescriptor, len(lines))
	for i, line := range lines {
		if err := checkJSON(line); err != nil {
			return nil, usage("%s is not good JSON: %w", file, err)
		}
		if all[i], err = tx.UnmarshalSignatures(line); err != nil {
			return nil, usage("%s: %w", file, err)
		}
	}
	return all, nil
}

// multisign signs transactions as a multisig. sigs[i] are what members signed of
// transaction i.
func (r *run) multisign(o options, name string, all []*txpb.Tx, sigs [][]*signing.SignatureDescriptor) error {
	set, err := o.signSettings()
	if err != nil {
		return err
	}
	base, err := r.newSession(o, set, name)
	if err != nil {
		return err
	}
	if base.key.Kind != keyring.KindMulti {
		return usage("%.100s is a key of kind %s, not a multisig; make one with: weft keys add NAME --multisig …", name, base.key.Kind)
	}
	s := &signer{session: base, multi: true, whose: base.key.Address(), who: tx.SignerData{ChainID: set.chainID}}
	if err := s.number(); err != nil {
		return err
	}
	var lines [][]byte
	for i, t := range all {
		line, err := s.combine(t, sigs[i])
		if err != nil {
			return err
		}
		lines = append(lines, line)
		if !t.Body.Unordered && !o.GetBool("no-auto-increment") {
			s.who.Sequence++
		}
	}
	return r.writeDocument(o, lines)
}

// combine puts signatures of members into a transaction and returns its JSON.
func (s *signer) combine(t *txpb.Tx, sigs []*signing.SignatureDescriptor) ([]byte, error) {
	who := s.who
	if t.Body.Unordered {
		who.Sequence = 0
	}
	skip := s.o.GetBool("skip-signature-verification")
	if !skip {
		if err := s.verifyMembers(t, sigs, who); err != nil {
			return nil, err
		}
	}
	sig, err := tx.Combine(s.key.PubKey, who.Sequence, sigs)
	if err != nil {
		return nil, fail(exitCheck, "multisig %s: %w", s.key.Name, err)
	}
	if s.o.GetBool("signature-only") {
		return tx.MarshalSignatures([]*signing.SignatureDescriptor{sig})
	}
	slot, _, err := s.slot("the transaction", t)
	if err != nil {
		return nil, err
	}
	if err := putSignature(t, slot, sig); err != nil {
		return nil, err
	}
	return tx.MarshalJSON(t)
}

func (s *signer) verifyMembers(t *txpb.Tx, sigs []*signing.SignatureDescriptor, who tx.SignerData) error {
	d, err := decoded("the transaction", t)
	if err != nil {
		return err
	}
	for _, sig := range sigs {
		if err := d.VerifySignature(sig, who); err != nil {
			address := "a key that cannot be read"
			if key, bad := tx.PubKeyFromAny(sig.PublicKey); bad == nil {
				address = s.sender.prefix.Account(key.Address())
			}
			err := fail(exitCheck, "the signature of %s is not good for this transaction on chain %s, account number %d, sequence %d: %w",
				address, who.ChainID, who.AccountNumber, who.Sequence, err)
			return hint(err, "Let them sign this very file again: weft tx sign FILE --from KEY --multisig %s", s.key.Name)
		}
	}
	return nil
}

// putSignature puts a signature into a slot of a transaction.
func putSignature(t *txpb.Tx, slot int, sig *signing.SignatureDescriptor) error {
	info, raw, err := tx.SplitSignature(sig.Data)
	if err != nil {
		return fmt.Errorf("signature: %w", err)
	}
	tx.PrepareSlots(t, slot+1)
	t.AuthInfo.SignerInfos[slot] = &txpb.SignerInfo{PublicKey: sig.PublicKey, ModeInfo: info, Sequence: sig.Sequence}
	t.Signatures[slot] = raw
	return nil
}
