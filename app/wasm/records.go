package wasm

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/vm"
)

// The records of store Wasm. How often a record is read and written is part of
// the gas of a message, so every function here says what it accesses, and the
// callers do not look twice where the reference looks once.

// record is a record as package proto generates it.
type record interface {
	Marshal() ([]byte, error)
	Unmarshal([]byte) error
}

// load reads the record at key and reports whether there is one: one Get.
func load(env *chain.Env, key []byte, r record) (bool, error) {
	raw, err := env.Store(layout.Wasm).Get(key)
	if err != nil || raw == nil {
		return false, err
	}
	if err := r.Unmarshal(raw); err != nil {
		return false, damaged(key, err)
	}
	return true, nil
}

// save writes a record: one Set.
func save(env *chain.Env, key []byte, r record) error {
	raw, err := r.Marshal()
	if err != nil {
		return damaged(key, err)
	}
	if raw == nil {
		raw = []byte{}
	}
	return env.Store(layout.Wasm).Set(key, raw)
}

// damaged is a fault: what this package wrote it must be able to read.
func damaged(key []byte, err error) error {
	return fmt.Errorf("record %x of store wasm is damaged: %v", key, err)
}

// codeInfo reads a code's record, nil if there is none.
func codeInfo(env *chain.Env, codeID uint64) (*wasmpb.CodeInfo, error) {
	info := &wasmpb.CodeInfo{}
	ok, err := load(env, layout.WasmCode(codeID), info)
	if err != nil || !ok {
		return nil, err
	}
	return info, nil
}

// contractInfo reads a contract's record, nil if there is none.
func contractInfo(env *chain.Env, contract chain.Address) (*wasmpb.ContractInfo, error) {
	info := &wasmpb.ContractInfo{}
	ok, err := load(env, layout.WasmContract(contract), info)
	if err != nil || !ok {
		return nil, err
	}
	return info, nil
}

// instance is a contract and its code: two Gets.
type instance struct {
	addr chain.Address
	info *wasmpb.ContractInfo
	code *wasmpb.CodeInfo
}

func loadInstance(env *chain.Env, contract chain.Address) (instance, error) {
	info, err := contractInfo(env, contract)
	if err != nil {
		return instance{}, err
	}
	if info == nil {
		return instance{}, errNoSuchContract(env.Bech32().Account(contract))
	}
	code, err := codeInfo(env, info.CodeID)
	if err != nil {
		return instance{}, err
	}
	if code == nil {
		return instance{}, errNoSuchCode(info.CodeID)
	}
	return instance{contract, info, code}, nil
}

// pinned reports whether a code is pinned: one Has.
func pinned(env *chain.Env, codeID uint64) (bool, error) {
	return env.Store(layout.Wasm).Has(layout.WasmPinned(codeID))
}

// params reads the module's parameters: one Get. Genesis wrote them.
func params(env *chain.Env) (wasmpb.Params, error) {
	var p wasmpb.Params
	ok, err := load(env, layout.WasmParams, &p)
	if err == nil && !ok {
		err = fmt.Errorf("store wasm has no parameters: genesis of the module did not run")
	}
	return p, err
}

// nextID takes the next number of a sequence: one Get, one Set.
func nextID(env *chain.Env, key []byte) (uint64, error) {
	id, err := peekID(env, key)
	if err != nil {
		return 0, err
	}
	return id, env.Store(layout.Wasm).Set(key, layout.Uint64(id+1))
}

// peekID tells the next number of a sequence: one Get.
func peekID(env *chain.Env, key []byte) (uint64, error) {
	raw, err := env.Store(layout.Wasm).Get(key)
	switch {
	case err != nil:
		return 0, err
	case raw == nil:
		return 1, nil
	case len(raw) != 8:
		return 0, damaged(key, fmt.Errorf("%d bytes", len(raw)))
	}
	return binary.BigEndian.Uint64(raw), nil
}

