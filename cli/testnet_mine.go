package cli

import (
	"io"

	"github.com/weftchain/weft/testnet"
)

// Run implements testnet.Tool: the command runs in a process of the nodes' binary.
func (l *testnetLauncher) Run(args []string, out io.Writer) (testnet.Process, error) {
	return spawn(l.binary, args, out)
}
