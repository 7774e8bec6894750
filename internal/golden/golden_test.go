package golden

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// recorder is a test that only notes how it failed.
type recorder struct {
	testing.TB
	name    string
	failure string
}

func (r *recorder) Helper()      {}
func (r *recorder) Name() string { return r.name }

func (r *recorder) Fatal(args ...any) {
	r.failure = fmt.Sprint(args...)
	runtime.Goexit()
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.failure = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// check runs Check as the test of that name would and returns its failure.
func check(t *testing.T, name, got string, rewriting bool) string {
	t.Helper()
	defer func(old bool) { *update = old }(*update)
	*update = rewriting
	r := &recorder{TB: t, name: name}
	done := make(chan struct{})
	go func() { // a goroutine of its own, for Fatal ends it
		defer close(done)
		Check(r, []byte(got))
	}()
	<-done
	return r.failure
}

func TestCheck(t *testing.T) {
	t.Chdir(t.TempDir())
	const name = "TestGas/two_calls"
	file := filepath.Join("testdata", "TestGas_two_calls.golden")

	if f := check(t, name, "a\n", false); !strings.Contains(f, "-update") || !strings.Contains(f, file) {
		t.Errorf("without a file the failure says %q", f)
	}
	if f := check(t, name, "a\nb\n", true); f != "" {
		t.Errorf("-update failed: %s", f)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "a\nb\n" {
		t.Fatalf("-update wrote %q, %v", text, err)
	}
	for _, c := range []struct{ got, failure string }{
		{"a\nb\n", ""},
		{"a\nc\n", "line 2 differs\n got \"c\\n\"\nwant \"b\\n\""},
		{"a\r\nb\n", "line 1 differs"},
		{"a\n", "line 2 differs"},
		{"a\nb\nc\n", "line 3 differs"},
		{"", "line 1 differs"},
		{strings.Repeat("x", 1000), "and 600 bytes more"},
	} {
		f := check(t, name, c.got, false)
		if (c.failure == "") != (f == "") || !strings.Contains(f, c.failure) {
			t.Errorf("got %q: failure %q, want %q", c.got, f, c.failure)
		}
	}
}

// TestFile uses the package as another package's test would.
func TestFile(t *testing.T) {
	for _, name := range []string{"one", "one/two"} {
		t.Run(name, func(t *testing.T) {
			Check(t, []byte(filepath.ToSlash(File(t))+"\n"))
		})
	}
}
