//go:build wasip1

// Command wasm is the name service as the chain runs it.
package main

import (
	"github.com/weftchain/weft/contracts/names"
	"github.com/weftchain/weft/contracts/sdk"
)

func init() { sdk.Export(names.Contract) }

func main() {}
