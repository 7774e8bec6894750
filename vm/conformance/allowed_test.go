//go:build cgo

package conformance

import "github.com/weftchain/weft/vm"

// allowed are the differences that are none: each turns our outcome into the
// reference's where it applies. There are no others.
var allowed = []struct {
	reason  string
	forgive func(l *lab, want, got outcome) (outcome, bool)
}{
	{
		"Gas that ends in an import looks like a trap to the reference, for it asks only its metering of the guest. " +
			"The gas is the same, nothing is left, and wasmd ends the transaction out of gas either way.",
		func(_ *lab, want, got outcome) (outcome, bool) {
			got.Err = want.Err
			return got, want.Left == 0
		},
	},
	{
		"A chain's meter that is exhausted in a storage access or a query ends the call and the transaction. The reference leaves " +
			"gas that nobody can use any more; weft leaves none, so that it cannot be taken for an ordinary failure.",
		func(l *lab, want, got outcome) (outcome, bool) {
			applies := l.ref.gas > l.ref.gasLimit && got.Left == 0 && want.Used+want.Left == got.Used
			got.Err, got.Used, got.Left = want.Err, want.Used, want.Left
			return got, applies
		},
	},
}

// forgive takes out of our outcome what may differ.
func (l *lab) forgive(want, got outcome) outcome {
	if want.Err == got.Err || got.Err != "Out of gas" || kindOfText(want.Err) != vm.KindOutOfGas {
		return got // both rules are about how gas ends
	}
	for _, rule := range allowed {
		if forgiven, ok := rule.forgive(l, want, got); ok {
			return forgiven
		}
	}
	return got
}
