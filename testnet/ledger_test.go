package testnet

import (
	"encoding/json"
	"testing"

	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	"github.com/stretchr/testify/require"
)

// TestLedger: what was made and burned counts, in this denom, but not what a
// transaction that failed would have done.
func TestLedger(t *testing.T) {
	event := func(kind, amount string) string {
		return `{"type":"` + kind + `","attributes":[{"key":"by","value":"9uweft"},{"key":"amount","value":"` + amount + `"}]}`
	}
	var res coretypes.ResultBlockResults
	require.NoError(t, json.Unmarshal([]byte(`{
		"finalize_block_events": [`+event("burn", "5other,70uweft")+`,`+event("slash", "1uweft")+`],
		"txs_results": [{"events": [`+event("coinbase", "30uweft")+`]}, {"code": 5, "events": [`+event("burn", "1000uweft")+`]}]
	}`), &res))
	l := ledger{denom: "uweft"}
	require.NoError(t, l.add(&res))
	due, err := l.due("340282366920938463463374607431768211455")
	require.NoError(t, err)
	require.Equal(t, "340282366920938463463374607431768211415", due)
	_, err = l.due("much")
	require.Error(t, err)
	require.NoError(t, json.Unmarshal([]byte(`{"finalize_block_events": [`+event("burn", "-1uweft")+`]}`), &res))
	require.Error(t, l.add(&res))
}
