// Package proto is the root of weft's wire formats: .proto files, one folder
// for each protobuf package, with the Go code generated from them beside them.
//
// The packages under cosmos and cosmwasm are an interface that wallets,
// libraries and explorers already speak: names, field numbers and REST paths
// are given and must not change. The packages under weft are our own; there a
// field number, once released, is never used for something else.
//
// Conventions of the generated code:
//
//   - Amounts, integers beyond 64 bits and decimals are plain strings; package
//     chain gives them meaning.
//   - google.protobuf.Any is types.Any of github.com/cosmos/gogoproto/types.
//     Type URLs are "/" and the message name; proto.MessageType of gogoproto
//     finds the Go type.
//   - Timestamps and durations are time.Time and time.Duration.
//   - A message that is always present (a coin, the parameters of a response)
//     is a value, one that may be absent is a pointer.
//   - Consensus engine types (tendermint.*) are those of cometbft, never
//     generated here: a second registration of a name panics at start.
//
// Package strict, beside them, refuses bytes that say more than the messages
// do. Regenerate with proto/generate.sh (make proto).
package proto
