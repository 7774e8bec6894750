//go:build cgo

package conformance

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	endian "encoding/binary"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	k1ecdsa "github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"

	"github.com/weftchain/weft/vm/internal/wat"
)

// Crypto imports by their names: which arguments they take. "r" is a Region that
// is read, "o" one for the answer, "n" a number.
var cryptoImports = map[string]string{
	"secp256k1_verify": "rrr", "secp256r1_verify": "rrr", "ed25519_verify": "rrr", "ed25519_batch_verify": "rrr",
	"secp256k1_recover_pubkey": "rrn", "secp256r1_recover_pubkey": "rrn",
	"bls12_381_aggregate_g1": "ro", "bls12_381_aggregate_g2": "ro", "bls12_381_pairing_equality": "rrrr",
	"bls12_381_hash_to_g1": "nrro", "bls12_381_hash_to_g2": "nrro",
}

// cryptoHeader is what goes before the data in a message to a crypto contract:
// four Regions whose offsets count from the message, a number, padding to a
// multiple of eight, and eight bytes for the answer of the import.
const (
	cryptoHeader = 64
	cryptoNumber = 48
	cryptoAnswer = 56
)

// cryptoContract is a contract whose query is one call of an import. It returns
// its message with what the call changed in it, or the Region that the import
// gave.
func cryptoContract(name string, pages uint32) []byte {
	var m wat.Module
	shape, wide := cryptoImports[name], strings.HasSuffix(name, "_pubkey")
	result := wat.I32
	if wide {
		result = wat.I64
	}
	f := m.Import("env", name, slices.Repeat(wat.T(wat.I32), len(shape)), wat.T(result))
	const msg, base, answer = 1, 2, 3
	code := wat.Code(wat.LocalGet(msg), wat.Load(wat.I32Load, 0), wat.LocalSet(base))
	for at := uint32(0); at < cryptoNumber; at += 12 {
		code = wat.Code(code, wat.LocalGet(base), wat.LocalGet(base), wat.Load(wat.I32Load, at), wat.LocalGet(base), wat.I32Add, wat.Store(wat.I32Store, at))
	}
	code = wat.Code(code, wat.LocalGet(base))
	at := int32(0)
	for _, kind := range shape {
		if kind == 'n' {
			code = wat.Code(code, wat.LocalGet(base), wat.Load(wat.I32Load, cryptoNumber))
			continue
		}
		code = wat.Code(code, wat.LocalGet(base), wat.I32Const(at), wat.I32Add)
		at += 12
	}
	code = wat.Code(code, wat.Call(f))
	if !wide {
		code = wat.Code(code, wat.I64ExtendI32U)
	}
	code = wat.Code(code, wat.LocalTee(answer), wat.Store(wat.I64Store, cryptoAnswer))
	if wide {
		code = wat.Code(code, wat.LocalGet(answer), wat.I32WrapI64, wat.If(wat.NoResult), wat.LocalGet(answer), wat.I32WrapI64, wat.Return, wat.End)
	}
	m.ExportFunc("query", wat.T(wat.I32, wat.I32), wat.T(wat.I32), wat.T(wat.I32, wat.I64), wat.Code(code, wat.LocalGet(msg)))
	m.Memory(pages)
	m.Contract()
	return m.Bytes()
}

// cryptoMessage asks for a call with these inputs. The last Region is for the
// answer, with room for out bytes.
func cryptoMessage(number uint32, out int, inputs ...[]byte) string {
	msg := make([]byte, cryptoHeader)
	for i := range 4 {
		offset, length, capacity := len(msg), 0, 0
		switch {
		case i < len(inputs):
			length = len(inputs[i])
			capacity = length
			msg = append(msg, inputs[i]...)
		case i == len(inputs):
			capacity = out
			msg = append(msg, make([]byte, out)...)
		}
		for j, v := range []int{offset, capacity, length} {
			endian.LittleEndian.PutUint32(msg[12*i+4*j:], uint32(v))
		}
	}
	endian.LittleEndian.PutUint32(msg[cryptoNumber:], number)
	return string(msg)
}

