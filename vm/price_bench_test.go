package vm

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
)

const (
	priceGas     = 2_000_000_000     // of one call: two milliseconds by the schedule
	nominalPrice = 1_000.0           // ns for 10^6 gas
	longestBlock = 50_000_000 * 0.14 // 10^6 VM gas that a block may use
	answerAt     = 1 << 20           // where allocate of these guests says data goes
	answerBytes  = 300_000
)

// price is a contract that does one thing until its gas is used up.
type price struct {
	name string
	code []byte
	call func(*Call)
}

// priceGuest is a contract whose allocate answers with the same Region always.
func priceGuest(names ...string) *guest {
	g := newGuest(names...)
	g.Memory(40)
	g.Export("memory", wat.MemoryKind, 0)
	g.ExportFunc("allocate", wat.T(wat.I32), wat.T(wat.I32), nil, wat.I32Const(scratch))
	g.ExportFunc("deallocate", wat.T(wat.I32), nil, nil, nil)
	g.ExportFunc("interface_version_8", nil, nil, nil, nil)
	return g.with(scratch, answerAt, answerBytes, 0)
}

// instructions repeats code in a loop. Local 0 is an i32, 1 an i64, 2 an f64, 3 an
// f32; before runs once.
func instructions(name string, before []byte, code ...any) price {
	g := priceGuest()
	g.Global(wat.I64, true, wat.I64Const(1))
	g.Table(1, 1)
	empty := g.Func(nil, nil, nil, nil)
	g.Elem(0, empty)
	g.ExportFunc("go", nil, wat.T(wat.I32), wat.T(wat.I32, wat.I64, wat.F64, wat.F32),
		wat.Code(before, forever(wat.Repeat(200, code...))))
	return price{name: name, code: g.Bytes()}
}

// hostCalls repeats a call of an import with Regions of n bytes.
func hostCalls(name, what string, n uint32, args ...int32) price {
	g := priceGuest(name).with(regionA, 4096, n, n).with(regionB, 300_000, n, n)
	g.entry(forever(wat.Repeat(20, g.call(name, args...), g.dropResult(name))))
	return price{name: strings.TrimSpace(name + " " + what), code: g.Bytes()}
}

func emptyCall() []byte { return wat.Call(3) } // after allocate, deallocate and the version

// random moves local 0 to another place in 32 MiB.
func random() []byte {
	return wat.Code(wat.LocalGet(0), wat.I32Const(1_664_525), wat.I32Mul, wat.I32Const(1_013_904_223), wat.I32Add, wat.LocalTee(0),
		wat.I32Const(memoryBomb-8), wat.I32And)
}

func chain64(op int) []byte {
	return wat.Code(wat.LocalGet(1), wat.I64Const(3), op, wat.LocalSet(1))
}

func floats(ops ...any) []byte {
	return wat.Code(append(append([]any{wat.LocalGet(2)}, ops...), wat.LocalSet(2))...)
}

