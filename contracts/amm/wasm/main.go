//go:build wasip1

// Command wasm is the pool as the chain runs it.
package main

import (
	"github.com/weftchain/weft/contracts/amm"
	"github.com/weftchain/weft/contracts/sdk"
)

func init() { sdk.Export(amm.Contract) }

func main() {}
