// Package testkit is a chain in process, for tests of contracts: the chain's own
// state machine with its bank, its gas and its contracts, without a network,
// consensus or disk.
//
// A test is written once and runs twice:
//
//	func TestCounter(t *testing.T) {
//		testkit.Run(t, testkit.Contracts{
//			"counter": {Go: counter.Contract, Dir: "./wasm"},
//		}, func(t *testing.T, c *testkit.Chain) {
//			alice, bob := c.Account("alice", "100uweft"), c.Account("bob")
//			addr := c.Instantiate("counter", alice, `{"count":41}`)
//			res := c.MustExecute(bob, addr, testkit.Msg("increment", &counter.Increment{}))
//			t.Log(res.Attr("action"), res.GasUsed)
//			_, err := c.Execute(bob, addr, `{"reset":{"count":0}}`)
//			c.Fails(err, counter.ErrNotOwner)
//		})
//	}
//
// The subtest "native" calls the contract as the Go package that it is: in
// milliseconds, with coverage and the debugger. The subtest "wasm" builds the
// main package in Dir for the chain, runs that, and natively beside it: the first
// call whose result, error, events, answer or stored state differs fails the
// test and shows both. Gas is real in the subtest "wasm" only. With go test
// -short there is only "native".
//
// [New] gives a chain without subtests, for fuzzing, benchmarks and property
// tests; [Chain.Fork] makes one of its own for each input in microseconds.
//
// With the option [WithLottery] the chain is mined, by [Chain.Mine], and epochs
// pass.
//
// # Fresh package state
//
// On the chain a contract's package variables are fresh in each call. Natively
// they are those of the test's process, so a contract that keeps something there
// would seem to work. The kit finds that out: it runs each native call twice,
// the second time on what the chain answered the first time, and fails the test
// if the two differ, as they do with counters, caches, the order of a map, the
// clock or chance; and what one call leaves for another shows as a difference to
// the wasm. A breakpoint is therefore hit twice.
//
// # What is not as on a network
//
// Transactions pay no fees and signatures are not checked: any address may send.
// Their gas includes what they would use for both. Natively what a contract
// computes costs nothing, so nothing runs out of gas by computing: a loop without
// end ends with go test's -timeout.
package testkit
