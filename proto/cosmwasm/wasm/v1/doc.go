// Package wasm knows the messages, queries and types of cosmwasm.wasm.v1, and
// how its JSON differs from plain protobuf JSON. What the messages do is
// app/wasm's business.
package wasm
