// Package testnet runs networks of many nodes on one machine and breaks them.
//
// A network is a folder with a home for each node (Layout). A Supervisor runs
// the nodes, each in a process of its own, and every connection between two of
// them goes through a link that it can cut, slow down or restore. Commands reach
// the supervisor through a socket in the folder (Control).
//
// The package knows nodes as a user does: by their homes, processes and RPC. How
// a home is made and a node is started is the business of a Launcher, which cli
// hands in.
package testnet
