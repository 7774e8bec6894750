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

// MigrateInfo is the third argument of migrate (cosmwasm_2_2).
type MigrateInfo struct {
	Sender            string  `json:"sender"`
	OldMigrateVersion *uint64 `json:"old_migrate_version"`
}
