package chain

import (
	"strings"
	"testing"

	"github.com/btcsuite/btcd/btcutil/bech32"
	"github.com/stretchr/testify/require"
)

// raw is an address of n bytes.
func raw(n int) Address {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i + 1)
	}
	return Address(b)
}

// The texts are from an encoder of its own, written after BIP-173.
func TestBech32Forms(t *testing.T) {
	a := raw(20)
	p := Bech32("weft")
	for _, c := range []struct {
		text  string
		want  string
		parse func(string) (Address, error)
	}{
		{p.Account(a), "weft1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc5nkzvuq", p.ParseAccount},
		{p.Validator(a), "weftvaloper1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc5qq5jpa", p.ParseValidator},
		{p.Consensus(a), "weftvalcons1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc55n8wdu", p.ParseConsensus},
	} {
		require.Equal(t, c.want, c.text)
		got, err := c.parse(c.text)
		require.NoError(t, err)
		require.Equal(t, a, got)
	}
	require.Empty(t, p.Account(""), "no address has no text")
	require.Equal(t, []byte{3, 1, 2, 3}, raw(3).LengthPrefixed())
}

// The reference's example: BIP-173's own key under a Cosmos prefix.
func TestBech32KnownAccount(t *testing.T) {
	a, err := Bech32("cosmos").ParseAccount("cosmos1pkptre7fdkl6gfrzlesjjvhxhlc3r4gmmk8rs6")
	require.NoError(t, err)
	require.Len(t, a, 20)
	require.Equal(t, "cosmos1pkptre7fdkl6gfrzlesjjvhxhlc3r4gmmk8rs6", Bech32("cosmos").Account(a))
}

func TestParseAccountRefuses(t *testing.T) {
	p := Bech32("weft")
	good := p.Account(raw(20))
	groups, err := bech32.ConvertBits([]byte(raw(20)), 8, 5, true)
	require.NoError(t, err)
	m, err := bech32.EncodeM("weft", groups)
	require.NoError(t, err)
	padded, err := bech32.Encode("weft", append(append([]byte(nil), groups...), 0)) // one group of bits too many
	require.NoError(t, err)
	for name, text := range map[string]string{
		"empty":          "",
		"spaces":         "  ",
		"space in front": " " + good,
		"space behind":   good + " ",
		"newline behind": good + "\n",
		"mixed case":     strings.ToUpper(good[:8]) + good[8:],
		"one character":  good[:len(good)-1] + "p",
		"short":          good[:len(good)-1],
		"other prefix":   Bech32("cosmos").Account(raw(20)),
		"longer prefix":  p.Validator(raw(20)),
		"consensus form": p.Consensus(raw(20)),
		"no prefix":      good[4:],
		"bech32m":        m,
		"padding":        padded,
		"no data":        mustEncode(t, "weft", nil),
		"hex":            "0x0102030405060708090a0b0c0d0e0f1011121314",
		"not ASCII":      "wéft1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc5",
		"NUL":            good[:10] + "\x00" + good[11:],
		"1 MiB":          strings.Repeat("q", 1<<20),
		"prefix only":    "weft1",
	} {
		_, err := p.ParseAccount(text)
		require.ErrorIs(t, err, ErrInvalidAddress, name)
		require.Less(t, len(err.Error()), 4096, "%s: the text is bounded", name)
	}
	upper, err := p.ParseAccount(strings.ToUpper(good))
	require.NoError(t, err, "as in the reference")
	require.Equal(t, raw(20), upper)
}

func TestParseAccountTexts(t *testing.T) {
	p := Bech32("weft")
	_, err := p.ParseAccount("  ")
	require.EqualError(t, err, "empty address string is not allowed: invalid address")
	_, err = p.ParseAccount(Bech32("wasm").Account(raw(20)))
	require.EqualError(t, err, "invalid Bech32 prefix; expected weft, got wasm: invalid address")
}

func TestAddressLengths(t *testing.T) {
	p := Bech32("weft")
	for _, n := range []int{1, 19, 20, 21, 31, 32, 33, 64, 255, 256} {
		a := raw(n)
		_, err := p.ParseAccount(p.Account(a))
		_, errValidator := p.ParseValidator(p.Validator(a))
		_, errConsensus := p.ParseConsensus(p.Consensus(a))
		_, errAny := p.ParseAnyLength(p.Account(a))
		require.Equal(t, n == 20 || n == 32, err == nil, "%d bytes: %v", n, err)
		require.Equal(t, n == 20 || n == 32, errValidator == nil, "%d bytes", n)
		require.Equal(t, n == 20, errConsensus == nil, "%d bytes", n)
		require.Equal(t, n <= 255, errAny == nil, "%d bytes: %v", n, errAny)
		if err != nil {
			require.ErrorIs(t, err, ErrInvalidAddress)
		}
	}
}

// Bech32 does not notice a "q" put in or taken away in front of a final "p".
// The length of an account does.
func TestInsertedQ(t *testing.T) {
	p := Bech32("weft")
	found := 0
	for i := 0; found < 3; i++ {
		b := []byte(raw(20))
		b[0], b[1] = byte(i), byte(i>>8)
		good := p.Account(Address(b))
		if !strings.HasSuffix(good, "p") {
			continue
		}
		found++
		for n := 1; n <= 32; n++ {
			bad := good[:len(good)-1] + strings.Repeat("q", n) + "p"
			a, err := p.ParseAccount(bad)
			if err == nil { // twenty of them make a contract's length: no slip of a finger
				require.Equal(t, 20, n)
				require.Len(t, a, 32)
				continue
			}
			require.ErrorIs(t, err, ErrInvalidAddress, bad)
		}
	}
}

func mustEncode(t *testing.T, prefix string, data []byte) string {
	s, err := bech32.Encode(prefix, data)
	require.NoError(t, err)
	return s
}

func FuzzParseAccount(f *testing.F) {
	p := Bech32("weft")
	for _, n := range []int{1, 20, 32} {
		f.Add(p.Account(raw(n)))
	}
	f.Add("WEFT1QYPQXPQ9QCRSSZG2PVXQ6RS0ZQG3YYC5NKZVUQ")
	f.Fuzz(func(t *testing.T, s string) {
		a, err := p.ParseAccount(s)
		if err != nil {
			require.ErrorIs(t, err, ErrInvalidAddress)
			return
		}
		require.Equal(t, strings.ToLower(s), p.Account(a), "an account has one text but for its case")
	})
}
