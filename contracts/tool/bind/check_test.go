package bind

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/weftchain/weft/contracts/tool/schema"
)

// exports returns where the compiler put what it exported of the packages that
// generated code imports.
var exports = sync.OnceValues(func() (map[string]string, error) {
	cmd := exec.Command("go", "list", "-deps", "-export", "-json=ImportPath,Export", "github.com/weftchain/weft/client", "github.com/weftchain/weft/proto/cosmwasm/wasm/v1")
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct{ ImportPath, Export string }
		if err := d.Decode(&p); err == io.EOF {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all[p.ImportPath] = p.Export
	}
})

// compile type-checks generated Go.
func compile(t *testing.T, files []File) error {
	t.Helper()
	all, err := exports()
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	var asts []*ast.File
	for _, f := range files {
		file, err := parser.ParseFile(set, f.Name, f.Data, 0)
		if err != nil {
			return err
		}
		asts = append(asts, file)
	}
	conf := types.Config{Importer: importer.ForCompiler(set, "gc", func(path string) (io.ReadCloser, error) { return os.Open(all[path]) })}
	_, err = conf.Check("generated", set, asts, nil)
	return err
}

// TestGo: the code for the examples compiles.
func TestGo(t *testing.T) {
	for _, path := range []string{"../schema/testdata/forms.json", "testdata/hostile.json", "../../tipjar/schema.json", "../../token", "../../multisig", "../../nft"} {
		c, err := schema.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		files, err := Go(c, GoOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if err := compile(t, files); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}
