//go:build reference

package bind

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/weftchain/weft/contracts/tool/schema"
)

// corpus reads all schemas below the folder WEFT_SCHEMAS.
func corpus(t *testing.T) (paths []string, all map[string]*schema.Contract) {
	t.Helper()
	all = map[string]*schema.Contract{}
	err := filepath.WalkDir(os.Getenv("WEFT_SCHEMAS"), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if c, err := schema.Read(path); err == nil && len(c.Documents) > 0 {
			all[path] = c
			paths = append(paths, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(paths)
	return paths, all
}

// TestCorpusTypeScript writes the clients of all schemas into the folder WEFT_OUT;
// run tsc --strict there.
func TestCorpusTypeScript(t *testing.T) {
	paths, all := corpus(t)
	for i, path := range paths {
		files, err := TypeScript(all[path], TypeScriptOptions{Package: "@cosmjs/cosmwasm"})
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		dir := filepath.Join(os.Getenv("WEFT_OUT"), fmt.Sprintf("c%d", i))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if err := os.WriteFile(filepath.Join(dir, f.Name), append([]byte("// "+path+"\n"), f.Data...), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Logf("%d schemas", len(paths))
}

// TestCorpusGo type-checks the clients of all schemas.
func TestCorpusGo(t *testing.T) {
	paths, all := corpus(t)
	for _, path := range paths {
		files, err := Go(all[path], GoOptions{})
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if err := compile(t, files); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	t.Logf("%d schemas", len(paths))
}
