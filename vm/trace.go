package vm

import (
	"context"

	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// A Tracer watches a call: which host functions it calls, and where its gas goes,
// in an engine with [Config.Trace] by each function of the guest. It hears all on
// the goroutine of the call, and nothing that it does changes a result.
//
// Gas is what the call used internally ([Result.GasUsed]). It is told in parts,
// each to the node of the stack that used it; their sum is exactly what the
// result says. A part can be negative: of a call that ended because external gas
// went beyond the limit the reference counts less as used than it has computed.
type Tracer interface {
	// Root is the node of the call itself, under which all others stand.
	Root() Node
	// Child returns the node of a frame that is called from a node: the same one
	// for the same arguments.
	Child(parent Node, f Frame) Node
	// Spend adds gas to what a node used itself.
	Spend(n Node, gas int64)
	// Host is told that a host function begins, and its node.
	Host(name string, n Node)
	// HostDone is told that the last one that began has ended, what internal gas
	// was used since it began, and with which error it ends the call.
	HostDone(gas int64, err error)
	// Stop is asked now and then; an error ends the call with that fault.
	Stop() error
}

// Node names a place in a Tracer's tree.
type Node int32

// Frame is one function on a stack: Host, or a function of the guest.
type Frame struct {
	// Function is the index of a guest's function, imports included.
	Function uint32
	// Host is the name of a host function, or in brackets of what the host does
	// around a call; "" for a function of the guest.
	Host string
}

// hostArguments stands for what the host does before and after the guest runs:
// arguments written, the result read.
const hostArguments = "(arguments and result)"

// stopInterval is how many functions are entered between two questions to Stop.
const stopInterval = 1 << 10

// tracing is the context that modules of a tracing engine are compiled with.
func tracing(ctx context.Context, trace bool) context.Context {
	if !trace {
		return ctx
	}
	return experimental.WithFunctionListenerFactory(ctx, listeners{})
}

// listeners makes the listener of each function.
type listeners struct{}

// NewFunctionListener implements experimental.FunctionListenerFactory.
func (listeners) NewFunctionListener(def api.FunctionDefinition) experimental.FunctionListener {
	params, results := def.ParamTypes(), def.ResultTypes()
	return &listener{
		function: def.Index(),
		resumes: len(params) == 1 && params[0] == api.ValueTypeI32 &&
			len(results) == 1 && results[0] == api.ValueTypeI32,
	}
}

// listener tells a call's watch of one function.
type listener struct {
	function uint32
	resumes  bool // has the type of those that the Go toolchain makes
}

// Before implements experimental.FunctionListener.
func (l *listener) Before(ctx context.Context, _ api.Module, _ api.FunctionDefinition, params []uint64, _ experimental.StackIterator) {
	c, ok := ctx.(*call)
	if !ok || c.watch == nil {
		return
	}
	if err := c.watch.enter(l, params); err != nil {
		c.unwinding = err
		panic(errUnwind)
	}
}

// After implements experimental.FunctionListener.
func (l *listener) After(ctx context.Context, _ api.Module, _ api.FunctionDefinition, results []uint64) {
	if c, ok := ctx.(*call); ok && c.watch != nil {
		c.watch.leave(l, results)
	}
}

// Abort implements experimental.FunctionListener. A guest that traps ends the
// whole call, so the stack stays as it was there: what is still to be spent was
// spent there.
func (*listener) Abort(context.Context, api.Module, api.FunctionDefinition, error) {}

// watch follows the stack of a call for its Tracer.
type watch struct {
	call   *call
	tracer Tracer
	spent  uint64 // of the internal gas
	stack  []watched
	calls  uint32 // for Stop
	switcher
}

// watched is a function on the machine's stack.
type watched struct {
	node Node
	link *link // of a guest that switches stacks
}

// startWatch begins to watch a call, if somebody wants to know.
func startWatch(c *call) {
	if c.Tracer == nil {
		return
	}
	w := &watch{call: c, tracer: c.Tracer}
	w.push(watched{node: c.Tracer.Child(c.Tracer.Root(), Frame{Host: hostArguments})})
	w.g = goroutineGlobal(c.inst)
	c.watch = w
}

// used is the gas that the call has used internally.
func (w *watch) used() uint64 {
	return satSub(satSub(w.call.GasLimit, w.call.external), w.call.left())
}

// spend gives what was used since the last time to the top of the stack.
func (w *watch) spend() {
	used := w.used()
	if used != w.spent {
		w.tracer.Spend(w.top().node, int64(used-w.spent)) // the difference may be negative
		w.spent = used
	}
}

func (w *watch) top() watched { return w.stack[len(w.stack)-1] }

func (w *watch) push(f watched) { w.stack = append(w.stack, f) }

// pop never takes the lowest, which stands for the host.
func (w *watch) pop() {
	if n := len(w.stack); n > 1 {
		w.stack = w.stack[:n-1]
	}
}

// parent is the node under which a function stands that is called now. The
// guest's functions stand beside the host's own work and not under it.
func (w *watch) parent() Node {
	if len(w.stack) == 1 {
		return w.tracer.Root()
	}
	return w.top().node
}

func (w *watch) enter(l *listener, params []uint64) error {
	w.spend()
	if w.calls++; w.calls%stopInterval == 0 {
		if err := w.tracer.Stop(); err != nil {
			return err
		}
	}
	if w.g == nil {
		w.push(watched{node: w.tracer.Child(w.parent(), Frame{Function: l.function})})
		return nil
	}
	w.push(w.enterSwitching(l, params))
	return nil
}

func (w *watch) leave(l *listener, results []uint64) {
	w.spend()
	if w.g != nil {
		w.leaveSwitching(l, w.top().link, results)
	}
	w.pop()
}

// host makes a host call. One that ends the call stays on the stack: what is
// left of the gas may be taken for it.
func (w *watch) host(name string, f func() error) error {
	w.spend()
	if err := w.tracer.Stop(); err != nil {
		return err
	}
	frame := watched{node: w.tracer.Child(w.parent(), Frame{Host: name}), link: w.top().link}
	w.push(frame)
	w.tracer.Host(name, frame.node)
	before := w.spent
	err := f()
	w.spend()
	w.tracer.HostDone(int64(w.spent-before), err)
	if err == nil {
		w.pop()
	}
	return err
}

// finish tells what the end of the call used.
func (w *watch) finish() { w.spend() }
