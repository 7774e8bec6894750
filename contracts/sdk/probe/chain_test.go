package probe_test

import (
	"fmt"
	"testing"
	"time"

	stakingpb "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"

	"github.com/weftchain/weft/contracts/sdk/probe"
	"github.com/weftchain/weft/contracts/testkit"
)

// TestModules: a contract stakes, asks and makes contracts on a whole chain.
func TestModules(t *testing.T) {
	testkit.Run(t, testkit.Contracts{"probe": {Go: probe.Contract, Dir: "./wasm"}}, func(t *testing.T, c *testkit.Chain) {
		alice := c.Account("alice", "1000000uweft,7atest")
		self := c.Instantiate("probe", alice, `{}`, "500000uweft,5atest")
		asked := func(msg, want string) {
			t.Helper()
			var got probe.Texts
			c.MustQuery(self, msg, (*[]string)(&got))
			if fmt.Sprint(got) != want {
				t.Errorf("%s: %s, want %s", msg, got, want)
			}
		}
		asked(`{"bank":{"how":"atest"}}`, "[7 5atest,500000uweft codespace: sdk, code: 38]")
		asked(`{"staked":{}}`, fmt.Sprintf("[uweft 0.1 0.2 0 0  0 %s]", self))

		var list stakingpb.QueryValidatorsResponse
		if err := c.Ask("/cosmos.staking.v1beta1.Query/Validators", &stakingpb.QueryValidatorsRequest{}, &list); err != nil {
			t.Fatal(err)
		}
		staking := fmt.Sprintf(`{"validator":%q,"coin":{"denom":"uweft","amount":"400000"}}`, list.Validators[0].OperatorAddress)
		c.MustExecute(alice, self, `{"stake":`+staking+`}`)
		asked(`{"staked":{}}`, fmt.Sprintf("[uweft 0.1 0.2 400000uweft 400000uweft  101 %s]", alice))
		c.Advance(time.Minute)
		res := c.MustExecute(alice, self, `{"unstake":`+staking+`}`)
		if res.Attr("error") == "" || len(res.Find("unbond")) != 1 {
			t.Error(res)
		}
		asked(`{"staked":{}}`, fmt.Sprintf("[uweft 0.1 0.2 0 0  0 %s]", alice))
		asked(`{"bank":{"how":"uweft"}}`, fmt.Sprintf("[%d 5atest,99999uweft codespace: sdk, code: 38]", 1_000_000+1_000_000_000))

		var want string
		c.MustQuery(self, fmt.Sprintf(`{"predict":{"code":%d,"salt":"c2FsdA=="}}`, c.CodeID("probe")), &want)
		res = c.MustExecute(alice, self, fmt.Sprintf(`{"child":{"code":%d,"salt":"c2FsdA=="}}`, c.CodeID("probe")))
		if got := res.Attr("address"); got == "" || `"`+got+`"` != want {
			t.Errorf("the child is at %s, not at %s", got, want)
		}
		for key := range 3 {
			c.MustExecute(alice, self, fmt.Sprintf(`{"put":{"row":"r","key":"%d","value":"v%d"}}`, key, key))
		}
		asked(`{"rows":{"how":""}}`, "[\"v0\" \"v1\" \x00\x04grid\x00\x01r\x00\x00\x00\x00\x00\x00\x00\x02]")
	})
}
