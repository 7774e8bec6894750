package testkit

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestBuildKey: a build is another one when anything changes that goes into it,
// and the same one again when that is undone.
func TestBuildKey(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	key := func() string {
		t.Helper()
		key, err := buildKey(filepath.Join(dir, "wasm"))
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	write("go.mod", "module example.org/m\n\ngo 1.24\n")
	write("wasm/main.go", "package main\n\nimport _ \"example.org/m/part\"\n\nfunc main() {}\n")
	write("part/part.go", "package part\n\nimport _ \"embed\"\n\n//go:embed text\nvar Text string\n")
	write("part/text", "one")
	write("part/other_linux.go", "package part\n")
	first := key()
	if again := key(); again != first {
		t.Fatal("the key is not the same again")
	}
	for name, text := range map[string]string{
		"wasm/main.go":        "package main\n\nimport _ \"example.org/m/part\"\n\nfunc main() { println() }\n",
		"part/text":           "two",
		"part/more_wasip1.go": "package part\n",
		"go.mod":              "module example.org/m\n\ngo 1.25\n",
	} {
		old, err := os.ReadFile(filepath.Join(dir, name))
		write(name, text)
		if key() == first {
			t.Errorf("%s changed and the key did not", name)
		}
		if err != nil {
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
			continue
		}
		write(name, string(old))
	}
	write("part/other_linux.go", "package part\n\nvar X int\n")
	if key() != first {
		t.Error("a file for another platform changed the key")
	}
	write("wasm/main.go", "package main\n")
	if _, _, err := build(filepath.Join(dir, "wasm")); err == nil {
		t.Error("a main package without main was built")
	}
}

// TestTrim: the newest entries of a cache stay.
func TestTrim(t *testing.T) {
	dir := t.TempDir()
	for i := range mostCached + 2 {
		file := filepath.Join(dir, string(rune('A'+i)))
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if at := time.Now().Add(time.Duration(i-mostCached) * time.Hour); i > 0 {
			if err := os.Chtimes(file, at, at); err != nil {
				t.Fatal(err)
			}
		}
	}
	old := time.Now().Add(-1000 * time.Hour)
	if err := os.Chtimes(filepath.Join(dir, "B"), old, old); err != nil {
		t.Fatal(err)
	}
	trim(dir)
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != mostCached {
		t.Fatal(len(left), err)
	}
	if left[0].Name() != "A" || left[1].Name() != "D" {
		t.Errorf("left: %s, %s", left[0].Name(), left[1].Name())
	}
}
