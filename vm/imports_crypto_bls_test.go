package vm

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/big"
	"strings"
	"testing"

	bls12381 "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
)

// blsCall is a call of a BLS import: Regions of the inputs, behind the number of
// the hash function if there is one, before a Region for out bytes if there is one.
type blsCall struct {
	name     string
	function int32
	inputs   [][]byte
	out      int // capacity of the Region for the answer
}

const (
	blsRegions = dataA // 16 bytes each
	blsAnswer  = dataC + 64
)

// guest returns the code as eight bytes and what is in the out bytes.
func (b blsCall) guest() *guest {
	g := newGuest(b.name)
	g.Memory(200)
	var args []byte
	if strings.Contains(b.name, "hash") {
		args = wat.I32Const(b.function)
	}
	offset, at := int32(pageBytes), int32(blsRegions)
	for _, in := range b.inputs {
		g.Data(at, regionOf(uint32(offset), uint32(len(in)), uint32(len(in))))
		if len(bytes.Trim(in, "\x00")) > 0 { // memory is zero as it is
			g.Data(offset, in)
		}
		offset += int32(len(in)) + 1
		args = append(args, wat.I32Const(at)...)
		at += 16
	}
	if !strings.Contains(b.name, "pairing") {
		g.Data(at, regionOf(blsAnswer+8, uint32(b.out), 0))
		args = append(args, wat.I32Const(at)...)
	}
	g.Data(regionC+16, regionOf(blsAnswer, uint32(8+b.out), uint32(8+b.out)))
	return g.entry(wat.I32Const(blsAnswer), args, wat.Call(g.env[b.name]), wat.I64ExtendI32U, wat.Store(wat.I64Store, 0), wat.I32Const(regionC+16))
}

// run returns the code, the out bytes and the gas beyond host call and reading,
// in millions, which is without what the guest itself and writing cost.
func (b blsCall) run(t *testing.T) (code uint64, out []byte, gas uint64) {
	t.Helper()
	res, _, err := run(t, b.guest())
	require.NoError(t, err)
	gas = res.GasUsed - gasHostCall - readCost(uint32(8+b.out))
	for _, in := range b.inputs {
		gas -= readCost(uint32(len(in)))
	}
	return binary.LittleEndian.Uint64(res.Data), res.Data[8:], gas - gas%500_000
}

// fails returns the failure of the call.
func (b blsCall) fails(t *testing.T) error {
	t.Helper()
	_, _, err := run(t, b.guest())
	require.Error(t, err)
	return err
}

var (
	blsModulus, _ = new(big.Int).SetString("1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab", 16)
	blsGenerator1 = fromHex("97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb")
	blsGenerator2 = fromHex("93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e" +
		"024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8")
	blsInfinity1 = append([]byte{0xc0}, make([]byte, blsG1Bytes-1)...)
	blsInfinity2 = append([]byte{0xc0}, make([]byte, blsG2Bytes-1)...)
)

// blsMul1 is k times the generator of G1, blsMul2 that of G2.
func blsMul1(k int64) []byte {
	out := new(bls12381.G1Affine).ScalarMultiplicationBase(big.NewInt(k)).Bytes()
	return out[:]
}

func blsMul2(k int64) []byte {
	out := new(bls12381.G2Affine).ScalarMultiplicationBase(big.NewInt(k)).Bytes()
	return out[:]
}

// negated is the point with the other y.
func negated(point []byte) []byte {
	out := bytes.Clone(point)
	out[0] ^= 0x20
	return out
}

func joined(list ...[]byte) []byte { return bytes.Join(list, nil) }

