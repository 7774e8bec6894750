package wasm

import (
	"math"
	"math/bits"

	"github.com/weftchain/weft/chain"
)

// Prices in SDK gas (wasm-module facts, section 6).
const (
	gasMultiplier        = 140_000 // VM gas in one SDK gas
	gasInstance          = 60_000
	gasInstanceDiscount  = 2_000 // pinned, run before in this transaction, or a reply
	gasCompilePerByte    = 3
	gasPerAttribute      = 10
	gasPerAttributeByte  = 1
	gasPerCustomEvent    = 20
	gasPin               = 500_000
	gasUnpin             = 500_000
	gasBuildAddress      = 10
	gasAnyMsgBase        = 5
	gasAnyMsgPerKiB      = 1
	gasHumanize          = 5
	gasCanonicalize      = 4
	gasDeserializeByte   = 1
	attributeBytesFree   = 100
	uncompressNumerator  = 15 // 0.15 per byte
	uncompressDivisor    = 100
	locationEngine       = "Wasm engine function execution"
	locationLoading      = "Loading CosmWasm module: "
	locationSubMsgOut    = "Sub-Message OutOfGas panic"
	locationSubMsg       = "From limited Sub-Message"
	locationSubQuery     = "contract sub-query"
	locationRuntime      = "wasm contract"
	locationUncompress   = "Uncompress gzip bytecode"
	locationEventCosts   = "Custom contract event attributes"
	locationAnyMsg       = "unpacking AnyMsg"
	locationBuildAddress = "build address"
)

// toVM turns SDK gas into VM gas. What does not fit is cut at the largest
// number: the meter still stops the work.
func toVM(gas uint64) uint64 {
	hi, lo := bits.Mul64(gas, gasMultiplier)
	if hi != 0 {
		return math.MaxUint64
	}
	return lo
}

// fromVM turns VM gas into SDK gas, rounded down.
func fromVM(gas uint64) uint64 { return gas / gasMultiplier }

// vmGasLeft is the VM gas that a call may use: all that the meter has left.
func vmGasLeft(m *chain.Meter) uint64 {
	if m.Limit() == chain.NoLimit {
		return math.MaxUint64
	}
	return toVM(m.Left())
}

// useVM charges what the VM used by itself. As in the reference a meter that
// is used up to its last unit counts as run out.
func useVM(m *chain.Meter, vmGas uint64) error {
	if err := m.Use(fromVM(vmGas), locationRuntime); err != nil {
		return err
	}
	if m.Limit() != chain.NoLimit && m.Used() >= m.Limit() {
		return chain.OutOfGas(locationEngine)
	}
	return nil
}

// uncompressCost is the price of unpacking n bytes of gzip.
func uncompressCost(n int) uint64 { return uint64(n) * uncompressNumerator / uncompressDivisor }

// attributeCosts is the price of a list of attributes; free bytes are shared
// by the lists of one response.
func attributeCosts(attributes []chain.Attribute, free uint64) (gas, freeLeft uint64) {
	var n uint64
	for _, a := range attributes {
		n += uint64(len(a.Key)) + uint64(len(a.Value))
	}
	gas = uint64(len(attributes)) * gasPerAttribute
	if n <= free {
		return gas, free - n
	}
	return gas + (n-free)*gasPerAttributeByte, 0
}

// eventCosts is the price of what a response tells the world.
func eventCosts(attributes []chain.Attribute, events []chain.Event) uint64 {
	gas, free := attributeCosts(attributes, attributeBytesFree)
	for _, e := range events {
		var attrs uint64
		attrs, free = attributeCosts(e.Attributes, free)
		gas += gasPerCustomEvent + uint64(len(e.Type))*gasPerAttributeByte + attrs
	}
	return gas
}

// replyCosts is the price of loading a contract for a reply that carries
// events. Their types are never free, their attributes share the free bytes.
func replyCosts(events []chain.Event) uint64 {
	var attributes []chain.Attribute
	gas := uint64(gasInstanceDiscount)
	for _, e := range events {
		gas += uint64(len(e.Type)) * gasPerAttributeByte
		attributes = append(attributes, e.Attributes...)
	}
	return gas + eventCosts(attributes, nil)
}
