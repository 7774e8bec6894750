// Package enginetest runs contracts that are written as Go functions, without
// any wasm: an engine for tests of what happens around a contract (package
// app/wasm), and for contract authors who want to test in plain Go.
//
// The engine is real in all that its caller can see: it checks and stores
// codes, reads their bytes back before it runs them, keeps to gas limits,
// refuses writes during a query, tells a contract's refusal from a trap and a
// trap from a fault. It knows nothing of instructions: a contract uses as much
// gas as it says (Call.UseGas), on top of a flat price for each call.
package enginetest
