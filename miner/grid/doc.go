// Package grid lets many machines mine for one payout. A coordinator has the way
// to the nodes; workers connect to it over TCP, prove that they know its token,
// get jobs and bring shares: hashes below a target that is so easy that each
// worker finds one every few seconds, by which its work is counted. Each share
// is verified, each worker has extranonces of its own, and everything that a
// worker can make grow has a bound (docs/spec/grid.md).
//
// Seed, payout and operator are in every job, so that a worker puts together
// itself what it hashes, and can insist on who is paid. How work becomes money
// among the workers is left to who runs the grid: the accounts say what each
// one did.
package grid
