package sdk

import "github.com/weftchain/weft/contracts/sdk/json"

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

// RawRange is a part of another contract's store.
type RawRange struct {
	Start, End []byte // from Start on, up to but without End; nil is open
	Limit      uint16
	Descending bool
}

// RawEntry is a key of a store and its value.
type RawEntry struct{ Key, Value []byte }

// AskRawRange reads a part of another contract's store. next is the first key
// that the limit kept out, nil at the end. It is a query of CosmWasm 3.0.
func (c *Context) AskRawRange(contract Addr, q RawRange) (entries []RawEntry, next []byte, err error) {
	w := request("wasm", "raw_range", "contract_addr", string(contract))
	for _, bound := range []struct {
		name string
		key  []byte
	}{{"start", q.Start}, {"end", q.End}} {
		w.Name(bound.name)
		if bound.key == nil {
			w.Null()
		} else {
			w.Binary(bound.key)
		}
	}
	w.Name("limit")
	w.Uint(uint64(q.Limit))
	order := "ascending"
	if q.Descending {
		order = "descending"
	}
	field(&w, "order", order)
	end(&w)
	err = c.ask(&w, fieldReader(func(r *json.Reader) bool {
		switch r.Name {
		case "data":
			for r.Array(); r.Element(); {
				entries = append(entries, decodeRawEntry(r))
			}
		case "next_key":
			if !r.Null() {
				next = r.Binary()
			}
		default:
			return false
		}
		return true
	}))
	return entries, next, err
}

// decodeRawEntry reads [key, value].
func decodeRawEntry(r *json.Reader) (e RawEntry) {
	n := 0
	for r.Array(); r.Element(); n++ {
		switch n {
		case 0:
			e.Key = r.Binary()
		case 1:
			e.Value = r.Binary()
		default:
			r.Skip()
		}
	}
	return e
}

// Info is what the chain knows of a contract.
type Info struct {
	CodeID         uint64
	Creator, Admin Addr // Admin is "" if there is none
	Pinned         bool
	IBCPort        string // "" if it has none
}

// ContractInfo returns what the chain knows of a contract.
func (c *Context) ContractInfo(contract Addr) (Info, error) {
	var i Info
	err := c.askFields("wasm", "contract_info", "contract_addr", string(contract), "", "", func(r *json.Reader) bool {
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
		case "ibc_port":
			if !r.Null() {
				i.IBCPort = r.Text()
			}
		default:
			return false
		}
		return true
	})
	return i, err
}

// Code is what the chain knows of a code.
type Code struct {
	ID       uint64
	Creator  Addr
	Checksum []byte // SHA-256 of its wasm
}

// CodeInfo returns what the chain knows of a code.
func (c *Context) CodeInfo(id uint64) (Code, error) {
	w := request("wasm", "code_info")
	w.Name("code_id")
	w.Uint(id)
	end(&w)
	var k Code
	err := c.ask(&w, fieldReader(func(r *json.Reader) bool {
		switch r.Name {
		case "code_id":
			k.ID = r.Uint()
		case "creator":
			k.Creator = Addr(r.Text())
		case "checksum":
			var ok bool
			if k.Checksum, ok = ParseHex(r.Text()); !ok {
				r.Fail("expected hexadecimal digits")
			}
		default:
			return false
		}
		return true
	}))
	return k, err
}

// PredictAddress returns the address that a contract will have which creator
// makes of a code with a salt: see [Instantiate]. For what this contract makes,
// creator is [Context.Self].
func (c *Context) PredictAddress(code uint64, creator Addr, salt []byte) (Addr, error) {
	k, err := c.CodeInfo(code)
	if err != nil {
		return "", err
	}
	canonical, err := c.Canonical(creator)
	if err != nil {
		return "", err
	}
	key := append(make([]byte, 0, 256), "wasm\x00"...)
	for _, part := range [][]byte{k.Checksum, canonical, salt, nil} { // nil: no message
		n := uint64(len(part))
		for shift := 56; shift >= 0; shift -= 8 {
			key = append(key, byte(n>>shift))
		}
		key = append(key, part...)
	}
	kind := SHA256([]byte("module"))
	address := SHA256(kind[:], key)
	return c.Human(address[:])
}
