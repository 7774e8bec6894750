package cli

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/tx"
)

func (r *run) txBroadcast() *cobra.Command {
	return r.command(spec{
		use: "broadcast FILE", short: "Send a transaction that tx sign printed", args: cobra.ExactArgs(1), flags: []func(*pflag.FlagSet){txFlags},
		long:    "Send the signed transaction in FILE (- for stdin) and wait until a block holds\nit, or as --wait says.",
		example: "  weft tx broadcast signed.json\n  weft tx broadcast signed.json --wait accept",
		do: func(o options, args []string) error {
			set, err := o.txSettings()
			if err != nil {
				return err
			}
			if set.offline {
				return usage("--offline cannot broadcast")
			}
			t, err := r.readTx(args[0])
			if err != nil {
				return err
			}
			if err := complete(t); err != nil {
				return usage("%s %w: weft tx sign %s --from KEY", args[0], err, args[0])
			}
			raw, err := tx.Encode(t)
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

// complete reports what is missing of a transaction's signatures.
func complete(t *txpb.Tx) error {
	if len(t.Signatures) == 0 {
		return errors.New("is not signed yet")
	}
	for i, sig := range t.Signatures {
		if len(sig) == 0 {
			return fmt.Errorf("is not signed yet by its signer %d of %d", i+1, len(t.Signatures))
		}
	}
	return nil
}

func (r *run) txSimulate() *cobra.Command {
	return r.command(spec{
		use: "simulate FILE", short: "Run a transaction against the latest state and drop it", args: cobra.ExactArgs(1), flags: []func(*pflag.FlagSet){txFlags},
		long:    "Run the transaction in FILE (- for stdin) and show gas and events. It need not\nbe signed: signers, their keys and sequences are looked up.",
		example: "  weft tx simulate unsigned.json -o json",
		do:      func(o options, args []string) error { return r.simulateFile(o, args[0]) },
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
	d, err := decoded(file, t)
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
	signers, err := d.Signers(s.sender.prefix)
	if err != nil {
		return usage("%s: %w", file, err)
	}
	if err := s.fillSlots(ctx, t, signers); err != nil {
		return err
	}
	raw, err := tx.Encode(t)
	if err != nil {
		return err
	}
	res, err := s.node.Simulate(ctx, raw)
	if err != nil {
		return simulationFailed(err)
	}
	return r.printProto(o, res)
}

// fillSlots puts what a simulation needs into the slots of those who have not
// signed: a key and the sequence.
func (s *session) fillSlots(ctx context.Context, t *txpb.Tx, signers []chain.Address) error {
	tx.PrepareSlots(t, len(signers))
	for i, signer := range signers {
		info := t.AuthInfo.SignerInfos[i]
		if info.PublicKey != nil && info.ModeInfo != nil {
			continue
		}
		address := s.sender.prefix.Account(signer)
		_, sequence, err := s.account(ctx, address)
		if err != nil {
			return err
		}
		if t.Body.Unordered {
			sequence = 0
		}
		key := client.StandIn()
		if known, err := s.sender.keys.Find(signer); err == nil {
			key = known.PubKey
		}
		mode := s.set.mode
		if mode == 0 {
			mode = tx.Direct
		}
		t.AuthInfo.SignerInfos[i] = &txpb.SignerInfo{PublicKey: key.Any(), ModeInfo: tx.SingleMode(mode), Sequence: sequence}
	}
	return nil
}

func (r *run) txEncode() *cobra.Command {
	return r.command(spec{
		use: "encode FILE", short: "Print the bytes of a transaction in base64", args: cobra.ExactArgs(1), raw: true,
		example: "  weft tx encode signed.json",
		do: func(_ options, args []string) error {
			t, err := r.readTx(args[0])
			if err != nil {
				return err
			}
			raw, err := tx.Encode(t)
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
		use: "decode BYTES", short: "Print the bytes of a transaction as JSON", args: cobra.ExactArgs(1), raw: true,
		long:    "Print a transaction, given in base64, as JSON. - reads the base64 from stdin.",
		example: "  weft tx decode CpIBCo8B…\n  weft tx decode --hex 0a92010a8f01…",
		flags:   []func(*pflag.FlagSet){func(f *pflag.FlagSet) { f.BoolP("hex", "x", false, "the bytes are in hex") }},
		do: func(o options, args []string) error {
			raw, err := r.bytesArg(args[0], o.GetBool("hex"))
			if err != nil {
				return err
			}
			d, err := tx.Decode(raw, maxFileBytes)
			if err != nil {
				if _, verdict := chain.Verdict(err); verdict {
					return usage("%w", err)
				}
				return err
			}
			return r.printTx(d.Proto())
		},
	})
}

// bytesArg reads bytes in base64 or hex, from stdin if the argument is -.
func (r *run) bytesArg(arg string, isHex bool) ([]byte, error) {
	if arg == "-" {
		text, err := readAll(r.lines, "stdin", maxFileBytes)
		if err != nil {
			return nil, err
		}
		arg = string(text)
	}
	arg = strings.TrimSpace(arg)
	if isHex {
		raw, err := hex.DecodeString(arg)
		if err != nil {
			return nil, usage("the argument is not hex: %w", err)
		}
		return raw, nil
	}
	raw, err := base64.StdEncoding.DecodeString(arg)
	if err != nil {
		return nil, usage("the argument is not base64: %w", err)
	}
	return raw, nil
}