// cryptoLab has a contract for each import at the address of its name.
func cryptoLab(t *testing.T) *lab {
	l := newLab(t)
	for name := range cryptoImports {
		l.add(name, l.must("crypto "+name, cryptoContract(name, 64)))
	}
	return l
}

// noCode is what crypto returns for a call that fails.
const noCode = 1 << 63

// crypto makes the call on both engines and returns the code, which is 0 if the
// import gave a Region.
func (l *lab) crypto(name, msg string) uint64 {
	l.tb.Helper()
	out := l.call(gasLimit, name, "query", env, msg)
	switch {
	case out.Err != "":
		return noCode
	case len(out.Data) != len(msg):
		return 0
	}
	return endian.LittleEndian.Uint64(out.Data[cryptoAnswer:])
}

// mutate returns a changed copy of some inputs.
func mutate(rng *rand.Rand, inputs ...[]byte) [][]byte {
	out := make([][]byte, len(inputs))
	for i := range inputs {
		out[i] = bytes.Clone(inputs[i])
	}
	b := &out[rng.IntN(len(out))]
	switch n := len(*b); rng.IntN(6) {
	case 0, 1, 2:
		if n > 0 {
			(*b)[rng.IntN(n)] ^= 1 << rng.IntN(8)
		}
	case 3:
		if n > 0 {
			*b = (*b)[:rng.IntN(n)]
		}
	case 4:
		*b = append(*b, byte(rng.Uint32()))
	case 5:
		*b = randomBytes(rng, n)
	}
	return out
}

