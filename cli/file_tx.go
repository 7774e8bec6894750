package cli

import (
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	signing "github.com/weftchain/weft/proto/cosmos/tx/signing/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/tx"
)

func (r *run) txSign() *cobra.Command {
	return r.command(spec{
		use: "sign FILE", short: "Sign a transaction that --generate-only printed", args: cobra.ExactArgs(1), raw: true,
		long:  "Sign the transaction in FILE (- for stdin) with the key of --from and print\nit. The node is asked for the account's number and sequence unless --offline.",
		flags: []func(*pflag.FlagSet){txFlags, func(f *pflag.FlagSet) { f.String("output-document", "", "file to write instead of stdout") }},
		do:    func(o options, args []string) error { return r.signFile(o, args[0]) },
	})
}

func (r *run) signFile(o options, file string) error {
	if o.GetString("from") == "" {
		return usage("--from is missing: the name or address of the key that signs")
	}
	set, err := o.signSettings()
	if err != nil {
		return err
	}
	t, err := r.readTx(file)
	if err != nil {
		return err
	}
	s, err := r.newSession(o, set, o.GetString("from"))
	if err != nil {
		return err
	}
	if err := o.checkBackend(s.sender.keys.Backend(), set.chainID); err != nil {
		return err
	}
	slot, err := s.signerSlot(t)
	if err != nil {
		return err
	}
	number, sequence := o.GetUint64("account-number"), o.GetUint64("sequence")
	if !set.offline {
		ctx, cancel := r.within(callPatience)
		defer cancel()
		if number, sequence, err = s.node.Account(ctx, s.sender.address); err != nil {
			return err
		}
	}
	raw, err := s.sign(t, slot, number, sequence)
	if err != nil {
		return err
	}
	if path := o.GetString("output-document"); path != "" {
		out, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o644)
		if err != nil {
			return err
		}
		to := *r
		to.out = out
		return errors.Join(to.printTx(raw), out.Close())
	}
	return r.printTx(raw)
}

// signSettings are the settings of a command that takes gas and fee from the
// transaction itself.
func (o options) signSettings() (txSettings, error) {
	chainID, err := o.chainID()
	if mode := o.GetString("sign-mode"); err == nil && mode != "direct" {
		err = usage("--sign-mode %.40q is not known; use direct", mode)
	}
	return txSettings{chainID: chainID, offline: o.GetBool("offline")}, err
}

// signerSlot finds which of a transaction's signers the key is.
func (s *session) signerSlot(t *txpb.Tx) (int, error) {
	raw, err := encodeTx(t)
	if err != nil {
		return 0, err
	}
	decoded, err := tx.Decode(raw, maxFileBytes)
	if err != nil {
		return 0, err
	}
	signers, err := decoded.Signers(s.sender.prefix)
	if err != nil {
		return 0, err
	}
	slot := slices.Index(signers, s.key.Address())
	if slot < 0 {
		return 0, fail(exitDeclined, "%s signs nothing in this transaction", s.sender.address)
	}
	for len(t.AuthInfo.SignerInfos) < len(signers) {
		t.AuthInfo.SignerInfos = append(t.AuthInfo.SignerInfos, &txpb.SignerInfo{})
	}
	for len(t.Signatures) < len(signers) {
		t.Signatures = append(t.Signatures, []byte{})
	}
	if len(signers) > 1 {
		return 0, usage("this transaction has %d signers; signing for several is not possible yet", len(signers))
	}
	return slot, nil
}

// sign puts the key's signature into its slot.
func (s *session) sign(t *txpb.Tx, slot int, number, sequence uint64) ([]byte, error) {
	priv, err := openKey(s.sender.keys, s.key.Name)
	if err != nil {
		return nil, err
	}
	t.AuthInfo.SignerInfos[slot] = &txpb.SignerInfo{
		PublicKey: priv.PubKey().Any(), Sequence: sequence,
		ModeInfo: &txpb.ModeInfo{Sum: &txpb.ModeInfo_Single_{Single: &txpb.ModeInfo_Single{Mode: signing.SignMode_SIGN_MODE_DIRECT}}},
	}
	body, err := t.Body.Marshal()
	if err != nil {
		return nil, err
	}
	info, err := t.AuthInfo.Marshal()
	if err != nil {
		return nil, err
	}
	t.Signatures[slot] = priv.Sign(tx.SignBytesDirect(body, info, s.set.chainID, number))
	return (&txpb.TxRaw{BodyBytes: body, AuthInfoBytes: info, Signatures: t.Signatures}).Marshal()
}

