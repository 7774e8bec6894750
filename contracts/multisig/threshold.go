package multisig

import "github.com/weftchain/weft/contracts/sdk"

// Threshold says when a proposal passes: one of the three.
//
//sdk:oneof
type Threshold struct {
	AbsoluteCount      *AbsoluteCount      `json:"absolute_count"`
	AbsolutePercentage *AbsolutePercentage `json:"absolute_percentage"`
	ThresholdQuorum    *ThresholdQuorum    `json:"threshold_quorum"`
}

// AbsoluteCount passes with so much weight for it.
//
//sdk:json
type AbsoluteCount struct {
	Weight uint64 `json:"weight"`
}

// AbsolutePercentage passes with such a share of all weight that did not abstain.
//
//sdk:json
type AbsolutePercentage struct {
	Percentage sdk.Decimal `json:"percentage"`
}

// ThresholdQuorum passes, if the share quorum of all weight took part, with the
// share threshold of what did not abstain. Before the end of the vote those who
// did not vote count as against it.
//
//sdk:json
type ThresholdQuorum struct {
	Threshold sdk.Decimal `json:"threshold"`
	Quorum    sdk.Decimal `json:"quorum"`
}

// ThresholdAnswer is Threshold with the weight of all voters.
//
//sdk:oneof
type ThresholdAnswer struct {
	AbsoluteCount      *AbsoluteCountOf      `json:"absolute_count"`
	AbsolutePercentage *AbsolutePercentageOf `json:"absolute_percentage"`
	ThresholdQuorum    *ThresholdQuorumOf    `json:"threshold_quorum"`
}

// AbsoluteCountOf is AbsoluteCount with the weight of all voters.
//
//sdk:json
type AbsoluteCountOf struct {
	Weight      uint64 `json:"weight"`
	TotalWeight uint64 `json:"total_weight"`
}

// AbsolutePercentageOf is AbsolutePercentage with the weight of all voters.
//
//sdk:json
type AbsolutePercentageOf struct {
	Percentage  sdk.Decimal `json:"percentage"`
	TotalWeight uint64      `json:"total_weight"`
}

// ThresholdQuorumOf is ThresholdQuorum with the weight of all voters.
//
//sdk:json
type ThresholdQuorumOf struct {
	Threshold   sdk.Decimal `json:"threshold"`
	Quorum      sdk.Decimal `json:"quorum"`
	TotalWeight uint64      `json:"total_weight"`
}

// validate refuses what can never be reached, or is reached without voters.
func (t *Threshold) validate(total uint64) error {
	switch {
	case t.AbsoluteCount != nil:
		if t.AbsoluteCount.Weight == 0 {
			return ErrZeroWeight
		}
		if t.AbsoluteCount.Weight > total {
			return ErrUnreachable
		}
	case t.AbsolutePercentage != nil:
		return validateShare(t.AbsolutePercentage.Percentage)
	case t.ThresholdQuorum != nil:
		if t.ThresholdQuorum.Quorum.IsZero() {
			return ErrZeroQuorum
		}
		if sdk.One.Less(t.ThresholdQuorum.Quorum) {
			return ErrUnreachableQuorum
		}
		return validateShare(t.ThresholdQuorum.Threshold)
	}
	return nil
}

func validateShare(d sdk.Decimal) error {
	if d.Less(sdk.Percent(50)) || sdk.One.Less(d) {
		return ErrThreshold
	}
	return nil
}

// share returns the share d of a weight, rounded up, so that half of 15 are 8. As
// in CW3, what is less than 10^-9 is cut off before. It is at most the weight, as
// d is at most one.
func share(d sdk.Decimal, weight uint64) uint64 {
	const billion = 1_000_000_000
	billionths := d.Of(sdk.U128(weight).Mul(sdk.U128(billion)))
	return billionths.MulDivUp(sdk.U128(1), sdk.U128(billion)).Lo
}

func (t *Threshold) answer(total uint64) (a ThresholdAnswer) {
	switch {
	case t.AbsoluteCount != nil:
		a.AbsoluteCount = &AbsoluteCountOf{t.AbsoluteCount.Weight, total}
	case t.AbsolutePercentage != nil:
		a.AbsolutePercentage = &AbsolutePercentageOf{t.AbsolutePercentage.Percentage, total}
	case t.ThresholdQuorum != nil:
		a.ThresholdQuorum = &ThresholdQuorumOf{t.ThresholdQuorum.Threshold, t.ThresholdQuorum.Quorum, total}
	}
	return a
}

// passes reports whether a proposal has passed: no vote to come can change that.
// Without any yes nothing passes.
func (p *proposal) passes(b sdk.Block) bool {
	v, t := p.Votes, &p.Threshold
	if v.Yes == 0 {
		return false // if all abstain, a share of the rest is nothing
	}
	switch {
	case t.AbsoluteCount != nil:
		return v.Yes >= t.AbsoluteCount.Weight
	case t.AbsolutePercentage != nil:
		return v.Yes >= share(t.AbsolutePercentage.Percentage, p.TotalWeight-v.Abstain)
	case t.ThresholdQuorum != nil:
		if v.total() < share(t.ThresholdQuorum.Quorum, p.TotalWeight) {
			return false
		}
		return v.Yes >= share(t.ThresholdQuorum.Threshold, p.opinions(b))
	}
	return false
}

// fails reports whether a proposal can pass no more.
func (p *proposal) fails(b sdk.Block) bool {
	v, t := p.Votes, &p.Threshold
	switch {
	case t.AbsoluteCount != nil:
		return v.No > p.TotalWeight-t.AbsoluteCount.Weight
	case t.AbsolutePercentage != nil:
		return v.No > share(sdk.One.Sub(t.AbsolutePercentage.Percentage), p.TotalWeight-v.Abstain)
	case t.ThresholdQuorum != nil:
		return v.No > share(sdk.One.Sub(t.ThresholdQuorum.Threshold), p.opinions(b))
	}
	return false
}

// opinions is the weight of which a share must be for the proposal: what voted
// and did not abstain, and before the end what has not voted yet.
func (p *proposal) opinions(b sdk.Block) uint64 {
	if p.Expires.Passed(b) {
		return p.Votes.total() - p.Votes.Abstain
	}
	return p.TotalWeight - p.Votes.Abstain
}

// status is the status in a block: the stored one is that of the last vote.
func (p *proposal) status(b sdk.Block) Status {
	switch {
	case p.Status != Open:
		return p.Status
	case p.passes(b):
		return Passed
	case p.fails(b) || p.Expires.Passed(b):
		return Rejected
	}
	return Open
}

// total fits: nobody votes twice, and the weight of all voters fits.
func (t tally) total() uint64 { return t.Yes + t.No + t.Abstain + t.Veto }

func (t *tally) add(v Vote, weight uint64) {
	switch v {
	case Yes:
		t.Yes += weight
	case No:
		t.No += weight
	case Abstain:
		t.Abstain += weight
	case Veto:
		t.Veto += weight
	}
}