// instructionPrices has a line for each class of instructions.
func instructionPrices() []price {
	one, big := wat.I64Const(12_345), wat.Code(wat.F64Const(1.5), wat.LocalSet(2))
	nonzero := wat.Code(one, wat.LocalSet(1))
	bulk := func(n int32) []byte { return wat.Code(wat.I32Const(0), wat.I32Const(1), wat.I32Const(n)) }
	return []price{
		instructions("nop", nil, wat.Nop),
		instructions("local.get, local.set", nil, wat.LocalGet(1), wat.LocalSet(1)),
		instructions("const, drop", nil, wat.I64Const(1), wat.Drop),
		instructions("global.get, global.set", nil, wat.GlobalGet(0), wat.GlobalSet(0)),
		instructions("i64.add", nil, chain64(wat.I64Add)),
		instructions("i64.mul", nonzero, chain64(wat.I64Mul)),
		instructions("i64.div_s", nonzero, wat.LocalGet(1), wat.I64Const(3), wat.I64DivS, wat.Drop),
		instructions("i64.div_s in a chain", nonzero, wat.I64Const(-1<<62), wat.LocalGet(1), wat.I64DivS, wat.LocalSet(1), nonzero),
		instructions("i64.rem_s", nonzero, wat.I64Const(-1<<62), wat.LocalGet(1), wat.I64RemS, wat.Drop),
		instructions("i64.rotl", nonzero, chain64(0x89)),
		instructions("i64.shl", nonzero, chain64(0x86)),
		instructions("i64.clz", nonzero, wat.LocalGet(1), 0x79, wat.LocalSet(1)),
		instructions("i64.popcnt", nonzero, wat.LocalGet(1), 0x7b, wat.LocalSet(1)),
		instructions("i64.lt_u", nonzero, wat.LocalGet(1), wat.LocalGet(1), wat.I64LtU, wat.Drop),
		instructions("select", nonzero, wat.LocalGet(1), wat.I64Const(3), wat.LocalGet(0), wat.Select, wat.LocalSet(1)),
		instructions("f64.add", big, floats(wat.LocalGet(2), wat.F64Add)),
		instructions("f64.div", big, floats(wat.F64Const(1.0000001), wat.F64Div)),
		instructions("f64.sqrt", big, floats(0x9f)),
		instructions("f64.sqrt, alone", big, wat.LocalGet(2), wat.Repeat(1000, 0x9f), wat.LocalSet(2)),
		instructions("f64.min", big, floats(wat.F64Const(3), 0xa4)),
		instructions("f64.nearest", big, floats(0x9e)),
		instructions("f64.ceil of a denormal", wat.Code(wat.F64Const(5e-324), wat.LocalSet(2)), wat.LocalGet(2), wat.F64Const(0.5), wat.F64Mul, wat.Drop),
		instructions("f64 and back", big, wat.LocalGet(2), 0xb0, 0xb9, wat.LocalSet(2)),
		instructions("f64 and back, unsigned", big, wat.LocalGet(2), 0xb1, 0xba, wat.LocalSet(2)),
		instructions("i64.load", nil, wat.I32Const(4096), wat.Load(wat.I64Load, 0), wat.LocalSet(1)),
		instructions("i64.load at random in 32 MiB", touchAll(), random(), wat.Load(wat.I64Load, 0), wat.LocalSet(1)),
		instructions("i64.store at random in 32 MiB", touchAll(), random(), wat.LocalGet(1), wat.Store(wat.I64Store, 0)),
		instructions("memory.size", nil, wat.MemorySize(), wat.Drop),
		instructions("memory.grow(0)", nil, wat.I32Const(0), wat.MemoryGrow(), wat.Drop),
		instructions("memory.grow, alone", nil, wat.I32Const(0), wat.Repeat(1000, wat.MemoryGrow()), wat.Drop),
		instructions("memory.grow(-1)", nil, wat.I32Const(-1), wat.MemoryGrow(), wat.Drop),
		instructions("memory.copy of 0", nil, bulk(0), wat.MemoryCopy()),
		instructions("memory.copy of 1", nil, bulk(1), wat.MemoryCopy()),
		instructions("memory.copy of 64 KiB", nil, bulk(1<<16), wat.MemoryCopy()),
		instructions("memory.copy of 32 MiB", touchAll(), bulk(memoryBomb-1), wat.MemoryCopy()),
		instructions("memory.fill of 0", nil, bulk(0), wat.MemoryFill()),
		instructions("memory.fill of 1", nil, bulk(1), wat.MemoryFill()),
		instructions("memory.fill of 64 KiB", nil, bulk(1<<16), wat.MemoryFill()),
		instructions("memory.fill of 32 MiB", touchAll(), bulk(memoryBomb-1), wat.MemoryFill()),
		instructions("call", nil, emptyCall()),
		instructions("call_indirect", nil, wat.I32Const(0), wat.CallIndirect(2)),
		instructions("block", nil, wat.Block(wat.NoResult), wat.End),
		instructions("loop", nil, wat.Loop(wat.NoResult), wat.End),
		instructions("if", nil, wat.LocalGet(0), wat.If(wat.NoResult), wat.End),
		instructions("br_table", nil, wat.Block(wat.NoResult), wat.LocalGet(0), wat.BrTable(0, 0, 0), wat.End),
	}
}

