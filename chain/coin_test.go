package chain

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestCheckDenom(t *testing.T) {
	for _, good := range []string{"abc", "uweft", "ibc/0123456789ABCDEF", "a:._-", "factory/x/y", "A" + strings.Repeat("b", 127)} {
		require.NoError(t, CheckDenom(good), good)
	}
	for _, bad := range []string{
		"", "a", "ab", "1abc", "/abc", "a b", "abc\n", "abc\x00", "äbc", "abc,def", "a+bc", "A" + strings.Repeat("b", 128), strings.Repeat("b", 1<<20),
	} {
		require.ErrorIs(t, CheckDenom(bad), ErrInvalidCoins, "%.20q", bad)
	}
}

func TestParseCoins(t *testing.T) {
	for text, want := range map[string]string{
		"":                     "",
		"  ":                   "",
		"5uweft":               "5uweft",
		"7uatom,5uweft":        "7uatom,5uweft",
		"5uweft, 7uatom":       "7uatom,5uweft",
		"1abc,2abd , 3abe":     "1abc,2abd,3abe",
		most.String() + "uabc": most.String() + "uabc",
		"1e10":                 "1e10", // a denom like any other
	} {
		got, err := ParseCoins(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got.String())
	}
	for _, bad := range []string{
		"uweft", "5", "-5uweft", "+5uweft", "05uweft", "1.5uweft", "5 uweft", "0uweft", "5uweft,", ",", "5uweft,6uweft", "5uweft;6uatom",
		most.String() + "0uabc", strings.Repeat("1abc,", 20_000),
	} {
		_, err := ParseCoins(bad)
		require.ErrorIs(t, err, ErrInvalidCoins, "%.40q", bad)
	}
}

func TestCoinsValidate(t *testing.T) {
	one := NewAmount(1)
	for name, c := range map[string]struct {
		coins Coins
		good  bool
	}{
		"none":      {nil, true},
		"sorted":    {Coins{{"abc", one}, {"abd", one}}, true},
		"unsorted":  {Coins{{"abd", one}, {"abc", one}}, false},
		"duplicate": {Coins{{"abc", one}, {"abc", one}}, false},
		"zero":      {Coins{{"abc", Amount{}}}, false},
		"bad denom": {Coins{{"a", one}}, false},
		"case":      {Coins{{"Abc", one}, {"abc", one}}, true},
	} {
		err := c.coins.Validate()
		require.Equal(t, c.good, err == nil, name)
		if err != nil {
			require.ErrorIs(t, err, ErrInvalidCoins, name)
		}
	}
}

func TestCoinsSums(t *testing.T) {
	top := amount(t, most.String())
	_, err := Coins{{"abc", top}}.Add(Coin{"abc", NewAmount(1)})
	require.ErrorIs(t, err, ErrInvalidCoins)
	rest, ok := Coins{{"abc", top}, {"abd", NewAmount(2)}}.Sub(Coins{{"abd", NewAmount(2)}})
	require.True(t, ok)
	require.Equal(t, Coins{{"abc", top}}, rest, "no zero stays")
	_, ok = Coins{{"abc", NewAmount(1)}}.Sub(Coins{{"abd", NewAmount(1)}})
	require.False(t, ok)
	require.Equal(t, NewAmount(0), Coins{}.AmountOf("abc"))
}

// TestCoinsModel compares lists with a map.
func TestCoinsModel(t *testing.T) {
	list := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Coin {
		return Coin{rapid.SampledFrom([]string{"abc", "abd", "Abc", "zzz"}).Draw(t, "denom"), NewAmount(uint64(rapid.IntRange(0, 9).Draw(t, "n")))}
	}), 0, 8)
	rapid.Check(t, func(t *rapid.T) {
		x, y := list.Draw(t, "x"), list.Draw(t, "y")
		sums := map[string]uint64{}
		for _, c := range append(append([]Coin(nil), x...), y...) {
			n, _ := c.Amount.Uint64()
			sums[c.Denom] += n
		}
		sum, err := Coins(x).Add(y...)
		require.NoError(t, err)
		require.NoError(t, sum.Validate(), "a sum is canonical")
		for denom, n := range sums {
			require.Equal(t, NewAmount(n), sum.AmountOf(denom))
		}
		part, err := Coins(x).Normalize()
		require.NoError(t, err)
		rest, ok := sum.Sub(part)
		require.True(t, ok)
		other, err := Coins(y).Normalize()
		require.NoError(t, err)
		require.Equal(t, other.String(), rest.String())
	})
}

func FuzzParseCoins(f *testing.F) {
	f.Add("5uweft,7uatom")
	f.Add("1abc ,2abd")
	f.Fuzz(func(t *testing.T, s string) {
		coins, err := ParseCoins(s)
		if err != nil {
			require.ErrorIs(t, err, ErrInvalidCoins)
			return
		}
		require.NoError(t, coins.Validate())
		again, err := ParseCoins(coins.String())
		require.NoError(t, err)
		require.Equal(t, coins, again)
	})
}
