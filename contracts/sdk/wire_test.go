package sdk_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"github.com/weftchain/weft/contracts/sdk"
	sdkjson "github.com/weftchain/weft/contracts/sdk/json"
	"github.com/weftchain/weft/contracts/sdk/native"
	"github.com/weftchain/weft/vm/cosmwasm"
)

// TestMessages: the chain reads what the messages say.
func TestMessages(t *testing.T) {
	coin := sdk.NewCoin("uweft", 7)
	is, seven := cosmwasm.Coin{Denom: "uweft", Amount: "7"}, cosmwasm.Array[cosmwasm.Coin]{{Denom: "uweft", Amount: "7"}}
	block := cosmwasm.IBCTimeout{Block: &cosmwasm.IBCTimeoutBlock{Revision: 1, Height: 2}}
	for i, test := range []struct {
		msg  sdk.Msg
		want cosmwasm.CosmosMsg
	}{
		{sdk.Delegate{"val", coin}, cosmwasm.CosmosMsg{Staking: &cosmwasm.StakingMsg{Delegate: &cosmwasm.DelegateMsg{Validator: "val", Amount: is}}}},
		{sdk.Undelegate{"val", coin}, cosmwasm.CosmosMsg{Staking: &cosmwasm.StakingMsg{Undelegate: &cosmwasm.UndelegateMsg{Validator: "val", Amount: is}}}},
		{sdk.Redelegate{"a", "b", coin}, cosmwasm.CosmosMsg{Staking: &cosmwasm.StakingMsg{Redelegate: &cosmwasm.RedelegateMsg{SrcValidator: "a", DstValidator: "b", Amount: is}}}},
		{sdk.SetWithdrawAddress{"bob"}, cosmwasm.CosmosMsg{Distribution: &cosmwasm.DistributionMsg{SetWithdrawAddress: &cosmwasm.SetWithdrawAddressMsg{Address: "bob"}}}},
		{sdk.WithdrawReward{"val"}, cosmwasm.CosmosMsg{Distribution: &cosmwasm.DistributionMsg{WithdrawDelegatorReward: &cosmwasm.WithdrawDelegatorRewardMsg{Validator: "val"}}}},
		{sdk.FundCommunityPool{sdk.Coins{coin}}, cosmwasm.CosmosMsg{Distribution: &cosmwasm.DistributionMsg{FundCommunityPool: &cosmwasm.FundCommunityPoolMsg{Amount: seven}}}},
		{sdk.Vote{3, sdk.VoteNoWithVeto}, cosmwasm.CosmosMsg{Gov: &cosmwasm.GovMsg{Vote: &cosmwasm.VoteMsg{ProposalID: 3, Option: cosmwasm.NoWithVeto}}}},
		{
			sdk.VoteWeighted{4, []sdk.WeightedVote{{sdk.VoteYes, sdk.Percent(25)}, {sdk.VoteAbstain, sdk.Percent(75)}}},
			cosmwasm.CosmosMsg{Gov: &cosmwasm.GovMsg{VoteWeighted: &cosmwasm.VoteWeightedMsg{ProposalID: 4, Options: []cosmwasm.WeightedVoteOption{{Option: cosmwasm.Yes, Weight: "0.25"}, {Option: cosmwasm.Abstain, Weight: "0.75"}}}}},
		},
		{
			sdk.IBCTransfer{Channel: "channel-1", To: "cosmos1x", Coin: coin, Timeout: sdk.IBCTimeout{Revision: 1, Height: 2}, Memo: "m"},
			cosmwasm.CosmosMsg{IBC: &cosmwasm.IBCMsg{Transfer: &cosmwasm.TransferMsg{ChannelID: "channel-1", ToAddress: "cosmos1x", Amount: is, Timeout: block, Memo: "m"}}},
		},
		{
			sdk.IBCTransfer{Channel: "channel-1", To: "cosmos1x", Coin: coin, Timeout: sdk.IBCTimeout{Time: 5}},
			cosmwasm.CosmosMsg{IBC: &cosmwasm.IBCMsg{Transfer: &cosmwasm.TransferMsg{ChannelID: "channel-1", ToAddress: "cosmos1x", Amount: is, Timeout: cosmwasm.IBCTimeout{Timestamp: 5}}}},
		},
		{sdk.Custom{sdk.Text("x")}, cosmwasm.CosmosMsg{Custom: json.RawMessage(`"x"`)}},
		{sdk.Send{"bob", sdk.Coins{coin}}, cosmwasm.CosmosMsg{Bank: &cosmwasm.BankMsg{Send: &cosmwasm.SendMsg{ToAddress: "bob", Amount: seven}}}},
		{sdk.Burn{sdk.Coins{coin}}, cosmwasm.CosmosMsg{Bank: &cosmwasm.BankMsg{Burn: &cosmwasm.BurnMsg{Amount: seven}}}},
		{sdk.Any{"/a.B", []byte{1}}, cosmwasm.CosmosMsg{Any: &cosmwasm.AnyMsg{TypeURL: "/a.B", Value: []byte{1}}}},
		{sdk.Execute{"other", []byte(`{}`), sdk.Coins{coin}}, cosmwasm.CosmosMsg{Wasm: &cosmwasm.WasmMsg{Execute: &cosmwasm.ExecuteMsg{ContractAddr: "other", Msg: []byte(`{}`), Funds: seven}}}},
		{
			sdk.Instantiate{CodeID: 3, Msg: []byte(`{}`), Funds: sdk.Coins{coin}, Label: "l", Admin: "bob", Salt: []byte{2}},
			cosmwasm.CosmosMsg{Wasm: &cosmwasm.WasmMsg{Instantiate2: &cosmwasm.Instantiate2Msg{CodeID: 3, Msg: []byte(`{}`), Funds: seven, Label: "l", Admin: "bob", Salt: []byte{2}}}},
		},
		{
			sdk.Instantiate{CodeID: 3, Msg: []byte(`{}`), Funds: sdk.Coins{coin}, Label: "l"},
			cosmwasm.CosmosMsg{Wasm: &cosmwasm.WasmMsg{Instantiate: &cosmwasm.InstantiateMsg{CodeID: 3, Msg: []byte(`{}`), Funds: seven, Label: "l"}}},
		},
		{sdk.Migrate{"other", 4, []byte(`{}`)}, cosmwasm.CosmosMsg{Wasm: &cosmwasm.WasmMsg{Migrate: &cosmwasm.MigrateMsg{ContractAddr: "other", NewCodeID: 4, Msg: []byte(`{}`)}}}},
		{sdk.UpdateAdmin{"other", "bob"}, cosmwasm.CosmosMsg{Wasm: &cosmwasm.WasmMsg{UpdateAdmin: &cosmwasm.UpdateAdminMsg{ContractAddr: "other", Admin: "bob"}}}},
		{sdk.UpdateAdmin{"other", ""}, cosmwasm.CosmosMsg{Wasm: &cosmwasm.WasmMsg{ClearAdmin: &cosmwasm.ClearAdminMsg{ContractAddr: "other"}}}},
	} {
		raw := sdkjson.Encode(sdk.Respond("x").AddSub(sdk.SubMsg{ID: 5, Msg: test.msg, ReplyOn: sdk.ReplyAlways, Payload: []byte("p"), GasLimit: 9}))
		res, err := cosmwasm.DecodeContractResult([]byte(`{"ok":` + string(raw) + `}`))
		if err != nil {
			t.Fatalf("%d: %v in %s", i, err, raw)
		}
		if got := res.Ok.Messages[0]; !reflect.DeepEqual(got.Msg, test.want) || got.ID != 5 || string(got.Payload) != "p" || *got.GasLimit != 9 {
			t.Errorf("%d: %s", i, raw)
		}
	}
}

