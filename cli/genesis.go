package cli

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/node"
)

func (r *run) genesisCommand() *cobra.Command {
	return newGroup("genesis", "Prepare the genesis of a chain",
		r.genesisAddAccount(), r.genesisAuthority(), r.genesisGenTx(), r.genesisCollect(), r.genesisValidate())
}

func (r *run) genesisAddAccount() *cobra.Command {
	return r.command(spec{
		use: "add-account ADDRESS_OR_KEY COINS", aliases: []string{"add-genesis-account"}, raw: true,
		short: "Give an account coins from the start", args: cobra.ExactArgs(2),
		flags: []func(*pflag.FlagSet){keyringFlags, prefixFlag},
		do: func(o options, args []string) error {
			coins, err := coinsArg(args[1])
			if err != nil {
				return err
			}
			home, address, err := r.genesisAddress(o, "account", args[0])
			if err != nil {
				return err
			}
			if err := node.AddGenesisAccount(home, address, coins); err != nil {
				return fail(exitConfig, "%w", err)
			}
			fmt.Fprintf(r.err, "%s starts with %s\n", address, coins)
			return nil
		},
	})
}

func (r *run) genesisAuthority() *cobra.Command {
	return r.command(spec{
		use: "set-authority ADDRESS_OR_KEY", short: "Name who may change parameters and plan upgrades", args: cobra.ExactArgs(1), raw: true,
		long:  "Name the account that may change parameters, pin codes and plan upgrades; best a\nmultisig. Without one nobody may, ever.",
		flags: []func(*pflag.FlagSet){keyringFlags, prefixFlag},
		do: func(o options, args []string) error {
			home, address, err := r.genesisAddress(o, "authority", args[0])
			if err != nil {
				return err
			}
			if err := node.SetGenesisAuthority(home, address); err != nil {
				return fail(exitConfig, "%w", err)
			}
			fmt.Fprintf(r.err, "the authority is %s\n", address)
			return nil
		},
	})
}

// homeSender is a sender for commands that work on files alone.
func (r *run) homeSender(o options) (sender, error) {
	prefix, err := o.prefix()
	if err != nil {
		return sender{}, err
	}
	keys, err := r.keys(o)
	return sender{prefix: prefix, keys: keys}, err
}

// genesisAddress returns the home folder and the address that an argument means.
func (r *run) genesisAddress(o options, what, arg string) (home, address string, err error) {
	if home, _, err = genesisHome(o); err != nil {
		return "", "", err
	}
	s, err := r.homeSender(o)
	if err != nil {
		return "", "", err
	}
	address, err = s.resolve(what, arg)
	return home, address, err
}

// genesisHome returns the home folder and what its genesis says, if that can be
// read.
func genesisHome(o options) (home string, info node.GenesisInfo, err error) {
	if home, err = o.home(); err != nil {
		return "", info, err
	}
	if info, err = node.ReadGenesisInfo(home); err != nil {
		return "", info, fail(exitConfig, "%w", err)
	}
	return home, info, nil
}

func (r *run) genesisCollect() *cobra.Command {
	return r.command(spec{
		use: "collect-gentxs", short: "Put the transactions of config/gentx into the genesis", args: cobra.NoArgs, raw: true,
		do: func(o options, _ []string) error {
			home, err := o.home()
			if err != nil {
				return err
			}
			if err := node.CollectGenTxs(home); err != nil {
				return fail(exitConfig, "%w", err)
			}
			fmt.Fprintf(r.err, "genesis complete: %s\n", genesisFile(home))
			return nil
		},
	})
}

func (r *run) genesisValidate() *cobra.Command {
	return r.command(spec{
		use: "validate [FILE]", aliases: []string{"validate-genesis"}, short: "Check a genesis file as a node would", args: cobra.MaximumNArgs(1), raw: true,
		do: func(o options, args []string) error {
			home, err := o.home()
			if err != nil {
				return err
			}
			file := genesisFile(home)
			if len(args) == 1 {
				file = args[0]
			}
			if err := node.ValidateGenesis(file); err != nil {
				return fail(exitConfig, "%w", err)
			}
			fmt.Fprintf(r.err, "%s is valid\n", file)
			return nil
		},
	})
}

func genesisFile(home string) string { return filepath.Join(home, "config", "genesis.json") }
