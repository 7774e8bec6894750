package sdk_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
)

func ExampleUint128() {
	price, _ := sdk.ParseUint128("1500000")
	fee := price.MulDiv(sdk.U128(3), sdk.U128(1000))
	fmt.Println(price.Sub(fee), fee)
	if _, ok := fee.TrySub(price); !ok {
		fmt.Println("the fee is smaller than the price")
	}
	// Output:
	// 1495500 4500
	// the fee is smaller than the price
}

// wide returns integers of many lengths, with the edges among them.
func wide(rng *rand.Rand) sdk.Uint256 {
	var v sdk.Uint256
	for i := range rng.IntN(5) {
		switch rng.IntN(4) {
		case 0:
			v[i] = 1<<64 - 1
		case 1:
			v[i] = rng.Uint64() >> rng.IntN(64)
		case 2:
			v[i] = rng.Uint64()
		}
	}
	return v
}

func bigOf(v sdk.Uint256) *big.Int {
	b := new(big.Int)
	for i := range v {
		b.Lsh(b, 64)
		b.Or(b, new(big.Int).SetUint64(v[len(v)-1-i]))
	}
	return b
}

// TestUint256 compares with math/big.
func TestUint256(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	limit := new(big.Int).Lsh(big.NewInt(1), 256)
	for range 20_000 {
		a, b := wide(rng), wide(rng)
		x, y := bigOf(a), bigOf(b)
		check := func(what string, got sdk.Uint256, ok bool, want *big.Int) {
			fits := want.Sign() >= 0 && want.Cmp(limit) < 0
			if ok != fits || fits && got.String() != want.String() {
				t.Fatalf("%s %s %s = %s, %v; want %s", x, what, y, got, ok, want)
			}
		}
		sum, ok := a.TryAdd(b)
		check("+", sum, ok, new(big.Int).Add(x, y))
		diff, ok := a.TrySub(b)
		check("-", diff, ok, new(big.Int).Sub(x, y))
		product, ok := a.TryMul(b)
		check("*", product, ok, new(big.Int).Mul(x, y))
		if y.Sign() > 0 {
			q, rest := a.DivMod(b)
			check("/", q, true, new(big.Int).Div(x, y))
			check("%", rest, true, new(big.Int).Mod(x, y))
		}
		root := a.Sqrt()
		check("root", root, true, new(big.Int).Sqrt(x))
		if c := wide(rng); !c.IsZero() {
			mulDiv(t, a, b, c, limit)
		}
		if a.Cmp(b) != x.Cmp(y) {
			t.Fatal(x, y)
		}
		back, ok := sdk.ParseUint256(x.String())
		check("parsed", back, ok && back == a, x)
		_, ok = sdk.ParseUint256(new(big.Int).Add(x, limit).String())
		if ok {
			t.Fatal("2^256 fits")
		}
		narrow, ok := sdk.ParseUint128(x.String())
		if small, fits := a.Uint128(); ok != fits || ok && (narrow != small || narrow.String() != x.String()) {
			t.Fatalf("%s as 128 bits: %s, %v", x, narrow, ok)
		}
		n, _ := sdk.Uint256{a[0], a[1]}.Uint128()
		m, _ := sdk.Uint256{b[0], b[1]}.Uint128()
		s128, ok := n.TryAdd(m)
		w128, fits := n.Wide().Add(m.Wide()).Uint128()
		if ok != fits || ok && s128 != w128 || n.Cmp(m) != n.Wide().Cmp(m.Wide()) {
			t.Fatal(n, m)
		}
	}
}

// mulDiv compares MulDiv and MulDivUp, which panic if the quotient does not fit.
func mulDiv(t *testing.T, a, b, c sdk.Uint256, limit *big.Int) {
	t.Helper()
	q, rest := new(big.Int).QuoRem(new(big.Int).Mul(bigOf(a), bigOf(b)), bigOf(c), new(big.Int))
	up := new(big.Int).Add(q, big.NewInt(int64(min(1, rest.BitLen()))))
	for want, f := range map[*big.Int]func(b, c sdk.Uint256) sdk.Uint256{q: a.MulDiv, up: a.MulDivUp} {
		got := "overflow"
		func() {
			defer func() { _ = recover() }()
			got = f(b, c).String()
		}()
		if text := want.String(); want.Cmp(limit) < 0 && got != text || want.Cmp(limit) >= 0 && got != "overflow" {
			t.Fatalf("%s·%s/%s is %s, want %s", a, b, c, got, text)
		}
	}
}

// TestDecimal: digits in, the same digits out; shares round as they say.
func TestDecimal(t *testing.T) {
	for in, want := range map[string]string{
		"0": "0", "0.0": "0", "1": "1", "1.50": "1.5", "0.000000000000000001": "0.000000000000000001", "007.25": "7.25",
		"115792089237316195423570985008687907853269984665640564039457.584007913129639935": "115792089237316195423570985008687907853269984665640564039457.584007913129639935",
	} {
		d, ok := sdk.ParseDecimal(in)
		if !ok || d.String() != want {
			t.Errorf("%s is %s, %v", in, d, ok)
		}
		var back sdk.Decimal
		if err := json.Decode(`"`+in+`"`, &back); err != nil || back != d || string(json.Encode(d)) != `"`+want+`"` {
			t.Error(in, err, back)
		}
	}
	for _, bad := range []string{"", ".", ".5", "1.", "-1", "1e3", "0.0000000000000000001", "1.2.3", "115792089237316195423570985008687907853269984665640564039457.584007913129639936"} {
		if d, ok := sdk.ParseDecimal(bad); ok {
			t.Errorf("%s is %s", bad, d)
		}
	}
	third := sdk.Ratio(sdk.U256(1), sdk.U256(3))
	if third.String() != "0.333333333333333333" || third.Of(sdk.U128(3)) != sdk.U128(0) || third.OfUp(sdk.U128(3)) != sdk.U128(1) {
		t.Error(third, third.Of(sdk.U128(3)), third.OfUp(sdk.U128(3)))
	}
	if p := sdk.Percent(30).Add(sdk.Permille(5)); p.String() != "0.305" || p.Of(sdk.Max128).String() != "103786121910886231356329255266689304493" || !p.Less(sdk.One) {
		t.Error(p, p.Of(sdk.Max128))
	}
	if d := sdk.One.Sub(third).Mul(sdk.Percent(50)).Div(sdk.Percent(10)); d.String() != "3.33333333333333333" || d.Floor() != sdk.U256(3) || d.IsZero() {
		t.Error(d)
	}
}

func TestDigits(t *testing.T) {
	for _, bad := range []string{"", "-1", "+1", "1_0", " 1", "1.0", "0x1", "340282366920938463463374607431768211456"} {
		if v, ok := sdk.ParseUint128(bad); ok {
			t.Errorf("%q is %s", bad, v)
		}
	}
	if v, ok := sdk.ParseUint128("340282366920938463463374607431768211455"); !ok || v != sdk.Max128 {
		t.Error(v, ok)
	}
}
