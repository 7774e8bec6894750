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
	var dirs []string
	for _, file := range mains {
		dirs = append(dirs, filepath.Dir(filepath.Dir(file)))
	}
	all, own, err := list(t.Context(), ".", dirs...)
	if err != nil || len(own) != len(dirs) {
		t.Fatal(len(own), err)
	}
	for _, p := range own {
		t.Run(p.Name, func(t *testing.T) { committed(t, all, p) })
	}
}

func committed(t *testing.T, all map[string]*listed, p *listed) {
	s, err := open(all, p)
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.describe(Options{Dir: p.Dir})
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
		t.Fatalf("%v: run weft contract schema %s", err, p.Dir)
	}
	if string(c.Data) != string(want) {
		t.Errorf("%s is not what the source says: run weft contract schema %s", c.File(), p.Dir)
	}
}
