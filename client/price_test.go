package client

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
)

func TestFee(t *testing.T) {
	for _, v := range []struct {
		prices string
		gas    uint64
		fee    string
	}{
		{"", 100, ""},
		{"0uweft", 100, ""},
		{"0.025uweft", 200_000, "5000uweft"},
		{"0.025uweft", 200_001, "5001uweft"},
		{"0.000000000000000001uweft", 1, "1uweft"},
		{"2uweft, 0.5uatom", 3, "2uatom,6uweft"},
		{"999999999999999999999999999999uweft", math.MaxUint64, "18446744073709551614999999999981553255926290448385uweft"},
	} {
		prices, err := ParsePrices(v.prices)
		require.NoError(t, err, v.prices)
		fee, err := Fee(prices, v.gas)
		require.NoError(t, err)
		require.Equal(t, v.fee, fee.String(), v.prices)
	}
	for _, bad := range []string{"uweft", "1", "1,", ".5uweft", "1.uweft", "-1uweft", "+1uweft", "1uweft,1uweft", "1u", "1 uweft", "NaNuweft", "1.0000000000000000001uweft"} {
		_, err := ParsePrices(bad)
		require.ErrorIs(t, err, chain.ErrInvalidCoins, bad)
	}
}

func TestAdjustment(t *testing.T) {
	for text, want := range map[string]uint64{"1": 100_001, "1.3": 130_002, "1.000001": 100_002, "100": 10_000_100} {
		a, err := ParseAdjustment(text)
		require.NoError(t, err)
		require.Equal(t, want, a.apply(100_001), text)
	}
	require.Equal(t, uint64(5), Adjustment{}.apply(5))
	a, err := ParseAdjustment("2")
	require.NoError(t, err)
	require.Equal(t, uint64(math.MaxUint64), a.apply(math.MaxUint64), "no overflow")
	for _, bad := range []string{"", "0", "0.9", "101", "-1", "1e3", "NaN", "Inf", "1,3", " 1"} {
		_, err := ParseAdjustment(bad)
		require.Error(t, err, bad)
	}
}

func TestReason(t *testing.T) {
	for log, want := range map[string]string{
		"rpc error: code = Unknown desc = failed to execute message; message index: 0: no: unauthorized with gas used: '12': unknown request": "failed to execute message; message index: 0: no: unauthorized",
		"address x: no such contract: unknown request": "address x: no such contract",
		"plain": "plain",
		"rpc error: code = NotFound desc = account a not found: key not found": "account a not found",
	} {
		require.Equal(t, want, (&QueryError{Log: log}).Reason())
	}
}
