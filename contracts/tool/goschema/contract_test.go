package goschema

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the schemas of the examples")

// TestCommitted: what lies beside the examples is what their source says.
func TestCommitted(t *testing.T) {
	mains, err := filepath.Glob("../../*/wasm/main.go") // each contract has one
	if err != nil || len(mains) == 0 {
		t.Fatal(mains, err)
	}
	for _, file := range mains {
		dir := filepath.Dir(filepath.Dir(file))
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			c, err := Package(t.Context(), Options{Dir: dir})
			if err != nil {
				t.Fatal(err)
			}
			if *update {
				if err := os.MkdirAll(filepath.Dir(c.File()), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(c.File(), c.Data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(c.File())
			if err != nil {
				t.Fatalf("%v: run weft contract schema %s", err, dir)
			}
			if string(c.Data) != string(want) {
				t.Errorf("%s is not what the source says: run weft contract schema %s", c.File(), dir)
			}
		})
	}
}
