//go:build cgo

package conformance

import (
	"bytes"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	circl "github.com/cloudflare/circl/ecc/bls12381"
)

// A second library, circl, says what the BLS imports have to answer; the
// reference (arkworks) is the third.

func blsScalar(k int64) *circl.Scalar {
	var s circl.Scalar
	s.SetUint64(uint64(max(k, -k)))
	if k < 0 {
		s.Neg()
	}
	return &s
}

// blsPoint1 is a multiple of the generator of G1, blsPoint2 of that of G2.
func blsPoint1(k int64) []byte {
	p := new(circl.G1)
	p.ScalarMult(blsScalar(k), circl.G1Generator())
	return p.BytesCompressed()
}

func blsPoint2(k int64) []byte {
	p := new(circl.G2)
	p.ScalarMult(blsScalar(k), circl.G2Generator())
	return p.BytesCompressed()
}

// oddPoints are encodings around a good point: flags in all combinations,
// coordinates from the modulus on, infinity with something in it, small x.
func oddPoints(good []byte) [][]byte {
	p, _ := new(big.Int).SetString("1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab", 16)
	out := [][]byte{make([]byte, len(good)), bytes.Repeat([]byte{255}, len(good))}
	for flags := range byte(8) {
		for _, x := range [][]byte{good, make([]byte, len(good))} {
			b := bytes.Clone(x)
			b[0] = b[0]&0x1f | flags<<5
			out = append(out, b)
			b = bytes.Clone(b)
			b[len(b)-1] ^= 1
			out = append(out, b)
		}
	}
	for at := 0; at < len(good); at += 48 {
		for _, d := range []int64{-2, -1, 0, 1, 2} {
			b := bytes.Clone(good)
			new(big.Int).Add(p, big.NewInt(d)).FillBytes(b[at : at+48])
			b[0] |= 0x80
			out = append(out, b)
		}
		for x := range byte(20) {
			b := make([]byte, len(good))
			b[at+47], b[0] = x, b[0]|0x80
			c := bytes.Clone(b)
			c[0] |= 0x20
			out = append(out, b, c)
		}
	}
	return out
}

func TestBLSAggregateImports(t *testing.T) {
	l := cryptoLab(t)
	rng := rand.New(rand.NewPCG(11, 12))
	for _, g := range []struct {
		name  string
		point func(int64) []byte
		good  func([]byte) bool // as circl reads it
	}{
		{"bls12_381_aggregate_g1", blsPoint1, func(b []byte) bool { return len(b) == 48 && b[0]&0x80 != 0 && new(circl.G1).SetBytes(b) == nil }},
		{"bls12_381_aggregate_g2", blsPoint2, func(b []byte) bool { return len(b) == 96 && b[0]&0x80 != 0 && new(circl.G2).SetBytes(b) == nil }},
	} {
		good, size := g.point(77), len(g.point(1))
		accepted := 0
		try := func(points []byte) {
			msg := cryptoMessage(0, size, points)
			code := l.crypto(g.name, msg)
			if len(points) != size {
				return
			}
			if (code == 0) != g.good(points) {
				t.Errorf("%s: code %d for %x, circl thinks otherwise", g.name, code, points)
			}
			if code == 0 {
				accepted++
			}
		}
		for _, p := range oddPoints(good) {
			try(p)
			try(append(bytes.Clone(good), p...))
		}
		for range 120 { // any x: half of them are on the curve, none in the subgroup
			p := randomBytes(rng, size)
			p[0] = p[0]&0x0f | 0x80
			try(p)
		}
		for range 60 {
			var points []byte
			sum, n := int64(0), rng.IntN(7)
			for range n {
				k := rng.Int64N(9) - 4
				sum += k
				points = append(points, g.point(k)...)
			}
			try(points)
			if n > 0 {
				out := l.call(gasLimit, g.name, "query", env, cryptoMessage(0, size, points))
				if want := g.point(sum); !bytes.Equal(out.Data[len(out.Data)-size:], want) {
					t.Errorf("%s: the sum is %x, circl says %x", g.name, out.Data[len(out.Data)-size:], want)
				}
				in := mutate(rng, points)
				try(in[0])
			}
		}
		if accepted < 5 {
			t.Errorf("%s: only %d single points are good", g.name, accepted)
		}
	}
}

