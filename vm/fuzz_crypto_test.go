package vm

import (
	"bytes"
	"context"
	"crypto/sha256"
	"slices"
	"testing"

	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
	"github.com/weftchain/weft/vm/rewrite"
)

// Codes that the reference documents, by function.
var (
	codesECDSA     = []cryptoCode{0, 1, 3, 4, 5, 10}
	codesRecover   = []cryptoCode{0, 3, 4, 6, 10}
	codesEd25519   = []cryptoCode{0, 1, 4, 5}
	codesBatch     = []cryptoCode{0, 1, 4, 5, 7}
	codesAggregate = []cryptoCode{0, 8, 14, 15}
	codesPairing   = []cryptoCode{0, 1, 8, 11, 12, 13}
	codesHash      = []cryptoCode{0, 9}
)

// FuzzECDSA calls both curves with anything. What recovers a key is valid with
// that key.
func FuzzECDSA(f *testing.F) {
	sum := sha256.Sum256([]byte("sample"))
	for _, k := range []keyPair{k1Pair(), r1Pair()} {
		f.Add(sum[:], k.sign(sum[:]), k.pubkey, byte(0))
		f.Add(sum[:], k.negateS(k.sign(sum[:])), k.compressed, byte(1))
		f.Add(make([]byte, 32), bytes.Repeat([]byte{0, 0, 0, 0, 0, 0, 0, 1}, 8), k.compressed, byte(2))
		f.Add(sum[:], append(k.order.Bytes(), k.order.Bytes()...), append([]byte{7}, k.pubkey[1:]...), byte(3))
	}
	f.Fuzz(func(t *testing.T, hash, sig, key []byte, param byte) {
		for _, curve := range []struct {
			verify  func(hash, sig, pubkey []byte) cryptoCode
			recover func(hash, sig []byte, param byte) ([]byte, cryptoCode)
		}{{secp256k1Verify, secp256k1Recover}, {secp256r1Verify, secp256r1Recover}} {
			code := curve.verify(hash, sig, key)
			require.Contains(t, codesECDSA, code)
			require.Equal(t, code, curve.verify(hash, sig, key))
			for _, p := range []byte{param, param & 3} {
				found, code := curve.recover(hash, sig, p)
				require.Contains(t, codesRecover, code)
				again, _ := curve.recover(hash, sig, p)
				require.Equal(t, found, again)
				if code == cryptoValid {
					require.Len(t, found, uncompressedPubkeyBytes)
					require.Equal(t, cryptoValid, curve.verify(hash, sig, found))
				}
			}
		}
	})
}

// FuzzEd25519 calls both functions with anything. A batch is valid exactly if
// each of its signatures is.
func FuzzEd25519(f *testing.F) {
	key := ed25519.NewKeyFromSeed(make([]byte, 32))
	sig := ed25519.Sign(key, []byte("m"))
	f.Add([]byte("m"), sig, []byte(key[32:]), encodeSections([]byte("m")), encodeSections(sig, sig), encodeSections(key[32:], key[32:]))
	f.Add([]byte("m"), append(make([]byte, 63), 1), make([]byte, 32), encodeSections([]byte("m"), nil), encodeSections(sig, sig), encodeSections(key[32:]))
	f.Add([]byte{}, make([]byte, 64), append([]byte{1}, make([]byte, 31)...), []byte{}, []byte{}, []byte{})
	f.Fuzz(func(t *testing.T, message, sig, key, messages, sigs, keys []byte) {
		code := ed25519Verify(message, sig, key)
		require.Contains(t, codesEd25519, code)
		require.Equal(t, code, ed25519Verify(message, sig, key))
		one := func(b []byte) sections {
			s, err := checkSections(encodeSections(b))
			require.NoError(t, err)
			return s
		}
		require.Equal(t, code, ed25519Batch(one(message), one(sig), one(key)))
		var lists [3]sections
		for i, data := range [][]byte{messages, sigs, keys} {
			var err error
			if lists[i], err = checkSections(data); err != nil {
				return
			}
		}
		require.Contains(t, codesBatch, ed25519Batch(lists[0], lists[1], lists[2]))
	})
}

