package testkit

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestGasFile: a change of gas is told with both numbers, and -update takes it.
func TestGasFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "testdata", "gas.txt")
	check := func(name string, now cost, update bool, want ...string) {
		t.Helper()
		err := checkGas(file, name, now, update)
		if (err == nil) != (len(want) == 0) {
			t.Fatalf("error %v, want %q", err, want)
		}
		for _, w := range want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%q is not in %q", w, err)
			}
		}
	}
	check("TestA/x", cost{100, 2000}, false, "gas of TestA/x: 100, VM gas 2000, is not in "+file+" yet: go test -update writes it")
	check("TestA/x", cost{100, 2000}, true)
	check("TestA/x", cost{100, 2000}, false)
	check("TestB/long name"[:10], cost{1, 2}, true)
	check("TestA/x", cost{103, 2000}, false, "100 → 103 (+3.00 %), VM gas 2000 (was, is;", "go test -update")
	check("TestA/x", cost{100, 1999}, false, "100, VM gas 2000 → 1999 (-0.05 %)")
	check("TestA/x", cost{103, 1000}, true)
	check("TestA/gone", cost{1, 1}, true)
	clear(updated) // as in the next process
	check("TestA/x", cost{103, 1000}, true)
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := "TestA/x           103         1000\nTestB/long          1            2\n"
	if !strings.HasSuffix(string(raw), want) {
		t.Errorf("%s\nwant %s", raw, want)
	}
	old := strings.Replace(string(raw), "go1.", "go0.", 1)
	if err := os.WriteFile(file, []byte(old), 0o600); err != nil {
		t.Fatal(err)
	}
	check("TestA/x", cost{104, 1000}, false, "the file was written with go0.")
	if err := os.WriteFile(file, []byte("TestA/x many\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	check("TestA/x", cost{104, 1000}, false, `"TestA/x many": want a name, SDK gas and VM gas`)
}
