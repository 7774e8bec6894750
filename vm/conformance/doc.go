// Package conformance holds weft's VM against public contracts and the numbers
// of the reference: wasmvm v3.0.7 runs them in its tests with exact gas.
//
// It is a module of its own so that the reference stays out of weft's go.mod.
// The contracts are read from the directory of the wasmvm module, which go
// downloads and verifies (go mod download); after that the tests run offline. Of
// wasmvm's code only the JSON types are linked, which need no cgo.
//
// The gas that cosmwasm-vm's own tests expect belongs to a hackatom that is part
// of no Go module, so it is not tested here.
package conformance
