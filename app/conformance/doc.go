// Package conformance compares weft's contract module with the reference
// (wasmd v0.70.3) where the reference states a number.
//
// It is a module of its own so that nothing of it reaches the builds that ship.
// The reference's contracts are not kept here: the tests read them out of the
// module cache, where `go mod download` puts wasmd's sources as data. Nothing
// of wasmd or of cosmos-sdk is compiled.
package conformance
