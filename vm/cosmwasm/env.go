package cosmwasm

import (
	"encoding/json"
	"strconv"
)

// Uint64 is a number that is written as a string.
type Uint64 uint64

// MarshalJSON writes the decimal digits in quotes.
func (u Uint64) MarshalJSON() ([]byte, error) {
	return strconv.AppendQuote(nil, strconv.FormatUint(uint64(u), 10)), nil
}

// Array is a list that is written as [] when it is nil or empty: contracts do not
// take null for a list.
type Array[T any] []T

// MarshalJSON writes the list, never null.
func (a Array[T]) MarshalJSON() ([]byte, error) {
	if len(a) == 0 {
		return []byte("[]"), nil
	}
	return json.Marshal([]T(a))
}

// Coin is an amount of a denom. The amount is a decimal integer, of 128 bits for
// contracts before cosmwasm-std 3.0, of 256 bits since.
type Coin struct {
	Denom  string `json:"denom"`
	Amount string `json:"amount"`
}

// Env is the first argument of every entry point.
type Env struct {
	Block       BlockInfo        `json:"block"`
	Transaction *TransactionInfo `json:"transaction"` // null outside of a transaction
	Contract    ContractInfo     `json:"contract"`
}

// BlockInfo is the block that a call belongs to.
type BlockInfo struct {
	Height  uint64 `json:"height"`
	Time    Uint64 `json:"time"` // nanoseconds since 1970
	ChainID string `json:"chain_id"`
}

// TransactionInfo is the transaction that a call belongs to.
type TransactionInfo struct {
	Index uint32 `json:"index"`          // position in the block, from 0
	Hash  []byte `json:"hash,omitempty"` // SHA-256 of the transaction's bytes
}

// ContractInfo is the contract that is called.
type ContractInfo struct {
	Address string `json:"address"`
}

// MessageInfo says who calls and what came along.
type MessageInfo struct {
	Sender string      `json:"sender"`
	Funds  Array[Coin] `json:"funds"`
}

// JSON writes the document as encoding/json does, in a fraction of the time:
// every call of a contract needs one.
func (e Env) JSON() []byte {
	b := make([]byte, 0, envBytes)
	b = strconv.AppendUint(append(b, `{"block":{"height":`...), e.Block.Height, 10)
	b = strconv.AppendUint(append(b, `,"time":"`...), uint64(e.Block.Time), 10)
	b = appendEscaped(append(b, `","chain_id":`...), e.Block.ChainID)
	b = append(b, `},"transaction":`...)
	if t := e.Transaction; t == nil {
		b = append(b, "null"...)
	} else {
		b = strconv.AppendUint(append(b, `{"index":`...), uint64(t.Index), 10)
		if len(t.Hash) > 0 {
			b = appendBinary(append(b, `,"hash":`...), t.Hash)
		}
		b = append(b, '}')
	}
	b = appendEscaped(append(b, `,"contract":{"address":`...), e.Contract.Address)
	return append(b, "}}"...)
}

// JSON writes the document as encoding/json does; see [Env.JSON].
func (m MessageInfo) JSON() []byte {
	b := make([]byte, 0, envBytes)
	b = appendEscaped(append(b, `{"sender":`...), m.Sender)
	b = append(b, `,"funds":[`...)
	for i, c := range m.Funds {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendEscaped(append(b, `{"denom":`...), c.Denom)
		b = appendEscaped(append(b, `,"amount":`...), c.Amount)
		b = append(b, '}')
	}
	return append(b, "]}"...)
}

// envBytes is room for most documents.
const envBytes = 320

// appendEscaped writes a string as encoding/json does, which also escapes the
// characters of HTML.
func appendEscaped(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			text, _ := json.Marshal(s) // of a string: no error
			return append(b, text...)
		}
	}
	b = append(append(b, '"'), s...)
	return append(b, '"')
}

// MigrateInfo is the third argument of migrate (cosmwasm_2_2).
type MigrateInfo struct {
	Sender            string  `json:"sender"`
	OldMigrateVersion *uint64 `json:"old_migrate_version"`
}
