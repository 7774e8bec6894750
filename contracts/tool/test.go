package tool

import (
	"context"
	"io"
	"slices"
	"strings"
)

// Test runs go test in a project; args are flags of its own, and packages, which
// are all if none is named. goflags is GOFLAGS of the environment.
func Test(ctx context.Context, dir string, args []string, goflags string, stdout, stderr io.Writer) error {
	if _, err := goMod(dir); err != nil {
		return err
	}
	all := []string{"test"}
	if !slices.ContainsFunc(args, func(a string) bool { return strings.HasPrefix(a, ".") }) {
		all = append(all, "./...")
	}
	// Without paths in what is compiled the build cache serves all projects, and
	// without cgo no C compiler is needed.
	env := []string{"GOFLAGS=" + strings.TrimSpace(strings.ReplaceAll(goflags, "-trimpath", "")+" -trimpath")}
	if !slices.Contains(args, "-race") {
		env = append(env, "CGO_ENABLED=0")
	}
	return goCommand{dir: dir, env: env}.run(ctx, stdout, stderr, append(all, args...)...)
}
