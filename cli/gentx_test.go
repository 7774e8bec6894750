package cli

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRateRule(t *testing.T) {
	for _, good := range []string{"0", "0.0", "1", "1.000", "0.1", "0.000000000000000001", "0.999999999999999999"} {
		require.True(t, rateRule.MatchString(good), good)
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
