package chain

import (
	"errors"
	"fmt"
	"sort"
	"sync"
)

// Error is a verdict: a failure that is part of the rules, so that all nodes
// agree on its codespace and code. Any other error is a fault of this node and
// stops it. The text may improve freely, for consensus never sees it.
type Error struct {
	Codespace string
	Code      uint32
	text      string
}

// Error returns the registered text.
func (e *Error) Error() string { return e.text }

var registry = struct {
	sync.Mutex
	byCode map[string]*Error
}{byCode: map[string]*Error{}}

// NewError registers a verdict. It panics at start-up if the code is taken:
// once released a code never changes its meaning.
func NewError(codespace string, code uint32, text string) *Error {
	registry.Lock()
	defer registry.Unlock()
	key := fmt.Sprintf("%s/%d", codespace, code)
	if old, taken := registry.byCode[key]; taken {
		panic(fmt.Sprintf("error %s is taken by %q", key, old.text))
	}
	e := &Error{Codespace: codespace, Code: code, text: text}
	registry.byCode[key] = e
	return e
}

// Verdict finds the verdict inside err. It reports false for a fault.
func Verdict(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

// Errors lists every registered verdict by codespace and code.
func Errors() []*Error {
	registry.Lock()
	defer registry.Unlock()
	list := make([]*Error, 0, len(registry.byCode))
	for _, e := range registry.byCode { //weft:sorted the list is sorted below
		list = append(list, e)
	}
	sort.Slice(list, func(i, j int) bool {
		if list[i].Codespace != list[j].Codespace {
			return list[i].Codespace < list[j].Codespace
		}
		return list[i].Code < list[j].Code
	})
	return list
}

// OutOfGasLocation returns what the missing gas was for if err comes from a
// Meter.
func OutOfGasLocation(err error) (string, bool) {
	var oog *outOfGas
	if errors.As(err, &oog) {
		return oog.what, true
	}
	return "", false
}
