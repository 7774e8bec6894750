package sdk

import "github.com/weftchain/weft/contracts/sdk/json"

// Validator is one of the accounts that make blocks with what others delegate.
type Validator struct {
	Address       string // an operator's, like weftvaloper1…
	Commission    Decimal
	MaxCommission Decimal
	MaxChangeRate Decimal // of the commission, in a day
}

// Delegation is what an account staked with a validator.
type Delegation struct {
	Delegator     Addr
	Validator     string
	Coin          Coin
	Rewards       Coins // with Context.Delegation only: what WithdrawReward would fetch
	CanRedelegate Coin  // with Context.Delegation only
}

// DecCoin is an amount that need not be whole, as rewards are before somebody
// fetches them.
type DecCoin struct {
	Denom  string
	Amount Decimal
}

// Reward is what a validator owes a delegator.
type Reward struct {
	Validator string
	Coins     []DecCoin
}

// BondedDenom returns the denom that is staked.
func (c *Context) BondedDenom() (string, error) {
	var denom string
	err := c.askFields("staking", "bonded_denom", "", "", "", "", func(r *json.Reader) bool {
		return textField(r, "denom", &denom)
	})
	return denom, err
}

// Validators returns those who make blocks.
func (c *Context) Validators() (all []Validator, err error) {
	err = c.askFields("staking", "all_validators", "", "", "", "", func(r *json.Reader) bool {
		if r.Name != "validators" {
			return false
		}
		for r.Array(); r.Element(); {
			all = append(all, decodeValidator(r))
		}
		return true
	})
	return all, err
}

// Validator returns the validator with an operator's address, and whether there is one.
func (c *Context) Validator(address string) (v Validator, ok bool, err error) {
	err = c.askFields("staking", "validator", "address", address, "", "", func(r *json.Reader) bool {
		if r.Name != "validator" {
			return false
		}
		if ok = !r.Null(); ok {
			v = decodeValidator(r)
		}
		return true
	})
	return v, ok, err
}

// Delegations returns all that an account staked.
func (c *Context) Delegations(delegator Addr) (all []Delegation, err error) {
	err = c.askFields("staking", "all_delegations", "delegator", string(delegator), "", "", func(r *json.Reader) bool {
		if r.Name != "delegations" {
			return false
		}
		for r.Array(); r.Element(); {
			all = append(all, decodeDelegation(r))
		}
		return true
	})
	return all, err
}

// Delegation returns what an account staked with a validator, and whether it did.
func (c *Context) Delegation(delegator Addr, validator string) (d Delegation, ok bool, err error) {
	err = c.askFields("staking", "delegation", "delegator", string(delegator), "validator", validator, func(r *json.Reader) bool {
		if r.Name != "delegation" {
			return false
		}
		if ok = !r.Null(); ok {
			d = decodeDelegation(r)
		}
		return true
	})
	return d, ok, err
}

// Rewards returns what a validator owes a delegator.
func (c *Context) Rewards(delegator Addr, validator string) (coins []DecCoin, err error) {
	err = c.askFields("distribution", "delegation_rewards", "delegator_address", string(delegator), "validator_address", validator, func(r *json.Reader) bool {
		if r.Name != "rewards" {
			return false
		}
		coins = decodeDecCoins(r)
		return true
	})
	return coins, err
}

// TotalRewards returns what all validators owe a delegator, and the sum.
func (c *Context) TotalRewards(delegator Addr) (all []Reward, total []DecCoin, err error) {
	err = c.askFields("distribution", "delegation_total_rewards", "delegator_address", string(delegator), "", "", func(r *json.Reader) bool {
		switch r.Name {
		case "rewards":
			for r.Array(); r.Element(); {
				all = append(all, decodeReward(r))
			}
		case "total":
			total = decodeDecCoins(r)
		default:
			return false
		}
		return true
	})
	return all, total, err
}

// DelegatorValidators returns the validators with whom an account staked.
func (c *Context) DelegatorValidators(delegator Addr) (all []string, err error) {
	err = c.askFields("distribution", "delegator_validators", "delegator_address", string(delegator), "", "", func(r *json.Reader) bool {
		if r.Name != "validators" {
			return false
		}
		for r.Array(); r.Element(); {
			all = append(all, r.Text())
		}
		return true
	})
	return all, err
}

// WithdrawAddress returns where an account's staking rewards go.
func (c *Context) WithdrawAddress(delegator Addr) (Addr, error) {
	var address string
	err := c.askFields("distribution", "delegator_withdraw_address", "delegator_address", string(delegator), "", "", func(r *json.Reader) bool {
		return textField(r, "withdraw_address", &address)
	})
	return Addr(address), err
}

// askFields asks {"KIND":{"NAME":{up to two texts}}} and hands the fields of the
// answer over one by one; those that read does not know are skipped.
func (c *Context) askFields(kind, name, field1, value1, field2, value2 string, read func(r *json.Reader) bool) error {
	var w json.Writer
	switch {
	case field1 == "":
		w = request(kind, name)
	case field2 == "":
		w = request(kind, name, field1, value1)
	default:
		w = request(kind, name, field1, value1, field2, value2)
	}
	end(&w)
	return c.ask(&w, fieldReader(read))
}

// fieldReader reads the fields of an object.
type fieldReader func(r *json.Reader) bool

// DecodeJSON reads the object.
func (read fieldReader) DecodeJSON(r *json.Reader) {
	for r.Object(); r.Field(); {
		if !read(r) {
			r.Unknown()
		}
	}
}

// textField reads a field that is a text, if it has this name.
func textField(r *json.Reader, name string, into *string) bool {
	if r.Name != name {
		return false
	}
	*into = r.Text()
	return true
}

func decodeValidator(r *json.Reader) (v Validator) {
	for r.Object(); r.Field(); {
		switch r.Name {
		case "address":
			v.Address = r.Text()
		case "commission":
			v.Commission.DecodeJSON(r)
		case "max_commission":
			v.MaxCommission.DecodeJSON(r)
		case "max_change_rate":
			v.MaxChangeRate.DecodeJSON(r)
		default:
			r.Unknown()
		}
	}
	return v
}

func decodeDelegation(r *json.Reader) (d Delegation) {
	for r.Object(); r.Field(); {
		switch r.Name {
		case "delegator":
			d.Delegator = Addr(r.Text())
		case "validator":
			d.Validator = r.Text()
		case "amount":
			d.Coin.DecodeJSON(r)
		case "accumulated_rewards":
			d.Rewards.DecodeJSON(r)
		case "can_redelegate":
			d.CanRedelegate.DecodeJSON(r)
		default:
			r.Unknown()
		}
	}
	return d
}

func decodeDecCoins(r *json.Reader) (coins []DecCoin) {
	for r.Array(); r.Element(); {
		var c DecCoin
		for r.Object(); r.Field(); {
			switch r.Name {
			case "denom":
				c.Denom = r.Text()
			case "amount":
				c.Amount.DecodeJSON(r)
			default:
				r.Unknown()
			}
		}
		coins = append(coins, c)
	}
	return coins
}

func decodeReward(r *json.Reader) (w Reward) {
	for r.Object(); r.Field(); {
		switch r.Name {
		case "validator_address":
			w.Validator = r.Text()
		case "reward":
			w.Coins = decodeDecCoins(r)
		default:
			r.Unknown()
		}
	}
	return w
}