// position is where in the chain something happens. The reference's tx_index
// was the gas of the block so far and has been 0 ever since blocks stopped
// counting it; so it is here.
func position(env *chain.Env) *wasmpb.AbsoluteTxPosition {
	return &wasmpb.AbsoluteTxPosition{BlockHeight: uint64(env.Block.Height)}
}

func byCodeKey(contract chain.Address, e *wasmpb.ContractCodeHistoryEntry) []byte {
	key := append(layout.WasmByCode(e.CodeID), layout.WasmPosition(e.Updated.BlockHeight, e.Updated.TxIndex)...)
	return append(key, contract...)
}

func byCreatorKey(creator, contract chain.Address, at *wasmpb.AbsoluteTxPosition) []byte {
	key := append(layout.WasmByCreator(creator), layout.WasmPosition(at.BlockHeight, at.TxIndex)...)
	return append(key, contract...)
}

// lastHistory returns the position of a contract's last history entry and the
// entry, 0 and nil if there is none: one step of an iterator.
func lastHistory(env *chain.Env, contract chain.Address) (uint64, *wasmpb.ContractCodeHistoryEntry, error) {
	prefix := layout.WasmHistory(contract)
	it, err := env.Store(layout.Wasm).Iterate(prefix, chain.PrefixEnd(prefix), true)
	if err != nil {
		return 0, nil, err
	}
	var at uint64
	var last *wasmpb.ContractCodeHistoryEntry
	// Keys of another length belong to an address that begins like this one.
	for it.Valid() && last == nil && err == nil {
		if rest := it.Key()[len(prefix):]; len(rest) == 8 {
			last = &wasmpb.ContractCodeHistoryEntry{}
			at = binary.BigEndian.Uint64(rest)
			if bad := last.Unmarshal(it.Value()); bad != nil {
				err = damaged(it.Key(), bad)
			}
			continue
		}
		err = it.Next()
	}
	if err2 := it.Close(); err == nil {
		err = err2
	}
	return at, last, err
}

// appendHistory adds entries to a contract's history: one step of an iterator
// and a Set for each.
func appendHistory(env *chain.Env, contract chain.Address, entries ...wasmpb.ContractCodeHistoryEntry) error {
	at, _, err := lastHistory(env, contract)
	if err != nil {
		return err
	}
	for i := range entries {
		at++
		if err := save(env, append(layout.WasmHistory(contract), layout.Uint64(at)...), &entries[i]); err != nil {
			return err
		}
	}
	return nil
}

// checksum is a code's hash as the VM wants it. A record that holds anything
// else is damaged.
func checksum(code *wasmpb.CodeInfo) ([32]byte, error) {
	if len(code.CodeHash) != 32 {
		return [32]byte{}, fmt.Errorf("record of a code is damaged: its hash has %d bytes", len(code.CodeHash))
	}
	return [32]byte(code.CodeHash), nil
}

// loadCode is a code as the VM wants it. Its bytes are read from the
// environment's state, without store gas, when the VM does not have them yet.
func loadCode(env *chain.Env, code *wasmpb.CodeInfo) (vm.Code, error) {
	sum, err := checksum(code)
	if err != nil {
		return vm.Code{}, err
	}
	return vm.Code{Checksum: sum, Load: func() ([]byte, error) { return codeBytes(env, sum) }}, nil
}

// codeBytes reads the bytes of a code. That there are none is a fault.
func codeBytes(env *chain.Env, sum [32]byte) ([]byte, error) {
	raw, err := env.FreeStore(layout.Wasm).Get(layout.WasmCodeBytes(sum))
	if err == nil && raw == nil {
		err = fmt.Errorf("store wasm lacks the bytes of code %x", sum)
	}
	return raw, err
}

// portID and port2ID name a contract to IBC and to its second version.
func portID(env *chain.Env, contract chain.Address) string {
	return "wasm." + env.Bech32().Account(contract)
}

func port2ID(env *chain.Env, contract chain.Address) string {
	return "wasm2" + strings.TrimPrefix(env.Bech32().Account(contract), string(env.Bech32()))
}
