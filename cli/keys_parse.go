package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client/keyring"
	"github.com/weftchain/weft/tx"
)

func (r *run) keysParse() *cobra.Command {
	return r.command(spec{
		use: "parse HEX_OR_ADDRESS", short: "Show an address in its other forms", args: cobra.ExactArgs(1),
		long:    "Show the bytes and the prefix of an address of any chain, or all forms that\nbytes in hex have on this one.",
		example: "  weft keys parse weft1…\n  weft keys parse A81A0E3D8B46914C3A3E4DBB2A8D8AC6F0A3B2C1 -o json",
		flags:   []func(*pflag.FlagSet){prefixFlag},
		do: func(o options, args []string) error {
			text := strings.TrimSpace(args[0])
			if at := strings.LastIndexByte(text, '1'); at > 0 {
				human := strings.ToLower(text[:at])
				if addr, err := chain.Bech32(human).ParseAnyLength(text); err == nil {
					return r.printValue(o, struct {
						Human string `json:"human"`
						Bytes string `json:"bytes"`
					}{human, fmt.Sprintf("%X", addr.Bytes())})
				}
			}
			raw, err := hex.DecodeString(text)
			if err != nil || len(raw) == 0 || len(raw) > chain.MaxAddressBytes {
				return usage("%.100q is neither an address nor the hex of 1 to %d bytes", text, chain.MaxAddressBytes)
			}
			prefix, err := o.prefix()
			if err != nil {
				return err
			}
			return r.printValue(o, map[string][]string{"formats": addressForms(prefix, chain.Address(raw))})
		},
	})
}

// addressForms are the forms of an address in the order of the Cosmos tools.
func addressForms(prefix chain.Bech32, addr chain.Address) []string {
	var forms []string
	for _, suffix := range []string{"", "pub", "valoper", "valoperpub", "valcons", "valconspub"} {
		forms = append(forms, (prefix + chain.Bech32(suffix)).Account(addr))
	}
	return forms
}

func (r *run) keysKeyTypes() *cobra.Command {
	return r.command(spec{
		use: "list-key-types", short: "List the kinds of keys that can be made here", args: cobra.NoArgs, raw: true,
		do: func(options, []string) error {
			_, err := fmt.Fprintln(r.out, tx.Secp256k1)
			return err
		},
	})
}

// minEntropy is how many characters somebody's own entropy must have: 256 bits
// in base64.
const minEntropy = 43

func (r *run) keysMnemonic() *cobra.Command {
	return r.command(spec{
		use: "mnemonic", short: "Make a mnemonic and store nothing", args: cobra.NoArgs, raw: true,
		long:    "Make a mnemonic from the system's randomness and store nothing. With\n--unsafe-entropy it is made from a line of your own: who can guess the line has\nthe key.",
		example: "  weft keys mnemonic --words 12",
		flags: []func(*pflag.FlagSet){yesFlag, func(f *pflag.FlagSet) {
			f.Int("words", 24, "number of words: 12, 15, 18, 21 or 24")
			f.Bool("unsafe-entropy", false, "make 24 words from the SHA-256 of a line that is asked for")
		}},
		do: func(o options, _ []string) error {
			words, err := r.freshMnemonic(o)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(r.out, words)
			return err
		},
	})
}

func (r *run) freshMnemonic(o options) (string, error) {
	if !o.GetBool("unsafe-entropy") {
		return keyring.NewMnemonic(o.GetInt("words"))
	}
	if o.given("words") {
		return "", usage("--unsafe-entropy makes 24 words; leave --words out")
	}
	line, err := r.secret("At least 256 bits of entropy, such as 100 throws of a die: ")
	if err != nil {
		return "", err
	}
	if len(line) < minEntropy {
		return "", fail(exitDeclined, "%d characters are too few for 256 bits: at least %d, and 100 throws of a die", len(line), minEntropy)
	}
	return keyring.MnemonicFrom(sha256.Sum256(line))
}
