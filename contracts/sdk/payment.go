package sdk

// NoFunds refuses coins that came along with a message that does not want any:
// they would be lost in the contract.
func (c *Context) NoFunds() error {
	if len(c.Funds) > 0 {
		return Error("this message takes no funds, not " + c.Funds.String())
	}
	return nil
}

// Paid returns how much of a denom came along: more than nothing, and nothing
// else.
func (c *Context) Paid(denom string) (Uint256, error) {
	if len(c.Funds) != 1 || c.Funds[0].Denom != denom || c.Funds[0].Amount.IsZero() {
		got := "nothing"
		if len(c.Funds) > 0 {
			got = c.Funds.String()
		}
		return Uint256{}, Error("send " + denom + ", not " + got)
	}
	return c.Funds[0].Amount, nil
}
