package vm

import (
	"errors"
	"strings"
)

const (
	maxQueryBytes = 64 * 1024
	maxAbortBytes = 2 << 20
	maxDebugBytes = 2 << 20
)

// queryChain is query_chain(request) -> response.
func (c *call) queryChain(stack []uint64) error {
	request, err := c.read(arg(stack, 0), maxQueryBytes)
	if err != nil {
		return err
	}
	response, gas, err := c.Querier.Query(request, c.left())
	if err := c.settle(gas, err); err != nil {
		return err
	}
	if response == nil {
		return errors.New("the querier returned neither a response nor an error")
	}
	return c.answer(stack, response)
}

// abort is abort(message); it never returns.
func (c *call) abort(stack []uint64) error {
	message, err := c.read(arg(stack, 0), maxAbortBytes)
	if err != nil {
		return err
	}
	if err := c.charge(stringCost(len(message))); err != nil {
		return err
	}
	return &Error{KindAborted, "Aborted: " + lossy(message)}
}

// debug is debug(message). Gas and errors do not depend on who listens.
func (c *call) debug(stack []uint64) error {
	message, err := c.read(arg(stack, 0), maxDebugBytes)
	if err != nil {
		return err
	}
	if c.Debug != nil {
		c.Debug(lossy(message))
	}
	return nil
}

// lossy is the text in bytes, with U+FFFD for each run of invalid ones.
func lossy(text []byte) string { return strings.ToValidUTF8(string(text), "\ufffd") }
