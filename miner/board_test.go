package miner

import (
	"encoding/hex"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	rules "github.com/weftchain/weft/app/lottery"
	"github.com/weftchain/weft/client"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

func notice(height int64, pairs ...string) client.Notice {
	n := client.Notice{Height: height, Events: map[string][]string{}}
	for i := 0; i < len(pairs); i += 2 {
		n.Events[pairs[i]] = append(n.Events[pairs[i]], pairs[i+1])
	}
	return n
}

func ticketNotice(epoch uint64, first byte, payout string) client.Notice {
	d := [32]byte{0, 0, first}
	return notice(5, "lottery_ticket.epoch", fmt.Sprint(epoch), "lottery_ticket.digest", hex.EncodeToString(d[:]), "lottery_ticket.payout", payout)
}

// TestBoard: an epoch as a miner sees it, from its begin to what it paid.
func TestBoard(t *testing.T) {
	p := rules.LocalParams("uweft")
	var heard [][32]byte
	b := NewBoard("me", true)
	b.onIncluded(func(d [32]byte) { heard = append(heard, d) })
	b.Status(1, &lottery.QueryStatusResponse{Current: lottery.Epoch{Params: p, FirstHeight: 2, LastHeight: 21, Target: p.PowLimit}}, nil, time.Time{})
	require.True(t, b.Block(notice(21, "lottery_epoch_started.epoch", "1", "lottery_epoch_started.target", hex.EncodeToString(p.PowLimit),
		"lottery_epoch_started.first_height", "22", "lottery_epoch_started.last_height", "41")))
	require.False(t, b.Block(notice(31)))
	for i := byte(1); i <= 6; i++ {
		who := "other"
		if i%3 == 2 {
			who = "me"
		}
		b.Ticket(ticketNotice(1, i, who))
	}
	b.Ticket(ticketNotice(77, 1, "me")) // an epoch that is not known
	b.Ticket(notice(5, "lottery_ticket.epoch", "1"))
	require.Len(t, heard, 2)
	s := b.Standing(1, 1000)
	require.Equal(t, [3]uint64{6, 2, 2}, [3]uint64{s.Tickets, s.Mine, uint64(s.Rank)})
	require.Equal(t, [3]int64{22, 41, 45}, [3]int64{s.First, s.Last, s.Settles})
	require.Positive(t, s.Network)
	require.Positive(t, s.Seat)
	require.Less(t, s.Leader, 1.0)
	require.Positive(t, s.Expected)
	b.Block(notice(45, "lottery_settled.epoch", "1", "lottery_settled.tickets", "6", "lottery_settled.per_ticket", "100",
		"lottery_leader.payout", "other", "lottery_leader.operator", "", "lottery_leader.bonus", "7",
		"lottery_seat.epoch", "1", "lottery_seat.digest", hex.EncodeToString(heard[0][:])))
	require.Equal(t, []Settled{{Epoch: 1, Tickets: 6, Mine: 2, PerTicket: 100, Income: 200, Seats: 1}}, b.Settled())
	require.Empty(t, b.Settled())
	require.Equal(t, Income{Denom: "uweft", Last: 200, Total: 200}, b.Standing(1, 0).Income)
}

// TestOdds: in the cases that can be said at once.
func TestOdds(t *testing.T) {
	limit := [32]byte{0, 0xff}
	low, high := [32]byte{0, 1}, [32]byte{0, 0xf0}
	mine := odds{places: [][32]byte{low, high}, mine: []int{0}, target: limit}
	require.InDelta(t, 1, mine.leader(), 1e-9, "nothing is to come")
	require.InDelta(t, 1, mine.seat(1), 1e-9)
	theirs := odds{places: [][32]byte{low, high}, mine: []int{1}, target: limit}
	require.Zero(t, theirs.leader())
	require.Zero(t, theirs.seat(1))
	require.InDelta(t, 1, theirs.seat(2), 1e-9)
	open := odds{target: limit, coming: 1000, own: 250}
	require.InDelta(t, 0.25, open.leader(), 1e-6, "by share")
	require.InDelta(t, 1-math.Exp(-1), odds{target: limit, coming: 1000, own: 250}.seat(4), 1e-6, "four seats, a quarter of the work")
	require.InDelta(t, math.Exp(-2)*(1+2+2), poisson(2, 2), 1e-12)
	require.Zero(t, poisson(2, -1))
}
