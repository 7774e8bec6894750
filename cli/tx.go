package cli

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client/keyring"
)

func (r *run) txCommand() *cobra.Command {
	return newGroup("tx", "Make, sign and send transactions",
		r.txBank(), r.txWasm(), r.txStaking(), r.txDistribution(), r.txSlashing(), r.txFeegrant(), r.txUpgrade(), r.txSign(), r.txSignBatch(), r.txMultisign(), r.txMultisignBatch(), r.txValidate(),
		r.txBroadcast(), r.txSimulate(), r.txEncode(), r.txDecode())
}

// transact is a command that makes a transaction.
type transact struct {
	use, short, long, example string
	aliases                   []string
	args                      cobra.PositionalArgs
	flags                     func(*pflag.FlagSet)
	// check reads the arguments before anything else happens and returns what
	// makes the messages, once it is known who sends them.
	check func(o options, args []string) (maker, error)
	// from says who sends if an argument does so and not --from.
	from func(args []string) string
}

// maker makes messages for a sender.
type maker func(s sender) ([]chain.Message, error)

// sender is who sends a transaction.
type sender struct {
	address string // bech32
	prefix  chain.Bech32
	keys    *keyring.Keyring
}

// resolve returns the address that an argument means: an address, or the name
// of a key.
func (s sender) resolve(what, text string) (string, error) {
	if _, err := s.prefix.ParseAccount(text); err == nil {
		return text, nil
	} else if keyring.CheckName(text) != nil || strings.HasPrefix(text, string(s.prefix)+"1") {
		return "", usage("%s %.100q: %w", what, text, err)
	}
	key, err := s.keys.Get(text)
	if errors.Is(err, keyring.ErrNotFound) {
		return "", usage("%s %.100q is neither an address that begins with %s1 nor the name of a key in %s", what, text, s.prefix, s.keys.Folder())
	}
	if err != nil {
		return "", err
	}
	return s.prefix.Account(key.Address()), nil
}

func (r *run) transact(t transact) *cobra.Command {
	flags := []func(*pflag.FlagSet){txFlags}
	if t.flags != nil {
		flags = append(flags, t.flags)
	}
	return r.command(spec{
		use: t.use, short: t.short, long: t.long, example: t.example, aliases: t.aliases, args: t.args, flags: flags,
		do: func(o options, args []string) error {
			messages, err := t.check(o, args)
			if err != nil {
				return err
			}
			who := o.GetString("from")
			if t.from != nil {
				if who != "" && o.given("from") && who != t.from(args) {
					return usage("--from %.100s differs from the sender %.100s", who, t.from(args))
				}
				who = t.from(args)
			}
			if who == "" {
				return usage("--from is missing: the name or address of the key that signs")
			}
			return r.deliver(o, who, messages)
		},
	})
}
