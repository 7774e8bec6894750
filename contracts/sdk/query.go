package sdk

import "github.com/weftchain/weft/contracts/sdk/json"

// Query asks the chain: request is the JSON of a query, like
// {"staking":{"bonded_denom":{}}} or {"custom":…}, the result is that of the
// answer. A contract or module that refuses gives an error.
func (c *Context) Query(request []byte) ([]byte, error) {
	var a answer
	if err := json.DecodeLenient(c.host.query(request), &a); err != nil {
		return nil, err
	}
	return a.data, a.err
}

// answer is the chain's answer to a query.
type answer struct {
	data []byte
	err  error
}

// DecodeJSON reads {"ok":{"ok":data}}, {"ok":{"error":text}} or {"error":{…}}.
func (a *answer) DecodeJSON(r *json.Reader) {
	for r.Object(); r.Field(); {
		switch r.Name {
		case "ok":
			for r.Object(); r.Field(); {
				switch r.Name {
				case "ok":
					a.data = r.Binary()
				case "error":
					a.err = Error(r.Text())
				default:
					r.Unknown()
				}
			}
		case "error":
			a.err = Error("query: " + r.Raw())
		default:
			r.Unknown()
		}
	}
}

// ask is Query with an answer of a type.
func (c *Context) ask(w *json.Writer, into json.Decoder) error {
	data, err := c.Query(w.Bytes())
	if err != nil {
		return err
	}
	return json.DecodeLenient(string(data), into)
}

// request begins the request {"KIND":{"NAME":{ for up to two texts.
func request(kind, name string, fields ...string) json.Writer {
	w := json.NewWriter(make([]byte, 0, 192))
	begin(&w, kind, name)
	for i := 0; i+1 < len(fields); i += 2 {
		field(&w, fields[i], fields[i+1])
	}
	return w
}

// amountAnswer is {"amount":Coin}.
type amountAnswer struct{ coin Coin }

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

// Ask asks another contract the query {"NAME":msg} and reads its answer; fields
// that into does not know are skipped.
func (c *Context) Ask(contract Addr, name string, msg json.Encoder, into json.Decoder) error {
	w := request("wasm", "smart", "contract_addr", string(contract))
	w.Name("msg")
	w.Binary(Named(name, msg))
	end(&w)
	return c.ask(&w, into)
}

// AskRaw reads a key of another contract's store; nil if it has none.
func (c *Context) AskRaw(contract Addr, key []byte) ([]byte, error) {
	w := request("wasm", "raw", "contract_addr", string(contract))
	w.Name("key")
	w.Binary(key)
	end(&w)
	data, err := c.Query(w.Bytes())
	if len(data) == 0 {
		return nil, err
	}
	return data, err
}

// Info is what the chain knows of a contract.
type Info struct {
	CodeID         uint64
	Creator, Admin Addr // Admin is "" if there is none
	Pinned         bool
}

// DecodeJSON reads the chain's answer.
func (i *Info) DecodeJSON(r *json.Reader) {
	for r.Object(); r.Field(); {
		switch r.Name {
		case "code_id":
			i.CodeID = r.Uint()
		case "creator":
			i.Creator = Addr(r.Text())
		case "admin":
			if !r.Null() {
				i.Admin = Addr(r.Text())
			}
		case "pinned":
			i.Pinned = r.Bool()
		default:
			r.Unknown()
		}
	}
}

// ContractInfo returns what the chain knows of a contract.
func (c *Context) ContractInfo(contract Addr) (Info, error) {
	w := request("wasm", "contract_info", "contract_addr", string(contract))
	end(&w)
	var i Info
	err := c.ask(&w, &i)
	return i, err
}
