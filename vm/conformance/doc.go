// Package conformance holds weft's VM against public contracts and the numbers
// of the reference: wasmvm v3.0.7 runs them in its tests with exact gas.
//
// It is a module of its own so that the reference stays out of weft's go.mod.
// The contracts are read from the directory of the wasmvm module, which go
// downloads and verifies; nothing of wasmvm is linked.
package conformance
