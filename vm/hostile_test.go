package vm

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
)

// What a hostile call may take beside what the engine keeps for later. The sum of
// all calls that run at once bounds the memory of a node: a guest's memory, its
// machine stacks, its iterators, and copies of what went over the border.
const memoryBomb = 512 * pageBytes

// callSlack is for stacks, copies, garbage that was not collected yet.
var callSlack = 48 << 20

// resident is what the process occupies, 0 where the system does not tell.
func resident(t *testing.T) int64 {
	t.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	debug.FreeOSMemory()
	var pages, rss int64
	data, err := os.ReadFile("/proc/self/statm")
	require.NoError(t, err)
	_, err = fmt.Sscan(string(data), &pages, &rss)
	require.NoError(t, err)
	return rss * int64(os.Getpagesize())
}

// forever repeats code until the gas is used up.
func forever(code ...any) []byte {
	return wat.Code(wat.Loop(wat.NoResult), wat.Code(code...), wat.Br(0), wat.End, wat.I32Const(resultRegion))
}

// touchAll grows memory to its limit and writes into each of its pages.
func touchAll() []byte {
	return wat.Code(
		wat.I32Const(1), wat.MemoryGrow(), wat.Drop,
		wat.Loop(wat.NoResult), wat.I32Const(1), wat.MemoryGrow(), wat.I32Const(-1), wat.I32Ne, wat.BrIf(0), wat.End,
		wat.I32Const(4096), wat.LocalSet(0),
		wat.Loop(wat.NoResult),
		wat.LocalGet(0), wat.I32Const(-1), wat.Store(wat.I32Store, 0),
		wat.LocalGet(0), wat.I32Const(4096), wat.I32Add, wat.LocalTee(0),
		wat.I32Const(memoryBomb), wat.I32LtU, wat.BrIf(0), wat.End)
}

// hostileGuests are contracts that want too much, with how they end.
func hostileGuests() map[string]struct {
	g    *guest
	kind Kind // 0: the call succeeds
} {
	type h = struct {
		g    *guest
		kind Kind
	}
	direct := newGuest()
	direct.Type(nil, wat.T(wat.I32))
	direct.entry(wat.Call(0)) // function 0 is "go" itself
	indirect := newGuest()
	indirect.Table(1, 1)
	indirect.Elem(0, 0)
	indirect.entry(wat.I32Const(0), wat.CallIndirect(indirect.Type(nil, wat.T(wat.I32))))
	scans := newGuest("db_scan")
	iterators := newGuest("db_scan", "db_next")
	next := newGuest("db_scan", "db_next_key")
	all := map[string]h{
		"recursion":          {direct, KindStack},
		"indirect recursion": {indirect, KindStack},
		"touch all memory":   {newGuest().entry(touchAll(), wat.I32Const(resultRegion)), 0},
		"grow without end":   {newGuest().entry(forever(wat.I32Const(1), wat.MemoryGrow(), wat.Drop)), KindOutOfGas},
		"grow by nothing":    {newGuest().entry(forever(wat.I32Const(0), wat.MemoryGrow(), wat.Drop)), KindOutOfGas},
		"fill without end": {newGuest().entry(touchAll(), forever(
			wat.I32Const(0), wat.I32Const(0), wat.I32Const(memoryBomb), wat.MemoryFill())), KindOutOfGas},
		"copy without end": {newGuest().entry(touchAll(), forever(
			wat.I32Const(0), wat.I32Const(1), wat.I32Const(memoryBomb-1), wat.MemoryCopy())), KindOutOfGas},
		"iterators without end":  {scans.entry(forever(scans.call("db_scan", 0, 0, orderAscending), wat.Drop)), KindBackend},
		"unknown iterators":      {next.entry(forever(next.call("db_next_key", 77), wat.Drop)), KindBackend},
		"entries without end":    {iterators.entry(iterators.call("db_scan", 0, 0, orderAscending), wat.Drop, forever(iterators.call("db_next", 0), wat.Drop)), KindCommunication},
		"result of 2 GiB":        {newGuest().with(regionA, 64, 1<<31-1, 1<<31-1).entry(wat.I32Const(regionA)), KindOutOfGas},
		"result beyond memory":   {newGuest().with(regionA, 64, 1<<25, 1<<25).entry(wat.I32Const(regionA)), KindCommunication},
		"result of all memory":   {newGuest().with(regionA, 64, memoryBomb-64, memoryBomb-64).entry(touchAll(), wat.I32Const(regionA)), 0},
		"abort with 2 MiB":       {aborting(2 << 20), KindAborted},
		"abort with more":        {aborting(2<<20 + 1), KindCommunication},
		"debug without end":      {hostLoop("debug", regionA, 1000), KindOutOfGas},
		"debug 2 MiB at once":    {hostLoop("debug", regionA, 2<<20), KindOutOfGas},
		"queries without end":    {hostLoop("query_chain", regionA, 60_000), KindOutOfGas},
		"addresses without end":  {hostLoop("addr_validate", regionA, 200), KindOutOfGas},
		"reads without end":      {hostLoop("db_read", regionA, 60_000), KindOutOfGas},
		"a region of everything": {newGuest("db_read").with(regionA, 1, 1<<32-2, 1<<32-2).hostCall("db_read"), KindOutOfGas},
	}
	return all
}

// with puts a Region at an address that points anywhere.
func (g *guest) with(at int32, offset, capacity, length uint32) *guest {
	g.Data(at, regionOf(offset, capacity, length))
	return g
}