func randomBytes(rng *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

// weierstrass is what the cases of the two ECDSA curves need of them.
type weierstrass struct {
	name  string
	n, p  *big.Int
	mul   func(k *big.Int) (x, y *big.Int) // a multiple of the generator
	sqrt  func(x *big.Int) *big.Int        // y of a point with this x, or nil
	times func(x, y, k *big.Int) (*big.Int, *big.Int)
	add   func(x1, y1, x2, y2 *big.Int) (*big.Int, *big.Int)
}

func k1() weierstrass {
	curve := secp256k1.S256()
	return weierstrass{
		"secp256k1", curve.N, curve.P, func(k *big.Int) (x, y *big.Int) { return curve.ScalarBaseMult(k.Bytes()) },
		func(x *big.Int) *big.Int {
			y := new(big.Int).Exp(x, big.NewInt(3), curve.P)
			return y.ModSqrt(y.Add(y, big.NewInt(7)), curve.P)
		},
		func(x, y, k *big.Int) (*big.Int, *big.Int) { return curve.ScalarMult(x, y, k.Bytes()) }, curve.Add,
	}
}

func r1() weierstrass {
	curve := elliptic.P256()
	q := curve.Params()
	return weierstrass{
		"secp256r1", q.N, q.P, func(k *big.Int) (x, y *big.Int) { return curve.ScalarBaseMult(k.FillBytes(make([]byte, 32))) },
		func(x *big.Int) *big.Int {
			y := new(big.Int).Exp(x, big.NewInt(3), q.P)
			y.Sub(y, new(big.Int).Mul(big.NewInt(3), x)).Add(y, q.B).Mod(y, q.P)
			return y.ModSqrt(y, q.P)
		},
		func(x, y, k *big.Int) (*big.Int, *big.Int) {
			return curve.ScalarMult(x, y, k.FillBytes(make([]byte, 32)))
		}, curve.Add,
	}
}

func word(x *big.Int) []byte { return x.FillBytes(make([]byte, 32)) }

// encodings of a point, good and bad.
func encodings(x, y *big.Int) [][]byte {
	odd := byte(y.Bit(0))
	return [][]byte{
		append(append([]byte{4}, word(x)...), word(y)...),
		append([]byte{2 + odd}, word(x)...),
		append([]byte{3 - odd}, word(x)...), // the other y
		append(append([]byte{6 + odd}, word(x)...), word(y)...),
		append(append([]byte{7 - odd}, word(x)...), word(y)...),
		append(append([]byte{0}, word(x)...), word(y)...),
		append([]byte{4}, word(x)...),
		append(append([]byte{2}, word(x)...), word(y)...),
		append([]byte{5}, word(x)...),
		append(word(x), word(y)...),
		{0},
		{},
		{2},
		{4},
	}
}

// signed is a signature for a hash by the key d with the nonce k.
func (c weierstrass) signed(hash []byte, d, k *big.Int) (r, s *big.Int) {
	x, _ := c.mul(k)
	r = new(big.Int).Mod(x, c.n)
	s = new(big.Int).Mul(r, d)
	s.Add(s, new(big.Int).SetBytes(hash)).Mul(s, new(big.Int).ModInverse(k, c.n)).Mod(s, c.n)
	return r, s
}

// TestECDSAImports compares both curves on valid signatures of few and random
// keys, all encodings of the key, special numbers for r and s, and what is near.
func TestECDSAImports(t *testing.T) {
	l := cryptoLab(t)
	rng := rand.New(rand.NewPCG(1, 2))
	for _, c := range []weierstrass{k1(), r1()} {
		verify, recover := c.name+"_verify", c.name+"_recover_pubkey"
		random := func() *big.Int {
			k := new(big.Int).SetBytes(randomBytes(rng, 32))
			return k.Mod(k, c.n)
		}
		one := big.NewInt(1)
		minus := func(a *big.Int, b int64) *big.Int { return new(big.Int).Sub(a, big.NewInt(b)) }
		half := new(big.Int).Rsh(c.n, 1)
		special := []*big.Int{
			new(big.Int), one, big.NewInt(2), minus(c.n, 1), c.n, minus(c.n, -1), half, minus(half, -1), minus(half, 1),
			minus(c.p, 1), c.p, minus(c.p, -1), minus(new(big.Int).Lsh(one, 256), 1), new(big.Int).Sub(c.p, c.n), minus(new(big.Int).Sub(c.p, c.n), 1),
		}
		valid := 0
		try := func(hash, sig, key []byte) {
			if out := l.crypto(verify, cryptoMessage(0, 0, hash, sig, key)); out == 0 {
				valid++
			}
		}
		recovers := func(hash, sig []byte, params ...uint32) {
			for _, param := range params {
				l.crypto(recover, cryptoMessage(param, 0, hash, sig))
			}
		}
		for round := range 40 {
			d, k, hash := random(), random(), randomBytes(rng, 32)
			switch { // few keys and nonces make doublings and infinity inside
			case round < 8:
				d, k = big.NewInt(int64(round%4+1)), big.NewInt(int64(round/4+1))
			case round < 12:
				d = minus(c.n, int64(round-7))
			}
			if round%5 == 4 {
				hash = [][]byte{make([]byte, 32), word(c.n), bytes.Repeat([]byte{255}, 32), word(one)}[round/5%4]
			}
			r, s := c.signed(hash, d, k)
			x, y := c.mul(d)
			sig, high := append(word(r), word(s)...), append(word(r), word(new(big.Int).Sub(c.n, s))...)
			keys := encodings(x, y)
			for _, key := range keys {
				try(hash, sig, key)
			}
			try(hash, high, keys[1])
			recovers(hash, sig, 0, 1, 2, 3, 4, 27, 255, 256, 1<<32-1)
			recovers(hash, high, 0, 1)
			for range 12 {
				in := mutate(rng, hash, sig, keys[rng.IntN(2)])
				try(in[0], in[1], in[2])
				recovers(in[0], in[1], uint32(rng.IntN(4)))
			}
			if round < 3 {
				for _, a := range special {
					for _, b := range special {
						sig := append(word(a), word(b)...)
						try(hash, sig, keys[1])
						recovers(hash, sig, 0, 3)
					}
				}
				for _, a := range special { // as coordinates
					for _, key := range encodings(a, y)[:4] {
						try(hash, sig, key)
					}
					for _, key := range encodings(x, a)[:4] {
						try(hash, sig, key)
					}
				}
			}
			// u1·G and u2·Q are the same point, or opposites: z = ±r·d.
			for _, sign := range []int64{1, -1} {
				z := new(big.Int).Mul(r, d)
				z.Mul(z, big.NewInt(sign)).Mod(z, c.n)
				r2, s2 := c.signed(word(z), d, k)
				if s2.Sign() == 0 {
					s2 = one
				}
				sig := append(word(r2), word(s2)...)
				try(word(z), sig, keys[0])
				recovers(word(z), sig, 0, 1)
			}
		}
		// R with an x from n on: r is x − n. The key is r⁻¹(s·R − z·G).
		found := 0
		for i := int64(1); found < 6; i++ {
			r := big.NewInt(i)
			x := new(big.Int).Add(r, c.n)
			y := c.sqrt(x)
			if y == nil {
				continue
			}
			found++
			hash, s := randomBytes(rng, 32), random()
			inverse := new(big.Int).ModInverse(r, c.n)
			u1 := new(big.Int).Mul(new(big.Int).SetBytes(hash), inverse)
			ax, ay := c.mul(u1.Neg(u1).Mod(u1, c.n))
			bx, by := c.times(x, y, new(big.Int).Mod(new(big.Int).Mul(s, inverse), c.n))
			qx, qy := c.add(ax, ay, bx, by)
			sig := append(word(r), word(s)...)
			before := valid
			try(hash, sig, encodings(qx, qy)[0])
			if valid != before+1 {
				t.Errorf("%s: x = n + %d does not verify", c.name, i)
			}
			recovers(hash, sig, 0, 1, 2, 3, 4)
		}
		t.Logf("%s: %d signatures were valid", c.name, valid)
		if valid < 100 {
			t.Errorf("%s: only %d signatures were valid", c.name, valid)
		}
	}
}

// TestECDSASigners uses the signatures of two libraries.
func TestECDSASigners(t *testing.T) {
	l := cryptoLab(t)
	rng := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		seed, hash := randomBytes(rng, 32), randomBytes(rng, 32)
		key := secp256k1.PrivKeyFromBytes(seed)
		sig := k1ecdsa.SignCompact(key, hash, false)
		if code := l.crypto("secp256k1_verify", cryptoMessage(0, 0, hash, sig[1:], key.PubKey().SerializeCompressed())); code != 0 {
			t.Errorf("code %d", code)
		}
		l.crypto("secp256k1_recover_pubkey", cryptoMessage(uint32(sig[0]-27), 0, hash, sig[1:]))
		seed[0] &= 0x7f
		p256, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), seed)
		if err != nil {
			t.Fatal(err)
		}
		r, s, err := ecdsa.Sign(zeros{}, p256, hash)
		if err != nil {
			t.Fatal(err)
		}
		pubkey, err := p256.PublicKey.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		if code := l.crypto("secp256r1_verify", cryptoMessage(0, 0, hash, append(word(r), word(s)...), pubkey)); code != 0 {
			t.Errorf("code %d", code)
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// smallOrder are the points of small order of Curve25519 in all encodings that
// ZIP-215 reads, and encodings next to them.
func smallOrder() [][]byte {
	var out [][]byte
	p := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 255), big.NewInt(19))
	y8, _ := new(big.Int).SetString("7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7", 16) // order 8
	for _, y := range []*big.Int{
		new(big.Int), big.NewInt(1), new(big.Int).Sub(p, big.NewInt(1)), p, new(big.Int).Add(p, big.NewInt(1)), y8, new(big.Int).Sub(p, y8),
		big.NewInt(2), new(big.Int).Add(p, big.NewInt(2)), new(big.Int).Add(p, big.NewInt(18)),
	} {
		le := word(y)
		slices.Reverse(le)
		signed := bytes.Clone(le)
		signed[31] |= 0x80
		out = append(out, le, signed)
	}
	return out
}

