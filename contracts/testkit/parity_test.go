package testkit_test

import (
	"testing"

	"github.com/weftchain/weft/contracts/counter"
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
	"github.com/weftchain/weft/contracts/testkit"
	"github.com/weftchain/weft/contracts/testkit/testdata/forgetful"
)

// liar is the counter, but for one message, under the wasm of the real one.
func liar(f func(c *sdk.Context) (*sdk.Response, error)) testkit.Contracts {
	lies := counter.Contract
	lies.Execute = append(sdk.Routes{
		sdk.On("increment", func(c *sdk.Context, _ *json.Raw) (*sdk.Response, error) { return f(c) }),
	}, lies.Execute.(sdk.Routes)...)
	return testkit.Contracts{"counter": {Go: lies, Dir: "../counter/wasm"}}
}

// TestDifference: what differs between the wasm and the Go package is reported
// with both.
func TestDifference(t *testing.T) {
	stored := `{"count":%,"owner":"` + string(testkit.New(t, nil).Account("alice")) + `"}`
	for name, test := range map[string]struct {
		lie  func(c *sdk.Context) (*sdk.Response, error)
		want []string
	}{
		"error": {
			func(*sdk.Context) (*sdk.Response, error) { return nil, sdk.Error("I will not") },
			[]string{"wasm and Go differ: error", "wasm: (nothing)", "Go: failed to execute message", "I will not"},
		},
		"event": {
			func(c *sdk.Context) (*sdk.Response, error) {
				c.Set([]byte("state"), []byte(replace(stored, "2")))
				return sdk.Respond("increment").Attr("much", "1"), nil
			},
			[]string{"wasm and Go differ: events", "wasm: wasm _contract_address=<counter> action=increment msg_index=0", "much=1"},
		},
		"data": {
			func(c *sdk.Context) (*sdk.Response, error) {
				c.Set([]byte("state"), []byte(replace(stored, "2")))
				r := sdk.Respond("increment")
				r.Data = []byte("x")
				return r, nil
			},
			[]string{"wasm and Go differ: response", `Go: /cosmwasm.wasm.v1.MsgExecuteContractResponse "\n\x01x"`},
		},
		"state": {
			func(c *sdk.Context) (*sdk.Response, error) {
				c.Set([]byte("state"), []byte(replace(stored, "3")))
				return sdk.Respond("increment"), nil
			},
			[]string{
				"MsgExecuteContract of <counter> from <alice>: {\"increment\":{}}\nwasm and Go differ: state",
				`wasm: <counter> "state" = {"count":2,"owner":"<alice>"}`, `Go: <counter> "state" = {"count":3,"owner":"<alice>"}`,
			},
		},
		"more state": {
			func(c *sdk.Context) (*sdk.Response, error) {
				c.Set([]byte("state"), []byte(replace(stored, "2")))
				c.Set([]byte("z"), []byte("left"))
				return sdk.Respond("increment"), nil
			},
			[]string{"wasm and Go differ: state", "wasm: (nothing)", `Go: <counter> "z" = left`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			says(t, failure(t, func(f *fake) {
				c := testkit.NewParity(f, liar(test.lie))
				alice := c.Account("alice")
				addr := c.Instantiate("counter", alice, `{"count":1}`)
				c.MustExecute(alice, addr, `{"increment":{}}`)
			}), test.want...)
		})
	}
	t.Run("query", func(t *testing.T) {
		lies := counter.Contract
		lies.Query = sdk.Answers{sdk.Answer("count", func(*sdk.Context, *json.Raw) (json.Raw, error) { return `{"count":-1}`, nil })}
		says(t, failure(t, func(f *fake) {
			c := testkit.NewParity(f, testkit.Contracts{"counter": {Go: lies, Dir: "../counter/wasm"}})
			alice := c.Account("alice")
			c.MustQuery(c.Instantiate("counter", alice, `{"count":1}`), `{"count":{}}`, nil)
		}), `<counter>: {"count":{}}`, "wasm and Go differ: answer", `{"count":1,`, `{"count":-1}`)
	})
}

func replace(text, count string) string {
	out := ""
	for _, r := range text {
		if r == '%' {
			out += count
		} else {
			out += string(r)
		}
	}
	return out
}

// TestForgetful: a contract that keeps things in package variables is found out,
// most of the time without wasm.
func TestForgetful(t *testing.T) {
	forgetfuls := testkit.Contracts{"forgetful": {Go: forgetful.Contract, Dir: "testdata/forgetful/wasm"}}
	for _, test := range []struct {
		msg  string
		want []string
	}{
		{`{"count":{}}`, []string{`execute {"count":{}}`, "does not do the same", `{"key":"calls","value":"1"}`, `{"key":"calls","value":"2"}`, "package variables are fresh"}},
		{`{"cache":{}}`, []string{`first: asks for the key "config"`, "second: answers"}},
		{`{"order":{}}`, []string{"first: asks for a write of", "second: asks for a write of"}},
	} {
		says(t, failure(t, func(f *fake) {
			c := testkit.New(f, forgetfuls)
			alice := c.Account("alice")
			addr := c.Instantiate("forgetful", alice, nil)
			for range 20 { // a map has the same order twice in one call of thirty
				_, _ = c.Execute(alice, addr, test.msg)
			}
		}), test.want...)
	}
	says(t, failure(t, func(f *fake) {
		c := testkit.NewParity(f, forgetfuls)
		alice := c.Account("alice")
		addr := c.Instantiate("forgetful", alice, nil)
		c.MustExecute(alice, addr, `{"remember":{}}`)
		c.MustExecute(alice, addr, `{"recall":{}}`)
	}), "wasm and Go differ: events", "last= msg_index", "last=<alice>")
}