func TestBLSAggregate(t *testing.T) {
	for _, g := range []struct {
		name          string
		mul           func(int64) []byte
		infinity      []byte
		base, perItem uint64
	}{
		{"bls12_381_aggregate_g1", blsMul1, blsInfinity1, gasBlsG1Base, gasBlsG1PerPoint},
		{"bls12_381_aggregate_g2", blsMul2, blsInfinity2, gasBlsG2Base, gasBlsG2PerPoint},
	} {
		n := len(g.infinity)
		for name, test := range map[string]struct {
			points []byte
			code   cryptoCode
			sum    []byte
		}{
			"one":                   {g.mul(1), 0, g.mul(1)},
			"twice the same":        {joined(g.mul(5), g.mul(5)), 0, g.mul(10)},
			"many":                  {joined(g.mul(1), g.mul(2), g.mul(3), g.mul(100), g.mul(1)), 0, g.mul(107)},
			"negative":              {joined(g.mul(7), negated(g.mul(10))), 0, negated(g.mul(3))},
			"opposites":             {joined(g.mul(7), negated(g.mul(7))), 0, g.infinity},
			"back from infinity":    {joined(g.mul(7), negated(g.mul(7)), g.mul(2)), 0, g.mul(2)},
			"infinity":              {g.infinity, 0, g.infinity},
			"infinity among others": {joined(g.infinity, g.mul(3), g.infinity), 0, g.mul(3)},
			"empty":                 {nil, 14, nil},
			"one byte":              {[]byte{1}, 15, nil},
			"a byte too few":        {g.mul(1)[1:], 15, nil},
			"a byte too many":       {joined(g.mul(1), []byte{0}), 15, nil},
			"bad and too long":      {joined(make([]byte, n), []byte{0}), 15, nil},
			"a bad first":           {joined(make([]byte, n), g.mul(1)), 8, nil},
			"a bad last":            {joined(g.mul(1), make([]byte, n)), 8, nil},
		} {
			code, out, gas := blsCall{name: g.name, inputs: [][]byte{test.points}, out: n}.run(t)
			require.Equal(t, uint64(test.code), code, name)
			if test.sum == nil {
				test.sum = make([]byte, n) // nothing is written
			}
			require.Equal(t, test.sum, out, name)
			require.Equal(t, linear(g.base, g.perItem, uint64(len(test.points)/n)), gas, name)
		}
	}
}

// Encodings that are no points of the groups: each has code 8 everywhere.
func badPoints(good []byte) map[string][]byte {
	first := func(b byte) []byte { c := bytes.Clone(good); c[0] = b; return c }
	infinity := append([]byte{0xc0}, make([]byte, len(good)-1)...)
	put := func(at int, x *big.Int) []byte { // one coordinate of x
		c := append([]byte{0x80}, make([]byte, len(good)-1)...)
		x.FillBytes(c[at : at+blsG1Bytes])
		c[0] |= 0x80
		return c
	}
	last := func(b byte, in []byte) []byte { c := bytes.Clone(in); c[len(c)-1] = b; return c }
	bad := map[string][]byte{
		"no compression flag":      first(good[0] &^ 0x80),
		"sign flag alone":          first(good[0]&^0x80 | 0x20),
		"infinity flag with x":     first(good[0] | 0x40),
		"all flags with x":         first(good[0] | 0xe0),
		"infinity, uncompressed":   append([]byte{0x40}, infinity[1:]...),
		"infinity with a sign":     append([]byte{0xe0}, infinity[1:]...),
		"infinity without c flag":  append([]byte{0x60}, infinity[1:]...),
		"infinity and a last bit":  last(1, infinity),
		"infinity and a first bit": append([]byte{0xc1}, infinity[1:]...),
		"zeros":                    make([]byte, len(good)),
		"ones":                     bytes.Repeat([]byte{255}, len(good)),
	}
	for at := 0; at < len(good); at += blsG1Bytes {
		bad[fmt.Sprintf("modulus at %d", at)] = put(at, blsModulus)
		bad[fmt.Sprintf("modulus + 1 at %d", at)] = put(at, new(big.Int).Add(blsModulus, big.NewInt(1)))
		bad[fmt.Sprintf("2^381 - 1 at %d", at)] = put(at, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 381), big.NewInt(1)))
	}
	for x := range int64(8) { // on the curve or not, none is in the subgroup
		bad[fmt.Sprintf("x = %d", x)] = put(len(good)-blsG1Bytes, big.NewInt(x))
		bad[fmt.Sprintf("x = %d, other y", x)] = negated(put(len(good)-blsG1Bytes, big.NewInt(x)))
	}
	return bad
}

