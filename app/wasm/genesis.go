package wasm

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/vm"
)

// maxGenesisWasmBytes bounds a code in genesis, which was stored once under
// limits that may have changed since.
const maxGenesisWasmBytes = 8 << 20

// DefaultGenesis is a chain on which everybody may store code and nobody has.
func DefaultGenesis() *wasmpb.GenesisState { return &wasmpb.GenesisState{Params: DefaultParams()} }

// ValidateGenesis checks what can be checked without state. The error says
// which entry is wrong.
func ValidateGenesis(bech32 chain.Bech32, g *wasmpb.GenesisState) error {
	if err := checkParams(bech32, &g.Params); err != nil {
		return within("params", err)
	}
	for i := range g.Codes {
		if err := checkGenesisCode(bech32, &g.Codes[i]); err != nil {
			return within(fmt.Sprintf("code: %d", i), err)
		}
	}
	for i := range g.Contracts {
		if err := checkGenesisContract(bech32, &g.Contracts[i]); err != nil {
			return within(fmt.Sprintf("contract: %d", i), err)
		}
	}
	for i := range g.Sequences {
		if !isSequence(g.Sequences[i].IDKey) {
			return fmt.Errorf("sequence: %d: id key %x: %w", i, g.Sequences[i].IDKey, ErrInvalidGenesis)
		}
	}
	return nil
}

func isSequence(key []byte) bool {
	return bytes.Equal(key, layout.WasmNextCodeID) || bytes.Equal(key, layout.WasmNextInstanceID)
}

func checkGenesisCode(bech32 chain.Bech32, c *wasmpb.Code) error {
	if c.CodeID == 0 {
		return fmt.Errorf("code id: %w", ErrEmpty)
	}
	if len(c.CodeInfo.CodeHash) != sha256.Size {
		return fmt.Errorf("code hash of %d bytes: %w", len(c.CodeInfo.CodeHash), ErrInvalidGenesis)
	}
	if err := checkAccounts(bech32, field{"creator", c.CodeInfo.Creator}); err != nil {
		return err
	}
	if err := checkAccess(bech32, &c.CodeInfo.InstantiateConfig); err != nil {
		return within("instantiate config", err)
	}
	switch n := len(c.CodeBytes); {
	case n == 0:
		return fmt.Errorf("code bytes: is required: %w", ErrEmpty)
	case n > maxGenesisWasmBytes:
		return fmt.Errorf("code bytes: cannot be longer than %d bytes: %w", maxGenesisWasmBytes, ErrLimit)
	}
	return nil
}

func checkGenesisContract(bech32 chain.Bech32, c *wasmpb.Contract) error {
	info := &c.ContractInfo
	if err := checkAccounts(bech32, field{"contract address", c.ContractAddress}, field{"creator", info.Creator}); err != nil {
		return err
	}
	if info.Admin != "" {
		if err := checkAccounts(bech32, field{"admin", info.Admin}); err != nil {
			return err
		}
	}
	if info.CodeID == 0 {
		return fmt.Errorf("code id: %w", ErrEmpty)
	}
	if err := checkLabel(info.Label); err != nil {
		return err
	}
	if info.Created == nil {
		return fmt.Errorf("created must not be empty: %w", ErrInvalid)
	}
	if len(c.ContractCodeHistory) == 0 {
		return fmt.Errorf("code history: %w", ErrEmpty)
	}
	for i := range c.ContractCodeHistory {
		if err := checkHistory(&c.ContractCodeHistory[i]); err != nil {
			return within(fmt.Sprintf("code history element %d", i), err)
		}
	}
	return nil
}

func checkHistory(e *wasmpb.ContractCodeHistoryEntry) error {
	switch e.Operation {
	case wasmpb.ContractCodeHistoryOperationTypeInit, wasmpb.ContractCodeHistoryOperationTypeMigrate, wasmpb.ContractCodeHistoryOperationTypeGenesis:
	default:
		return fmt.Errorf("operation: %w", ErrInvalid)
	}
	if e.CodeID == 0 {
		return fmt.Errorf("code id: %w", ErrEmpty)
	}
	if e.Updated == nil {
		return fmt.Errorf("updated: %w", ErrEmpty)
	}
	return nil
}

