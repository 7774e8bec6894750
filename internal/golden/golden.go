// Package golden compares what a test got with a file that was committed.
//
// It knows where such a file lies and how to rewrite it. What the bytes mean,
// and whether a change of them is right, it leaves to the test and to the
// person who reads the diff: a changed golden app hash is a breaking change.
package golden

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// update makes Check write instead of compare: go test ./state -update.
var update = flag.Bool("update", false, "rewrite the golden files of the tests that run")

// Updating reports whether the test was run with -update. It is for tests that
// keep what they expect in a form of their own.
func Updating() bool { return *update }

// Check compares got, byte by byte, with testdata/<TestName>.golden below the
// package's folder, where slashes of a subtest's name become underscores. A
// test that calls it twice needs a subtest for each. With -update it writes
// the file and the test passes; make golden does so for the whole tree.
func Check(t testing.TB, got []byte) {
	t.Helper()
	file := File(t)
	if *update {
		if err := rewrite(file, got); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("%s does not exist: run the test with -update, then read the file before you commit it", file)
	}
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Fatalf("%s: %s\nif this is meant, run the test with -update and explain each changed line in the commit", file, difference(got, want))
	}
}

// File returns the path of the golden file of t, relative to its package.
func File(t testing.TB) string {
	return filepath.Join("testdata", strings.ReplaceAll(t.Name(), "/", "_")+".golden")
}

// rewrite stores got, and leaves a file that already holds it untouched.
func rewrite(file string, got []byte) error {
	if old, err := os.ReadFile(file); err == nil && bytes.Equal(old, got) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, got, 0o644)
}

// difference names the first line in which got and want part.
func difference(got, want []byte) string {
	g, w := bytes.SplitAfter(got, []byte("\n")), bytes.SplitAfter(want, []byte("\n"))
	for i := range min(len(g), len(w)) {
		if !bytes.Equal(g[i], w[i]) {
			return fmt.Sprintf("line %d differs\n got %s\nwant %s", i+1, clip(g[i]), clip(w[i]))
		}
	}
	return fmt.Sprintf("got %d lines, want %d; the shorter is the start of the longer", len(g), len(w))
}

// clip quotes a line for a message and bounds its length.
func clip(line []byte) string {
	const maxBytes = 400
	if len(line) > maxBytes {
		return fmt.Sprintf("%q and %d bytes more", line[:maxBytes], len(line)-maxBytes)
	}
	return fmt.Sprintf("%q", line)
}
