package bind

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/weftchain/weft/contracts/tool/schema"
)

var update = flag.Bool("update", false, "write the committed client")

// TestCommitted: tipjarclient is what the generator writes. Package cli has a test
// that uses it on a node.
func TestCommitted(t *testing.T) {
	c, err := schema.Read("../../tipjar/schema.json")
	if err != nil {
		t.Fatal(err)
	}
	files, err := Go(c, GoOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := filepath.Join(PackageName(c.Name), f.Name)
		if *update {
			if err := os.WriteFile(name, f.Data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if string(want) != string(f.Data) {
			t.Errorf("%s is not what the generator writes: run go test ./contracts/tool/bind -update", name)
		}
	}
}
