package vm

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"runtime/debug"

	"github.com/tetratelabs/wazero/api"

	"github.com/weftchain/weft/vm/rewrite"
)

const (
	// maxGuestDepth is how many guest entries may be nested: the entry point, and
	// allocate from inside an import.
	maxGuestDepth = 2
	// maxResultBytes bounds what an entry point may return.
	maxResultBytes = 64 << 20
	// migrateInfoArgs is the longer of the two forms of migrate.
	migrateInfoArgs = 3
)

// Call is one call of an entry point. Engine.Call keeps nothing of it.
type Call struct {
	// Code is what runs.
	Code Code
	// Entry is the export to call. With three arguments, "migrate" falls back to
	// the form with two if that is what the contract has.
	Entry string
	// Args are the JSON documents of the entry point (env, info, msg, …), as
	// docs/spec/vm.md lists them. They are neither read nor checked here.
	Args [][]byte
	// GasLimit is the VM gas that the call may use, external gas included.
	GasLimit uint64
	// ReadOnly refuses writes (queries).
	ReadOnly bool

	// What the contract reaches. All are asked on the goroutine of the call, one
	// after another. One that is nil is a fault when the contract asks for it.
	Storage Storage
	API     API
	Querier Querier
	// Debug receives what the contract prints, one message or line at a time; nil
	// drops it. It costs the same either way.
	Debug func(string)
	// Tracer watches the call; nil is nobody.
	Tracer Tracer
}

// Result is what a call gave. Data belongs to the caller. The gas of a call that
// failed is valid as well.
type Result struct {
	// Data is the JSON that the entry point returned; nil if the call failed.
	Data []byte
	// GasUsed is used_internally of the reference: what the caller must still
	// charge. GasUsed + GasExternal + GasLeft is the limit, unless external gas
	// went beyond it.
	GasUsed uint64
	// GasExternal is what Storage and Querier reported, charged by them already.
	GasExternal uint64
	// GasLeft is what remains of the limit.
	GasLeft uint64
}

// Call runs an entry point in an instance that is as good as new. An [*Error] is the contract's
// failure, any other error a fault of this node or of a backend. No panic comes
// out of it.
func (e *Engine) Call(c Call) (res Result, err error) {
	res = Result{GasLeft: c.GasLimit}
	code, err := e.load(c.Code)
	if err != nil {
		return res, err
	}
	defer e.memory.release(code)
	runtime.LockOSThread() // for begin
	defer runtime.UnlockOSThread()
	inst, err := e.pool.acquire(code.compiled)
	if err != nil {
		return res, err
	}
	inst.linear.begin()
	run := &inst.run
	*run = call{Context: context.Background(), Call: c, inst: inst}
	startWatch(run)
	res.Data, err = run.guarded()
	res.GasExternal, res.GasLeft = run.external, run.left()
	res.GasUsed = satSub(satSub(c.GasLimit, run.external), res.GasLeft)
	if closeErr := run.closeIterators(); closeErr != nil && !isFault(err) {
		err = closeErr
	}
	*run = call{}
	if releaseErr := e.pool.release(inst, !isFault(err)); releaseErr != nil && !isFault(err) {
		err = releaseErr
	}
	if err != nil {
		res.Data = nil
	}
	return res, err
}

// isFault tells a fault of this node from a contract's failure.
func isFault(err error) bool {
	if err == nil {
		return false
	}
	var e *Error
	return !errors.As(err, &e)
}

// call is the state of a running call. It is itself the context that wazero
// passes to host functions, so that they find it with a type assertion.
type call struct {
	context.Context
	Call
	inst      *instance
	external  uint64
	beyond    uint64 // gas that the guest's counter cannot hold
	nesting   int    // guest entries that are running
	iterators []Iterator
	unwinding error // why a host function unwinds the guest

	// Stacks of guest entries: the entry point's, and those of allocate.
	ptrs [migrateInfoArgs]uint64
	size [maxGuestDepth][1]uint64

	wasi         *wasi // from the first use on
	initializing bool  // _initialize runs (see prepare)

	watch *watch // nil unless there is a Tracer
}

