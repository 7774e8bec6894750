// Package forgetful is a contract as one must not write it: it keeps things in
// package variables, which are fresh in each call on the chain.
package forgetful

import (
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
)

// Contract does one thing wrong with each message.
var Contract = sdk.Contract{
	Instantiate: sdk.Do(func(*sdk.Context, *json.Raw) (*sdk.Response, error) { return nil, nil }),
	Execute: sdk.Routes{
		sdk.On("count", func(*sdk.Context, *json.Raw) (*sdk.Response, error) {
			calls++
			return sdk.Respond("count").Attr("calls", sdk.U128(calls).String()), nil
		}),
		sdk.On("cache", func(c *sdk.Context, _ *json.Raw) (*sdk.Response, error) {
			if !cached {
				_, cached = c.Get([]byte("config"))
				cached = true
			}
			return nil, nil
		}),
		sdk.On("order", func(c *sdk.Context, _ *json.Raw) (*sdk.Response, error) {
			for name := range names {
				c.Set([]byte(name), []byte("1"))
			}
			return nil, nil
		}),
		sdk.On("remember", func(c *sdk.Context, _ *json.Raw) (*sdk.Response, error) {
			last = c.Sender
			return nil, nil
		}),
		sdk.On("recall", func(*sdk.Context, *json.Raw) (*sdk.Response, error) {
			return sdk.Respond("recall").Attr("last", last.String()), nil
		}),
	},
}

var (
	calls  uint64
	cached bool
	last   sdk.Addr
	names  = map[string]bool{}
)

func init() {
	for i := range uint64(64) {
		names[sdk.U128(i).String()] = true
	}
}
