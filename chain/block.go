package chain

import "time"

// Block is what all nodes agree on before a block's first transaction runs.
type Block struct {
	ChainID  string
	Height   int64
	Time     time.Time // UTC, as CometBFT decided it
	Hash     []byte
	Proposer []byte // consensus address
	// AppHash is that of the state before the block, as its header has it;
	// NextValidatorsHash is of those who sign the next. Both are set for blocks that
	// are executed only.
	AppHash            []byte
	NextValidatorsHash []byte
	Bech32             Bech32
	Params             Params
	// Again says that the block was executed before and what is done now is
	// dropped. Results are the same.
	Again bool
}

// Tx says which transaction of a block runs.
type Tx struct {
	Index uint32   // position in the block, from 0
	Hash  [32]byte // SHA-256 of the transaction's bytes
	// Simulated says that what the transaction does is dropped: nothing outside
	// of the state may be kept for it.
	Simulated bool
}

// Result is what became of a transaction. Code, Data, GasWanted and GasUsed
// are hashed into the next header; Codespace and Events reach contracts; Log
// and Info are for people only.
type Result struct {
	Code      uint32
	Codespace string
	Log       string
	// Info is the JSON of a FailureInfo, "" if there is nothing to tell.
	Info      string
	Data      []byte
	GasWanted uint64
	GasUsed   uint64
	Events    []Event
	// Responses are the marshalled responses of the messages, in order, with
	// their type URLs. They are what Data holds, kept for simulation.
	Responses []Response
}

// Response is a message's marshalled response.
type Response struct {
	TypeURL string
	Value   []byte
}

// OK reports whether the transaction succeeded.
func (r Result) OK() bool { return r.Code == 0 }
