// Package conformance holds weft's VM against the reference: wasmvm v3.0.7, and
// public contracts.
//
// It is a module of its own so that the reference stays out of weft's go.mod.
// Contracts are read from the directories of Go modules that carry them (wasmvm,
// wasmd, neutron, osmosis: corpus_test.go), which go downloads and verifies; after
// that the tests run offline.
//
// Without cgo the tests hold weft against the exact gas that wasmvm's own tests
// expect. With cgo (make conformance) the prebuilt library of wasmvm runs in the
// same process, and every call is made twice, in two worlds that are alike
// (world_test.go): results, gas of all kinds, errors, storage accesses, address
// calls, queries and stores have to be the same, and so have the verdicts about
// uploads. What may differ is in two tables, each with its reason:
// allowed_test.go for calls, static_test.go for uploads. A run ends with one line
// that counts what was compared.
//
//   - scripts_test.go, ibc_scripts_test.go: contracts of the reference, step by step
//   - probe_test.go, corpora_test.go: any contract, by what it says about messages
//     that it does not take (filling_test.go), then each value of a message changed;
//     WEFT_CONTRACTS names a directory with more of them
//   - imports_test.go, crypto_test.go, bls_test.go: every import with strange arguments
//   - execution_test.go: the ways in which a call can end, and deep recursion
//   - static_test.go: modules at and beyond each limit, and mutated ones
//   - random_modules_test.go, sequence_test.go: random functions, random messages
//   - notice_test.go: that the comparison notices each thing which it compares
//   - side_test.go: benchmarks of both side by side
package conformance
