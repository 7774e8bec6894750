package vm

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
)

const pageBytes = 65_536

// A guest returns all kinds of broken Regions.
func TestBrokenRegions(t *testing.T) {
	const read0 = gasReadBase
	for name, test := range map[string]struct {
		ptr    int32
		region []byte // at regionA
		gas    uint64 // charged for reading
		kind   Kind
		text   string
	}{
		"null pointer":        {ptr: 0, kind: KindCommunication, text: "Got a zero Wasm address in the offset"},
		"pointer 4":           {ptr: 4, kind: KindCommunication, text: "Got a zero Wasm address in the offset"},
		"end of memory":       {ptr: pageBytes - 11, kind: KindCommunication, text: "The Wasm memory address 65525 provided by the contract could not be dereferenced"},
		"last Region":         {ptr: pageBytes - 12, kind: KindCommunication, text: "Got a zero Wasm address in the offset"},
		"outside":             {ptr: -16, kind: KindCommunication, text: "The Wasm memory address 4294967280 provided"},
		"largest pointer":     {ptr: -1, kind: KindCommunication, text: "4294967295"},
		"offset 0":            {ptr: regionA, region: regionOf(0, 8, 8), kind: KindCommunication, text: "zero Wasm address in the offset"},
		"length > capacity":   {ptr: regionA, region: regionOf(dataA, 8, 9), kind: KindCommunication, text: "Region length exceeds capacity. Length 9, capacity 8"},
		"beyond 4 GiB":        {ptr: regionA, region: regionOf(dataA, math.MaxUint32-dataA+1, 0), kind: KindCommunication, text: "Region exceeds address space. Offset 256, capacity 4294967040"},
		"beyond memory":       {ptr: regionA, region: regionOf(pageBytes-1, 2, 2), gas: read0 + 2*gasReadPerByte, kind: KindCommunication, text: "Tried to access memory of region Region { offset: 65535, capacity: 2, length: 2 } in Wasm memory of size 65536 bytes"},
		"far beyond":          {ptr: regionA, region: regionOf(math.MaxUint32-1, 1, 1), gas: read0 + gasReadPerByte, kind: KindCommunication, text: "Tried to access memory"},
		"too long":            {ptr: regionA, region: regionOf(dataA, 64<<20+1, 64<<20+1), gas: (64<<20 + 1) * gasReadLargeByte, kind: KindCommunication, text: "Region length too big. Got 67108865, limit 67108864"},
		"too long to pay":     {ptr: regionA, region: regionOf(dataA, 1<<30, 1<<30), gas: testGasLimit, kind: KindOutOfGas, text: "Out of gas"},
		"empty at the end":    {ptr: regionA, region: regionOf(pageBytes, 0, 0), gas: read0},
		"empty beyond memory": {ptr: regionA, region: regionOf(pageBytes+1, 0, 0), gas: read0, kind: KindCommunication, text: "Tried to access memory"},
		"itself":              {ptr: regionA, region: regionOf(regionA, 12, 12), gas: read0 + 12*gasReadPerByte},
		"unaligned":           {ptr: regionA + 1, region: append([]byte{0}, regionOf(dataA, 1, 0)...), gas: read0},
		"the whole memory":    {ptr: regionA, region: regionOf(1, pageBytes-1, pageBytes-1), gas: read0 + (pageBytes-1)*gasReadPerByte},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGuest().entry(wat.I32Const(test.ptr))
			if test.region != nil {
				g.Data(regionA, test.region)
			}
			res, _, err := run(t, g)
			if test.kind == 0 {
				require.NoError(t, err)
				require.NotNil(t, res.Data)
			} else {
				requireKind(t, test.kind, test.text, err)
				require.Nil(t, res.Data)
			}
			guestGas := res.GasUsed - test.gas
			require.Contains(t, []uint64{0, 115 + 1_610, 115 + 2*1_610}, guestGas, "gas of the entry point, and of deallocate if it came so far")
		})
	}
}

// Writing into a Region keeps offset and capacity, even when the data lies over
// the Region.
func TestWriteOverTheRegionItself(t *testing.T) {
	g := newGuest("addr_canonicalize")
	g.region(regionB, dataA, "abcdefghijklmnopqrstuvwxyz")
	g.Data(regionA, regionOf(regionA, 64, 0))
	g.entry(g.call("addr_canonicalize", regionB, regionA), wat.Drop, wat.I32Const(regionA))
	res, _, err := run(t, g)
	require.NoError(t, err)
	require.Equal(t, append(regionOf(regionA, 64, 32), "mnopqrstuvwxyz\x00\x00\x00\x00\x00\x00"...), res.Data)
}

func TestWriteIntoSmallRegions(t *testing.T) {
	for name, test := range map[string]struct {
		region []byte
		text   string
	}{
		"too small":     {regionOf(dataB, 31, 0), "Region too small. Got 31, required 32"},
		"beyond memory": {regionOf(pageBytes-31, 32, 0), "Tried to access memory of region"},
		"null":          {regionOf(0, 64, 0), "Got a zero Wasm address in the offset"},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGuest("addr_canonicalize").region(regionA, dataA, "abc")
			g.Data(regionB, test.region)
			g.entry(g.call("addr_canonicalize", regionA, regionB), wat.Drop, wat.I32Const(resultRegion))
			_, _, err := run(t, g)
			requireKind(t, KindCommunication, test.text, err)
			require.ErrorContains(t, err, "Error executing Wasm: Wasmer runtime error: RuntimeError: Error in guest/host communication: ")
		})
	}
}

// The price of a Region grows with the length that the guest claims, and cannot
// wrap.
func TestGasArithmetic(t *testing.T) {
	require.Equal(t, uint64(math.MaxUint64), linear(1, math.MaxUint64, math.MaxUint64))
	require.Equal(t, uint64(math.MaxUint64), linear(math.MaxUint64, 1, 1))
	require.Equal(t, uint64(math.MaxUint64), linear(0, 1<<32, 1<<32))
	require.Equal(t, uint64(7+5*3), linear(7, 5, 3))
	require.Equal(t, uint64(0), satSub(1, 2))
	require.Equal(t, uint64(200_000+115*8_000_000), readCost(8_000_000))
	require.Equal(t, uint64(520*8_000_001), readCost(8_000_001))
	require.Equal(t, uint64(520*math.MaxUint32), readCost(math.MaxUint32))
	require.Equal(t, uint64(230_000+570*3), writeCost(3))
	require.Equal(t, uint64(28_700+1_400*3), stringCost(3))
}

func TestSections(t *testing.T) {
	require.Equal(t, []byte("AB\x00\x00\x00\x02\x00\x00\x00\x00"), encodeSections([]byte("AB"), nil))
	for _, list := range [][][]byte{{}, {{}}, {{}, {}}, {[]byte("a")}, {[]byte("ab"), {}}, {{}, []byte("abc"), []byte("\x00\x00\x00\x01")}} {
		s, err := checkSections(encodeSections(list...))
		require.NoError(t, err)
		require.Equal(t, list, s.split())
	}
	for _, bad := range []string{"\x00", "\x00\x00", "\x00\x00\x00", "\x00\x00\x00\x01", "a\x00\x00\x00\x02", "\xff\xff\xff\xff", "abc\x00\x00\x00\x00", "a\x00\x00\x00\x00\x00", "xx\xff\xff\xff\xfc\x00\x00\x00\x00"} {
		_, err := checkSections([]byte(bad))
		requireKind(t, KindCommunication, "Got an invalid section", err)
	}
}
