package layout_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
)

// TestFeeAllowanceKeys: the keys of the Cosmos SDK, and the queue sorts by time.
func TestFeeAllowanceKeys(t *testing.T) {
	grantee, granter := chain.Address("\x01\x02"), chain.Address("\x03\x04\x05")
	require.Equal(t, "\x00\x02\x01\x02\x03\x03\x04\x05", string(layout.FeeAllowance(grantee, granter)))
	at := time.Date(2026, time.January, 2, 3, 4, 5, 60, time.FixedZone("east", 3600))
	key := layout.FeeAllowanceEnd(at, grantee, granter)
	require.Equal(t, "\x012026-01-02T02:04:05.000000060\x02\x01\x02\x03\x03\x04\x05", string(key))
	gotGrantee, gotGranter, err := layout.ParseFeeAllowanceEnd(key)
	require.NoError(t, err)
	require.Equal(t, [2]chain.Address{grantee, granter}, [2]chain.Address{gotGrantee, gotGranter})
	last := ""
	for _, year := range []int{1, 999, 1970, 2026, 9999} {
		next := string(layout.FeeAllowanceEnds(time.Date(year, time.December, 31, 23, 59, 59, 999_999_999, time.UTC)))
		require.Len(t, next, 30)
		require.Less(t, last, next)
		last = next
	}
	for n := range len(key) {
		_, _, err := layout.ParseFeeAllowanceEnd(key[:n])
		require.Error(t, err, n)
	}
	_, _, err = layout.ParseFeeAllowanceEnd(append(key, 0))
	require.Error(t, err)
}
