package vm

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	k1ecdsa "github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
	"github.com/weftchain/weft/vm/rewrite"
)

func fromHex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

// cryptoGuest calls a crypto import with Regions of the inputs and returns its
// answer as eight bytes.
func cryptoGuest(name string, last []byte, inputs ...[]byte) []byte {
	g := newGuest(name)
	g.Memory(16)
	offset := int32(pageBytes)
	var args []byte
	for i, in := range inputs {
		at := regionA + 16*int32(i)
		g.region(at, offset, string(in))
		offset += int32(len(in)) + 1
		args = append(args, wat.I32Const(at)...)
	}
	args = append(args, last...)
	var widen []byte
	if imports[importIndex(name)].result == 0x7f {
		widen = []byte{wat.I64ExtendI32U}
	}
	g.Data(regionC+16, regionOf(dataC+64, 8, 8))
	g.entry(wat.I32Const(dataC+64), args, wat.Call(g.env[name]), widen, wat.Store(wat.I64Store, 0), wat.I32Const(regionC+16))
	return g.code()
}

// cryptoCall returns the answer and the gas of the import beyond host call and
// Regions.
func cryptoCall(t *testing.T, name string, last []byte, inputs ...[]byte) (answer, gas uint64) {
	t.Helper()
	res, _, err := runCode(t, cryptoGuest(name, last, inputs...), func(*Call) {})
	require.NoError(t, err)
	gas = res.GasUsed - gasHostCall - readCost(8)
	for _, in := range inputs {
		gas -= readCost(uint32(len(in)))
	}
	return binary.LittleEndian.Uint64(res.Data), gas - gas%1_000_000
}

type keyPair struct {
	pubkey, compressed []byte
	sign               func(hash []byte) []byte
	order              *big.Int
}

func k1Pair() keyPair {
	key := secp256k1.PrivKeyFromBytes(bytes.Repeat([]byte{7}, 32))
	return keyPair{
		key.PubKey().SerializeUncompressed(), key.PubKey().SerializeCompressed(),
		func(hash []byte) []byte { return k1ecdsa.SignCompact(key, hash, false)[1:] }, secp256k1.Params().N,
	}
}

// The key and the signature of "sample" in RFC 6979, A.2.5.
func r1Pair() keyPair {
	pubkey := fromHex("0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299")
	sig := fromHex("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8")
	return keyPair{
		pubkey, append([]byte{2 + pubkey[64]&1}, pubkey[1:33]...),
		func([]byte) []byte { return bytes.Clone(sig) }, elliptic.P256().Params().N,
	}
}

// negateS makes a low s high and a high s low.
func (k keyPair) negateS(sig []byte) []byte {
	out := bytes.Clone(sig)
	s := new(big.Int).SetBytes(sig[32:])
	s.Sub(k.order, s).FillBytes(out[32:])
	return out
}

