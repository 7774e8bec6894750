package cli

import "github.com/spf13/cobra"

// debugCommand holds what helps to look into or beside a chain.
func (r *run) debugCommand() *cobra.Command {
	return newGroup("debug", "Tools for developers of pages and nodes", r.keplrCommand())
}
