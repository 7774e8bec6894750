package cli

import (
	"bytes"
	"compress/gzip"
	"strconv"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/wire"
	"github.com/weftchain/weft/contracts/tool/schema"
	wasm "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
)

// Bounds that every chain has (wasm-module facts, section 1).
const (
	maxSaltBytes  = 64
	maxLabelBytes = 128
)

func (r *run) txWasm() *cobra.Command {
	return newGroup("wasm", "Upload code and use contracts",
		r.txStore(), r.txInstantiate(), r.txInstantiate2(), r.txExecute(), r.txMigrate(),
		r.txSetAdmin(), r.txClearAdmin(), r.txSetLabel(), r.txUpdateConfig())
}

func (r *run) txStore() *cobra.Command {
	return r.transact(transact{
		use: "store FILE", aliases: []string{"upload", "st", "s"}, short: "Upload the module of a contract", args: cobra.ExactArgs(1),
		example: "  weft tx wasm store contract.wasm --from alice",
		long:    "Upload a wasm module. It is sent compressed; a file that is compressed\nalready is sent as it is.",
		flags:   accessFlags,
		check: func(o options, args []string) (maker, error) {
			access, err := o.access()
			if err != nil {
				return nil, err
			}
			code, err := r.moduleArg(args[0])
			return func(s sender) ([]chain.Message, error) {
				permission, err := access(s)
				return []chain.Message{&wasm.MsgStoreCode{Sender: s.address, WASMByteCode: code, InstantiatePermission: permission}}, err
			}, err
		},
	})
}

var (
	wasmMagic = []byte("\x00asm")
	gzipMagic = []byte("\x1f\x8b")
)

// moduleArg reads a module and compresses it.
func (r *run) moduleArg(file string) ([]byte, error) {
	code, err := r.input(file, maxFileBytes)
	if err != nil {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(code, gzipMagic):
		return code, nil
	case !bytes.HasPrefix(code, wasmMagic):
		return nil, usage("%s is not a wasm module: it does not begin with \\0asm", file)
	}
	return compressed(code)
}

