// Package miner searches for the lottery's tickets: one goroutine a thread, new
// work as soon as an epoch begins, tickets brought to a node until it takes them
// or they are worth nothing. It trusts a node for seed and target only: what is
// hashed is put together here, so nobody can put another payout into it. The
// puzzle is package ticket's; keys and commands are left to others.
package miner
