// Package chain holds the words that every rule of weft shares: addresses,
// coins, events, gas, errors, blocks, and the environment (Env) in which a
// handler runs. It does no I/O, imports nothing of weft and knows no message:
// package state implements Branch, package tx decodes transactions, and the
// modules under app decide what they mean.
package chain
