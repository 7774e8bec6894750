package wasm

import (
	"errors"

	"github.com/weftchain/weft/vm/cosmwasm"
)

// messageKind names a contract's message for people, as contract authors know
// it: wasm.execute, bank.send, or the type URL of an "any" message.
func messageKind(msg *cosmwasm.CosmosMsg) string {
	switch {
	case msg.Wasm != nil:
		return "wasm." + wasmKind(msg.Wasm)
	case msg.Bank != nil && msg.Bank.Send != nil:
		return "bank.send"
	case msg.Bank != nil:
		return "bank.burn"
	case msg.Any != nil:
		return msg.Any.TypeURL
	case msg.Staking != nil:
		return "staking"
	case msg.Distribution != nil:
		return "distribution"
	case msg.Gov != nil:
		return "gov"
	case msg.IBC != nil:
		return "ibc"
	case msg.IBC2 != nil:
		return "ibc2"
	}
	return "custom"
}

func wasmKind(msg *cosmwasm.WasmMsg) string {
	switch {
	case msg.Execute != nil:
		return entryExecute
	case msg.Instantiate != nil:
		return entryInstantiate
	case msg.Instantiate2 != nil:
		return "instantiate2"
	case msg.Migrate != nil:
		return entryMigrate
	case msg.UpdateAdmin != nil:
		return "update_admin"
	case msg.ClearAdmin != nil:
		return "clear_admin"
	}
	return "unknown"
}

// toldByQuery is what a contract reads of a query that failed; "" where it is
// told all there is (answer, in contract_query.go).
func toldByQuery(err error) string {
	var (
		system   *systemError
		contract *noSuchContract
		code     *noSuchCode
	)
	if errors.As(err, &system) || errors.As(err, &contract) || errors.As(err, &code) {
		return ""
	}
	return redact(err)
}