func TestBLSPoints(t *testing.T) {
	onCurve := 0
	for x := range int64(8) {
		right := new(big.Int).Add(new(big.Int).Exp(big.NewInt(x), big.NewInt(3), blsModulus), big.NewInt(4))
		if big.Jacobi(right, blsModulus) == 1 {
			onCurve++
		}
	}
	require.Greater(t, onCurve, 0, "the subgroup check has something to do")
	require.Less(t, onCurve, 8, "so has the square root")

	for _, g := range []struct {
		good     []byte
		mul      func(int64) []byte
		decode   func([]byte) bool
		sum      func([]byte) ([]byte, cryptoCode)
		infinity []byte
	}{
		{blsGenerator1, blsMul1, func(b []byte) bool { _, ok := blsG1(b); return ok }, blsAggregateG1, blsInfinity1},
		{blsGenerator2, blsMul2, func(b []byte) bool { _, ok := blsG2(b); return ok }, blsAggregateG2, blsInfinity2},
	} {
		require.Equal(t, g.good, g.mul(1))
		for name, p := range badPoints(g.good) {
			require.False(t, g.decode(p), name)
			_, code := g.sum(p)
			require.Equal(t, cryptoBadPoint, code, name)
		}
		for _, n := range []int{0, 1, 47, 48, 49, 95, 96, 97, 192} {
			require.Equal(t, n == len(g.good), g.decode(append(bytes.Clone(g.good), make([]byte, 200)...)[:n]))
		}
		for _, good := range [][]byte{g.good, negated(g.good), g.infinity, g.mul(12345)} {
			sum, code := g.sum(good)
			require.Equal(t, cryptoValid, code)
			require.Equal(t, good, sum, "a point comes back as it was")
		}
	}
}

func TestBLSPairing(t *testing.T) {
	g1, g2 := blsMul1, blsMul2
	for name, test := range map[string]struct {
		ps, qs, r, s []byte
		code         cryptoCode
	}{
		"one pair":                  {g1(6), g2(7), g1(42), g2(1), 0},
		"the same pair":             {g1(1), g2(1), g1(1), g2(1), 0},
		"two pairs":                 {joined(g1(2), g1(3)), joined(g2(5), g2(7)), g1(31), g2(1), 0},
		"many pairs":                {joined(g1(1), g1(2), g1(3), g1(4)), joined(g2(4), g2(3), g2(2), g2(1)), g1(4), g2(5), 0},
		"negative":                  {joined(g1(2), negated(g1(3))), joined(g2(5), g2(7)), g1(11), negated(g2(1)), 0},
		"not equal":                 {g1(6), g2(7), g1(43), g2(1), 1},
		"other sign":                {g1(6), g2(7), negated(g1(42)), g2(1), 1},
		"no pairs":                  {nil, nil, g1(1), g2(1), 1},
		"no pairs, r infinite":      {nil, nil, blsInfinity1, g2(1), 0},
		"no pairs, s infinite":      {nil, nil, g1(1), blsInfinity2, 0},
		"infinite all":              {blsInfinity1, blsInfinity2, blsInfinity1, blsInfinity2, 0},
		"infinite p":                {joined(blsInfinity1, g1(2)), joined(g2(9), g2(3)), g1(6), g2(1), 0},
		"infinite q":                {joined(g1(8), g1(2)), joined(blsInfinity2, g2(3)), g1(6), g2(1), 0},
		"infinite against finite":   {blsInfinity1, g2(1), g1(1), g2(1), 1},
		"product of 1":              {joined(g1(3), negated(g1(3))), joined(g2(5), g2(5)), blsInfinity1, g2(1), 0},
		"p too long":                {joined(g1(1), []byte{0}), g2(1), g1(1), g2(1), 11},
		"p and q too long":          {g1(1)[1:], g2(1)[1:], g1(1), g2(1), 11},
		"q too long":                {g1(1), joined(g2(1), []byte{0}), g1(1), g2(1), 12},
		"q half a point":            {joined(g1(1), g1(1)), joined(g2(1), g2(1)[:48]), g1(1), g2(1), 12},
		"one p, two q":              {g1(1), joined(g2(1), g2(1)), g1(1), g2(1), 13},
		"two p, one q":              {joined(g1(1), g1(1)), g2(1), g1(1), g2(1), 13},
		"no q":                      {g1(1), nil, g1(1), g2(1), 13},
		"unequal before bad":        {joined(g1(1), make([]byte, 48)), g2(1), nil, nil, 13},
		"bad p":                     {make([]byte, 48), g2(1), g1(1), g2(1), 8},
		"bad q":                     {g1(1), make([]byte, 96), g1(1), g2(1), 8},
		"bad r":                     {g1(1), g2(1), make([]byte, 48), g2(1), 8},
		"bad s":                     {g1(1), g2(1), g1(1), make([]byte, 96), 8},
		"r too short":               {g1(1), g2(1), g1(1)[:47], g2(1), 8},
		"s too short":               {g1(1), g2(1), g1(1), g2(1)[:95], 8},
		"no r":                      {g1(1), g2(1), nil, g2(1), 8},
		"no s":                      {nil, nil, g1(1), nil, 8},
		"bad though infinite":       {blsInfinity1, make([]byte, 96), blsInfinity1, g2(1), 8},
		"bad length before a bad r": {g1(1)[1:], g2(1), nil, g2(1), 11},
	} {
		code, _, gas := blsCall{name: "bls12_381_pairing_equality", inputs: [][]byte{test.ps, test.qs, test.r, test.s}}.run(t)
		require.Equal(t, uint64(test.code), code, name)
		require.Equal(t, linear(gasBlsPairingBase, gasBlsPairingPerPt, uint64(len(test.ps)/48)+1), gas, name)
	}
	for name, p := range badPoints(blsGenerator1) {
		require.Equal(t, cryptoBadPoint, blsPairingEquality(p, g2(1), g1(1), g2(1)), name)
		require.Equal(t, cryptoBadPoint, blsPairingEquality(g1(1), g2(1), p, g2(1)), name)
	}
	for name, q := range badPoints(blsGenerator2) {
		require.Equal(t, cryptoBadPoint, blsPairingEquality(g1(1), q, g1(1), g2(1)), name)
		require.Equal(t, cryptoBadPoint, blsPairingEquality(g1(1), g2(1), g1(1), q), name)
	}
}

