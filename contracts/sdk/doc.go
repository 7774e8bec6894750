// Package sdk is what a contract in Go is built on: entry points, typed
// messages, the store, addresses and coins, messages to others with their
// replies, queries, and what the block says. It imports little of the standard
// library and no reflection, so that a contract stays small and cheap.
//
// # A contract
//
// A contract is a value of type [Contract] in a package of its own:
//
//	var Contract = sdk.Contract{
//		Instantiate: sdk.Do(instantiate),
//		Execute: sdk.Routes{
//			sdk.On("increment", increment),
//			sdk.On("reset", reset),
//		},
//		Query: sdk.Answers{
//			sdk.Answer("count", count),
//		},
//	}
//
// A handler gets the call and its message, and returns a response or an error:
//
//	func increment(c *sdk.Context, _ *Increment) (*sdk.Response, error)
//
// A main package of a few lines exports the value to the chain:
//
//	//go:build wasip1
//
//	package main
//
//	func init() { sdk.Export(counter.Contract) }
//	func main() {}
//
// weft contract new makes such a project, with a test; weft contract build builds
// it, or the Go command alone:
//
//	GOOS=wasip1 GOARCH=wasm go build -trimpath -buildmode=c-shared -ldflags="-s -w" -o counter.wasm ./wasm
//
// # Messages
//
// The message {"increment":{}} finds its handler by the name. Messages are
// structs with json tags, whose methods are generated for each that has the line
// //sdk:json in its comment, by
//
//	//go:generate go run github.com/weftchain/weft/contracts/sdk/gen
//
// What a message says is checked before the handler sees it: an unknown, missing
// or repeated field is an error of the caller, and so is a number that does not
// fit. An address in a message is a text until [Context.Address] has asked the
// chain. Types with a JSON of their own have the two methods written by hand (see
// package json); [Addr], [Uint128], [Uint256], [Decimal], [Coin], [Coins],
// [Timestamp] and [Expiration] have them here.
//
// # The store
//
// [Item] is one value, [Map] many, ordered by their keys; a key is an [Addr], a
// [Text], a [U64] or a [Pair] of them. Both keep JSON in the layout of
// cw-storage-plus, so a contract in Go can take over the state of one in Rust. A
// [Range] is a part of a map in either direction, [Page] that of a query with
// start_after and limit. [Context.Get] and [Context.Set] are for all else.
//
// # Amounts
//
// [Uint128] is what CW20 counts in, [Uint256] what coins do, [Decimal] a rate.
// Arithmetic that leaves the range panics, and so ends the call; the forms with Try
// report it. Division rounds down, and what has Up in its name rounds up: round in
// favour of the contract, not of whoever calls it.
//
// # Messages to others
//
// The messages of a [Response] are sent when the handler has returned, in order,
// each with all that follows from it, before the next. If one fails, so does the
// whole call, unless it is a [SubMsg] whose failure the contract wants to hear of:
// then [Contract.Reply] is called. What another contract does in between can call
// this one again: save what is decided before you send.
//
// [Send], [Execute], [Instantiate] and others are kinds of messages; [Any] is one in
// protobuf, [RawMsg] one in JSON, for what has no type here. Package cw20 has those
// that CW20 tokens understand.
//
// # Queries
//
// [Context.Ask] asks another contract, [Context.Balance], [Context.Delegation] and
// others the chain, at once; the answer is that of the state as it is in the middle
// of the call. [Context.Query] takes any request in JSON.
//
// # Errors
//
// An error undoes what the call did and becomes the contract's error. So does a
// panic, with its text: a contract need not check what cannot happen. Declare
// errors as constants of type [Error], and tests compare with them.
//
// # Tests
//
// The package is plain Go, so a contract runs under go test with a debugger and
// coverage. Package native has a small world for one contract, package testkit
// whole chains, on which every test runs natively and as wasm, and both must agree.
//
// # What a contract cannot do
//
//   - Files, network, arguments, environment: there are none. Opening a file fails.
//   - The clock: time.Now is the same for every call. The time is that of
//     [Context.Block]. time.Sleep returns at once.
//   - Chance: math/rand and crypto/rand give a fixed sequence that everybody knows
//     before. Whoever needs chance takes it from a beacon that signs, and checks the
//     signature.
//   - Package variables: each call finds them as the init functions left them,
//     and what it writes there is gone afterwards. What shall last goes to the
//     store. (Natively they last; testkit finds out who relies on it.)
//   - Goroutines run one at a time and in the same order on every node: a contract
//     with them is deterministic, and nothing gets faster. If all of them wait, the
//     call fails.
//   - Maps: Go's range over a map has no order. In wasm it has the same one on
//     every node, as the seed is fixed, but natively it has not: sort, or use the
//     store.
//   - Floats work, with the same result on every node, and round money.
//   - Output: what is printed to os.Stderr or with [Context.Debug] is for whoever
//     looks at the node, not for the caller.
//   - Memory is 32 MiB in a call, and the machine's stack 1 MiB: a recursion of some
//     ten thousand levels ends the call, and is dear long before. A loop that others can make longer (over a
//     map that anybody may fill) can be made to cost more than a block has gas:
//     give it a limit.
//   - Size: importing fmt, encoding/json, reflect, time, math/big or crypto packages
//     works and costs up to half of the module again: contracts/README.md has the
//     sizes. [SHA256], [Hex] and the numbers of this package stand in for them.
package sdk
