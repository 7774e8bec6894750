//go:build !race

// Nothing here is concurrent; the race detector would only make it slower.

package diff

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strings"

	"github.com/weftchain/weft/vm"
)

// world is all that a contract can reach. What it is asked goes into a digest.
type world struct {
	store map[string][]byte
	log   hash.Hash
}

const externalGas = 1_000_000 // of every access to the store and every query

func (w *world) note(format string, args ...any) { fmt.Fprintf(w.log, format+"\n", args...) }

func (w *world) Get(key []byte) ([]byte, uint64, error) {
	w.note("get %x", key)
	return w.store[string(key)], externalGas, nil
}

func (w *world) Set(key, value []byte) (uint64, error) {
	w.note("set %x %x", key, value)
	w.store[string(key)] = append([]byte{}, value...)
	return externalGas, nil
}

func (w *world) Remove(key []byte) (uint64, error) {
	w.note("remove %x", key)
	delete(w.store, string(key))
	return externalGas, nil
}

func (w *world) Scan(start, end []byte, descending bool) (vm.Iterator, uint64, error) {
	w.note("scan %x %x %t", start, end, descending)
	var keys []string
	for _, k := range slices.Sorted(maps.Keys(w.store)) {
		if k >= string(start) && (end == nil || k < string(end)) {
			keys = append(keys, k)
		}
	}
	if descending {
		slices.Reverse(keys)
	}
	return &walk{w, keys}, externalGas, nil
}

type walk struct {
	w    *world
	keys []string
}

func (i *walk) Next() (key, value []byte, gas uint64, err error) {
	i.w.note("next")
	if len(i.keys) == 0 {
		return nil, nil, externalGas, nil
	}
	k := i.keys[0]
	i.keys = i.keys[1:]
	return []byte(k), i.w.store[k], externalGas, nil
}

func (i *walk) Close() error { return nil }

// addresses are their own bytes, padded as the reference's mock does.
const addressBytes = 32

func (w *world) Canonicalize(human string) ([]byte, uint64, error) {
	w.note("canonicalize %q", human)
	if len(human) < 3 || len(human) > addressBytes || strings.ToLower(human) != human {
		return nil, 440, &vm.UserError{Text: "Invalid input: human address"}
	}
	return append([]byte(human), make([]byte, addressBytes-len(human))...), 440, nil
}

func (w *world) Humanize(canonical []byte) (string, uint64, error) {
	w.note("humanize %x", canonical)
	if len(canonical) != addressBytes {
		return "", 550, &vm.UserError{Text: "Invalid input: canonical address"}
	}
	return string(bytes.TrimRight(canonical, "\x00")), 550, nil
}

func (w *world) Validate(human string) (uint64, error) {
	_, gas, err := w.Canonicalize(human)
	return gas, err
}

func (w *world) Query(request []byte, gasLimit uint64) ([]byte, uint64, error) {
	w.note("query %q with %d", request, gasLimit)
	answer := base64.StdEncoding.EncodeToString([]byte(`{"amount":[{"denom":"ATOM","amount":"250"}]}`))
	return []byte(`{"ok":{"ok":"` + answer + `"}}`), externalGas, nil
}
