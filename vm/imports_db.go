package vm

import (
	"errors"
	"fmt"
)

const (
	maxKeyBytes   = 64 * 1024
	maxValueBytes = 128 * 1024
	// maxIterators is how many iterators one call may open.
	maxIterators = 32_768
)

// What db_scan takes as its order.
const (
	orderAscending  = 1
	orderDescending = 2
)

var errReadOnly = &Error{KindReadOnly, "Must not call a writing storage function in this context."}

// dbRead is db_read(key) -> value or 0.
func (c *call) dbRead(stack []uint64) error {
	key, err := c.read(arg(stack, 0), maxKeyBytes)
	if err != nil {
		return err
	}
	value, gas, err := c.Storage.Get(key)
	if err := c.settle(gas, err); err != nil {
		return err
	}
	return c.answer(stack, value)
}

// dbWrite is db_write(key, value).
func (c *call) dbWrite(stack []uint64) error {
	if c.ReadOnly {
		return errReadOnly
	}
	key, err := c.readToStore("Key", arg(stack, 0), maxKeyBytes)
	if err != nil {
		return err
	}
	value, err := c.readToStore("Value", arg(stack, 1), maxValueBytes)
	if err != nil {
		return err
	}
	gas, err := c.Storage.Set(key, value)
	return c.settle(gas, err)
}

// readToStore reads what is to be stored: a length over the limit reads better.
func (c *call) readToStore(what string, ptr, limit uint32) ([]byte, error) {
	data, length, err := c.readRegion(ptr, limit)
	if length > limit {
		err = &Error{KindGeneric, fmt.Sprintf("Generic error: %s too big. Tried to write %d bytes to storage, limit is %d.", what, length, limit)}
	}
	return data, err
}

// dbRemove is db_remove(key).
func (c *call) dbRemove(stack []uint64) error {
	if c.ReadOnly {
		return errReadOnly
	}
	key, err := c.read(arg(stack, 0), maxKeyBytes)
	if err != nil {
		return err
	}
	gas, err := c.Storage.Remove(key)
	return c.settle(gas, err)
}

// dbScan is db_scan(start or 0, end or 0, order) -> iterator id.
func (c *call) dbScan(stack []uint64) error {
	start, err := c.readBound(arg(stack, 0))
	if err != nil {
		return err
	}
	end, err := c.readBound(arg(stack, 1))
	if err != nil {
		return err
	}
	order := int32(arg(stack, 2))
	if order != orderAscending && order != orderDescending {
		return errCommunication("Got an invalid value for iteration order: %d", order)
	}
	it, gas, err := c.Storage.Scan(start, end, order == orderDescending)
	if it != nil {
		c.iterators = append(c.iterators, it) // whatever follows, it gets closed
	}
	if err := c.settle(gas, err); err != nil {
		return err
	}
	if it == nil {
		return errors.New("storage returned neither an iterator nor an error")
	}
	id := len(c.iterators) - 1
	if id >= maxIterators {
		return errBackend("User error during call into backend: reached iterator limit (%d)", maxIterators)
	}
	stack[0] = uint64(id)
	return nil
}

// readBound reads an optional key: pointer 0 is unbounded.
func (c *call) readBound(ptr uint32) ([]byte, error) {
	if ptr == 0 {
		return nil, nil
	}
	return c.read(ptr, maxKeyBytes)
}

// next advances the iterator that the guest names.
func (c *call) next(stack []uint64) (key, value []byte, err error) {
	id := arg(stack, 0)
	if uint64(id) >= uint64(len(c.iterators)) {
		return nil, nil, errBackend("Iterator with ID %d does not exist", id)
	}
	key, value, gas, err := c.iterators[id].Next()
	if err := c.settle(gas, err); err != nil {
		return nil, nil, err
	}
	if key != nil && value == nil {
		value = []byte{}
	}
	return key, value, nil
}

// dbNext is db_next(id) -> sections of key and value, both empty at the end.
func (c *call) dbNext(stack []uint64) error {
	key, value, err := c.next(stack)
	if err != nil {
		return err
	}
	return c.answer(stack, encodeSections(key, value))
}

// dbNextKey is db_next_key(id) -> key or 0.
func (c *call) dbNextKey(stack []uint64) error {
	key, _, err := c.next(stack)
	if err != nil {
		return err
	}
	return c.answer(stack, key)
}

// dbNextValue is db_next_value(id) -> value or 0.
func (c *call) dbNextValue(stack []uint64) error {
	_, value, err := c.next(stack)
	if err != nil {
		return err
	}
	return c.answer(stack, value)
}

// settle charges what a store or querier reported, then looks at its error.
func (c *call) settle(gas uint64, err error) error {
	if chargeErr := c.chargeExternal(gas); chargeErr != nil && !isFault(backendError(err)) {
		return chargeErr
	}
	return backendError(err)
}

// answer returns data in a new Region, or 0 for nil.
func (c *call) answer(stack []uint64, data []byte) error {
	if data == nil {
		stack[0] = 0
		return nil
	}
	ptr, err := c.give(data)
	stack[0] = uint64(ptr)
	return err
}

// closeIterators ends all iterators of the call. An error is a fault.
func (c *call) closeIterators() (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = hostPanic(r)
		}
	}()
	for _, it := range c.iterators {
		if closeErr := it.Close(); err == nil && closeErr != nil {
			err = fmt.Errorf("close an iterator: %w", closeErr)
		}
	}
	return err
}
