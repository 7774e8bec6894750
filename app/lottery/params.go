package lottery

import (
	"fmt"

	"github.com/weftchain/weft/app/lottery/epoch"
	"github.com/weftchain/weft/app/lottery/pot"
	"github.com/weftchain/weft/app/lottery/seats"
	"github.com/weftchain/weft/app/lottery/target"
	"github.com/weftchain/weft/app/lottery/ticket"
	"github.com/weftchain/weft/chain"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// Bounds of parameters.
const (
	maxTickets      = 1 << 16 // of an epoch: all are read at settlement
	maxBlockTickets = 1 << 10
	maxFeeBps       = 10_000
	maxSeats        = 4096 // that a genesis may bring
)

// PublicParams are for networks of strangers: epochs of ten minutes at a second
// a block, Bitcoin's schedule, memory-hard work.
func PublicParams(denom string) lottery.Params {
	limit := target.FromWork(1 << 15) // one core finds about a hundred in an epoch
	return lottery.Params{
		Mode: lottery.ModeSeats, EpochBlocks: 600, GraceBlocks: 20, ReadyBlocks: 40,
		TargetTickets: 512, MaxTickets: 4096, MaxBlockTickets: 64,
		SeatsPerEpoch: 16, Window: 128, CapBps: 2500, MaxSeatsPerOperator: 32, MinSeatsActive: 1,
		Algo: lottery.AlgoArgon2id, PowLimit: limit[:], GainNum: 1, GainDen: 2, ClampBits: 2,
		Denom: denom, Subsidy: 50_000_000, HalvingEpochs: 210_000, MiningCap: 21_000_000_000_000,
		FeeBps: 2500, TicketBps: 7000, SeatBps: 2500, FullPotTickets: 64,
	}
}

// LocalParams are for networks on one machine: epochs of twenty blocks, work
// that costs nothing to check.
func LocalParams(denom string) lottery.Params {
	p := PublicParams(denom)
	limit := target.FromWork(1 << 16)
	p.EpochBlocks, p.GraceBlocks, p.ReadyBlocks = 20, 4, 6
	p.TargetTickets, p.MaxTickets, p.FullPotTickets = 64, 512, 8
	p.SeatsPerEpoch, p.Window, p.MaxSeatsPerOperator = 4, 16, 16
	p.Algo, p.PowLimit = lottery.AlgoSHA256D, limit[:]
	return p
}

// CheckParams refuses parameters out of bounds. The error names the field and
// wraps chain.ErrInvalidRequest.
func CheckParams(p lottery.Params) error {
	if err := checkParams(p); err != nil {
		return fmt.Errorf("lottery.params: %v: %w", err, chain.ErrInvalidRequest)
	}
	return nil
}

func checkParams(p lottery.Params) error {
	if err := chain.CheckDenom(p.Denom); err != nil {
		return err
	}
	if err := epoch.Check(p.EpochBlocks, p.GraceBlocks, p.ReadyBlocks); err != nil {
		return err
	}
	if len(p.PowLimit) != 32 {
		return fmt.Errorf("pow_limit of %d bytes, a target has 32", len(p.PowLimit))
	}
	if err := retargetOf(p).Check(); err != nil {
		return err
	}
	if err := seatsOf(p).Check(); err != nil {
		return err
	}
	if err := potOf(p).Check(); err != nil {
		return err
	}
	switch {
	case p.Mode != lottery.ModeOff && p.Mode != lottery.ModeReward && p.Mode != lottery.ModeSeats:
		return fmt.Errorf("mode %d, must be MODE_OFF, MODE_REWARD or MODE_SEATS", p.Mode)
	case !ticket.Algo(p.Algo).Known():
		return fmt.Errorf("algo %d, must be POW_ALGO_SHA256D or POW_ALGO_ARGON2ID_256K", p.Algo)
	case p.MaxTickets > maxTickets || p.MaxTickets < 4*p.TargetTickets:
		return fmt.Errorf("max_tickets is %d, must be four times target_tickets (%d) or more, at most %d", p.MaxTickets, p.TargetTickets, maxTickets)
	case p.MaxTickets < p.SeatsPerEpoch:
		return fmt.Errorf("max_tickets is %d, fewer than the %d seats of an epoch", p.MaxTickets, p.SeatsPerEpoch)
	case p.MaxBlockTickets == 0 || p.MaxBlockTickets > maxBlockTickets:
		return fmt.Errorf("max_block_tickets is %d, must be 1 to %d", p.MaxBlockTickets, maxBlockTickets)
	case uint64(p.MaxBlockTickets)*(p.EpochBlocks+p.GraceBlocks) < p.MaxTickets:
		return fmt.Errorf("max_block_tickets is %d: in %d blocks max_tickets (%d) cannot be brought", p.MaxBlockTickets, p.EpochBlocks+p.GraceBlocks, p.MaxTickets)
	case p.FeeBps > maxFeeBps:
		return fmt.Errorf("fee_bps is %d, must be at most %d", p.FeeBps, maxFeeBps)
	}
	return nil
}

// checkChange refuses what the constitution keeps from being changed.
func checkChange(old, p lottery.Params) error {
	switch {
	case p.Denom != old.Denom:
		return fmt.Errorf("lottery.params.denom is fixed at genesis: %w", chain.ErrInvalidRequest)
	case p.MiningCap > old.MiningCap:
		return fmt.Errorf("lottery.params.mining_cap is %d, may only fall below %d: %w", p.MiningCap, old.MiningCap, chain.ErrInvalidRequest)
	case p.HalvingEpochs > old.HalvingEpochs:
		return fmt.Errorf("lottery.params.halving_epochs is %d, may only fall below %d: %w", p.HalvingEpochs, old.HalvingEpochs, chain.ErrInvalidRequest)
	case p.Subsidy > old.Subsidy:
		return fmt.Errorf("lottery.params.subsidy is %d, may only fall below %d: %w", p.Subsidy, old.Subsidy, chain.ErrInvalidRequest)
	}
	return nil
}

// The parameters as the rules have them. They must have been checked.

func retargetOf(p lottery.Params) target.Rule {
	return target.Rule{
		Want: p.TargetTickets, GainNum: p.GainNum, GainDen: p.GainDen, ClampBits: p.ClampBits, Limit: target.Target(p.PowLimit),
	}
}

func seatsOf(p lottery.Params) seats.Rules {
	return seats.Rules{
		PerEpoch: p.SeatsPerEpoch, Window: p.Window, CapBps: p.CapBps, MaxPerOperator: p.MaxSeatsPerOperator, MinActive: p.MinSeatsActive,
	}
}

func potOf(p lottery.Params) pot.Rules {
	return pot.Rules{
		Subsidy: p.Subsidy, Halving: p.HalvingEpochs, Cap: p.MiningCap, FullAt: p.FullPotTickets,
		TicketBps: p.TicketBps, SeatBps: p.SeatBps, Window: p.Window,
	}
}

func spanOf(e *lottery.Epoch) epoch.Span {
	return epoch.Span{
		First: e.FirstHeight, Last: e.LastHeight, Grace: int64(e.Params.GraceBlocks), Ready: int64(e.Params.ReadyBlocks),
	}
}

// Rules are parameters that CheckParams accepts, as the pure packages take them.
func Rules(p lottery.Params) (target.Rule, pot.Rules, seats.Rules) {
	return retargetOf(p), potOf(p), seatsOf(p)
}
