package cli

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/node"
)

func (r *run) exportCommand() *cobra.Command {
	return r.command(spec{
		use: "export", short: "Print the state as a genesis.json, while the node is stopped", args: cobra.NoArgs, raw: true,
		long:    "Print the state after a height as the genesis of a chain that goes on from it:\nthe first block is the next height. To start it, put the file into config/ of\nhomes without data, with the validators' keys.",
		example: "  weft export --height 250000 --output-document genesis.json",
		flags: []func(*pflag.FlagSet){func(f *pflag.FlagSet) {
			f.Int64("height", 0, "height after which the state is; 0 is the last one")
			f.String("output-document", "", "new file to write instead of stdout")
		}},
		do: func(o options, _ []string) error {
			cfg, err := stoppedHome(o)
			if err != nil {
				return err
			}
			height := o.GetInt64("height")
			if height < 0 { // the reference's word for the last one
				height = 0
			}
			raw, err := node.Export(cfg, height)
			if err != nil {
				return fail(exitConfig, "%w", err)
			}
			path := o.GetString("output-document")
			if path == "" {
				_, err = r.out.Write(raw)
				return err
			}
			f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
			if err != nil {
				return fail(exitConfig, "%w", err)
			}
			if _, err := f.Write(raw); err != nil {
				_ = f.Close()
				return err
			}
			return f.Close()
		},
	})
}

func (r *run) rollbackCommand() *cobra.Command {
	return r.command(spec{
		use: "rollback", short: "Take the last block back, while the node is stopped", args: cobra.NoArgs, raw: true,
		long: "Take the last block back: the node executes it again when it starts. For a node\nwhose state differs from the others' (weft testnet diff, or a halt at a wrong app\nhash) once its cause is gone, such as with a corrected binary. What the validator\nsigned stays signed: keep priv_validator_state.json as it is.",
		flags: []func(*pflag.FlagSet){func(f *pflag.FlagSet) {
			f.Bool("hard", false, "remove the block as well, and fetch it from the others")
		}},
		do: func(o options, _ []string) error {
			cfg, err := stoppedHome(o)
			if err != nil {
				return err
			}
			height, err := node.Rollback(cfg, o.GetBool("hard"))
			if err != nil {
				return fail(exitConfig, "%w", err)
			}
			fmt.Fprintf(r.err, "the state is that after height %d; go on with weft start\n", height)
			return nil
		},
	})
}

// stoppedHome is the configuration of the home.
func stoppedHome(o options) (node.Config, error) {
	home, err := o.home()
	if err != nil {
		return node.Config{}, err
	}
	cfg, err := loadConfig(home)
	if err == nil {
		if err = cfg.Validate(); err != nil {
			err = fail(exitConfig, "%w", err)
		}
	}
	return cfg, err
}
