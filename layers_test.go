package main

import (
	"cmp"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the import path of this repository's root.
const module = "github.com/weftchain/weft"

// layers says which weft folders each folder may import. A folder without a
// line of its own belongs to its parent; a line of its own overrides that.
// Nested modules (vm/conformance) have a go.mod of their own and no line here.
var layers = map[string]string{
	"chain":             "",
	"chain/layout":      "chain",
	"chain/wire":        "chain proto", // coins and pages between the two
	"proto":             "",
	"state/proof":       "",
	"state":             "chain state/proof",
	"vm":                "",
	"contracts/sdk":     "",
	"tx":                "chain chain/wire proto",
	"app/wasm":          "chain chain/layout chain/wire vm proto", // modules never import each other: what one
	"app/auth":          "chain chain/layout chain/wire tx proto", // needs of another is a small interface that
	"app/bank":          "chain chain/layout chain/wire proto",    // it declares and app wires
	"app/staking":       "chain chain/layout chain/wire proto",
	"app/distribution":  "chain chain/layout chain/wire proto",
	"app/slashing":      "chain chain/layout chain/wire proto",
	"app/mint":          "chain chain/layout proto",
	"app/upgrade":       "chain chain/layout proto",
	"app/valset":        "chain chain/layout", // the one door for validator updates
	"app/feegrant":      "chain chain/layout chain/wire proto",
	"app/lottery":       "chain chain/layout chain/wire proto",
	"app":               "app/auth app/bank app/distribution app/feegrant app/mint app/slashing app/staking app/upgrade app/valset app/wasm app/lottery chain chain/layout chain/wire tx state vm proto",
	"mempool":           "chain",
	"abci":              "app mempool chain state proto",
	"client":            "chain chain/layout chain/wire tx state/proof proto",
	"client/keyring":    "chain tx proto",
	"miner":             "app/lottery client chain chain/layout proto",
	"node":              "abci app app/lottery miner mempool client chain chain/layout tx state vm proto",
	"contracts/testkit": "app app/lottery app/wasm chain chain/layout tx state vm proto contracts/sdk",
	"contracts/tool":    "client chain chain/wire proto tx vm",
	"contracts":         "contracts/sdk",                                     // the examples; their tests may use contracts/testkit too
	"testnet":           "client client/keyring chain chain/layout tx proto", // knows weft as a user does; for one process cli hands it a Launcher
	"bench":             "client chain tx proto",
	"cli":               "node testnet bench client client/keyring contracts/tool miner app/lottery chain chain/layout chain/wire tx proto",
	"internal":          "", // for developers: golden files, lint, processor time and ports in tests, the OpenAPI document
	".":                 "cli",
}

// fences names the folders that may touch a part of the outside world, by a
// run of whole path elements. An empty list means nobody.
var fences = map[string]string{
	"cometbft/abci/types": "abci proto",
	"cometbft/node":       "node",
	"wazero":              "vm",
	"cosmos/iavl":         "state",
	"cockroachdb/pebble":  "state",
	"viper":               "cli",

	"cosmos/cosmos-sdk": "",
	"CosmWasm/wasmvm":   "",
	"C":                 "", // cgo: weft is one static binary
}

// stdOnly are the folders that import the standard library and nothing else
// from outside: what contracts link must stay small.
const stdOnly = "contracts/sdk"

func TestLayers(t *testing.T) {
	problems, files, err := checkImports(".")
	if err != nil {
		t.Fatal(err)
	}
	if files == 0 {
		t.Fatal("no Go file was read: the walk is broken")
	}
	for _, p := range problems {
		t.Error(p)
	}
}

// TestLayersTable finds typing errors in the table itself.
func TestLayersTable(t *testing.T) {
	tables := map[string]map[string]string{"layers": layers, "fences": fences}
	for name, table := range tables {
		for key, list := range table {
			for _, folder := range strings.Fields(list) {
				if _, ok := layers[folder]; !ok {
					t.Errorf("%s[%q] names %s, which has no line in layers", name, key, folder)
				}
				if name == "layers" && slices.Contains(strings.Fields(layers[folder]), key) {
					t.Errorf("layers: %s and %s import each other", key, folder)
				}
			}
		}
	}
}

// TestLayersReport is the test of the test: each kind of forbidden import in
// a small tree is reported with its rule, and nothing else is.
func TestLayersReport(t *testing.T) {
	root := t.TempDir()
	for name, imports := range map[string]string{
		"go.mod":                   "",
		"main.go":                  `"os"; "` + module + `/cli"`,
		"vm/call.go":               `"` + module + `/chain"; "github.com/tetratelabs/wazero/api"`,
		"vm/call_test.go":          `"` + module + `/app"`,
		"vm/rewrite/emit.go":       `"` + module + `/vm"; "github.com/cosmos/iavl"`,
		"vm/testdata/src/x.go":     `"` + module + `/app"`,
		"vm/conformance/go.mod":    "",
		"vm/conformance/oracle.go": `"github.com/CosmWasm/wasmvm/v3"`,
		"app/wasm/bank.go":         `"` + module + `/app/bank"; "` + module + `/vm/cosmwasm"`,
		"contracts/sdk/store.go":   `"errors"; "golang.org/x/crypto/sha3"`,
		"chain/gas.go":             `"C"; _ "github.com/weftchain/weftish/x"`,
		"client/query.go":          `"github.com/cometbft/cometbft/rpc/client/http"; "` + module + `/chain/layout"`,
		"util/strings.go":          `"strings"`,
	} {
		text := "package x\n\nimport (" + imports + ")\n"
		if strings.HasSuffix(name, "go.mod") {
			text = "module x\n"
		}
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, _, err := checkImports(root)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"app/wasm/bank.go imports weft/app/bank: app/wasm may import only [chain chain/layout chain/wire vm proto]",
		"chain/gas.go imports C: only [] may import C",
		"contracts/sdk/store.go imports golang.org/x/crypto/sha3: contracts/sdk may import only the standard library",
		"util/strings.go: util has no line in layers: give it one, or move the file",
		"vm/call.go imports weft/chain: vm may import only []",
		"vm/rewrite/emit.go imports github.com/cosmos/iavl: only [state] may import cosmos/iavl",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// checkImports reads the imports of every Go file below root that ships, and
// returns each broken rule, sorted, and the number of files it read. It
// parses instead of asking go list, because a test that runs go list is
// answered from the test cache after an import has changed.
func checkImports(root string) (problems []string, files int, err error) {
	err = filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return enter(root, file)
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		files++
		found, err := checkFile(root, file)
		problems = append(problems, found...)
		return err
	})
	slices.Sort(problems)
	return problems, files, err
}

// enter says whether the walk goes into dir: not where the go command does
// not look, not into build output and not into another module.
func enter(root, dir string) error {
	if dir == root {
		return nil
	}
	base := filepath.Base(dir)
	if strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "testdata" || base == "node_modules" || dir == filepath.Join(root, "build") {
		return filepath.SkipDir
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
		return filepath.SkipDir
	}
	return nil
}

// checkFile returns the rules that the imports of one file break.
func checkFile(root, file string) ([]string, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	name, err := filepath.Rel(root, file)
	if err != nil {
		return nil, err
	}
	name = filepath.ToSlash(name)
	from, ok := owner(path.Dir(name))
	if !ok {
		return []string{fmt.Sprintf("%s: %s has no line in layers: give it one, or move the file", name, from)}, nil
	}
	var problems []string
	for _, spec := range parsed.Imports {
		target, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		if p := checkImport(from, target); p != "" {
			short := strings.Replace(target, module, path.Base(module), 1)
			problems = append(problems, fmt.Sprintf("%s imports %s: %s", name, short, p))
		}
	}
	return problems, nil
}

// checkImport returns the rule that is broken when folder imports target, or
// nothing.
func checkImport(folder, target string) string {
	if inside, ok := strings.CutPrefix(target+"/", module+"/"); ok {
		to, _ := owner(cmp.Or(strings.TrimSuffix(inside, "/"), "."))
		if to != folder && !slices.Contains(strings.Fields(layers[folder]), to) {
			return fmt.Sprintf("%s may import only [%s]", folder, layers[folder])
		}
		return ""
	}
	for fence, allowed := range fences {
		if strings.Contains("/"+target+"/", "/"+fence+"/") && !slices.Contains(strings.Fields(allowed), folder) {
			return fmt.Sprintf("only [%s] may import %s", allowed, fence)
		}
	}
	first, _, _ := strings.Cut(target, "/")
	if folder == stdOnly && strings.Contains(first, ".") {
		return folder + " may import only the standard library"
	}
	return ""
}

// owner returns the line of layers that a folder belongs to: its own or that
// of its nearest parent. Without one it returns the folder and false.
func owner(folder string) (string, bool) {
	for f := folder; f != "."; f = path.Dir(f) {
		if _, ok := layers[f]; ok {
			return f, true
		}
	}
	return folder, folder == "."
}
