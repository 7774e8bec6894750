package client

import (
	"errors"
	"fmt"
	"strings"

	"github.com/weftchain/weft/chain"
)

// NetworkError says that no answer came that could be used. Trying again is
// safe: nothing was sent that could change the chain.
type NetworkError struct {
	URL string
	Err error
}

// Error returns what happened, where, and what to do.
func (e *NetworkError) Error() string {
	return fmt.Sprintf("no node answers at %s: %v; start one with weft start or pass --node", e.URL, e.Err)
}

// Unwrap returns the cause.
func (e *NetworkError) Unwrap() error { return e.Err }

// NodeError is an error that a node answered to an RPC call.
type NodeError struct {
	Method string
	Text   string
}

// Error returns the node's words behind the name of the call.
func (e *NodeError) Error() string { return fmt.Sprintf("the node refused %s: %s", e.Method, e.Text) }

// QueryError is an application's refusal of a query: codespace, code and log as
// abci_query returned them.
type QueryError struct {
	Path      string
	Codespace string
	Code      uint32
	Log       string
}

// Error returns the log with the code in front.
func (e *QueryError) Error() string {
	return fmt.Sprintf("query failed with %s/%d: %s", e.Codespace, e.Code, e.Log)
}

// Reason returns the log without the wrapping that every failed query gets:
// the name of its gRPC status and, of a simulation, the gas. The call path stays
// behind it (SplitNotes).
func (e *QueryError) Reason() string {
	text := e.Log
	if rest, ok := strings.CutPrefix(text, "rpc error: code = "); ok {
		if _, desc, found := strings.Cut(rest, " desc = "); found {
			text = desc
		}
	}
	text = withoutStatus(text)
	if at := strings.LastIndex(text, " with gas used: '"); at > 0 {
		text = text[:at]
	}
	text, notes := SplitNotes(text)
	text = withoutStatus(text)
	if len(notes) > 0 {
		text += " [" + strings.Join(notes, "] [") + "]"
	}
	return text
}

// withoutStatus cuts off the verdict that stands for a gRPC status.
func withoutStatus(text string) string {
	for _, status := range []string{": unknown request", ": invalid request", ": key not found"} {
		text = strings.TrimSuffix(text, status)
	}
	return text
}

// Unwrap returns a *chain.SequenceError if a simulation was refused for its
// sequence. The code is lost in a query, the text is not.
func (e *QueryError) Unwrap() error { return sequenceError(e.Log) }

// sequenceError is the *chain.SequenceError that a node's text tells of, or nil.
func sequenceError(text string) error {
	if e, ok := chain.ParseSequenceError(text); ok {
		return e
	}
	return nil
}

// NotFound reports whether a query failed because there is no such thing.
func NotFound(err error) bool {
	var q *QueryError
	return errors.As(err, &q) && q.Codespace == "sdk" && q.Code == 22
}

// RejectedError says that a transaction was refused before a block could take
// it: it changed nothing and paid nothing.
type RejectedError struct {
	Hash      string // upper-case hex
	Codespace string
	Code      uint32
	Log       string
}

// Error returns the log with the code in front.
func (e *RejectedError) Error() string {
	if e.Codespace == "" {
		return "transaction rejected: " + e.Log
	}
	return fmt.Sprintf("transaction rejected with %s/%d: %s", e.Codespace, e.Code, e.Log)
}

// Unwrap returns a *chain.SequenceError, which has the sequence to sign with, if
// that is what the transaction was refused for.
func (e *RejectedError) Unwrap() error {
	if e.Codespace != chain.ErrWrongSequence.Codespace || e.Code != chain.ErrWrongSequence.Code {
		return nil
	}
	return sequenceError(e.Log)
}

// ErrPending says that a node has got a transaction already, byte by byte: it
// waits for a block or is in one. Who meant to send it again must sign anew.
var ErrPending = errors.New("the node has this very transaction already")

// ErrNoAccount says that the chain does not know an account that should pay.
var ErrNoAccount = errors.New("the chain does not know it yet, send it some coins first")

// UnknownError says that a transaction was handed to a node and what became of
// it is not known. Sending it again unchanged is safe, sending another one for
// the same purpose is not.
type UnknownError struct {
	Hash string // upper-case hex
	Err  error
}

// Error names the hash and how to find out.
func (e *UnknownError) Error() string {
	return fmt.Sprintf("the outcome of transaction %s is not known: %v; ask later with: weft query tx %s", e.Hash, e.Err, e.Hash)
}

// Unwrap returns the cause.
func (e *UnknownError) Unwrap() error { return e.Err }

// ChainIDError says that a node serves another chain than the one meant. To
// sign for it could spend money elsewhere.
type ChainIDError struct{ Want, Got, URL string }

// Error names both chains.
func (e *ChainIDError) Error() string {
	return fmt.Sprintf("the node at %s serves chain %q, this is meant for %q; pass --chain-id %s if you trust it", e.URL, e.Got, e.Want, e.Got)
}
