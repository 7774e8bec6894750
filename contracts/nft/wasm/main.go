//go:build wasip1

// Command wasm is the collection as the chain runs it.
package main

import (
	"github.com/weftchain/weft/contracts/nft"
	"github.com/weftchain/weft/contracts/sdk"
)

func init() { sdk.Export(nft.Contract) }

func main() {}