// encodeTx returns the bytes that are broadcast.
func encodeTx(t *txpb.Tx) ([]byte, error) {
	body, err := t.Body.Marshal()
	if err != nil {
		return nil, err
	}
	info, err := t.AuthInfo.Marshal()
	if err != nil {
		return nil, err
	}
	return (&txpb.TxRaw{BodyBytes: body, AuthInfoBytes: info, Signatures: t.Signatures}).Marshal()
}

func (r *run) txBroadcast() *cobra.Command {
	return r.command(spec{
		use: "broadcast FILE", short: "Send a transaction that tx sign printed", args: cobra.ExactArgs(1), flags: []func(*pflag.FlagSet){txFlags},
		do: func(o options, args []string) error {
			set, err := o.txSettings()
			if err != nil {
				return err
			}
			t, err := r.readTx(args[0])
			if err != nil {
				return err
			}
			if len(t.Signatures) == 0 || len(t.Signatures[0]) == 0 {
				return usage("%s is not signed yet: weft tx sign %s --from KEY", args[0], args[0])
			}
			raw, err := encodeTx(t)
			if err != nil {
				return err
			}
			node, err := client.New(o.GetString("node"))
			if err != nil {
				return err
			}
			res, err := node.Broadcast(r.ctx, raw)
			if errors.Is(err, client.ErrPending) {
				err = nil // it is these very bytes that the user wants sent
			}
			return r.follow(o, node, set, raw, res, err)
		},
	})
}

func (r *run) txSimulate() *cobra.Command {
	return r.command(spec{
		use: "simulate FILE", short: "Run a transaction against the latest state and drop it", args: cobra.ExactArgs(1), flags: []func(*pflag.FlagSet){txFlags},
		long: "Run the transaction in FILE (- for stdin) and show gas and events. If it is not\nsigned, --from names the account whose sequence is used.",
		do:   func(o options, args []string) error { return r.simulateFile(o, args[0]) },
	})
}

func (r *run) simulateFile(o options, file string) error {
	set, err := o.signSettings()
	if err != nil {
		return err
	}
	set.dry, set.offline = true, false
	t, err := r.readTx(file)
	if err != nil {
		return err
	}
	s := &session{run: r, o: o, set: set}
	if s.sender.keys, err = r.keys(o); err != nil {
		return err
	}
	if err := s.connect(); err != nil {
		return err
	}
	ctx, cancel := r.within(callPatience)
	defer cancel()
	if len(t.AuthInfo.SignerInfos) == 0 {
		if o.GetString("from") == "" {
			return usage("%s is not signed: name who would sign it with --from", file)
		}
		if err := s.identify(o.GetString("from")); err != nil {
			return err
		}
		_, sequence, err := s.node.Account(ctx, s.sender.address)
		if err != nil {
			return err
		}
		c, err := s.clientSender()
		if err != nil {
			return err
		}
		t.AuthInfo.SignerInfos = []*txpb.SignerInfo{{
			PublicKey: c.PubKey.Any(), Sequence: sequence,
			ModeInfo: &txpb.ModeInfo{Sum: &txpb.ModeInfo_Single_{Single: &txpb.ModeInfo_Single{Mode: signing.SignMode_SIGN_MODE_DIRECT}}},
		}}
		t.Signatures = [][]byte{{}}
	}
	raw, err := encodeTx(t)
	if err != nil {
		return err
	}
	res, err := s.node.Simulate(ctx, raw)
	if err != nil {
		return simulationFailed(err)
	}
	return r.printProto(o, res)
}

func (r *run) txEncode() *cobra.Command {
	return r.command(spec{
		use: "encode FILE", short: "Print the bytes of a transaction in base64", args: cobra.ExactArgs(1), raw: true,
		do: func(_ options, args []string) error {
			t, err := r.readTx(args[0])
			if err != nil {
				return err
			}
			raw, err := encodeTx(t)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(r.out, base64.StdEncoding.EncodeToString(raw))
			return err
		},
	})
}

func (r *run) txDecode() *cobra.Command {
	return r.command(spec{
		use: "decode BASE64", short: "Print the bytes of a transaction as JSON", args: cobra.ExactArgs(1), raw: true,
		do: func(_ options, args []string) error {
			raw, err := base64.StdEncoding.DecodeString(args[0])
			if err != nil {
				return usage("the argument is not base64: %w", err)
			}
			if _, err := tx.Decode(raw, maxFileBytes); err != nil {
				if _, verdict := chain.Verdict(err); verdict {
					return usage("%w", err)
				}
				return err
			}
			return r.printTx(raw)
		},
	})
}
