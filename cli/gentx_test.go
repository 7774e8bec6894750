package cli

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDecimal18(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "0.0": "0", "1": "1000000000000000000", "1.000": "1000000000000000000", "0.1": "100000000000000000",
		"0.000000000000000001": "1", "0.999999999999999999": "999999999999999999",
	} {
		require.True(t, rateRule.MatchString(text), text)
		require.Equal(t, want, decimal18(text))
	}
	for _, bad := range []string{"", ".1", "1.1", "2", "-0.1", "0.", "0.1234567890123456789", "0,1", "1e-1", "00.1"} {
		require.False(t, rateRule.MatchString(bad), bad)
	}
}

func TestDevChain(t *testing.T) {
	for _, id := range []string{"weft-local", "weft-demo-local", "testing", "weft-testnet-3", "dev-1", "My-DEV"} {
		require.True(t, devChain(id), id)
	}
	for _, id := range []string{"weft-1", "cosmoshub-4", ""} {
		require.False(t, devChain(id), id)
	}
}