// TestQueries: the chain reads what the contract asks, and the contract what the
// chain answers.
func TestQueries(t *testing.T) {
	const checksum = "ab12"
	answers := func(q *cosmwasm.QueryRequest) any {
		switch {
		case q.Bank != nil && q.Bank.AllBalances != nil:
			return cosmwasm.AllBalancesResponse{Amount: cosmwasm.Array[cosmwasm.Coin]{{Denom: "a", Amount: "1"}, {Denom: q.Bank.AllBalances.Address, Amount: "2"}}}
		case q.Bank != nil && q.Bank.Supply != nil:
			return cosmwasm.SupplyResponse{Amount: cosmwasm.Coin{Denom: q.Bank.Supply.Denom, Amount: "9"}}
		case q.Bank != nil && q.Bank.DenomMetadata != nil:
			return cosmwasm.DenomMetadataResponse{Metadata: cosmwasm.DenomMetadata{
				Description: "d", Base: q.Bank.DenomMetadata.Denom, Display: "weft", Name: "n", Symbol: "S", URI: "u", URIHash: "h",
				DenomUnits: cosmwasm.Array[cosmwasm.DenomUnit]{{Denom: "weft", Exponent: 6, Aliases: cosmwasm.Array[string]{"x"}}},
			}}
		case q.Staking != nil && q.Staking.BondedDenom != nil:
			return cosmwasm.BondedDenomResponse{Denom: "ustake"}
		case q.Staking != nil && q.Staking.AllValidators != nil:
			return cosmwasm.AllValidatorsResponse{Validators: cosmwasm.Array[cosmwasm.Validator]{{Address: "val", Commission: "0.05", MaxCommission: "0.2", MaxChangeRate: "0.01"}}}
		case q.Staking != nil && q.Staking.Validator != nil:
			if q.Staking.Validator.Address != "val" {
				return cosmwasm.ValidatorResponse{}
			}
			return cosmwasm.ValidatorResponse{Validator: &cosmwasm.Validator{Address: "val", Commission: "1", MaxCommission: "1", MaxChangeRate: "1"}}
		case q.Staking != nil && q.Staking.AllDelegations != nil:
			return cosmwasm.AllDelegationsResponse{Delegations: cosmwasm.Array[cosmwasm.Delegation]{{Delegator: q.Staking.AllDelegations.Delegator, Validator: "val", Amount: cosmwasm.Coin{Denom: "ustake", Amount: "5"}}}}
		case q.Staking != nil && q.Staking.Delegation != nil:
			if q.Staking.Delegation.Validator != "val" {
				return cosmwasm.DelegationResponse{}
			}
			return cosmwasm.DelegationResponse{Delegation: &cosmwasm.FullDelegation{
				Delegator: q.Staking.Delegation.Delegator, Validator: "val", Amount: cosmwasm.Coin{Denom: "ustake", Amount: "5"},
				AccumulatedRewards: cosmwasm.Array[cosmwasm.Coin]{{Denom: "r", Amount: "1"}}, CanRedelegate: cosmwasm.Coin{Denom: "ustake", Amount: "4"},
			}}
		case q.Distribution != nil && q.Distribution.DelegatorWithdrawAddress != nil:
			return cosmwasm.DelegatorWithdrawAddressResponse{WithdrawAddress: "to-" + q.Distribution.DelegatorWithdrawAddress.DelegatorAddress}
		case q.Distribution != nil && q.Distribution.DelegationRewards != nil:
			return cosmwasm.DelegationRewardsResponse{Rewards: cosmwasm.Array[cosmwasm.DecCoin]{{Amount: "1.5", Denom: q.Distribution.DelegationRewards.ValidatorAddress}}}
		case q.Distribution != nil && q.Distribution.DelegationTotalRewards != nil:
			one := cosmwasm.Array[cosmwasm.DecCoin]{{Amount: "1.000000000000000001", Denom: "r"}}
			return cosmwasm.DelegationTotalRewardsResponse{Rewards: cosmwasm.Array[cosmwasm.DelegatorReward]{{Reward: one, ValidatorAddress: "val"}}, Total: one}
		case q.Distribution != nil && q.Distribution.DelegatorValidators != nil:
			return cosmwasm.DelegatorValidatorsResponse{Validators: cosmwasm.Array[string]{"val", "other"}}
		case q.Wasm != nil && q.Wasm.CodeInfo != nil:
			return cosmwasm.CodeInfoResponse{CodeID: q.Wasm.CodeInfo.CodeID, Creator: "bob", Checksum: checksum}
		case q.Wasm != nil && q.Wasm.ContractInfo != nil:
			return cosmwasm.ContractInfoResponse{CodeID: 8, Creator: "bob", Admin: "adm", Pinned: true, IBCPort: "wasm.x"}
		case q.Wasm != nil && q.Wasm.RawRange != nil:
			r := q.Wasm.RawRange
			return cosmwasm.RawRangeResponse{Data: cosmwasm.Array[cosmwasm.RawRangeEntry]{{Key: r.Start, Value: fmt.Append(nil, r.End, r.Limit, r.Order)}}, NextKey: []byte("n")}
		case q.Custom != nil:
			return q.Custom
		}
		return nil
	}
	var got []any
	h := native.New(sdk.Contract{Sudo: sdk.Do(func(c *sdk.Context, _ *Note) (*sdk.Response, error) {
		got = askAll(c)
		return nil, nil
	})})
	h.Answer = func(request string) (string, error) {
		q, err := cosmwasm.DecodeQueryRequest([]byte(request))
		if err != nil {
			return "", err
		}
		if q.Grpc != nil {
			return q.Grpc.Path + string(q.Grpc.Data), nil
		}
		doc, err := json.Marshal(answers(q))
		return string(doc), err
	}
	if _, err := h.Sudo(`{}`); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{
		"1a,2bob", "9", "{uweft weft n S d u h [{weft 6 [x]}]}", "ustake", "[{val 0.05 0.2 0.01}]", "{val 1 1 1} true", "{ 0 0 0} false",
		"[{bob val 5ustake  0}]", "{bob val 5ustake 1r 4ustake} true", "{  0  0} false", "to-bob", "[{val 1.5}]",
		"[{val [{r 1.000000000000000001}]}] [{r 1.000000000000000001}]", "[val other]", "{3 bob ab12}", "{8 bob adm true wasm.x}",
		"[{from [] 2descending}] n", "custom", "/path?",
	} {
		if i >= len(got) || fmt.Sprint(got[i]) != want {
			t.Errorf("%d: %v, want %s", i, got[i:], want)
		}
	}
}

