package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/node"
)

// snapshotInfo is what commands print of a snapshot.
type snapshotInfo struct {
	Height int64  `json:"height"`
	Chunks int    `json:"chunks"`
	Hash   string `json:"hash"`
}

func (r *run) snapshotCommand() *cobra.Command {
	return newGroup("snapshot", "Make, list, move and restore snapshots of the state",
		r.snapshotCreate(), r.snapshotList(), r.snapshotDelete(), r.snapshotExport(), r.snapshotImport(), r.snapshotRestore())
}

func (r *run) snapshotCreate() *cobra.Command {
	return r.command(spec{
		use: "create [HEIGHT]", short: "Make a snapshot while the node is stopped", args: cobra.MaximumNArgs(1),
		long: "Make a snapshot of the last height, or of an earlier one that is kept. A node\nmakes snapshots by itself (app.toml, [state-sync]) and serves all that are there.",
		do: func(o options, args []string) error {
			home, err := o.home()
			if err != nil {
				return err
			}
			height := int64(0)
			if len(args) == 1 {
				if height, err = snapshotHeight(args[0]); err != nil {
					return err
				}
			}
			s, err := node.MakeSnapshot(r.ctx, home, height)
			if err != nil {
				return fail(exitConfig, "%w", err)
			}
			return r.printValue(o, snapshotInfo{s.Height, len(s.Digests), fmt.Sprintf("%X", s.Hash())})
		},
	})
}

func snapshotHeight(text string) (int64, error) {
	height, err := strconv.ParseInt(text, 10, 64)
	if err != nil || height < 1 {
		return 0, usage("%.40q is no height", text)
	}
	return height, nil
}

func (r *run) snapshotList() *cobra.Command {
	return r.command(spec{
		use: "list", short: "List the snapshots of this home, the newest first", args: cobra.NoArgs,
		do: func(o options, _ []string) error {
			home, err := o.home()
			if err != nil {
				return err
			}
			list, err := node.Snapshots(home).List()
			if err != nil {
				return fail(exitConfig, "%w", err)
			}
			infos := []snapshotInfo{}
			for _, s := range list {
				infos = append(infos, snapshotInfo{s.Height, len(s.Digests), fmt.Sprintf("%X", s.Hash())})
			}
			return r.printValue(o, infos)
		},
	})
}

func (r *run) snapshotDelete() *cobra.Command {
	return r.command(spec{
		use: "delete HEIGHT", short: "Remove a snapshot", args: cobra.ExactArgs(1), raw: true,
		do: func(o options, args []string) error {
			return r.withSnapshot(o, args[0], func(home string, height int64) error {
				return node.Snapshots(home).Remove(height)
			})
		},
	})
}

func (r *run) snapshotExport() *cobra.Command {
	return r.command(spec{
		use: "export-archive HEIGHT FILE", short: "Write a snapshot into one file (tar)", args: cobra.ExactArgs(2), raw: true,
		aliases: []string{"dump"},
		do: func(o options, args []string) error {
			return r.withSnapshot(o, args[0], func(home string, height int64) (err error) {
				f, err := os.OpenFile(args[1], os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
				if err != nil {
					return err
				}
				defer func() { err = errors.Join(err, f.Close()) }()
				return node.Snapshots(home).Export(f, height)
			})
		},
	})
}

func (r *run) snapshotImport() *cobra.Command {
	return r.command(spec{
		use: "import-archive FILE", short: "Take a snapshot out of a file", args: cobra.ExactArgs(1), aliases: []string{"load"},
		do: func(o options, args []string) error {
			home, err := o.home()
			if err != nil {
				return err
			}
			f, err := os.Open(args[0])
			if err != nil {
				return fail(exitConfig, "%w", err)
			}
			defer f.Close() //nolint:errcheck // only read
			s, err := node.Snapshots(home).Import(f)
			if err != nil {
				return fail(exitConfig, "%s: %w", args[0], err)
			}
			return r.printValue(o, snapshotInfo{s.Height, len(s.Digests), fmt.Sprintf("%X", s.Hash())})
		},
	})
}

func (r *run) snapshotRestore() *cobra.Command {
	return r.command(spec{
		use: "restore HEIGHT", short: "Take the state of this home from a snapshot that it has", args: cobra.ExactArgs(1), raw: true,
		long:    "Take the state from a snapshot in this home, which must have no blocks yet. What\nthe snapshot must be is learned from nodes that run: the block from which all is\nverified is the latest one that they agree on.",
		example: "  weft snapshot import-archive state.tar\n  weft snapshot restore 120000 --rpc https://rpc1.example.com,https://rpc2.example.com\n  weft start",
		flags: []func(*pflag.FlagSet){func(f *pflag.FlagSet) {
			f.StringSlice("rpc", nil, "RPC of two or more nodes of different operators")
		}},
		do: func(o options, args []string) error {
			return r.withSnapshot(o, args[0], func(home string, height int64) error { return r.restoreSnapshot(o, home, height) })
		},
	})
}

func (r *run) restoreSnapshot(o options, home string, height int64) error {
	_, info, err := genesisHome(o)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.ctx, trustPatience)
	trust, err := findTrust(ctx, info.ChainID, o.GetStringSlice("rpc"))
	cancel()
	if err != nil {
		return err
	}
	cfg, err := loadConfig(home)
	if err != nil {
		return err
	}
	trust.configure(&cfg)
	if err := node.RestoreSnapshot(r.ctx, cfg, height); err != nil {
		return err
	}
	fmt.Fprintf(r.err, "the state of height %d is restored; go on with weft start\n", height)
	return nil
}

// withSnapshot does something with a snapshot of the home folder.
func (r *run) withSnapshot(o options, text string, do func(home string, height int64) error) error {
	home, err := o.home()
	if err != nil {
		return err
	}
	height, err := snapshotHeight(text)
	if err != nil {
		return err
	}
	err = do(home, height)
	var f *failure
	if err != nil && !errors.As(err, &f) {
		return fail(exitConfig, "%w", err)
	}
	return err
}
