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
	// Impossible says that this machine does not allow what the manifest asks for.
	Impossible bool `json:"impossible,omitempty"`
	testnet.Outcome
}

func (r *run) testnetRun() *cobra.Command {
	return r.command(spec{
		use: "run MANIFEST…", short: "Run networks through the faults of manifests and check what must hold", args: cobra.MinimumNArgs(1),
		long:    "Each manifest describes a network, a load and faults (docs/testnet.md). It\nruns on a network of its own, and in the end these must hold: all nodes have the\nsame blocks and app hashes, no transaction is in two blocks, each one that was\ntaken is in one, no coin was made or lost, and all nodes make blocks again in time.\nThe same seed does the same. Exit code 5 says that something does not hold, 3 that a\nmanifest cannot be run here.",
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
	runners, err := r.readManifests(o, paths)
	if err != nil {
		return err
	}
	dir := o.GetString("dir")
	if dir == "" {
		if dir, err = os.MkdirTemp("", "weft-testnet-"); err != nil {
			return fail(exitConfig, "%w", err)
		}
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	var results []testnetRunResult
	var failed, impossible []string
	for i, runner := range runners {
		res, err := r.runManifest(dir, paths[i], runner)
		if errors.Is(err, r.ctx.Err()) && r.ctx.Err() != nil {
			return err
		}
		switch {
		case res.Impossible:
			impossible = append(impossible, res.Manifest)
		case !res.OK:
			failed = append(failed, res.Manifest)
		}
		results = append(results, res)
	}
	if err := r.printValue(o, results); err != nil {
		return err
	}
	if len(failed) > 0 {
		return hint(fail(exitCheck, "%d of %d manifests do not hold: %s", len(failed), len(paths), strings.Join(failed, ", ")),
			"The homes and logs of the nodes are in %s", dir)
	}
	if o.GetString("dir") == "" {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	if len(impossible) > 0 {
		return fail(exitConfig, "%d of %d manifests are not possible on this machine and were not run: %s", len(impossible), len(paths), strings.Join(impossible, ", "))
	}
	return nil
}

// readManifests reads all before the first one runs: a typo in the last one, or a
// binary that is missing, shall not cost an hour.
func (r *run) readManifests(o options, paths []string) ([]*testnet.Runner, error) {
	var runners []*testnet.Runner
	names := map[string]bool{}
	for _, path := range paths {
		m, err := testnet.ReadManifest(path)
		if err != nil {
			return nil, fail(exitConfig, "%w", err)
		}
		name := manifestName(path)
		if names[name] {
			return nil, usage("two manifests are called %s", name)
		}
		names[name] = true
		runner := &testnet.Runner{
			Manifest: m, Seed: o.GetUint64("seed"), Launcher: &testnetLauncher{binary: o.GetString("binary"), next: o.GetString("next-binary")},
			Report: func(text string) { fmt.Fprintln(r.err, printable(text)) },
		}
		if err := runner.Ready(); err != nil && !errors.Is(err, testnet.ErrImpossible) {
			return nil, fail(exitConfig, "%s: %w", path, err)
		}
		runners = append(runners, runner)
	}
	return runners, nil
}

func manifestName(path string) string { return strings.TrimSuffix(filepath.Base(path), ".toml") }

func (r *run) runManifest(dir, path string, runner *testnet.Runner) (testnetRunResult, error) {
	name := manifestName(path)
	res := testnetRunResult{Manifest: name, Seed: runner.Seed}
	fmt.Fprintf(r.err, "%s: %s\n", name, printable(runner.Manifest.Name))
	runner.Dir = filepath.Join(dir, fmt.Sprintf("%s-%d", name, runner.Seed))
	err := os.MkdirAll(runner.Dir, 0o755)
	if err == nil {
		err = emptyFolder(runner.Dir)
	}
	if err == nil {
		res.Outcome, err = runner.Run(r.ctx)
	}
	if err == nil {
		res.OK = true
		return res, nil
	}
	res.Error, res.Impossible = err.Error(), errors.Is(err, testnet.ErrImpossible)
	verdict := "FAILED"
	if res.Impossible {
		verdict = "NOT RUN"
	}
	fmt.Fprintf(r.err, "%s: %s: %s\n", name, verdict, printable(res.Error))
	return res, err
}