func TestECDSA(t *testing.T) {
	sum := sha256.Sum256([]byte("sample"))
	hash := sum[:]
	for curve, test := range map[string]struct {
		pair                  keyPair
		verifyGas, recoverGas uint64
		params                int
	}{
		"secp256k1": {k1Pair(), gasK1Verify, gasK1Recover, 2},
		"secp256r1": {r1Pair(), gasR1Verify, gasR1Recover, 4},
	} {
		t.Run(curve, func(t *testing.T) {
			k := test.pair
			sig := k.sign(hash)
			flip := func(b []byte, i int) []byte { c := bytes.Clone(b); c[i] ^= 1; return c }
			put := func(at int, n *big.Int) []byte {
				c := bytes.Clone(sig)
				n.FillBytes(c[at : at+32])
				return c
			}
			for name, v := range map[string]struct {
				hash, sig, pubkey []byte
				code              cryptoCode
			}{
				"valid":                {hash, sig, k.pubkey, 0},
				"compressed":           {hash, sig, k.compressed, 0},
				"other s":              {hash, k.negateS(sig), k.pubkey, 0},
				"other hash":           {flip(hash, 0), sig, k.pubkey, 1},
				"other r":              {hash, flip(sig, 5), k.pubkey, 1},
				"other key":            {hash, sig, flip(k.compressed, 0), 1},
				"hash of 31":           {hash[1:], sig, k.pubkey, 3},
				"no hash":              {nil, nil, nil, 3},
				"signature of 63":      {hash, sig[1:], k.pubkey, 4},
				"no signature":         {hash, nil, k.pubkey, 4},
				"r = 0":                {hash, put(0, new(big.Int)), k.pubkey, 10},
				"s = 0":                {hash, put(32, new(big.Int)), k.pubkey, 10},
				"r = n":                {hash, put(0, k.order), k.pubkey, 10},
				"s = n":                {hash, put(32, k.order), k.pubkey, 10},
				"s = 2^256-1":          {hash, append(bytes.Clone(sig[:32]), bytes.Repeat([]byte{255}, 32)...), k.pubkey, 10},
				"no key":               {hash, sig, nil, 5},
				"infinity":             {hash, sig, []byte{0}, 5},
				"key of 32":            {hash, sig, k.compressed[:32], 5},
				"prefix 5":             {hash, sig, append([]byte{5}, k.compressed[1:]...), 5},
				"hybrid":               {hash, sig, append([]byte{6 + k.pubkey[64]&1}, k.pubkey[1:]...), 5},
				"long with prefix 2":   {hash, sig, append([]byte{2}, k.pubkey[1:]...), 5},
				"short with prefix 4":  {hash, sig, append([]byte{4}, k.compressed[1:]...), 5},
				"not on the curve":     {hash, sig, flip(k.pubkey, 64), 10},
				"x beyond the field":   {hash, sig, append([]byte{2}, bytes.Repeat([]byte{255}, 32)...), 10},
				"bad r, then bad key":  {hash, put(0, new(big.Int)), flip(k.pubkey, 64), 10},
				"bad format, bad r":    {hash, put(0, new(big.Int)), nil, 5},
				"s and hash both zero": {make([]byte, 32), put(32, new(big.Int)), k.pubkey, 10},
			} {
				code, gas := cryptoCall(t, curve+"_verify", nil, v.hash, v.sig, v.pubkey)
				require.Equal(t, uint64(v.code), code, name)
				require.Equal(t, test.verifyGas, gas, name)
			}

			found := 0
			for param := int32(-1); param <= 256; param++ {
				if param > 5 && param < 254 {
					continue
				}
				answer, gas := cryptoCall(t, curve+"_recover_pubkey", wat.I32Const(param), hash, sig)
				switch {
				case param < 0 || param > 255:
					require.Equal(t, uint64(6)<<32, answer)
					require.Zero(t, gas, "not charged for what is no byte")
				case int(param) >= test.params:
					require.Equal(t, uint64(6)<<32, answer)
					require.Equal(t, test.recoverGas, gas)
				case param > 1:
					require.Equal(t, uint64(10)<<32, answer, "r + n is no x of a point here")
				default:
					require.Zero(t, answer>>32)
					require.NotZero(t, answer)
					if bytes.Equal(recoverRegion(t, curve, hash, sig, param), k.pubkey) {
						found++
						require.Equal(t, k.pubkey, recoverRegion(t, curve, hash, k.negateS(sig), param^1), "high and low s")
					}
				}
			}
			require.Equal(t, 1, found)
			for _, v := range []struct {
				hash, sig []byte
				code      uint64
			}{{hash[1:], sig, 3}, {hash, sig[1:], 4}, {hash, put(0, k.order), 10}, {hash, put(32, new(big.Int)), 10}} {
				answer, _ := cryptoCall(t, curve+"_recover_pubkey", wat.I32Const(0), v.hash, v.sig)
				require.Equal(t, v.code<<32, answer)
			}
		})
	}
}

// recoverRegion returns the key itself.
func recoverRegion(t *testing.T, curve string, hash, sig []byte, param int32) []byte {
	t.Helper()
	name := curve + "_recover_pubkey"
	g := newGuest(name).region(regionA, dataA, string(hash)).region(regionB, dataB, string(sig))
	g.entry(g.call(name, regionA, regionB, param), wat.I32WrapI64)
	res, _, err := run(t, g)
	require.NoError(t, err)
	return res.Data
}