// InitGenesis writes codes, contracts and their state. Accounts and balances
// are there already. env has no gas limit. An error stops the chain before its
// first block.
func (w *Wasm) InitGenesis(env *chain.Env, g *wasmpb.GenesisState) error {
	if err := ValidateGenesis(env.Bech32(), g); err != nil {
		return err
	}
	if err := save(env, layout.WasmParams, &g.Params); err != nil {
		return err
	}
	var lastCode uint64
	for i := range g.Codes {
		if err := w.importCode(env, &g.Codes[i]); err != nil {
			return within(fmt.Sprintf("code %d with id: %d", i, g.Codes[i].CodeID), err)
		}
		lastCode = max(lastCode, g.Codes[i].CodeID)
	}
	for i := range g.Contracts {
		if err := importContract(env, &g.Contracts[i]); err != nil {
			return within(fmt.Sprintf("contract number %d", i), err)
		}
	}
	for i := range g.Sequences {
		s := &g.Sequences[i]
		if err := importNew(env, s.IDKey, layout.Uint64(s.Value)); err != nil {
			return within(fmt.Sprintf("sequence number %d", i), err)
		}
	}
	return checkSequences(env, lastCode)
}

// importNew writes a key that must not be there.
func importNew(env *chain.Env, key, value []byte) error {
	there, err := env.Store(layout.Wasm).Has(key)
	if err != nil {
		return err
	}
	if there {
		return fmt.Errorf("duplicate key %x: %w", key, ErrDuplicate)
	}
	return env.Store(layout.Wasm).Set(key, value)
}

func (w *Wasm) importCode(env *chain.Env, c *wasmpb.Code) error {
	code := c.CodeBytes
	if isGzip(code) {
		plain, err := gunzip(code, maxGenesisWasmBytes)
		if err != nil {
			return fmt.Errorf("uncompress wasm archive: %v: %w", err, ErrCreateFailed)
		}
		code = plain
	}
	sum := sha256.Sum256(code)
	if !bytes.Equal(sum[:], c.CodeInfo.CodeHash) {
		return fmt.Errorf("code hashes not same: %w", ErrInvalid)
	}
	// It was stored under limits that may have been any.
	a, err := w.engine.CheckWithin(code, vm.MaxWASILimits())
	if err == nil && a.WASI {
		_, _, err = w.engine.Admit(code, vm.MaxWASILimits()) // does its _initialize run?
	}
	if err != nil {
		return engineVerdict(err, ErrCreateFailed)
	}
	value, err := c.CodeInfo.Marshal()
	if err != nil {
		return err
	}
	if err := importNew(env, layout.WasmCode(c.CodeID), value); err != nil {
		return err
	}
	if c.Pinned {
		if err := env.Store(layout.Wasm).Set(layout.WasmPinned(c.CodeID), bytes.Clone(layout.WasmPinnedMarker)); err != nil {
			return err
		}
	}
	return env.Store(layout.Wasm).Set(layout.WasmCodeBytes(sum), code)
}

func importContract(env *chain.Env, c *wasmpb.Contract) error {
	addr, err := env.Bech32().ParseAccount(c.ContractAddress)
	if err != nil {
		return err
	}
	creator, err := env.Bech32().ParseAccount(c.ContractInfo.Creator)
	if err != nil {
		return err
	}
	code, err := codeInfo(env, c.ContractInfo.CodeID)
	if err != nil {
		return err
	}
	if code == nil {
		return errNoSuchCode(c.ContractInfo.CodeID)
	}
	value, err := c.ContractInfo.Marshal()
	if err != nil {
		return err
	}
	if err := importNew(env, layout.WasmContract(addr), value); err != nil {
		return err
	}
	if err := appendHistory(env, addr, c.ContractCodeHistory...); err != nil {
		return err
	}
	store := env.Store(layout.Wasm)
	last := &c.ContractCodeHistory[len(c.ContractCodeHistory)-1]
	if err := store.Set(byCodeKey(addr, last), []byte{}); err != nil {
		return err
	}
	if err := store.Set(byCreatorKey(creator, addr, c.ContractCodeHistory[0].Updated), []byte{}); err != nil {
		return err
	}
	for _, m := range c.ContractState {
		if m.Value == nil {
			m.Value = []byte{}
		}
		if err := importNew(env, append(layout.WasmState(addr), m.Key...), m.Value); err != nil {
			return err
		}
	}
	return nil
}

