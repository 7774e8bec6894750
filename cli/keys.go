package cli

import (
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/client/keyring"
	"github.com/weftchain/weft/tx"
)

func (r *run) keysCommand() *cobra.Command {
	return newGroup("keys", "Make, keep and show keys",
		r.keysAdd(), r.keysList(), r.keysShow(), r.keysDelete(), r.keysRename(), r.keysExport(), r.keysImport(), r.keysMnemonic())
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
	pub, err := tx.ParsePubKey(key.PubKey)
	if err != nil {
		return "", err
	}
	data, err := client.JSON(pub.Any())
	return string(data), err
}

func describe(key keyring.Key, prefix chain.Bech32, form showAs) (keyInfo, error) {
	pub, err := pubKeyJSON(key)
	return keyInfo{Name: key.Name, Type: "local", Address: form(prefix, key.Address()), PubKey: pub}, err
}

func (r *run) keysAdd() *cobra.Command {
	return r.command(spec{
		use: "add NAME", short: "Make a key from a new mnemonic, or from one that you have",
		long: "Make a key and store it.\n\nWithout --recover a new mnemonic is made and shown once: write it down. With\n--recover the mnemonic is read from stdin, before any passphrase.",
		args: cobra.ExactArgs(1),
		flags: []func(*pflag.FlagSet){keyringFlags, prefixFlag, func(f *pflag.FlagSet) {
			f.Bool("recover", false, "read the mnemonic from stdin")
			f.Bool("no-backup", false, "do not show the new mnemonic")
			f.Bool("dry-run", false, "show the key and store nothing")
			f.Int("words", 24, "words of a new mnemonic: 12, 15, 18, 21 or 24")
			f.Uint32("account", 0, "account number of the derivation path")
			f.Uint32("index", 0, "address index of the derivation path")
			f.String("hd-path", "", "derivation path, instead of --account and --index")
			f.String("key-type", "secp256k1", "kind of key: secp256k1")
		}},
		do: func(o options, args []string) error { return r.addKey(o, args[0]) },
	})
}

func (r *run) addKey(o options, name string) error {
	path, err := derivationPath(o)
	if err != nil {
		return err
	}
	if kind := o.GetString("key-type"); kind != "secp256k1" {
		return usage("--key-type %.40q is not known; accounts use secp256k1", kind)
	}
	prefix, err := o.prefix()
	if err != nil {
		return err
	}
	keys, err := r.keys(o)
	if err != nil {
		return err
	}
	if err := keys.Free(name); err != nil {
		return hint(err, "Take another name, or remove that key first: weft keys delete NAME")
	}
	mnemonic, err := r.mnemonic(o)
	if err != nil {
		return err
	}
	secret, err := keyring.FromMnemonic(mnemonic, "", path)
	if err != nil {
		return err
	}
	key := keyring.Key{Name: name, Path: path}
	if o.GetBool("dry-run") {
		priv, err := tx.NewPrivKey(secret[:])
		if err != nil {
			return err
		}
		key.PubKey = priv.PubKey().Bytes()
	} else if key, err = keys.Add(name, secret, path); err != nil {
		return err
	}
	info, err := describe(key, prefix, chain.Bech32.Account)
	if err != nil {
		return err
	}
	if !o.GetBool("recover") && !o.GetBool("no-backup") {
		info.Mnemonic = mnemonic
		fmt.Fprintln(r.err, "Write the mnemonic down now and keep it safe: it is the only way to get the key back, and it is not shown again.")
	}
	return r.printValue(o, info)
}

func derivationPath(o options) (string, error) {
	if path := o.GetString("hd-path"); path != "" {
		if o.given("account") || o.given("index") {
			return "", usage("--hd-path and --account or --index exclude each other")
		}
		return path, nil
	}
	return keyring.CosmosPath(o.GetUint32("account"), o.GetUint32("index"))
}

func (r *run) mnemonic(o options) (string, error) {
	if !o.GetBool("recover") {
		return keyring.NewMnemonic(o.GetInt("words"))
	}
	text, err := r.secret("Mnemonic: ")
	if err != nil {
		return "", err
	}
	return keyring.CheckMnemonic(string(text))
}

