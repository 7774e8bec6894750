package vm

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
)

// wasiGuest is a contract that makes calls of WASI functions and returns the
// memory from wasiMemory on. The results of the calls stand at its beginning, as
// u32 one after the other.
type wasiGuest struct {
	*guest
	known map[string]uint32
	body  []byte
	calls int32
}

const (
	wasiMemory = 4_096
	wasiBytes  = 1_024
	wasiData   = 256 // offset of what tests put there, behind the results
	outside    = 0x7fff_fff0
)

func newWASIGuest(names ...string) *wasiGuest {
	g := &wasiGuest{guest: newGuest(), known: map[string]uint32{}}
	for _, im := range wasiImports {
		g.importWASI(im.name, im.params, names)
	}
	g.importWASI("proc_exit", "i", names)
	return g
}

func (g *wasiGuest) importWASI(name, params string, names []string) {
	for _, n := range names {
		if n != name {
			continue
		}
		var types wat.Types
		for _, p := range params {
			types = append(types, map[rune]wat.Type{'i': wat.I32, 'I': wat.I64}[p])
		}
		results := wat.T(wat.I32)
		if name == "proc_exit" {
			results = nil
		}
		g.known[name] = g.Import(wasiModule, name, types, results)
	}
}

// at is the address of a byte of the memory that comes back.
func at(n int32) int32 { return wasiMemory + n }

// do adds a call and keeps its result. Arguments are int32 or int64.
func (g *wasiGuest) do(name string, args ...any) *wasiGuest {
	code := wat.I32Const(at(4 * g.calls))
	for _, a := range args {
		switch a := a.(type) {
		case int:
			code = append(code, wat.I32Const(int32(a))...)
		case int32:
			code = append(code, wat.I32Const(a)...)
		case int64:
			code = append(code, wat.I64Const(a)...)
		}
	}
	code = append(code, wat.Call(g.known[name])...)
	if name == "proc_exit" {
		code = append(code, wat.I32Const(0)...)
	}
	g.body = append(g.body, append(code, wat.Store(wat.I32Store, 0)...)...)
	g.calls++
	return g
}

func (g *wasiGuest) finish() []byte {
	g.Memory(1)
	g.Data(scratch, regionOf(wasiMemory, wasiBytes, wasiBytes))
	g.entry(g.body, wat.I32Const(scratch))
	return g.code()
}

// run returns the errors of the calls and the memory.
func (g *wasiGuest) run(t *testing.T) ([]errno, []byte, Result) {
	t.Helper()
	res, _, err := runCode(t, g.finish(), func(*Call) {})
	require.NoError(t, err)
	errs := make([]errno, g.calls)
	for i := range errs {
		errs[i] = errno(binary.LittleEndian.Uint32(res.Data[4*i:]))
	}
	return errs, res.Data, res
}

func u64(data []byte, offset int) uint64 { return binary.LittleEndian.Uint64(data[offset:]) }
func u32(data []byte, offset int) uint32 { return binary.LittleEndian.Uint32(data[offset:]) }

// TestWASILinks imports every function of preview 1 into one contract.
func TestWASILinks(t *testing.T) {
	names := []string{"proc_exit"}
	for _, im := range wasiImports {
		names = append(names, im.name)
	}
	require.Len(t, names, 46)
	errs, _, _ := newWASIGuest(names...).do("sched_yield").do("proc_raise", 6).run(t)
	require.Equal(t, []errno{wasiSuccess, wasiNosys}, errs)
}

