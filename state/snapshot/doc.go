// Package snapshot turns the state of a height into a file in chunks and back.
//
// The bytes depend on the state alone, so all nodes make the same chunks of the
// same height. A Snapshot is kept in a folder of its own until newer ones push it
// out (Keeper). Nothing in it is trusted when it is restored: chunks are compared
// with the digests in its metadata, which only tells early who sent rubbish, and
// the state that comes out with the app hash that the chain agreed on.
//
// docs/spec/snapshots.md has the form byte by byte.
package snapshot
