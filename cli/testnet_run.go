package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/testnet"
)

// testnetRunResult is what came of one manifest.
type testnetRunResult struct {
	Manifest string `json:"manifest"`
	Seed     uint64 `json:"seed"`
	OK       bool   `json:"ok"`
	Error    string `json:"error,omitempty"`
	testnet.Outcome
}

func (r *run) testnetRun() *cobra.Command {
	return r.command(spec{
		use: "run MANIFEST…", short: "Run networks through the faults of manifests and check what must hold", args: cobra.MinimumNArgs(1),
		long:    "Each manifest describes a network, a load and faults (docs/testnet.md). It\nruns on a network of its own, and in the end these must hold: all nodes have the\nsame blocks and app hashes, no transaction is in two blocks, each one that was\ntaken is in one, no coin was made or lost, and all nodes make blocks again in time.\nThe same seed does the same.",
		example: "  weft testnet run testnet/networks/kill-each.toml --seed 7",
		flags: []func(*pflag.FlagSet){func(f *pflag.FlagSet) {
			f.Uint64("seed", 1, "chooses the nodes that manifests leave open")
			f.String("dir", "", "folder for the networks; kept (default: a temporary one, removed if all went well)")
			f.String("next-binary", "", "second weft binary, for steps with next = true and upgrades")
			f.String("binary", "", "weft binary of the nodes (default: this one)")
		}},
		do: func(o options, args []string) error { return r.runManifests(o, args) },
	})
}

func (r *run) runManifests(o options, paths []string) error {
	dir := o.GetString("dir")
	if dir == "" {
		tmp, err := os.MkdirTemp("", "weft-testnet-")
		if err != nil {
			return fail(exitConfig, "%w", err)
		}
		dir = tmp
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	var manifests []*testnet.Manifest
	for _, path := range paths { // all are read first: a typo in the last one shall not cost an hour
		m, err := testnet.ReadManifest(path)
		if err != nil {
			return fail(exitConfig, "%w", err)
		}
		manifests = append(manifests, m)
	}
	var results []testnetRunResult
	failed := false
	for i, m := range manifests {
		res, err := r.runManifest(o, dir, paths[i], m)
		if errors.Is(err, r.ctx.Err()) && r.ctx.Err() != nil {
			return err
		}
		failed = failed || !res.OK
		results = append(results, res)
	}
	if err := r.printValue(o, results); err != nil {
		return err
	}
	if failed {
		return hint(fail(exitCheck, "not all manifests hold"), "The homes and logs of the nodes are in %s", dir)
	}
	if o.GetString("dir") == "" {
		return os.RemoveAll(dir)
	}
	return nil
}

func (r *run) runManifest(o options, dir, path string, m *testnet.Manifest) (testnetRunResult, error) {
	name := strings.TrimSuffix(filepath.Base(path), ".toml")
	seed := o.GetUint64("seed")
	res := testnetRunResult{Manifest: name, Seed: seed}
	fmt.Fprintf(r.err, "%s: %s\n", name, printable(m.Name))
	home := filepath.Join(dir, fmt.Sprintf("%s-%d", name, seed))
	err := os.MkdirAll(home, 0o755)
	if err == nil {
		err = emptyFolder(home)
	}
	if err == nil {
		runner := &testnet.Runner{
			Dir: home, Manifest: m, Seed: seed, Launcher: &testnetLauncher{binary: o.GetString("binary"), next: o.GetString("next-binary")},
			Report: func(text string) { fmt.Fprintln(r.err, printable(text)) },
		}
		res.Outcome, err = runner.Run(r.ctx)
	}
	if err != nil {
		res.Error = err.Error()
		fmt.Fprintf(r.err, "%s: FAILED: %s\n", name, printable(res.Error))
		return res, err
	}
	res.OK = true
	return res, nil
}
