// Package names is a name service: who pays rent for a name says what it stands
// for, an address first of all. The rent depends on the length of the name, and
// when it is not paid any more, the name comes free after some time of grace.
//
// A name has one spelling: small letters, digits and single hyphens. What could
// be shown as another script, or differs in case alone, is no name.
package names

import "github.com/weftchain/weft/contracts/sdk"

//go:generate go run github.com/weftchain/weft/contracts/sdk/gen

// Contract is the name service.
var Contract = sdk.Contract{
	Instantiate: sdk.Do(instantiate),
	Execute: sdk.Routes{
		sdk.On("register", register),
		sdk.On("renew", renew),
		sdk.On("transfer", transfer),
		sdk.On("release", release),
		sdk.On("set_address", setAddress),
		sdk.On("set_text", setText),
		sdk.On("set_reverse", setReverse),
		sdk.On("set_prices", setPrices),
		sdk.On("withdraw", withdraw),
		sdk.On("offer_admin", offerAdmin),
		sdk.On("accept_admin", acceptAdmin),
	},
	Query: sdk.Answers{
		sdk.Answer("config", queryConfig),
		sdk.Answer("price", queryPrice),
		sdk.Answer("resolve", queryResolve),
		sdk.Answer("record", queryRecord),
		sdk.Answer("names", queryNames),
		sdk.Answer("reverse", queryReverse),
	},
}

// A name that is rented until a moment is the owner's before it, not in it. In the
// time of grace the name stands for nothing, and the owner may only renew it.
const (
	day   = 24 * 60 * 60 * sdk.Second
	grace = 30 * day

	daysOfYear  = 365
	minDays     = 90 // of a new name, so that grace does not come cheap
	maxDays     = 10 * daysOfYear
	maxName     = 64
	maxTexts    = 16
	maxKey      = 32
	maxText     = 256
	maxPrices   = 8
	maxDenomLen = 128
)

// The errors of the name service.
const (
	ErrName        = sdk.Error("a name has up to 64 small letters a-z, digits and hyphens, no hyphen at an end and no two together")
	ErrShort       = sdk.Error("names as short as this are not for rent")
	ErrDays        = sdk.Error("a name is rented for 90 days at least, renewed for 1, and paid for 3650 days ahead at most")
	ErrTaken       = sdk.Error("the name is taken")
	ErrNotOwner    = sdk.Error("only the owner of the name may do this")
	ErrExpired     = sdk.Error("the rent has run out: renew the name first")
	ErrNoAddress   = sdk.Error("the name stands for no address")
	ErrNotThere    = sdk.Error("the name does not stand for the sender's address: set_address first")
	ErrTexts       = sdk.Error("a name has 16 texts at most; keys have 1 to 32 bytes and values 1 to 256")
	ErrNotAdmin    = sdk.Error("only the admin may do this")
	ErrNotOffered  = sdk.Error("the sender was not offered to be the admin")
	ErrPrices      = sdk.Error("prices need 1 to 8 entries with lengths that grow, from 1 to 64, and rents above 0")
	ErrShortest    = sdk.Error("prices must not end the rent of names that may be rented now")
	ErrDenom       = sdk.Error("denom must have 3 to 128 bytes")
	ErrNoIncome    = sdk.Error("there is nothing to withdraw")
	errNotFoundFor = "name not found: "
)

// The store.
var (
	config  = sdk.NewItem[Config]("config")
	records = sdk.NewMap[sdk.Text, Record]("names")
	// owned has the names by owner; its value is when the rent runs out.
	owned = sdk.NewMap[sdk.Pair[sdk.Addr, sdk.Text], sdk.Timestamp]("owned")
	// reverses has the name that an address wants to be called by. It counts as
	// long as the name stands for the address.
	reverses = sdk.NewMap[sdk.Addr, sdk.Text]("reverse")
)

// Version is that of the messages and the store.
const Version = "1.0.0"

func instantiate(c *sdk.Context, m *Instantiate) (*sdk.Response, error) {
	if err := c.NoFunds(); err != nil {
		return nil, err
	}
	if len(m.Denom) < 3 || len(m.Denom) > maxDenomLen {
		return nil, ErrDenom
	}
	if err := checkPrices(m.Prices); err != nil {
		return nil, err
	}
	admin := c.Sender
	if m.Admin != nil {
		var err error
		if admin, err = c.Address(*m.Admin); err != nil {
			return nil, err
		}
	}
	config.Save(c, Config{Admin: admin, Denom: m.Denom, Prices: m.Prices})
	c.SaveVersion("weft:names", Version)
	return sdk.Respond("instantiate").Attr("admin", admin.String()), nil
}

// checkName says whether a text is a name.
func checkName(name string) error {
	if name == "" || len(name) > maxName || name[len(name)-1] == '-' {
		return ErrName
	}
	before := byte('-') // a hyphen must not be the first one either
	for i := range len(name) {
		b := name[i]
		if b == '-' && before == '-' || b != '-' && (b < 'a' || b > 'z') && (b < '0' || b > '9') {
			return ErrName
		}
		before = b
	}
	return nil
}
