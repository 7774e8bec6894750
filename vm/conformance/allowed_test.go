//go:build cgo

package conformance

import (
	"strings"

	"github.com/weftchain/weft/vm"
)

// allowed are the differences that are none: each turns our outcome into the
// reference's where it applies. There are no others. Both engines always agree
// on the kind of an error.
var allowed = []struct {
	kind    vm.Kind
	reason  string
	forgive func(l *lab, want, got outcome) (outcome, bool)
}{
	{
		vm.KindOutOfGas,
		"Gas that ends in an import looks like a trap to the reference, for it asks only its metering of the guest. " +
			"The gas is the same, nothing is left, and wasmd ends the transaction out of gas either way.",
		func(_ *lab, want, got outcome) (outcome, bool) {
			got.Err = want.Err
			return got, want.Left == 0
		},
	},
	{
		vm.KindOutOfGas,
		"A chain's meter that is exhausted in a storage access or a query ends the call and the transaction. The reference leaves " +
			"gas that nobody can use any more; weft leaves none, so that it cannot be taken for an ordinary failure.",
		func(l *lab, want, got outcome) (outcome, bool) {
			applies := l.ref.gas > l.ref.gasLimit && got.Left == 0 && want.Used+want.Left == got.Used
			got.Err, got.Used, got.Left = want.Err, want.Used, want.Left
			return got, applies
		},
	},
	{
		vm.KindStack,
		"The reference's stack is that of the machine; weft counts. Up to 90 % of it both go on (TestRecursion), beyond that each " +
			"gives up where it gives up.",
		func(_ *lab, want, got outcome) (outcome, bool) {
			applies := want.Used+want.Left == got.Used+got.Left
			got.Used, got.Left = want.Used, want.Left
			return got, applies
		},
	},
	{vm.KindResolve, "An export that is no function is missing to weft.", words("Could not get export: Incompatible Export Type", "Could not get export: Missing export ")},
	{vm.KindResult, "The text names a Rust type and prints a value as Rust does.", words("Couldn't convert from wasmer::value::Value to u32", "Couldn't convert from ")},
	{vm.KindTrap, "wazero has one text for an empty and for a missing table entry.", words("uninitialized element", "undefined element: out of bounds table access")},
	{vm.KindTrap, "The text prints a signature as Wasmer does.", words("Parameters of type [", "Parameters of type [")},
}

// words forgives another text: the reference's contains one thing, ours another.
func words(theirs, ours string) func(l *lab, want, got outcome) (outcome, bool) {
	return func(_ *lab, want, got outcome) (outcome, bool) {
		applies := strings.Contains(want.Err, theirs) && strings.Contains(got.Err, ours)
		got.Err = want.Err
		return got, applies
	}
}

// forgive takes out of our outcome what may differ.
func (l *lab) forgive(want, got outcome) outcome {
	kind := kindOfText(want.Err)
	if want.Err == "" || got.Err == "" || kind != kindOfText(got.Err) {
		return got
	}
	for _, rule := range allowed {
		if forgiven, ok := rule.forgive(l, want, got); ok && rule.kind == kind {
			return forgiven
		}
	}
	return got
}
