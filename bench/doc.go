// Package bench loads a node the way users do, through its RPC, and says how
// much came through. The benchmarks beside it start a node of their own; its
// numbers are in RESULTS.md, each with its command.
package bench
