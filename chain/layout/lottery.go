package layout

import (
	"errors"

	"github.com/weftchain/weft/chain"
)

// Lottery is the store of a chain that mines; others do not have it.
const Lottery = "lottery"

// LotteryModule is the account of the lottery's coins.
const LotteryModule = "lottery"

// StoresWithLottery lists every store of a chain that mines, sorted.
func StoresWithLottery() []string {
	return []string{Auth, Bank, Distribution, Feegrant, Lottery, Params, Slashing, Staking, Wasm}
}

// Prefixes and single keys of store Lottery. Numbers in keys are 8 bytes, the
// highest first.
var (
	LotteryParams         = []byte{0x00}
	LotteryPending        = []byte{0x01} // parameters that wait
	LotteryCurrent        = []byte{0x02} // the number of the epoch that is mined
	LotteryEpochPrefix    = []byte{0x03}
	LotteryTicketPrefix   = []byte{0x04}
	LotteryCountPrefix    = []byte{0x05}
	LotterySeatPrefix     = []byte{0x06}
	LotteryOperatorPrefix = []byte{0x07}
	LotteryByConsPrefix   = []byte{0x08}
	LotteryHeldPrefix     = []byte{0x09}
	LotteryDuePrefix      = []byte{0x0a}
	LotteryPaymentPrefix  = []byte{0x0b}
	LotteryPurse          = []byte{0x0c}
	LotteryMined          = []byte{0x0d}
	LotteryMissPrefix     = []byte{0x0e}
	LotteryStopped        = []byte{0x0f}
	LotteryStart          = []byte{0x10} // how the first epoch begins, until it does
)

func numbered(prefix byte, numbers ...uint64) []byte {
	key := []byte{prefix}
	for _, n := range numbers {
		key = append(key, Uint64(n)...)
	}
	return key
}

// LotteryEpoch is the key of an epoch.
func LotteryEpoch(epoch uint64) []byte { return numbered(0x03, epoch) }

// LotteryTickets is the prefix of an epoch's tickets; the best is the first.
func LotteryTickets(epoch uint64) []byte { return numbered(0x04, epoch) }

// LotteryTicket is the key of a ticket.
func LotteryTicket(epoch uint64, digest [32]byte) []byte {
	return append(LotteryTickets(epoch), digest[:]...)
}

// LotteryCounts is the prefix of an epoch's counts.
func LotteryCounts(epoch uint64) []byte { return numbered(0x05, epoch) }

// LotteryCountsOf is the prefix of one payout's counts, by tag.
func LotteryCountsOf(epoch uint64, payout chain.Address) []byte {
	return append(LotteryCounts(epoch), payout.LengthPrefixed()...)
}

// LotteryCount is the key under which a payout's count with a tag is sorted.
func LotteryCount(epoch uint64, payout chain.Address, tag []byte) []byte {
	return append(LotteryCountsOf(epoch, payout), tag...)
}

// LotterySeat is the key of a seat: the oldest is the first.
func LotterySeat(epoch uint64, rank uint32) []byte { return numbered(0x06, epoch, uint64(rank)) }

// LotteryOperator is the key of an operator.
func LotteryOperator(operator chain.Address) []byte { return joined(0x07, operator) }

// LotteryByCons is the key of the operator by consensus address.
func LotteryByCons(cons chain.Address) []byte { return joined(0x08, cons) }

// LotteryHeldBy is the prefix of what is held of an operator.
func LotteryHeldBy(operator chain.Address) []byte { return joined(0x09, operator) }

// LotteryHeld is the key of what is held of an operator since a height.
func LotteryHeld(operator chain.Address, height int64) []byte {
	return append(LotteryHeldBy(operator), Uint64(uint64(height))...)
}

// LotteryDue is the key under which that is found when its time has come, in
// nanoseconds since 1970.
func LotteryDue(until int64, operator chain.Address, height int64) []byte {
	key := append(numbered(0x0a, uint64(until)^1<<63), operator.LengthPrefixed()...)
	return append(key, Uint64(uint64(height))...)
}

var errLotteryKey = errors.New("a key in the lottery's store is malformed")

// ParseLotteryDue reads what LotteryDue writes, behind its prefix.
func ParseLotteryDue(rest []byte) (until int64, operator chain.Address, height int64, err error) {
	if len(rest) < 16 {
		return 0, "", 0, errLotteryKey
	}
	first, err := ParseUint64(rest[:8])
	if err != nil {
		return 0, "", 0, err
	}
	operator, rest, err = cutAddress(rest[8:])
	if err != nil || len(rest) != 8 {
		return 0, "", 0, errLotteryKey
	}
	last, err := ParseUint64(rest)
	return int64(first ^ 1<<63), operator, int64(last), err
}

// LotteryPayment is the key of an entry of the queue of payments.
func LotteryPayment(number uint64) []byte { return numbered(0x0b, number) }

// LotteryMiss is the key of how many blocks an operator missed in the period.
func LotteryMiss(operator chain.Address) []byte { return joined(0x0e, operator) }
