// Command pack writes the files that source.go embeds into a zip archive, which
// a weft that is built with the tag packed embeds in their place: it is six
// megabytes smaller. `make build` calls it.
//
//	go run ./internal/pack build/source.zip
//
// It knows patterns and archives; which files are needed is source.go's.
package main

import (
	"archive/zip"
	"compress/flate"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./internal/pack FILE")
		os.Exit(2)
	}
	if err := pack("source.go", os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

// pack writes the archive. The same files give the same bytes.
func pack(list, archive string) error {
	names, err := embedded(list)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(archive), 0o755); err != nil {
		return err
	}
	out, err := os.Create(archive)
	if err != nil {
		return err
	}
	w := zip.NewWriter(out)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, flate.BestCompression) })
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		part, err := w.Create(filepath.ToSlash(name)) // without a time
		if err != nil {
			return err
		}
		if _, err := part.Write(data); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	return out.Close()
}

// embedded returns the files that the go:embed lines of a Go file in the current
// folder name, sorted.
func embedded(list string) (names []string, err error) {
	text, err := os.ReadFile(list)
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(text)) {
		patterns, ok := strings.CutPrefix(line, "//go:embed ")
		if !ok {
			continue
		}
		for _, pattern := range strings.Fields(patterns) {
			found, err := filepath.Glob(pattern)
			if err != nil || len(found) == 0 {
				return nil, fmt.Errorf("pattern %s of %s fits nothing: %w", pattern, list, err)
			}
			for _, name := range found {
				if names, err = add(names, name); err != nil {
					return nil, err
				}
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// add appends a file, or all files of a folder but those that go:embed passes
// over.
func add(names []string, root string) ([]string, error) {
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != root && strings.ContainsAny(d.Name()[:1], "._"):
			if d.IsDir() {
				return fs.SkipDir
			}
		case strings.HasSuffix(name, "_test.go") && !strings.HasPrefix(name, "contracts"):
			// never unpacked
		case !d.IsDir():
			names = append(names, name)
		}
		return nil
	})
	return names, err
}
