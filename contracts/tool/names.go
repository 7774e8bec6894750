package tool

import (
	"regexp"
	"slices"
	"strings"

	"github.com/weftchain/weft/contracts/tool/wasmfile"
)

// Go's linker writes an underscore in names for everything but letters, digits
// and dots. readableNames puts back what can be known: import paths, and the
// receivers of methods.
func readableNames(sections []wasmfile.Section, packages []string) ([]wasmfile.Section, error) {
	names, err := wasmfile.Names(sections)
	if err != nil || len(names) == 0 {
		return sections, err
	}
	spelled := map[string]string{}
	for _, p := range append([]string{"runtime/debug", "internal/runtime/sys", "internal/runtime/syscall"}, packages...) { // also what is there by linkname only
		spelled[spoiled.ReplaceAllString(p, "_")] = p
	}
	for index, name := range names {
		names[index] = readableName(name, spelled)
	}
	return wasmfile.WithNames(sections, names), nil
}

var (
	spoiled  = regexp.MustCompile(`[^\w.]`)
	receiver = regexp.MustCompile(`^__(\w+)_\.`)
)

// readableName finds the longest import path that a name begins with.
func readableName(name string, spelled map[string]string) string {
	for dot := strings.LastIndexByte(name, '.'); dot > 0; dot = strings.LastIndexByte(name[:dot], '.') {
		if path, ok := spelled[name[:dot]]; ok {
			return path + "." + receiver.ReplaceAllString(name[dot+1:], "(*$1).")
		}
	}
	return name
}

// importPaths are the packages of a list, sorted.
func importPaths(list []listed) []string {
	var paths []string
	for _, p := range list {
		paths = append(paths, p.ImportPath)
	}
	slices.Sort(paths)
	return paths
}
