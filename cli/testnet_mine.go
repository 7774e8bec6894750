package cli

import (
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/weftchain/weft/testnet"
)

// Run implements testnet.Tool: the command runs in a process of the nodes' binary.
func (l *testnetLauncher) Run(args []string, out io.Writer) (testnet.Process, error) {
	binary := l.binary
	if binary == "" {
		self, err := os.Executable()
		if err != nil {
			return nil, err
		}
		binary = self
	}
	cmd := exec.Command(binary, args...)
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "WEFT_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Stdout, cmd.Stderr = out, out
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return outside{cmd}, nil
}
