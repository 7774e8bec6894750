//go:build cgo

package conformance

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/CosmWasm/wasmvm/v3/types"
)

// puppetLimit is enough for the dearest crypto call.
const puppetLimit = 40_000_000_000

// newPuppets is a lab with a puppet that has something to read.
func newPuppets(t *testing.T) *lab {
	t.Helper()
	l := newLab(t)
	l.add("contract", l.must("puppet", puppet(allocateWell, 0)))
	l.each(func(w *world) {
		for _, k := range []string{"a", "b", "c", "\xff\xff", "k", ""} {
			w.actors["contract"].entries[k] = []byte(k + k)
		}
		w.actors["contract"].entries["empty"] = []byte{}
		w.actors["contract"].entries["big"] = bytes.Repeat([]byte("x"), 3_000)
		w.balances["contract"] = []types.Coin{{Denom: "ATOM", Amount: "250"}}
	})
	return l
}

// perform runs a play as a transaction and as a query; the store stays as it was.
func (l *lab) perform(p *play) {
	l.tb.Helper()
	before := l.save()
	l.call(puppetLimit, "contract", "execute", "{}", "{}", p.String())
	l.restore(before)
	l.call(puppetLimit, "contract", "query", "{}", p.String())
	l.restore(before)
}

// Places in a puppet's memory that plays use.
const (
	placeA, placeB, placeC, placeD = puppetFree, puppetFree + 16, puppetFree + 32, puppetFree + 48
	dataA, dataB, dataC, dataD     = puppetFree + 0x1000, puppetFree + 0x2000, puppetFree + 0x3000, puppetFree + 0x4000
)

// strangePointers are pointers and what lies there.
func strangePointers() map[string]struct {
	pointer uint32
	region  []byte
} {
	type strange = struct {
		pointer uint32
		region  []byte
	}
	out := map[string]strange{}
	for _, p := range []uint32{0, 1, 4, 7, 12, puppetEnd - 12, puppetEnd - 11, puppetEnd - 1, puppetEnd, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_fff4, 0xffff_ffff} {
		out[fmt.Sprintf("pointer %#x", p)] = strange{p, nil}
	}
	for name, r := range map[string][3]uint32{
		"zero offset":            {0, 10, 10},
		"zero offset, empty":     {0, 0, 0},
		"length over capacity":   {dataA, 4, 5},
		"capacity overflow":      {dataA, 0xffff_ffff - dataA + 1, 5},
		"capacity at the border": {dataA, 0xffff_ffff - dataA, 5},
		"empty":                  {dataA, 0, 0},
		"no capacity":            {dataA, 0, 1},
		"beyond memory":          {puppetEnd, 1, 1},
		"partly beyond":          {puppetEnd - 4, 8, 8},
		"up to the end":          {puppetEnd - 4, 4, 4},
		"empty at the end":       {puppetEnd, 0, 0},
		"empty beyond":           {puppetEnd + 1, 0, 0},
		"empty far beyond":       {0xffff_ffff, 0, 0},
		"itself":                 {placeA, 12, 12},
		"into itself":            {placeA - 4, 12, 12},
		"the whole memory":       {1, puppetEnd - 1, puppetEnd - 1},
		"huge length":            {dataA, 0x7fff_ffff, 0x7fff_ffff},
		"eight million":          {dataA, 8_000_000, 8_000_000},
		"eight million and one":  {dataA, 8_000_001, 8_000_001},
	} {
		out[name] = strange{placeA, regionBytes(r[0], r[1], r[2])}
	}
	for _, n := range []uint32{1, 31, 32, 33, 47, 48, 63, 64, 65, 66, 90, 255, 256, 257, 65_535, 65_536, 65_537, 131_071, 131_072, 131_073} {
		out[fmt.Sprintf("length %d", n)] = strange{placeA, regionBytes(dataA, n, n)}
	}
	return out
}

