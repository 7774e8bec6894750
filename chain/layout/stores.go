package layout

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/weftchain/weft/chain"
)

// Names of the stores, one Merkle tree each.
const (
	Auth         = "acc"
	Bank         = "bank"
	Distribution = "distribution"
	Feegrant     = "feegrant"
	Params       = "params"
	Slashing     = "slashing"
	Staking      = "staking"
	Wasm         = "wasm"
)

// Stores lists every store of a chain without optional modules, sorted.
func Stores() []string {
	return []string{Auth, Bank, Distribution, Feegrant, Params, Slashing, Staking, Wasm}
}

// Uint64 is the big-endian form in which numbers stand in keys.
func Uint64(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// Account is the key of an account in store Auth.
func Account(a chain.Address) []byte { return append([]byte{0x01}, a...) }

// AccountNumber is the key that maps an account number to its address.
func AccountNumber(n uint64) []byte { return append([]byte("accountNumber"), Uint64(n)...) }

// UnorderedNonce is the key that remembers an unordered transaction of one of
// its signers until its timeout: the time in nanoseconds, sorted from the
// earliest on, and the address.
func UnorderedNonce(timeout time.Time, signer chain.Address) []byte {
	nanos := uint64(timeout.UnixNano()) ^ 1<<63 // negative numbers sort before positive ones
	return append(append([]byte{UnorderedNoncePrefix[0]}, Uint64(nanos)...), signer...)
}

// UnorderedNoncePrefix is what keys of UnorderedNonce begin with.
var UnorderedNoncePrefix = []byte{90}

// Keys of single values in store Auth.
var (
	AccountPrefix       = []byte{0x01}
	NextAccountNumber   = []byte("globalAccountNumber")
	AuthParams          = []byte{0x00}
	AccountNumberPrefix = []byte("accountNumber")
)

// Prefixes of store Bank.
var (
	BankSupplyPrefix       = []byte{0x00}
	BankMetadataPrefix     = []byte{0x01}
	BankBalancePrefix      = []byte{0x02}
	BankDenomAddressPrefix = []byte{0x03}
	BankSendEnabledPrefix  = []byte{0x04}
	BankParams             = []byte{0x05}
	WeftParams             = []byte{0x01}
)

// BankSupply is the key of a denom's supply.
func BankSupply(denom string) []byte { return append([]byte{0x00}, denom...) }

// BankMetadata is the key of a denom's metadata.
func BankMetadata(denom string) []byte { return append([]byte{0x01}, denom...) }

// BankBalances is the prefix of all balances of an account.
func BankBalances(a chain.Address) []byte { return append([]byte{0x02}, a.LengthPrefixed()...) }

// BankBalance is the key of one balance; the value is the amount in decimal.
func BankBalance(a chain.Address, denom string) []byte { return append(BankBalances(a), denom...) }

// BankDenomOwners is the prefix of the index of those who hold a denom.
func BankDenomOwners(denom string) []byte {
	return append(append([]byte{0x03}, denom...), 0)
}

// BankDenomAddress is the key of one holder in that index.
func BankDenomAddress(denom string, a chain.Address) []byte {
	return append(BankDenomOwners(denom), a.LengthPrefixed()...)
}

// BankSendEnabled is the key of a denom's own send switch.
func BankSendEnabled(denom string) []byte { return append([]byte{0x04}, denom...) }

// BlockMaxGas is the key of the gas that a block may hold, in store Params.
var BlockMaxGas = []byte{0x02}

// ParseUint64 reads what Uint64 writes.
func ParseUint64(b []byte) (uint64, error) {
	if len(b) != 8 {
		return 0, fmt.Errorf("a number in state has %d bytes, must have 8", len(b))
	}
	return binary.BigEndian.Uint64(b), nil
}
