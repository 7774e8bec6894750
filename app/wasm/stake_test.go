package wasm_test

import (
	"crypto/sha256"
	"strconv"
	"strings"
	"testing"

	gogo "github.com/cosmos/gogoproto/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	basepb "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	ed25519pb "github.com/weftchain/weft/proto/cosmos/crypto/ed25519"
	stakingpb "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// validator makes one with 10 WEFT under a name.
func (w *world) validator(name string, seed byte) {
	w.t.Helper()
	w.fund(name, "10000000uweft")
	pub, err := (&ed25519pb.PubKey{Key: append(make([]byte, 31), seed)}).Marshal()
	require.NoError(w.t, err)
	operator := w.env.Bech32().Validator(w.raw(name))
	w.must(&stakingpb.MsgCreateValidator{
		Description: stakingpb.Description{Moniker: name}, MinSelfDelegation: "1", ValidatorAddress: operator,
		Commission: stakingpb.CommissionRates{Rate: "100000000000000000", MaxRate: "200000000000000000", MaxChangeRate: "10000000000000000"},
		Pubkey:     &gogo.Any{TypeUrl: "/cosmos.crypto.ed25519.PubKey", Value: pub}, Value: basepb.Coin{Denom: "uweft", Amount: "10000000"},
	})
	w.names["op"+name] = operator
	_, err = w.staking.EndBlock(w.env)
	require.NoError(w.t, err)
}

// TestContractStakes: a contract delegates, moves and takes back stake, earns
// rewards, and is told all that.
func TestContractStakes(t *testing.T) {
	w := newWorld(t, nil)
	w.store("alice", w.engine.Add("script", scripted()))
	w.instantiate("a", 1, `{}`)
	w.validator("val", 1)
	w.validator("vul", 2)
	w.fund("a", "9000000uweft")
	require.Equal(t, "ok {}", w.ask(`{"staking":{"delegation":{"delegator":"$a","validator":"$opval"}}}`))

	w.does(`{"msgs":[{"id":1,"on":"never","do":{"staking":{"delegate":{"validator":"$opval","amount":{"denom":"uweft","amount":"5000000"}}}}}]}`)
	require.Equal(t, `ok {"delegations":[{"delegator":"$a","validator":"$opval","amount":{"denom":"uweft","amount":"5000000"}}]}`,
		w.ask(`{"staking":{"all_delegations":{"delegator":"$a"}}}`))
	require.Equal(t, `ok {"validator":{"address":"$opval","commission":"0.100000000000000000","max_commission":"0.200000000000000000","max_change_rate":"0.010000000000000000"}}`,
		w.ask(`{"staking":{"validator":{"address":"$opval"}}}`))
	require.Equal(t, `ok {"denom":"uweft"}`, w.ask(`{"staking":{"bonded_denom":{}}}`))
	require.Contains(t, w.ask(`{"staking":{"all_validators":{}}}`), `"$opvul"`)

	w.env.Block.Height++
	require.NoError(t, w.bank.Mint(w.env, layout.ModuleAddress(layout.FeeCollector), chain.Coins{{Denom: "uweft", Amount: chain.NewAmount(1_000)}}))
	cons, err := w.staking.Validator(w.env, w.raw("val"))
	require.NoError(t, err)
	var key ed25519pb.PubKey
	require.NoError(t, key.Unmarshal(cons.ConsensusPubkey.Value))
	require.NoError(t, w.rewards.BeginBlock(w.env, []chain.Vote{{Validator: consensusAddress(key.Key), Power: 15, Signed: true}}))
	// 1,000 less 2 % less 10 %: 882, of which the contract has a third.
	require.Equal(t, `ok {"rewards":[{"amount":"294.000000000000000000","denom":"uweft"}]}`,
		w.ask(`{"distribution":{"delegation_rewards":{"delegator_address":"$a","validator_address":"$opval"}}}`))
	require.Equal(t, `ok {"rewards":[{"reward":[{"amount":"294.000000000000000000","denom":"uweft"}],"validator_address":"$opval"}],"total":[{"amount":"294.000000000000000000","denom":"uweft"}]}`,
		w.ask(`{"distribution":{"delegation_total_rewards":{"delegator_address":"$a"}}}`))
	require.Equal(t, `ok {"delegation":{"delegator":"$a","validator":"$opval","amount":{"denom":"uweft","amount":"5000000"},"accumulated_rewards":[{"denom":"uweft","amount":"294"}],"can_redelegate":{"denom":"uweft","amount":"5000000"}}}`,
		w.ask(`{"staking":{"delegation":{"delegator":"$a","validator":"$opval"}}}`))

	w.does(`{"msgs":[
 {"id":1,"on":"never","do":{"distribution":{"set_withdraw_address":{"address":"$bob"}}}},
 {"id":2,"on":"never","do":{"distribution":{"withdraw_delegator_reward":{"validator":"$opval"}}}},
 {"id":3,"on":"never","do":{"staking":{"redelegate":{"src_validator":"$opval","dst_validator":"$opvul","amount":{"denom":"uweft","amount":"2000000"}}}}},
 {"id":4,"on":"never","do":{"staking":{"undelegate":{"validator":"$opval","amount":{"denom":"uweft","amount":"1000000"}}}}},
 {"id":5,"on":"never","do":{"distribution":{"fund_community_pool":{"amount":[{"denom":"uweft","amount":"7"}]}}}}]}`)
	require.Contains(t, w.balance("bob"), ",294uweft")
	require.Equal(t, `ok {"withdraw_address":"$bob"}`, w.ask(`{"distribution":{"delegator_withdraw_address":{"delegator_address":"$a"}}}`))
	require.Equal(t, `ok {"delegation":{"delegator":"$a","validator":"$opvul","amount":{"denom":"uweft","amount":"2000000"},"accumulated_rewards":[],"can_redelegate":{"denom":"uweft","amount":"0"}}}`,
		w.ask(`{"staking":{"delegation":{"delegator":"$a","validator":"$opvul"}}}`))
	require.Equal(t, "3999993uweft", w.balance("a"))
}

// ask lets contract a ask the chain, and shows the answer as JSON with names.
func (w *world) ask(question string) string {
	w.t.Helper()
	text := strings.TrimSpace(w.command("query a", `{"ask":`+question+`}`))
	quoted, ok := strings.CutPrefix(text, "ok ")
	if !ok {
		return w.hide(text)
	}
	plain, err := strconv.Unquote(quoted)
	require.NoError(w.t, err)
	return "ok " + w.hide(plain)
}

func (w *world) does(input string) {
	w.t.Helper()
	text := w.command("execute a", input)
	require.True(w.t, strings.HasPrefix(text, "ok"), text)
}

func consensusAddress(key []byte) chain.Address {
	sum := sha256.Sum256(key)
	return chain.Address(sum[:20])
}
