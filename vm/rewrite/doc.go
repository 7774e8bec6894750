// Package rewrite turns the bytes of an uploaded contract into the module that
// this chain runs.
//
// It knows the WebAssembly binary format, the static rules of CosmWasm's
// reference VM (wasmvm 3.0.7), its gas table and charge points, weft's measure
// of stack depth, an estimate of what compiling costs, the canonical NaN rule and
// the integer patterns that the engine (wazero v1.12.0) compiles wrongly. [Check]
// parses a module once and decides whether it may be stored; [Module.Metered]
// writes the copy that is compiled. docs/spec/vm.md and refusals.md have the rules,
// testdata/TestListing.golden shows the copy.
//
// It does not know the engine, host functions, gas limits, caches or state:
// package vm does. It is consensus code: the same bytes in give the same bytes
// out on every architecture, and [Version] is part of every cache key.
//
// How the copy differs from the original:
//
//   - every index space only grows at its end, so no index shifts;
//   - three globals are added and exported (see [GasGlobal], [MarkGlobal],
//     [DepthGlobal]); all mutable globals of the contract are exported as well
//     (see [MutableGlobal]);
//   - gas is charged where the reference charges it, and one function is added
//     in which a guest that computes for long makes pauses (meter.go);
//   - functions that call others pay their frame from the stack budget
//     (depth.go);
//   - float operations whose NaN bits are open return the canonical NaN (nan.go);
//   - ordered integer comparisons and remainders take a form that the engine
//     compiles correctly (engine.go);
//   - the memory gets the host's maximum, custom sections are left out.
//
// The copy uses mutable globals, sign extension, saturating conversions,
// multi-value and bulk memory (with the reference-type encodings that belong to
// it); an engine needs these features and no others.
package rewrite
