package vm

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
	"github.com/weftchain/weft/vm/rewrite"
)

// part is a section of a module, or a body of its code section.
type part struct {
	id      byte
	content []byte
}

// takeU32 reads a LEB128 number that a module of ours begins with.
func takeU32(b []byte) (uint64, []byte) {
	v, n := binary.Uvarint(b)
	if n <= 0 {
		return 0, nil
	}
	return v, b[n:]
}

// moduleParts takes a sound module apart.
func moduleParts(code []byte) (list []part) {
	for rest := code[8:]; len(rest) > 0; {
		id := rest[0]
		n, after := takeU32(rest[1:])
		list = append(list, part{id, bytes.Clone(after[:n])})
		rest = after[n:]
	}
	return list
}

func bodies(content []byte) (list []part) {
	for _, rest := takeU32(content); len(rest) > 0; {
		n, after := takeU32(rest)
		n = min(n, uint64(len(after))) // an edit before this one may have spoiled it
		list = append(list, part{0, bytes.Clone(after[:n])})
		rest = after[n:]
	}
	return list
}

// mutation changes a module as its input says. Sizes and counts stay right, so
// that what is wrong is deep inside.
type mutation struct{ input []byte }

func (m *mutation) next() byte {
	if len(m.input) == 0 {
		return 0
	}
	b := m.input[0]
	m.input = m.input[1:]
	return b
}

func (m *mutation) number(n int) int {
	if n <= 0 {
		return 0
	}
	return (int(m.next())<<8 | int(m.next())) % n
}

// edit changes some bytes.
func (m *mutation) edit(b []byte) []byte {
	at := m.number(len(b) + 1)
	switch m.next() % 6 {
	case 0:
		return append(b[:at:at], append([]byte{m.next()}, b[at:]...)...)
	case 1:
		end := min(at+1+m.number(4), len(b))
		return append(b[:at:at], b[end:]...)
	case 2: // a number with all bits
		return append(b[:at:at], append([]byte{0xff, 0xff, 0xff, 0xff, 0x0f}, b[at:]...)...)
	case 3: // the same again
		end := min(at+1+m.number(12), len(b))
		return append(b[:end:end], b[at:]...)
	case 4: // an instruction of any kind
		return append(b[:at:at], append([]byte{m.next(), m.next() & 3, m.next() & 3}, b[at:]...)...)
	}
	if at < len(b) {
		b[at] = m.next()
	}
	return b
}

func (m *mutation) list(list []part, inside func(part) []byte) []part {
	if len(list) == 0 {
		return list
	}
	i := m.number(len(list))
	switch m.next() % 16 {
	case 0:
		return append(list[:i:i], list[i+1:]...)
	case 1:
		return append(list[:i+1:i+1], list[i:]...)
	case 2:
		j := m.number(len(list))
		list[i], list[j] = list[j], list[i]
		return list
	}
	list[i].content = inside(list[i])
	return list
}

func (m *mutation) module(code []byte) []byte {
	list := moduleParts(code)
	for range 1 + m.next()%4 {
		list = m.list(list, func(s part) []byte {
			if s.id != wat.CodeSection || m.next()%8 == 0 {
				return m.edit(s.content)
			}
			functions := m.list(bodies(s.content), func(f part) []byte { return m.edit(f.content) })
			items := make([][]byte, len(functions))
			for i, f := range functions {
				items[i] = append(wat.U32(uint32(len(f.content))), f.content...)
			}
			return wat.Vec(items...)
		})
		if len(m.input) == 0 {
			break
		}
	}
	out := bytes.Clone(code[:8])
	for _, s := range list {
		out = append(out, wat.Section(s.id, s.content)...)
	}
	return out
}

