package base

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDec(t *testing.T) {
	for wire, text := range map[Dec]string{
		"0": "0.000000000000000000", "1": "0.000000000000000001", "100000000000000000": "0.100000000000000000",
		"1000000000000000000": "1.000000000000000000", "-1500000000000000000": "-1.500000000000000000",
		"500000000000000000000000000": "500000000.000000000000000000",
	} {
		data, err := json.Marshal(wire)
		require.NoError(t, err)
		require.Equal(t, `"`+text+`"`, string(data))
		var back Dec
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, wire, back)
	}
	for text, wire := range map[string]Dec{"0.1": "100000000000000000", "1": "1000000000000000000", "0": "0", "0.0": "0", "007.5": "7500000000000000000", "-0.5": "-500000000000000000"} {
		got, err := ParseDec(text)
		require.NoError(t, err)
		require.Equal(t, wire, got)
	}
	for _, bad := range []string{"", ".", ".5", "5.", "1e5", "+1", "0.1234567890123456789", "x", "1,5"} {
		_, err := ParseDec(bad)
		require.Error(t, err, bad)
	}
	require.Equal(t, "0.000000000000000000", Dec("").Decimal())
	require.Equal(t, "x", Dec("x").Decimal())
}
