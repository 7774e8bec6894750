package vm

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
)

// bigRegion describes n bytes of zeros in the second page of the guest.
func (g *guest) bigRegion(at int32, n uint32) *guest {
	if g.big == 0 {
		g.Memory(8)
		g.big = pageBytes
	}
	g.Data(at, regionOf(g.big, n, n))
	g.big += n + 1
	return g
}

func TestReadAndWrite(t *testing.T) {
	g := newGuest("db_write", "db_read", "db_remove")
	g.region(regionA, dataA, "key").region(regionB, dataB, "value")
	g.entry(
		g.call("db_write", regionA, regionB),
		g.call("db_read", regionA), wat.LocalTee(0), wat.I32Eqz, wat.If(wat.NoResult), wat.Unreachable, wat.End,
		g.call("db_remove", regionA),
		g.call("db_read", regionA), wat.If(wat.NoResult), wat.Unreachable, wat.End,
		g.call("db_remove", regionA), // an absent key is no error
		wat.LocalGet(0))
	res, store, err := run(t, g)
	require.NoError(t, err)
	require.Equal(t, "value", string(res.Data))
	require.Empty(t, store.entries)
	require.Equal(t, uint64(priceSet+2*priceGet+2*priceRemove), res.GasExternal)
}

// Empty keys and values exist; a missing value is something else.
func TestEmptyKeyAndValue(t *testing.T) {
	g := newGuest("db_write", "db_read").region(regionA, dataA, "")
	g.entry(g.call("db_write", regionA, regionA), g.call("db_read", regionA))
	res, store, err := run(t, g)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"": ""}, store.entries)
	require.Equal(t, []byte{}, res.Data)
}

func TestKeyAndValueLimits(t *testing.T) {
	for _, test := range []struct {
		key, value uint32
		kind       Kind
		text       string
	}{
		{65_536, 131_072, 0, ""},
		{65_537, 1, KindGeneric, "Generic error: Key too big. Tried to write 65537 bytes to storage, limit is 65536."},
		{1, 131_073, KindGeneric, "Generic error: Value too big. Tried to write 131073 bytes to storage, limit is 131072."},
	} {
		g := newGuest("db_write").bigRegion(regionA, test.key).bigRegion(regionB, test.value)
		g.entry(g.call("db_write", regionA, regionB), wat.I32Const(resultRegion))
		_, store, err := run(t, g)
		if test.kind == 0 {
			require.NoError(t, err)
			require.Len(t, store.entries[strings.Repeat("\x00", int(test.key))], int(test.value))
			continue
		}
		requireKind(t, test.kind, test.text, err)
		require.Empty(t, store.entries)
	}
	for _, name := range []string{"db_read", "db_remove", "db_scan"} {
		g := newGuest(name).bigRegion(regionA, 65_537)
		args := []int32{regionA, 0, orderAscending}[:imports[importIndex(name)].params]
		g.entry(g.call(name, args...), g.dropResult(name), wat.I32Const(resultRegion))
		_, _, err := run(t, g)
		requireKind(t, KindCommunication, "Region length too big. Got 65537, limit 65536", err)
	}
}

func TestReadOnly(t *testing.T) {
	for _, name := range []string{"db_write", "db_remove"} {
		g := newGuest(name)
		args := []int32{0, 0}[:imports[importIndex(name)].params] // null pointers: the refusal comes first
		g.entry(g.call(name, args...), wat.I32Const(resultRegion))
		res, _, err := runCode(t, g.code(), func(c *Call) { c.ReadOnly = true })
		requireKind(t, KindReadOnly, "Must not call a writing storage function in this context.", err)
		require.Equal(t, uint64(len(args))*115+1_610+gasHostCall, res.GasUsed, "the host call was paid")
	}
}

