// Package bind writes typed clients of a contract from its schema: in TypeScript
// on CosmJS ([TypeScript]) and in Go on weft's package client ([Go]). It takes
// any schema that package schema reads, of contracts in Rust and in Go.
//
// A schema's names come from strangers and need not be identifiers, nor differ
// after their case was changed, nor be free in the language: every name goes
// through a table that makes it fit and keeps it apart from the others. The same
// schema always gives the same code.
package bind
