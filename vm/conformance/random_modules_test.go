//go:build cgo

package conformance

import (
	bits "encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/weftchain/weft/vm/internal/wat"
)

// randomContract is a contract with n random functions.
func randomContract(rng *rand.Rand, n int) []byte {
	m := &wat.Module{}
	m.Memory(1)
	a := &author{Rand: rng, m: m, total: n, globals: map[wat.Type]uint32{}}
	for _, t := range randomTypes {
		a.globals[t] = m.Global(t, true, map[wat.Type][]byte{wat.I32: wat.I32Const(5), wat.I64: wat.I64Const(-6), wat.F32: wat.F32Const(1.5), wat.F64: wat.F64Const(-2.5)}[t])
	}
	m.Table(uint32(n), uint32(n))
	for range n {
		a.write()
	}
	m.Elem(0, a.funcs...)
	// The message: number of the function, then its four arguments, 8 bytes each.
	const msg = 2
	at := func(load byte, offset uint32) []byte { return wat.Code(wat.LocalGet(msg), wat.Load(load, offset)) }
	code := wat.Code(at(wat.I32Load, 0), wat.LocalSet(msg))
	for i, f := range a.funcs {
		bytes := map[wat.Type][]byte{wat.I32: wat.Code(wat.Store(wat.I32Store, 0)), wat.I64: wat.Store(wat.I64Store, 0), wat.F32: wat.Store(wat.F32Store, 0), wat.F64: wat.Store(wat.F64Store, 0)}
		code = wat.Code(code, at(wat.I32Load, 0), wat.I32Const(int32(i)), wat.I32Eq, wat.If(wat.NoResult),
			wat.I32Const(0), at(wat.I32Load, 8), at(wat.I64Load, 16), at(wat.F32Load, 24), at(wat.F64Load, 32), wat.Call(f), bytes[a.results[i]], wat.End)
	}
	for i, t := range randomTypes {
		store := []byte{wat.I32Store, wat.I64Store, wat.F32Store, wat.F64Store}[i]
		code = wat.Code(code, wat.I32Const(int32(8+8*i)), wat.GlobalGet(a.globals[t]), wat.Store(store, 0))
	}
	code = wat.Code(code, wat.I32Const(40), wat.MemorySize(), wat.Store(wat.I32Store, 0), wat.I32Const(randomResult))
	m.ExportFunc("query", wat.T(wat.I32, wat.I32), wat.T(wat.I32), wat.T(wat.I32), wat.Code(wat.LocalGet(1), wat.LocalSet(msg), code))
	m.Data(randomResult, regionBytes(8, randomResult, randomResult-8))
	m.Export("memory", wat.MemoryKind, 0)
	heap := m.Global(wat.I32, true, wat.I32Const(randomSize+8))
	m.ExportFunc("allocate", wat.T(wat.I32), wat.T(wat.I32), wat.T(wat.I32), wat.Code(
		wat.GlobalGet(heap), wat.LocalTee(1), wat.LocalGet(1), wat.I32Const(12), wat.I32Add, wat.Store(wat.I32Store, 0),
		wat.LocalGet(1), wat.LocalGet(0), wat.Store(wat.I32Store, 4),
		wat.LocalGet(1), wat.LocalGet(0), wat.I32Add, wat.I32Const(24), wat.I32Add, wat.GlobalSet(heap), wat.LocalGet(1)))
	m.ExportFunc("deallocate", wat.T(wat.I32), nil, nil, nil)
	m.ExportFunc("interface_version_8", nil, nil, nil, nil)
	return m.Bytes()
}

// randomMessage calls one of n functions.
func randomMessage(rng *rand.Rand, n int) string {
	b := bits.LittleEndian.AppendUint64(nil, uint64(rng.IntN(n)))
	for range 4 {
		v := rng.Uint64()
		switch rng.IntN(3) {
		case 0:
			v = uint64(interesting[rng.IntN(len(interesting))])
		case 1:
			v = math.Float64bits(float64(rng.IntN(100)) / 3)
		}
		b = bits.LittleEndian.AppendUint64(b, v)
	}
	return string(b)
}

// scale makes a number of rounds smaller under -short.
func scale(n int) int {
	if testing.Short() {
		return max(n/20, 1)
	}
	return n
}

func TestRandomModules(t *testing.T) {
	t.Parallel()
	const functions, messages = 4, 12
	trapped, finished := 0, 0
	for seed := range uint64(scale(600)) {
		rng := rand.New(rand.NewPCG(seed, 1))
		l := newLab(t)
		l.add("contract", l.must(fmt.Sprintf("random contract %d", seed), randomContract(rng, functions)))
		for range messages {
			doc := randomMessage(rng, functions)
			out := l.call(3_000_000_000, "contract", "query", "{}", doc)
			if out.Err != "" {
				trapped++
			} else {
				finished++
			}
			l.call(rng.Uint64N(out.Used+1), "contract", "query", "{}", doc)
		}
	}
	t.Logf("%d calls came to an end, %d trapped or ran out of gas", finished, trapped)
	if finished < trapped {
		t.Error("most random functions trap: they say little")
	}
}
