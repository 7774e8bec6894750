package lottery

import (
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/app/lottery/ticket"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/wire"
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
	res.Purse, res.Mined = *book, *set
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

func (l *Lottery) queryTickets(env *chain.Env, req *lottery.QueryTicketsRequest) (*lottery.QueryTicketsResponse, error) {
	res := &lottery.QueryTicketsResponse{Tickets: []lottery.RankedTicket{}}
	var err error
	res.Pagination, err = wire.Page(env.Store(layout.Lottery), layout.LotteryTickets(req.Epoch), req.Pagination, wire.PageRules{}, func(key, value []byte) (bool, error) {
		t := lottery.RankedTicket{Digest: append([]byte(nil), key...)}
		err := t.Ticket.Unmarshal(value)
		res.Tickets = append(res.Tickets, t)
		return true, err
	})
	return res, err
}

func (l *Lottery) queryCounts(env *chain.Env, req *lottery.QueryCountsRequest) (*lottery.QueryCountsResponse, error) {
	payout, err := queried(env, req.Payout)
	if err != nil {
		return nil, err
	}
	res := &lottery.QueryCountsResponse{Counts: []lottery.Count{}}
	entries, err := list(env, layout.LotteryCountsOf(req.Epoch, payout), maxTickets)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		n, err := layout.ParseUint64(e.value)
		if err != nil {
			return nil, err
		}
		res.Counts = append(res.Counts, lottery.Count{Tag: e.rest, Tickets: n})
	}
	return res, nil
}

func (l *Lottery) querySeats(env *chain.Env, _ *lottery.QuerySeatsRequest) (*lottery.QuerySeatsResponse, error) {
	window, err := seatList(env)
	if err != nil {
		return nil, err
	}
	res := &lottery.QuerySeatsResponse{Seats: []lottery.Seat{}}
	for _, s := range window {
		res.Seats = append(res.Seats, lottery.Seat{Epoch: s.Won, Rank: s.Rank, Operator: []byte(s.Operator), Active: s.Active})
	}
	return res, nil
}

func (l *Lottery) queryOperators(env *chain.Env, req *lottery.QueryOperatorsRequest) (*lottery.QueryOperatorsResponse, error) {
	res := &lottery.QueryOperatorsResponse{Operators: []lottery.Operator{}}
	var err error
	res.Pagination, err = wire.Page(env.Store(layout.Lottery), layout.LotteryOperatorPrefix, req.Pagination, wire.PageRules{}, func(_, value []byte) (bool, error) {
		var o lottery.Operator
		err := o.Unmarshal(value)
		res.Operators = append(res.Operators, o)
		return true, err
	})
	return res, err
}

func (l *Lottery) queryOperator(env *chain.Env, req *lottery.QueryOperatorRequest) (*lottery.QueryOperatorResponse, error) {
	address, err := queried(env, req.Address)
	if err != nil {
		return nil, err
	}
	o, err := l.Operator(env, address)
	if err != nil {
		return nil, err
	}
	if o == nil {
		return nil, status.Errorf(codes.NotFound, "%s is no operator", req.Address)
	}
	return &lottery.QueryOperatorResponse{Operator: *o}, nil
}
