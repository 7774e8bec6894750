// Package vm runs CosmWasm contracts (interface_version_8) on wazero.
//
// It knows the contract interface of wasmvm 3.0.7: exports and their calling
// protocol, the imports of module "env", the Region and section layouts of guest
// memory, what a host call costs, and how a failed call reads. Bytes go in and
// bytes come out: an [Engine] takes code, checks it ([Engine.Check]), compiles it
// ([Engine.Compile]) and calls an entry point of it ([Engine.Call]) with a
// Storage, an API and a Querier that the caller brings.
//
// It leaves to others: how a module is validated and metered (vm/rewrite), the
// JSON documents that travel through a call (vm/cosmwasm), chain gas and its
// factor to VM gas, the price of reading a result, addresses, stores, queries
// and messages (app/wasm). It is the only folder of weft that touches wazero.
//
// # Verdicts and faults
//
// An [*Error] is the contract's own failure: every node that runs the call gets
// the same kind, the same gas and the same text. Any other error of this package
// is a fault of this node (an engine bug, a broken disk, an error of a backend)
// and must stop it. A panic never leaves this package: one inside a host function
// or inside the compiler becomes a fault.
//
// # Caches
//
// The bytes of a code are state and belong to the caller; the metered module and
// its machine code are caches ([Config.CacheDir], [Config.MemoryCacheBytes]) that
// hold nothing which cannot be rebuilt. Deleting or damaging them changes the
// speed of a call and nothing else. See disk.go for how damage is found: wazero
// guards only a part of its cached machine code, and with a CRC.
package vm