// Recovering agrees with signing for many keys and hashes.
func TestRecoverAgreesWithVerify(t *testing.T) {
	for i := range 64 {
		seed := sha256.Sum256([]byte{byte(i)})
		hash := sha256.Sum256(seed[:])
		k1 := secp256k1.PrivKeyFromBytes(seed[:])
		sig := k1ecdsa.SignCompact(k1, hash[:], false)
		key, code := secp256k1Recover(hash[:], sig[1:], sig[0]-27)
		require.Equal(t, cryptoValid, code)
		require.Equal(t, k1.PubKey().SerializeUncompressed(), key)

		d := new(big.Int).SetBytes(seed[:])
		r1, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), d.FillBytes(make([]byte, 32)))
		require.NoError(t, err)
		pubkey, err := r1.PublicKey.Bytes()
		require.NoError(t, err)
		r, s, err := ecdsa.Sign(zeroReader{}, r1, hash[:])
		require.NoError(t, err)
		rs := append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
		require.Equal(t, cryptoValid, secp256r1Verify(hash[:], rs, pubkey))
		hits := 0
		for param := range byte(2) {
			got, code := secp256r1Recover(hash[:], rs, param)
			require.Equal(t, cryptoValid, code)
			require.Equal(t, cryptoValid, secp256r1Verify(hash[:], rs, got), "every recovered key verifies")
			if bytes.Equal(got, pubkey) {
				hits++
			}
		}
		require.Equal(t, 1, hits)
	}
	// A hash of zero: Q = r⁻¹·s·R.
	key, code := secp256r1Recover(make([]byte, 32), r1Pair().sign(nil), 0)
	require.Equal(t, cryptoValid, code)
	require.Equal(t, cryptoValid, secp256r1Verify(make([]byte, 32), r1Pair().sign(nil), key))
}

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) { return len(p), nil }

// The points of small order and their odd encodings are where verifiers differ:
// with A and R among them and s = 0, ZIP-215 accepts every message.
func TestEd25519(t *testing.T) {
	pubkey := fromHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a") // RFC 8032, test 1
	sig := fromHex("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")
	verify := func(message, sig, pubkey []byte) uint64 {
		code, gas := cryptoCall(t, "ed25519_verify", nil, message, sig, pubkey)
		require.Equal(t, uint64(gasEd25519Verify), gas)
		return code
	}
	require.Equal(t, uint64(0), verify(nil, sig, pubkey))
	require.Equal(t, uint64(1), verify([]byte("x"), sig, pubkey))
	require.Equal(t, uint64(4), verify(nil, sig[1:], pubkey))
	require.Equal(t, uint64(4), verify(nil, nil, nil))
	require.Equal(t, uint64(5), verify(nil, sig, pubkey[1:]))
	require.Equal(t, uint64(1), verify(nil, sig, bytes.Repeat([]byte{255}, 32)), "no point")
	high := bytes.Clone(sig)
	order, _ := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	s := new(big.Int).SetBytes(reversed(sig[32:]))
	copy(high[32:], reversed(s.Add(s, order).FillBytes(make([]byte, 32))))
	require.Equal(t, uint64(1), verify(nil, high, pubkey), "s is not canonical")

	small := [][]byte{
		fromHex("0100000000000000000000000000000000000000000000000000000000000000"), // order 1
		fromHex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"), // order 2
		fromHex("0000000000000000000000000000000000000000000000000000000000000000"), // order 4
		fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), // order 8
		fromHex("0100000000000000000000000000000000000000000000000000000000000080"), // x = -0
		fromHex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"), // y = p + 1
		fromHex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"), // y = p, x negative
	}
	var messages, sigs, keys [][]byte
	for _, a := range small {
		for _, r := range small {
			sig := append(bytes.Clone(r), make([]byte, 32)...)
			require.Equal(t, cryptoValid, ed25519Verify([]byte("Zcash"), sig, a), "A %x R %x", a, r)
			messages, sigs, keys = append(messages, []byte("Zcash")), append(sigs, sig), append(keys, a)
		}
	}
	code, gas := cryptoCall(t, "ed25519_batch_verify", nil, encodeSections(messages...), encodeSections(sigs...), encodeSections(keys...))
	require.Zero(t, code)
	require.Equal(t, uint64(gasEdBatchBase+49*gasEdBatchPerSig), gas)
}

func reversed(b []byte) []byte {
	out := make([]byte, len(b))
	for i := range b {
		out[len(b)-1-i] = b[i]
	}
	return out
}

