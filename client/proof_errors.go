package client

import "fmt"

// Fault says in what a node's answer and its proof do not go together.
type Fault string

// The faults that a ProofError names. FaultExpired, FaultUnsigned, FaultOld and
// FaultConflict may be nobody's lie; all others mean that the node, or somebody on the way to
// it, answers wrongly.
const (
	// FaultChain: the block is of another chain.
	FaultChain Fault = "chain"
	// FaultTrust: the node's block is not the one that is trusted.
	FaultTrust Fault = "trust"
	// FaultConflict: what is given as trusted contradicts what is remembered.
	FaultConflict Fault = "conflict"
	// FaultExpired: what is trusted is too old to tell who validates now.
	FaultExpired Fault = "expired"
	// FaultHeader: a header is damaged, or is not what its commit signs.
	FaultHeader Fault = "header"
	// FaultSignatures: the validators have not signed the block.
	FaultSignatures Fault = "signatures"
	// FaultValidators: a set of validators is not the one that the header names.
	FaultValidators Fault = "validators"
	// FaultFork: two nodes show different blocks of one height.
	FaultFork Fault = "fork"
	// FaultHeight: the answer is for another height than was asked for.
	FaultHeight Fault = "height"
	// FaultUnsigned: no block has signed that state yet.
	FaultUnsigned Fault = "unsigned"
	// FaultOld: the answer is older than it may be.
	FaultOld Fault = "old"
	// FaultKey: the answer is about another key.
	FaultKey Fault = "key"
	// FaultNoProof: the answer has no proof.
	FaultNoProof Fault = "no proof"
	// FaultValue: the node's own proof shows another value.
	FaultValue Fault = "value"
	// FaultAbsence: the node denies a key without proof of its absence.
	FaultAbsence Fault = "absence"
	// FaultProof: the proof does not lead to the app hash.
	FaultProof Fault = "proof"
)

// ProofError says that an answer is not proven. Do not use the answer.
type ProofError struct {
	Fault  Fault
	Height int64 // of the block or state in question, 0 if none
	Text   string
	Err    error // the reason in detail, may be nil
}

// Error returns what does not fit and what to do.
func (e *ProofError) Error() string {
	text := "not proven (" + string(e.Fault) + "): " + e.Text
	if e.Err != nil {
		text += fmt.Sprintf(": %v", e.Err)
	}
	return text
}

// Unwrap returns the reason.
func (e *ProofError) Unwrap() error { return e.Err }

func unproven(fault Fault, height int64, err error, format string, args ...any) error {
	return &ProofError{Fault: fault, Height: height, Text: fmt.Sprintf(format, args...), Err: err}
}
