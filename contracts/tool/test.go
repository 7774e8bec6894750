package tool

import (
	"context"
	"io"
	"os"
	"slices"
	"strings"
)

// Test runs go test in a project; args are flags of its own, and packages, which
// are all if none is named.
func Test(ctx context.Context, dir string, args []string, stdout, stderr io.Writer) error {
	if _, err := goMod(dir); err != nil {
		return err
	}
	all := []string{"test"}
	if !slices.ContainsFunc(args, func(a string) bool { return strings.HasPrefix(a, "./") }) {
		all = append(all, "./...")
	}
	// Without paths in what is compiled the build cache serves all projects.
	flags := strings.TrimSpace(strings.ReplaceAll(" "+os.Getenv("GOFLAGS")+" ", " -trimpath ", " ") + " -trimpath")
	return goCommand{dir: dir, env: []string{"GOFLAGS=" + flags}}.run(ctx, stdout, stderr, append(all, args...)...)
}