func (r *run) keysMnemonic() *cobra.Command {
	return r.command(spec{
		use: "mnemonic", short: "Make a mnemonic and store nothing", args: cobra.NoArgs, raw: true,
		flags: []func(*pflag.FlagSet){func(f *pflag.FlagSet) { f.Int("words", 24, "number of words: 12, 15, 18, 21 or 24") }},
		do: func(o options, _ []string) error {
			words, err := keyring.NewMnemonic(o.GetInt("words"))
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(r.out, words)
			return err
		},
	})
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
		use: "show NAME_OR_ADDRESS", short: "Show one key", args: cobra.ExactArgs(1),
		flags: []func(*pflag.FlagSet){keyringFlags, prefixFlag, func(f *pflag.FlagSet) {
			f.BoolP("address", "a", false, "the address only")
			f.BoolP("pubkey", "p", false, "the public key only")
			f.String("bech", "acc", "form of the address: acc, val or cons")
		}},
		do: func(o options, args []string) error { return r.showKey(o, args[0]) },
	})
}

func (r *run) showKey(o options, who string) error {
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
	key, err := findKey(keys, prefix, who)
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

func (r *run) keysDelete() *cobra.Command {
	return r.command(spec{
		use: "delete NAME...", short: "Delete keys", args: cobra.MinimumNArgs(1), raw: true,
		flags: []func(*pflag.FlagSet){keyringFlags, yesFlag},
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

func (r *run) keysExport() *cobra.Command {
	return r.command(spec{
		use: "export NAME", short: "Export a key, encrypted with a passphrase", args: cobra.ExactArgs(1), raw: true,
		long: "Print a private key in the armor of the Cosmos tools, encrypted with a\npassphrase that is asked for (or read from stdin, after that of the key).\nWith --unarmored-hex --unsafe print the bare secret.",
		flags: []func(*pflag.FlagSet){keyringFlags, yesFlag, func(f *pflag.FlagSet) {
			f.Bool("unarmored-hex", false, "print the secret itself in hex; needs --unsafe")
			f.Bool("unsafe", false, "confirm that whoever sees the output may take all that the key holds")
		}},
		do: func(o options, args []string) error { return r.exportKey(o, args[0]) },
	})
}

func (r *run) exportKey(o options, name string) error {
	bare := o.GetBool("unarmored-hex")
	if bare != o.GetBool("unsafe") {
		return usage("--unarmored-hex and --unsafe go together: one shows the secret, the other says that you mean it")
	}
	keys, err := r.keys(o)
	if err != nil {
		return err
	}
	if _, err := keys.Get(name); err != nil {
		return err
	}
	if bare {
		if err := r.confirm(o, fmt.Sprintf("Print the unencrypted secret of key %s?", name)); err != nil {
			return err
		}
	}
	secret, err := keys.Priv(name)
	if err != nil {
		return err
	}
	text := hex.EncodeToString(secret[:]) + "\n"
	if !bare {
		pass, err := r.newSecret("Passphrase for the exported key (at least 8 characters): ")
		if err != nil {
			return err
		}
		if text, err = keyring.Armor(secret, pass); err != nil {
			return err
		}
	}
	_, err = fmt.Fprint(r.out, text)
	return err
}

func (r *run) keysImport() *cobra.Command {
	return r.command(spec{
		use: "import NAME FILE", short: "Import a key that keys export (or a Cosmos tool) wrote", args: cobra.ExactArgs(2),
		long: "Read an armored private key from a file, or from stdin if FILE is -. Its\npassphrase is asked for (or is the next line of stdin).",
		flags: []func(*pflag.FlagSet){keyringFlags, prefixFlag, func(f *pflag.FlagSet) {
			f.Bool("unarmored-hex", false, "FILE holds the bare secret in hex")
		}},
		do: func(o options, args []string) error { return r.importKey(o, args[0], args[1]) },
	})
}

func (r *run) importKey(o options, name, file string) error {
	prefix, err := o.prefix()
	if err != nil {
		return err
	}
	keys, err := r.keys(o)
	if err != nil {
		return err
	}
	if err := keys.Free(name); err != nil {
		return err
	}
	text, err := r.input(file, 16<<10)
	if err != nil {
		return err
	}
	var secret [32]byte
	if o.GetBool("unarmored-hex") {
		raw, err := hex.DecodeString(strings.TrimSpace(string(text)))
		if err != nil || len(raw) != 32 {
			return fmt.Errorf("%s does not hold 64 hexadecimal digits: %w", file, keyring.ErrCorrupt)
		}
		secret = [32]byte(raw)
	} else {
		pass, err := r.secret("Passphrase of the imported key: ")
		if err != nil {
			return err
		}
		if secret, err = keyring.Unarmor(string(text), pass); err != nil {
			return err
		}
	}
	key, err := keys.Add(name, secret, "")
	if err != nil {
		return err
	}
	info, err := describe(key, prefix, chain.Bech32.Account)
	if err != nil {
		return err
	}
	return r.printValue(o, info)
}
