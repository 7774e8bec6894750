package names

import "github.com/weftchain/weft/contracts/sdk"

// find returns a name that is rented, or was until the grace ran out.
func find(c *sdk.Context, name string) (Record, error) {
	r, ok := records.Get(c, sdk.Text(name))
	if !ok || r.free(c) {
		return Record{}, sdk.Error(errNotFoundFor + name)
	}
	return r, nil
}

// active returns a name whose rent is paid.
func active(c *sdk.Context, name string) (Record, error) {
	r, err := find(c, name)
	if err == nil && r.expired(c) {
		err = ErrExpired
	}
	return r, err
}

// own returns a name of the sender whose rent is paid, to change it without coins.
func own(c *sdk.Context, name string) (Record, error) {
	r, err := active(c, name)
	if err == nil && r.Owner != c.Sender {
		err = ErrNotOwner
	}
	if err == nil {
		err = c.NoFunds()
	}
	return r, err
}

func (r Record) expired(c *sdk.Context) bool { return c.Block().Time >= r.Expires }

func (r Record) free(c *sdk.Context) bool { return c.Block().Time >= r.Expires+grace }

// save stores a name and puts it on its owner's list.
func (r Record) save(c *sdk.Context, name string) {
	records.Save(c, sdk.Text(name), r)
	owned.Save(c, sdk.Pair[sdk.Addr, sdk.Text]{First: r.Owner, Second: sdk.Text(name)}, r.Expires)
}

// forget deletes a name.
func (r Record) forget(c *sdk.Context, name string) {
	records.Remove(c, sdk.Text(name))
	owned.Remove(c, sdk.Pair[sdk.Addr, sdk.Text]{First: r.Owner, Second: sdk.Text(name)})
}

// until returns when a rent ends that is paid from a moment on for so many days.
func until(c *sdk.Context, from sdk.Timestamp, days uint32) (sdk.Timestamp, error) {
	if days > maxDays {
		return 0, ErrDays
	}
	end := from + sdk.Timestamp(days)*day
	if end > c.Block().Time+maxDays*day {
		return 0, ErrDays
	}
	return end, nil
}

func register(c *sdk.Context, m *Register) (*sdk.Response, error) {
	if err := checkName(m.Name); err != nil {
		return nil, err
	}
	if m.Days < minDays {
		return nil, ErrDays
	}
	end, err := until(c, c.Block().Time, m.Days)
	if err != nil {
		return nil, err
	}
	if old, ok := records.Get(c, sdk.Text(m.Name)); ok {
		if !old.free(c) {
			return nil, ErrTaken
		}
		old.forget(c, m.Name)
	}
	rent, err := config.Load(c).pay(c, m.Name, m.Days)
	if err != nil {
		return nil, err
	}
	r := Record{Owner: c.Sender, Expires: end, Address: &c.Sender}
	r.save(c, m.Name)
	return paid("register", m.Name, rent, end).Attr("owner", c.Sender.String()), nil
}

// renew goes on from when the rent runs out, also in the time of grace, which is
// not for nothing.
func renew(c *sdk.Context, m *Renew) (*sdk.Response, error) {
	r, err := find(c, m.Name)
	if err != nil {
		return nil, err
	}
	if m.Days == 0 {
		return nil, ErrDays
	}
	if r.Expires, err = until(c, r.Expires, m.Days); err != nil {
		return nil, err
	}
	rent, err := config.Load(c).pay(c, m.Name, m.Days)
	if err != nil {
		return nil, err
	}
	r.save(c, m.Name)
	return paid("renew", m.Name, rent, r.Expires), nil
}

// paid is the response to register and renew.
func paid(action, name string, rent sdk.Coin, end sdk.Timestamp) *sdk.Response {
	return sdk.Respond(action).Attr("name", name).Attr("rent", rent.String()).Attr("expires", sdk.U128(uint64(end)).String())
}

func transfer(c *sdk.Context, m *Transfer) (*sdk.Response, error) {
	r, err := own(c, m.Name)
	if err != nil {
		return nil, err
	}
	to, err := c.Address(m.To)
	if err != nil {
		return nil, err
	}
	r.forget(c, m.Name)
	// What the name stood for was the old owner's word.
	Record{Owner: to, Expires: r.Expires, Address: &to}.save(c, m.Name)
	return sdk.Respond("transfer").Attr("name", m.Name).Attr("from", c.Sender.String()).Attr("to", m.To), nil
}

func release(c *sdk.Context, m *Release) (*sdk.Response, error) {
	r, err := own(c, m.Name)
	if err != nil {
		return nil, err
	}
	r.forget(c, m.Name)
	return sdk.Respond("release").Attr("name", m.Name), nil
}
