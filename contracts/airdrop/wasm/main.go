//go:build wasip1

// Command wasm is the airdrop as the chain runs it.
package main

import (
	"github.com/weftchain/weft/contracts/airdrop"
	"github.com/weftchain/weft/contracts/sdk"
)

func init() { sdk.Export(airdrop.Contract) }

func main() {}
