package sdk

import "github.com/weftchain/weft/contracts/sdk/json"

// Addr is the text of an address that the chain has found valid. Texts in
// messages are not addresses until [Context.Address] says so.
type Addr string

// String returns the text.
func (a Addr) String() string { return string(a) }

// EncodeJSON writes the text.
func (a Addr) EncodeJSON(w *json.Writer) { w.Text(string(a)) }

// DecodeJSON reads a text, without asking the chain.
func (a *Addr) DecodeJSON(r *json.Reader) { *a = Addr(r.Text()) }

// Address returns a text as an address if the chain says that it is one.
func (c *Context) Address(text string) (Addr, error) {
	if refusal := c.host.validate(text); refusal != "" {
		return "", Error("invalid address " + text + ": " + refusal)
	}
	return Addr(text), nil
}

// Canonical returns the bytes of an address.
func (c *Context) Canonical(a Addr) ([]byte, error) {
	bytes, refusal := c.host.canonicalize(string(a))
	if refusal != "" {
		return nil, Error("invalid address " + string(a) + ": " + refusal)
	}
	return bytes, nil
}

// Human returns the address with these bytes.
func (c *Context) Human(canonical []byte) (Addr, error) {
	text, refusal := c.host.humanize(canonical)
	if refusal != "" {
		return "", Error("invalid bytes of an address: " + refusal)
	}
	return Addr(text), nil
}
