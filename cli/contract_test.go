package cli

import "os"

// The scripts' weft has the source of the module from the work tree: only a weft
// that is built from the root embeds it.
func init() {
	if root := os.Getenv("REPO"); root != "" {
		Source = os.DirFS(root)
	}
}
