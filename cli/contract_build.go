package cli

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/contracts/tool"
)

func (r *run) contractBuild() *cobra.Command {
	return r.command(spec{
		use: "build [DIR]", short: "Build a contract in Go for the chain", args: cobra.MaximumNArgs(1),
		example: "  weft contract build\n  weft contract build ./hello --out hello.wasm",
		long: "Build the contract in DIR (the current folder if none is given) with the Go\n" +
			"toolchain that is there, and check it as weft contract check does. The same\n" +
			"source, modules, toolchain and weft give the same bytes anywhere. Beside NAME.wasm,\n" +
			"for the chain, lies NAME.names.wasm: the same code with the names of functions,\n" +
			"for gas profiles. Entry points that the contract does not have are not exported.",
		flags: []func(*pflag.FlagSet){packageFlag, func(f *pflag.FlagSet) {
			f.String("out", "", "file to write (default: DIR/NAME.wasm)")
		}},
		do: func(o options, args []string) error {
			built, err := r.build(o, dirArg(args), o.GetString("out"))
			if err != nil {
				return err
			}
			names, err := os.ReadFile(built.Names)
			if err != nil {
				return err
			}
			report, err := tool.Check(tool.Checking{File: built.File, Code: built.Code, Names: names})
			if err != nil {
				return err
			}
			return r.printBuilt(o, built, report)
		},
	})
}

// build builds the project in a folder; out may be empty.
func (r *run) build(o options, dir, out string) (tool.Built, error) {
	if err := r.connect(o, dir); err != nil {
		return tool.Built{}, err
	}
	p := r.progress()
	defer p.end()
	built, err := tool.Build(r.ctx, tool.Building{
		Dir: dir, Package: o.GetString("package"), Output: out, Tool: buildVersion().Version, Stderr: r.err, Step: p.step,
	})
	return built, toolError(err)
}

// builtResult is what weft contract build prints as JSON.
type builtResult struct {
	File      string        `json:"file"`
	Names     string        `json:"names"`
	Bytes     int           `json:"bytes"`
	GzipBytes int           `json:"gzip_bytes"`
	SHA256    string        `json:"sha256"`
	Manifest  tool.Manifest `json:"manifest"`
	Broken    []tool.Rule   `json:"broken_rules"`
}

func (r *run) printBuilt(o options, built tool.Built, report tool.Report) error {
	failed := brokenRules(report)
	if o.json() {
		broken := slices.DeleteFunc(slices.Clone(report.Rules), func(rule tool.Rule) bool { return rule.OK })
		err := r.printEnvelope(o, "build", builtResult{built.File, built.Names, report.Bytes, report.GzipBytes, report.SHA256, built.Manifest, broken}, failed)
		return errors.Join(err, failed)
	}
	_, err := fmt.Fprintf(r.out, "%s\n  size    %s bytes, %s gzip\n  sha256  %s\n  entry   %s\n  go      %s\n",
		built.File, grouped(uint64(report.Bytes)), grouped(uint64(report.GzipBytes)), report.SHA256, strings.Join(report.EntryPoints, " "), built.Manifest.Go)
	if err == nil && failed != nil {
		return r.printBroken(report, failed)
	}
	return err
}

// brokenRules is the error of a report with broken rules.
func brokenRules(report tool.Report) error {
	n := 0
	for _, rule := range report.Rules {
		if !rule.OK {
			n++
		}
	}
	for _, g := range report.Gas {
		if g.Error != "" {
			return fail(exitCheck, "%s: %s: %s", report.File, g.Of, g.Error)
		}
	}
	if n == 0 {
		return nil
	}
	return fail(exitCheck, "%s breaks %d of %d rules: a chain will refuse it", report.File, n, len(report.Rules))
}

func (r *run) printBroken(report tool.Report, failed error) error {
	for _, rule := range report.Rules {
		if !rule.OK {
			if _, err := fmt.Fprintf(r.out, "  no      %s: %s\n", rule.Name, rule.Text); err != nil {
				return err
			}
		}
	}
	return failed
}

// grouped writes a number with commas.
func grouped(n uint64) string {
	text := fmt.Sprint(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}

func (r *run) contractTest() *cobra.Command {
	return r.command(spec{
		use: "test [DIR] [-- FLAGS OF GO TEST]", short: "Test a contract in Go, natively and as wasm", raw: true, args: cobra.ArbitraryArgs,
		example: "  weft contract test\n  weft contract test --native\n  weft contract test ./hello -- -run TestCounter -v",
		long: "Run go test ./... in DIR (the current folder if none is given). What stands\n" +
			"behind -- goes to go test. After a first run plain go test works as well.",
		flags: []func(*pflag.FlagSet){func(f *pflag.FlagSet) {
			f.Bool("native", false, "natively only: go test -short")
			f.Bool("wasm", false, "as wasm only, where a test has both: go test -run '/^wasm$'")
			f.Bool("update", false, "rewrite the gas in testdata/gas.txt: go test -update")
		}},
		do: func(o options, args []string) error {
			dir := "."
			if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
				if info, err := os.Stat(args[0]); err == nil && info.IsDir() {
					dir, args = args[0], args[1:]
				}
			}
			for _, f := range []struct{ name, flag string }{{"native", "-short"}, {"wasm", "-run=/^wasm$"}, {"update", "-update"}} {
				if o.GetBool(f.name) {
					args = append(args, f.flag)
				}
			}
			if err := r.connect(o, dir); err != nil {
				return err
			}
			return toolError(tool.Test(r.ctx, dir, args, os.Getenv("GOFLAGS"), r.out, r.err))
		},
	})
}
