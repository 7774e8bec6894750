//go:build reference

package schema

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCorpus reads all schemas below the folder WEFT_SCHEMAS.
func TestCorpus(t *testing.T) {
	for dir, c := range Corpus(t, os.Getenv("WEFT_SCHEMAS")) {
		for _, kind := range Kinds {
			for _, m := range c.Messages(kind) {
				_ = m.Usage()
				if m.Type != nil && m.Type.Follow().Form == All {
					t.Logf("%s %s %s is All", dir, kind, m.Name)
				}
			}
		}
	}
}

// Corpus reads all schemas below a folder.
func Corpus(t *testing.T, root string) map[string]*Contract {
	t.Helper()
	all := map[string]*Contract{}
	bad := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			c, err := readFolder(path)
			if err != nil && strings.Contains(err.Error(), "several contracts") {
				return nil
			}
			if err != nil {
				bad++
				t.Logf("%s: %v", path, err)
			} else if c != nil {
				all[path] = c
			}
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil || !strings.HasSuffix(path, ".json") || !strings.Contains(string(data), `"idl_version"`) {
			return err
		}
		c, err := Parse(data)
		if err != nil {
			bad++
			t.Logf("%s: %v", path, err)
			return nil
		}
		all[path] = c
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d schemas, %d refused", len(all), bad)
	return all
}
