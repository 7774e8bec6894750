package chain

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var most = new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 256), big.NewInt(1))

func amount(t require.TestingT, s string) Amount {
	a, err := ParseAmount(s)
	require.NoError(t, err)
	return a
}

func TestParseAmount(t *testing.T) {
	for _, good := range []string{"0", "1", "10", "18446744073709551616", most.String()} {
		require.Equal(t, good, amount(t, good).String())
	}
	above := new(big.Int).Add(most, big.NewInt(1)).String()
	for _, bad := range []string{
		"", "-1", "+1", "-0", "01", "00", "1e3", "1.0", "0x10", "1_000", " 1", "1 ", "1\n", "١", "NaN", "1\x00",
		above, "1" + strings.Repeat("0", 80), strings.Repeat("9", 1<<20),
	} {
		_, err := ParseAmount(bad)
		require.Error(t, err, "%.40q", bad)
		require.Less(t, len(err.Error()), 1000)
	}
}

func TestAmountEdges(t *testing.T) {
	top := amount(t, most.String())
	_, ok := top.Add(NewAmount(1))
	require.False(t, ok)
	_, ok = NewAmount(0).Sub(NewAmount(1))
	require.False(t, ok)
	_, ok = top.MulDiv(NewAmount(1), NewAmount(0))
	require.False(t, ok)
	_, ok = top.MulDiv(top, NewAmount(1))
	require.False(t, ok)
	back, ok := top.MulDiv(top, top)
	require.True(t, ok, "the product has 512 bits")
	require.Equal(t, top, back)
	_, ok = amount(t, "18446744073709551616").Uint64()
	require.False(t, ok)
	n, ok := amount(t, "18446744073709551615").Uint64()
	require.True(t, ok)
	require.Equal(t, uint64(1<<64-1), n)
	require.True(t, Amount{}.IsZero())
}

// TestAmountModel compares with math/big.
func TestAmountModel(t *testing.T) {
	draw := rapid.Custom(func(t *rapid.T) *big.Int {
		b := rapid.SliceOfN(rapid.Byte(), 0, 32).Draw(t, "bytes")
		return new(big.Int).SetBytes(b)
	})
	fits := func(n *big.Int) bool { return n.Sign() >= 0 && n.Cmp(most) <= 0 }
	rapid.Check(t, func(t *rapid.T) {
		x, y, z := draw.Draw(t, "x"), draw.Draw(t, "y"), draw.Draw(t, "z")
		a, b, c := amount(t, x.String()), amount(t, y.String()), amount(t, z.String())
		require.Equal(t, x.Cmp(y), a.Cmp(b))
		check := func(got Amount, ok bool, want *big.Int) {
			require.Equal(t, fits(want), ok)
			if ok {
				require.Equal(t, want.String(), got.String())
			}
		}
		sum, ok := a.Add(b)
		check(sum, ok, new(big.Int).Add(x, y))
		rest, ok := a.Sub(b)
		check(rest, ok, new(big.Int).Sub(x, y))
		if z.Sign() > 0 {
			q, ok := a.MulDiv(b, c)
			check(q, ok, new(big.Int).Div(new(big.Int).Mul(x, y), z))
		}
		require.Equal(t, x.String(), a.String(), "operands stay as they are")
	})
}
