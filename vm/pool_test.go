package vm

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
)

// dirtying grows its memory, traps unless all of it beyond the first page is
// zero, and fills it.
func dirtying(pages int32) []byte {
	g := newGuest()
	g.Memory(2)
	end := wat.I32Const((pages + 2) * pageBytes)
	walk := func(each ...any) []byte {
		return wat.Code(
			wat.I32Const(pageBytes), wat.LocalSet(0),
			wat.Loop(wat.NoResult), wat.Code(each...),
			wat.LocalGet(0), wat.I32Const(8), wat.I32Add, wat.LocalTee(0), end, wat.I32LtU, wat.BrIf(0), wat.End)
	}
	return g.entry(
		wat.I32Const(pages), wat.MemoryGrow(), wat.I32Const(2), wat.I32Ne, wat.If(wat.NoResult), wat.Unreachable, wat.End,
		walk(wat.LocalGet(0), wat.Load(wat.I64Load, 0), wat.I64Eqz, wat.I32Eqz, wat.If(wat.NoResult), wat.Unreachable, wat.End),
		walk(wat.LocalGet(0), wat.I64Const(-1), wat.Store(wat.I64Store, 0)),
		wat.I32Const(resultRegion)).code()
}

// A memory that was used, by whatever contract and however the call ended, is
// zero for the next.
func TestMemoriesAreCleared(t *testing.T) {
	e := newEngine(t, Config{})
	codes := [][]byte{dirtying(1), dirtying(14), dirtying(200)}
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 24 {
				c, _ := testCall(codes[(i+w)%len(codes)])
				if i%5 == 4 { // leaves in the middle of filling
					c.GasLimit = 20_000_000
				}
				if _, err := e.Call(c); err != nil && !outOfGas(err) {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

func TestLinearMemory(t *testing.T) {
	p := &heapMemories{}
	m := p.Allocate(0, 10*pageBytes)
	first := m.Reallocate(pageBytes)
	first[7] = 7
	grown := m.Reallocate(10 * pageBytes)
	require.Len(t, grown, 10*pageBytes)
	require.Equal(t, byte(7), grown[7])
	grown[10*pageBytes-1] = 9
	m.Free()
	for range 3 {
		again := p.Allocate(0, 20*pageBytes)
		b := again.Reallocate(20 * pageBytes)
		require.Equal(t, make([]byte, 20*pageBytes), b)
		b[0], b[20*pageBytes-1] = 1, 1
		again.Free()
	}
	big := p.Allocate(0, 2*maxPooledBytes)
	big.Reallocate(maxPooledBytes + pageBytes)
	big.Free() // is not kept
	require.LessOrEqual(t, cap(p.Allocate(0, pageBytes).(*heapMemory).bytes), maxPooledBytes)
}
