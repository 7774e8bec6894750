//go:build tools

package conformance

import _ "github.com/CosmWasm/wasmvm/v3/types" // its directory has the contracts
