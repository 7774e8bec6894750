package sdk

import "github.com/weftchain/weft/contracts/sdk/json"

// amountAnswer is {"amount":Coin}.
type amountAnswer struct{ coin Coin }

// DecodeJSON reads the chain's answer.
func (a *amountAnswer) DecodeJSON(r *json.Reader) {
	for r.Object(); r.Field(); {
		if r.Name == "amount" {
			a.coin.DecodeJSON(r)
		} else {
			r.Unknown()
		}
	}
}

// Balance returns what an account has of a denom.
func (c *Context) Balance(of Addr, denom string) (Uint256, error) {
	w := request("bank", "balance", "address", string(of), "denom", denom)
	end(&w)
	var a amountAnswer
	err := c.ask(&w, &a)
	return a.coin.Amount, err
}

// Supply returns how much of a denom there is.
func (c *Context) Supply(denom string) (Uint256, error) {
	w := request("bank", "supply", "denom", denom)
	end(&w)
	var a amountAnswer
	err := c.ask(&w, &a)
	return a.coin.Amount, err
}

type coinsAnswer struct{ coins Coins }

// DecodeJSON reads the chain's answer.
func (a *coinsAnswer) DecodeJSON(r *json.Reader) {
	for r.Object(); r.Field(); {
		if r.Name == "amount" {
			a.coins.DecodeJSON(r)
		} else {
			r.Unknown()
		}
	}
}

// AllBalances returns what an account has of every denom, sorted by denom.
// Anybody can make this list long and the query dear by sending coins.
func (c *Context) AllBalances(of Addr) (Coins, error) {
	w := request("bank", "all_balances", "address", string(of))
	end(&w)
	var a coinsAnswer
	err := c.ask(&w, &a)
	return a.coins, err
}

// Denom is what the chain knows of a denom.
type Denom struct {
	Base, Display, Name, Symbol, Description string
	URI, URIHash                             string
	Units                                    []DenomUnit
}

// DenomUnit is a unit of a denom: 10^Exponent of the base.
type DenomUnit struct {
	Denom    string
	Exponent uint32
	Aliases  []string
}

// DenomMetadata returns what the chain knows of a denom; that it knows nothing is
// an error.
func (c *Context) DenomMetadata(denom string) (Denom, error) {
	w := request("bank", "denom_metadata", "denom", denom)
	end(&w)
	var a denomAnswer
	err := c.ask(&w, &a)
	return a.denom, err
}

type denomAnswer struct{ denom Denom }

// DecodeJSON reads the chain's answer.
func (a *denomAnswer) DecodeJSON(r *json.Reader) {
	for r.Object(); r.Field(); {
		if r.Name == "metadata" {
			a.denom.decode(r)
		} else {
			r.Unknown()
		}
	}
}

func (d *Denom) decode(r *json.Reader) {
	for r.Object(); r.Field(); {
		switch r.Name {
		case "base":
			d.Base = r.Text()
		case "display":
			d.Display = r.Text()
		case "name":
			d.Name = r.Text()
		case "symbol":
			d.Symbol = r.Text()
		case "description":
			d.Description = r.Text()
		case "uri":
			d.URI = r.Text()
		case "uri_hash":
			d.URIHash = r.Text()
		case "denom_units":
			for r.Array(); r.Element(); {
				d.Units = append(d.Units, decodeUnit(r))
			}
		default:
			r.Unknown()
		}
	}
}

func decodeUnit(r *json.Reader) (u DenomUnit) {
	for r.Object(); r.Field(); {
		switch r.Name {
		case "denom":
			u.Denom = r.Text()
		case "exponent":
			u.Exponent = uint32(r.UintOf(32))
		case "aliases":
			for r.Array(); r.Element(); {
				u.Aliases = append(u.Aliases, r.Text())
			}
		default:
			r.Unknown()
		}
	}
	return u
}
