package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client/keyring"
	"github.com/weftchain/weft/tx"
)

func (r *run) keysCommand() *cobra.Command {
	return newGroup("keys", "Make, keep and show keys",
		r.keysAdd(), r.keysList(), r.keysShow(), r.keysDelete(), r.keysRename(),
		r.keysExport(), r.keysImport(), r.keysImportHex(), r.keysMnemonic(), r.keysParse(), r.keysKeyTypes())
}

// keyInfo is how a key is shown, as the Cosmos tools show it.
type keyInfo struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Address  string `json:"address"`
	PubKey   string `json:"pubkey"`
	Mnemonic string `json:"mnemonic,omitempty"`
}

// showAs is one of the three forms of an address.
type showAs func(chain.Bech32, chain.Address) string

var bechForms = map[string]showAs{
	"acc": chain.Bech32.Account, "val": chain.Bech32.Validator, "cons": chain.Bech32.Consensus,
}

func pubKeyJSON(key keyring.Key) (string, error) {
	data, err := tx.PubKeyJSON(key.PubKey)
	return string(data), err
}

func describe(key keyring.Key, prefix chain.Bech32, form showAs) (keyInfo, error) {
	pub, err := pubKeyJSON(key)
	return keyInfo{Name: key.Name, Type: string(key.Kind), Address: form(prefix, key.Address()), PubKey: pub}, err
}

func (r *run) keysList() *cobra.Command {
	return r.command(spec{
		use: "list", short: "List all keys", args: cobra.NoArgs,
		flags: []func(*pflag.FlagSet){keyringFlags, prefixFlag, func(f *pflag.FlagSet) { f.BoolP("list-names", "n", false, "names only") }},
		do: func(o options, _ []string) error {
			prefix, err := o.prefix()
			if err != nil {
				return err
			}
			keys, err := r.keys(o)
			if err != nil {
				return err
			}
			list, err := keys.List()
			if err != nil {
				return err
			}
			infos := make([]keyInfo, len(list))
			for i, key := range list {
				if infos[i], err = describe(key, prefix, chain.Bech32.Account); err != nil {
					return err
				}
				if o.GetBool("list-names") {
					if _, err := fmt.Fprintln(r.out, key.Name); err != nil {
						return err
					}
				}
			}
			if o.GetBool("list-names") {
				return nil
			}
			return r.printValue(o, infos)
		},
	})
}

func (r *run) keysShow() *cobra.Command {
	return r.command(spec{
		use: "show NAME_OR_ADDRESS...", short: "Show one key", args: cobra.MinimumNArgs(1),
		long:    "Show one key. Several names stand for the multisig of these keys, in this\norder, which is shown and not stored; --multisig-threshold says how many sign.",
		example: "  weft keys show alice\n  weft keys show alice -a\n  weft keys show alice --bech val -a\n  weft keys show alice bob carol --multisig-threshold 2",
		flags: []func(*pflag.FlagSet){keyringFlags, prefixFlag, func(f *pflag.FlagSet) {
			f.BoolP("address", "a", false, "the address only")
			f.BoolP("pubkey", "p", false, "the public key only")
			f.String("bech", "acc", "form of the address: acc, val or cons")
			f.Int("multisig-threshold", 1, "how many of several keys must sign")
		}},
		do: func(o options, args []string) error { return r.showKey(o, args) },
	})
}

func (r *run) showKey(o options, who []string) error {
	form, ok := bechForms[o.GetString("bech")]
	if !ok {
		return usage("--bech %.40q is not acc, val or cons", o.GetString("bech"))
	}
	if o.GetBool("address") && o.GetBool("pubkey") {
		return usage("--address and --pubkey exclude each other")
	}
	prefix, err := o.prefix()
	if err != nil {
		return err
	}
	keys, err := r.keys(o)
	if err != nil {
		return err
	}
	key, err := keyOrMultisig(keys, prefix, who, o.GetInt("multisig-threshold"))
	if err != nil {
		return err
	}
	info, err := describe(key, prefix, form)
	if err != nil {
		return err
	}
	switch {
	case o.GetBool("address"):
		_, err = fmt.Fprintln(r.out, info.Address)
	case o.GetBool("pubkey"):
		_, err = fmt.Fprintln(r.out, info.PubKey)
	default:
		err = r.printValue(o, info)
	}
	return err
}

// keyOrMultisig finds one key, or makes the multisig of several.
func keyOrMultisig(keys *keyring.Keyring, prefix chain.Bech32, who []string, threshold int) (keyring.Key, error) {
	if len(who) == 1 {
		return findKey(keys, prefix, who[0])
	}
	members, err := publicKeys(keys, prefix, who)
	if err != nil {
		return keyring.Key{}, err
	}
	pub, err := tx.NewMultisig(threshold, members...)
	return keyring.Key{Name: "multi", Kind: keyring.KindMulti, PubKey: pub}, err
}

// publicKeys finds the public keys of several names or addresses.
func publicKeys(keys *keyring.Keyring, prefix chain.Bech32, who []string) ([]tx.PubKey, error) {
	list := make([]tx.PubKey, len(who))
	for i, name := range who {
		key, err := findKey(keys, prefix, name)
		if err != nil {
			return nil, err
		}
		list[i] = key.PubKey
	}
	return list, nil
}

func (r *run) keysDelete() *cobra.Command {
	return r.command(spec{
		use: "delete NAME...", short: "Delete keys", args: cobra.MinimumNArgs(1), raw: true,
		example: "  weft keys delete alice -y",
		flags:   []func(*pflag.FlagSet){keyringFlags, yesFlag},
		do: func(o options, args []string) error {
			keys, err := r.keys(o)
			if err != nil {
				return err
			}
			for _, name := range args { // all or none: a typing error deletes nothing
				if _, err := keys.Get(name); err != nil {
					return err
				}
			}
			if err := r.confirm(o, fmt.Sprintf("Delete %s from %s for ever?", strings.Join(args, ", "), keys.Folder())); err != nil {
				return err
			}
			for _, name := range args {
				if err := keys.Delete(name); err != nil {
					return err
				}
				fmt.Fprintf(r.err, "key %s deleted\n", name)
			}
			return nil
		},
	})
}

func (r *run) keysRename() *cobra.Command {
	return r.command(spec{
		use: "rename NAME NEW_NAME", short: "Give a key another name", args: cobra.ExactArgs(2), raw: true,
		flags: []func(*pflag.FlagSet){keyringFlags, yesFlag},
		do: func(o options, args []string) error {
			keys, err := r.keys(o)
			if err != nil {
				return err
			}
			if _, err := keys.Rename(args[0], args[1]); err != nil {
				return err
			}
			fmt.Fprintf(r.err, "key %s is now %s\n", args[0], args[1])
			return nil
		},
	})
}
