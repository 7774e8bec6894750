package sdk_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/weftchain/weft/contracts/sdk"
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