// FuzzModules changes sound contracts a little. Check gives a verdict; what it
// accepts compiles, and runs without a fault. What a call leaves behind, the tests
// of pristine instances look for.
func FuzzModules(f *testing.F) {
	var bases [][]byte
	for _, h := range []*guest{hostLoop("debug", regionA, 10), hostLoop("query_chain", regionA, 10), aborting(10), newGuest().entry(touchAll(), wat.I32Const(resultRegion))} {
		bases = append(bases, h.code())
	}
	files, err := filepath.Glob("../contracts/hostile/*.wasm")
	require.NoError(f, err)
	for _, name := range append(files, "../contracts/tipjar/tipjar.wasm") {
		code, err := os.ReadFile(name)
		require.NoError(f, err)
		bases = append(bases, code)
	}
	for i := range bases {
		f.Add(byte(i), []byte{1, 0, 9, 5, 0, 3, 1, 2})
		f.Add(byte(i), []byte{2, 0, 7, 9, 1, 0, 1, 4, 0, 40, 5, 0x40, 0, 9, 7, 7, 0, 0, 60, 0, 2})
	}
	limits := DefaultLimits()
	limits.CompileWork, limits.BodyMemory = 20_000_000, 100<<20
	e, err := New(Config{Limits: limits, MemoryCacheBytes: 1, IdleBytes: 1})
	require.NoError(f, err)
	f.Cleanup(func() { _ = e.Close() })
	f.Fuzz(func(t *testing.T, base byte, input []byte) {
		code := (&mutation{input}).module(bases[int(base)%len(bases)])
		if _, err := e.Check(code); err != nil {
			var verdict *Error
			if !errors.As(err, &verdict) {
				t.Fatalf("not a verdict: %v\n%x", err, code)
			}
			return
		}
		c, _ := testCall(code)
		c.GasLimit = 20_000_000
		for _, entry := range []string{"go", "query", "allocate", "deallocate"} {
			c.Entry, c.Args = entry, nil
			if entry != "go" {
				c.Args = [][]byte{[]byte(`{}`)}
			}
			if _, err := e.Call(c); isFault(err) {
				t.Fatalf("%v\n%x", err, code)
			}
		}
	})
}

// properAPI keeps to the contract of API: no address is empty.
type properAPI struct{ paddingAPI }

func (a properAPI) Humanize(canonical []byte) (string, uint64, error) {
	human, gas, err := a.paddingAPI.Humanize(canonical)
	if err == nil && human == "" {
		err = &UserError{"empty"}
	}
	return human, gas, err
}

// FuzzImports calls every import with any arguments, over any memory. The call
// ends with a verdict, uses no more gas than it has, and closes its iterators.
func FuzzImports(f *testing.F) {
	codes := make([][]byte, len(imports))
	for i, im := range imports {
		g := newGuest(im.name)
		var args []byte
		for n := range im.params {
			args = append(args, wat.Code(wat.I32Const(0), wat.Load(wat.I32Load, uint32(dataA+4*n)))...)
		}
		g.entry(wat.Repeat(2, args, wat.Call(g.env[im.name]), g.dropResult(im.name)), wat.I32Const(resultRegion))
		codes[i] = g.code()
		f.Add(byte(i), uint32(regionA), uint32(regionB), uint32(regionC), uint32(regionA), append(regionOf(2048, 64, 20), regionOf(4096, 128, 32)...))
		f.Add(byte(i), uint32(1<<16-12), uint32(1<<32-1), uint32(0), uint32(regionB), append(regionOf(1, 1<<31, 1<<31), regionOf(1<<16-1, 1<<32-1, 2)...))
	}
	f.Fuzz(func(t *testing.T, which byte, a, b, c, d uint32, regions []byte) {
		e := sharedEngine(t)
		call1, store := testCall(codes[int(which)%len(codes)])
		call1.API = properAPI{}
		code, err := e.load(call1.Code)
		require.NoError(t, err)
		defer e.memory.release(code)
		inst, err := e.pool.acquire(code.compiled)
		require.NoError(t, err)
		for n, v := range []uint32{a, b, c, d} {
			inst.memory.WriteUint32Le(uint32(dataA+4*n), v)
		}
		inst.memory.Write(regionA, regions[:min(len(regions), dataA-regionA)])
		run := &call{Context: context.Background(), Call: call1, inst: inst}
		data, err := run.guarded()
		if isFault(err) {
			t.Fatal(err)
		}
		require.LessOrEqual(t, run.left(), call1.GasLimit)
		require.LessOrEqual(t, len(data), maxResultBytes)
		require.NoError(t, run.closeIterators())
		require.Zero(t, store.open)
		if err == nil {
			require.Equal(t, int32(rewrite.StackBudget), int32(inst.depth.Get()), "all frames are given back")
		}
		require.NoError(t, e.pool.release(inst, true))
	})
}