// guarded runs the call and turns a panic of the host into a fault.
func (c *call) guarded() (data []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = hostPanic(r)
		}
	}()
	c.setLeft(c.GasLimit)
	c.inst.mark.Set(uint64(rewrite.MarkFor(int64(min(c.GasLimit, math.MaxInt64)))))
	c.inst.depth.Set(rewrite.StackBudget)
	c.inst.spare.Set(rewrite.FreeExcess)
	defer c.endLines()
	if c.initializing {
		err = c.initialize()
	} else {
		data, err = c.run(c.Args)
	}
	if err != nil && c.Entry == "migrate" && len(c.Args) == migrateInfoArgs && hasKind(err, KindArity) {
		data, err = c.run(c.Args[:migrateInfoArgs-1])
	}
	if outOfGas(err) {
		c.setLeft(0)
	}
	if c.watch != nil {
		c.watch.finish()
	}
	return data, err
}

func hostPanic(r any) error {
	return fmt.Errorf("panic in a host function: %v\n%s", r, debug.Stack())
}

// hasKind tells whether an error is a contract's failure of a kind.
func hasKind(err error, kind Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == kind
}

// run hands over the arguments, calls the entry point and fetches its result.
func (c *call) run(args [][]byte) ([]byte, error) {
	ptrs := c.ptrs[:0]
	for _, arg := range args {
		ptr, err := c.give(arg)
		if err != nil {
			return nil, err
		}
		ptrs = append(ptrs, uint64(ptr))
	}
	ptr, err := c.enter1(c.Entry, ptrs)
	if err != nil {
		return nil, err
	}
	data, err := c.read(ptr, maxResultBytes)
	if err != nil {
		return nil, err
	}
	// The guest freed its arguments; the result is ours to free.
	results, err := c.enter("deallocate", append(c.ptrs[:0], uint64(ptr)))
	if err != nil {
		return nil, err
	}
	if len(results) != 0 {
		return nil, errResultCount("deallocate", 0, len(results))
	}
	return data, nil
}

// allocate asks the guest for a Region of n bytes.
func (c *call) allocate(n uint32) (uint32, error) {
	ptr, err := c.enter1("allocate", append(c.size[c.nesting&1][:0], uint64(n)))
	if err == nil && ptr == 0 {
		err = errCommunication("Got a zero Wasm address")
	}
	return ptr, err
}

// enter1 calls an export that returns one i32.
func (c *call) enter1(name string, args []uint64) (uint32, error) {
	results, err := c.enter(name, args)
	if err != nil {
		return 0, err
	}
	if len(results) != 1 {
		return 0, errResultCount(name, 1, len(results))
	}
	if t := c.inst.export(name, c.nesting).results[0]; t != api.ValueTypeI32 {
		return 0, &Error{KindResult, fmt.Sprintf("Couldn't convert from %s to u32", api.ValueTypeName(t))}
	}
	return uint32(results[0]), nil
}

func errResultCount(name string, expected, actual int) *Error {
	return &Error{KindResult, fmt.Sprintf("Unexpected number of result values when calling '%s'. Expected: %d, actual: %d.", name, expected, actual)}
}

// enter calls an export with i32 arguments.
func (c *call) enter(name string, args []uint64) ([]uint64, error) {
	if c.nesting >= maxGuestDepth {
		// The reference looks the export up first; with two entries running,
		// allocate is the only one asked for and is known to exist.
		return nil, &Error{KindDepth, "Maximum call depth exceeded."}
	}
	f := c.inst.export(name, c.nesting)
	if f == nil {
		return nil, &Error{KindResolve, "Error resolving Wasm function: Could not get export: Missing export " + name}
	}
	if len(f.params) != len(args) {
		return nil, &Error{KindArity, fmt.Sprintf("The called function args arity does not match. The contract's method arity: %d", len(f.params))}
	}
	for _, t := range f.params {
		if t != api.ValueTypeI32 {
			return nil, errTrap("Parameters of type [I32] did not match signature of " + name)
		}
	}
	stack := args
	if len(f.results) > len(stack) {
		stack = make([]uint64, len(f.results))
		copy(stack, args)
	}
	c.nesting++
	err := f.function.CallWithStack(c, stack)
	c.nesting--
	if err != nil {
		return nil, c.failed(err)
	}
	if c.overdrawn() {
		return nil, errOutOfGas()
	}
	return stack[:len(f.results)], nil
}

// failed finds out why the guest did not return.
func (c *call) failed(err error) error {
	cause := c.unwinding
	c.unwinding = nil
	if isFault(cause) {
		return cause
	}
	if c.overdrawn() {
		return errOutOfGas()
	}
	if cause != nil {
		return throughGuest(cause)
	}
	if int32(c.inst.depth.Get()) < 0 { // set by the prologue that trapped
		return &Error{KindStack, trapPrefix + "call stack exhausted"}
	}
	return c.explain(trap(err))
}
