package cli

import (
	"io/fs"

	"github.com/spf13/cobra"
)

// Source is what the program embeds of its own module for those who write
// contracts (source.go in the root sets it). Without it weft contract new has
// nothing to unpack.
var Source fs.FS

func (r *run) contractCommand() *cobra.Command {
	return newGroup("contract", "Write, test, build, check and use contracts",
		r.contractSchema())
}
