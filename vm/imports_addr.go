package vm

import (
	"errors"
	"unicode/utf8"
)

const (
	maxHumanBytes     = 256
	maxCanonicalBytes = 64
)

// addrValidate is addr_validate(human) -> 0 or an error Region.
func (c *call) addrValidate(stack []uint64) error {
	human, problem, err := c.readHuman(arg(stack, 0))
	if err != nil {
		return err
	}
	if problem == nil {
		gas, apiErr := c.API.Validate(human)
		if problem, err = c.settleAPI(gas, apiErr); err != nil {
			return err
		}
	}
	return c.answer(stack, problem)
}

// addrCanonicalize is addr_canonicalize(human, destination) -> 0 or an error Region.
func (c *call) addrCanonicalize(stack []uint64) error {
	destination := arg(stack, 1)
	human, problem, err := c.readHuman(arg(stack, 0))
	if err != nil {
		return err
	}
	if problem == nil {
		canonical, gas, apiErr := c.API.Canonicalize(human)
		if problem, err = c.settleAPI(gas, apiErr); err != nil {
			return err
		}
		if problem == nil {
			stack[0] = 0
			return c.writeAddress(destination, canonical)
		}
	}
	return c.answer(stack, problem)
}

// addrHumanize is addr_humanize(canonical, destination) -> 0 or an error Region.
func (c *call) addrHumanize(stack []uint64) error {
	destination := arg(stack, 1)
	canonical, err := c.read(arg(stack, 0), maxCanonicalBytes)
	if err != nil {
		return err
	}
	human, gas, apiErr := c.API.Humanize(canonical)
	problem, err := c.settleAPI(gas, apiErr)
	if err != nil {
		return err
	}
	if problem != nil {
		return c.answer(stack, problem)
	}
	if !utf8.ValidString(human) {
		return errBackend("VM received invalid UTF-8 data from backend")
	}
	stack[0] = 0
	return c.writeAddress(destination, []byte(human))
}

// readHuman reads an address text. problem is what the guest should hear if the
// bytes are no text, and nil if they are.
func (c *call) readHuman(ptr uint32) (human string, problem []byte, err error) {
	data, err := c.read(ptr, maxHumanBytes)
	if err != nil {
		return "", nil, err
	}
	if len(data) == 0 {
		return "", []byte("Input is empty"), nil
	}
	if err := c.charge(stringCost(len(data))); err != nil {
		return "", nil, err
	}
	if !utf8.Valid(data) {
		return "", []byte("Input is not valid UTF-8"), nil
	}
	return string(data), nil, nil
}

// settleAPI charges what the API reported, then sorts its error: what the guest
// should hear (any text, the empty one too), or what ends the call.
func (c *call) settleAPI(gas uint64, apiErr error) (problem []byte, err error) {
	var user *UserError
	answer := errors.As(apiErr, &user)
	if chargeErr := c.charge(gas); chargeErr != nil && (answer || !isFault(backendError(apiErr))) {
		return nil, chargeErr
	}
	if !answer {
		return nil, backendError(apiErr)
	}
	return []byte(userText(user)), nil
}

// writeAddress fills the guest's buffer.
func (c *call) writeAddress(destination uint32, address []byte) error {
	if len(address) == 0 {
		return errors.New("the address API returned an empty address")
	}
	return c.write(destination, address)
}
