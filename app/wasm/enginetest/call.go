package enginetest

import (
	"errors"

	"github.com/weftchain/weft/vm"
	"github.com/weftchain/weft/vm/cosmwasm"
)

// Call is what a contract gets. Its methods end the contract, as those of the
// real host do, when gas runs out or the host fails.
type Call struct {
	Env       cosmwasm.Env
	Info      cosmwasm.MessageInfo // instantiate, execute
	Migration cosmwasm.MigrateInfo // migrate
	Msg       []byte               // the message, or the reply's JSON
	// Raw is returned in place of the response if the contract sets it.
	Raw []byte

	call     vm.Call
	left     uint64
	external uint64
}

// UseGas uses VM gas. What is more than the limit ends the call out of gas.
func (c *Call) UseGas(vmGas uint64) {
	if vmGas > c.left {
		panic(unwind{outOfGas()})
	}
	c.left -= vmGas
}

// GasLeft is the VM gas that the call may still use.
func (c *Call) GasLeft() uint64 { return c.left }

func outOfGas() error {
	return &vm.Error{Kind: vm.KindOutOfGas, Text: "Ran out of gas during contract execution"}
}

// host settles what a host function cost and ends the call if it failed.
func (c *Call) host(gas uint64, err error) {
	c.external += gas
	if errors.Is(err, vm.ErrOutOfGas) || gas > c.left {
		panic(unwind{outOfGas()})
	}
	c.left -= gas
	if err != nil {
		panic(unwind{err})
	}
}

// Get reads a key, nil if it is not there.
func (c *Call) Get(key string) []byte {
	value, gas, err := c.call.Storage.Get([]byte(key))
	c.host(gas, err)
	return value
}

func (c *Call) writing() {
	if c.call.ReadOnly {
		panic(unwind{&vm.Error{Kind: vm.KindReadOnly, Text: "Must not call a writing storage function in this context."}})
	}
}

// Set writes a key.
func (c *Call) Set(key string, value []byte) {
	c.writing()
	c.host(c.call.Storage.Set([]byte(key), append([]byte{}, value...)))
}

// Remove deletes a key.
func (c *Call) Remove(key string) {
	c.writing()
	c.host(c.call.Storage.Remove([]byte(key)))
}

// Each hands the entries of a range to visit until it returns false.
func (c *Call) Each(start, end []byte, descending bool, visit func(key, value []byte) bool) {
	it, gas, err := c.call.Storage.Scan(start, end, descending)
	c.host(gas, err)
	defer func() {
		if err := it.Close(); err != nil {
			panic(unwind{err})
		}
	}()
	for {
		key, value, gas, err := it.Next()
		c.host(gas, err)
		if key == nil || !visit(key, value) {
			return
		}
	}
}

// Query asks the chain and returns the JSON of the answer.
func (c *Call) Query(request []byte) []byte {
	answer, gas, err := c.call.Querier.Query(request, c.left)
	c.host(gas, err)
	return answer
}

// Validate asks whether a text is an address; "" means that it is, else it is
// the host's reason.
func (c *Call) Validate(human string) string {
	gas, err := c.call.API.Validate(human)
	return c.api(gas, err)
}

// Canonicalize turns an address text into bytes, or tells why not.
func (c *Call) Canonicalize(human string) ([]byte, string) {
	canonical, gas, err := c.call.API.Canonicalize(human)
	return canonical, c.api(gas, err)
}

// Humanize turns address bytes into text, or tells why not.
func (c *Call) Humanize(canonical []byte) (human, refusal string) {
	human, gas, err := c.call.API.Humanize(canonical)
	return human, c.api(gas, err)
}

// api settles an address function: its gas is the call's own.
func (c *Call) api(gas uint64, err error) string {
	c.UseGas(gas)
	var refused *vm.UserError
	if errors.As(err, &refused) {
		return refused.Text
	}
	if err != nil {
		panic(unwind{err})
	}
	return ""
}

// Trap ends the call the way an illegal instruction does.
func Trap(text string) { panic(text) }

// Fault ends the call with a fault of the node: no verdict, and not for any
// contract to catch.
func Fault(err error) { panic(unwind{err}) }