// plain writes good arguments for an import to the places A to D.
func plain(p *play, name string) (args []uint32) {
	p.region(placeA, dataA, []byte("a")).region(placeB, dataB, []byte("c")).region(placeC, dataC, bytes.Repeat([]byte{7}, 64))
	p.poke(placeD, regionBytes(dataD, 200, 0))
	switch {
	case name == "db_scan":
		return []uint32{placeA, placeB, 1}
	case strings.HasPrefix(name, "db_next"):
		p.call("db_scan", 0, 0, 1)
		return []uint32{answerOf(0)}
	case name == "addr_humanize":
		p.region(placeA, dataA, append([]byte("joe"), make([]byte, 29)...))
		return []uint32{placeA, placeD}
	case name == "addr_canonicalize":
		return []uint32{placeA, placeD}
	case strings.HasSuffix(name, "_recover_pubkey"):
		p.region(placeA, dataA, bytes.Repeat([]byte{5}, 32))
		return []uint32{placeA, placeC, 1}
	case strings.HasPrefix(name, "bls12_381_hash"):
		return []uint32{0, placeA, placeB, placeD}
	case strings.HasPrefix(name, "bls12_381_aggregate"):
		return []uint32{placeA, placeD}
	case strings.HasPrefix(name, "bls"):
		return []uint32{placeA, placeB, placeC, placeD}
	}
	return []uint32{placeA, placeB, placeC, placeD}
}

// Every import with every strange Region at every argument.
func TestStrangeRegions(t *testing.T) {
	t.Parallel()
	l := newPuppets(t)
	for _, im := range puppetImports {
		for at := range im.params {
			for _, s := range sorted(strangePointers()) {
				p := &play{}
				args := plain(p, im.name)[:im.params]
				if s.value.region != nil {
					p.poke(placeA, s.value.region)
					if at != 0 {
						p.region(placeB, dataB, []byte("a"))
						for i, a := range args {
							if a == placeA {
								args[i] = placeB
							}
						}
					}
				}
				args[at] = s.value.pointer
				p.call(im.name, args...).result(puppetAnswers, 64)
				l.perform(p)
			}
		}
	}
}

// Every way to allocate and to deallocate, from the start and from some point on.
func TestStrangeAllocators(t *testing.T) {
	t.Parallel()
	for allocate := range int32(allocateModes) {
		for deallocate := range int32(3) {
			l := newPuppets(t)
			l.add("contract", l.must("puppet with another allocate", puppet(allocate, deallocate)))
			l.each(func(w *world) { w.actors["contract"].entries["k"] = []byte("value") })
			for _, limit := range []uint64{10_000_000, 400_000_000} {
				l.call(limit, "contract", "query", "{}", (&play{}).String())
				l.call(limit, "contract", "execute", "{}", "{}", (&play{}).result(1, 40_000).String())
				l.call(limit, "contract", "migrate", "{}", "{}", (&play{}).result(1, 40_000).String())
				l.call(limit, "contract", "migrate", "{}", (&play{}).String())
			}
		}
	}
	for mode := range uint32(allocateModes) {
		for _, im := range puppetImports {
			l := newPuppets(t)
			p := &play{}
			args := plain(p, im.name)[:im.params]
			p.words(opAllocate, mode).call(im.name, args...).call(im.name, args...)
			for _, limit := range []uint64{300_000_000, 5_000_000_000} {
				before := l.save()
				l.call(limit, "contract", "execute", "{}", "{}", p.String())
				l.restore(before)
			}
		}
	}
}

