package vm

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"

	"github.com/weftchain/weft/vm/internal/wat"
)

const (
	answerAt    = 4 << 20 // where allocate of these guests says data goes
	answerBytes = 300_000
)

// priceGuest is a contract whose allocate answers with the same Region always.
func priceGuest(names ...string) *guest {
	g := newGuest(names...)
	g.Memory(200)
	g.Export("memory", wat.MemoryKind, 0)
	g.ExportFunc("allocate", wat.T(wat.I32), wat.T(wat.I32), nil, wat.I32Const(scratch))
	g.ExportFunc("deallocate", wat.T(wat.I32), nil, nil, nil)
	g.ExportFunc("interface_version_8", nil, nil, nil, nil)
	return g.with(scratch, answerAt, answerBytes, 0)
}

// hostCalls repeats a call of an import with Regions of n bytes.
func hostCalls(name, what string, n uint32, args ...int32) price {
	g := priceGuest(name).with(regionA, 4096, n, n).with(regionB, 300_000, n, n)
	g.entry(forever(wat.Repeat(20, g.call(name, args...), g.dropResult(name))))
	return price{name: strings.TrimSpace(name + " " + what), code: g.Bytes()}
}

// sortedStore is a memStore that sorts once.
type sortedStore struct {
	*memStore
	keys []string
}

func (s *sortedStore) Scan([]byte, []byte, bool) (Iterator, uint64, error) {
	return &memIterator{store: s.memStore, keys: s.keys}, priceScan, nil
}

// importPrices has a line for each import but those that reckon, with the inputs
// that cost it most. What its backends take and charge is the test's.
func importPrices() []price {
	store := &memStore{entries: map[string]string{}}
	for i := range 1_000 {
		store.entries[fmt.Sprint("key ", i)] = strings.Repeat("v", 100)
	}
	sorted := &sortedStore{store, slices.Sorted(maps.Keys(store.entries))}
	store.entries[strings.Repeat("\x00", 60_000)] = strings.Repeat("v", 128<<10)
	list := []price{
		hostCalls("db_read", "of nothing", 10, regionA),
		hostCalls("db_read", "of 128 KiB under a key of 60 kB", 60_000, regionA),
		hostCalls("db_write", "of 10 bytes", 10, regionA, regionB),
		hostCalls("db_write", "of 60 kB", 60_000, regionA, regionB),
		hostCalls("db_remove", "of 10 bytes", 10, regionA),
		hostCalls("db_remove", "of 60 kB", 60_000, regionA),
		scanPrice("db_next"), scanPrice("db_next_key"), scanPrice("db_next_value"),
		hostCalls("addr_validate", "of 256 bytes", 256, regionA),
		addressPrice("addr_canonicalize"),
		addressPrice("addr_humanize"),
		hostCalls("query_chain", "of nothing", 0, regionA),
		hostCalls("query_chain", "of 60 kB", 60_000, regionA),
		hostCalls("debug", "of nothing", 0, regionA),
		hostCalls("debug", "of 2 MiB that are no text", 2<<20, regionA),
		abortPrice("of 2 MiB that are no text", 2<<20),
	}
	for i := range list {
		list[i].call = func(c *Call) { c.Storage, c.Debug = sorted, func(string) {} }
	}
	return list
}

// scanPrice takes 20 entries of each iterator.
func scanPrice(next string) price {
	g := priceGuest("db_scan", next)
	g.entry(forever(g.call("db_scan", 0, 0, orderDescending), wat.LocalSet(0),
		wat.Repeat(20, wat.LocalGet(0), wat.Call(g.env[next]), wat.Drop)))
	return price{name: "db_scan with 20 " + next, code: g.Bytes()}
}

// addressPrice gives the answer room.
func addressPrice(name string) price {
	g := priceGuest(name).region(regionA, dataA, strings.Repeat("a", 32)).with(regionB, 8192, 1_000, 0)
	g.entry(forever(wat.Repeat(20, g.call(name, regionA, regionB), wat.Drop)))
	return price{name: name, code: g.Bytes()}
}

func abortPrice(what string, n uint32) price {
	g := priceGuest("abort").with(regionA, 4096, n, n)
	g.Data(4096, bytes.Repeat([]byte{0xff}, int(n)))
	g.entry(g.call("abort", regionA), wat.I32Const(resultRegion))
	return price{name: "abort " + what, code: g.Bytes(), gas: 10_000_000_000, once: true}
}

