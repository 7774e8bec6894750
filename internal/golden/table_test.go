package golden

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

const document = `# Numbers

## Primes

Text before.

| n | what for |
| --- | --- |
| 2 | even |
| 3 | odd |

| another | table |
| --- | --- |
| 4 | |

## Squares

| n |
| --- |
| 4 |
`

// table runs Table as a test of a package two folders below the root would.
func table(t *testing.T, section string, rows [][]string, rewriting bool) string {
	t.Helper()
	defer func(old bool) { *update = old }(*update)
	*update = rewriting
	r := &recorder{TB: t, name: "TestTable"}
	done := make(chan struct{})
	go func() {
		defer close(done)
		Table(r, "numbers.md", section, rows)
		runtime.Goexit()
	}()
	<-done
	return r.failure
}

func TestTable(t *testing.T) {
	root := t.TempDir()
	file := filepath.Join(root, "docs", "spec", "numbers.md")
	for _, dir := range []string{filepath.Dir(file), filepath.Join(root, "a", "b")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(file, []byte(document), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Join(root, "a", "b"))

	for _, c := range []struct {
		section string
		rows    [][]string
		failure string
	}{
		{"Primes", [][]string{{"2"}, {"3"}}, ""},
		{"Primes", [][]string{{"2", "even"}, {"3", "odd"}}, ""},
		{"Primes", [][]string{{"2", "odd"}, {"3", "odd"}}, "line 1 differs"},
		{"Primes", [][]string{{"3"}, {"2"}}, "line 1 differs"},
		{"Primes", [][]string{{"2"}}, "line 2 differs"},
		{"Primes", [][]string{{"2"}, {"3"}, {"5"}}, "line 3 differs"},
		{"Squares", [][]string{{"4"}}, ""},
		{"Cubes", nil, "no table below the heading"},
		{"Numbers", nil, "no table below the heading"},
	} {
		if f := table(t, c.section, c.rows, false); (c.failure == "") != (f == "") || !strings.Contains(f, c.failure) {
			t.Errorf("%s %v: failure %q, want %q", c.section, c.rows, f, c.failure)
		}
	}
	if got, want := Rows(t, "numbers.md", "Primes"), [][]string{{"2", "even"}, {"3", "odd"}}; !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("rows %v, want %v", got, want)
	}

	if f := table(t, "Primes", [][]string{{"3"}, {"5", "odd"}}, true); f != "" {
		t.Errorf("-update failed: %s", f)
	}
	want := strings.Replace(document, "| 2 | even |\n| 3 | odd |\n", "| 3 | odd |\n| 5 | odd |\n", 1)
	if got, err := os.ReadFile(file); err != nil || string(got) != want {
		t.Errorf("-update wrote %s, %v", got, err)
	}
}

func TestNumber(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 70_000_000_000: "70,000,000,000"} {
		if got := Number(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
