//go:build wasip1

// Command wasm is the escrow as the chain runs it.
package main

import (
	"github.com/weftchain/weft/contracts/escrow"
	"github.com/weftchain/weft/contracts/sdk"
)

func init() { sdk.Export(escrow.Contract) }

func main() {}
