// Package rpc is the one door through which the world reaches CometBFT's RPC:
// JSON-RPC over POST (single and batch), calls by URI, and WebSocket with
// subscriptions.
//
// It knows who may ask how much: rate and cost per client, calls at once, sizes
// of questions and answers, connections, subscriptions, and what happens to a
// reader that is too slow. Each refusal is a JSON-RPC error that names its
// limit. It calls CometBFT's own functions in this process, so there is no
// second address that could be reached around it.
//
// It knows nothing of accounts and contracts: what abci_query may cost is
// decided behind it.
package rpc
