package chain

// Gas that the reference charges for store access, in SDK gas (KVGasConfig;
// wasm-module facts, section 6).
const (
	GasHas          = 1000
	GasDelete       = 1000
	GasRead         = 1000
	GasReadPerByte  = 3
	GasWrite        = 2000
	GasWritePerByte = 30
	GasIterNext     = 30
)

// Store is one module's part of the state, charged to the environment's meter
// as the reference charges it. Its errors are faults of this node or out of
// gas.
type Store struct {
	name  string
	state Branch
	gas   *Meter
}

// Store opens a module's store. Its gas goes to the environment's meter.
func (e *Env) Store(name string) Store { return Store{name, e.State, e.Gas} }

// FreeStore opens a module's store without charging: for what the reference
// does not keep in a store or does outside of a transaction.
func (e *Env) FreeStore(name string) Store { return Store{name, e.State, NewMeter(NoLimit)} }

// Get returns the value at key, nil if there is none.
func (s Store) Get(key []byte) ([]byte, error) {
	if err := s.gas.Use(GasRead, "ReadFlat"); err != nil {
		return nil, err
	}
	value, err := s.state.Get(s.name, key)
	if err != nil {
		return nil, err
	}
	return value, s.gas.Use(GasReadPerByte*uint64(len(key)+len(value)), "ReadPerByte")
}

// Has reports whether key is there.
func (s Store) Has(key []byte) (bool, error) {
	if err := s.gas.Use(GasHas, "Has"); err != nil {
		return false, err
	}
	value, err := s.state.Get(s.name, key)
	return value != nil, err
}

// Set writes value, which must not be nil. The store keeps both slices.
func (s Store) Set(key, value []byte) error {
	if err := s.gas.Use(GasWrite, "WriteFlat"); err != nil {
		return err
	}
	if err := s.gas.Use(GasWritePerByte*uint64(len(key)+len(value)), "WritePerByte"); err != nil {
		return err
	}
	s.state.Set(s.name, key, value)
	return nil
}

// Delete removes key.
func (s Store) Delete(key []byte) error {
	if err := s.gas.Use(GasDelete, "Delete"); err != nil {
		return err
	}
	s.state.Delete(s.name, key)
	return nil
}

// Iterate walks a range as Branch.Iterate does. The first element is charged
// here and again by the first Next, an empty range costs GasIterNext: so does
// the reference.
func (s Store) Iterate(start, end []byte, reverse bool) (*StoreIterator, error) {
	it, err := s.state.Iterate(s.name, start, end, reverse)
	if err != nil {
		return nil, err
	}
	gi := &StoreIterator{it: it, gas: s.gas}
	if err := gi.charge(); err != nil {
		return nil, closeAfter(err, it)
	}
	return gi, nil
}

// StoreIterator is an iterator that charges gas as it moves.
type StoreIterator struct {
	it  Iterator
	gas *Meter
}

func (i *StoreIterator) charge() error {
	if i.it.Valid() {
		if err := i.gas.Use(GasReadPerByte*uint64(len(i.it.Key())+len(i.it.Value())), "ValuePerByte"); err != nil {
			return err
		}
	}
	return i.gas.Use(GasIterNext, "IterNextFlat")
}

// Valid reports whether Key and Value may be called.
func (i *StoreIterator) Valid() bool { return i.it.Valid() }

// Key returns the current key.
func (i *StoreIterator) Key() []byte { return i.it.Key() }

// Value returns the current value.
func (i *StoreIterator) Value() []byte { return i.it.Value() }

// Next charges for the current element and moves on.
func (i *StoreIterator) Next() error {
	if err := i.charge(); err != nil {
		return err
	}
	i.it.Next()
	return i.it.Error()
}

// Close ends the walk and reports the fault that ended it early, if any.
func (i *StoreIterator) Close() error {
	if err := i.it.Error(); err != nil {
		return closeAfter(err, i.it)
	}
	return i.it.Close()
}

// closeAfter closes an iterator after err, which is what the caller must
// hear of; a failing Close adds nothing to it.
func closeAfter(err error, it Iterator) error {
	_ = it.Close()
	return err
}
