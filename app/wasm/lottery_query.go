package wasm

import (
	"encoding/hex"
	"fmt"
	"strconv"

	"github.com/weftchain/weft/chain"
	lotterypb "github.com/weftchain/weft/proto/weft/lottery/v1"
	"github.com/weftchain/weft/vm/cosmwasm"
)

// Lottery is what contracts may ask about the lottery. Whoever asks pays for what
// is read. Epochs that are not there are verdicts.
type Lottery interface {
	AskMining(env *chain.Env) (uint64, error)
	AskLastSettled(env *chain.Env) (epoch uint64, ok bool, err error)
	AskStopped(env *chain.Env) (bool, error)
	// AskEpoch takes nil for the epoch that is mined, AskSettled for the last that
	// is settled.
	AskEpoch(env *chain.Env, epoch *uint64) (*lotterypb.Epoch, error)
	AskSettled(env *chain.Env, epoch *uint64) (*lotterypb.Epoch, error)
	// AskCounted reports whether AskTickets and AskCounts know the epoch.
	AskCounted(env *chain.Env, e *lotterypb.Epoch) (bool, error)
	// AskTickets counts those with a tag, or all if tag is nil.
	AskTickets(env *chain.Env, epoch uint64, payout chain.Address, tag []byte) (uint64, error)
	AskCounts(env *chain.Env, epoch uint64, payout chain.Address, after []byte, limit int) (list []lotterypb.Count, more bool, err error)
	// AskSeats counts those of an operator, or all if it is empty.
	AskSeats(env *chain.Env, operator chain.Address) (held, active uint64, err error)
	AskMemory() (epochs, counts uint64)
}

// Pages of counts.
const (
	countsPage     = 30
	countsPageMost = 100
)

// tagBytes is what a tag has, if there is one.
const tagBytes = 32

// answerCustom serves {"lottery":{…}}, on a chain that has one.
func (w *Wasm) answerCustom(env *chain.Env, request []byte) ([]byte, error) {
	if w.lottery == nil {
		return nil, unsupported("custom")
	}
	r, err := cosmwasm.DecodeLotteryRequest(request)
	if err != nil {
		return nil, &systemError{cosmwasm.SystemError{
			InvalidRequest: &cosmwasm.InvalidRequest{Err: "not a lottery query", Request: request},
		}}
	}
	q := r.Lottery
	switch {
	case q == nil:
		return nil, unsupported("custom")
	case q.Status != nil:
		return w.lotteryStatus(env)
	case q.Params != nil:
		return w.lotteryParams(env)
	case q.Epoch != nil:
		return w.lotteryEpoch(env, q.Epoch.Epoch)
	case q.Beacon != nil:
		return w.lotteryBeacon(env, q.Beacon.Epoch)
	case q.Leader != nil:
		return w.lotteryLeader(env, q.Leader.Epoch)
	case q.Tickets != nil:
		return w.lotteryTickets(env, q.Tickets)
	case q.Counts != nil:
		return w.lotteryCounts(env, q.Counts)
	case q.Seats != nil:
		return w.lotterySeats(env, q.Seats)
	}
	return nil, unsupported("unknown lottery query")
}

func (w *Wasm) lotteryStatus(env *chain.Env) ([]byte, error) {
	mining, err := w.lottery.AskMining(env)
	if err != nil {
		return nil, err
	}
	res := cosmwasm.LotteryStatusResponse{Epoch: mining}
	last, ok, err := w.lottery.AskLastSettled(env)
	if err != nil {
		return nil, err
	}
	if ok {
		res.Settled = &last
	}
	res.Stopped, err = w.lottery.AskStopped(env)
	return orJSON(res, err)
}

func digits(n uint64) string { return strconv.FormatUint(n, 10) }

// The words for enums: those of the schema, not those of protobuf.
var (
	lotteryModes  = map[lotterypb.Mode]string{lotterypb.ModeOff: "off", lotterypb.ModeReward: "reward", lotterypb.ModeSeats: "seats"}
	lotteryAlgos  = map[lotterypb.PowAlgo]string{lotterypb.AlgoSHA256D: "sha256d", lotterypb.AlgoArgon2id: "argon2id-256k"}
	lotteryStages = map[lotterypb.Stage]string{lotterypb.StageMining: "mining", lotterypb.StageSettled: "settled", lotterypb.StageDone: "done"}
)

func (w *Wasm) lotteryParams(env *chain.Env) ([]byte, error) {
	e, err := w.lottery.AskEpoch(env, nil)
	if err != nil {
		return nil, err
	}
	p := &e.Params
	epochs, counts := w.lottery.AskMemory()
	return toJSON(cosmwasm.LotteryParamsResponse{
		Mode: lotteryModes[p.Mode], Denom: p.Denom, Algo: lotteryAlgos[p.Algo],
		EpochBlocks: p.EpochBlocks, GraceBlocks: p.GraceBlocks, ReadyBlocks: p.ReadyBlocks,
		TargetTickets: p.TargetTickets, MaxTickets: p.MaxTickets, SeatsPerEpoch: p.SeatsPerEpoch, SeatsWindow: p.Window,
		CapBps: p.CapBps, TicketBps: p.TicketBps, SeatBps: p.SeatBps, Subsidy: digits(p.Subsidy), HalvingEpochs: p.HalvingEpochs,
		EpochsKept: epochs, CountsKept: counts, CountsPageMost: countsPageMost,
	})
}

