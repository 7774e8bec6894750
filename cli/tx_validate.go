package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	signing "github.com/weftchain/weft/proto/cosmos/tx/signing/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/tx"
)

func (r *run) txValidate() *cobra.Command {
	return r.command(spec{
		use: "validate-signatures FILE", short: "Check the signatures of a transaction", args: cobra.ExactArgs(1),
		long:    "List who must sign the transaction in FILE (- for stdin) and who has, and check\nthe signatures; exit code 5 if one is missing or wrong. With --offline only order\nand keys are checked: the sign bytes hold what only a node knows.",
		example: "  weft tx validate-signatures signed.json",
		flags:   []func(*pflag.FlagSet){txFlags},
		do:      func(o options, args []string) error { return r.validate(o, args[0]) },
	})
}

// verdict is what is found of the signatures of a transaction.
type verdict struct {
	Signers    []string                            `json:"signers"`
	Signatures []slotOfVerdict                     `json:"signatures"`
	Valid      bool                                `json:"valid"`
	parsed     []chain.Address                     // of Signers
	decoded    *tx.Tx                              // what is signed
	who        func(string) (tx.SignerData, error) // nil if nobody can be asked
}

type slotOfVerdict struct {
	Signer string `json:"signer"`
	Result string `json:"result"` // OK, or what is wrong
}

func (r *run) validate(o options, file string) error {
	set, err := o.signSettings()
	if err != nil {
		return err
	}
	t, err := r.readTx(file)
	if err != nil {
		return err
	}
	s := &session{run: r, o: o, set: set}
	if set.offline {
		s.sender.prefix, err = o.prefix()
	} else {
		err = s.connect()
	}
	if err != nil {
		return err
	}
	v := &verdict{Valid: true}
	if v.decoded, err = decoded(file, t); err != nil {
		return err
	}
	if v.parsed, err = v.decoded.Signers(s.sender.prefix); err != nil {
		return usage("%s: %w", file, err)
	}
	ctx, cancel := r.within(callPatience)
	defer cancel()
	if !set.offline {
		v.who = func(address string) (tx.SignerData, error) { return s.signerData(ctx, t, address) }
	}
	if err := v.fill(s.sender.prefix, t); err != nil {
		return err
	}
	if err := r.printVerdict(o, v); err != nil {
		return err
	}
	if !v.Valid {
		return fail(exitCheck, "%s is not completely and correctly signed", file)
	}
	return nil
}

// signerData is what a signature of an account covers beside the transaction.
func (s *session) signerData(ctx context.Context, t *txpb.Tx, address string) (tx.SignerData, error) {
	number, sequence, err := s.account(ctx, address)
	if t.Body.Unordered {
		sequence = 0
	}
	return tx.SignerData{ChainID: s.set.chainID, AccountNumber: number, Sequence: sequence}, err
}

// account asks the node for the number and sequence of an account.
func (s *session) account(ctx context.Context, address string) (number, sequence uint64, err error) {
	number, sequence, err = s.node.Account(ctx, address)
	if client.NotFound(err) {
		return 0, 0, fmt.Errorf("account %s on %s: %w", address, s.set.chainID, client.ErrNoAccount)
	}
	return number, sequence, err
}

// fill judges the slot of each signer.
func (v *verdict) fill(prefix chain.Bech32, t *txpb.Tx) error {
	v.Signatures = []slotOfVerdict{}
	for i, signer := range v.parsed {
		address := prefix.Account(signer)
		v.Signers = append(v.Signers, address)
		wrong, err := v.judge(t, i)
		if err != nil {
			return err
		}
		result := "OK"
		if wrong != nil {
			v.Valid, result = false, "ERROR: "+wrong.Error()
		}
		v.Signatures = append(v.Signatures, slotOfVerdict{address, result})
	}
	if more := len(t.Signatures); more > len(v.parsed) {
		v.Valid = false
		v.Signatures = append(v.Signatures, slotOfVerdict{"", fmt.Sprintf("ERROR: %d signatures for %d signers", more, len(v.parsed))})
	}
	return nil
}

// errUnsigned says that a slot holds no signature.
var errUnsigned = errors.New("not signed yet")

// judge returns what is wrong with the signature in a slot, nil if nothing is.
// fault is about asking the node.
func (v *verdict) judge(t *txpb.Tx, slot int) (wrong, fault error) {
	if slot >= len(t.Signatures) || len(t.Signatures[slot]) == 0 || slot >= len(t.AuthInfo.SignerInfos) {
		return errUnsigned, nil
	}
	info := t.AuthInfo.SignerInfos[slot]
	key, err := tx.PubKeyFromAny(info.PublicKey)
	if err != nil {
		return err, nil
	}
	if key.Address() != v.parsed[slot] {
		return errors.New("signature does not match its respective signer"), nil
	}
	data, err := tx.JoinSignature(info.ModeInfo, t.Signatures[slot])
	if err != nil || v.who == nil {
		return err, nil
	}
	who, fault := v.who(v.Signers[slot])
	if fault != nil {
		return nil, fault
	}
	if info.Sequence != who.Sequence {
		return fmt.Errorf("signed with sequence %d, the account has %d", info.Sequence, who.Sequence), nil
	}
	sig := &signing.SignatureDescriptor{PublicKey: info.PublicKey, Data: data, Sequence: info.Sequence}
	return v.decoded.VerifySignature(sig, who), nil
}

// printVerdict prints a verdict as the Cosmos tools do, or as JSON.
func (r *run) printVerdict(o options, v *verdict) error {
	if o.json() {
		return r.printValue(o, v)
	}
	fmt.Fprintln(r.out, "Signers:")
	for i, address := range v.Signers {
		fmt.Fprintf(r.out, "  %d: %s\n", i, address)
	}
	fmt.Fprintln(r.out, "\nSignatures:")
	for i, s := range v.Signatures {
		fmt.Fprintf(r.out, "  %d: %s\t\t\t[%s]\n", i, s.Signer, printable(s.Result))
	}
	_, err := fmt.Fprintln(r.out)
	return err
}