func TestEd25519Imports(t *testing.T) {
	l := cryptoLab(t)
	rng := rand.New(rand.NewPCG(5, 6))
	verify := func(message, sig, key []byte) uint64 {
		return l.crypto("ed25519_verify", cryptoMessage(0, 0, message, sig, key))
	}
	valid := 0
	for _, c := range voiVectors(t) {
		if verify(c.message, c.sig, c.key) == 0 {
			valid++
		}
	}
	if valid < 300 {
		t.Errorf("only %d vectors are valid", valid)
	}
	order, _ := new(big.Int).SetString("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed", 16)
	var scalars [][]byte
	for _, s := range []*big.Int{new(big.Int), big.NewInt(1), new(big.Int).Sub(order, big.NewInt(1)), order, new(big.Int).Lsh(order, 1), new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 256), big.NewInt(1))} {
		le := word(s)
		slices.Reverse(le)
		scalars = append(scalars, le)
	}
	for _, a := range smallOrder() {
		for i, r := range smallOrder() {
			verify([]byte("m"), append(bytes.Clone(r), scalars[0]...), a)
			verify([]byte("m"), append(bytes.Clone(r), scalars[i%len(scalars)]...), a)
		}
	}
	for range 60 {
		key := ed25519.NewKeyFromSeed(randomBytes(rng, 32))
		message := randomBytes(rng, rng.IntN(300))
		sig := ed25519.Sign(key, message)
		if verify(message, sig, key[32:]) != 0 {
			t.Error("a good signature is refused")
		}
		for _, s := range scalars {
			verify(message, append(bytes.Clone(sig[:32]), s...), key[32:])
		}
		for _, a := range smallOrder()[:8] {
			verify(message, sig, a)
			verify(message, append(bytes.Clone(a), sig[32:]...), key[32:])
		}
		for range 10 {
			in := mutate(rng, message, sig, key[32:])
			verify(in[0], in[1], in[2])
		}
	}
}

