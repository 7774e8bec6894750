//go:build wasip1

// Command wasm is the contract as the chain runs it.
package main

import (
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/testkit/testdata/forgetful"
)

func init() { sdk.Export(forgetful.Contract) }

func main() {}
