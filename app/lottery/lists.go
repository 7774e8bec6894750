package lottery

import (
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/wire"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

func (l *Lottery) queryTickets(env *chain.Env, req *lottery.QueryTicketsRequest) (*lottery.QueryTicketsResponse, error) {
	res := &lottery.QueryTicketsResponse{Tickets: []lottery.RankedTicket{}}
	e, err := epochAt(env, req.Epoch)
	if err != nil {
		return nil, err
	}
	if e != nil && e.Stage != lottery.StageMining {
		return nil, status.Errorf(codes.NotFound, "epoch %d is settled and its tickets are gone: ask for counts, or for events lottery_ticket", req.Epoch)
	}
	page, err := wire.Page(env.Store(layout.Lottery), layout.LotteryTickets(req.Epoch), req.Pagination, wire.PageRules{}, func(key, value []byte) (bool, error) {
		var t lottery.Ticket
		err := t.Unmarshal(value)
		res.Tickets = append(res.Tickets, lottery.RankedTicket{
			Digest: append([]byte(nil), key...), Payout: named(env, t.Payout), Operator: named(env, t.Operator), Tag: t.Tag,
			Extranonce: t.Extranonce, Nonce: t.Nonce, Height: t.Height,
		})
		return true, err
	})
	res.Pagination = page
	return res, err
}

func (l *Lottery) queryCounts(env *chain.Env, req *lottery.QueryCountsRequest) (*lottery.QueryCountsResponse, error) {
	payout, err := queried(env, req.Payout)
	if err != nil {
		return nil, err
	}
	counts, err := l.Counts(env, req.Epoch, payout)
	return &lottery.QueryCountsResponse{Counts: counts}, err
}

func (l *Lottery) querySeats(env *chain.Env, _ *lottery.QuerySeatsRequest) (*lottery.QuerySeatsResponse, error) {
	window, err := seatList(env)
	if err != nil {
		return nil, err
	}
	p, err := l.Params(env)
	if err != nil {
		return nil, err
	}
	res := &lottery.QuerySeatsResponse{Seats: []lottery.SeatInfo{}}
	for _, s := range window {
		res.Seats = append(res.Seats, lottery.SeatInfo{
			Epoch: s.Won, Rank: s.Rank, Operator: named(env, []byte(s.Operator)), Active: s.Active, LastEpoch: s.Won + seatsOf(p).Life(),
		})
	}
	return res, nil
}

// informed tells of an operator what its record and the window say.
type informed struct {
	env         *chain.Env
	held, alive map[string]uint64
	power       map[string]int64
}

func inform(env *chain.Env) (*informed, error) {
	window, err := seatList(env)
	if err != nil {
		return nil, err
	}
	set, err := minedSet(env)
	if err != nil {
		return nil, err
	}
	i := &informed{env, map[string]uint64{}, map[string]uint64{}, map[string]int64{}}
	for _, s := range window {
		i.held[s.Operator]++
		if s.Active {
			i.alive[s.Operator]++
		}
	}
	for _, m := range set.Members {
		i.power[string(m.Operator)] = m.Power
	}
	return i, nil
}

func (i *informed) of(o *lottery.Operator) lottery.OperatorInfo {
	return lottery.OperatorInfo{
		Address: named(i.env, o.Address), ConsPubkey: o.ConsPubkey, ConsAddress: i.env.Bech32().Consensus(consensusAddress(o.ConsPubkey)),
		Moniker: o.Moniker, Jailed: o.Jailed, JailedEpoch: o.JailedEpoch, Tombstoned: o.Tombstoned, Retired: o.Retired, Void: o.Void,
		ReadyEpoch: o.ReadyEpoch, Escrow: o.Escrow, Seats: i.held[string(o.Address)], ActiveSeats: i.alive[string(o.Address)], Power: i.power[string(o.Address)],
	}
}

func (l *Lottery) queryOperators(env *chain.Env, req *lottery.QueryOperatorsRequest) (*lottery.QueryOperatorsResponse, error) {
	res := &lottery.QueryOperatorsResponse{Operators: []lottery.OperatorInfo{}}
	info, err := inform(env)
	if err != nil {
		return nil, err
	}
	res.Pagination, err = wire.Page(env.Store(layout.Lottery), layout.LotteryOperatorPrefix, req.Pagination, wire.PageRules{}, func(_, value []byte) (bool, error) {
		var o lottery.Operator
		err := o.Unmarshal(value)
		res.Operators = append(res.Operators, info.of(&o))
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
		return nil, status.Errorf(codes.NotFound, "%s is no operator: weft lottery register makes it one", req.Address)
	}
	info, err := inform(env)
	if err != nil {
		return nil, err
	}
	return &lottery.QueryOperatorResponse{Operator: info.of(o)}, nil
}
