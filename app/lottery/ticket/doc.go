// Package ticket is the puzzle: what a miner hashes, with which function, and
// how a node checks what it found. It is pure, so miners, nodes and light
// clients share it. Which epoch and target hold is left to others.
//
// A ticket needs no signature: who is paid, which operator it serves and a free
// tag are hashed with it, so nobody on its way can change them.
package ticket
