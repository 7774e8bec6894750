package chain

import "slices"

// Bounds of what a Trace keeps and tells.
const (
	// MaxFailureText is the longest text of a failure that is told, in bytes.
	MaxFailureText = 2 << 10
	// maxCaught is how many caught failures are remembered, the last ones.
	maxCaught = 8
	// maxCaughtText is the longest text of a caught failure, in bytes.
	maxCaughtText = 512
)

// Step is one step on the way from a message to where something failed: a call
// into a contract, or a submessage that a contract sent.
type Step struct {
	// Contract is who ran, "" for a submessage (and for an instantiation whose
	// address is not decided yet).
	Contract Address
	// Entry is the entry point: execute, instantiate, migrate, sudo, reply,
	// query. It is "" for a submessage.
	Entry string
	// CodeID is the code that an instantiate or migrate runs, else 0.
	CodeID uint64
	// Sub is the submessage that was sent, or that a reply is about.
	Sub *SubStep
	// Message is the type URL of a transaction's message, and Index its place.
	// Only an Observer sees steps of that kind, and "admission" and "loading".
	Message string
	Index   int
}

// SubStep names a submessage of a contract's response.
type SubStep struct {
	Index   int    // position in the response, from 0
	ID      uint64 // what the contract calls it
	Message string // kind of message: wasm.execute, bank.send, a type URL
}

// Trace follows the nested calls of one transaction or query, so that the node
// can tell people where a failure came about. It is written by the rules and
// read only when all is over: nothing that other nodes must agree on, and
// nothing that a contract sees, may depend on it. The zero value is empty.
type Trace struct {
	open   []Step // calls under way, outermost first
	failed *place // where the failure under way began, nil if there is none
	caught []Caught
}

type place struct {
	path   []Step
	detail string
}

// Caught is a failure of which a contract was told, so that it could go on.
type Caught struct {
	// Told is what the contract was told: often only codespace and code.
	Told string
	// Text is the failure in its own words, cut to a bound.
	Text string
	// Path is where it came about.
	Path []Step
}

// Enter notes that a step begins. The function that it returns must be called
// when the step ends, with a pointer to the error that it ends with.
func (t *Trace) Enter(s Step) (leave func(*error)) {
	t.open = append(t.open, s)
	depth := len(t.open)
	return func(err *error) {
		if *err != nil {
			t.fail()
		} else {
			t.failed = nil // whatever failed below, it was dealt with
		}
		t.open = t.open[:depth-1]
	}
}

// Name sets the contract of the innermost step, once its address is known.
func (t *Trace) Name(contract Address) {
	if n := len(t.open); n > 0 {
		t.open[n-1].Contract = contract
	}
}

// Open returns the innermost step that has not ended; the zero Step if there is
// none.
func (t *Trace) Open() Step {
	if n := len(t.open); n > 0 {
		return t.open[n-1]
	}
	return Step{}
}

// Detail adds words to the failure that is under way, which begins here if
// there was none.
func (t *Trace) Detail(text string) {
	t.fail()
	t.failed.detail = CutText(text, maxCaughtText)
}

func (t *Trace) fail() {
	if t.failed == nil {
		t.failed = &place{path: slices.Clone(t.open)}
	}
}

// Catch notes that the failure under way ends here: a contract is told of it.
// told is what the contract gets to read, "" if that needs no explanation.
func (t *Trace) Catch(told string, err error) {
	at := t.failed
	t.failed = nil
	if told == "" {
		return
	}
	path := t.open
	text := CutText(err.Error(), maxCaughtText)
	if at != nil {
		path = at.path
		if at.detail != "" {
			text += " (" + at.detail + ")"
		}
	}
	if len(t.caught) == maxCaught {
		t.caught = slices.Delete(t.caught, 0, 1)
	}
	t.caught = append(t.caught, Caught{Told: CutText(told, maxCaughtText), Text: text, Path: slices.Clone(path)})
}