// RFC 9380, appendices J.9.1 and J.10.1: P, compressed.
func TestBLSHashVectors(t *testing.T) {
	messages := []string{"", "abc", "abcdef0123456789", "q128_" + strings.Repeat("q", 128), "a512_" + strings.Repeat("a", 512)}
	for _, suite := range []struct {
		name, dst string
		gas       uint64
		points    []string
	}{
		{"bls12_381_hash_to_g1", "QUUX-V01-CS02-with-BLS12381G1_XMD:SHA-256_SSWU_RO_", gasBlsHashG1, []string{
			"852926add2207b76ca4fa57a8734416c8dc95e24501772c814278700eed6d1e4e8cf62d9c09db0fac349612b759e79a1",
			"83567bc5ef9c690c2ab2ecdf6a96ef1c139cc0b2f284dca0a9a7943388a49a3aee664ba5379a7655d3c68900be2f6903",
			"91e0b079dea29a68f0383ee94fed1b940995272407e3bb916bbf268c263ddd57a6a27200a784cbc248e84f357ce82d98",
			"b5f68eaa693b95ccb85215dc65fa81038d69629f70aeee0d0f677cf22285e7bf58d7cb86eefe8f2e9bc3f8cb84fac488",
			"882aabae8b7dedb0e78aeb619ad3bfd9277a2f77ba7fad20ef6aabdc6c31d19ba5a6d12283553294c1825c4b3ca2dcfe",
		}},
		{"bls12_381_hash_to_g2", "QUUX-V01-CS02-with-BLS12381G2_XMD:SHA-256_SSWU_RO_", gasBlsHashG2, []string{
			"a5cb8437535e20ecffaef7752baddf98034139c38452458baeefab379ba13dff5bf5dd71b72418717047f5b0f37da03d0141ebfbdca40eb85b87142e130ab689c673cf60f1a3e98d69335266f30d9b8d4ac44c1038e9dcdd5393faf5c41fb78a",
			"939cddbccdc5e91b9623efd38c49f81a6f83f175e80b06fc374de9eb4b41dfe4ca3a230ed250fbe3a2acf73a41177fd802c2d18e033b960562aae3cab37a27ce00d80ccd5ba4b7fe0e7a210245129dbec7780ccc7954725f4168aff2787776e6",
			"990d119345b94fbd15497bcba94ecf7db2cbfd1e1fe7da034d26cbba169fb3968288b3fafb265f9ebd380512a71c3f2c121982811d2491fde9ba7ed31ef9ca474f0e1501297f68c298e9f4c0028add35aea8bb83d53c08cfc007c1e005723cd0",
			"8934aba516a52d8ae479939a91998299c76d39cc0c035cd18813bec433f587e2d7a4fef038260eef0cef4d02aae3eb9119a84dd7248a1066f737cc34502ee5555bd3c19f2ecdb3c7d9e24dc65d4e25e50d83f0f77105e955d78f4762d33c17da",
			"91fca2ff525572795a801eed17eb12785887c7b63fb77a42be46ce4a34131d71f7a73e95fee3f812aea3de78b4d0156901a6ba2f9a11fa5598b2d8ace0fbe0a0eacb65deceb476fbbcb64fd24557c2f4b18ecfc5663e54ae16a84f5ab7f62534",
		}},
	} {
		for i, message := range messages {
			code, out, gas := blsCall{name: suite.name, inputs: [][]byte{[]byte(message), []byte(suite.dst)}, out: len(suite.points[i]) / 2}.run(t)
			require.Zero(t, code)
			require.Equal(t, fromHex(suite.points[i]), out, "%.10s", message)
			require.Equal(t, suite.gas, gas)
		}
	}
}

