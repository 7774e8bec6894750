package testkit

import (
	"bytes"
	"fmt"

	"github.com/weftchain/weft/contracts/sdk"
)

// ImpureError says that a contract did something else when it was called a second
// time with the same message, block and state.
type ImpureError struct {
	Entry, Msg    string // the call
	First, Second string // what it did
}

// Error tells what to look for.
func (e *ImpureError) Error() string {
	return fmt.Sprintf(`%s %s
the contract does not do the same when it is called again with the same message and state
   first: %s
  second: %s
on the chain package variables are fresh in each call: look for what the contract keeps in one, and for
the order of a map, the clock and chance; state belongs into the store`, e.Entry, e.Msg, e.First, e.Second)
}

// pure calls a contract twice: with the chain, and with what the chain answered
// the first time. It returns the result of the first call, or panics as that did.
func pure(k sdk.Contract, h sdk.Host, entry string, args [][]byte) ([]byte, *ImpureError) {
	rec := &record{host: h}
	first, end := guarded(func() []byte { return k.Run(rec, entry, args...) })
	rec.host, rec.at = nil, 0
	second, _ := guarded(func() []byte { return k.Run(rec, entry, args...) })
	impure := &ImpureError{Entry: entry, Msg: string(args[len(args)-1])}
	if entry == "migrate" {
		impure.Msg = string(args[1])
	}
	switch {
	case rec.differs != nil:
		impure.First, impure.Second = rec.differs[0], rec.differs[1]
		return nil, impure
	case rec.at < len(rec.calls):
		impure.First, impure.Second = rec.calls[rec.at].String(), "answers "+string(second)
		return nil, impure
	case !bytes.Equal(first, second):
		impure.First, impure.Second = "answers "+string(first), "answers "+string(second)
		return nil, impure
	case end != nil:
		panic(end)
	}
	return first, nil
}

// guarded returns what a host ended a call with.
func guarded(call func() []byte) (result []byte, end any) {
	defer func() {
		if r := recover(); r != nil {
			if _, host := r.(interface{ Unwind() }); !host {
				panic(r)
			}
			result, end = nil, r
		}
	}()
	return call(), nil
}

// record is a host that writes down what a contract asks of the real one, and
// then, without the real one, gives the same answers again.
type record struct {
	host    sdk.Host // nil to play again
	calls   []exchange
	at      int
	differs []string // what the contract asked first and what it asks now
}

// exchange is a question and its answer.
type exchange struct {
	name  string
	in    [][]byte
	out   [2][]byte
	text  string
	ok    bool
	code  uint32
	ended bool // the host ended the call
}

// String is the question.
func (e *exchange) String() string {
	s := "asks for " + e.name
	for _, in := range e.in {
		s += fmt.Sprintf(" %q", in)
	}
	return s
}

// replayEnd ends a call that is played again where the host ended it.
type replayEnd struct{}

func (replayEnd) Unwind() {}

// ask answers a question: really, or as the first time.
func (r *record) ask(e exchange, really func(e *exchange)) exchange {
	for i := range e.in {
		if e.in[i] != nil {
			e.in[i] = bytes.Clone(e.in[i])
		}
	}
	if r.host != nil {
		e.ended = true
		r.calls = append(r.calls, e)
		at := len(r.calls) - 1
		really(&e)
		e.ended = false
		r.calls[at] = e
		return e
	}
	if r.at >= len(r.calls) {
		r.differs = []string{"asks for nothing more", e.String()}
		panic(replayEnd{})
	}
	was := &r.calls[r.at]
	if !same(was, &e) {
		r.differs = []string{was.String(), e.String()}
		panic(replayEnd{})
	}
	r.at++
	if was.ended {
		panic(replayEnd{})
	}
	return *was
}

func same(a, b *exchange) bool {
	if a.name != b.name || len(a.in) != len(b.in) {
		return false
	}
	for i := range a.in {
		if !bytes.Equal(a.in[i], b.in[i]) || (a.in[i] == nil) != (b.in[i] == nil) {
			return false
		}
	}
	return true
}

// Get implements sdk.Host.
func (r *record) Get(key []byte) ([]byte, bool) {
	e := r.ask(exchange{name: "the key", in: [][]byte{key}}, func(e *exchange) { e.out[0], e.ok = r.host.Get(key) })
	return e.out[0], e.ok
}

// Set implements sdk.Host.
func (r *record) Set(key, value []byte) {
	r.ask(exchange{name: "a write of", in: [][]byte{key, value}}, func(*exchange) { r.host.Set(key, value) })
}

// Remove implements sdk.Host.
func (r *record) Remove(key []byte) {
	r.ask(exchange{name: "the removal of", in: [][]byte{key}}, func(*exchange) { r.host.Remove(key) })
}

// Scan implements sdk.Host.
func (r *record) Scan(start, end []byte, descending bool) uint32 {
	name := "the range"
	if descending {
		name = "the range, backwards,"
	}
	return r.ask(exchange{name: name, in: [][]byte{start, end}}, func(e *exchange) { e.code = r.host.Scan(start, end, descending) }).code
}

// Next implements sdk.Host.
func (r *record) Next(iterator uint32) (key, value []byte, ok bool) {
	e := r.ask(exchange{name: fmt.Sprintf("the next entry of range %d", iterator)}, func(e *exchange) {
		e.out[0], e.out[1], e.ok = r.host.Next(iterator)
	})
	return e.out[0], e.out[1], e.ok
}

// Validate implements sdk.Host.
func (r *record) Validate(text string) string {
	return r.ask(exchange{name: "the address", in: [][]byte{[]byte(text)}}, func(e *exchange) { e.text = r.host.Validate(text) }).text
}

// Canonicalize implements sdk.Host.
func (r *record) Canonicalize(text string) ([]byte, string) {
	e := r.ask(exchange{name: "the bytes of the address", in: [][]byte{[]byte(text)}}, func(e *exchange) {
		e.out[0], e.text = r.host.Canonicalize(text)
	})
	return e.out[0], e.text
}

// Humanize implements sdk.Host.
func (r *record) Humanize(canonical []byte) (text, refusal string) {
	e := r.ask(exchange{name: "the text of the address", in: [][]byte{canonical}}, func(e *exchange) {
		var text string
		text, e.text = r.host.Humanize(canonical)
		e.out[0] = []byte(text)
	})
	return string(e.out[0]), e.text
}

// QueryChain implements sdk.Host.
func (r *record) QueryChain(request []byte) []byte {
	return r.ask(exchange{name: "the query", in: [][]byte{request}}, func(e *exchange) { e.out[0] = r.host.QueryChain(request) }).out[0]
}

// Crypto implements sdk.Host.
func (r *record) Crypto(name string, args ...[]byte) ([]byte, uint32) {
	e := r.ask(exchange{name: name, in: args}, func(e *exchange) { e.out[0], e.code = r.host.Crypto(name, args...) })
	return e.out[0], e.code
}

// Debug implements sdk.Host.
func (r *record) Debug(text string) {
	if r.host != nil {
		r.host.Debug(text)
	}
}
