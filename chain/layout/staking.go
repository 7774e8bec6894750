package layout

import (
	"encoding/binary"
	"errors"
	"time"

	"github.com/weftchain/weft/chain"
)

// Prefixes and single keys of store Staking, as the Cosmos module lays them
// out.
var (
	StakingLastPowerPrefix   = []byte{0x11}
	StakingLastTotalPower    = []byte{0x12}
	StakingValidatorPrefix   = []byte{0x21}
	StakingByConsPrefix      = []byte{0x22}
	StakingByPowerPrefix     = []byte{0x23}
	StakingDelegationPrefix  = []byte{0x31}
	StakingUnbondingPrefix   = []byte{0x32}
	StakingRedelegatePrefix  = []byte{0x34}
	StakingUnbondingID       = []byte{0x37}
	StakingUnbondQueue       = []byte{0x41}
	StakingRedelegateQueue   = []byte{0x42}
	StakingValidatorQueue    = []byte{0x43}
	StakingParams            = []byte{0x51}
	StakingByValidatorPrefix = []byte{0x71}
	StakingHistoryPrefix     = []byte{0x50}
	StakingSetPrefix         = []byte{0x53}
)

func joined(prefix byte, parts ...chain.Address) []byte {
	key := []byte{prefix}
	for _, p := range parts {
		key = append(key, p.LengthPrefixed()...)
	}
	return key
}

// StakingHistory is the key of what is kept of a past block.
func StakingHistory(height int64) []byte {
	return append([]byte{0x50}, Uint64(uint64(height))...)
}

// StakingSet is the key of the validators from a height on, until the next.
func StakingSet(height int64) []byte { return append([]byte{0x53}, Uint64(uint64(height))...) }

// StakingLastPower is the key of the power that consensus knows of a validator.
func StakingLastPower(operator chain.Address) []byte { return joined(0x11, operator) }

// StakingValidator is the key of a validator by operator address.
func StakingValidator(operator chain.Address) []byte { return joined(0x21, operator) }

// StakingByCons is the key of the operator address by consensus address.
func StakingByCons(cons chain.Address) []byte { return joined(0x22, cons) }

// StakingByPower is the key of a validator in the order of power; of equal
// ones that with the lower address is the last. The value is the operator.
func StakingByPower(power uint64, operator chain.Address) []byte {
	key := append([]byte{0x23}, Uint64(power)...)
	key = append(key, byte(len(operator)))
	for i := range len(operator) {
		key = append(key, ^operator[i])
	}
	return key
}

// StakingDelegations is the prefix of an account's delegations.
func StakingDelegations(delegator chain.Address) []byte { return joined(0x31, delegator) }

// StakingDelegation is the key of one delegation.
func StakingDelegation(delegator, operator chain.Address) []byte {
	return joined(0x31, delegator, operator)
}

// StakingByValidators is the prefix of the index of a validator's delegations.
func StakingByValidators(operator chain.Address) []byte { return joined(0x71, operator) }

// StakingByValidator is the key of a delegation in that index.
func StakingByValidator(operator, delegator chain.Address) []byte {
	return joined(0x71, operator, delegator)
}

// StakingUnbondings is the prefix of an account's unbonding delegations.
func StakingUnbondings(delegator chain.Address) []byte { return joined(0x32, delegator) }

// StakingUnbonding is the key of one unbonding delegation.
func StakingUnbonding(delegator, operator chain.Address) []byte {
	return joined(0x32, delegator, operator)
}

// StakingUnbondingsOf is the prefix of the index by validator.
func StakingUnbondingsOf(operator chain.Address) []byte { return joined(0x33, operator) }

// StakingUnbondingOf is the key of an unbonding delegation in that index.
func StakingUnbondingOf(operator, delegator chain.Address) []byte {
	return joined(0x33, operator, delegator)
}

// StakingRedelegations is the prefix of an account's redelegations.
func StakingRedelegations(delegator chain.Address) []byte { return joined(0x34, delegator) }

// StakingRedelegation is the key of a redelegation.
func StakingRedelegation(delegator, from, to chain.Address) []byte {
	return joined(0x34, delegator, from, to)
}

// StakingRedelegationsFrom is the prefix of the index by the left validator.
func StakingRedelegationsFrom(from chain.Address) []byte { return joined(0x35, from) }

// StakingRedelegationFrom is the key of a redelegation in that index.
func StakingRedelegationFrom(from, delegator, to chain.Address) []byte {
	return joined(0x35, from, delegator, to)
}

// StakingRedelegationsTo is the prefix, for one delegator, of the index by the
// joined validator.
func StakingRedelegationsTo(to, delegator chain.Address) []byte {
	return joined(0x36, to, delegator)
}

// StakingRedelegationTo is the key of a redelegation in that index.
func StakingRedelegationTo(to, delegator, from chain.Address) []byte {
	return joined(0x36, to, delegator, from)
}

