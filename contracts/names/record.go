package names

import (
	"slices"

	"github.com/weftchain/weft/contracts/sdk"
)

func setAddress(c *sdk.Context, m *SetAddress) (*sdk.Response, error) {
	r, err := own(c, m.Name)
	if err != nil {
		return nil, err
	}
	r.Address = nil
	res := sdk.Respond("set_address").Attr("name", m.Name)
	if m.Address != nil {
		address, err := c.Address(*m.Address)
		if err != nil {
			return nil, err
		}
		r.Address = &address
		res.Attr("address", address.String())
	}
	r.save(c, m.Name)
	return res, nil
}

func setText(c *sdk.Context, m *SetText) (*sdk.Response, error) {
	r, err := own(c, m.Name)
	if err != nil {
		return nil, err
	}
	if m.Key == "" || len(m.Key) > maxKey {
		return nil, ErrTexts
	}
	r.Texts = slices.DeleteFunc(r.Texts, func(t Text) bool { return t.Key == m.Key })
	if m.Value != nil {
		if *m.Value == "" || len(*m.Value) > maxText || len(r.Texts) == maxTexts {
			return nil, ErrTexts
		}
		r.Texts = append(r.Texts, Text{Key: m.Key, Value: *m.Value})
	}
	r.save(c, m.Name)
	return sdk.Respond("set_text").Attr("name", m.Name).Attr("key", m.Key), nil
}

// setReverse keeps what the sender wants; whether it is true, the query finds out
// each time.
func setReverse(c *sdk.Context, m *SetReverse) (*sdk.Response, error) {
	if err := c.NoFunds(); err != nil {
		return nil, err
	}
	r := sdk.Respond("set_reverse").Attr("address", c.Sender.String())
	if m.Name == nil {
		reverses.Remove(c, c.Sender)
		return r, nil
	}
	if !standsFor(c, *m.Name, c.Sender) {
		return nil, ErrNotThere
	}
	reverses.Save(c, c.Sender, sdk.Text(*m.Name))
	return r.Attr("name", *m.Name), nil
}

// standsFor reports whether a name is good and stands for an address.
func standsFor(c *sdk.Context, name string, address sdk.Addr) bool {
	r, err := active(c, name)
	return err == nil && r.Address != nil && *r.Address == address
}