// checkSequences makes sure that the next code and the next contract get
// numbers and addresses that nobody has.
func checkSequences(env *chain.Env, lastCode uint64) error {
	nextCode, err := peekID(env, layout.WasmNextCodeID)
	if err != nil {
		return err
	}
	if nextCode <= lastCode {
		return fmt.Errorf("next code id %d must be greater than %d: %w", nextCode, lastCode, ErrInvalid)
	}
	nextInstance, err := peekID(env, layout.WasmNextInstanceID)
	if err != nil {
		return err
	}
	for code := uint64(1); code <= lastCode; code++ {
		taken, err := env.Store(layout.Wasm).Has(layout.WasmContract(layout.ContractAddress(code, nextInstance)))
		if err != nil {
			return err
		}
		if taken {
			return fmt.Errorf("instance number %d was used already: %w", nextInstance, ErrInvalid)
		}
	}
	return nil
}

// ExportGenesis is the content of store Wasm in the order of its keys.
func (w *Wasm) ExportGenesis(env *chain.Env) (*wasmpb.GenesisState, error) {
	p, err := params(env)
	if err != nil {
		return nil, err
	}
	g := &wasmpb.GenesisState{Params: p}
	if g.Codes, err = exportCodes(env); err != nil {
		return nil, err
	}
	if g.Contracts, err = exportContracts(env); err != nil {
		return nil, err
	}
	for _, key := range [][]byte{layout.WasmNextCodeID, layout.WasmNextInstanceID} {
		id, err := peekID(env, key)
		if err != nil {
			return nil, err
		}
		g.Sequences = append(g.Sequences, wasmpb.Sequence{IDKey: bytes.Clone(key), Value: id})
	}
	return g, nil
}

func exportCodes(env *chain.Env) (codes []wasmpb.Code, err error) {
	err = eachKey(env.FreeStore(layout.Wasm), layout.WasmCodePrefix, func(key, value []byte) error {
		id, err := keyNumber(key)
		if err != nil {
			return err
		}
		c := wasmpb.Code{CodeID: id}
		if err := c.CodeInfo.Unmarshal(value); err != nil {
			return damaged(key, err)
		}
		sum, err := checksum(&c.CodeInfo)
		if err != nil {
			return err
		}
		if c.CodeBytes, err = codeBytes(env, sum); err != nil {
			return err
		}
		c.Pinned, err = pinned(env, id)
		codes = append(codes, c)
		return err
	})
	return codes, err
}

func exportContracts(env *chain.Env) (contracts []wasmpb.Contract, err error) {
	store := env.FreeStore(layout.Wasm)
	err = eachKey(store, layout.WasmContractPrefix, func(key, value []byte) error {
		addr := chain.Address(key)
		c := wasmpb.Contract{ContractAddress: env.Bech32().Account(addr)}
		if err := c.ContractInfo.Unmarshal(value); err != nil {
			return damaged(key, err)
		}
		err := eachKey(store, layout.WasmState(addr), func(key, value []byte) error {
			c.ContractState = append(c.ContractState, model(key, value))
			return nil
		})
		if err != nil {
			return err
		}
		err = eachKey(store, layout.WasmHistory(addr), func(key, value []byte) error {
			var e wasmpb.ContractCodeHistoryEntry
			if err := e.Unmarshal(value); err != nil {
				return damaged(key, err)
			}
			c.ContractCodeHistory = append(c.ContractCodeHistory, e)
			return nil
		})
		contracts = append(contracts, c)
		return err
	})
	return contracts, err
}

// eachKey hands every entry under a prefix to visit, its key without the
// prefix.
func eachKey(s chain.Store, prefix []byte, visit func(key, value []byte) error) error {
	it, err := s.Iterate(prefix, chain.PrefixEnd(prefix), false)
	if err != nil {
		return err
	}
	for it.Valid() && err == nil {
		if err = visit(it.Key()[len(prefix):], it.Value()); err == nil {
			err = it.Next()
		}
	}
	if closeErr := it.Close(); err == nil {
		err = closeErr
	}
	return err
}

// keyNumber reads a key that is a number.
func keyNumber(key []byte) (uint64, error) {
	if len(key) != 8 {
		return 0, damaged(key, fmt.Errorf("a key of %d bytes where a number belongs", len(key)))
	}
	return binary.BigEndian.Uint64(key), nil
}
