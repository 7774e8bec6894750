// Package client is what a user's program needs to talk to a node: connect,
// query, build, sign, send and wait. It speaks CometBFT's JSON-RPC and the
// Cosmos queries behind abci_query, believes a node as little as it can (chain
// id, hashes, sizes), and tells apart what went wrong: nobody answered, a query
// failed, a transaction was refused, failed on chain, or has an unknown fate.
//
// Keys lie in client/keyring; what a person types and reads is package cli's.
package client
