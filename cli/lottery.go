package cli

import (
	"strconv"

	"github.com/spf13/cobra"

	"github.com/weftchain/weft/chain"
	page "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

const lotteryQuery = "/weft.lottery.v1.Query/"

// lotteryCommand has all of the lottery but the mining itself.
func (r *run) lotteryCommand() *cobra.Command {
	subs := append(r.lotteryQueries(), r.lotteryRegister(), r.lotteryReady(), r.lotteryUnjail(), r.lotteryRetire(), r.lotterySimulate())
	return newGroup("lottery", "Epochs, seats and operators of a chain that is mined", subs...)
}

func (r *run) queryLottery() *cobra.Command {
	return newGroup("lottery", "Epochs, seats and operators of a chain that is mined", r.lotteryQueries()...)
}

func (r *run) lotteryQueries() []*cobra.Command {
	return []*cobra.Command{
		r.queryOf(method("status", "The epoch that is mined, the one before, and the book", lotteryQuery+"Status",
			nothing[lottery.QueryStatusRequest](), empty[lottery.QueryStatusResponse]())),
		r.queryOf(method("params", "Rules of the lottery, and those that wait", lotteryQuery+"Params",
			nothing[lottery.QueryParamsRequest](), empty[lottery.QueryParamsResponse]())),
		r.queryOf(r.lotteryEpoch()),
		r.queryOf(r.lotteryLeader()),
		r.queryOf(r.lotteryTickets()),
		r.queryOf(method("seats", "The window of seats, the oldest first", lotteryQuery+"Seats",
			nothing[lottery.QuerySeatsRequest](), empty[lottery.QuerySeatsResponse]())),
		r.queryOf(pages("operators", "All operators", lotteryQuery+"Operators",
			func(_ []string, p *page.PageRequest) chain.Message {
				return &lottery.QueryOperatorsRequest{Pagination: p}
			},
			empty[lottery.QueryOperatorsResponse]())),
		r.queryOf(method("operator ADDRESS", "One operator", lotteryQuery+"Operator",
			func(a []string, _ *page.PageRequest) chain.Message {
				return &lottery.QueryOperatorRequest{Address: a[0]}
			},
			empty[lottery.QueryOperatorResponse]())),
		r.queryOf(r.lotteryCounts()),
		r.queryOf(method("supply", "What was mined, what may be, and where it is", lotteryQuery+"Supply",
			nothing[lottery.QuerySupplyRequest](), empty[lottery.QuerySupplyResponse]())),
	}
}

func (r *run) lotteryLeader() call {
	c := method("leader [EPOCH]", "Who leads: the best ticket of an epoch, of the last that is settled without EPOCH", lotteryQuery+"Leader", nil, empty[lottery.QueryLeaderResponse]())
	c.args = cobra.MaximumNArgs(1)
	c.req = func(a []string, _ *page.PageRequest) (chain.Message, error) {
		if len(a) == 0 {
			return &lottery.QueryLeaderRequest{}, nil
		}
		n, err := epochArg(a)
		return &lottery.QueryLeaderRequest{Epoch: n}, err
	}
	return c
}

func (r *run) lotteryCounts() call {
	c := method("counts EPOCH ADDRESS", "How many tickets an account had in a settled epoch, by tag", lotteryQuery+"Counts", nil, empty[lottery.QueryCountsResponse]())
	c.req = func(a []string, _ *page.PageRequest) (chain.Message, error) {
		n, err := epochArg(a)
		return &lottery.QueryCountsRequest{Epoch: n, Payout: a[1]}, err
	}
	return c
}

// epochArg reads the number of an epoch.
func epochArg(a []string) (uint64, error) {
	n, err := strconv.ParseUint(a[0], 10, 64)
	if err != nil {
		return 0, usage("epoch %.40q is not a number", a[0])
	}
	return n, nil
}

func (r *run) lotteryEpoch() call {
	c := method("epoch EPOCH", "One epoch: seed, target, what it paid", lotteryQuery+"Epoch", nil, empty[lottery.QueryEpochResponse]())
	c.req = func(a []string, _ *page.PageRequest) (chain.Message, error) {
		n, err := epochArg(a)
		return &lottery.QueryEpochRequest{Epoch: n}, err
	}
	return c
}

func (r *run) lotteryTickets() call {
	c := pages("tickets EPOCH", "The tickets of an epoch that is not settled, the best first", lotteryQuery+"Tickets", nil, empty[lottery.QueryTicketsResponse]())
	c.req = func(a []string, p *page.PageRequest) (chain.Message, error) {
		n, err := epochArg(a)
		return &lottery.QueryTicketsRequest{Epoch: n, Pagination: p}, err
	}
	return c
}