func (g *guest) hostCall(name string) *guest {
	return g.entry(g.call(name, regionA), g.dropResult(name), wat.I32Const(resultRegion))
}

func aborting(n uint32) *guest {
	g := newGuest("abort").with(regionA, 64, n, n)
	return g.entry(touchAll(), g.call("abort", regionA), wat.I32Const(resultRegion))
}

// hostLoop calls an import with a Region of n bytes until the gas is used up.
func hostLoop(name string, at int32, n uint32) *guest {
	g := newGuest(name).with(at, 4096, n, n)
	return g.entry(touchAll(), forever(g.call(name, at), g.dropResult(name)))
}

// TestHostileCalls runs each hostile contract: it ends as it should, gives back
// what it took, and the engine goes on as before.
func TestHostileCalls(t *testing.T) {
	e := newEngine(t, Config{})
	honest := numbered(1)
	_, err := callNumbered(e, honest)
	require.NoError(t, err)
	for name, h := range hostileGuests() {
		t.Run(name, func(t *testing.T) {
			c, store := testCall(h.g.code())
			c.GasLimit = 20_000_000_000
			before := resident(t)
			for range 3 {
				res, err := e.Call(c)
				if h.kind != 0 {
					requireKind(t, h.kind, "", err)
					require.Less(t, len(err.Error()), 3*maxAbortBytes+1_000)
					require.Nil(t, res.Data)
				} else {
					require.NoError(t, err)
				}
				require.LessOrEqual(t, res.GasUsed+res.GasLeft, c.GasLimit)
			}
			require.Zero(t, store.open, "iterators are closed")
			require.Less(t, resident(t)-before, int64(callSlack))
			require.LessOrEqual(t, e.Stats().IdleBytes, int64(DefaultIdleBytes))
			got, err := callNumbered(e, honest)
			require.NoError(t, err)
			require.Equal(t, "number 1", got)
		})
	}
	require.NoError(t, e.CheckPristine())
}

// nester calls the contract again for each of its queries, until it is deep
// enough, and looks at the memory there.
type nester struct {
	e     *Engine
	c     Call
	depth int
	deep  func()
}

func (n *nester) Query(request []byte, gas uint64) ([]byte, uint64, error) {
	if n.depth == 0 {
		n.deep()
		return []byte("bottom"), 0, nil
	}
	inner, c := *n, n.c
	inner.depth--
	c.Querier, c.GasLimit, c.ReadOnly = &inner, gas, true
	res, err := n.e.Call(c)
	return res.Data, c.GasLimit - res.GasLeft, err
}

// TestMemoryBombs fills the memory of many instances: one after another, of many
// codes, and nested. Resident memory is what runs and what may be idle.
func TestMemoryBombs(t *testing.T) {
	const idle, levels = 16 << 20, 10
	e := newEngine(t, Config{IdleBytes: idle})
	bomb := func(n int) []byte {
		g := newGuest("query_chain").region(regionA, dataA, fmt.Sprint("bomb ", n))
		return g.entry(touchAll(), g.call("query_chain", regionA), wat.Drop, wat.I32Const(resultRegion)).code()
	}
	before := resident(t)
	for n := range 24 {
		c, _ := testCall(bomb(n))
		_, err := e.Call(c)
		require.NoError(t, err)
		require.LessOrEqual(t, e.Stats().IdleBytes, int64(idle))
	}
	require.Less(t, resident(t)-before, int64(idle+callSlack), "one after another")

	c, _ := testCall(bomb(0))
	var most int64
	c.Querier = &nester{e: e, c: c, depth: levels - 1, deep: func() { most = resident(t) }}
	_, err := e.Call(c)
	require.NoError(t, err)
	require.Less(t, most-before, int64(levels*memoryBomb+idle+callSlack), "nested")
	if most != 0 {
		// Nearly: the process may have given back some of what it had before.
		require.Greater(t, most-before, int64(levels*memoryBomb/10*9), "the bombs do fill their memory")
	}
	require.Less(t, resident(t)-before, int64(idle+callSlack), "after that")
	require.NoError(t, e.CheckPristine())
}

// TestStackBombsGiveBack recurses as deep as the budget lets, in each of the ways
// by which the host enters a guest.
func TestStackBombsGiveBack(t *testing.T) {
	e := newEngine(t, Config{})
	g := newGuest("db_read").region(regionA, dataA, "key")
	g.Export("memory", wat.MemoryKind, 0)
	g.Memory(1)
	g.ExportFunc("allocate", wat.T(wat.I32), wat.T(wat.I32), nil, wat.Code(wat.LocalGet(0), wat.Call(1)))
	g.ExportFunc("deallocate", wat.T(wat.I32), nil, nil, nil)
	g.ExportFunc("interface_version_8", nil, nil, nil, nil)
	g.entry(g.call("db_read", regionA))
	code := g.Bytes()
	for _, entry := range []string{"go", "allocate"} {
		before := resident(t)
		for range 20 {
			c, store := testCall(code)
			store.entries["key"] = strings.Repeat("v", 100)
			c.Entry = entry
			if entry == "allocate" {
				c.Args = [][]byte{[]byte("x")}
			}
			_, err := e.Call(c)
			requireKind(t, KindStack, "call stack exhausted", err)
		}
		require.Less(t, resident(t)-before, int64(callSlack))
		require.LessOrEqual(t, e.Stats().IdleBytes, int64(1<<20), "large machine stacks are not kept")
	}
}
