package layout

import "github.com/weftchain/weft/chain"

// Prefixes of store Wasm (wasm-module facts, section 2). WasmCodeBytesPrefix is
// weft's own: the reference keeps code outside of its state.
var (
	WasmCodePrefix      = []byte{0x01}
	WasmContractPrefix  = []byte{0x02}
	WasmStatePrefix     = []byte{0x03}
	WasmHistoryPrefix   = []byte{0x05}
	WasmByCodePrefix    = []byte{0x06}
	WasmPinnedPrefix    = []byte{0x07}
	WasmByCreatorPrefix = []byte{0x09}
	WasmParams          = []byte{0x10}
	WasmCodeBytesPrefix = []byte{0x80}
	WasmNextCodeID      = append([]byte{0x04}, "lastCodeId"...)
	WasmNextInstanceID  = append([]byte{0x04}, "lastContractId"...)
	WasmPinnedMarker    = []byte{0x01}
)

// WasmCode is the key of a code's info.
func WasmCode(codeID uint64) []byte { return append([]byte{0x01}, Uint64(codeID)...) }

// WasmCodeBytes is the key of the code itself, by its checksum: equal codes are
// kept once.
func WasmCodeBytes(checksum [32]byte) []byte { return append([]byte{0x80}, checksum[:]...) }

// WasmContract is the key of a contract's info.
func WasmContract(a chain.Address) []byte { return append([]byte{0x02}, a...) }

// WasmState is the prefix of a contract's own state, and with the contract's
// key behind it the key in store Wasm that a proof names.
func WasmState(a chain.Address) []byte { return append([]byte{0x03}, a...) }

// WasmHistory is the prefix of a contract's history; entries follow by
// position (8 bytes, from 1).
func WasmHistory(a chain.Address) []byte { return append([]byte{0x05}, a...) }

// WasmByCode is the prefix of the contracts of a code; the position of
// creation (16 bytes) and the address follow.
func WasmByCode(codeID uint64) []byte { return append([]byte{0x06}, Uint64(codeID)...) }

// WasmPinned is the key of a code's pin.
func WasmPinned(codeID uint64) []byte { return append([]byte{0x07}, Uint64(codeID)...) }

// WasmByCreator is the prefix of the contracts of a creator; the position of
// creation (16 bytes) and the address follow.
func WasmByCreator(creator chain.Address) []byte {
	return append([]byte{0x09}, creator.LengthPrefixed()...)
}

// WasmPosition is the position of creation as it stands in keys.
func WasmPosition(height, txIndex uint64) []byte {
	return append(Uint64(height), Uint64(txIndex)...)
}
