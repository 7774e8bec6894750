package amm

import (
	"errors"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/weftchain/weft/contracts/sdk"
)

// amounts draws amounts of all sizes up to 128 bits.
func amounts(min uint64) *rapid.Generator[sdk.Uint128] {
	return rapid.Custom(func(t *rapid.T) sdk.Uint128 {
		v := sdk.Uint128{Hi: rapid.Uint64().Draw(t, "hi"), Lo: rapid.Uint64().Draw(t, "lo")}
		for range rapid.IntRange(0, 127).Draw(t, "shift") {
			v = sdk.Uint128{Hi: v.Hi >> 1, Lo: v.Lo>>1 | v.Hi<<63}
		}
		if v.Less(sdk.U128(min)) {
			return sdk.U128(min)
		}
		return v
	})
}

func number(v sdk.Uint128) *big.Int {
	n, _ := new(big.Int).SetString(v.String(), 10)
	return n
}

func draw(t *rapid.T) *pool {
	return &pool{
		Sides:  []Side{{Reserve: amounts(1).Draw(t, "a")}, {Reserve: amounts(1).Draw(t, "b")}},
		Shares: amounts(lockedShares+1).Draw(t, "shares"), FeeBps: rapid.Uint16Range(0, maxFeeBps).Draw(t, "fee"),
	}
}

// product is k for reserves that have grown and shrunk.
func product(in, plus, out, minus sdk.Uint128) *big.Int {
	grown := new(big.Int).Add(number(in), number(plus))
	return grown.Mul(grown, new(big.Int).Sub(number(out), number(minus)))
}

// TestSold: whatever the reserves and the amount, k does not fall, the pool keeps
// something, and the price is exact up to one unit of what is given.
func TestSold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, amount, side := draw(t), amounts(0).Draw(t, "amount"), rapid.IntRange(0, 1).Draw(t, "side")
		in, out := p.Sides[side].Reserve, p.Sides[1-side].Reserve
		given, fee := p.sold(side, amount)
		if !given.Less(out) {
			t.Fatalf("%s of %s", given, out)
		}
		if product(in, amount, out, given).Cmp(product(in, sdk.Uint128{}, out, sdk.Uint128{})) < 0 {
			t.Fatal("k falls")
		}
		net := new(big.Int).Sub(number(amount), number(fee))
		exact := new(big.Int).Mul(number(out), net)
		exact.Div(exact, net.Add(net, number(in)))
		if exact.Cmp(number(given)) != 0 {
			t.Fatalf("%s, exactly %s", given, exact)
		}
		if least := amount.MulDivUp(sdk.U128(uint64(p.FeeBps)), sdk.U128(allBps)); fee != least {
			t.Fatalf("fee %s, not %s", fee, least)
		}
	})
}

// TestBought: what buying costs is enough for swapping to give as much, and one
// unit less than it costs without the fee is not.
func TestBought(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, amount, side := draw(t), amounts(1).Draw(t, "amount"), rapid.IntRange(0, 1).Draw(t, "side")
		cost, fee, err := p.bought(side, amount)
		if err != nil {
			if !errors.Is(err, ErrTooLarge) {
				t.Fatal(err)
			}
			return
		}
		given, sameFee := p.sold(1-side, cost)
		if given.Less(amount) || cost.Less(fee) || fee.Less(sameFee) && fee.Add(sdk.U128(1)) != sameFee {
			t.Fatalf("%s give %s, not %s; fees %s and %s", cost, given, amount, fee, sameFee)
		}
		in, out := p.Sides[1-side].Reserve, p.Sides[side].Reserve
		if product(in, cost, out, amount).Cmp(product(in, sdk.Uint128{}, out, sdk.Uint128{})) < 0 {
			t.Fatal("k falls")
		}
		free := *p
		free.FeeBps = 0
		if less, ok := cost.Sub(fee).TrySub(sdk.U128(1)); ok {
			if given, _ := free.sold(1-side, less); !given.Less(amount) {
				t.Fatalf("%s would be enough for %s", less, amount)
			}
		}
	})
}

// TestShares: shares are never worth more than was provided for them, and never
// cost less than they give.
func TestShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := draw(t)
		offered := []sdk.Uint128{amounts(0).Draw(t, "x"), amounts(0).Draw(t, "y")}
		minted, err := p.sharesFor(offered)
		if err != nil {
			if !errors.Is(err, ErrTooSmall) && !errors.Is(err, ErrTooLarge) {
				t.Fatal(err)
			}
			return
		}
		taken := p.price(minted)
		again, err := p.sharesFor(taken)
		if again != minted || err != nil {
			t.Fatalf("%s, then %s, %v", minted, again, err)
		}
		after := pool{Sides: make([]Side, 2)}
		var fits [3]bool
		after.Shares, fits[2] = p.Shares.TryAdd(minted)
		for i := range taken {
			if offered[i].Less(taken[i]) {
				t.Fatalf("%s taken of %s", taken[i], offered[i])
			}
			after.Sides[i].Reserve, fits[i] = p.Sides[i].Reserve.TryAdd(taken[i])
		}
		if fits != [3]bool{true, true, true} {
			return
		}
		for i, back := range after.worth(minted) {
			if taken[i].Less(back) {
				t.Fatalf("%s for %s", back, taken[i])
			}
		}
	})
	first := pool{Sides: make([]Side, 2)}
	for _, c := range []struct {
		a, b sdk.Uint128
		want string
	}{
		{sdk.U128(1000), sdk.U128(1000), ""},
		{sdk.U128(1001), sdk.U128(1001), "1001"},
		{sdk.U128(0), sdk.Max128, ""},
		{sdk.Max128, sdk.Max128, sdk.Max128.String()},
	} {
		got, err := first.sharesFor([]sdk.Uint128{c.a, c.b})
		if small := errors.Is(err, ErrTooSmall); small != (c.want == "") || !small && got.String() != c.want {
			t.Errorf("%s and %s give %s, %v", c.a, c.b, got, err)
		}
	}
}