func askAll(c *sdk.Context) (got []any) {
	add := func(parts ...any) {
		text := ""
		for i, p := range parts {
			if err, bad := p.(error); bad {
				p = err.Error()
			} else if p == nil {
				continue
			}
			if i > 0 {
				text += " "
			}
			text += fmt.Sprint(p)
		}
		got = append(got, text)
	}
	one := func(v any, err error) { add(v, err) }
	coins, err := c.AllBalances("bob")
	add(coins, err)
	one(c.Supply("uweft"))
	one(c.DenomMetadata("uweft"))
	one(c.BondedDenom())
	one(c.Validators())
	v, ok, err := c.Validator("val")
	add(v, ok, err)
	v, ok, err = c.Validator("none")
	add(v, ok, err)
	one(c.Delegations("bob"))
	d, ok, err := c.Delegation("bob", "val")
	add(d, ok, err)
	d, ok, err = c.Delegation("bob", "none")
	add(d, ok, err)
	one(c.WithdrawAddress("bob"))
	one(c.Rewards("bob", "val"))
	all, total, err := c.TotalRewards("bob")
	add(all, total, err)
	one(c.DelegatorValidators("bob"))
	k, err := c.CodeInfo(3)
	add(fmt.Sprintf("{%d %s %s}", k.ID, k.Creator, hex.EncodeToString(k.Checksum)), err)
	one(c.ContractInfo("other"))
	entries, next, err := c.AskRawRange("other", sdk.RawRange{Start: []byte("from"), Limit: 2, Descending: true})
	add(fmt.Sprintf("[{%s %s}]", entries[0].Key, entries[0].Value), string(next), err)
	var text sdk.Text
	err = c.QueryCustom(sdk.Text("custom"), &text)
	add(text, err)
	raw, err := c.QueryGRPC("/path", []byte("?"))
	add(string(raw), err)
	return got
}