// TestWASIDescriptors: what each function says of 0, 1, 2 and of a descriptor
// that there is not.
func TestWASIDescriptors(t *testing.T) {
	same := func(e errno) [4]errno { return [4]errno{e, e, e, wasiBadf} }
	const some = int64(1)
	for name, c := range map[string]struct {
		rest []any // arguments after the descriptor
		want [4]errno
	}{
		"fd_advise":               {[]any{some, some, 0}, same(wasiSpipe)},
		"fd_allocate":             {[]any{some, some}, same(wasiNotsup)},
		"fd_close":                {nil, same(wasiSuccess)},
		"fd_datasync":             {nil, same(wasiInval)},
		"fd_fdstat_get":           {[]any{at(wasiData)}, same(wasiSuccess)},
		"fd_fdstat_set_flags":     {[]any{4}, same(wasiSuccess)},
		"fd_fdstat_set_rights":    {[]any{some, some}, same(wasiNotsup)},
		"fd_filestat_get":         {[]any{at(wasiData)}, same(wasiSuccess)},
		"fd_filestat_set_size":    {[]any{some}, same(wasiInval)},
		"fd_filestat_set_times":   {[]any{some, some, 0}, same(wasiNotsup)},
		"fd_pread":                {[]any{at(wasiData), 0, some, at(wasiData)}, same(wasiSpipe)},
		"fd_prestat_dir_name":     {[]any{at(wasiData), 8}, same(wasiBadf)},
		"fd_prestat_get":          {[]any{at(wasiData)}, same(wasiBadf)},
		"fd_pwrite":               {[]any{at(wasiData), 0, some, at(wasiData)}, same(wasiSpipe)},
		"fd_read":                 {[]any{at(wasiData), 0, at(wasiData)}, [4]errno{wasiSuccess, wasiBadf, wasiBadf, wasiBadf}},
		"fd_readdir":              {[]any{at(wasiData), 8, some, at(wasiData)}, same(wasiNotdir)},
		"fd_renumber":             {[]any{1}, same(wasiNotsup)},
		"fd_seek":                 {[]any{some, 0, at(wasiData)}, same(wasiSpipe)},
		"fd_sync":                 {nil, same(wasiInval)},
		"fd_tell":                 {[]any{at(wasiData)}, same(wasiSpipe)},
		"fd_write":                {[]any{at(wasiData), 0, at(wasiData)}, [4]errno{wasiBadf, wasiSuccess, wasiSuccess, wasiBadf}},
		"path_create_directory":   {[]any{at(wasiData), 1}, same(wasiNotdir)},
		"path_filestat_get":       {[]any{0, at(wasiData), 1, at(wasiData)}, same(wasiNotdir)},
		"path_filestat_set_times": {[]any{0, at(wasiData), 1, some, some, 0}, same(wasiNotdir)},
		"path_link":               {[]any{0, at(wasiData), 1, 0, at(wasiData), 1}, same(wasiNotdir)},
		"path_open":               {[]any{0, at(wasiData), 1, 0, some, some, 0, at(wasiData)}, same(wasiNotdir)},
		"path_readlink":           {[]any{at(wasiData), 1, at(wasiData), 1, at(wasiData)}, same(wasiNotdir)},
		"path_remove_directory":   {[]any{at(wasiData), 1}, same(wasiNotdir)},
		"path_rename":             {[]any{at(wasiData), 1, 0, at(wasiData), 1}, same(wasiNotdir)},
		"path_unlink_file":        {[]any{at(wasiData), 1}, same(wasiNotdir)},
		"sock_accept":             {[]any{0, at(wasiData)}, same(wasiNotsock)},
		"sock_recv":               {[]any{at(wasiData), 1, 0, at(wasiData), at(wasiData)}, same(wasiNotsock)},
		"sock_send":               {[]any{at(wasiData), 1, 0, at(wasiData)}, same(wasiNotsock)},
		"sock_shutdown":           {[]any{0}, same(wasiNotsock)},
	} {
		g := newWASIGuest(name)
		for _, fd := range []int32{0, 1, 2, 3} {
			g.do(name, append([]any{fd}, c.rest...)...)
		}
		g.do(name, append([]any{int32(-1)}, c.rest...)...)
		errs, _, _ := g.run(t)
		require.Equal(t, c.want[:], errs[:4], name)
		require.Equal(t, wasiBadf, errs[4], name)
	}
	errs, _, _ := newWASIGuest("path_symlink").do("path_symlink", at(0), 1, 2, at(0), 1).do("path_symlink", at(0), 1, 3, at(0), 1).run(t)
	require.Equal(t, []errno{wasiNotdir, wasiBadf}, errs)
}

