package wasm

import (
	"fmt"
	"strings"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/vm"
)

// addresses is the address API of contracts. Its refusals are written into the
// contract's memory, where their length costs gas: unlike the texts of verdicts
// they must stay as they are.
type addresses struct{ bech32 chain.Bech32 }

// Canonicalize implements vm.API.
func (a addresses) Canonicalize(human string) ([]byte, uint64, error) {
	addr, err := a.bech32.ParseAnyLength(human)
	if err != nil {
		return nil, toVM(gasCanonicalize), refused(err)
	}
	return addr.Bytes(), toVM(gasCanonicalize), nil
}

// Humanize implements vm.API.
func (a addresses) Humanize(canonical []byte) (string, uint64, error) {
	switch n := len(canonical); {
	case n == 0:
		return "", toVM(gasHumanize), &vm.UserError{Text: "addresses cannot be empty: unknown address"}
	case n > chain.MaxAddressBytes:
		return "", toVM(gasHumanize), &vm.UserError{Text: fmt.Sprintf("address max length is %d, got %d: unknown address", chain.MaxAddressBytes, n)}
	}
	return a.bech32.Account(chain.Address(canonical)), toVM(gasHumanize), nil
}

// Validate implements vm.API. One account has one valid text: upper case and
// other spellings that bech32 allows are refused.
func (a addresses) Validate(human string) (uint64, error) {
	addr, err := a.bech32.ParseAnyLength(human)
	if err != nil {
		return toVM(gasCanonicalize), refused(err)
	}
	if a.bech32.Account(addr) != human {
		return toVM(gasCanonicalize + gasHumanize), &vm.UserError{Text: "address not normalized"}
	}
	return toVM(gasCanonicalize + gasHumanize), nil
}

// refused is a verdict on an address without the words of its code.
func refused(err error) error {
	return &vm.UserError{Text: strings.TrimSuffix(err.Error(), ": "+chain.ErrInvalidAddress.Error())}
}