// hostPrices has a line for each import, with the inputs that cost it most.
func hostPrices() []price {
	many := func(c *Call) {
		store := &memStore{entries: map[string]string{}}
		for i := range 1_000 {
			store.entries[fmt.Sprint("key ", i)] = strings.Repeat("v", 100)
		}
		store.entries[strings.Repeat("\x00", 60_000)] = strings.Repeat("v", 128<<10)
		c.Storage = store
	}
	list := []price{
		hostCalls("db_read", "of nothing", 10, regionA),
		hostCalls("db_read", "of 128 KiB under a key of 60 kB", 60_000, regionA),
		hostCalls("db_write", "of 10 bytes", 10, regionA, regionB),
		hostCalls("db_write", "of 60 kB", 60_000, regionA, regionB),
		hostCalls("db_remove", "", 10, regionA),
		hostCalls("addr_validate", "", 200, regionA),
		addressPrice("addr_canonicalize"),
		addressPrice("addr_humanize"),
		hostCalls("query_chain", "of nothing", 0, regionA),
		hostCalls("query_chain", "of 60 kB", 60_000, regionA),
		hostCalls("debug", "of nothing", 0, regionA),
		hostCalls("debug", "of 2 MiB that are no text", 2<<20, regionA),
	}
	scan := priceGuest("db_scan", "db_next")
	scan.entry(forever(scan.call("db_scan", 0, 0, orderDescending), wat.LocalSet(0),
		wat.Repeat(20, wat.LocalGet(0), wat.Call(scan.env["db_next"]), wat.Drop)))
	list = append(list, price{name: "db_scan with 20 db_next, 1,000 entries", code: scan.Bytes()})
	for i := range list {
		list[i].call = many
	}
	return append(list, signaturePrice("secp256k1_verify", k1Pair()), signaturePrice("secp256r1_verify", r1Pair()))
}

func signaturePrice(name string, k keyPair) price {
	sum := sha256.Sum256([]byte("price"))
	g := priceGuest(name).region(regionA, dataA, string(sum[:])).region(regionB, dataB, string(k.sign(sum[:]))).region(regionC, dataC, string(k.pubkey))
	g.entry(forever(wat.Repeat(20, g.call(name, regionA, regionB, regionC), wat.Drop)))
	return price{name: name, code: g.Bytes()}
}

// measure returns the least ns for 10^6 gas of several calls.
func (p price) measure(b *testing.B, e *Engine) float64 {
	best := 0.0
	for range 5 {
		c, _ := testCall(p.code)
		if c.GasLimit = priceGas; p.call != nil {
			p.call(&c)
		}
		start := time.Now()
		res, err := e.Call(c)
		took := float64(time.Since(start).Nanoseconds())
		require.Error(b, err, p.name)
		require.False(b, isFault(err), "%s: %v", p.name, err)
		if ns := took / (float64(c.GasLimit-res.GasLeft) / 1e6); best == 0 || ns < best {
			best = ns
		}
	}
	return best
}

// BenchmarkPrice tells for each class of instructions and each import how long
// gas lasts, in ns for 10^6 VM gas, of which the schedule says that they are worth
// a thousand. It prints the list, the dearest first.
func BenchmarkPrice(b *testing.B) {
	e := sharedEngine(b)
	type line struct {
		name string
		ns   float64
	}
	var lines []line
	for b.Loop() {
		lines = lines[:0]
		for _, p := range append(instructionPrices(), hostPrices()...) {
			lines = append(lines, line{p.name, p.measure(b, e)})
		}
	}
	slices.SortFunc(lines, func(a, b line) int { return cmp.Compare(b.ns, a.ns) })
	var table strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&table, "\n%-45s %9.1f ns/Mgas  %5.2f of nominal  %6.2f s for a block", l.name, l.ns, l.ns/nominalPrice, l.ns*longestBlock/1e9)
	}
	fmt.Println(table.String()) // a log of a benchmark would be cut
	b.ReportMetric(lines[0].ns, "ns/Mgas")
	b.ReportMetric(lines[0].ns/lines[len(lines)-1].ns, "worst/best")
}

// addressPrice gives the answer room.
func addressPrice(name string) price {
	g := priceGuest(name).region(regionA, dataA, strings.Repeat("a", 32)).with(regionB, 8192, 1_000, 0)
	g.entry(forever(wat.Repeat(20, g.call(name, regionA, regionB), wat.Drop)))
	return price{name: name, code: g.Bytes()}
}
