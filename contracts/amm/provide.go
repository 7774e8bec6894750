package amm

import (
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
)

// replyProvide is the reply after the last token of a deposit has come.
const replyProvide = 1

// deposit is what provide notes until then, in the payload of the submessage.
//
//sdk:json
type deposit struct {
	Provider  sdk.Addr      `json:"provider"`
	Amounts   []sdk.Uint128 `json:"amounts"`
	MinShares sdk.Uint128   `json:"min_shares"`
}

// provide takes as much of the amounts as has the ratio of the pool. Coins that
// are too many go back; tokens are fetched from the allowance that the provider
// has given the pool, and counted when they are here.
func provide(c *sdk.Context, m *Provide) (*sdk.Response, error) {
	p, err := begin(c, m.Deadline)
	if err != nil {
		return nil, err
	}
	if len(m.Amounts) != 2 {
		return nil, ErrTwoAmounts
	}
	if err := p.checkFunds(c, m.Amounts); err != nil {
		return nil, err
	}
	minted, err := p.sharesFor(m.Amounts)
	if err != nil {
		return nil, err
	}
	d := deposit{Provider: c.Sender, Amounts: m.Amounts, MinShares: m.MinShares}
	if !p.Shares.IsZero() {
		d.Amounts = p.price(minted)
	}
	r := &sdk.Response{}
	for i := range p.Sides {
		if a := p.Sides[i].Asset; a.Native != nil {
			a.pay(r, c.Sender, m.Amounts[i].Sub(d.Amounts[i]))
		} else {
			fetch := tokenTransferFrom{Owner: c.Sender, Recipient: c.Self(), Amount: d.Amounts[i]}
			r.Call(*a.CW20, "transfer_from", &fetch)
			p.Busy = true
		}
	}
	if !p.Busy {
		return r, d.finish(c, &p, r)
	}
	last := &r.Messages[len(r.Messages)-1] // may be a coin that goes back: all before it is done, too
	last.ID, last.ReplyOn, last.Payload = replyProvide, sdk.ReplySuccess, json.Encode(&d)
	pools.Save(c, p)
	return r, nil
}

// provided goes on with provide when the tokens are here.
func provided(c *sdk.Context, reply *sdk.Reply) (*sdk.Response, error) {
	var d deposit
	if err := json.Decode(string(reply.Payload), &d); err != nil {
		return nil, err
	}
	p := pools.Load(c)
	for i := range p.Sides {
		if p.Sides[i].Asset.CW20 != nil {
			var err error
			if d.Amounts[i], err = p.Sides[i].arrived(c, d.Amounts[i]); err != nil {
				return nil, err
			}
		}
	}
	p.Busy = false
	r := &sdk.Response{}
	return r, d.finish(c, &p, r)
}

// finish adds a deposit that is here to the pool and gives the provider shares.
func (d *deposit) finish(c *sdk.Context, p *pool, r *sdk.Response) error {
	minted, err := p.sharesFor(d.Amounts)
	if err != nil {
		return err
	}
	for i := range p.Sides {
		p.Sides[i].Reserve = p.Sides[i].Reserve.Add(d.Amounts[i])
	}
	given := minted
	if p.Shares.IsZero() {
		given = minted.Sub(sdk.U128(lockedShares))
	}
	if given.Less(d.MinShares) {
		return ErrSlippage
	}
	p.Shares = p.Shares.Add(minted)
	pools.Save(c, *p)
	credit(c, d.Provider, given)
	r.Attr("action", "provide").Attr("provider", d.Provider.String())
	r.Attr("assets", p.text(d.Amounts)).Attr("shares", given.String())
	return nil
}

// checkFunds refuses coins that are other or others than the message says: what
// is not counted would be lost.
func (p *pool) checkFunds(c *sdk.Context, amounts []sdk.Uint128) error {
	want := 0
	for i := range p.Sides {
		denom := p.Sides[i].Asset.Native
		if denom == nil || amounts[i].IsZero() {
			continue
		}
		want++
		if c.Funds.Of(*denom) != amounts[i].Wide() {
			return ErrFunds
		}
	}
	if len(c.Funds) != want {
		return ErrFunds
	}
	return nil
}

// text shows amounts of both assets, like 5uweft,7weft1….
func (p *pool) text(amounts []sdk.Uint128) string {
	return amounts[0].String() + p.Sides[0].Asset.String() + "," + amounts[1].String() + p.Sides[1].Asset.String()
}
