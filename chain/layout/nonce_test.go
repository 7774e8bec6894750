package layout

import (
	"bytes"
	"encoding/hex"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestUnorderedNonce: keys sort by time, times before 1970 included, and are
// those of the reference's module.
func TestUnorderedNonce(t *testing.T) {
	require.Equal(t, "5a8000000000000001"+"6161", hex.EncodeToString(UnorderedNonce(time.Unix(0, 1), "aa")))
	require.Equal(t, "5a7fffffffffffffff", hex.EncodeToString(UnorderedNonce(time.Unix(0, -1), "")))
	var last []byte
	for _, at := range []time.Time{time.Unix(-5, 0), time.Unix(0, -1), time.Unix(0, 0), time.Unix(0, 1), time.Unix(1_800_000_000, 0)} {
		key := UnorderedNonce(at, "x")
		require.Negative(t, bytes.Compare(last, key))
		require.True(t, bytes.HasPrefix(key, UnorderedNoncePrefix))
		last = key
	}
}
