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
// # Use
//
// Make one [Engine] with [New] and keep it: it is safe for any number of
// goroutines, and its caches are shared by them. Hand it each code once, with
// [Engine.Compile] or, where nobody can wait for a compiler, [Engine.Admit]; from
// then on a [Code] names it. The three interfaces of a call are small, and a Go map
// behind each will do: the package's example is a whole chain of that kind. What
// exactly a contract may expect stands in docs/spec/vm.md.
//
// Gas is VM gas everywhere in this package: 10^12 are meant to be a second of work.
// Sizes are bytes.
//
// # Verdicts and faults
//
// An [*Error] is the contract's own failure: every node that runs the call gets
// the same kind, the same gas and the same text. Any other error of this package
// is a fault of this node (an engine bug, a broken disk, an error of a backend)
// and must stop it. A panic never leaves this package: one inside a host function
// or inside the compiler becomes a fault.
//
// # Instances
//
// Every call runs in an instance that is as good as new: memory, its size and the
// globals are those of the code's image, which is taken once, after the data
// segments are applied (and _initialize has run, for a code that imports WASI). An
// instance is used for many calls all the same. After each, it is brought back to
// the image: on Linux only the pages that the call wrote to are (mapping_linux.go),
// elsewhere the whole memory. What else a guest could change, tables and segments,
// vm/rewrite does not let it change. An instance is closed instead if the call
// ended with a fault or took all the memory there is. How many wait for their next
// call is bounded ([Config.IdleBytes]); [Engine.Stats] says what an engine holds.
// [Engine.CheckPristine] compares instances with their images, and the build tag
// weft_pristine has this done after every call.
//
// # WASI
//
// A code may import wasi_snapshot_preview1, as those of the stock Go toolchain do.
// It gets virtual time, a fixed random stream, output for people and no files
// (wasi.go), limits of its own ([WASILimits]), and its _initialize is run once
// when it is compiled: that gas is in [Analysis] and what it leaves is what every
// call starts from (initialize.go). docs/spec/wasi.md has the rules. Codes that do
// not import WASI see nothing of all this.
//
// # Traces
//
// A [Tracer] watches a call: its host calls and, in an engine with [Config.Trace],
// each function of the guest with the gas that it used, in stacks that are right
// for programs of the Go toolchain too, which switches stacks by itself
// (trace_switch.go). It changes no result. docs/spec/trace.md is what becomes of it.
//
// # Caches
//
// The bytes of a code are state and belong to the caller; the metered module and
// its machine code are caches ([Config.CacheDir], [Config.MemoryCacheBytes]) that
// hold nothing which cannot be rebuilt. Deleting or damaging them changes the
// speed of a call and nothing else. See disk.go for how damage is found: wazero
// guards only a part of its cached machine code, and with a CRC.
package vm