func TestEd25519Batch(t *testing.T) {
	var ms, ss, ks, same [][]byte // n messages of n keys; and one message of all keys
	first := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, 32))
	var oneKey [][]byte
	for i := range 3 {
		key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{byte(i + 1)}, 32))
		m := []byte(strings.Repeat("m", i))
		ms, ss, ks = append(ms, m), append(ss, ed25519.Sign(key, m)), append(ks, key[32:])
		same = append(same, ed25519.Sign(key, []byte("all")))
		oneKey = append(oneKey, ed25519.Sign(first, m))
	}
	bad := append([][]byte{bytes.Clone(ss[0])}, ss[1:]...)
	bad[0][3] ^= 1
	list := func(l ...[]byte) [][]byte { return l }
	for name, test := range map[string]struct {
		ms, ss, ks [][]byte
		code       uint64
	}{
		"n of each":          {ms, ss, ks, 0},
		"1 message, n and n": {list([]byte("all")), same, ks, 0},
		"n and n, 1 key":     {ms, oneKey, ks[:1], 0},
		"1 1 1":              {ms[:1], ss[:1], ks[:1], 0},
		"empty":              {nil, nil, nil, 0},
		"1 0 0":              {ms[:1], nil, nil, 0},
		"0 0 1":              {nil, nil, ks[:1], 0},
		"one bad":            {ms, bad, ks, 1},
		"2 3 3":              {ms[:2], ss, ks, 7},
		"3 2 3":              {ms, ss[:2], ks, 7},
		"3 3 2":              {ms, ss, ks[:2], 7},
		"0 1 1":              {nil, ss[:1], ks[:1], 7},
		"1 1 0":              {ms[:1], ss[:1], nil, 7},
		"short signature":    {ms, list(ss[0], ss[1], ss[2][1:]), ks, 4},
		"short key":          {ms, ss, list(ks[0], ks[1][1:], ks[2]), 5},
		"key before a bad":   {ms, bad, list(ks[0], ks[1], nil), 5},
	} {
		code, gas := cryptoCall(t, "ed25519_batch_verify", nil, encodeSections(test.ms...), encodeSections(test.ss...), encodeSections(test.ks...))
		require.Equal(t, test.code, code, name)
		want := uint64(gasEdBatchBase + gasEdBatchPerSig*len(test.ss))
		if len(test.ks) == 1 {
			want = uint64(gasEdOneKeyBase + gasEdOneKeyPerSig*len(test.ss))
		}
		require.Equal(t, want, gas, name)
	}
	// Further passes over one message are paid beyond what is free.
	const free = rewrite.FreeExcess / gasEdRepeatedByte / 2
	for over, passes := range map[int]int{0: 0, 1: 2} {
		long := make([]byte, free+over)
		code, gas := cryptoCall(t, "ed25519_batch_verify", nil, encodeSections(long), encodeSections(same...), encodeSections(ks...))
		require.EqualValues(t, 1, code)
		want := uint64(gasEdBatchBase + 3*gasEdBatchPerSig + gasEdRepeatedByte*passes*len(long))
		require.Equal(t, want-want%1_000_000, gas)
	}
	_, gas := cryptoCall(t, "ed25519_batch_verify", nil, encodeSections(make([]byte, free+1)), encodeSections(same...), encodeSections(ks[0]))
	require.EqualValues(t, gasEdOneKeyBase+3*gasEdOneKeyPerSig, gas, "nothing is hashed for unequal numbers")
	for _, broken := range []string{"\x01", "\x00\x00\x00", "\x00\x00\x00\x01", "x\x00\x00\x00\x00"} {
		_, _, err := runCode(t, cryptoGuest("ed25519_batch_verify", nil, []byte(broken), nil, nil), func(*Call) {})
		requireKind(t, KindCommunication, "Got an invalid section", err)
	}
}

// Millions of empty sections cost their bytes and a signature each before
// anything is made of them.
func TestManyEmptySections(t *testing.T) {
	many := make([]byte, 400_000)
	code, _ := cryptoCall(t, "ed25519_batch_verify", nil, many, nil, nil)
	require.Equal(t, uint64(7), code)
	_, _, err := runCode(t, cryptoGuest("ed25519_batch_verify", nil, nil, make([]byte, 17_408), nil), func(c *Call) { c.GasLimit = 1_000_000_000 })
	requireKind(t, KindOutOfGas, "", err)
}

