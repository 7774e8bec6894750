package vm

import (
	"math"
	"math/bits"
)

// The gas schedule of cosmwasm-vm 3.0.9, in VM gas (10^12 are worth a second).
const (
	gasHostCall = 18_000

	gasReadBase        = 200_000
	gasReadPerByte     = 115
	gasReadLargeByte   = 520 // per byte of Regions longer than readLargeBytes
	gasWriteBase       = 230_000
	gasWritePerByte    = 570
	gasStringBase      = 28_700
	gasStringPerByte   = 1_400
	readLargeBytes     = 8_000_000
	gasK1Verify        = 96_000_000
	gasK1Recover       = 194_000_000
	gasR1Verify        = 279_000_000
	gasR1Recover       = 592_000_000
	gasEd25519Verify   = 35_000_000
	gasEdBatchBase     = 24_000_000
	gasEdBatchPerSig   = 21_000_000
	gasEdOneKeyBase    = 36_000_000
	gasEdOneKeyPerSig  = 10_000_000
	gasEdRepeatedByte  = 1_400 // weft's own; see ed25519BatchVerify
	gasBlsG1Base       = 68_000_000
	gasBlsG1PerPoint   = 12_000_000
	gasBlsG2Base       = 103_500_000
	gasBlsG2PerPoint   = 24_500_000
	gasBlsPairingBase  = 2_112_000_000
	gasBlsPairingPerPt = 163_000_000
	gasBlsHashG1       = 563_000_000
	gasBlsHashG2       = 871_000_000
)

// linear is base + perItem·n, or the largest uint64 if that does not fit.
func linear(base, perItem, n uint64) uint64 {
	hi, lo := bits.Mul64(perItem, n)
	if hi != 0 {
		return math.MaxUint64
	}
	return satAdd(base, lo)
}

func satAdd(a, b uint64) uint64 {
	sum, carry := bits.Add64(a, b, 0)
	if carry != 0 {
		return math.MaxUint64
	}
	return sum
}

func satSub(a, b uint64) uint64 {
	if b > a {
		return 0
	}
	return a - b
}

// readCost is the price of reading a Region of n bytes.
func readCost(n uint32) uint64 {
	if n > readLargeBytes {
		return linear(0, gasReadLargeByte, uint64(n))
	}
	return linear(gasReadBase, gasReadPerByte, uint64(n))
}

// writeCost is the price of writing n bytes into a Region.
func writeCost(n int) uint64 { return linear(gasWriteBase, gasWritePerByte, uint64(n)) }

// stringCost is the price of looking at n bytes as UTF-8.
func stringCost(n int) uint64 { return linear(gasStringBase, gasStringPerByte, uint64(n)) }

// left returns what the guest may still use: nothing once it ran on credit (see
// vm/rewrite).
func (c *call) left() uint64 {
	gas := c.inst.gas.Get()
	if int64(gas) < 0 {
		return 0
	}
	return gas + c.beyond
}

// overdrawn tells that the guest used more gas than it had.
func (c *call) overdrawn() bool { return int64(c.inst.gas.Get()) < 0 }

// setLeft gives the guest what it may use from here on. What its signed counter
// cannot hold is kept beside: no guest lives long enough to need that.
func (c *call) setLeft(gas uint64) {
	guest := min(gas, math.MaxInt64)
	c.beyond = gas - guest
	c.inst.gas.Set(guest)
}

// charge takes internal gas, which counts as used by the call.
func (c *call) charge(gas uint64) error { return c.take(0, gas) }

// chargeExcess takes what work of the host costs beyond its price: from what is
// free of it in a call, and from the gas once nothing is free any more. The guest
// does the same for its slow instructions (see vm/rewrite).
func (c *call) chargeExcess(gas uint64) error {
	spare := int64(c.inst.spare.Get()) - int64(min(gas, math.MaxInt64/2))
	c.inst.spare.Set(uint64(max(spare, math.MinInt64/2)))
	if spare >= 0 {
		return nil
	}
	return c.charge(gas)
}

// chargeExternal takes gas that is on the caller's meter already.
func (c *call) chargeExternal(gas uint64) error { return c.take(gas, 0) }

// take lowers what is left. If that is not enough nothing is left and the call
// must end; external gas is noted in full all the same, as the reference does.
func (c *call) take(external, internal uint64) error {
	c.external = satAdd(c.external, external)
	left, want := c.left(), satAdd(external, internal)
	c.setLeft(satSub(left, want))
	if want > left {
		return errOutOfGas()
	}
	return nil
}
