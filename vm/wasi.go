package vm

import (
	"context"
	"encoding/binary"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// wasiModule is the import module of WASI preview 1. What it offers is what a
// program needs that has no system around it: a clock and randomness that are
// the same on every node, two outputs for people, and no files. It is there
// only for codes that import it. docs/spec/wasi.md has the rules.
const wasiModule = "wasi_snapshot_preview1"

// errno is a result of a WASI function, numbered as preview 1 numbers it.
type errno uint32

const (
	wasiSuccess errno = 0
	wasiBadf    errno = 8  // no such descriptor
	wasiFault   errno = 21 // a pointer outside of memory
	wasiInval   errno = 28
	wasiNosys   errno = 52
	wasiNotdir  errno = 54
	wasiNotsock errno = 57
	wasiNotsup  errno = 58
	wasiSpipe   errno = 70 // no place to seek to
)

// The descriptors; there are no others and none can be opened.
const (
	fdIn  = 0
	fdOut = 1
	fdErr = 2
)

// gasWASICall is what each function costs beside gasHostCall: leaving the guest
// takes 100 ns and more, and unlike imports of "env" most functions have no
// Region whose price would cover that.
const gasWASICall = 150_000

// wasiFunction is a function of WASI. Its arguments are on the stack as those of
// a hostFunction. An error unwinds the guest.
type wasiFunction func(c *call, stack []uint64) (errno, error)

// wasiImport is a function of WASI with its parameters: i for i32, I for i64.
type wasiImport struct {
	name, params string
	call         wasiFunction
}

// wasiImports are all functions of preview 1 but proc_exit, which alone has no
// result. vm/rewrite knows the same names and signatures.
var wasiImports = []wasiImport{
	{"args_get", "ii", wasiNothing},
	{"args_sizes_get", "ii", (*call).wasiSizes},
	{"clock_res_get", "ii", (*call).clockResGet},
	{"clock_time_get", "iIi", (*call).clockTimeGet},
	{"environ_get", "ii", wasiNothing},
	{"environ_sizes_get", "ii", (*call).wasiSizes},
	{"fd_advise", "iIIi", onDescriptor(0, wasiSpipe)},
	{"fd_allocate", "iII", onDescriptor(0, wasiNotsup)},
	{"fd_close", "i", onDescriptor(0, wasiSuccess)},
	{"fd_datasync", "i", onDescriptor(0, wasiInval)},
	{"fd_fdstat_get", "ii", (*call).fdFdstatGet},
	{"fd_fdstat_set_flags", "ii", onDescriptor(0, wasiSuccess)},
	{"fd_fdstat_set_rights", "iII", onDescriptor(0, wasiNotsup)},
	{"fd_filestat_get", "ii", (*call).fdFilestatGet},
	{"fd_filestat_set_size", "iI", onDescriptor(0, wasiInval)},
	{"fd_filestat_set_times", "iIIi", onDescriptor(0, wasiNotsup)},
	{"fd_pread", "iiiIi", onDescriptor(0, wasiSpipe)},
	{"fd_prestat_dir_name", "iii", onDescriptor(0, wasiBadf)},
	{"fd_prestat_get", "ii", onDescriptor(0, wasiBadf)},
	{"fd_pwrite", "iiiIi", onDescriptor(0, wasiSpipe)},
	{"fd_read", "iiii", (*call).fdRead},
	{"fd_readdir", "iiiIi", onDescriptor(0, wasiNotdir)},
	{"fd_renumber", "ii", onDescriptor(0, wasiNotsup)},
	{"fd_seek", "iIii", onDescriptor(0, wasiSpipe)},
	{"fd_sync", "i", onDescriptor(0, wasiInval)},
	{"fd_tell", "ii", onDescriptor(0, wasiSpipe)},
	{"fd_write", "iiii", (*call).fdWrite},
	{"path_create_directory", "iii", onDescriptor(0, wasiNotdir)},
	{"path_filestat_get", "iiiii", onDescriptor(0, wasiNotdir)},
	{"path_filestat_set_times", "iiiiIIi", onDescriptor(0, wasiNotdir)},
	{"path_link", "iiiiiii", onDescriptor(0, wasiNotdir)},
	{"path_open", "iiiiiIIii", onDescriptor(0, wasiNotdir)},
	{"path_readlink", "iiiiii", onDescriptor(0, wasiNotdir)},
	{"path_remove_directory", "iii", onDescriptor(0, wasiNotdir)},
	{"path_rename", "iiiiii", onDescriptor(0, wasiNotdir)},
	{"path_symlink", "iiiii", onDescriptor(2, wasiNotdir)},
	{"path_unlink_file", "iii", onDescriptor(0, wasiNotdir)},
	{"poll_oneoff", "iiii", (*call).pollOneoff},
	{"proc_raise", "i", func(*call, []uint64) (errno, error) { return wasiNosys, nil }},
	{"random_get", "ii", (*call).randomGet},
	{"sched_yield", "", wasiNothing},
	{"sock_accept", "iii", onDescriptor(0, wasiNotsock)},
	{"sock_recv", "iiiiii", onDescriptor(0, wasiNotsock)},
	{"sock_send", "iiiii", onDescriptor(0, wasiNotsock)},
	{"sock_shutdown", "ii", onDescriptor(0, wasiNotsock)},
}

// registerWASI makes the module in a runtime.
func registerWASI(rt wazero.Runtime) error {
	module := rt.NewHostModuleBuilder(wasiModule)
	i32 := []api.ValueType{api.ValueTypeI32}
	for _, im := range wasiImports {
		params := make([]api.ValueType, len(im.params))
		for i, p := range im.params {
			params[i] = api.ValueTypeI32
			if p == 'I' {
				params[i] = api.ValueTypeI64
			}
		}
		module.NewFunctionBuilder().WithGoModuleFunction(goFunction(im.name, im.host), params, i32).Export(im.name)
	}
	module.NewFunctionBuilder().WithGoModuleFunction(goFunction("proc_exit", (*call).procExit), i32, nil).Export("proc_exit")
	_, err := module.Instantiate(context.Background())
	return err
}

// host is the function as a hostFunction.
func (im *wasiImport) host(c *call, stack []uint64) error {
	if err := c.charge(gasWASICall); err != nil {
		return err
	}
	result, err := im.call(c, stack)
	stack[0] = uint64(result)
	return err
}

// wasi is what WASI functions keep during a call.
type wasi struct {
	wasiStart
	lines  [2]line // of standard output and standard error
	reason reason

	// For use by one poll_oneoff after another.
	waiting []subscription
	events  []byte
}

// wasiStart is the part of it that _initialize leaves to the calls: the clock
// does not go back, and what was random once does not come again.
type wasiStart struct {
	elapsed uint64 // nanoseconds of virtual time
	random  uint64 // state of the generator
}

// world returns the state of the call's WASI functions.
func (c *call) world() *wasi {
	if c.wasi == nil {
		c.wasi = &wasi{}
		if code := c.inst.code; code != nil {
			c.wasi.wasiStart = code.wasi
		}
	}
	return c.wasi
}

// wasiRead pays for n bytes of memory and returns a view of them, nil if they
// are not all there.
func (c *call) wasiRead(ptr, n uint32) ([]byte, error) {
	if err := c.charge(readCost(n)); err != nil {
		return nil, err
	}
	view, ok := c.inst.memory.Read(ptr, n)
	if !ok {
		return nil, nil
	}
	return view, nil
}

// wasiView pays for writing n bytes and returns a view to write to, nil if they
// are not all there.
func (c *call) wasiView(ptr, n uint32) ([]byte, error) {
	if err := c.charge(writeCost(int(n))); err != nil {
		return nil, err
	}
	view, ok := c.inst.memory.Read(ptr, n)
	if !ok {
		return nil, nil
	}
	return view, nil
}

// wasiWrite pays for writing data and writes it.
func (c *call) wasiWrite(ptr uint32, data []byte) (errno, error) {
	if err := c.charge(writeCost(len(data))); err != nil {
		return 0, err
	}
	if !c.inst.memory.Write(ptr, data) {
		return wasiFault, nil
	}
	return wasiSuccess, nil
}

func (c *call) wasiWriteU32(ptr, value uint32) (errno, error) {
	return c.wasiWrite(ptr, binary.LittleEndian.AppendUint32(nil, value))
}

func (c *call) wasiWriteU64(ptr uint32, value uint64) (errno, error) {
	return c.wasiWrite(ptr, binary.LittleEndian.AppendUint64(nil, value))
}

// wasiNothing has nothing to do: there are no arguments, no environment and no
// other thread.
func wasiNothing(*call, []uint64) (errno, error) { return wasiSuccess, nil }

// wasiSizes tells that there are no arguments or variables, in no bytes.
func (c *call) wasiSizes(stack []uint64) (errno, error) {
	if e, err := c.wasiWriteU32(arg(stack, 0), 0); e != wasiSuccess || err != nil {
		return e, err
	}
	return c.wasiWriteU32(arg(stack, 1), 0)
}

// onDescriptor is a function that does nothing for the descriptors that there
// are. Argument at is the descriptor.
func onDescriptor(at int, result errno) wasiFunction {
	return func(_ *call, stack []uint64) (errno, error) {
		if arg(stack, at) > fdErr {
			return wasiBadf, nil
		}
		return result, nil
	}
}

// What descriptors say about themselves.
const (
	fileTypeCharacterDevice = 2
	rightRead               = 1 << 1
	rightWrite              = 1 << 6
	rightPoll               = 1 << 27
)

// fdFdstatGet is fd_fdstat_get(fd, out): 24 bytes.
func (c *call) fdFdstatGet(stack []uint64) (errno, error) {
	fd := arg(stack, 0)
	if fd > fdErr {
		return wasiBadf, nil
	}
	rights := uint64(rightWrite | rightPoll)
	if fd == fdIn {
		rights = rightRead | rightPoll
	}
	var stat [24]byte
	stat[0] = fileTypeCharacterDevice
	binary.LittleEndian.PutUint64(stat[8:], rights)
	return c.wasiWrite(arg(stack, 1), stat[:])
}

// fdFilestatGet is fd_filestat_get(fd, out): 64 bytes.
func (c *call) fdFilestatGet(stack []uint64) (errno, error) {
	if arg(stack, 0) > fdErr {
		return wasiBadf, nil
	}
	var stat [64]byte
	stat[16] = fileTypeCharacterDevice
	stat[24] = 1 // link
	return c.wasiWrite(arg(stack, 1), stat[:])
}

// fdRead is fd_read(fd, buffers, n, read): the input is at its end.
func (c *call) fdRead(stack []uint64) (errno, error) {
	if arg(stack, 0) != fdIn {
		return wasiBadf, nil
	}
	return c.wasiWriteU32(arg(stack, 3), 0)
}
