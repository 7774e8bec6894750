package layout

import (
	"crypto/sha256"

	"github.com/weftchain/weft/chain"
)

// Names of module accounts.
const (
	FeeCollector  = "fee_collector"
	BondedPool    = "bonded_tokens_pool"
	NotBondedPool = "not_bonded_tokens_pool"
	RewardsModule = "distribution"
	MintModule    = "mint"
	WasmModule    = "wasm"
)

// ModuleAddress is the account of a module: the first 20 bytes of the SHA-256
// of its name.
func ModuleAddress(name string) chain.Address {
	sum := sha256.Sum256([]byte(name))
	return chain.Address(sum[:20])
}

// derived is the SDK's address.Module("wasm", key): the type "module" is hashed
// first, then "wasm", a zero byte and the key follow (wasm-module facts,
// section 3). All 32 bytes are kept.
func derived(key []byte) chain.Address {
	typ := sha256.Sum256([]byte("module"))
	h := sha256.New()
	h.Write(typ[:])
	h.Write([]byte("wasm"))
	h.Write([]byte{0})
	h.Write(key)
	return chain.Address(h.Sum(nil))
}

// ContractAddress is the address of the instance with that number (counted over
// the whole chain, from 1) of a code.
func ContractAddress(codeID, instanceID uint64) chain.Address {
	return derived(append(Uint64(codeID), Uint64(instanceID)...))
}

// PredictableAddress is the address that instantiate2 gives: it depends on the
// code's checksum, the creator, the salt and, if fixed, the message.
func PredictableAddress(checksum []byte, creator chain.Address, salt, fixedMsg []byte) chain.Address {
	var key []byte
	for _, part := range [][]byte{checksum, []byte(creator), salt, fixedMsg} {
		key = append(key, Uint64(uint64(len(part)))...)
		key = append(key, part...)
	}
	return derived(key)
}