// What is read back: keys and values of all sizes around the limits, iterators in
// all orders, ids that exist and that do not.
func TestStorageImports(t *testing.T) {
	t.Parallel()
	l := newPuppets(t)
	for _, size := range []uint32{0, 1, 255, 65_528, 65_536, 65_537, 131_064, 131_072, 131_073} {
		for _, value := range []uint32{0, 1, 131_072, 131_073} {
			p := (&play{}).words(opFill, dataA, (max(size, value)+7)/8*8, 0x41).poke(placeA, regionBytes(dataA, size, size)).poke(placeB, regionBytes(dataA, value, value))
			l.perform(p.call("db_write", placeA, placeB).call("db_read", placeA).call("db_scan", placeA, 0, 1).call("db_next", answerOf(1)).call("db_remove", placeA).call("db_read", placeA).result(puppetAnswers, 64))
		}
	}
	for _, order := range []uint32{0, 1, 2, 3, 4, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff} {
		for _, bounds := range [][2]uint32{{0, 0}, {placeA, 0}, {0, placeA}, {placeA, placeB}, {placeB, placeA}, {placeA, placeA}, {placeC, placeB}, {placeC, placeC}, {placeA, placeD}} {
			p := (&play{}).region(placeA, dataA, []byte("a")).region(placeB, dataB, []byte("c")).region(placeC, dataC, nil).region(placeD, dataD, []byte{0xff, 0xff, 0xff})
			p.call("db_scan", bounds[0], bounds[1], order)
			for _, next := range []string{"db_next", "db_next_key", "db_next_value", "db_next", "db_next_key", "db_next_value", "db_next", "db_next", "db_next", "db_next", "db_next_key", "db_next_value"} {
				p.call(next, answerOf(0))
			}
			l.perform(p.result(puppetHeap, 4_096))
		}
	}
	for _, id := range []uint32{0, 1, 2, 3, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff} {
		for _, next := range []string{"db_next", "db_next_key", "db_next_value"} {
			l.perform((&play{}).call(next, id))
			l.perform((&play{}).call("db_scan", 0, 0, 1).call("db_scan", 0, 0, 2).call(next, id).call(next, id).call(next, id).result(puppetAnswers, 64))
		}
	}
	// Writing under an iterator, reading back what is empty, and the chain's own meter.
	p := (&play{}).region(placeA, dataA, []byte("b")).region(placeB, dataB, nil).call("db_scan", 0, 0, 1).call("db_remove", placeA).call("db_write", placeB, placeB).call("db_write", placeA, placeB)
	for range 10 {
		p.call("db_next", answerOf(0))
	}
	l.perform(p.call("db_read", placeA).call("db_read", placeB).result(puppetHeap, 2_048))
	for _, sdk := range []uint64{0, 1, 99_000, 200_000, 300_000, 400_000, 700_000, 1_000_000, 2_000_000} {
		before := l.save()
		l.each(func(w *world) { w.gasLimit = w.gas + sdk })
		l.call(puppetLimit, "contract", "execute", "{}", "{}", p.String())
		l.call(puppetLimit, "contract", "query", "{}", (&play{}).region(placeA, dataA, []byte(`{"bank":{"supply":{"denom":"x"}}}`)).call("query_chain", placeA).String())
		l.restore(before)
	}
}

// Addresses of all lengths and encodings, into buffers of all sizes.
func TestAddressImports(t *testing.T) {
	t.Parallel()
	l := newPuppets(t)
	humans := []string{"", "a", "joe", "JOE", "é", "\xff", "a\xc3", "\xed\xa0\x80", "a\x00b", strings.Repeat("a", 32), strings.Repeat("a", 33), strings.Repeat("a", 255), strings.Repeat("a", 256), strings.Repeat("é", 128)}
	apis := []addressAPI{
		paddedAddresses{},
		refusingAddresses{"no"},
		refusingAddresses{""},
		refusingAddresses{strings.Repeat("x", 8_191) + "é"},
		refusingAddresses{strings.Repeat("x", 8_192)},
		refusingAddresses{strings.Repeat("x", 8_193)},
		refusingAddresses{"bad \xff text"},
		refusingAddresses{strings.Repeat("é", 5_000)},
		refusingAddresses{strings.Repeat("x", 8_190) + "😀"},
	}
	for _, api := range apis {
		l.each(func(w *world) { w.api = api })
		for _, h := range humans {
			p := (&play{}).region(placeA, dataA, []byte(h)).call("addr_validate", placeA).result(puppetHeap, 9_000)
			l.perform(p)
			for _, capacity := range []uint32{0, 1, 31, 32, 33, 64} {
				p := (&play{}).region(placeA, dataA, []byte(h)).poke(placeB, regionBytes(dataB, capacity, 0)).call("addr_canonicalize", placeA, placeB)
				l.perform(p.result(placeA, 0x2000))
			}
		}
		for _, n := range []int{0, 1, 20, 31, 32, 33, 63, 64, 65} {
			for _, fill := range []byte{0, 'j', 0xff} {
				for _, capacity := range []uint32{0, 1, 32, 64, 90, 8_192} {
					p := (&play{}).region(placeA, dataA, bytes.Repeat([]byte{fill}, n)).poke(placeB, regionBytes(dataB, capacity, 0)).call("addr_humanize", placeA, placeB)
					l.perform(p.result(placeA, 0x2000))
				}
			}
		}
	}
	l.each(func(w *world) { w.api = paddedAddresses{} })
	// The buffer is the source, the Region of the buffer, or lies over it.
	for _, r := range [][3]uint32{{dataA, 64, 0}, {placeB, 64, 0}, {placeB - 4, 64, 0}, {placeB + 4, 64, 0}, {placeA, 64, 0}, {placeB - 20, 64, 64}} {
		for _, name := range []string{"addr_canonicalize", "addr_humanize"} {
			p := (&play{}).region(placeA, dataA, append([]byte("joe"), make([]byte, 29)...)).poke(placeB, regionBytes(r[0], r[1], r[2])).call(name, placeA, placeB)
			l.perform(p.result(placeA-16, 0x2000))
		}
	}
}

