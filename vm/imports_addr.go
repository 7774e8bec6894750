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
	if problem == "" {
		gas, apiErr := c.API.Validate(human)
		if problem, err = c.settleAPI(gas, apiErr); err != nil {
			return err
		}
	}
	return c.answerProblem(stack, problem)
}

// addrCanonicalize is addr_canonicalize(human, destination) -> 0 or an error Region.
func (c *call) addrCanonicalize(stack []uint64) error {
	destination := arg(stack, 1)
	human, problem, err := c.readHuman(arg(stack, 0))
	if err != nil {
		return err
	}
	if problem == "" {
		canonical, gas, apiErr := c.API.Canonicalize(human)
		if problem, err = c.settleAPI(gas, apiErr); err != nil {
			return err
		}
		if problem == "" {
			stack[0] = 0
			return c.writeAddress(destination, canonical)
		}
	}
	return c.answerProblem(stack, problem)
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
	if problem != "" {
		return c.answerProblem(stack, problem)
	}
	stack[0] = 0
	return c.writeAddress(destination, []byte(human))
}

// readHuman reads an address text. problem is what the guest should hear if the
// bytes are no text.
func (c *call) readHuman(ptr uint32) (human, problem string, err error) {
	data, err := c.read(ptr, maxHumanBytes)
	if err != nil {
		return "", "", err
	}
	if len(data) == 0 {
		return "", "Input is empty", nil
	}
	if err := c.charge(stringCost(len(data))); err != nil {
		return "", "", err
	}
	if !utf8.Valid(data) {
		return "", "Input is not valid UTF-8", nil
	}
	return string(data), "", nil
}

// settleAPI charges what the API reported, then sorts its error: what the guest
// should hear, or what ends the call.
func (c *call) settleAPI(gas uint64, apiErr error) (problem string, err error) {
	var user *UserError
	answer := errors.As(apiErr, &user)
	if chargeErr := c.charge(gas); chargeErr != nil && (answer || !isFault(backendError(apiErr))) {
		return "", chargeErr
	}
	if !answer {
		return "", backendError(apiErr)
	}
	if problem = userText(user); problem == "" {
		problem = "invalid address"
	}
	return problem, nil
}

// answerProblem returns an error text in a new Region, or 0 for none.
func (c *call) answerProblem(stack []uint64, problem string) error {
	if problem == "" {
		return c.answer(stack, nil)
	}
	return c.answer(stack, []byte(problem))
}

// writeAddress fills the guest's buffer.
func (c *call) writeAddress(destination uint32, address []byte) error {
	if len(address) == 0 {
		return errors.New("the address API returned an empty address")
	}
	return c.write(destination, address)
}
