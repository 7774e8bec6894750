package vm

import (
	"bytes"
	"context"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
)

// FuzzRegion puts a Region anywhere and reads and writes through it. Whatever it
// says, the host stays inside of memory, charges before it copies, and changes
// nothing but the data and the length.
func FuzzRegion(f *testing.F) {
	f.Add(uint32(64), uint32(128), uint32(16), uint32(16), uint32(16), []byte("data"))
	f.Add(uint32(65_524), uint32(1), uint32(65_535), uint32(65_535), uint32(1<<31), []byte{})
	f.Add(uint32(4_294_967_284), uint32(0), uint32(1<<31), uint32(1<<31), uint32(0), []byte("x"))
	f.Add(uint32(64), uint32(60), uint32(12), uint32(8), uint32(12), []byte("over itself!"))
	f.Fuzz(func(t *testing.T, ptr, offset, capacity, length, limit uint32, data []byte) {
		e := sharedEngine(t)
		c, _ := testCall(newGuest().entry(wat.I32Const(resultRegion)).code())
		code, err := e.load(c.Code)
		require.NoError(t, err)
		defer e.memory.release(code)
		inst, err := e.pool.acquire(code.compiled)
		require.NoError(t, err)
		defer func() { require.NoError(t, e.pool.release(inst, true)) }()
		run := &call{Context: context.Background(), Call: c, inst: inst}
		run.setLeft(1 << 40)
		in := inst.memory.Write(ptr, regionOf(offset, capacity, length))

		got, err := run.read(ptr, limit)
		if err == nil {
			require.True(t, in && offset != 0 && length <= capacity && length <= limit)
			require.Len(t, got, int(length))
			require.Equal(t, 1<<40-readCost(length), run.left())
		}
		before := memoryOf(inst)
		if err := run.write(ptr, data); err != nil {
			var e *Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, before, memoryOf(inst), "a refused write changes nothing")
			return
		}
		require.LessOrEqual(t, len(data), int(capacity))
		copy(before[offset:], data)
		binary.LittleEndian.PutUint32(before[ptr:], offset)
		binary.LittleEndian.PutUint32(before[ptr+4:], capacity)
		binary.LittleEndian.PutUint32(before[ptr+8:], uint32(len(data)))
		require.True(t, bytes.Equal(before, memoryOf(inst)))
	})
}

func memoryOf(i *instance) []byte {
	view, _ := i.memory.Read(0, i.memory.Size())
	return bytes.Clone(view)
}

// FuzzSections takes any buffer apart and joins it again.
func FuzzSections(f *testing.F) {
	f.Add([]byte("AB\x00\x00\x00\x02\x00\x00\x00\x00"))
	f.Add([]byte("\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := checkSections(data)
		if err == nil && !bytes.Equal(encodeSections(s.split()...), data) {
			t.Errorf("%x does not come back", data)
		}
	})
}