// FuzzBLS calls all BLS functions with anything. What comes out can go in.
func FuzzBLS(f *testing.F) {
	f.Add(blsGenerator1, blsGenerator2, blsGenerator1, blsGenerator2)
	f.Add(joined(blsMul1(2), blsMul1(3)), joined(blsMul2(5), blsMul2(7)), blsMul1(31), blsGenerator2)
	f.Add(joined(blsInfinity1, blsGenerator1), joined(blsGenerator2, blsInfinity2), blsInfinity1, blsInfinity2)
	f.Add([]byte{}, []byte("tag"), bytes.Repeat([]byte{255}, 48), bytes.Repeat([]byte{0xa0}, 300))
	f.Fuzz(func(t *testing.T, ps, qs, r, s []byte) {
		sum1, code := blsAggregateG1(ps)
		require.Contains(t, codesAggregate, code)
		if code == cryptoValid {
			again, code := blsAggregateG1(joined(sum1, blsInfinity1))
			require.Equal(t, cryptoValid, code)
			require.Equal(t, sum1, again)
			twice, code := blsAggregateG1(joined(ps, negated(sum1)))
			if !bytes.Equal(sum1, blsInfinity1) {
				require.Equal(t, cryptoValid, code)
				require.Equal(t, blsInfinity1, twice)
			}
		}
		sum2, code := blsAggregateG2(qs)
		require.Contains(t, codesAggregate, code)
		if code == cryptoValid {
			again, code := blsAggregateG2(joined(sum2, blsInfinity2))
			require.Equal(t, cryptoValid, code)
			require.Equal(t, sum2, again)
		}
		code = blsPairingEquality(ps, qs, r, s)
		require.Contains(t, codesPairing, code)
		require.Equal(t, code, blsPairingEquality(ps, qs, r, s))
		for _, hash := range []func(message, dst []byte) ([]byte, error){blsHashToG1, blsHashToG2} {
			point, err := hash(ps, s)
			require.NoError(t, err)
			again, err := hash(ps, s)
			require.NoError(t, err)
			require.Equal(t, point, again)
		}
	})
}

// FuzzCryptoImports calls any crypto import with any arguments over any memory:
// a documented code, a Region, or the contract's failure, never a fault.
func FuzzCryptoImports(f *testing.F) {
	codes := map[string][]cryptoCode{
		"secp256k1_verify": codesECDSA, "secp256r1_verify": codesECDSA,
		"secp256k1_recover_pubkey": codesRecover, "secp256r1_recover_pubkey": codesRecover,
		"ed25519_verify": codesEd25519, "ed25519_batch_verify": codesBatch,
		"bls12_381_aggregate_g1": codesAggregate, "bls12_381_aggregate_g2": codesAggregate,
		"bls12_381_pairing_equality": codesPairing, "bls12_381_hash_to_g1": codesHash, "bls12_381_hash_to_g2": codesHash,
	}
	var names []string
	for name := range codes {
		names = append(names, name)
	}
	slices.Sort(names)
	for i := range names {
		memory := joined(regionOf(pageBytes/2, 64, 64), regionOf(pageBytes/2, 32, 32), regionOf(pageBytes/2, 96, 48), regionOf(pageBytes/2, 96, 96))
		f.Add(byte(i), uint32(dataA), uint32(dataA+12), uint32(dataA+24), uint32(dataA+36), memory, blsGenerator2)
		f.Add(byte(i), uint32(0), uint32(dataA), uint32(dataA+36), uint32(dataA+36), memory, blsGenerator1)
		f.Add(byte(i), uint32(dataA+12), uint32(dataA), uint32(1), uint32(1<<32-4), memory, []byte{})
	}
	code := newGuest().entry(wat.I32Const(resultRegion)).code()
	f.Fuzz(func(t *testing.T, which byte, a, b, c, d uint32, regions, data []byte) {
		name := names[int(which)%len(names)]
		answer := func() (uint64, uint64, error) {
			return rawImport(t, code, name, []uint64{uint64(a), uint64(b), uint64(c), uint64(d)}, regions, data)
		}
		got, left, err := answer()
		again, leftAgain, errAgain := answer()
		require.Equal(t, got, again)
		require.Equal(t, left, leftAgain)
		require.Equal(t, errorText(err), errorText(errAgain))
		if err != nil {
			require.False(t, isFault(err), "%v", err)
			return
		}
		if slices.Equal(codes[name], codesRecover) {
			require.True(t, got != 0 && (got>>32 == 0 || uint32(got) == 0), "a Region or a code: %x", got)
			got >>= cryptoHighHalf
		}
		require.Contains(t, codes[name], cryptoCode(got))
	})
}

// rawImport calls an import over a memory with Regions at dataA and data in the
// middle of the page.
func rawImport(t *testing.T, code []byte, name string, stack []uint64, regions, data []byte) (answer, left uint64, err error) {
	t.Helper()
	e := sharedEngine(t)
	c, _ := testCall(code)
	loaded, err := e.load(c.Code)
	require.NoError(t, err)
	defer e.memory.release(loaded)
	inst, err := e.pool.acquire(loaded.compiled)
	require.NoError(t, err)
	defer func() { require.NoError(t, e.pool.release(inst, true)) }()
	run := &call{Context: context.Background(), Call: c, inst: inst}
	run.setLeft(testGasLimit)
	inst.depth.Set(rewrite.StackBudget)
	require.True(t, inst.memory.Write(dataA, regions[:min(len(regions), dataC-dataA)]))
	require.True(t, inst.memory.Write(pageBytes/2, data[:min(len(data), pageBytes/2)]))
	im := imports[importIndex(name)]
	err = run.host(im.call, stack)
	if im.result == 0x7f {
		stack[0] = uint64(uint32(stack[0]))
	}
	return stack[0], run.left(), err
}
