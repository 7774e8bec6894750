package chain

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func dec(t require.TestingT, wire string) Dec {
	d, err := ParseDec(wire)
	require.NoError(t, err)
	return d
}

func TestDec(t *testing.T) {
	require.Equal(t, "1.000000000000000000", OneDec().String())
	require.Equal(t, "0.000000000000000001", dec(t, "1").String())
	require.Equal(t, "0.000000000000000000", dec(t, "").String())
	third := OneDec().Quo(NewDec(NewAmount(3)))
	require.Equal(t, "0.333333333333333333", third.String())
	require.Equal(t, "0.333333333333333334", OneDec().QuoRoundUp(NewDec(NewAmount(3))).String())
	require.Equal(t, "0.666666666666666667", NewDec(NewAmount(2)).Quo(NewDec(NewAmount(3))).String())
	require.Equal(t, "0.666666666666666666", NewDec(NewAmount(2)).QuoTruncate(NewDec(NewAmount(3))).String())
	half := dec(t, "500000000000000000")
	require.Equal(t, "0.000000000000000000", half.Mul(dec(t, "1")).String(), "halves go to the even side")
	require.Equal(t, "0.000000000000000002", half.Mul(dec(t, "3")).String())
	require.Equal(t, "0.000000000000000001", half.MulTruncate(dec(t, "3")).String())
	require.Equal(t, "7", dec(t, "7999999999999999999").Truncate().String())
	require.Equal(t, "0.250000000000000000", half.QuoAmount(NewAmount(2)).String())
	_, err := ParseDec("-1")
	require.Error(t, err)
}

// TestDecVoid: what leaves the bounds is void, and so is what follows from it.
func TestDecVoid(t *testing.T) {
	top := dec(t, most.String())
	for name, d := range map[string]Dec{
		"add": top.Add(dec(t, "1")), "sub": Dec{}.Sub(dec(t, "1")), "mul": top.Mul(NewDec(NewAmount(2))),
		"mul down": top.MulTruncate(NewDec(NewAmount(2))), "times": top.MulAmount(NewAmount(2)),
		"by zero": OneDec().Quo(Dec{}), "down by zero": OneDec().QuoTruncate(Dec{}), "up by zero": OneDec().QuoRoundUp(Dec{}),
		"by no coins": OneDec().QuoAmount(Amount{}), "quo": top.Quo(dec(t, "1")), "new": NewDec(amount(t, most.String())),
		"later": top.Add(dec(t, "1")).Sub(top), "later still": top.Add(dec(t, "1")).QuoAmount(NewAmount(3)),
	} {
		require.ErrorIs(t, d.Check(), ErrInvalidRequest, name)
		require.Positive(t, d.Cmp(top), name)
		require.False(t, d.IsZero(), name)
	}
}

// TestDecModel compares with math/big.
func TestDecModel(t *testing.T) {
	draw := rapid.Custom(func(t *rapid.T) *big.Int {
		return new(big.Int).SetBytes(rapid.SliceOfN(rapid.Byte(), 0, 32).Draw(t, "bytes"))
	})
	unit := decUnit.ToBig()
	rapid.Check(t, func(t *rapid.T) {
		x, y := draw.Draw(t, "x"), draw.Draw(t, "y")
		a, b := dec(t, x.String()), dec(t, y.String())
		check := func(got Dec, want *big.Int) {
			if want.Sign() < 0 || want.Cmp(most) > 0 {
				require.Error(t, got.Check())
				return
			}
			require.Equal(t, want.String(), got.Wire())
		}
		check(a.Add(b), new(big.Int).Add(x, y))
		check(a.Sub(b), new(big.Int).Sub(x, y))
		product := new(big.Int).Mul(x, y)
		check(a.MulTruncate(b), new(big.Int).Quo(product, unit))
		if y.Sign() == 0 {
			return
		}
		check(a.QuoTruncate(b), new(big.Int).Quo(new(big.Int).Mul(x, unit), y))
		down, near, up := a.QuoTruncate(b), a.Quo(b), a.QuoRoundUp(b)
		if up.Check() == nil {
			require.LessOrEqual(t, down.Cmp(near), 0)
			require.LessOrEqual(t, near.Cmp(up), 0)
			require.LessOrEqual(t, up.Sub(down).Cmp(Dec{n: *decUnit}.QuoAmount(Amount{n: *decUnit})), 0, "one unit of the last place apart at most")
		}
	})
}
