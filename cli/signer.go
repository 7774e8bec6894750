package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/node"
)

func (r *run) signerCommand() *cobra.Command {
	return r.command(spec{
		use: "signer ADDRESS", short: "Sign for a validator's node on another machine", args: cobra.ExactArgs(1), raw: true,
		long:    "Sign votes and proposals with the validator's key of the home folder, for a node\non another machine that has no key. ADDRESS is its priv_validator_laddr, which\nthis command dials until it is told to stop. Never run two with the same key.",
		example: "  weft signer tcp://10.0.0.1:26659 --chain-id mychain-1\n  weft signer unix:///run/weft/signer.sock --chain-id mychain-1",
		flags: []func(*pflag.FlagSet){func(f *pflag.FlagSet) {
			f.String("chain-id", "", "chain that is signed for (WEFT_CHAIN_ID)")
			f.String("log-level", "info", "least important lines of the log: debug, info, warn or error")
			f.String("log-format", "text", "form of the log: text or json")
		}},
		do: func(o options, args []string) error {
			logger, err := r.logger(o)
			if err != nil {
				return err
			}
			home, err := o.home()
			if err != nil {
				return err
			}
			if o.GetString("chain-id") == "" {
				return usage("--chain-id is missing: the chain that is signed for")
			}
			key, state := node.SignerFiles(home)
			err = node.RunSigner(r.ctx, node.SignerOptions{KeyFile: key, StateFile: state, ChainID: o.GetString("chain-id"), Node: args[0]}, logger)
			if err != nil {
				return fail(exitConfig, "%w", err)
			}
			return nil
		},
	})
}
