package trace

import "encoding/json"

// Schema names the form of a [Trace]. A field may be added within a version;
// none changes its meaning or goes.
const Schema = "weft.trace/1"

// Kinds of traces.
const (
	KindSimulation  = "simulation"  // what a transaction would do
	KindTransaction = "transaction" // what a block's did, executed once more
	KindQuery       = "query"
)

// Trace tells how a transaction or query went.
type Trace struct {
	Schema  string `json:"schema"`
	Kind    string `json:"kind"`
	ChainID string `json:"chain_id"`
	// Height is the block that the transaction is in, or would be in, or the state
	// that was asked.
	Height int64 `json:"height"`
	// Hash is the transaction's (upper-case hexadecimal), Path the query's.
	Hash string `json:"hash,omitempty"`
	Path string `json:"path,omitempty"`
	// Code is 0 if it succeeded; Error is the text if not.
	Code      uint32 `json:"code"`
	Codespace string `json:"codespace,omitempty"`
	Error     string `json:"error,omitempty"`
	// GasWanted is the limit, GasUsed what was used of it (SDK gas), VMGas what
	// contracts computed with: the sum of all VM gas in the tree and the profile.
	GasWanted uint64 `json:"gas_wanted"`
	GasUsed   uint64 `json:"gas_used"`
	VMGas     int64  `json:"vm_gas"`
	// Differs lists what is not as the block has it, of a transaction that was
	// executed once more. It is empty on every node that works.
	Differs []string `json:"differs,omitempty"`
	// Steps are what happened, in order.
	Steps []*Step `json:"steps"`
	// Cut is how many steps were left out, of all: each stands in the Cut of the
	// step that it would be in.
	Cut int `json:"cut,omitempty"`
	// Profile says where the gas went, if that was asked for.
	Profile *Profile `json:"profile,omitempty"`
}

// Kinds of steps.
const (
	StepAdmission  = "admission"  // fee, signatures, sequence
	StepMessage    = "message"    // of a transaction
	StepCall       = "call"       // into a contract
	StepSubmessage = "submessage" // that a contract sent
	StepQuery      = "query"      // that a contract asked
	StepLoading    = "loading"    // of a contract's code
	StepHost       = "host"       // host call of a contract, such as db_read
	StepEvent      = "event"
)

// Step is something that happened, with what happened inside of it.
type Step struct {
	Kind string `json:"kind"`

	// Of a call: who was called at which entry point, by whom with which coins. A
	// birth or migration has its code. Of a submessage: its place in the response
	// (from 0), what the contract calls it, and the kind of message
	// ("wasm.execute", a type URL); a reply has these of what it is about. A
	// message has its place and type URL.
	Contract string `json:"contract,omitempty"`
	Entry    string `json:"entry,omitempty"`
	CodeID   uint64 `json:"code_id,omitempty"`
	Sender   string `json:"sender,omitempty"`
	Funds    []Coin `json:"funds,omitempty"`
	Index    *int   `json:"index,omitempty"`
	ID       uint64 `json:"id,omitempty"`
	Message  string `json:"message,omitempty"`

	// Input is the message or query, Output what a contract returned: its whole
	// answer as JSON, or the answer to a query.
	Input  *Bytes `json:"input,omitempty"`
	Output *Bytes `json:"output,omitempty"`

	// Of a host call: its name and what it was about. Before and After are values
	// of the store; absent means that there was none. Start and End bound a scan.
	Host       string `json:"host,omitempty"`
	Key        *Bytes `json:"key,omitempty"`
	Before     *Bytes `json:"before,omitempty"`
	After      *Bytes `json:"after,omitempty"`
	Start      *Bytes `json:"start,omitempty"`
	End        *Bytes `json:"end,omitempty"`
	Descending bool   `json:"descending,omitempty"`
	Text       string `json:"text,omitempty"` // what was printed; an address

	Event *Event `json:"event,omitempty"`

	// Gas is what the step used; nil of an event.
	Gas *Gas `json:"gas,omitempty"`
	// Error is why it failed, "" if it did not.
	Error string `json:"error,omitempty"`

	Steps []*Step `json:"steps,omitempty"`
	// Cut is how many steps in here were left out, as the trace became too long.
	Cut int `json:"cut,omitempty"`
}

// Gas is what a step used, with all that is in it and by itself. SDK gas is what
// a transaction pays for; VM gas is what contracts computed with, which costs a
// 140,000th of it in SDK gas.
type Gas struct {
	Used  int64 `json:"used"`
	Own   int64 `json:"own"`
	VM    int64 `json:"vm,omitempty"`
	VMOwn int64 `json:"vm_own,omitempty"`
}

// Coin is an amount of a denom.
type Coin struct {
	Denom  string `json:"denom"`
	Amount string `json:"amount"`
}

// Event is what a step emitted.
type Event struct {
	Type       string      `json:"type"`
	Attributes []Attribute `json:"attributes"`
}

// Attribute is a part of an event.
type Attribute struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// Parse reads a document. One of another version is refused.
func Parse(data []byte) (*Trace, error) {
	t := &Trace{}
	if err := json.Unmarshal(data, t); err != nil { //weft:json read by clients only
		return nil, err
	}
	if t.Schema != Schema {
		return nil, &SchemaError{t.Schema}
	}
	return t, nil
}

// SchemaError says that a document is of another version.
type SchemaError struct{ Got string }

// Error says what to do.
func (e *SchemaError) Error() string {
	return "the trace has the form " + quote(e.Got) + ", this program reads " + Schema + ": use the version of weft that the node runs"
}
