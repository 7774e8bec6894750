// Package strict refuses protobuf bytes that say more than their message does.
//
// A decoder skips what it does not know. For a transaction that is a danger:
// a field that one signer's wallet or one node's version ignores may mean
// something to another. So before a transaction is decoded its bytes are walked
// against the descriptors of the registered messages, and everything unknown,
// ambiguous or malformed is an error. What is accepted here every decoder reads
// in the same way.
//
// The package knows wire types, descriptors and nesting. It knows nothing of
// what messages mean, and it does not decide which messages a transaction may
// hold: any registered message is known to it. The caller turns its errors into
// verdicts.
package strict
