// Package cosmwasm has the JSON documents that pass between a chain and its
// contracts, as wasmvm v3.0.7 writes and reads them: environment, messages,
// responses, submessages, replies, queries and their answers.
//
// Documents for contracts are encoded with encoding/json, or to the same bytes
// ([Env.JSON], [MessageInfo.JSON]): the order of fields is the order on the wire,
// and HTML characters are escaped, because contracts pay for each byte. One
// document is written in another way: see [QuerierResult.JSON].
//
// Documents from contracts are read by [Unmarshal] and the Decode functions, and
// only by them. All nodes must agree on what a document means, so they take
// neither what encoding/json guesses (names in another case, the last of two
// equal keys, broken UTF-8) nor what [CheckJSON] refuses. Unknown fields are
// ignored, null stands for the zero value, and an enum has exactly one key; an
// unknown key leaves all of its variants unset, for the chain to answer.
//
// The package knows no chain rules: amounts and addresses are strings here, and
// limits on labels, funds or gas belong to app/wasm.
package cosmwasm