// sectioned joins byte strings as batches want them.
func sectioned(list ...[]byte) []byte {
	var out []byte
	for _, s := range list {
		out = endian.BigEndian.AppendUint32(append(out, s...), uint32(len(s)))
	}
	return out
}

func TestEd25519BatchImport(t *testing.T) {
	l := cryptoLab(t)
	rng := rand.New(rand.NewPCG(7, 8))
	batch := func(messages, sigs, keys []byte) {
		l.crypto("ed25519_batch_verify", cryptoMessage(0, 0, messages, sigs, keys))
	}
	small := smallOrder()[:14]
	for round := range 250 {
		n := rng.IntN(6)
		one := ed25519.NewKeyFromSeed(randomBytes(rng, 32))
		message := randomBytes(rng, rng.IntN(100))
		var messages, sigs, keys [][]byte
		for range n {
			key := ed25519.NewKeyFromSeed(randomBytes(rng, 32))
			switch round % 3 {
			case 0: // n of each
				m := randomBytes(rng, rng.IntN(100))
				messages, sigs, keys = append(messages, m), append(sigs, ed25519.Sign(key, m)), append(keys, key[32:])
			case 1: // one message
				messages, sigs, keys = [][]byte{message}, append(sigs, ed25519.Sign(key, message)), append(keys, key[32:])
			case 2: // one key
				m := randomBytes(rng, rng.IntN(100))
				messages, sigs, keys = append(messages, m), append(sigs, ed25519.Sign(one, m)), [][]byte{one[32:]}
			}
		}
		if n > 0 && round%4 == 0 { // points of small order, with themselves and mixed in
			sigs[rng.IntN(n)] = append(bytes.Clone(small[rng.IntN(len(small))]), make([]byte, 32)...)
			keys[rng.IntN(len(keys))] = small[rng.IntN(len(small))]
		}
		in := [][]byte{sectioned(messages...), sectioned(sigs...), sectioned(keys...)}
		batch(in[0], in[1], in[2])
		for _, list := range []*[][]byte{&messages, &sigs, &keys} { // lists of other lengths
			if rng.IntN(3) == 0 && len(*list) > 0 {
				*list = (*list)[1:]
			} else if rng.IntN(3) == 0 {
				*list = append(*list, randomBytes(rng, rng.IntN(70)))
			}
		}
		batch(sectioned(messages...), sectioned(sigs...), sectioned(keys...))
		in = mutate(rng, in...)
		batch(in[0], in[1], in[2])
	}
}

