package cli

import (
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client/keyring"
)

func (r *run) keysExport() *cobra.Command {
	return r.command(spec{
		use: "export NAME", short: "Export a key, encrypted with a passphrase", args: cobra.ExactArgs(1), raw: true,
		example: "  weft keys export alice > alice.key",
		long:    "Print a private key in the armor of the Cosmos tools, encrypted with a\npassphrase that is asked for (or read from stdin, after that of the key).\nWith --unarmored-hex --unsafe print the bare secret.",
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

func (r *run) keysImportHex() *cobra.Command {
	return r.command(spec{
		use: "import-hex NAME [HEX]", short: "Import a bare secret in hex", args: cobra.RangeArgs(1, 2),
		long:    "Import a private key of 64 hexadecimal digits. Without HEX it is asked for (or\nis the next line of stdin): what stands on a command line is seen by others.",
		example: "  weft keys import-hex alice < secret.hex",
		flags:   []func(*pflag.FlagSet){keyringFlags, prefixFlag, keyTypeFlag},
		do: func(o options, args []string) error {
			if err := o.checkKeyType(); err != nil {
				return err
			}
			return r.storeSecret(o, args[0], func() ([32]byte, error) {
				if len(args) == 2 {
					return hexSecret("HEX", args[1])
				}
				line, err := r.secret("Secret in hex: ")
				if err != nil {
					return [32]byte{}, err
				}
				return hexSecret("what was read", string(line))
			})
		},
	})
}

// hexSecret reads 32 bytes in hex. The error does not repeat them.
func hexSecret(what, text string) ([32]byte, error) {
	raw, err := hex.DecodeString(strings.TrimPrefix(strings.TrimSpace(text), "0x"))
	if err != nil || len(raw) != 32 {
		return [32]byte{}, fmt.Errorf("%s does not hold 64 hexadecimal digits: %w", what, keyring.ErrCorrupt)
	}
	return [32]byte(raw), nil
}

func (r *run) importKey(o options, name, file string) error {
	return r.storeSecret(o, name, func() ([32]byte, error) {
		text, err := r.input(file, 16<<10)
		if err != nil {
			return [32]byte{}, err
		}
		if o.GetBool("unarmored-hex") {
			return hexSecret(file, string(text))
		}
		pass, err := r.secret("Passphrase of the imported key: ")
		if err != nil {
			return [32]byte{}, err
		}
		return keyring.Unarmor(string(text), pass)
	})
}

// storeSecret stores a secret under a new name and shows the key.
func (r *run) storeSecret(o options, name string, read func() ([32]byte, error)) error {
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
	secret, err := read()
	if err != nil {
		return err
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
