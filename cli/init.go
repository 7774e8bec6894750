package cli

import (
	"encoding/base64"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/node"
)

// initResult is what weft init prints.
type initResult struct {
	Moniker         string `json:"moniker"`
	ChainID         string `json:"chain_id"`
	NodeID          string `json:"node_id"`
	ValidatorPubKey string `json:"validator_pubkey"`
	Home            string `json:"home"`
	GenTxsDir       string `json:"gentxs_dir"`
}

func (r *run) initCommand() *cobra.Command {
	return r.command(spec{
		use: "init [MONIKER]", short: "Make the home folder of a node: configuration, keys, genesis", args: cobra.MaximumNArgs(1),
		flags: []func(*pflag.FlagSet){func(f *pflag.FlagSet) {
			f.String("chain-id", defaultChainID, "id of the new chain")
			f.String("bech32-prefix", "", "prefix of the chain's addresses (default weft)")
			f.String("base-denom", "", "smallest unit of the chain's coin (default uweft)")
			f.String("default-denom", "", "the same as --base-denom")
			f.String("lottery", "", "let the chain be mined: local (epochs of 20 blocks, SHA-256) or public (600 blocks, Argon2id)")
			f.BoolP("overwrite", "f", false, "replace configuration and genesis that are there; keys and data stay")
		}},
		do: func(o options, args []string) error { return r.initHome(o, args) },
	})
}

func (r *run) initHome(o options, args []string) error {
	home, err := o.home()
	if err != nil {
		return err
	}
	moniker := ""
	if len(args) == 1 {
		moniker = args[0]
	} else if moniker, err = os.Hostname(); err != nil || moniker == "" {
		moniker = "weft"
	}
	prefix := o.GetString("bech32-prefix")
	if prefix != "" {
		if _, err := checkPrefix(prefix); err != nil {
			return err
		}
	}
	denom := o.GetString("base-denom")
	if denom == "" {
		denom = o.GetString("default-denom")
	}
	if err := checkNewChain(denom); err != nil {
		return err
	}
	made, err := node.Init(home, moniker, o.GetString("chain-id"), node.InitOptions{
		Overwrite: o.GetBool("overwrite"), Bech32Prefix: prefix, BaseDenom: denom, Lottery: o.GetString("lottery"),
	})
	if err != nil {
		return fail(exitConfig, "%w", err)
	}
	return r.printValue(o, initResult{
		Moniker: made.Moniker, ChainID: made.ChainID, NodeID: made.NodeID,
		ValidatorPubKey: base64.StdEncoding.EncodeToString(made.ValidatorPubKey),
		Home:            home, GenTxsDir: filepath.Join(home, "config", "gentx"),
	})
}

// checkNewChain refuses what cannot be repaired once a chain runs. The rest is
// the node's to refuse.
func checkNewChain(denom string) error {
	if denom == "" {
		return nil
	}
	return chain.CheckDenom(denom)
}