func TestBLSHash(t *testing.T) {
	for name, hash := range map[string]func(message, dst []byte) ([]byte, error){"bls12_381_hash_to_g1": blsHashToG1, "bls12_381_hash_to_g2": blsHashToG2} {
		gas, n := uint64(gasBlsHashG1), blsG1Bytes
		if name == "bls12_381_hash_to_g2" {
			gas, n = gasBlsHashG2, blsG2Bytes
		}
		for _, function := range []int32{1, 2, -1, 256, 1 << 30} {
			code, out, used := blsCall{name: name, function: function, inputs: [][]byte{[]byte("m"), []byte("dst")}, out: n}.run(t)
			require.Equal(t, uint64(9), code)
			require.Equal(t, gas, used, "paid before it is looked at")
			require.Equal(t, make([]byte, n), out)
		}
		seen := map[string]int{}
		for _, length := range []int{0, 1, 32, 254, 255, 256, 257, 511, blsDstBytes} {
			dst := bytes.Repeat([]byte("d"), length)
			code, out, _ := blsCall{name: name, inputs: [][]byte{[]byte("message"), dst}, out: n}.run(t)
			require.Zero(t, code)
			seen[string(out)] = length
			if length > 255 {
				sum := sha256.Sum256(append([]byte("H2C-OVERSIZE-DST-"), dst...))
				short, err := hash([]byte("message"), sum[:])
				require.NoError(t, err)
				require.Equal(t, short, out, "a long tag is replaced by its hash")
			}
		}
		require.Len(t, seen, 9, "every tag gives a point of its own")
		code, out, _ := blsCall{name: name, inputs: [][]byte{nil, nil}, out: n}.run(t)
		require.Zero(t, code)
		require.NotEqual(t, make([]byte, n), out, "no message and no tag is an input like any other")
	}
}

// What is read, in which order, and how much of it.
func TestBLSLimits(t *testing.T) {
	some := make([]byte, 4)
	for _, test := range []struct {
		name   string
		inputs [][]byte
		text   string
	}{
		{"bls12_381_aggregate_g1", [][]byte{make([]byte, 2<<20+1)}, "Got 2097153, limit 2097152"},
		{"bls12_381_aggregate_g2", [][]byte{make([]byte, 2<<20+1)}, "Got 2097153, limit 2097152"},
		{"bls12_381_pairing_equality", [][]byte{make([]byte, 2<<20+1), some, some, some}, "Got 2097153, limit 2097152"},
		{"bls12_381_pairing_equality", [][]byte{some, make([]byte, 2<<20+1), make([]byte, 49), some}, "Got 2097153, limit 2097152"},
		{"bls12_381_pairing_equality", [][]byte{some, some, make([]byte, 49), make([]byte, 97)}, "Got 49, limit 48"},
		{"bls12_381_pairing_equality", [][]byte{some, some, some, make([]byte, 97)}, "Got 97, limit 96"},
		{"bls12_381_hash_to_g1", [][]byte{make([]byte, 5<<20+1), make([]byte, 5121)}, "Got 5242881, limit 5242880"},
		{"bls12_381_hash_to_g1", [][]byte{some, make([]byte, 5121)}, "Got 5121, limit 5120"},
		{"bls12_381_hash_to_g2", [][]byte{make([]byte, 5<<20+1), some}, "Got 5242881, limit 5242880"},
		{"bls12_381_hash_to_g2", [][]byte{some, make([]byte, 5121)}, "Got 5121, limit 5120"},
	} {
		err := blsCall{name: test.name, inputs: test.inputs, function: 9, out: blsG2Bytes}.fails(t)
		requireKind(t, KindCommunication, "Region length too big. "+test.text, err)
	}
	// A long list is paid for although its first point is bad.
	code, _, gas := blsCall{name: "bls12_381_aggregate_g1", inputs: [][]byte{make([]byte, 8_000*48)}, out: 48}.run(t)
	require.Equal(t, uint64(8), code)
	require.Equal(t, linear(gasBlsG1Base, gasBlsG1PerPoint, 8_000), gas)
}

