package sdk

import "github.com/weftchain/weft/contracts/sdk/json"

// Coin is an amount of one of the chain's own denoms.
type Coin struct {
	Denom  string
	Amount Uint256
}

// NewCoin returns a coin of a small amount.
func NewCoin(denom string, amount uint64) Coin { return Coin{denom, U256(amount)} }

// String returns the amount and the denom, like 12uweft.
func (c Coin) String() string { return c.Amount.String() + c.Denom }

// EncodeJSON writes {"denom":…,"amount":…}.
func (c Coin) EncodeJSON(w *json.Writer) {
	w.Object()
	w.Name("denom")
	w.Text(c.Denom)
	w.Name("amount")
	c.Amount.EncodeJSON(w)
	w.EndObject()
}

// DecodeJSON reads what EncodeJSON writes.
func (c *Coin) DecodeJSON(r *json.Reader) {
	var seen uint64
	for r.Object(); r.Field(); {
		switch r.Name {
		case "denom":
			r.Once(&seen, 0)
			c.Denom = r.Text()
		case "amount":
			r.Once(&seen, 1)
			c.Amount.DecodeJSON(r)
		default:
			r.Unknown()
		}
	}
	r.Need(seen, 0, "denom")
	r.Need(seen, 1, "amount")
}

// Coins are coins of several denoms.
type Coins []Coin

// Of returns the amount of a denom, the sum if it is there several times.
func (cs Coins) Of(denom string) Uint256 {
	var sum Uint256
	for _, c := range cs {
		if c.Denom == denom {
			sum = sum.Add(c.Amount)
		}
	}
	return sum
}

// String returns the coins with commas between them.
func (cs Coins) String() string {
	text := ""
	for i, c := range cs {
		if i > 0 {
			text += ","
		}
		text += c.String()
	}
	return text
}

// EncodeJSON writes a list of coins.
func (cs Coins) EncodeJSON(w *json.Writer) {
	w.Array()
	for _, c := range cs {
		c.EncodeJSON(w)
	}
	w.EndArray()
}

// DecodeJSON reads a list of coins.
func (cs *Coins) DecodeJSON(r *json.Reader) {
	for r.Array(); r.Element(); {
		var c Coin
		c.DecodeJSON(r)
		*cs = append(*cs, c)
	}
}
