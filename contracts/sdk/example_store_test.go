package sdk_test

import (
	"fmt"

	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/native"
)

// play runs a piece of a contract, as an execute of alice's, and prints what it
// responded.
func play(handler func(c *sdk.Context) (*sdk.Response, error), funds ...sdk.Coin) {
	h := native.New(sdk.Contract{Execute: sdk.Do(func(c *sdk.Context, _ *Note) (*sdk.Response, error) { return handler(c) })})
	h.Balances["alice"] = sdk.Coins{sdk.NewCoin("uweft", 1000)}
	res, err := h.Execute("alice", `{}`, funds...)
	if err != nil {
		fmt.Println("error:", err)
		return
	}
	for _, a := range res.Attributes {
		fmt.Printf("%s: %s\n", a.Key, a.Value)
	}
	for _, m := range res.Messages {
		fmt.Println(string(m.Msg))
	}
}

// An Item is one value of the store. Declare items and maps as package variables:
// they are names, not values.
func ExampleItem() {
	total := sdk.NewItem[sdk.Uint128]("total")
	play(func(c *sdk.Context) (*sdk.Response, error) {
		v, ok := total.Get(c)
		fmt.Println(v, ok)
		total.Save(c, v.Add(sdk.U128(5)))
		return sdk.Respond("add").Attr("total", total.Load(c).String()), nil
	})
	// Output:
	// 0 false
	// action: add
	// total: 5
}

// A Map with pairs as keys is a table that can be asked for one row; a second map
// with the parts the other way round is an index.
func ExampleMap() {
	type ownerSpender = sdk.Pair[sdk.Addr, sdk.Addr]
	allowances := sdk.NewMap[ownerSpender, sdk.Uint128]("allowance")
	play(func(c *sdk.Context) (*sdk.Response, error) {
		allowances.Save(c, ownerSpender{First: c.Sender, Second: "bob"}, sdk.U128(7))
		allowances.Save(c, ownerSpender{First: c.Sender, Second: "carl"}, sdk.U128(9))
		allowances.Save(c, ownerSpender{First: "dora", Second: "bob"}, sdk.U128(1))
		fmt.Println(allowances.Has(c, ownerSpender{First: "bob", Second: "dora"}))
		r := sdk.Respond("list")
		for spender, amount := range sdk.Sub(allowances, c.Sender).All(c, sdk.Range[sdk.Addr]{}) {
			r.Attr(spender.String(), amount.String())
		}
		return r, nil
	})
	// Output:
	// false
	// action: list
	// bob: 7
	// carl: 9
}

// Page is what queries for lists have: the entries after one, some of them.
func ExamplePage() {
	names := sdk.NewMap[sdk.Text, sdk.U64]("names")
	play(func(c *sdk.Context) (*sdk.Response, error) {
		for i, name := range []sdk.Text{"a", "b", "c", "d"} {
			names.Save(c, name, sdk.U64(i))
		}
		var limit uint32 = 2
		after := sdk.Text("b")
		for name := range names.Keys(c, sdk.Page(&after, &limit)) {
			fmt.Println(name)
		}
		for name := range names.Keys(c, sdk.Page(&after, nil).Reverse()) {
			fmt.Println("back:", name)
		}
		return nil, nil
	})
	// Output:
	// c
	// d
	// back: a
}

// Clear removes a part of a map; with a limit it can go on in the next call.
func ExampleMap_Clear() {
	bids := sdk.NewMap[sdk.U64, sdk.Uint128]("bids")
	play(func(c *sdk.Context) (*sdk.Response, error) {
		for i := range 10 {
			bids.Save(c, sdk.U64(i), sdk.U128(1))
		}
		last := sdk.U64(7)
		fmt.Println(bids.Clear(c, sdk.Range[sdk.U64]{To: &last, Limit: 5}))
		for id := range bids.Keys(c, sdk.Range[sdk.U64]{Descending: true}) {
			fmt.Print(id, " ")
		}
		return nil, nil
	})
	// Output:
	// 5
	// 9 8 7 6 5
}
