package nft

import "github.com/weftchain/weft/contracts/sdk"

// Ownership says who may mint, and to whom the right is offered.
//
//sdk:json
type Ownership struct {
	Owner         *sdk.Addr       `json:"owner"` // null: nobody, for ever
	PendingOwner  *sdk.Addr       `json:"pending_owner"`
	PendingExpiry *sdk.Expiration `json:"pending_expiry"`
}

// check says whether the sender may mint.
func (o Ownership) check(c *sdk.Context) error {
	if o.Owner == nil || *o.Owner != c.Sender {
		return ErrNotMinter
	}
	return nil
}

func updateOwnership(c *sdk.Context, m *UpdateOwnership) (*sdk.Response, error) {
	o := ownership.Load(c)
	var err error
	switch {
	case m.Transfer != nil:
		err = o.offer(c, m.Transfer)
	case m.Renounce:
		err = o.check(c)
		o = Ownership{}
	default:
		err = o.accept(c)
	}
	if err != nil {
		return nil, err
	}
	ownership.Save(c, o)
	return o.respond(), nil
}

// offer replaces what was offered before.
func (o *Ownership) offer(c *sdk.Context, m *TransferOwnership) error {
	if err := o.check(c); err != nil {
		return err
	}
	successor, err := c.Address(m.NewOwner)
	o.PendingOwner, o.PendingExpiry = &successor, m.Expiry
	return err
}

func (o *Ownership) accept(c *sdk.Context) error {
	if o.PendingOwner == nil || *o.PendingOwner != c.Sender {
		return ErrNotPending
	}
	if o.PendingExpiry != nil && o.PendingExpiry.Passed(c.Block()) {
		return ErrLate
	}
	*o = Ownership{Owner: o.PendingOwner}
	return nil
}

// respond has the attributes of CW contracts, without an action.
func (o *Ownership) respond() *sdk.Response {
	name := func(a *sdk.Addr) string {
		if a == nil {
			return "none"
		}
		return a.String()
	}
	expiry := "none"
	if o.PendingExpiry != nil {
		expiry = o.PendingExpiry.String()
	}
	r := &sdk.Response{}
	return r.Attr("owner", name(o.Owner)).Attr("pending_owner", name(o.PendingOwner)).Attr("pending_expiry", expiry)
}
