package layout

import (
	"bytes"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
)

func TestLotteryKeys(t *testing.T) {
	with := StoresWithLottery()
	require.True(t, slices.IsSorted(with))
	require.Equal(t, Stores(), slices.DeleteFunc(with, func(s string) bool { return s == Lottery }))

	op := chain.Address("01234567890123456789")
	var last []byte
	for _, until := range []int64{-5, 0, 1, 1 << 60} {
		key := LotteryDue(until, op, 77)
		require.Negative(t, bytes.Compare(last, key))
		last = key
		gotUntil, gotOp, gotHeight, err := ParseLotteryDue(key[1:])
		require.NoError(t, err)
		require.Equal(t, until, gotUntil)
		require.Equal(t, op, gotOp)
		require.Equal(t, int64(77), gotHeight)
		for n := range len(key) - 1 {
			_, _, _, err := ParseLotteryDue(key[1 : 1+n])
			require.Error(t, err)
		}
	}
	require.Negative(t, bytes.Compare(LotteryTicket(1, [32]byte{0xff}), LotteryTicket(2, [32]byte{})))
	require.True(t, bytes.HasPrefix(LotteryTicket(1, [32]byte{9}), LotteryTickets(1)))
	require.True(t, bytes.HasPrefix(LotteryHeld(op, 3), LotteryHeldBy(op)))
	require.True(t, bytes.HasPrefix(LotteryCountsOf(3, op), LotteryCounts(3)))
}