func TestBLSPairingImport(t *testing.T) {
	l := cryptoLab(t)
	rng := rand.New(rand.NewPCG(13, 14))
	const name = "bls12_381_pairing_equality"
	equal := 0
	for round := range 60 {
		var ps, qs []byte
		sum := int64(0)
		for range rng.IntN(4) {
			a, b := rng.Int64N(7)-3, rng.Int64N(7)-3
			sum += a * b
			ps, qs = append(ps, blsPoint1(a)...), append(qs, blsPoint2(b)...)
		}
		a, b := sum, int64(1)
		switch round % 4 {
		case 1:
			a, b = 1, sum
		case 2:
			a, b = sum+rng.Int64N(2), 1
		case 3:
			a, b = -sum, -1
		}
		r, s := blsPoint1(a), blsPoint2(b)
		code := l.crypto(name, cryptoMessage(0, 0, ps, qs, r, s))
		if (code == 0) != (a*b == sum) {
			t.Errorf("code %d for %d and %d", code, a*b, sum)
		}
		if code == 0 {
			equal++
		}
		for range 4 {
			in := mutate(rng, ps, qs, r, s)
			l.crypto(name, cryptoMessage(0, 0, in...))
		}
	}
	if equal < 20 {
		t.Errorf("%d pairings were equal", equal)
	}
	g1, g2 := blsPoint1(2), blsPoint2(3)
	for n := range 4 { // lists of unequal length
		for m := range 4 {
			code := l.crypto(name, cryptoMessage(0, 0, bytes.Repeat(g1, n), bytes.Repeat(g2, m), g1, g2))
			if (code == 13) != (n != m) {
				t.Errorf("%d and %d points: code %d", n, m, code)
			}
		}
	}
	for _, p := range oddPoints(g1) {
		l.crypto(name, cryptoMessage(0, 0, p, g2, g1, g2))
		l.crypto(name, cryptoMessage(0, 0, g1, g2, p, g2))
	}
	for _, q := range oddPoints(g2) {
		l.crypto(name, cryptoMessage(0, 0, g1, q, g1, g2))
		l.crypto(name, cryptoMessage(0, 0, g1, g2, g1, q))
	}
}

func TestBLSHashImports(t *testing.T) {
	l := cryptoLab(t)
	rng := rand.New(rand.NewPCG(15, 16))
	for _, suite := range []struct {
		name string
		size int
		hash func(message, dst []byte) []byte
	}{
		{"bls12_381_hash_to_g1", 48, func(message, dst []byte) []byte {
			p := new(circl.G1)
			p.Hash(message, dst)
			return p.BytesCompressed()
		}},
		{"bls12_381_hash_to_g2", 96, func(message, dst []byte) []byte {
			p := new(circl.G2)
			p.Hash(message, dst)
			return p.BytesCompressed()
		}},
	} {
		try := func(message, dst []byte) {
			out := l.call(gasLimit, suite.name, "query", env, cryptoMessage(0, suite.size, message, dst))
			if out.Err != "" {
				t.Fatal(out.Err)
			}
			if want := suite.hash(message, dst); len(dst) > 0 && !bytes.Equal(out.Data[len(out.Data)-suite.size:], want) {
				t.Errorf("%s of %d and %d bytes: %x, circl says %x", suite.name, len(message), len(dst), out.Data[len(out.Data)-suite.size:], want)
			}
		}
		for _, length := range []int{0, 1, 43, 254, 255, 256, 257, 300, 5_120} {
			try(randomBytes(rng, length), []byte("some tag"))
			try([]byte("a message"), randomBytes(rng, length))
		}
		try([]byte(strings.Repeat("long", 200_000)), nil)
		for range 60 {
			try(randomBytes(rng, rng.IntN(200)), randomBytes(rng, rng.IntN(400)))
		}
		for _, function := range []uint32{1, 2, 255, 256, 1 << 31, 1<<32 - 1} {
			if code := l.crypto(suite.name, cryptoMessage(function, suite.size, []byte("m"), []byte("dst"))); code != 9 {
				t.Errorf("hash function %d: code %d", function, code)
			}
		}
		for _, room := range []int{0, 47, 48, 95, 96, 97} {
			l.crypto(suite.name, cryptoMessage(0, room, []byte("m"), []byte("dst")))
		}
	}
}