// cryptoPrice repeats a call of an import with these inputs, behind an argument
// before them or in front of one after them.
func cryptoPrice(name, what string, before, after []byte, inputs ...[]byte) price {
	g := priceGuest(name)
	at, offset, args := int32(blsRegions), int32(answerAt+answerBytes), bytes.Clone(before)
	for _, in := range inputs {
		g.Data(at, regionOf(uint32(offset), uint32(len(in)), uint32(len(in))))
		if len(bytes.Trim(in, "\x00")) > 0 { // memory is zero as it is
			g.Data(offset, in)
		}
		args = append(args, wat.I32Const(at)...)
		at, offset = at+16, offset+int32(len(in))+1
	}
	g.with(regionA, 4096, 300, 0)
	g.entry(forever(wat.Repeat(20, args, after, wat.Call(g.env[name]), wat.Drop)))
	return price{name: strings.TrimSpace(name + " " + what), code: g.Bytes(), gas: 25_000_000_000}
}

// cryptoPrices has lines for the imports that reckon, as BenchmarkCrypto does
// for the functions behind them.
func cryptoPrices() []price {
	sum := sha256.Sum256([]byte("sample"))
	k1, r1 := k1Pair(), r1Pair()
	key, long := ed25519.NewKeyFromSeed(sum[:]), make([]byte, edMessageBytes)
	sigs := encodeSections(slices.Repeat([][]byte{ed25519.Sign(key, sum[:])}, maxEdBatchEntries)...)
	longSigs := encodeSections(slices.Repeat([][]byte{ed25519.Sign(key, long)}, maxEdBatchEntries)...)
	keys := encodeSections(slices.Repeat([][]byte{key[32:]}, maxEdBatchEntries)...)
	messages := encodeSections(slices.Repeat([][]byte{sum[:]}, maxEdBatchEntries)...)
	const pairs = 64
	g1s, g2s := bytes.Repeat(blsMul1(5), pairs), bytes.Repeat(blsMul2(7), pairs)
	first, out := wat.I32Const(0), wat.I32Const(regionA)
	return []price{
		cryptoPrice("secp256k1_verify", "", nil, nil, sum[:], k1.sign(sum[:]), k1.compressed),
		cryptoPrice("secp256k1_recover_pubkey", "", nil, first, sum[:], k1.sign(sum[:])),
		cryptoPrice("secp256r1_verify", "", nil, nil, sum[:], r1.sign(sum[:]), r1.compressed),
		cryptoPrice("secp256r1_recover_pubkey", "", nil, first, sum[:], r1.sign(sum[:])),
		cryptoPrice("ed25519_verify", "of 32 bytes", nil, nil, sum[:], ed25519.Sign(key, sum[:]), key[32:]),
		cryptoPrice("ed25519_verify", "of 128 KiB", nil, nil, long, ed25519.Sign(key, long), key[32:]),
		cryptoPrice("ed25519_batch_verify", "of 256", nil, nil, messages, sigs, keys),
		cryptoPrice("ed25519_batch_verify", "of 256, one key", nil, nil, messages, sigs, encodeSections(key[32:])),
		cryptoPrice("ed25519_batch_verify", "of 256, 128 KiB", nil, nil, encodeSections(long), longSigs, keys),
		cryptoPrice("bls12_381_aggregate_g1", "of 64", nil, out, g1s),
		cryptoPrice("bls12_381_aggregate_g2", "of 64", nil, out, g2s),
		cryptoPrice("bls12_381_pairing_equality", "of 1", nil, nil, g1s[:blsG1Bytes], g2s[:blsG2Bytes], g1s[:blsG1Bytes], g2s[:blsG2Bytes]),
		cryptoPrice("bls12_381_pairing_equality", "of 64", nil, nil, g1s, g2s, g1s[:blsG1Bytes], g2s[:blsG2Bytes]),
		cryptoPrice("bls12_381_hash_to_g1", "of 32 bytes", first, out, sum[:], sum[:]),
		cryptoPrice("bls12_381_hash_to_g1", "of 5 MiB", first, out, make([]byte, blsMessageBytes), make([]byte, blsDstBytes)),
		cryptoPrice("bls12_381_hash_to_g2", "of 32 bytes", first, out, sum[:], sum[:]),
	}
}