// BenchmarkCrypto measures each function at the inputs that cost most for their
// gas, reading included. The unit "x" is time over price, at 10^12 gas a second.
func BenchmarkCrypto(b *testing.B) {
	sum := sha256.Sum256([]byte("sample"))
	k1, r1 := k1Pair(), r1Pair()
	sigK1, sigR1 := k1.sign(sum[:]), r1.sign(sum[:])
	key := ed25519.NewKeyFromSeed(sum[:])
	long := make([]byte, edMessageBytes)
	sigEd, sigLong := ed25519.Sign(key, sum[:]), ed25519.Sign(key, long)
	const pairs = 64
	g1s, g2s := bytes.Repeat(blsMul1(5), pairs), bytes.Repeat(blsMul2(7), pairs)
	tag := bytes.Repeat([]byte("d"), blsDstBytes)
	batch := func(message []byte, sig []byte, n int) (messages, sigs, keys sections) {
		encoded := func(one []byte, n int) sections {
			s, err := checkSections(encodeSections(slices.Repeat([][]byte{one}, n)...))
			require.NoError(b, err)
			return s
		}
		return encoded(message, 1), encoded(sig, n), encoded(key[32:], n)
	}
	m1, s1, p1 := batch(sum[:], sigEd, maxEdBatchEntries)
	m2, s2, p2 := batch(long, sigLong, maxEdBatchEntries)
	m3, s3, p3 := batch(sum[:], sigEd, 1)
	for _, c := range []struct {
		name  string
		gas   uint64
		bytes uint32 // read
		f     func()
	}{
		{"secp256k1 verify", gasK1Verify, 161, func() { secp256k1Verify(sum[:], sigK1, k1.compressed) }},
		{"secp256k1 recover", gasK1Recover, 96, func() { secp256k1Recover(sum[:], sigK1, 0) }},
		{"secp256r1 verify", gasR1Verify, 161, func() { secp256r1Verify(sum[:], sigR1, r1.compressed) }},
		{"secp256r1 recover", gasR1Recover, 96, func() { secp256r1Recover(sum[:], sigR1, 0) }},
		{"ed25519 verify", gasEd25519Verify, 128, func() { ed25519Verify(sum[:], sigEd, key[32:]) }},
		{"ed25519 verify 128 KiB", gasEd25519Verify, edMessageBytes, func() { ed25519Verify(long, sigLong, key[32:]) }},
		{"ed25519 batch 1", gasEdOneKeyBase + gasEdOneKeyPerSig, 150, func() { ed25519Batch(m3, s3, p3) }},
		{"ed25519 batch 256", gasEdBatchBase + 256*gasEdBatchPerSig, 27_000, func() { ed25519Batch(m1, s1, p1) }},
		{"ed25519 batch 256 of 128 KiB", gasEdBatchBase + 256*gasEdBatchPerSig, edMessageBytes, func() { ed25519Batch(m2, s2, p2) }},
		{"bls aggregate g1", gasBlsG1Base + pairs*gasBlsG1PerPoint, pairs * blsG1Bytes, func() { blsAggregateG1(g1s) }},
		{"bls aggregate g2", gasBlsG2Base + pairs*gasBlsG2PerPoint, pairs * blsG2Bytes, func() { blsAggregateG2(g2s) }},
		{"bls pairing 1", gasBlsPairingBase + 2*gasBlsPairingPerPt, 288, func() { blsPairingEquality(g1s[:48], g2s[:96], g1s[:48], g2s[:96]) }},
		{"bls pairing 64", gasBlsPairingBase + 65*gasBlsPairingPerPt, pairs * 144, func() { blsPairingEquality(g1s, g2s, g1s[:48], g2s[:96]) }},
		{"bls hash to g1", gasBlsHashG1, 0, func() { _, _ = blsHashToG1(sum[:], sum[:]) }},
		{"bls hash to g2", gasBlsHashG2, 0, func() { _, _ = blsHashToG2(sum[:], sum[:]) }},
		{"bls hash to g1 5 MiB", gasBlsHashG1, blsMessageBytes, func() { _, _ = blsHashToG1(make([]byte, blsMessageBytes), tag) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				c.f()
			}
			gas := c.gas + gasHostCall + readCost(c.bytes)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)*1000/float64(gas), "x")
		})
	}
}
