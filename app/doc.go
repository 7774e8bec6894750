// Package app is the state machine: it leads blocks, transactions and queries
// through the modules and says which rule handles what. The way of a
// transaction is deliver.go, read from the top. It knows nothing of CometBFT:
// package abci translates, package state remembers, package vm computes.
package app
