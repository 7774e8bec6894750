//go:build wasip1

// Command wasm is the probe as the chain runs it.
package main

import (
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/probe"
)

func init() { sdk.Export(probe.Contract) }

func main() {}
