package wasm

import (
	"errors"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/vm"
)

// storage is a contract's own part of store Wasm, as the VM sees it. It
// charges the environment's meter what the reference's store charges for the
// whole key, and tells the VM the same in VM gas.
type storage struct {
	store  chain.Store
	meter  *chain.Meter
	prefix []byte
}

func newStorage(env *chain.Env, contract chain.Address) *storage {
	return &storage{store: env.Store(layout.Wasm), meter: env.Gas, prefix: layout.WasmState(contract)}
}

func (s *storage) key(key []byte) []byte {
	return append(append(make([]byte, 0, len(s.prefix)+len(key)), s.prefix...), key...)
}

// spent returns what the meter went up by since before. Gas that ran out is
// the VM's own error and costs the VM nothing more: its call ends with nothing
// left anyway.
func (s *storage) spent(before uint64, err error) (uint64, error) {
	if err == nil {
		return toVM(s.meter.Used() - before), nil
	}
	if errors.Is(err, chain.ErrOutOfGas) {
		return 0, vm.ErrOutOfGas
	}
	return 0, err
}

// Get implements vm.Storage.
func (s *storage) Get(key []byte) ([]byte, uint64, error) {
	before := s.meter.Used()
	value, err := s.store.Get(s.key(key))
	gas, err := s.spent(before, err)
	return value, gas, err
}

// Set implements vm.Storage.
func (s *storage) Set(key, value []byte) (uint64, error) {
	if value == nil {
		value = []byte{}
	}
	before := s.meter.Used()
	return s.spent(before, s.store.Set(s.key(key), value))
}

// Remove implements vm.Storage.
func (s *storage) Remove(key []byte) (uint64, error) {
	before := s.meter.Used()
	return s.spent(before, s.store.Delete(s.key(key)))
}

// Scan implements vm.Storage.
func (s *storage) Scan(start, end []byte, descending bool) (vm.Iterator, uint64, error) {
	before := s.meter.Used()
	from, to := s.span(start, end)
	it, err := s.store.Iterate(from, to, descending)
	gas, err := s.spent(before, err)
	if err != nil {
		return nil, 0, err
	}
	return &iterator{storage: s, it: it}, gas, nil
}

// span is the range of full keys that a range of the contract's keys stands
// for.
func (s *storage) span(start, end []byte) (from, to []byte) {
	if end == nil {
		return s.key(start), chain.PrefixEnd(s.prefix)
	}
	return s.key(start), s.key(end)
}

// iterator walks over a contract's keys without their prefix.
type iterator struct {
	storage *storage
	it      *chain.StoreIterator
}

// Next implements vm.Iterator. Beyond the last entry nothing is charged.
func (i *iterator) Next() (key, value []byte, gas uint64, err error) {
	if !i.it.Valid() {
		return nil, nil, 0, nil
	}
	key, value = i.it.Key()[len(i.storage.prefix):], i.it.Value()
	before := i.storage.meter.Used()
	gas, err = i.storage.spent(before, i.it.Next())
	if err != nil {
		return nil, nil, 0, err
	}
	return key, value, gas, nil
}

// Close implements vm.Iterator.
func (i *iterator) Close() error { return i.it.Close() }
