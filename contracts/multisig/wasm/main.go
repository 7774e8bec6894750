//go:build wasip1

// Command wasm is the multisig as the chain runs it.
package main

import (
	"github.com/weftchain/weft/contracts/multisig"
	"github.com/weftchain/weft/contracts/sdk"
)

func init() { sdk.Export(multisig.Contract) }

func main() {}
