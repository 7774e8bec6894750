package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/contracts/tool/goschema"
)

func (r *run) contractSchema() *cobra.Command {
	return r.command(spec{
		use: "schema [DIR]", short: "Write the JSON Schema of a contract in Go", args: cobra.MaximumNArgs(1), raw: true,
		example: "  weft contract schema\n  weft contract schema ./token --out -\n  weft contract schema --check",
		long: "Write the messages and answers of the contract in DIR (the current folder if\n" +
			"none is given) as JSON Schema, in the layout of CosmWasm's schemas, so that\n" +
			"clients can be made and arguments be checked: see weft contract gen. It goes to\n" +
			"DIR/schema/NAME.json; commit it beside the source. Comments become descriptions.",
		flags: []func(*pflag.FlagSet){func(f *pflag.FlagSet) {
			f.String("out", "", "file to write instead; - for stdout")
			f.Bool("check", false, "write nothing, and fail if the file is not what would be written")
			f.String("name", "", "name of the contract (default: that of the package)")
			f.String("contract-version", "", "version of the contract (default: the package's constant Version, else 0.0.0)")
			f.String("var", "", "variable with the sdk.Contract, if there are several (default: Contract)")
		}},
		do: func(o options, args []string) error {
			if o.GetBool("check") && o.GetString("out") == "-" {
				return usage("--check compares with a file: give --out FILE or leave it out")
			}
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			c, err := goschema.Package(r.ctx, goschema.Options{Dir: dir, Variable: o.GetString("var"), Name: o.GetString("name"), Version: o.GetString("contract-version")})
			if errors.Is(err, goschema.ErrNoGo) {
				return fail(exitConfig, "%w", err)
			}
			if err != nil {
				return fail(exitCheck, "%w", err)
			}
			return r.writeSchema(o, c)
		},
	})
}

// writeSchema writes a schema where the flags say, or compares it.
func (r *run) writeSchema(o options, c *goschema.Contract) error {
	file := o.GetString("out")
	switch file {
	case "-":
		_, err := r.out.Write(c.Data)
		return err
	case "":
		file = c.File()
	}
	old, err := os.ReadFile(file)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fail(exitConfig, "%w", err)
	case err == nil && bytes.Equal(old, c.Data):
		fmt.Fprintf(r.err, "%s is up to date\n", file)
		return nil
	case o.GetBool("check"):
		what := "is not what the source says"
		if err != nil {
			what = "is missing"
		}
		return fail(exitCheck, "%s %s: run weft contract schema and commit the file", file, what)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fail(exitConfig, "%w", err)
	}
	if err := os.WriteFile(file, c.Data, 0o644); err != nil {
		return fail(exitConfig, "%w", err)
	}
	_, err = fmt.Fprintln(r.out, file)
	return err
}
