package lottery

import (
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/app/lottery/ticket"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// Queries lists the methods of weft.lottery.v1.Query.
func (l *Lottery) Queries() []chain.Route {
	const service = "/weft.lottery.v1.Query/"
	return []chain.Route{
		chain.NewQuery(service+"Params", l.queryParams),
		chain.NewQuery(service+"Status", l.queryStatus),
		chain.NewQuery(service+"Epoch", l.queryEpoch),
		chain.NewQuery(service+"Work", l.queryWork),
		chain.NewQuery(service+"Tickets", l.queryTickets),
		chain.NewQuery(service+"Counts", l.queryCounts),
		chain.NewQuery(service+"Seats", l.querySeats),
		chain.NewQuery(service+"Operators", l.queryOperators),
		chain.NewQuery(service+"Operator", l.queryOperator),
		chain.NewQuery(service+"Leader", l.queryLeader),
		chain.NewQuery(service+"Supply", l.querySupply),
	}
}

func (l *Lottery) queryParams(env *chain.Env, _ *lottery.QueryParamsRequest) (*lottery.QueryParamsResponse, error) {
	p, err := l.Params(env)
	if err != nil {
		return nil, err
	}
	res := &lottery.QueryParamsResponse{Params: p}
	if res.Pending, err = load[lottery.Pending](env, layout.LotteryPending); err != nil {
		return nil, err
	}
	res.Stopped, err = env.FreeStore(layout.Lottery).Has(layout.LotteryStopped)
	return res, err
}

// mining is the epoch that is mined, or a status for people.
func mining(env *chain.Env) (*lottery.Epoch, error) {
	cur, err := current(env)
	if err == nil && cur == nil {
		err = status.Error(codes.NotFound, "no epoch yet: the first begins after the first block")
	}
	return cur, err
}

func (l *Lottery) queryStatus(env *chain.Env, _ *lottery.QueryStatusRequest) (*lottery.QueryStatusResponse, error) {
	cur, err := mining(env)
	if err != nil {
		return nil, err
	}
	res := &lottery.QueryStatusResponse{Current: *cur}
	if cur.Epoch > 0 {
		if res.Previous, err = epochAt(env, cur.Epoch-1); err != nil {
			return nil, err
		}
	}
	book, err := purse(env)
	if err != nil {
		return nil, err
	}
	set, err := minedSet(env)
	if err != nil {
		return nil, err
	}
	res.Purse, res.Mined = *book, lottery.MinedInfo{Anchors: set.Anchors, Since: set.Since}
	for _, m := range set.Members {
		res.Mined.Members = append(res.Mined.Members, lottery.MemberInfo{
			Operator: named(env, m.Operator), ConsAddress: env.Bech32().Consensus(consensusAddress(m.ConsPubkey)), Seats: m.Seats, Power: m.Power,
		})
	}
	return res, nil
}

func (l *Lottery) queryEpoch(env *chain.Env, req *lottery.QueryEpochRequest) (*lottery.QueryEpochResponse, error) {
	e, err := epochAt(env, req.Epoch)
	if err != nil {
		return nil, err
	}
	if e == nil {
		return nil, status.Errorf(codes.NotFound, "epoch %d is not known: not begun, or more than %d epochs ago", req.Epoch, keptEpochs)
	}
	return &lottery.QueryEpochResponse{Epoch: *e}, nil
}

func (l *Lottery) queryWork(env *chain.Env, req *lottery.QueryWorkRequest) (*lottery.QueryWorkResponse, error) {
	e, err := mining(env)
	if err != nil {
		return nil, err
	}
	payout, err := queried(env, req.Payout)
	if err != nil {
		return nil, err
	}
	h := ticket.Header{
		Seed: bytes32(e.Seed), Epoch: e.Epoch, Algo: ticket.Algo(e.Params.Algo), Version: ticket.Version, Payout: payout.Bytes(), Tag: req.Tag,
	}
	if req.Operator != "" {
		operator, err := queried(env, req.Operator)
		if err != nil {
			return nil, err
		}
		h.Operator = operator.Bytes()
	}
	if err := h.Check(); err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	prehash, span := h.Prehash(), spanOf(e)
	return &lottery.QueryWorkResponse{
		Epoch: e.Epoch, Prehash: prehash[:], Target: e.Target, Algo: e.Params.Algo, Seed: e.Seed,
		LastHeight: span.Last, LastTaken: span.SettlesAt(), Version: ticket.Version,
	}, nil
}

func queried(env *chain.Env, address string) (chain.Address, error) {
	a, err := env.Bech32().ParseAccount(address)
	if err != nil {
		return "", status.Error(codes.InvalidArgument, err.Error())
	}
	return a, nil
}

func (l *Lottery) querySupply(env *chain.Env, _ *lottery.QuerySupplyRequest) (*lottery.QuerySupplyResponse, error) {
	p, err := l.Params(env)
	if err != nil {
		return nil, err
	}
	book, err := purse(env)
	if err != nil {
		return nil, err
	}
	cur, err := current(env)
	if err != nil {
		return nil, err
	}
	epoch := uint64(0)
	if cur != nil {
		epoch = cur.Epoch
	}
	return &lottery.QuerySupplyResponse{
		Denom: p.Denom, Minted: book.Minted, MiningCap: p.MiningCap, Subsidy: potOf(p).Subsidised(epoch),
		NextHalving: (epoch/p.HalvingEpochs + 1) * p.HalvingEpochs, Carry: book.Carry, Fees: book.Fees, Queued: book.Queued,
		Escrowed: book.Escrowed, SetAside: book.SetAside,
	}, nil
}

// Settled is an epoch that is settled: the one of a number, or, of 0, the last.
// It is nil if there is none.
func (l *Lottery) Settled(env *chain.Env, number uint64) (*lottery.Epoch, error) {
	cur, err := current(env)
	if err != nil || cur == nil {
		return nil, err
	}
	from, least := number, number
	if number == 0 { // the one before is settled soon after this one began
		from, least = max(cur.Epoch, 1)-1, max(cur.Epoch, 2)-2
	}
	for n := from; ; n-- {
		e, err := epochAt(env, n)
		if err != nil {
			return nil, err
		}
		if e != nil && e.Stage != lottery.StageMining {
			return e, nil
		}
		if n == least {
			return nil, nil
		}
	}
}

func (l *Lottery) queryLeader(env *chain.Env, req *lottery.QueryLeaderRequest) (*lottery.QueryLeaderResponse, error) {
	e, err := l.Settled(env, req.Epoch)
	if err != nil {
		return nil, err
	}
	if e == nil {
		return nil, status.Error(codes.NotFound, "no such epoch is settled: weft lottery status shows which one is mined and when it ends")
	}
	return &lottery.QueryLeaderResponse{
		Epoch: e.Epoch, Digest: e.Leader, Payout: e.LeaderPayout, Operator: e.LeaderOperator, Bonus: e.LeaderBonus, Beacon: e.Beacon,
	}, nil
}
