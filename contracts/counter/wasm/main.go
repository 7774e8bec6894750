//go:build wasip1

// Command wasm is the counter as the chain runs it.
package main

import (
	"github.com/weftchain/weft/contracts/counter"
	"github.com/weftchain/weft/contracts/sdk"
)

func init() { sdk.Export(counter.Contract) }

func main() {}