// Texts for abort and debug; what abort says is read as UTF-8, with mistakes.
func TestTextImports(t *testing.T) {
	l := newPuppets(t)
	for _, text := range []string{
		"", "x", "é", "\xff", "\xff\xfe\xfd", "a\xc3", "a\xe2\x82", "a\xe2\x82b", "\xf0\x9f\x98", "\xf0\x9f\x98\x80", "\xed\xa0\x80", "\xc0\x80", "\xe0\x80\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "a\x80\x80b\xc3\xc3\xa9",
		"line\nline", "nul\x00", strings.Repeat("long ", 3_000),
	} {
		for _, name := range []string{"abort", "debug"} {
			l.perform((&play{}).region(placeA, dataA, []byte(text)).call(name, placeA))
		}
	}
	for _, n := range []uint32{2<<20 - 8, 2 << 20, 2<<20 + 8} {
		for _, name := range []string{"abort", "debug"} {
			l.perform((&play{}).words(opGrow, 64).words(opFill, 0x80000, n, 'x').poke(placeA, regionBytes(0x80000, n, n)).call(name, placeA))
		}
	}
}

// Queries of all shapes, well-formed and not.
func TestQueryImport(t *testing.T) {
	l := newPuppets(t)
	docs := append(append([]string{}, queryRequests...), garbage...)
	docs = append(docs, `{"bank":{"balance":{"address":"contract","denom":"ATOM"}},"custom":{}}`, `{"BANK":{"supply":{"denom":"x"}}}`, `{"bank":{"supply":{"denom":"x"},"balance":null}}`,
		`{"wasm":{"smart":{"contract_addr":"contract","msg":"AAAAAA=="}}}`, `{"wasm":{"smart":{"contract_addr":"contract","msg":"!!"}}}`, `{"wasm":{"raw":{"contract_addr":"contract","key":"YmlnAA=="}}}`,
		`{"wasm":{"raw":{"contract_addr":"contract","key":"YmlnA"}}}`, `{"wasm":{"raw":{"contract_addr":"contract","key":"Yg=="}}}`, `{"wasm":{"raw":{"contract_addr":"contract","key":"ZW1wdHk="}}}`)
	for _, doc := range docs {
		l.perform((&play{}).region(placeA, puppetFree+64, []byte(doc)).call("query_chain", placeA).result(puppetHeap, 1_000))
	}
	for _, n := range []uint32{65_528, 65_536, 65_537} {
		l.perform((&play{}).words(opFill, dataA, (n+7)/8*8, ' ').poke(placeA, regionBytes(dataA, n, n)).call("query_chain", placeA))
	}
}

// Memory grows to its limit and not beyond, whatever the step.
func TestMemoryGrowth(t *testing.T) {
	l := newPuppets(t)
	for _, step := range []uint32{0, 1, 17, 100, 494, 495, 496, 511, 512, 513, 65_535, 65_536, 0x7fff_ffff, 0xffff_ffff} {
		p := &play{}
		for range 12 {
			p.words(opGrow, step)
		}
		l.perform(p.result(puppetAnswers, 8*14))
		l.perform(p.words(opFill, puppetEnd, 8, 1).result(puppetEnd, 8))
		l.perform(p.words(opFill, 512*65_536-8, 8, 1).result(512*65_536-8, 8))
		l.perform(p.words(opFill, 512*65_536-7, 8, 1))
	}
}