// TestWASIStat: the descriptors are character devices.
func TestWASIStat(t *testing.T) {
	errs, data, _ := newWASIGuest("fd_fdstat_get", "fd_filestat_get", "fd_read").
		do("fd_fdstat_get", 0, at(256)).do("fd_fdstat_get", 2, at(280)).do("fd_filestat_get", 1, at(304)).
		do("fd_read", 0, at(400), 1, at(400)).
		do("fd_fdstat_get", 0, outside).do("fd_filestat_get", 0, outside).do("fd_read", 0, 0, 0, outside).run(t)
	require.Equal(t, []errno{0, 0, 0, 0, wasiFault, wasiFault, wasiFault}, errs)
	require.Equal(t, [3]uint64{fileTypeCharacterDevice, rightRead | rightPoll, 0}, [3]uint64{u64(data, 256), u64(data, 264), u64(data, 272)})
	require.Equal(t, [3]uint64{fileTypeCharacterDevice, rightWrite | rightPoll, 0}, [3]uint64{u64(data, 280), u64(data, 288), u64(data, 296)})
	for i, want := range []uint64{0, 0, fileTypeCharacterDevice, 1, 0, 0, 0, 0} {
		require.Equal(t, want, u64(data, 304+8*i), "filestat word %d", i)
	}
	require.Zero(t, u32(data, 400), "the input is at its end")
}

// TestWASINoArguments: none, and no environment.
func TestWASINoArguments(t *testing.T) {
	for _, name := range []string{"args", "environ"} {
		get, sizes := name+"_get", name+"_sizes_get"
		g := newWASIGuest(get, sizes)
		g.Data(at(256), []byte("\xff\xff\xff\xff\xff\xff\xff\xff"))
		errs, data, _ := g.do(sizes, at(256), at(260)).do(get, at(256), at(260)).
			do(sizes, outside, at(260)).do(sizes, at(256), outside).run(t)
		require.Equal(t, []errno{0, 0, wasiFault, wasiFault}, errs)
		require.Zero(t, u64(data, 256))
	}
}

// TestWASIClock: virtual time begins at constants, in each call anew, and every
// look takes a microsecond.
func TestWASIClock(t *testing.T) {
	g := newWASIGuest("clock_time_get", "clock_res_get").
		do("clock_time_get", 0, int64(0), at(256)).
		do("clock_time_get", 1, int64(0), at(264)).
		do("clock_time_get", 0, int64(1_000_000_000), at(272)).
		do("clock_res_get", 0, at(280)).do("clock_res_get", 1, at(288)).
		do("clock_time_get", 2, int64(0), at(296)).do("clock_res_get", 2, at(296)).
		do("clock_time_get", -1, int64(0), at(296)).
		do("clock_time_get", 0, int64(0), outside).do("clock_res_get", 0, outside)
	code := g.finish()
	for range 2 {
		res, _, err := runCode(t, code, func(*Call) {})
		require.NoError(t, err)
		for i, want := range []errno{0, 0, 0, 0, 0, wasiInval, wasiInval, wasiInval, wasiFault, wasiFault} {
			require.EqualValues(t, want, u32(res.Data, 4*i), "call %d", i)
		}
		for i, want := range []uint64{realtimeBase + 1_000, 2_000, realtimeBase + 3_000, clockStep, clockStep, 0} {
			require.Equal(t, want, u64(res.Data, 256+8*i), "value %d", i)
		}
	}
}

func clockSubscription(mark uint64, clock uint32, timeout uint64, flags uint16) []byte {
	s := make([]byte, subscriptionBytes)
	binary.LittleEndian.PutUint64(s, mark)
	binary.LittleEndian.PutUint32(s[16:], clock)
	binary.LittleEndian.PutUint64(s[24:], timeout)
	binary.LittleEndian.PutUint16(s[40:], flags)
	return s
}

func fdSubscription(mark uint64, kind byte, fd uint32) []byte {
	s := make([]byte, subscriptionBytes)
	binary.LittleEndian.PutUint64(s, mark)
	s[8] = kind
	binary.LittleEndian.PutUint32(s[16:], fd)
	return s
}

