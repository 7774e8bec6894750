package amm

import "github.com/weftchain/weft/contracts/sdk"

// What the pool gives is rounded down and what it wants is rounded up, so no
// order of calls takes anything out of it. Products have up to 256 bits.

// sold returns what the pool gives for an amount, and the fee in it. With n =
// amount less fee:
//
//	out = reserveOut · n / (reserveIn + n)
//
// which is less than reserveOut.
func (p *pool) sold(in int, amount sdk.Uint128) (out, fee sdk.Uint128) {
	net := amount.MulDiv(sdk.U128(uint64(allBps-p.FeeBps)), sdk.U128(allBps))
	from, to := p.Sides[in].Reserve, p.Sides[1-in].Reserve
	out, _ = to.Wide().MulDiv(net.Wide(), from.Wide().Add(net.Wide())).Uint128() // less than to
	return out, amount.Sub(net)
}

// bought returns what the pool wants for an amount, and the fee in it: so much
// that sold gives the amount for it, or a little more.
func (p *pool) bought(out int, amount sdk.Uint128) (in, fee sdk.Uint128, err error) {
	from, to := p.Sides[1-out].Reserve, p.Sides[out].Reserve
	if !amount.Less(to) {
		return in, fee, ErrTooLarge
	}
	net, fits := from.Wide().MulDivUp(amount.Wide(), to.Sub(amount).Wide()).Uint128()
	if !fits {
		return in, fee, ErrTooLarge
	}
	in, fits = net.Wide().MulDivUp(sdk.U256(allBps), sdk.U256(uint64(allBps-p.FeeBps))).Uint128()
	if !fits {
		return in, fee, ErrTooLarge
	}
	return in, in.Sub(net), nil
}

// sharesFor returns the shares for two amounts, one at least: as many as the
// scarcer of the two is a part of the pool. The first ones are the root of the
// product, so that their number does not depend on the ratio.
func (p *pool) sharesFor(amounts []sdk.Uint128) (sdk.Uint128, error) {
	if p.Shares.IsZero() {
		root, _ := amounts[0].Wide().Mul(amounts[1].Wide()).Sqrt().Uint128() // of 256 bits: fits
		if !sdk.U128(lockedShares).Less(root) {
			return root, ErrTooSmall
		}
		return root, nil
	}
	a, b := p.sharesOfSide(0, amounts[0]), p.sharesOfSide(1, amounts[1])
	if b.Less(a) {
		a = b
	}
	minted, fits := a.Uint128()
	switch {
	case !fits:
		return minted, ErrTooLarge
	case minted.IsZero():
		return minted, ErrTooSmall
	}
	return minted, nil
}

func (p *pool) sharesOfSide(i int, amount sdk.Uint128) sdk.Uint256 {
	return amount.Wide().Mul(p.Shares.Wide()).Div(p.Sides[i].Reserve.Wide())
}

// worth returns what shares are of each reserve: what they give when they are
// withdrawn. It is less than the reserve, as nobody has all shares.
func (p *pool) worth(shares sdk.Uint128) []sdk.Uint128 {
	return []sdk.Uint128{
		shares.MulDiv(p.Sides[0].Reserve, p.Shares),
		shares.MulDiv(p.Sides[1].Reserve, p.Shares),
	}
}

// price returns the amounts that so many new shares cost.
func (p *pool) price(shares sdk.Uint128) []sdk.Uint128 {
	return []sdk.Uint128{
		shares.MulDivUp(p.Sides[0].Reserve, p.Shares),
		shares.MulDivUp(p.Sides[1].Reserve, p.Shares),
	}
}