// TestCryptoSweeps makes a call of each import with every 1/50th of its gas, so
// that each charge is in its place.
func TestCryptoSweeps(t *testing.T) {
	l := cryptoLab(t)
	g1, g2 := blsPoint1(3), blsPoint2(5)
	key := ed25519.NewKeyFromSeed(make([]byte, 32))
	sig := ed25519.Sign(key, []byte("m"))
	k := secp256k1.PrivKeyFromBytes([]byte{1})
	hash := bytes.Repeat([]byte{9}, 32)
	k1sig := k1ecdsa.SignCompact(k, hash, false)[1:]
	for name, msg := range map[string]string{
		"secp256k1_verify":           cryptoMessage(0, 0, hash, k1sig, k.PubKey().SerializeCompressed()),
		"secp256k1_recover_pubkey":   cryptoMessage(1, 0, hash, k1sig),
		"secp256r1_verify":           cryptoMessage(0, 0, hash, k1sig, k.PubKey().SerializeCompressed()),
		"secp256r1_recover_pubkey":   cryptoMessage(1, 0, hash, bytes.Repeat([]byte{3}, 64)),
		"ed25519_verify":             cryptoMessage(0, 0, []byte("m"), sig, key[32:]),
		"ed25519_batch_verify":       cryptoMessage(0, 0, sectioned([]byte("m")), sectioned(sig, sig), sectioned(key[32:], key[32:])),
		"bls12_381_aggregate_g1":     cryptoMessage(0, 48, append(g1, g1...)),
		"bls12_381_aggregate_g2":     cryptoMessage(0, 96, append(g2, g2...)),
		"bls12_381_pairing_equality": cryptoMessage(0, 0, g1, g2, g1, g2),
		"bls12_381_hash_to_g1":       cryptoMessage(0, 48, []byte("m"), []byte("dst")),
		"bls12_381_hash_to_g2":       cryptoMessage(0, 96, []byte("m"), []byte("dst")),
	} {
		t.Run(name, func(t *testing.T) { l.sweep(name, "query", env, msg) })
	}
}

// TestCryptoRegions calls each import with Regions of any kind: too long for the
// argument, beyond memory, with no room, at address zero.
func TestCryptoRegions(t *testing.T) {
	l := cryptoLab(t)
	rng := rand.New(rand.NewPCG(9, 10))
	lengths := []uint32{0, 1, 32, 33, 48, 49, 64, 65, 66, 96, 97, 5_120, 5_121, 9_216, 9_217, 17_408, 17_409, 131_072, 131_073, 1 << 21, 1<<21 + 1, 5 << 20, 5<<20 + 1, 33_555_456, 33_555_457, 1 << 31, 1<<32 - 1}
	for name := range cryptoImports {
		for range 150 {
			msg := []byte(cryptoMessage(rng.Uint32N(2), 0, randomBytes(rng, 100)))
			for i := range 4 {
				length := lengths[rng.IntN(len(lengths))]
				capacity := length
				if rng.IntN(8) == 0 {
					capacity = lengths[rng.IntN(len(lengths))]
				}
				offset := uint32(cryptoHeader)
				if rng.IntN(8) == 0 {
					offset = rng.Uint32()
				}
				for j, v := range []uint32{offset, capacity, length} {
					endian.LittleEndian.PutUint32(msg[12*i+4*j:], v)
				}
			}
			l.crypto(name, string(msg))
		}
	}
}

// voiVector is an Ed25519 signature with an opinion on it, which does not matter
// here: the reference has its own.
type voiVector struct{ message, sig, key []byte }

func (v voiVector) String() string { return fmt.Sprintf("%x %x %x", v.message, v.sig, v.key) }