// compressed packs a module for its upload.
func compressed(code []byte) ([]byte, error) {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(code); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

func accessFlags(f *pflag.FlagSet) {
	f.String("instantiate-nobody", "", "true: nobody may make contracts of the code")
	f.String("instantiate-everybody", "", "true: everybody may make contracts of the code")
	f.String("instantiate-anyof-addresses", "", "only these may make contracts of the code: address,address,…")
	f.String("instantiate-only-address", "", "only this address may make contracts of the code")
}

// access reads accessFlags; without any of them the permission is nil, which
// leaves it to the chain.
func (o options) access() (func(sender) (*wasm.AccessConfig, error), error) {
	only := o.GetString("instantiate-only-address")
	if several := o.GetString("instantiate-anyof-addresses"); several != "" {
		if only != "" {
			return nil, usage("--instantiate-only-address and --instantiate-anyof-addresses exclude each other")
		}
		only = several
	}
	nobody, err := o.truth("instantiate-nobody")
	if err != nil {
		return nil, err
	}
	everybody, err := o.truth("instantiate-everybody")
	if err != nil {
		return nil, err
	}
	if (nobody && everybody) || (only != "" && (nobody || everybody)) {
		return nil, usage("the --instantiate-… flags exclude each other")
	}
	return func(s sender) (*wasm.AccessConfig, error) {
		switch {
		case nobody:
			return &wasm.AccessConfig{Permission: wasm.AccessTypeNobody}, nil
		case everybody:
			return &wasm.AccessConfig{Permission: wasm.AccessTypeEverybody}, nil
		case only != "":
			list, err := accessAddresses(s, only)
			return &wasm.AccessConfig{Permission: wasm.AccessTypeAnyOfAddresses, Addresses: list}, err
		}
		return nil, nil
	}, nil
}

// truth reads a flag that takes true or false as a word of its own, as wasmd's
// flags of that name do.
func (o options) truth(name string) (bool, error) {
	text := o.GetString(name)
	if text == "" {
		return false, nil
	}
	yes, err := strconv.ParseBool(text)
	if err != nil {
		return false, usage("--%s %.40q is not true or false", name, text)
	}
	return yes, nil
}

func instantiateFlags(f *pflag.FlagSet) {
	f.String("label", "", "name of the contract for people; needed")
	f.String("admin", "", "address or key that may migrate the contract")
	f.Bool("no-admin", false, "nobody may ever migrate the contract")
	f.String("amount", "", "coins to send along, such as 5uweft")
}

// instantiation is what the two instantiate commands share.
type instantiation struct {
	codeID uint64
	label  string
	admin  string // as given
	funds  chain.Coins
}

func (r *run) instantiation(o options, code string) (in instantiation, err error) {
	if in.codeID, err = codeIDArg(code); err != nil {
		return in, err
	}
	if in.label, err = labelArg("--label", o.GetString("label")); err != nil {
		return in, err
	}
	in.admin = o.GetString("admin")
	if (in.admin != "") == o.GetBool("no-admin") {
		return in, usage("give either --admin ADDRESS or --no-admin")
	}
	in.funds, err = fundsFlag(o)
	return in, err
}

// adminAddress resolves the admin, "" for none.
func (in instantiation) adminAddress(s sender) (string, error) {
	if in.admin == "" {
		return "", nil
	}
	return s.resolve("admin", in.admin)
}

// labelArg checks a label as every chain will.
func labelArg(what, label string) (string, error) {
	if label == "" {
		return "", usage("%s is missing: a name of the contract for people", what)
	}
	if len(label) > maxLabelBytes {
		return "", usage("%s has %d bytes, at most %d", what, len(label), maxLabelBytes)
	}
	if label != strings.TrimSpace(label) || strings.IndexFunc(label, func(c rune) bool { return !unicode.IsPrint(c) }) >= 0 {
		return "", usage("%s %q begins or ends with a space or holds a character that cannot be printed", what, label)
	}
	return label, nil
}

func fundsFlag(o options) (chain.Coins, error) {
	funds, err := chain.ParseCoins(o.GetString("amount"))
	if err != nil {
		return nil, usage("--amount: %w", err)
	}
	return funds, nil
}

func (r *run) txInstantiate() *cobra.Command {
	return r.transact(transact{
		use: "instantiate CODE_ID JSON", aliases: []string{"start", "init", "inst", "i"}, short: "Make a contract of a code", args: typedArgs,
		example: "  weft tx wasm instantiate 1 '{\"count\":0}' --label counter --admin alice --from alice\n  weft tx wasm instantiate 1 count=0 --schema counter.json --label counter --no-admin --from alice",
		long:    "Make a contract. JSON is the message for it.\n" + typedLong,
		flags:   func(f *pflag.FlagSet) { instantiateFlags(f); schemaFlag(f) },
		check: func(o options, args []string) (maker, error) {
			in, err := r.instantiation(o, args[0])
			if err != nil {
				return nil, err
			}
			message, err := r.wasmMessage(o, schema.Instantiate, args)
			return func(s sender) ([]chain.Message, error) {
				admin, err := in.adminAddress(s)
				if err != nil {
					return nil, err
				}
				msg, err := message(s.addresses)
				return []chain.Message{&wasm.MsgInstantiateContract{
					Sender: s.address, Admin: admin, CodeID: in.codeID, Label: in.label, Msg: msg, Funds: wire.ProtoCoins(in.funds),
				}}, err
			}, err
		},
	})
}

func (r *run) txInstantiate2() *cobra.Command {
	return r.transact(transact{
		use: "instantiate2 CODE_ID JSON SALT", short: "Make a contract at an address that is known beforehand", args: cobra.ExactArgs(3),
		example: "  weft tx wasm instantiate2 1 '{\"count\":0}' 0a0b --label counter --no-admin --from alice",
		long:    "Make a contract whose address follows from the code, the sender and SALT (in\nhex unless a flag says otherwise); see weft query wasm build-address.",
		flags: func(f *pflag.FlagSet) {
			instantiateFlags(f)
			encodingFlags(f)
			f.Bool("fix-msg", false, "let the address depend on the message too")
		},
		check: func(o options, args []string) (maker, error) {
			in, err := r.instantiation(o, args[0])
			if err != nil {
				return nil, err
			}
			msg, err := r.jsonArg("the message", args[1])
			if err != nil {
				return nil, err
			}
			salt, err := o.decode("salt", args[2], hexText)
			if err == nil && (len(salt) == 0 || len(salt) > maxSaltBytes) {
				err = usage("the salt has %d bytes, it must have 1 to %d", len(salt), maxSaltBytes)
			}
			return func(s sender) ([]chain.Message, error) {
				admin, err := in.adminAddress(s)
				return []chain.Message{&wasm.MsgInstantiateContract2{
					Sender: s.address, Admin: admin, CodeID: in.codeID, Label: in.label, Msg: msg, Funds: wire.ProtoCoins(in.funds),
					Salt: salt, FixMsg: o.GetBool("fix-msg"),
				}}, err
			}, err
		},
	})
}

func (r *run) txExecute() *cobra.Command {
	return r.transact(transact{
		use: "execute CONTRACT JSON", aliases: []string{"run", "call", "exec", "ex", "e"}, short: "Send a message to a contract", args: typedArgs,
		example: "  weft tx wasm execute weft1… '{\"increment\":{}}' --amount 5uweft --from alice\n  weft tx wasm execute weft1… transfer recipient=bob amount=5 --schema cw20-base.json --from alice",
		long:    "Send a message to a contract. " + typedLong,
		flags: func(f *pflag.FlagSet) {
			f.String("amount", "", "coins to send along, such as 5uweft")
			schemaFlag(f)
		},
		check: func(o options, args []string) (maker, error) {
			funds, err := fundsFlag(o)
			if err != nil {
				return nil, err
			}
			message, err := r.wasmMessage(o, schema.Execute, args)
			return func(s sender) ([]chain.Message, error) {
				contract, err := s.contract(args[0])
				if err != nil {
					return nil, err
				}
				msg, err := message(s.addresses)
				return []chain.Message{&wasm.MsgExecuteContract{Sender: s.address, Contract: contract, Msg: msg, Funds: wire.ProtoCoins(funds)}}, err
			}, err
		},
	})
}

// contract checks the address of a contract.
func (s sender) contract(text string) (string, error) {
	if _, err := s.prefix.ParseAccount(text); err != nil {
		return "", usage("contract %.100q: %w", text, err)
	}
	return text, nil
}
