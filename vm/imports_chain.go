package vm

import (
	"errors"
	"unicode/utf8"
)

const (
	maxQueryBytes = 64 * 1024
	maxAbortBytes = 2 << 20
	maxDebugBytes = 2 << 20
	maxDebugShown = 64 << 10
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
	if c.Debug != nil { // nobody pays for what a listener takes, so that is bounded
		c.Debug(lossy(message[:min(len(message), maxDebugShown)]))
	}
	return nil
}

// lossy is the text in bytes as the reference reads it: each longest start of a
// character that is not completed, and each byte that starts none, is a U+FFFD.
func lossy(text []byte) string {
	if utf8.Valid(text) {
		return string(text)
	}
	b := make([]byte, 0, len(text)+len(text)/4)
	for len(text) > 0 {
		if c := text[0]; c < utf8.RuneSelf {
			b, text = append(b, c), text[1:]
			continue
		}
		r, n := utf8.DecodeRune(text)
		if r == utf8.RuneError && n == 1 {
			n = brokenRune(text)
		}
		b, text = utf8.AppendRune(b, r), text[n:]
	}
	return string(b)
}

// brokenRune is how many bytes at the start of a broken text could have begun a
// character: at least one.
func brokenRune(text []byte) int {
	size, low, high := 1, byte(0x80), byte(0xbf) // of the second byte; of others it is always these
	switch b := text[0]; {
	case b >= 0xf0 && b <= 0xf4:
		size = 4
	case b >= 0xe0 && b <= 0xef:
		size = 3
	}
	switch text[0] {
	case 0xe0:
		low = 0xa0
	case 0xed:
		high = 0x9f
	case 0xf0:
		low = 0x90
	case 0xf4:
		high = 0x8f
	}
	n := 1
	for ; n < min(size, len(text)) && low <= text[n] && text[n] <= high; n++ {
		low, high = 0x80, 0xbf
	}
	return n
}
