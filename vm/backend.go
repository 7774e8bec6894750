package vm

// The interfaces of this file are the only ways by which a contract reaches the
// world. For all of them:
//
//   - gas is in VM gas and is charged also when an error comes with it;
//   - gas of Storage, Iterator and Querier is external: already on the caller's
//     meter, it lowers what the guest may still use and appears in
//     Result.GasExternal; gas of API is internal: it appears in Result.GasUsed;
//   - ErrOutOfGas ends the call out of gas; an *Error or a *UserError ends it as
//     the contract's failure (but see API); any other error is a fault, which
//     Call returns unchanged;
//   - byte slices that vm hands over belong to the callee, those that it gets
//     are only read and not kept.

// Storage is the contract's own key-value store.
type Storage interface {
	// Get returns the value, nil for an absent key. An existing empty value is
	// empty and not nil.
	Get(key []byte) (value []byte, gas uint64, err error)
	// Set stores a value, which may be empty and is never nil.
	Set(key, value []byte) (gas uint64, err error)
	// Remove deletes a key. An absent key is no error.
	Remove(key []byte) (gas uint64, err error)
	// Scan opens an iterator over start (inclusive) to end (exclusive); nil is
	// unbounded, an empty key is not nil. Call closes it when it ends.
	Scan(start, end []byte, descending bool) (Iterator, uint64, error)
}

// Iterator walks through a range of a Storage.
type Iterator interface {
	// Next returns an entry and moves on. A nil key says that there is none.
	Next() (key, value []byte, gas uint64, err error)
	// Close frees the iterator. An error is a fault.
	Close() error
}

// API translates addresses. A *UserError is an answer to the guest.
type API interface {
	// Canonicalize turns an address text into its bytes (never empty).
	Canonicalize(human string) (canonical []byte, gas uint64, err error)
	// Humanize turns address bytes into their text (never empty).
	Humanize(canonical []byte) (human string, gas uint64, err error)
	// Validate accepts exactly the normalised form of an address.
	Validate(human string) (gas uint64, err error)
}

// Querier answers queries of the contract to the chain.
type Querier interface {
	// Query takes the JSON of a QueryRequest and returns the JSON of a
	// SystemResult<ContractResult<Binary>> (cosmwasm.QuerierResult.JSON). The guest
	// gets these bytes as they are. gasLimit is what the guest has left.
	Query(request []byte, gasLimit uint64) (response []byte, gas uint64, err error)
}
