package vm

import "github.com/tetratelabs/wazero/api"

// The Go toolchain compiles goroutines, which wasm does not have, to functions
// that can be left in the middle and entered again. Each takes the block to go on
// at (0 is its start) and returns 1 if it was left in the middle, else 0. To
// switch, all functions on the machine's stack return 1 up to a loop in Go's
// runtime, which then enters the innermost function of the other goroutine, and
// when that returns 0, its caller, and so on. This happens a few times in a call
// also to programs without goroutines, such as when a stack must grow. The
// machine's stack is then not what Go's is; a switcher keeps the latter.
type switcher struct {
	g         api.MutableGlobal // which goroutine runs; nil of other guests
	suspended map[uint64]*suspended
	switches  int  // counts the switches
	switching bool // functions return 1
}

// suspended is where a goroutine was left.
type suspended struct {
	link   *link
	during int
}

// link is a function in Go's stack.
type link struct {
	node      Node
	function  uint32
	goroutine uint64
	parent    *link // nil for what the host has called
	resumed   bool  // entered by the loop in place of its caller
}

// Globals of the Go toolchain, in its order: SP, CTXT, g, RET0 to RET3, PAUSE.
var goGlobals = []api.ValueType{
	api.ValueTypeI32, api.ValueTypeI64, api.ValueTypeI64, api.ValueTypeI64,
	api.ValueTypeI64, api.ValueTypeI64, api.ValueTypeI64, api.ValueTypeI32,
}

const goroutineIndex = 2

// goroutineGlobal is the global that holds the goroutine of a guest made by the
// Go toolchain, nil for others. A guest that only looks like one gets stacks
// that are less useful, and nothing worse.
func goroutineGlobal(i *instance) api.MutableGlobal {
	if !i.code.analysis.WASI || len(i.globals) < len(goGlobals) {
		return nil
	}
	for n, t := range goGlobals {
		if i.globals[n].Type() != t {
			return nil
		}
	}
	return i.globals[goroutineIndex]
}

// enterSwitching finds the caller of a function in Go's stack.
func (w *watch) enterSwitching(l *listener, params []uint64) watched {
	w.switching = false
	self := &link{function: l.function, goroutine: w.g.Get(), parent: w.top().link}
	if l.resumes && uint32(params[0]) != 0 {
		if before := w.left(self.goroutine, l.function); before != nil {
			self.parent, self.resumed = before.parent, true
		}
	}
	parent := w.tracer.Root()
	if self.parent != nil {
		parent = self.parent.node
	}
	if n := len(w.stack); !self.resumed && n > 1 && w.stack[n-1].link == self.parent {
		parent = w.parent() // a host function may stand between
	}
	self.node = w.tracer.Child(parent, Frame{Function: l.function})
	return watched{node: self.node, link: self}
}

// left finds a function of a goroutine that was left in the middle, the
// innermost first.
func (w *watch) left(goroutine uint64, function uint32) *link {
	at := w.suspended[goroutine]
	if at == nil {
		return nil
	}
	for f := at.link; f != nil; f = f.parent {
		if f.function == function && f.goroutine == goroutine {
			return f
		}
	}
	return nil
}

// leaveSwitching remembers where a goroutine was left, or that its caller is
// entered next.
func (w *watch) leaveSwitching(l *listener, self *link, results []uint64) {
	if self == nil {
		return
	}
	if !l.resumes || uint32(results[0]) != 1 {
		if self.resumed {
			w.suspend(self.goroutine, self.parent)
		}
		w.switching = false
		return
	}
	if !w.switching {
		w.switching = true
		w.switches++
	}
	if at := w.suspended[self.goroutine]; at == nil || at.during != w.switches {
		w.suspend(self.goroutine, self)
	}
}

func (w *watch) suspend(goroutine uint64, at *link) {
	if w.suspended == nil {
		w.suspended = map[uint64]*suspended{}
	}
	w.suspended[goroutine] = &suspended{at, w.switches}
}