func (w *Wasm) lotteryEpoch(env *chain.Env, n *uint64) ([]byte, error) {
	e, err := w.lottery.AskEpoch(env, n)
	if err != nil {
		return nil, err
	}
	counted, err := w.lottery.AskCounted(env, e)
	return orJSON(cosmwasm.LotteryEpochResponse{
		Epoch: e.Epoch, Stage: lotteryStages[e.Stage], Counted: counted,
		FirstHeight: uint64(e.FirstHeight), LastHeight: uint64(e.LastHeight), SettlesAt: settlesAt(e),
		Seed: hex.EncodeToString(e.Seed), Target: hex.EncodeToString(e.Target), Algo: lotteryAlgos[e.Params.Algo], Denom: e.Params.Denom,
		Tickets: e.Tickets, Minted: digits(e.Minted), Pot: digits(e.Pot), PerTicket: digits(e.PerTicket),
	}, err)
}

func settlesAt(e *lotterypb.Epoch) uint64 { return uint64(e.LastHeight) + e.Params.GraceBlocks }

func (w *Wasm) lotteryBeacon(env *chain.Env, n *uint64) ([]byte, error) {
	e, err := w.lottery.AskSettled(env, n)
	if err != nil {
		return nil, err
	}
	return toJSON(cosmwasm.LotteryBeaconResponse{Epoch: e.Epoch, Beacon: hex.EncodeToString(e.Beacon), SettlesAt: settlesAt(e)})
}

func (w *Wasm) lotteryLeader(env *chain.Env, n *uint64) ([]byte, error) {
	e, err := w.lottery.AskSettled(env, n)
	if err != nil {
		return nil, err
	}
	res := cosmwasm.LotteryLeaderResponse{Epoch: e.Epoch}
	if len(e.Leader) > 0 {
		res.Leader = &cosmwasm.LotteryLeader{Digest: hex.EncodeToString(e.Leader), Payout: e.LeaderPayout, Bonus: digits(e.LeaderBonus)}
		if e.LeaderOperator != "" {
			res.Leader.Operator = &e.LeaderOperator
		}
	}
	return toJSON(res)
}

// tag reads 64 hexadecimal digits, or none: not nil.
func tag(text string) ([]byte, error) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != 0 && len(b) != tagBytes {
		return nil, fmt.Errorf("a tag is %d hexadecimal digits or none, not %.80q: %w", 2*tagBytes, text, chain.ErrInvalidRequest)
	}
	return append([]byte{}, b...), nil
}

func (w *Wasm) lotteryTickets(env *chain.Env, q *cosmwasm.LotteryTicketsQuery) ([]byte, error) {
	payout, err := queriedAccount(env, q.Payout)
	if err != nil {
		return nil, err
	}
	var only []byte
	if q.Tag != nil {
		if only, err = tag(*q.Tag); err != nil {
			return nil, err
		}
	}
	n, err := w.lottery.AskTickets(env, q.Epoch, payout, only)
	return orJSON(cosmwasm.LotteryTicketsResponse{Tickets: n}, err)
}

func (w *Wasm) lotteryCounts(env *chain.Env, q *cosmwasm.LotteryCountsQuery) ([]byte, error) {
	payout, err := queriedAccount(env, q.Payout)
	if err != nil {
		return nil, err
	}
	var after []byte
	if q.StartAfter != nil {
		if after, err = tag(*q.StartAfter); err != nil {
			return nil, err
		}
	}
	limit := uint32(countsPage)
	if q.Limit != nil {
		limit = min(max(*q.Limit, 1), countsPageMost)
	}
	list, more, err := w.lottery.AskCounts(env, q.Epoch, payout, after, int(limit))
	if err != nil {
		return nil, err
	}
	res := cosmwasm.LotteryCountsResponse{}
	for _, c := range list {
		res.Counts = append(res.Counts, cosmwasm.LotteryCount{Tag: hex.EncodeToString(c.Tag), Tickets: c.Tickets})
	}
	if more {
		res.Next = &res.Counts[len(res.Counts)-1].Tag
	}
	return toJSON(res)
}

func (w *Wasm) lotterySeats(env *chain.Env, q *cosmwasm.LotterySeatsQuery) ([]byte, error) {
	var operator chain.Address
	if q.Operator != nil {
		var err error
		if operator, err = queriedAccount(env, *q.Operator); err != nil {
			return nil, err
		}
	}
	e, err := w.lottery.AskEpoch(env, nil)
	if err != nil {
		return nil, err
	}
	held, active, err := w.lottery.AskSeats(env, operator)
	return orJSON(cosmwasm.LotterySeatsResponse{Window: e.Params.Window, Held: held, Active: active}, err)
}