// StakingUnbondsAt is the key of the unbonding delegations that end at a time.
func StakingUnbondsAt(at time.Time) []byte { return at.UTC().AppendFormat([]byte{0x41}, timeForm) }

// StakingRedelegatesAt is the key of the redelegations that end at a time.
func StakingRedelegatesAt(at time.Time) []byte {
	return at.UTC().AppendFormat([]byte{0x42}, timeForm)
}

// StakingValidatorsAt is the key of the validators whose unbonding ends at a
// time and a height.
func StakingValidatorsAt(at time.Time, height int64) []byte {
	key := append([]byte{0x43}, Uint64(uint64(len(timeForm)))...)
	key = at.UTC().AppendFormat(key, timeForm)
	return append(key, Uint64(uint64(height))...)
}

var errStakingKey = errors.New("a key in the staking store is malformed")

// ParseAddresses cuts the rest of a key into n length-prefixed addresses.
func ParseAddresses(rest []byte, n int) ([]chain.Address, error) {
	out := make([]chain.Address, n)
	for i := range out {
		var err error
		if out[i], rest, err = cutAddress(rest); err != nil {
			return nil, errStakingKey
		}
	}
	if len(rest) != 0 {
		return nil, errStakingKey
	}
	return out, nil
}

// Prefixes and single keys of store Distribution.
var (
	RewardsPool             = []byte{0x00}
	RewardsProposer         = []byte{0x01}
	RewardsOwedPrefix       = []byte{0x02}
	RewardsWithdrawPrefix   = []byte{0x03}
	RewardsStartPrefix      = []byte{0x04}
	RewardsHistoryPrefix    = []byte{0x05}
	RewardsCurrentPrefix    = []byte{0x06}
	RewardsCommissionPrefix = []byte{0x07}
	RewardsSlashPrefix      = []byte{0x08}
	RewardsParams           = []byte{0x09}
)

// RewardsOwed is the key of all that a validator owes.
func RewardsOwed(operator chain.Address) []byte { return joined(0x02, operator) }

// RewardsWithdraw is the key of where a delegator's rewards go.
func RewardsWithdraw(delegator chain.Address) []byte { return joined(0x03, delegator) }

// RewardsStart is the key of where a delegation's rewards begin.
func RewardsStart(operator, delegator chain.Address) []byte {
	return joined(0x04, operator, delegator)
}

// RewardsHistories is the prefix of a validator's ended periods.
func RewardsHistories(operator chain.Address) []byte { return joined(0x05, operator) }

// RewardsHistory is the key of an ended period, in little endian as in the
// reference.
func RewardsHistory(operator chain.Address, period uint64) []byte {
	return binary.LittleEndian.AppendUint64(joined(0x05, operator), period)
}

// RewardsCurrent is the key of a validator's running period.
func RewardsCurrent(operator chain.Address) []byte { return joined(0x06, operator) }

// RewardsCommission is the key of a validator's commission.
func RewardsCommission(operator chain.Address) []byte { return joined(0x07, operator) }

// RewardsSlashes is the prefix of a validator's slashes.
func RewardsSlashes(operator chain.Address) []byte { return joined(0x08, operator) }

// RewardsSlashesFrom is where a validator's slashes of a height begin.
func RewardsSlashesFrom(operator chain.Address, height uint64) []byte {
	return append(joined(0x08, operator), Uint64(height)...)
}

// RewardsSlash is the key of a slash.
func RewardsSlash(operator chain.Address, height, period uint64) []byte {
	return append(RewardsSlashesFrom(operator, height), Uint64(period)...)
}

// Prefixes and single keys of store Slashing.
var (
	SlashingParams     = []byte{0x00}
	SlashingInfoPrefix = []byte{0x01}
	SlashingMissPrefix = []byte{0x02}
	SlashingKeyPrefix  = []byte{0x03}
)

// SlashingInfo is the key of a validator's signing record.
func SlashingInfo(cons chain.Address) []byte { return joined(0x01, cons) }

// SlashingMisses is the prefix of a validator's window of missed blocks.
func SlashingMisses(cons chain.Address) []byte { return joined(0x02, cons) }

// SlashingMiss is the key of a part of that window, in little endian as in the
// reference.
func SlashingMiss(cons chain.Address, part uint64) []byte {
	return binary.LittleEndian.AppendUint64(joined(0x02, cons), part)
}

// SlashingKey is the key of a validator's public key.
func SlashingKey(cons chain.Address) []byte { return joined(0x03, cons) }

// ValidatorPowerPrefix is what keys of ValidatorPower begin with, in store
// Params.
var ValidatorPowerPrefix = []byte{0x03}

// Keys of a chain that mints, in store Params.
var (
	Minter     = []byte{0x04}
	MintParams = []byte{0x05}
)

// ValidatorPower is the key of the power that CometBFT was told of a key; it is
// in store Params, the value is 8 bytes.
func ValidatorPower(pubKey []byte) []byte { return append([]byte{0x03}, pubKey...) }