// TestWASIPoll: time jumps to the first deadline, unless something is there at
// once; all that is over by then is told.
func TestWASIPoll(t *testing.T) {
	type event struct {
		mark   uint64
		err    errno
		kind   byte
		nbytes uint64
		flags  uint16
	}
	const hour = 3_600_000_000_000
	for name, c := range map[string]struct {
		subscriptions [][]byte
		want          errno
		events        []event
		elapsed       uint64 // before the step of looking
	}{
		"sleep":              {[][]byte{clockSubscription(7, 1, hour, 0)}, 0, []event{{mark: 7}}, hour},
		"nothing to wait":    {[][]byte{clockSubscription(7, 0, 0, 0)}, 0, []event{{mark: 7}}, 0},
		"the first":          {[][]byte{clockSubscription(1, 1, hour, 0), clockSubscription(2, 1, hour/2, 0)}, 0, []event{{mark: 2}}, hour / 2},
		"both":               {[][]byte{clockSubscription(1, 1, hour, 0), clockSubscription(2, 0, hour, 0)}, 0, []event{{mark: 1}, {mark: 2}}, hour},
		"absolute":           {[][]byte{clockSubscription(1, 1, hour, absoluteTime)}, 0, []event{{mark: 1}}, hour},
		"absolute date":      {[][]byte{clockSubscription(1, 0, realtimeBase+hour, absoluteTime)}, 0, []event{{mark: 1}}, hour},
		"the past":           {[][]byte{clockSubscription(1, 0, 5, absoluteTime)}, 0, []event{{mark: 1}}, 0},
		"for ever":           {[][]byte{clockSubscription(1, 1, math.MaxUint64, 0)}, 0, []event{{mark: 1}}, maxElapsed},
		"unknown clock":      {[][]byte{clockSubscription(1, 2, hour, 0)}, 0, []event{{mark: 1, err: wasiInval}}, 0},
		"output is ready":    {[][]byte{clockSubscription(1, 1, hour, 0), fdSubscription(2, eventWrite, 1)}, 0, []event{{mark: 2, kind: eventWrite, nbytes: maxLineBytes}}, 0},
		"errors are ready":   {[][]byte{fdSubscription(2, eventWrite, 2)}, 0, []event{{mark: 2, kind: eventWrite, nbytes: maxLineBytes}}, 0},
		"input is at end":    {[][]byte{fdSubscription(3, eventRead, 0)}, 0, []event{{mark: 3, kind: eventRead, flags: hangup}}, 0},
		"input to write":     {[][]byte{fdSubscription(3, eventWrite, 0)}, 0, []event{{mark: 3, kind: eventWrite, err: wasiBadf}}, 0},
		"output to read":     {[][]byte{fdSubscription(3, eventRead, 1)}, 0, []event{{mark: 3, kind: eventRead, err: wasiBadf}}, 0},
		"no such descriptor": {[][]byte{fdSubscription(3, eventRead, 9)}, 0, []event{{mark: 3, kind: eventRead, err: wasiBadf}}, 0},
		"unknown kind":       {[][]byte{fdSubscription(3, 9, 0)}, wasiInval, nil, 0},
		"nothing":            {nil, wasiInval, nil, 0},
	} {
		g := newWASIGuest("poll_oneoff", "clock_time_get")
		for i, s := range c.subscriptions {
			g.Data(at(512+int32(i)*subscriptionBytes), s)
		}
		errs, data, _ := g.do("poll_oneoff", at(512), at(256), len(c.subscriptions), at(768)).do("clock_time_get", 1, int64(0), at(776)).run(t)
		require.Equal(t, []errno{c.want, 0}, errs, name)
		require.EqualValues(t, len(c.events), u32(data, 768), name)
		for i, want := range c.events {
			e := data[256+i*eventBytes:]
			require.Equal(t, want, event{u64(e, 0), errno(binary.LittleEndian.Uint16(e[8:])), e[10], u64(e, 16), binary.LittleEndian.Uint16(e[24:])}, name)
		}
		require.Equal(t, min(c.elapsed+clockStep, maxElapsed), u64(data, 776), name)
	}
	g := newWASIGuest("poll_oneoff")
	g.Data(at(512), clockSubscription(7, 1, 1, 0))
	errs, _, _ := g.do("poll_oneoff", outside, at(256), 1, at(768)).do("poll_oneoff", at(512), outside, 1, at(768)).
		do("poll_oneoff", at(512), at(256), 1, outside).do("poll_oneoff", 0, at(256), maxSubscriptions, at(768)).
		do("poll_oneoff", 0, at(256), maxSubscriptions+1, at(768)).do("poll_oneoff", 0, at(256), -1, at(768)).run(t)
	require.Equal(t, []errno{wasiFault, wasiFault, wasiFault, 0, wasiInval, wasiInval}, errs)
}

