package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/contracts/tool"
)

// Source is what the program embeds of its own module for those who write
// contracts (source.go in the root sets it). Without it weft contract new has
// nothing to unpack.
var Source fs.FS

func (r *run) contractCommand() *cobra.Command {
	return newGroup("contract", "Write, test, build, check and use contracts",
		r.contractNew(), r.contractSync(), r.contractTest(), r.contractBuild(), r.contractCheck(),
		r.contractDeploy(), r.contractCall(), r.contractQuery(), r.contractVerify(), r.contractSchema(), r.contractGen())
}

// envelope is the JSON of weft's own verbs.
type envelope struct {
	Schema   string   `json:"schema"` // names the form of the result, with its version
	OK       bool     `json:"ok"`
	Result   any      `json:"result"`
	Warnings []string `json:"warnings"`
	Error    string   `json:"error,omitempty"`
}

// printEnvelope prints a result of weft's own verbs as JSON. failed is nil if all
// is well.
func (r *run) printEnvelope(o options, schema string, result any, failed error) error {
	e := envelope{Schema: "weft.contract." + schema + ".v1", OK: failed == nil, Result: result, Warnings: []string{}}
	if failed != nil {
		e.Error = failed.Error()
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(e); err != nil {
		return err
	}
	return r.printJSON(o, b.Bytes())
}

// source reads what the program embeds.
func (r *run) source() (*tool.Source, error) {
	s, err := tool.ReadSource(Source)
	if err != nil {
		return nil, fail(exitConfig, "%w", err)
	}
	return s, nil
}

// sources is the folder in which sources of weft's module are unpacked.
func (o options) sources() (string, error) {
	home, err := o.home()
	if err != nil {
		return "", err
	}
	return filepath.Join(home, "src"), nil
}

// connect makes sure that a project finds the source of weft's module.
func (r *run) connect(o options, dir string) error {
	s, err := r.source()
	if err != nil {
		return err
	}
	sources, err := o.sources()
	if err != nil {
		return err
	}
	return toolError(s.Connect(dir, sources))
}

// toolError gives an error of package tool its exit code, and what to type next.
func toolError(err error) error {
	var failed *tool.GoError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &failed):
		if text := failed.Output; strings.Contains(text, "GOPROXY=off") || strings.Contains(text, "go.sum") || strings.Contains(text, "dial tcp") {
			return hint(fail(exitCheck, "%w", err), "A module that weft is built from is not in the module cache of this machine. With a network: go mod download, in the folder of weft's own source or of the project.")
		}
		return fail(exitCheck, "%w", err)
	case errors.Is(err, tool.ErrNoProject):
		return hint(fail(exitConfig, "%w", err), "Give its folder, or make one: weft contract new NAME.")
	case errors.Is(err, tool.ErrSource):
		return hint(fail(exitConfig, "%w", err), "To go on with this program's: weft contract sync.")
	case errors.Is(err, tool.ErrNoGo):
		return fail(exitConfig, "%w", err)
	case errors.Is(err, tool.ErrTemplate), errors.Is(err, tool.ErrName), errors.Is(err, tool.ErrExists):
		return usage("%w", err)
	}
	return err
}

// dirArg is an argument that may be left out: the current folder then.
func dirArg(args []string) string {
	if len(args) == 0 {
		return "."
	}
	return args[0]
}

// module is a module to check, to store or to compare.
type moduleFile struct {
	name  string // of the file
	dir   string // of its project; "" if it is a file of no project
	code  []byte // plain
	names []byte // the same with names, if there is such a file
}

// moduleOf reads a module: FILE itself, or the one that the project in DIR is
// built to, which is built first.
func (r *run) moduleOf(o options, at string) (moduleFile, error) {
	info, err := os.Stat(at)
	if err != nil {
		return moduleFile{}, fail(exitConfig, "%w", err)
	}
	m := moduleFile{name: at}
	if info.IsDir() {
		built, err := r.build(o, at, "")
		if err != nil {
			return m, err
		}
		m = moduleFile{name: built.File, dir: at, code: built.Code}
	} else {
		data, err := readFile(at, maxFileBytes)
		if err != nil {
			return m, err
		}
		if m.code, err = tool.Unzip(at, data); err != nil {
			return m, usage("%w", err)
		}
	}
	if !tool.LooksLikeModule(m.code) {
		return m, usage("%s is not a wasm module: it does not begin with \\0asm", m.name)
	}
	if data, err := os.ReadFile(strings.TrimSuffix(m.name, ".wasm") + ".names.wasm"); err == nil {
		m.names = data
	}
	return m, nil
}

// packageFlag is for projects whose main package lies elsewhere.
func packageFlag(f *pflag.FlagSet) {
	f.String("package", "./wasm", "main package of the contract, from the folder of the project")
}
