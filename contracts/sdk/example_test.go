package sdk_test

import (
	"fmt"

	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
	"github.com/weftchain/weft/contracts/sdk/native"
)

// A Note is a message; the generator in contracts/sdk/gen writes its methods.
type Note struct{ Text string }

func (n *Note) DecodeJSON(r *json.Reader) {
	for r.Object(); r.Field(); {
		if r.Name == "text" {
			n.Text = r.Text()
		} else {
			r.Unknown()
		}
	}
}

func (n *Note) EncodeJSON(w *json.Writer) {
	w.Object()
	w.Name("text")
	w.Text(n.Text)
	w.EndObject()
}

// A contract is a value. This one keeps a note for each sender and pays a coin
// back to who leaves the note empty.
func Example() {
	notes := sdk.NewMap[sdk.Addr, Note]("notes")
	contract := sdk.Contract{
		Execute: sdk.Routes{
			sdk.On("write", func(c *sdk.Context, n *Note) (*sdk.Response, error) {
				if n.Text == "" {
					notes.Remove(c, c.Sender)
					return sdk.Respond("clear").Send(c.Sender, sdk.NewCoin("uweft", 1)), nil
				}
				notes.Save(c, c.Sender, *n)
				return sdk.Respond("write").Attr("by", c.Sender.String()), nil
			}),
		},
		Query: sdk.Answers{
			sdk.Answer("first", func(c *sdk.Context, _ *Note) (*Note, error) {
				for _, note := range notes.All(c, sdk.Range[sdk.Addr]{}) {
					return &note, nil
				}
				return nil, sdk.Error("nobody wrote a note")
			}),
		},
	}

	h := native.New(contract)
	_, err := h.Query(`{"first":{}}`)
	fmt.Println(err)
	res, err := h.Execute("bob", `{"write":{"text":"hello"}}`)
	fmt.Println(res.Attributes, err)
	fmt.Println(h.Query(`{"first":{}}`))
	res, err = h.Execute("bob", `{"write":{"text":""}}`)
	fmt.Printf("%s %v\n", res.Messages[0].Msg, err)
	// Output:
	// nobody wrote a note
	// [{action write} {by bob}] <nil>
	// {"text":"hello"} <nil>
	// {"bank":{"send":{"to_address":"bob","amount":[{"denom":"uweft","amount":"1"}]}}} <nil>
}

// Keys walks through a map without reading its values.
func ExampleMap_Keys() {
	ages := sdk.NewMap[sdk.Text, sdk.U64]("ages")
	contract := sdk.Contract{
		Instantiate: sdk.Do(func(c *sdk.Context, _ *Note) (*sdk.Response, error) {
			for i, name := range []sdk.Text{"carl", "alice", "bob"} {
				ages.Save(c, name, sdk.U64(i))
			}
			r := sdk.Respond("sort")
			for name := range ages.Keys(c, sdk.Range[sdk.Text]{Descending: true}) {
				r.Attr("name", string(name))
			}
			return r, nil
		}),
	}
	res, err := native.New(contract).Instantiate("alice", `{}`)
	fmt.Println(res.Attributes, err)
	// Output: [{action sort} {name carl} {name bob} {name alice}] <nil>
}

// A contract says what code it runs, and a migration finds out what ran before.
func ExampleContext_SavedVersion() {
	contract := sdk.Contract{
		Instantiate: sdk.Do(func(c *sdk.Context, _ *Note) (*sdk.Response, error) {
			c.SaveVersion("weft:notes", "1.0.0")
			return nil, nil
		}),
		Migrate: sdk.Do(func(c *sdk.Context, _ *Note) (*sdk.Response, error) {
			old, ok := c.SavedVersion()
			if !ok || old.Contract != "weft:notes" {
				return nil, sdk.Error("this is no contract with notes")
			}
			c.SaveVersion("weft:notes", "1.1.0")
			return sdk.Respond("migrate").Attr("from", old.Version), nil
		}),
	}
	h := native.New(contract)
	_, err := h.Migrate("admin", `{}`, 0)
	fmt.Println(err)
	_, err = h.Instantiate("alice", `{}`)
	fmt.Println(h.Store["contract_info"], err)
	res, err := h.Migrate("admin", `{}`, 0)
	fmt.Println(res.Attr("from"), h.Store["contract_info"], err)
	// Output:
	// this is no contract with notes
	// {"contract":"weft:notes","version":"1.0.0"} <nil>
	// 1.0.0 {"contract":"weft:notes","version":"1.1.0"} <nil>
}
