//go:build wasip1

// Command wasm is the arcade as the chain runs it.
package main

import (
	"github.com/weftchain/weft/contracts/arcade"
	"github.com/weftchain/weft/contracts/sdk"
)

func init() { sdk.Export(arcade.Contract) }

func main() {}
