package testkit_test

import (
	"strings"
	"testing"
	"time"

	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/probe"
	"github.com/weftchain/weft/contracts/testkit"
	stakingpb "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// TestStaking: the chain has a validator, and contracts may stake.
func TestStaking(t *testing.T) {
	testkit.Run(t, testkit.Contracts{
		"probe": {Go: probe.Contract, Dir: "../sdk/probe/wasm"},
	}, func(t *testing.T, c *testkit.Chain) {
		var list stakingpb.QueryValidatorsResponse
		if err := c.Ask("/cosmos.staking.v1beta1.Query/Validators", &stakingpb.QueryValidatorsRequest{}, &list); err != nil || len(list.Validators) != 1 {
			t.Fatal(err, list)
		}
		validator := list.Validators[0].OperatorAddress
		alice := c.Account("alice", "1000uweft")
		staker := c.Instantiate("probe", alice, nil, "900uweft")
		stake := probe.Stake{Validator: validator, Coin: sdk.NewCoin("uweft", 700)}
		c.MustExecute(alice, staker, testkit.Msg("stake", stake))
		if got := c.Balance(staker, "uweft"); got != 200 {
			t.Errorf("%d left", got)
		}
		var staked []string
		c.MustQuery(staker, `{"staked":{}}`, &staked)
		if all := strings.Join(staked, " "); !strings.Contains(all, "700uweft 700uweft") {
			t.Error(all)
		}
		c.NextBlock()
		c.MustExecute(alice, staker, testkit.Msg("unstake", stake))
		c.Advance(22 * 24 * time.Hour)
		c.NextBlock()
		if got := c.Balance(staker, "uweft"); got != 899 { // one was given away
			t.Errorf("%d came back", got)
		}
	})
}
