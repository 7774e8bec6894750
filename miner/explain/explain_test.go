package explain

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/miner"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// The whole of it is tested against a chain that runs: cli/testdata/node_mine.txtar.

// FuzzTicketOf: whatever a block holds, only a ticket is read as one.
func FuzzTicketOf(f *testing.F) {
	good := &lottery.MsgSubmitTicket{Epoch: 3, Payout: make([]byte, 20), Nonce: 9, Algo: lottery.AlgoSHA256D, Version: 1}
	raw, err := miner.Transaction(good)
	require.NoError(f, err)
	require.Equal(f, good, ticketOf(raw))
	for _, seed := range [][]byte{raw, nil, {1}, raw[:len(raw)-1], append(raw, 0x1a, 0)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if m := ticketOf(raw); m != nil {
			again, err := miner.Transaction(m)
			require.NoError(t, err)
			require.Equal(t, m, ticketOf(again))
		}
	})
}

func TestCompare(t *testing.T) {
	w := &work{r: &Report{}, e: &lottery.Epoch{Params: lottery.Params{Denom: "uweft"}}}
	compare(w, "a", 1, 1)
	compareBytes(w, "b", []byte{1}, []byte{2})
	w.unknown("c", "%s", "why")
	require.Equal(t, []Check{{"a", Same, "1"}, {"b", Differs, "computed 01, the chain says 02"}, {"c", Unknown, "why"}}, w.r.Checks)
	require.Equal(t, 1, w.r.Differences())
	require.Equal(t, uint64(12), w.amount("5ufoo,12uweft"))
	require.Zero(t, w.amount("12ufoo"))
}
