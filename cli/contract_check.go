package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/contracts/tool"
)

func (r *run) contractCheck() *cobra.Command {
	return r.command(spec{
		use: "check [FILE|DIR]", short: "Check a module against the rules of the chain", args: cobra.MaximumNArgs(1),
		example: "  weft contract check\n  weft contract check cw20_base.wasm\n  weft contract check ./hello --init '{\"count\":0}' -o json",
		long: "Apply every rule of an upload to a module and show what was measured and what is\n" +
			"allowed, with the default parameters of a chain; then entry points, required\n" +
			"capabilities, imports, sizes by package, and the first gas. FILE is any CosmWasm\n" +
			"module, plain or compressed; a project in DIR is built first. Exit code 5: a chain\n" +
			"would refuse the module, or the message of --init failed.",
		flags: []func(*pflag.FlagSet){packageFlag, func(f *pflag.FlagSet) {
			f.String("init", "", "message of a first instantiation to try: JSON, @file, or - for stdin")
		}},
		do: func(o options, args []string) error {
			m, err := r.moduleOf(o, dirArg(args))
			if err != nil {
				return err
			}
			c := tool.Checking{File: m.name, Code: m.code, Names: m.names}
			if text := o.GetString("init"); text != "" {
				if c.Init, err = r.jsonArg("--init", text); err != nil {
					return err
				}
			}
			p := r.progress()
			p.step("checking " + m.name)
			report, err := tool.Check(c)
			p.end()
			if err != nil {
				return err
			}
			failed := brokenRules(report)
			if o.json() {
				return errors.Join(r.printEnvelope(o, "check", report, failed), failed)
			}
			return errors.Join(printReport(r.out, report), failed)
		},
	})
}

// maxPackages is how many packages are shown with their sizes.
const maxPackages = 12

// printReport prints a report for people.
func printReport(w io.Writer, c tool.Report) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n  size    %s bytes, %s gzip\n  sha256  %s\n\n", c.File, grouped(uint64(c.Bytes)), grouped(uint64(c.GzipBytes)), c.SHA256)
	for _, rule := range c.Rules {
		verdict := "ok"
		if !rule.OK {
			verdict = "NO"
		}
		if rule.Limit > 0 {
			fmt.Fprintf(&b, "  %s  %-28s %15s of %s\n", verdict, rule.Name, grouped(rule.Value), grouped(rule.Limit))
		} else {
			fmt.Fprintf(&b, "  %s  %s\n", verdict, rule.Name)
		}
		if rule.Text != "" {
			fmt.Fprintf(&b, "      %s\n", rule.Text)
		}
	}
	list := func(name string, words []string) {
		if len(words) > 0 {
			fmt.Fprintf(&b, "  %-13s %s\n", name, strings.Join(words, " "))
		}
	}
	b.WriteString("\n")
	list("entry points", c.EntryPoints)
	list("capabilities", c.Capabilities)
	list("imports", shortImports(c.Imports))
	list("other exports", c.Exports)
	if c.Manifest != nil {
		list("built by", []string{"weft", c.Manifest.Tool, "with", c.Manifest.Go, "from", c.Manifest.Package})
	}
	for i, g := range c.Gas {
		if i == 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "  gas %-30s %15s VM gas = %s of the chain's\n", g.Of, grouped(g.VM), grouped(g.Chain))
		if g.Error != "" {
			fmt.Fprintf(&b, "      %s\n", g.Error)
		}
	}
	for i, p := range c.Packages {
		if i == 0 {
			b.WriteString("\n  code by package\n")
		}
		if i == maxPackages {
			fmt.Fprintf(&b, "  … and %d more; -o json has all\n", len(c.Packages)-i)
			break
		}
		name := p.Package
		if name == "" {
			name = "(others)"
		}
		fmt.Fprintf(&b, "  %12s  %s\n", grouped(uint64(p.Bytes)), name)
	}
	_, err := io.WriteString(w, printable(b.String()))
	return err
}

// shortImports sums up what is imported from WASI: a program imports what its
// toolchain's library knows.
func shortImports(names []string) []string {
	var short []string
	wasi := 0
	for _, name := range names {
		if own, ok := strings.CutPrefix(name, "env."); ok {
			short = append(short, own)
		} else {
			wasi++
		}
	}
	if wasi > 0 {
		short = append(short, fmt.Sprintf("and %d of WASI", wasi))
	}
	return short
}
