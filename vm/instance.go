package vm

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/weftchain/weft/vm/rewrite"
)

// instance is one running copy of a compiled code: its memory, the globals that
// metering uses, and its exports. It serves one call at a time.
type instance struct {
	code   *compiled
	module api.Module
	memory api.Memory
	gas    api.MutableGlobal // i64: what the guest may still use; negative on credit
	mark   api.MutableGlobal // i64: below that gas the guest pauses
	depth  api.MutableGlobal // i32: what is left of the stack budget
	spare  api.MutableGlobal // i64: what slow instructions may still take for nothing

	run call // the one that it serves

	// functions holds what was looked up, per nesting: a function of wazero has
	// one machine stack, so an export that runs already needs a second one.
	functions [maxGuestDepth][]*export

	// Of an instance that is restored (see pool).
	linear       guestMemory
	globals      []api.MutableGlobal // the contract's own
	occupied     int64               // bytes, as of the last restore
	newer, older *instance           // among the idle ones
}

// export is a function of the guest with its signature.
type export struct {
	name            string
	function        api.Function
	params, results []api.ValueType
	stack           *[]byte // the function's machine stack; nil if it has none
}

// instantiate makes a fresh instance. Everything that can go wrong here follows
// from the code alone, hence it is the contract's failure.
func (c *compiled) instantiate(ctx context.Context) (*instance, error) {
	config := wazero.NewModuleConfig().WithName("").WithStartFunctions()
	module, err := c.runtime.InstantiateModule(ctx, c.module, config)
	if err != nil {
		if strings.Contains(err.Error(), "must be compiled") || strings.Contains(err.Error(), "closed") {
			return nil, fmt.Errorf("instantiate code %x: %w", c.checksum, err)
		}
		return nil, &Error{KindInstantiate, "Error instantiating a Wasm module: Error instantiating module: " + firstLine(err)}
	}
	i := &instance{module: module, memory: module.ExportedMemory("memory")}
	if i.memory == nil {
		_ = module.Close(context.Background())
		return nil, &Error{KindInstantiate, "Error instantiating a Wasm module: Could not get memory 'memory': Missing export memory"}
	}
	var ok [4]bool
	i.gas, ok[0] = module.ExportedGlobal(rewrite.GasGlobal).(api.MutableGlobal)
	i.mark, ok[1] = module.ExportedGlobal(rewrite.MarkGlobal).(api.MutableGlobal)
	i.depth, ok[2] = module.ExportedGlobal(rewrite.DepthGlobal).(api.MutableGlobal)
	i.spare, ok[3] = module.ExportedGlobal(rewrite.SpareGlobal).(api.MutableGlobal)
	if ok != [4]bool{true, true, true, true} {
		_ = module.Close(context.Background())
		return nil, fmt.Errorf("code %x: the metered module lacks its globals", c.checksum)
	}
	for {
		g, ok := module.ExportedGlobal(rewrite.MutableGlobal(len(i.globals))).(api.MutableGlobal)
		if !ok {
			return i, nil
		}
		i.globals = append(i.globals, g)
	}
}

// restore brings an instance to the state of its code's image. After an error it
// must not be used.
func (i *instance) restore() (err error) {
	img := i.code.image
	used := uint64(i.memory.Size())
	if used < img.size {
		if used, err = i.resize(img.size); err != nil {
			return err
		}
	}
	occupied, err := i.linear.restore(img, used)
	if err != nil {
		return err
	}
	i.occupied = instanceBytes + occupied + i.trimStacks()
	if used > img.size {
		if _, err = i.resize(img.size); err != nil {
			return err
		}
	}
	for n, g := range i.globals {
		g.Set(img.globals[n])
	}
	return nil
}

var errFullMemory = errors.New("a memory of the largest size cannot be made smaller")

// resize sets the size of the memory, in bytes. wazero takes for the new size
// what the allocator returns, even if that is less than before, but asks for one
// page more first: a memory that has all pages it may have stays as it is.
func (i *instance) resize(size uint64) (uint64, error) {
	i.linear.resize(size)
	if _, ok := i.memory.Grow(1); !ok {
		return 0, errFullMemory
	}
	if got := uint64(i.memory.Size()); got != size {
		return 0, fmt.Errorf("wasm engine: a memory of %d bytes instead of %d", got, size)
	}
	return size, nil
}

// export finds an exported function for use at a nesting of guest entries
// (0 or 1); nil if there is none.
func (i *instance) export(name string, nesting int) *export {
	for _, e := range i.functions[nesting] { // a handful
		if e.name == name {
			return e
		}
	}
	f := i.module.ExportedFunction(name)
	if f == nil {
		return nil
	}
	d := f.Definition()
	e := &export{name, f, d.ParamTypes(), d.ResultTypes(), stackOf(f)}
	i.functions[nesting] = append(i.functions[nesting], e)
	return e
}

// trimStacks drops the functions whose machine stack has become large, and
// returns what the others take. They are made anew when they are called again.
func (i *instance) trimStacks() (bytes int64) {
	for nesting, list := range i.functions {
		large := false
		for _, e := range list {
			n := e.stackBytes()
			large = large || n > maxStackBytes
			bytes += int64(n)
		}
		if large {
			i.functions[nesting] = slices.DeleteFunc(list, func(e *export) bool {
				n := e.stackBytes()
				if n > maxStackBytes {
					bytes -= int64(n)
				}
				return n > maxStackBytes
			})
		}
	}
	return bytes
}

// stackBytes is the size of the function's machine stack.
func (e *export) stackBytes() int {
	if e.stack == nil {
		return 0
	}
	return cap(*e.stack)
}

// stackOf finds the machine stack of a function. wazero lets it grow and keeps
// it, and does not tell: it is a field of the function. nil if there is none.
func stackOf(f api.Function) *[]byte {
	v := reflect.ValueOf(f)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return nil
	}
	stack := v.Elem().FieldByName("stack")
	if !stack.IsValid() || stack.Type() != reflect.TypeFor[[]byte]() {
		return nil
	}
	return (*[]byte)(stack.Addr().UnsafePointer())
}

func (i *instance) close() error { return i.module.Close(context.Background()) }

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// trap translates the error of a guest that ended by itself: a wasm trap is the
// contract's failure, anything else the engine's.
func trap(err error) error {
	text, ok := strings.CutPrefix(firstLine(err), "wasm error: ")
	if !ok {
		return fmt.Errorf("wasm engine: %w", err)
	}
	switch text {
	case "unreachable", "integer divide by zero", "integer overflow", "invalid conversion to integer",
		"out of bounds memory access", "indirect call type mismatch":
		return errTrap(text)
	case "invalid table access":
		return errTrap("undefined element: out of bounds table access")
	}
	return errors.New("wasm engine: " + text) // a stack overflow of the engine: the stack budget should have come first
}
