// Package schema knows the messages of a contract by its JSON Schema: the file
// that cosmwasm-schema writes for contracts in Rust (one NAME.json with all
// messages, its raw/ folder, or the older folder of *_msg.json files), and that
// weft contract schema writes for contracts in Go. It turns what a person types,
// like
//
//	transfer recipient=bob amount=5000000 memo=@letter.txt
//
// into the JSON of a message, with types checked before anything is signed, and
// tells other packages what the messages look like ([Type]).
//
// A schema comes from strangers: its size, depth and references are bounded.
// What addresses, keys and files are is the caller's: see [Hooks].
package schema
