//go:build wasip1

// Command wasm is the token as the chain runs it.
package main

import (
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/token"
)

func init() { sdk.Export(token.Contract) }

func main() {}
