package app

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/tx"
)

// blockBytes is what CometBFT counts for the transactions of a block: each its
// length, a tag and the varint of the length.
func blockBytes(txs [][]byte) int64 {
	var sum int64
	for _, raw := range txs {
		sum++
		for n := len(raw); ; n >>= 7 {
			sum++
			if n < 0x80 {
				break
			}
		}
		sum += int64(len(raw))
	}
	return sum
}

// TestProposals: whatever waits, what Prepare chooses fits and Process takes it
// (advisories 1d, cosmos-sdk#18551).
func TestProposals(t *testing.T) {
	g := genesis(t)
	g.Params.MaxTxBytes = 1_500
	w := newWorld(t, worldOptions{genesis: g, maxGas: 1_000_000})
	draw := rapid.Custom(func(rt *rapid.T) []byte {
		switch rapid.IntRange(0, 3).Draw(rt, "kind") {
		case 0:
			return rapid.SliceOfN(rapid.Byte(), 0, 60).Draw(rt, "garbage")
		case 1:
			return make([]byte, rapid.SampledFrom([]int{0, 1, 127, 128, 1_499, 1_500, 1_501, 5_000}).Draw(rt, "zeros"))
		}
		gas := rapid.SampledFrom([]uint64{0, 1, 300_000, 500_000, 999_999, 1_000_000, 1_000_001, 1 << 63, 1<<64 - 1}).Draw(rt, "gas")
		memo := make([]byte, rapid.SampledFrom([]int{0, 200, 1_100, 1_200, 1_300}).Draw(rt, "memo"))
		for i := range memo {
			memo[i] = 'm'
		}
		raw, err := tx.Builder{Msgs: []chain.Message{msgSend(t, "alice", "bob", "1uweft")}, GasLimit: gas, Memo: string(memo)}.Sign(secret(t, "alice"), testChain, 1, 0)
		require.NoError(rt, err)
		return raw
	})
	rapid.Check(t, func(rt *rapid.T) {
		waiting := rapid.SliceOfN(draw, 0, 12).Draw(rt, "waiting")
		if len(waiting) > 0 && rapid.Bool().Draw(rt, "twice") {
			waiting = append(waiting, waiting[0])
		}
		maxBytes := rapid.Int64Range(0, 8_000).Draw(rt, "max bytes")
		chosen, err := w.app.Prepare(waiting, maxBytes)
		require.NoError(rt, err)
		require.LessOrEqual(rt, blockBytes(chosen), maxBytes)
		good, err := w.app.Process(chosen)
		require.NoError(rt, err)
		require.True(rt, good)
		next := 0 // in their order
		for _, raw := range waiting {
			if next < len(chosen) && string(raw) == string(chosen[next]) {
				next++
			}
		}
		require.Equal(rt, len(chosen), next)
	})
}

func TestProcessRefuses(t *testing.T) {
	w := newWorld(t, worldOptions{maxGas: 1_000_000})
	big := func(gas uint64) []byte {
		return w.build("alice", 0, tx.Builder{Msgs: []chain.Message{msgSend(t, "alice", "bob", "1uweft")}, GasLimit: gas})
	}
	for name, c := range map[string]struct {
		txs  [][]byte
		want bool
	}{
		"none":                       {nil, true},
		"garbage":                    {[][]byte{{1, 2, 3}, nil, {0xff}}, true}, // fails when it is executed
		"exactly full":               {[][]byte{big(400_000), big(600_000)}, true},
		"one unit above":             {[][]byte{big(400_000), big(600_001)}, false},
		"one that asks for too much": {[][]byte{big(1 << 62), big(1_000_000)}, true}, // refused, using none
		"too long":                   {[][]byte{make([]byte, 4<<20+1)}, false},
		"as long as can be":          {[][]byte{make([]byte, 4<<20)}, true},
	} {
		good, err := w.app.Process(c.txs)
		require.NoError(t, err)
		require.Equal(t, c.want, good, name)
	}
}
