package goschema

import (
	"os"
	"path/filepath"
	"testing"
)

// TestCommitted: what lies beside the examples is what their source says.
func TestCommitted(t *testing.T) {
	dirs, err := filepath.Glob("../../*/schema")
	if err != nil || len(dirs) == 0 {
		t.Fatal(dirs, err)
	}
	for _, dir := range dirs {
		t.Run(filepath.Base(filepath.Dir(dir)), func(t *testing.T) {
			c, err := Package(t.Context(), Options{Dir: filepath.Dir(dir)})
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(c.File())
			if err != nil {
				t.Fatal(err)
			}
			if string(c.Data) != string(want) {
				t.Errorf("%s is not what the source says: run weft contract schema %s", c.File(), c.Dir)
			}
		})
	}
}
