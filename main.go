// Weft is a smart-contract chain in one binary: node, command line and tools.
package main

import (
	"os"

	"github.com/weftchain/weft/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
