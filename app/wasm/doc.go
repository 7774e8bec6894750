// Package wasm is the life of contracts: code is stored, instantiated,
// executed, migrated, pinned and queried, and what a contract answers is put
// into effect: attributes become events, messages become submessages with
// their replies.
//
// The package knows the rules of the wasm module of the Cosmos ecosystem
// (wasmd): which records a code and a contract have and where they lie, who may
// do what, what each step costs in SDK gas, in which order things happen, and
// which part of a failure a contract may see. Type URLs, events, codespaces,
// codes and gas are those of wasmd v0.70.3, so that public contracts and
// clients find what they expect.
//
// It leaves to others: running a module (Engine, the real one is package vm),
// balances (Bank), accounts (Accounts), the meaning of every message that is
// not its own (Dispatcher), and whoever signed a transaction (app).
//
// # Errors
//
// A failure is a verdict (*chain.Error somewhere in its chain) or a fault.
// Two things unwind through every contract call and cannot be caught by a
// reply: a fault, and gas that ran out without a limit of the submessage's own
// (see unwinding). A contract sees other contracts' own words, and of every
// other failure the codespace and the code only (see redact).
//
// # Differences from the reference
//
// Code bytes are state, under a prefix that wasmd does not use, and free of
// store gas: the price of storing them is the compile gas. There are no IBC,
// gov and distribution modules: their messages are refused with sdk/6, their
// queries answer that there is nothing. An authority that instantiates a
// contract does not hand its rights on to the contract's submessages. Pinning a
// code costs a flat price and does not walk over the codes pinned before.
package wasm
