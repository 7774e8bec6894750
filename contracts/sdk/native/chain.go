package native

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// The methods of this file are the contract's side: sdk.Host.

// Get reads the store.
func (h *Host) Get(key []byte) ([]byte, bool) {
	value, ok := h.Store[string(key)]
	return []byte(value), ok
}

// Set writes to the store.
func (h *Host) Set(key, value []byte) {
	h.write()
	h.Store[string(key)] = string(value)
}

// Remove deletes from the store.
func (h *Host) Remove(key []byte) {
	h.write()
	delete(h.Store, string(key))
}

// entry is a key of the store and its value.
type entry struct{ key, value string }

// Scan opens an iterator over what is in the store now: it sees no later writes.
func (h *Host) Scan(start, end []byte, descending bool) uint32 {
	var found []entry
	for key, value := range h.Store {
		if key >= string(start) && (end == nil || key < string(end)) {
			found = append(found, entry{key, value})
		}
	}
	slices.SortFunc(found, func(a, b entry) int { return strings.Compare(a.key, b.key) })
	if descending {
		slices.Reverse(found)
	}
	h.iterators = append(h.iterators, found)
	return uint32(len(h.iterators) - 1)
}

// Next moves an iterator on.
func (h *Host) Next(iterator uint32) (key, value []byte, ok bool) {
	left := h.iterators[iterator]
	if len(left) == 0 {
		return nil, nil, false
	}
	h.iterators[iterator] = left[1:]
	return []byte(left[0].key), []byte(left[0].value), true
}

// Validate accepts names of 3 to 90 small letters, digits, - and _.
func (h *Host) Validate(text string) string {
	if text == "" {
		return "Input is empty" // the chain's own words
	}
	if len(text) < 3 || len(text) > 90 {
		return "an address has 3 to 90 characters here"
	}
	if strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
		return "an address has small letters, digits, - and _ here"
	}
	return ""
}

// Canonicalize returns the bytes of a valid text.
func (h *Host) Canonicalize(text string) ([]byte, string) { return []byte(text), h.Validate(text) }

// Humanize returns a valid text of these bytes.
func (h *Host) Humanize(canonical []byte) (string, string) {
	return string(canonical), h.Validate(string(canonical))
}

// QueryChain is the contract's question to the chain.
func (h *Host) QueryChain(request []byte) []byte { return h.answer(request) }

func (h *Host) answer(request []byte) []byte {
	var q struct {
		Bank struct {
			Balance *struct{ Address, Denom string }
		}
	}
	if err := json.Unmarshal(request, &q); err == nil && q.Bank.Balance != nil {
		b := q.Bank.Balance
		return ok(fmt.Sprintf(`{"amount":{"denom":%q,"amount":"%s"}}`, b.Denom, h.Balances[b.Address].Of(b.Denom)))
	}
	if h.Answer == nil {
		return []byte(`{"error":{"unsupported_request":{"kind":"the test has no Answer"}}}`)
	}
	doc, err := h.Answer(string(request))
	if err != nil {
		text, _ := json.Marshal(err.Error()) // of a string: no error
		return []byte(`{"ok":{"error":` + string(text) + `}}`)
	}
	return ok(doc)
}

// Crypto asks Verify.
func (h *Host) Crypto(name string, args ...[]byte) (answer []byte, code uint32) {
	if h.Verify == nil {
		panic(Refused("the test's Host has no Verify for " + name + ": set it to testkit.Crypto"))
	}
	return h.Verify(name, args...)
}

// Debug keeps a line.
func (h *Host) Debug(text string) { h.Lines = append(h.Lines, text) }
