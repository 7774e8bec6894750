// Package tool is what the commands for contracts do: it makes the project of a
// new contract, builds it so that others get the same bytes, checks a module
// against the rules of the chain, tells what its size and its first gas consist
// of, keeps the names of contracts in weft.lock, and compares what is on a chain
// with a source.
//
// It knows Go projects, wasm files and package vm's verdicts. What a user types
// and reads belongs to package cli, and so do keys, nodes and transactions. It
// runs the go command and changes nothing outside of the folders that it is
// given.
package tool
