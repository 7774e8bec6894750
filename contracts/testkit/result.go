package testkit

import (
	"errors"
	"fmt"
	"strings"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/trace"
	"github.com/weftchain/weft/contracts/sdk"
)

// Event is what a transaction tells the world.
type Event = chain.Event

// Result is what a transaction did.
type Result struct {
	// Events are those of the whole transaction, in order. A contract's own have
	// the type "wasm" or begin with "wasm-", and an attribute _contract_address.
	Events []Event
	// Data is what the contract answered with.
	Data []byte
	// GasUsed is the SDK gas of the transaction: what a user pays for. Natively the
	// contract's own work is not in it.
	GasUsed uint64
	// VMGas is the gas of the contracts' code in it, all calls together, 140,000
	// for one of the SDK's. Natively it is next to nothing.
	VMGas uint64
	// Responses are those of the messages.
	Responses []chain.Response
	// Trace is there after Chain.Trace.
	Trace *trace.Trace
}

// Attr returns the value of the first attribute with a key in the events of
// contracts, "" without one.
func (r *Result) Attr(key string) string {
	for _, e := range r.Events {
		if !ofContract(e) {
			continue
		}
		if v, ok := e.Get(key); ok {
			return v
		}
	}
	return ""
}

// Attrs returns the values of all attributes with a key in the events of contracts.
func (r *Result) Attrs(key string) []string {
	var out []string
	for _, e := range r.Events {
		for _, a := range e.Attributes {
			if ofContract(e) && a.Key == key {
				out = append(out, a.Value)
			}
		}
	}
	return out
}

// Find returns the events of a type.
func (r *Result) Find(typ string) []Event {
	var out []Event
	for _, e := range r.Events {
		if e.Type == typ {
			out = append(out, e)
		}
	}
	return out
}

func ofContract(e Event) bool { return e.Type == "wasm" || strings.HasPrefix(e.Type, "wasm-") }

// String shows the events, one a line.
func (r *Result) String() string { return eventLines(r.Events) }

func eventLines(events []Event) string {
	var b strings.Builder
	for _, e := range events {
		b.WriteString(e.Type)
		for _, a := range e.Attributes {
			fmt.Fprintf(&b, " %s=%s", a.Key, a.Value)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// Error is why the chain refused a transaction or a query.
type Error struct {
	// Text is the reason in the words of who refused, for a contract's own error
	// those of the contract alone.
	Text string
	// Codespace and Code are the chain's number of the reason: "wasm" and 5 for an
	// error of a contract that was executed.
	Codespace string
	Code      uint32
	// Log is all that the chain says, with the path of calls to where it failed.
	Log string
	// GasUsed is the SDK gas of the transaction.
	GasUsed uint64
	// Trace is there after Chain.Trace.
	Trace *trace.Trace
}

// Error returns Text.
func (e *Error) Error() string { return e.Text }

// Is reports whether a contract's error says what another one says, so that
// errors.Is finds the sdk.Error of a contract's package, also where the contract
// was called by another.
func (e *Error) Is(target error) bool {
	own, ok := target.(sdk.Error)
	return ok && (e.Text == string(own) || strings.HasPrefix(e.Text, string(own)+": ") || strings.HasSuffix(e.Text, ": "+string(own)) ||
		strings.Contains(e.Text, ": "+string(own)+": "))
}

// newError takes a log apart. The reference's words stand around a contract's:
// "failed to execute message; message index: 0: dispatch: submessages: WORDS:
// execute wasm contract failed [call path: …]".
func newError(codespace string, code uint32, log string) *Error {
	text := log
	if at := strings.LastIndex(text, " [call path: "); at >= 0 {
		text = text[:at]
	}
	if rest, ok := strings.CutPrefix(text, "failed to execute message; message index: "); ok {
		_, text, _ = strings.Cut(rest, ": ")
	}
	for _, where := range []string{"dispatch: ", "submessages: "} {
		text = strings.TrimPrefix(text, where)
	}
	for _, entry := range []string{"execute", "instantiate", "migrate", "query"} {
		text = strings.TrimSuffix(text, ": "+entry+" wasm contract failed")
	}
	return &Error{Text: text, Codespace: codespace, Code: code, Log: log}
}

// full is an error that nobody expected: with the path to where it came about.
func (c *Chain) full(err error) string {
	var own *Error
	if errors.As(err, &own) && own.Log != own.Text {
		return c.named(own.Text + "\n" + own.Log)
	}
	return c.named(err.Error())
}

// Fails fails the test unless err is an error of the kind that is wanted: one that
// errors.Is finds, or whose text contains a string. With neither any error will do.
func (c *Chain) Fails(err error, want ...any) {
	c.t.Helper()
	if err == nil {
		c.t.Fatalf("no error, want %v", want)
	}
	for _, w := range want {
		if !is(err, w) {
			c.t.Fatalf("error %q, want %q", c.named(err.Error()), fmt.Sprint(w))
		}
	}
}
