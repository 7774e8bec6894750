package chain

import (
	"fmt"
	"strings"

	"github.com/btcsuite/btcd/btcutil/bech32"
)

// Address is the raw bytes of an account, validator or contract: 20 bytes for
// keys and modules, 32 for contracts. It is a string so that it compares, is a
// map key and never changes; Bech32 turns it into what people read.
type Address string

// MaxAddressBytes bounds an address (Cosmos: 255, so that its length fits the
// byte that precedes it in store keys).
const MaxAddressBytes = 255

// Bytes returns a copy of the address.
func (a Address) Bytes() []byte { return []byte(a) }

// LengthPrefixed returns the address behind one byte with its length, the form
// in which store keys hold it so that no key is a prefix of another.
func (a Address) LengthPrefixed() []byte {
	return append([]byte{byte(len(a))}, a...)
}

// Bech32 is a chain's human-readable prefix ("weft"), from genesis.
type Bech32 string

// Account returns the account form: "weft1…".
func (p Bech32) Account(a Address) string { return encode(string(p), a) }

// Validator returns the operator form: "weftvaloper1…".
func (p Bech32) Validator(a Address) string { return encode(string(p)+"valoper", a) }

// Consensus returns the form of a consensus key's address: "weftvalcons1…".
func (p Bech32) Consensus(a Address) string { return encode(string(p)+"valcons", a) }

// ParseAccount reads the account form of an address of 20 bytes (a key's, a
// module's) or 32 (a contract's). As in the reference an all-upper-case string
// passes; a mixed one, another prefix, bech32m or an empty address do not. The
// reference takes 1 to 255 bytes; no account can have another length here, and
// bech32 does not notice a "q" that is put in or left out before a final "p",
// so what has another length is a mistake (advisories 1c). The error wraps
// ErrInvalidAddress.
func (p Bech32) ParseAccount(s string) (Address, error) {
	return sized(p.ParseAnyLength(s))
}

// ParseAnyLength is ParseAccount for an address of 1 to 255 bytes: what
// contracts may ask about, as in the reference.
func (p Bech32) ParseAnyLength(s string) (Address, error) { return decode(string(p), s) }

// ParseValidator reads the operator form; its bytes are those of an account.
func (p Bech32) ParseValidator(s string) (Address, error) {
	return sized(decode(string(p)+"valoper", s))
}

// ParseConsensus reads the form of a consensus key's address, 20 bytes.
func (p Bech32) ParseConsensus(s string) (Address, error) {
	a, err := sized(decode(string(p)+"valcons", s))
	if err == nil && len(a) != keyAddressBytes {
		return "", fmt.Errorf("address of %d bytes, a consensus key's has %d: %w", len(a), keyAddressBytes, ErrInvalidAddress)
	}
	return a, err
}

// The lengths that addresses have.
const (
	keyAddressBytes      = 20
	contractAddressBytes = 32
)

// sized refuses an address that no key, module or contract can have.
func sized(a Address, err error) (Address, error) {
	if err == nil && len(a) != keyAddressBytes && len(a) != contractAddressBytes {
		return "", fmt.Errorf("address of %d bytes, must have %d or %d: %w", len(a), keyAddressBytes, contractAddressBytes, ErrInvalidAddress)
	}
	return a, err
}

// encode panics for nothing: bech32 fails only on values above 31, and
// ConvertBits makes none.
func encode(prefix string, a Address) string {
	if len(a) == 0 {
		return ""
	}
	data, err := bech32.ConvertBits([]byte(a), 8, 5, true)
	if err != nil {
		return ""
	}
	s, err := bech32.Encode(prefix, data)
	if err != nil {
		return ""
	}
	return s
}

// maxBech32 bounds the text that is decoded: prefix, separator, 255 bytes in
// groups of five bits, checksum.
const maxBech32 = 512

func decode(prefix, s string) (Address, error) {
	if strings.TrimSpace(s) == "" {
		return "", fmt.Errorf("empty address string is not allowed: %w", ErrInvalidAddress)
	}
	if len(s) > maxBech32 {
		return "", fmt.Errorf("address of %d characters is too long: %w", len(s), ErrInvalidAddress)
	}
	hrp, data, version, err := bech32.DecodeNoLimitWithVersion(s)
	if err != nil {
		return "", fmt.Errorf("decoding bech32 failed: %v: %w", err, ErrInvalidAddress)
	}
	if version != bech32.Version0 {
		return "", fmt.Errorf("decoding bech32 failed: bech32m is not in use here: %w", ErrInvalidAddress)
	}
	if hrp != prefix {
		return "", fmt.Errorf("invalid Bech32 prefix; expected %s, got %s: %w", prefix, hrp, ErrInvalidAddress)
	}
	raw, err := bech32.ConvertBits(data, 5, 8, false)
	if err != nil {
		return "", fmt.Errorf("decoding bech32 failed: %v: %w", err, ErrInvalidAddress)
	}
	if len(raw) == 0 || len(raw) > MaxAddressBytes {
		return "", fmt.Errorf("address length %d is not between 1 and %d: %w", len(raw), MaxAddressBytes, ErrInvalidAddress)
	}
	return Address(raw), nil
}