// The Region for the answer is looked at when there is one.
func TestBLSOut(t *testing.T) {
	for _, test := range []struct {
		name        string
		good, wrong [][]byte
		n           int
	}{
		{"bls12_381_aggregate_g1", [][]byte{blsGenerator1}, [][]byte{nil}, 48},
		{"bls12_381_aggregate_g2", [][]byte{blsGenerator2}, [][]byte{nil}, 96},
		{"bls12_381_hash_to_g1", [][]byte{nil, nil}, nil, 48},
		{"bls12_381_hash_to_g2", [][]byte{nil, nil}, nil, 96},
	} {
		err := blsCall{name: test.name, inputs: test.good, out: test.n - 1}.fails(t)
		requireKind(t, KindCommunication, fmt.Sprintf("Region too small. Got %d, required %d", test.n-1, test.n), err)
		_, out, _ := blsCall{name: test.name, inputs: test.good, out: test.n + 7}.run(t)
		require.Equal(t, make([]byte, 7), out[test.n:], "no more than the point is written")
		wrong := blsCall{name: test.name, inputs: test.wrong, out: 0}
		if test.wrong == nil {
			wrong.inputs, wrong.function = test.good, 1
		}
		code, _, _ := wrong.run(t)
		require.NotZero(t, code)

		// Writing is the only difference in gas between an answer and a code.
		good := blsCall{name: test.name, inputs: [][]byte{test.good[0]}, out: test.n}
		if test.wrong == nil {
			good.inputs = test.good
			bad := good
			bad.function = 1
			require.Equal(t, writeCost(test.n), gasOf(t, good)-gasOf(t, bad))
			continue
		}
		bad := good
		bad.inputs = [][]byte{make([]byte, test.n)}
		require.Equal(t, writeCost(test.n), gasOf(t, good)-gasOf(t, bad))
	}
}

func gasOf(t *testing.T, b blsCall) uint64 {
	t.Helper()
	res, _, err := run(t, b.guest())
	require.NoError(t, err)
	return res.GasUsed
}

// A call that cannot pay ends before the work.
func TestBLSOutOfGas(t *testing.T) {
	for name, inputs := range map[string][][]byte{
		"bls12_381_aggregate_g1": {make([]byte, 48*1000)}, "bls12_381_aggregate_g2": {make([]byte, 96*1000)},
		"bls12_381_pairing_equality": {nil, nil, nil, nil}, "bls12_381_hash_to_g1": {nil, nil}, "bls12_381_hash_to_g2": {nil, nil},
	} {
		_, _, err := runCode(t, blsCall{name: name, inputs: inputs, out: 96}.guest().code(), func(c *Call) { c.GasLimit = 400_000_000 })
		requireKind(t, KindOutOfGas, "", err)
	}
}

// A long chain of answers comes down to one hash, which is the same with the
// assembly of any processor and without (go test -tags purego).
func TestBLSGolden(t *testing.T) {
	chain := []byte("weft")
	var ps, qs, answers []byte
	for i := range 24 {
		p, err := blsHashToG1(chain, []byte("golden"))
		require.NoError(t, err)
		q, err := blsHashToG2(chain, []byte("golden"))
		require.NoError(t, err)
		ps, qs = append(ps, p...), append(qs, q...)
		sumP, codeP := blsAggregateG1(ps)
		sumQ, codeQ := blsAggregateG2(qs)
		require.Zero(t, codeP+codeQ)
		answers = append(answers, sumP...)
		answers = append(answers, sumQ...)
		for at := range len(p) { // a flipped bit: mostly no point at all
			p[at] ^= 1 << (i % 8)
			_, code := blsAggregateG1(p)
			q[at] ^= 1 << (i % 8)
			_, code2 := blsAggregateG2(q)
			answers = append(answers, byte(code), byte(code2))
		}
		if i%8 == 0 {
			answers = append(answers, byte(blsPairingEquality(ps, qs, sumP, sumQ)), byte(blsPairingEquality(ps[:48], qs[:96], ps[:48], qs[:96])))
		}
		sum := sha256.Sum256(answers)
		chain = sum[:]
	}
	require.Equal(t, "48fe9b42e7310eacaffa6a185af9a96b7ddbce4617c7905c570262bb20a1f18a", fmt.Sprintf("%x", chain))
}