// scan opens an iterator over a range of single-letter keys and returns the first
// answer of some function that moves it.
func scan(t *testing.T, next string, start, end, order int32, entries string) (string, Result, error) {
	t.Helper()
	g := newGuest("db_scan", next, "db_write")
	g.region(regionA, dataA, "b").region(regionB, dataB, "d").region(regionC, dataB, "")
	g.entry(g.call("db_scan", start, end, order), wat.Call(g.env[next]))
	code := g.code()
	res, _, err := runCode(t, code, func(c *Call) {
		for _, k := range strings.Split(entries, "") {
			c.Storage.(*memStore).entries[k] = k + k
		}
	})
	return string(res.Data), res, err
}

func TestScanRanges(t *testing.T) {
	first := func(key string) string { return string(encodeSections([]byte(key), []byte(key+key))) }
	for _, test := range []struct {
		start, end, order int32
		want              string
	}{
		{0, 0, 1, first("a")},
		{0, 0, 2, first("e")},
		{regionA, 0, 1, first("b")},
		{regionA, regionB, 2, first("c")}, // the end is exclusive
		{0, regionB, 2, first("c")},
		{regionB, regionA, 1, string(encodeSections(nil, nil))}, // start > end
		{regionA, regionA, 1, string(encodeSections(nil, nil))}, // start = end
		{regionC, 0, 1, first("a")},                             // an empty bound is not an absent one
		{0, regionC, 1, string(encodeSections(nil, nil))},
	} {
		got, res, err := scan(t, "db_next", test.start, test.end, test.order, "abcde")
		require.NoError(t, err)
		require.Equal(t, test.want, got, "%+v", test)
		want := uint64(priceScan)
		if len(test.want) > 8 {
			want += priceNext
		}
		require.Equal(t, want, res.GasExternal)
	}
	for _, order := range []int32{0, 3, -1, 1 << 30} {
		_, _, err := scan(t, "db_next", 0, 0, order, "a")
		requireKind(t, KindCommunication, fmt.Sprintf("Got an invalid value for iteration order: %d", order), err)
	}
}

func TestNextKeyAndValue(t *testing.T) {
	got, _, err := scan(t, "db_next_key", 0, 0, 1, "ab")
	require.NoError(t, err)
	require.Equal(t, "a", got)
	got, _, err = scan(t, "db_next_value", 0, 0, 2, "ab")
	require.NoError(t, err)
	require.Equal(t, "bb", got)
	for _, name := range []string{"db_next_key", "db_next_value"} {
		// Pointer 0 is the end, which a guest must not take for a Region.
		_, _, err = scan(t, name, regionB, regionA, 1, "ab")
		requireKind(t, KindCommunication, "Got a zero Wasm address in the offset", err)
	}
}

// Ids count from 0; others do not exist, be they dirty, negative or used up.
func TestIteratorIDs(t *testing.T) {
	for _, test := range []struct {
		id   int32
		text string
	}{{2, "Iterator with ID 2 does not exist"}, {-1, "Iterator with ID 4294967295 does not exist"}, {0, ""}, {1, ""}} {
		g := newGuest("db_scan", "db_next")
		open := g.call("db_scan", 0, 0, 1)
		g.entry(open, wat.If(wat.NoResult), wat.Unreachable, wat.End, // the first is 0
			open, wat.I32Const(1), wat.I32Ne, wat.If(wat.NoResult), wat.Unreachable, wat.End,
			g.call("db_next", test.id), wat.Drop, g.call("db_next", test.id)) // past the end stays at the end
		res, store, err := run(t, g)
		require.Zero(t, store.open, "all iterators are closed")
		if test.text != "" {
			requireKind(t, KindBackend, "Error calling into the VM's backend: "+test.text, err)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, encodeSections(nil, nil), res.Data)
	}
}

func TestIteratorLimitClosesAll(t *testing.T) {
	g := newGuest("db_scan")
	g.entry(wat.Loop(wat.NoResult), g.call("db_scan", 0, 0, 1), wat.Drop, wat.Br(0), wat.End, wat.Unreachable)
	code := g.code()
	call, store := testCall(code)
	res, err := sharedEngine(t).Call(call)
	requireKind(t, KindBackend, "reached iterator limit (32768)", err)
	require.Equal(t, uint64(maxIterators+1)*priceScan, res.GasExternal)
	require.Zero(t, store.open)
}
