// Package proof verifies that a key of the state has a value, or has none,
// under an app hash that the caller trusts. It needs no store, no network and
// nothing of weft: a light client, a bridge or a browser's back end can use it.
//
// A proof has two steps, both ICS-23: the key in its store's IAVL tree, and the
// store's root in the simple Merkle tree whose root is the app hash. The app
// hash of height H is in the header of height H+1; where a trusted header comes
// from is left to the caller.
//
// The checks in front of ics23 (shape.go) are stricter than ics23's own. Forged
// proofs have been built from freedom in the format: specs taken from the wire,
// padding in prefixes, nodes with two children given, other proof kinds. Here
// every step must have exactly the bytes that a real tree produces.
package proof