// TestWASIRandom: SplitMix64 from 0, the first words of which are known.
func TestWASIRandom(t *testing.T) {
	g := newWASIGuest("random_get").do("random_get", at(256), 16).do("random_get", at(272), 3).do("random_get", at(280), 8).
		do("random_get", at(288), 0).do("random_get", outside, 1).do("random_get", at(0), -1)
	code := g.finish()
	for range 2 {
		res, _, err := runCode(t, code, func(c *Call) { c.GasLimit = 1 << 50 })
		require.NoError(t, err)
		for i, want := range []errno{0, 0, 0, 0, wasiFault, wasiFault} {
			require.EqualValues(t, want, u32(res.Data, 4*i))
		}
		require.Equal(t, uint64(0xe220a8397b1dcdaf), u64(res.Data, 256))
		require.Equal(t, uint64(0x6e789e6aa1b965f4), u64(res.Data, 264))
		require.Equal(t, uint64(0x06c45d188009454f)&0xff_ffff, u64(res.Data, 272), "three bytes of a word, the rest is lost")
		require.Equal(t, uint64(0xf88bb8a8724c81ec), u64(res.Data, 280))
		require.Zero(t, u64(res.Data, 288))
	}
}

// vector is a list of buffers for fd_write.
func vector(buffers ...uint32) (b []byte) {
	for _, n := range buffers {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	return b
}

// TestWASIOutput: lines reach Debug when they end, and the end of the call ends
// them; it costs the same whether somebody listens.
func TestWASIOutput(t *testing.T) {
	g := newWASIGuest("fd_write")
	g.Data(at(512), []byte("one\ntwo\nthr"))
	g.Data(at(256), vector(uint32(at(512)), 4, uint32(at(516)), 0, uint32(at(516)), 7))
	g.Data(at(300), vector(uint32(at(512)), 3))
	g.Data(at(316), vector(uint32(at(512)), 3, outside, 1))
	g.do("fd_write", 1, at(256), 3, at(400)).do("fd_write", 2, at(300), 1, at(404)).
		do("fd_write", 1, at(316), 2, at(408)).do("fd_write", 1, outside, 1, at(408)).do("fd_write", 1, at(300), 1, outside).
		do("fd_write", 1, at(300), 0, at(412)).do("fd_write", 1, at(300), maxBuffers+1, at(408))
	code := g.finish()
	var heard []string
	res, _, err := runCode(t, code, func(c *Call) {
		heard = nil
		c.Debug = func(text string) { heard = append(heard, text) }
	})
	require.NoError(t, err)
	require.Equal(t, []string{"one", "two", "throneone", "one"}, heard)
	for i, want := range []errno{0, 0, wasiFault, wasiFault, wasiFault, 0, wasiInval} {
		require.EqualValues(t, want, u32(res.Data, 4*i), "call %d", i)
	}
	require.Equal(t, [3]uint32{11, 3, 0}, [3]uint32{u32(res.Data, 400), u32(res.Data, 404), u32(res.Data, 408)})
	deaf, _, err := runCode(t, code, func(*Call) {})
	require.NoError(t, err)
	require.Equal(t, res, deaf)
}

// TestWASIExit: the guest's last words are the reason.
func TestWASIExit(t *testing.T) {
	words := func(end ...byte) []byte {
		g := newWASIGuest("fd_write", "proc_exit")
		g.Data(at(512), []byte("bad \xff luck\n"))
		g.Data(at(256), vector(uint32(at(512)), 11))
		g.do("fd_write", 2, at(256), 1, at(400))
		g.body = append(g.body, end...)
		if end == nil {
			g.do("proc_exit", 0)
		}
		return g.finish()
	}
	_, _, err := runCode(t, words(), func(*Call) {})
	requireKind(t, KindAborted, "RuntimeError: Aborted: exit code 0: bad \ufffd luck", err)
	_, _, err = runCode(t, words(0x00), func(*Call) {}) // unreachable
	requireKind(t, KindTrap, "RuntimeError: unreachable: bad \ufffd luck", err)
	_, _, err = runCode(t, newWASIGuest("proc_exit").do("proc_exit", -1).finish(), func(*Call) {})
	requireKind(t, KindAborted, "Aborted: exit code 4294967295", err)
}

// TestWASIGas: what each call costs, to the unit.
func TestWASIGas(t *testing.T) {
	const overhead = 10 * 115 // ten ordinary instructions at most stand around a call
	used := func(g *wasiGuest) uint64 {
		_, _, res := g.run(t)
		return res.GasUsed
	}
	base := used(newWASIGuest())
	for name, c := range map[string]struct {
		guest *wasiGuest
		want  uint64
	}{
		"sched_yield":      {newWASIGuest("sched_yield").do("sched_yield"), 0},
		"fd_close":         {newWASIGuest("fd_close").do("fd_close", 9), 0},
		"args_sizes_get":   {newWASIGuest("args_sizes_get").do("args_sizes_get", at(256), at(260)), 2 * writeCost(4)},
		"clock_time_get":   {newWASIGuest("clock_time_get").do("clock_time_get", 0, int64(0), at(256)), writeCost(8)},
		"clock_res_get":    {newWASIGuest("clock_res_get").do("clock_res_get", 0, at(256)), writeCost(8)},
		"random_get":       {newWASIGuest("random_get").do("random_get", at(256), 500), writeCost(500)},
		"random_get fails": {newWASIGuest("random_get").do("random_get", outside, 500), writeCost(500)},
		"fd_fdstat_get":    {newWASIGuest("fd_fdstat_get").do("fd_fdstat_get", 0, at(256)), writeCost(24)},
		"fd_filestat_get":  {newWASIGuest("fd_filestat_get").do("fd_filestat_get", 0, at(256)), writeCost(64)},
		"fd_read":          {newWASIGuest("fd_read").do("fd_read", 0, at(256), 1, at(256)), writeCost(4)},
		"fd_write": {func() *wasiGuest {
			g := newWASIGuest("fd_write")
			g.Data(at(256), vector(uint32(at(512)), 100, uint32(at(512)), 23))
			return g.do("fd_write", 1, at(256), 2, at(400))
		}(), readCost(16) + readCost(100) + readCost(23) + writeCost(4)},
		"poll_oneoff": {func() *wasiGuest {
			g := newWASIGuest("poll_oneoff")
			g.Data(at(512), append(clockSubscription(1, 1, 5, 0), clockSubscription(2, 1, 5, 0)...))
			return g.do("poll_oneoff", at(512), at(256), 2, at(768))
		}(), readCost(96) + writeCost(64) + writeCost(4)},
	} {
		got := used(c.guest) - base - gasHostCall - gasWASICall - gasCall
		require.GreaterOrEqual(t, got, c.want, name)
		require.Less(t, got, c.want+overhead, name)
		require.Zero(t, (got-c.want)%115, name)
	}
	// Out of gas inside of a call.
	g := newWASIGuest("random_get").do("random_get", at(256), 500)
	_, _, err := runCode(t, g.finish(), func(c *Call) { c.GasLimit = writeCost(500) })
	requireKind(t, KindOutOfGas, "", err)
}

// gasCall is what the instruction call costs.
const gasCall = 1_610

func TestLines(t *testing.T) {
	for name, c := range map[string]struct{ writes, want []string }{
		"none":     {[]string{""}, nil},
		"open":     {[]string{"a", "b"}, nil},
		"lines":    {[]string{"a\n\nb", "c\n"}, []string{"a", "", "bc"}},
		"full":     {[]string{strings.Repeat("x", maxLineBytes), "\n"}, []string{strings.Repeat("x", maxLineBytes)}},
		"too long": {[]string{strings.Repeat("x", 2*maxLineBytes+5) + "\ny\n"}, []string{strings.Repeat("x", maxLineBytes), strings.Repeat("x", maxLineBytes), "xxxxx", "y"}},
		"in parts": {[]string{strings.Repeat("x", maxLineBytes-1), "yz\n"}, []string{strings.Repeat("x", maxLineBytes-1) + "y", "z"}},
	} {
		var l line
		var got []string
		for _, w := range c.writes {
			l.write([]byte(w), func(b []byte) { got = append(got, string(b)) })
			require.LessOrEqual(t, len(l.text), maxLineBytes)
		}
		require.Equal(t, c.want, got, name)
	}
}

func TestReason(t *testing.T) {
	long := strings.Repeat("x", 700)
	for name, c := range map[string]struct {
		lines []string
		want  string
	}{
		"nothing":         {nil, ""},
		"plain":           {[]string{"a", "", " b "}, "a; b"},
		"the last":        {[]string{"first " + long, long}, ("first " + long + "; " + long)[6+700+2+700-maxReasonBytes:]},
		"a report":        {[]string{"log", "panic: one", "", "goroutine 1 [running]:", "main.f()"}, "panic: one"},
		"nested":          {[]string{"panic: one [recovered]", "\tpanic: two", "", "goroutine 1 [running]:"}, "panic: one [recovered]; panic: two"},
		"the last report": {[]string{"panic: false", "fatal error: true"}, "fatal error: true"},
		"a long report":   {[]string{"panic: " + long, long, "more"}, ("panic: " + long + "; " + long)[:maxReasonBytes]},
	} {
		var r reason
		for _, l := range c.lines {
			r.add([]byte(l))
			require.LessOrEqual(t, len(r.text), maxReasonBytes)
		}
		require.Equal(t, c.want, string(r.text), name)
	}
}

// BenchmarkWASI runs loops of one function each and reports nanoseconds of CPU
// over gas (10^12 gas are to be worth a second: 0.001 ns each).
func BenchmarkWASI(b *testing.B) {
	e := sharedEngine(b)
	for _, c := range []struct {
		name string
		args []any
		data []byte // at 512
	}{
		{"sched_yield", nil, nil},
		{"clock_time_get", []any{0, int64(0), at(256)}, nil},
		{"random_get", []any{at(256), 8}, nil},
		{"random_get", []any{0, 65_536}, nil},
		{"fd_close", []any{7}, nil},
		{"fd_write", []any{2, at(512), 1, at(400)}, vector(uint32(at(256)), 1)},
		{"fd_write", []any{2, at(512), 1, at(400)}, vector(0, 65_536)},
		{"fd_write", []any{2, 8_192, maxBuffers, at(400)}, nil},
		{"poll_oneoff", []any{at(512), at(256), 1, at(400)}, clockSubscription(1, 1, 5, 0)},
		{"poll_oneoff", []any{0, 0, maxSubscriptions, at(400)}, nil},
	} {
		b.Run(fmt.Sprint(c.name, c.args), func(b *testing.B) {
			g := newWASIGuest(c.name)
			if c.data != nil {
				g.Data(at(512), c.data)
			}
			g.do(c.name, c.args...)
			g.body = wat.Code(wat.Loop(wat.NoResult), g.body, wat.Br(0), wat.End)
			call, _ := testCall(g.finish())
			call.GasLimit = 2_000_000_000
			var gas uint64
			for b.Loop() {
				res, err := e.Call(call)
				if !outOfGas(err) {
					b.Fatal(err)
				}
				gas += res.GasUsed
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(gas)*1e6, "ns/Mgas")
		})
	}
}

// FuzzWASI calls any function with any arguments over any memory: it answers
// with an errno or ends the call, and both engines agree.
func FuzzWASI(f *testing.F) {
	f.Add(uint8(3), int64(0), int64(1), int64(at(256)), int64(0), []byte{})
	f.Add(uint8(26), int64(2), int64(at(512)), int64(1), int64(at(400)), vector(uint32(at(256)), 9))
	f.Add(uint8(37), int64(at(512)), int64(at(256)), int64(2), int64(at(400)), append(clockSubscription(1, 1, 5, 0), fdSubscription(2, 1, 0)...))
	f.Add(uint8(39), int64(at(256)), int64(-1), int64(0), int64(0), []byte{})
	f.Add(uint8(45), int64(7), int64(0), int64(0), int64(0), []byte("panic: x\n"))
	signatures := append([]wasiImport{{name: "proc_exit", params: "i"}}, wasiImports...)
	f.Fuzz(func(t *testing.T, which uint8, a, b, c, d int64, data []byte) {
		im := signatures[int(which)%len(signatures)]
		given := []int64{a, b, c, d, a, b, c, d, a}
		args := make([]any, len(im.params))
		for i, p := range im.params {
			args[i] = given[i]
			if p == 'i' {
				args[i] = int32(given[i])
			}
		}
		g := newWASIGuest(im.name)
		g.Data(at(512), data[:min(len(data), 512)])
		_, _, err := runCode(t, g.do(im.name, args...).do(im.name, args...).finish(), func(c *Call) { c.GasLimit = 50_000_000 })
		if isFault(err) {
			t.Fatal(err)
		}
	})
}
