//go:build wasip1

// Command wasm is the mining pool as the chain runs it.
package main

import (
	"github.com/weftchain/weft/contracts/miningpool"
	"github.com/weftchain/weft/contracts/sdk"
)

func init() { sdk.Export(miningpool.Contract) }

func main() {}
