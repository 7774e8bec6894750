package sdk_test

import (
	"testing"

	"github.com/weftchain/weft/contracts/sdk"
)

func TestPaid(t *testing.T) {
	for _, try := range []struct {
		funds          sdk.Coins
		want, paid, no string
	}{
		{nil, "0", "send uweft, not nothing", ""},
		{sdk.Coins{sdk.NewCoin("uweft", 5)}, "5", "", "this message takes no funds, not 5uweft"},
		{sdk.Coins{sdk.NewCoin("uweft", 0)}, "0", "send uweft, not 0uweft", "this message takes no funds, not 0uweft"},
		{sdk.Coins{sdk.NewCoin("uWEFT", 5)}, "0", "send uweft, not 5uWEFT", "this message takes no funds, not 5uWEFT"},
		{sdk.Coins{sdk.NewCoin("ux", 1), sdk.NewCoin("uweft", 5)}, "0", "send uweft, not 1ux,5uweft", "this message takes no funds, not 1ux,5uweft"},
		{sdk.Coins{{Denom: "uweft", Amount: sdk.Uint256{3: 1 << 63}}}, "57896044618658097711785492504343953926634992332820282019728792003956564819968", "", "this message takes no funds, not 57896044618658097711785492504343953926634992332820282019728792003956564819968uweft"},
	} {
		c := sdk.Context{Funds: try.funds}
		amount, err := c.Paid("uweft")
		if amount.String() != try.want || textOf(err) != try.paid {
			t.Errorf("%s: paid %s, %v", try.funds, amount, err)
		}
		if err := c.NoFunds(); textOf(err) != try.no {
			t.Errorf("%s: %v", try.funds, err)
		}
	}
}

func textOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
