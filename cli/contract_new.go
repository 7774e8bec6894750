package cli

import (
	"fmt"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/contracts/tool"
)

func (r *run) contractNew() *cobra.Command {
	return r.command(spec{
		use: "new NAME", short: "Make the project of a contract in Go", args: cobra.MaximumNArgs(1),
		example: "  weft contract new hello\n  weft contract new coin --template token --module example.org/coin\n  weft contract new --list",
		long: "Make the folder NAME with a contract in Go that builds and passes its tests: a\n" +
			"copy of one of weft's examples. It needs Go and no network: the project uses\n" +
			"weft's module from the source in this program, which is unpacked in the home\n" +
			"folder.",
		flags: []func(*pflag.FlagSet){func(f *pflag.FlagSet) {
			f.String("template", "counter", "example to begin with; --list shows them")
			f.String("module", "", "path of the Go module (default: example.com/NAME)")
			f.Bool("list", false, "list the templates")
		}},
		do: func(o options, args []string) error {
			s, err := r.source()
			if err != nil {
				return err
			}
			if o.GetBool("list") {
				return r.listTemplates(o, s)
			}
			if len(args) == 0 {
				return usage("NAME is missing: what the contract is called")
			}
			return r.newProject(o, s, args[0])
		},
	})
}

func (r *run) listTemplates(o options, s *tool.Source) error {
	list := s.Templates()
	if o.json() {
		return r.printEnvelope(o, "templates", list, nil)
	}
	for _, t := range list {
		if _, err := fmt.Fprintf(r.out, "%-10s  %s\n", t.Name, t.About); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) newProject(o options, s *tool.Source, name string) error {
	dir, err := filepath.Abs(name)
	if err != nil {
		return fail(exitConfig, "%w", err)
	}
	sources, err := o.sources()
	if err != nil {
		return err
	}
	p := r.progress()
	p.step("making " + filepath.Base(dir))
	made, err := s.New(r.ctx, tool.NewProject{
		Dir: dir, Module: o.GetString("module"), Template: o.GetString("template"), Sources: sources, Release: release(),
	})
	p.end()
	if err != nil {
		return toolError(err)
	}
	if o.json() {
		return r.printEnvelope(o, "new", made, nil)
	}
	if _, err := fmt.Fprintf(r.out, "%s: module %s, %d files\n", name, made.Module, len(made.Files)); err != nil {
		return err
	}
	fmt.Fprintf(r.err, "Next: cd %s && weft contract test && weft contract build\n", name)
	return nil
}

func (r *run) contractSync() *cobra.Command {
	return r.command(spec{
		use: "sync [DIR]", short: "Let a project use the SDK of this weft", args: cobra.MaximumNArgs(1), raw: true,
		example: "  weft contract sync",
		long: "Bring go.mod and go.sum of the project in DIR to the source of weft's module in\n" +
			"this program, as after an update of weft. What you added to them stays.",
		do: func(o options, args []string) error {
			s, err := r.source()
			if err != nil {
				return err
			}
			sources, err := o.sources()
			if err != nil {
				return err
			}
			version, err := s.Sync(r.ctx, dirArg(args), sources, release())
			if err != nil {
				return toolError(err)
			}
			_, err = fmt.Fprintln(r.out, tool.ModulePath, version)
			return err
		},
	})
}

// released is the form of a version that proxies serve.
var released = regexp.MustCompile(`^v[0-9]+\.[0-9]+\.[0-9]+(-(alpha|beta|rc)[.0-9]*)?$`)

// release is the version of weft's module that this program was built from, if
// it came from a module proxy: then others can get it there as well. A program
// that was built in a work tree has none, whatever its tag says.
func release() tool.Release {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return tool.Release{}
	}
	main := info.Main
	if main.Path != tool.ModulePath || main.Sum == "" || !released.MatchString(main.Version) {
		return tool.Release{}
	}
	return tool.Release{Version: main.Version, Sum: strings.TrimSpace(main.Sum)}
}
