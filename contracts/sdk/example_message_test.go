package sdk_test

import (
	"errors"
	"fmt"

	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/native"
)

// Coins that come along are the contract's already; Paid says how much of one
// denom, and refuses all others, which would be lost.
func ExampleContext_Paid() {
	buy := func(c *sdk.Context) (*sdk.Response, error) {
		paid, err := c.Paid("uweft")
		if err != nil {
			return nil, err
		}
		price := sdk.U256(30)
		change, ok := paid.TrySub(price)
		if !ok {
			return nil, sdk.Error("the price is " + price.String())
		}
		return sdk.Respond("buy").Send(c.Sender, sdk.Coin{Denom: "uweft", Amount: change}), nil
	}
	play(buy, sdk.NewCoin("uweft", 50))
	play(buy, sdk.NewCoin("uweft", 29))
	// Output:
	// action: buy
	// {"bank":{"send":{"to_address":"alice","amount":[{"denom":"uweft","amount":"20"}]}}}
	// error: the price is 30
}

// Call executes another contract. What it says is that contract's message.
func ExampleResponse_Call() {
	play(func(*sdk.Context) (*sdk.Response, error) {
		return sdk.Respond("forward").Call("other", "write", &Note{Text: "hi"}, sdk.NewCoin("uweft", 5)), nil
	})
	// Output:
	// action: forward
	// {"wasm":{"execute":{"contract_addr":"other","msg":"eyJ3cml0ZSI6eyJ0ZXh0IjoiaGkifX0=","funds":[{"denom":"uweft","amount":"5"}]}}}
}

// A submessage is a message whose end the contract hears of: here it makes a
// contract and keeps its address. Instantiated, Executed, Err and Payload are what
// a reply knows.
func ExampleOnReply() {
	child := sdk.NewItem[sdk.Addr]("child")
	h := native.New(sdk.Contract{
		Execute: sdk.Do(func(c *sdk.Context, _ *Note) (*sdk.Response, error) {
			return sdk.Respond("make").AddSub(sdk.SubMsg{
				ID: 1, ReplyOn: sdk.ReplyAlways, Payload: []byte(c.Sender),
				Msg: sdk.Instantiate{CodeID: 7, Msg: []byte(`{}`), Label: "child", Admin: c.Self()},
			}), nil
		}),
		Reply: sdk.OnReply(func(c *sdk.Context, r *sdk.Reply) (*sdk.Response, error) {
			if !r.OK() {
				return sdk.Respond("failed").Attr("why", r.Err), nil // the call goes on
			}
			address, _, _ := r.Instantiated()
			child.Save(c, address)
			return sdk.Respond("made").Attr("for", string(r.Payload)), nil
		}),
	})
	res, _ := h.Execute("alice", `{}`)
	fmt.Println(res.Messages[0].ID, res.Messages[0].ReplyOn)
	// What the chain would say:
	res, _ = h.Reply(`{"id":1,"payload":"YWxpY2U=","result":{"ok":{"events":[],"msg_responses":[{"type_url":"/cosmwasm.wasm.v1.MsgInstantiateContractResponse","value":"CgVjaGlsZA=="}]}}}`)
	fmt.Println(res.Attributes, h.Store["child"])
	res, _ = h.Reply(`{"id":1,"payload":"YWxpY2U=","result":{"error":"codespace: wasm, code: 5"}}`)
	fmt.Println(res.Attributes)
	// Output:
	// 1 always
	// [{action made} {for alice}] "child"
	// [{action failed} {why codespace: wasm, code: 5}]
}

// Messages to other modules have types too, and those of a chain's own kind.
func ExampleMsg() {
	play(func(c *sdk.Context) (*sdk.Response, error) {
		r := sdk.Respond("stake").Add(sdk.Delegate{Validator: "weftvaloper1x", Coin: sdk.NewCoin("uweft", 9)})
		r.Add(sdk.SetWithdrawAddress{Address: c.Sender}).Add(sdk.Vote{Proposal: 3, Option: sdk.VoteYes})
		return r.Add(sdk.Custom{Value: sdk.Text("hello")}), nil
	})
	// Output:
	// action: stake
	// {"staking":{"delegate":{"validator":"weftvaloper1x","amount":{"denom":"uweft","amount":"9"}}}}
	// {"distribution":{"set_withdraw_address":{"address":"alice"}}}
	// {"gov":{"vote":{"proposal_id":3,"option":"yes"}}}
	// {"custom":"hello"}
}

// Events of their own have a type; on the chain it begins with "wasm-".
func ExampleResponse_Event() {
	h := native.New(sdk.Contract{Execute: sdk.Do(func(*sdk.Context, *Note) (*sdk.Response, error) {
		r := sdk.Respond("trade").Event(sdk.Event{Type: "price", Attributes: []sdk.Attribute{{Key: "of", Value: "uweft"}}})
		r.Data = []byte("done") // for the contract or client that called
		return r, nil
	})})
	res, err := h.Execute("alice", `{}`)
	fmt.Println(res.Events, string(res.Data), err)
	// Output: [{price [{of uweft}]}] done <nil>
}

// Errors are constants; what a failed call wrote is undone. A panic is an error
// too, so arithmetic needs no checks.
func ExampleError() {
	const ErrClosed = sdk.Error("the shop is closed")
	h := native.New(sdk.Contract{Execute: sdk.Do(func(c *sdk.Context, n *Note) (*sdk.Response, error) {
		c.Set([]byte("k"), []byte("v"))
		if n.Text == "" {
			return nil, ErrClosed
		}
		sdk.U128(1).Sub(sdk.U128(2))
		return nil, nil
	})})
	_, err := h.Execute("alice", `{}`)
	fmt.Println(errors.Is(err, ErrClosed), len(h.Store))
	_, err = h.Execute("alice", `{"text":"x"}`)
	fmt.Println(err, len(h.Store))
	// Output:
	// true 0
	// integer overflow: subtract 0
}
