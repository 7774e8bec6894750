//go:build reference

package token_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/testkit"
	"github.com/weftchain/weft/contracts/token"
)

// public is a contract of an npm package in the folder that WEFT_PUBLIC names.
func public(name string) testkit.Code {
	return testkit.Code{Wasm: filepath.Join(os.Getenv("WEFT_PUBLIC"), name+".wasm")}
}

// holder is a chain with a token that alice has a million of.
type holder struct {
	*testing.T
	*testkit.Chain
	alice, coin sdk.Addr
}

// hasCoins checks what an account has of a token.
func (h holder) hasCoins(of, at sdk.Addr, want string) {
	h.T.Helper()
	var a token.BalanceAnswer
	h.MustQuery(at, fmt.Sprintf(`{"balance":{"address":%q}}`, of), &a)
	if got := a.Balance.String(); got != want {
		h.T.Errorf("%s has %s, want %s", of, got, want)
	}
}

// send sends tokens to a contract with a message.
func (h holder) send(at, to sdk.Addr, amount int, msg string) *testkit.Result {
	h.T.Helper()
	return h.MustExecute(h.alice, at, fmt.Sprintf(`{"send":{"contract":%q,"amount":"%d","msg":%q}}`, to, amount, base64.StdEncoding.EncodeToString([]byte(msg))))
}

// TestPublic plays with contracts that others wrote for CW20; e2e/cw20.test.mjs
// does it on a node. WEFT_PUBLIC is e2e/node_modules/@oraichain: e2e/run.sh sets
// it and runs this test.
func TestPublic(t *testing.T) {
	c := testkit.NewParity(t, testkit.Contracts{
		"token": {Go: token.Contract, Dir: "./wasm"}, "oracle": public("oraidex-contracts-build/data/oraiswap-oracle"), "pair": public("oraidex-contracts-build/data/oraiswap-pair"),
		"staking": public("oraidex-contracts-build/data/cw20-staking"), "cw4": public("common-contracts-build/data/cw4-stake"),
	})
	alice := c.Account("alice", "10000000uweft")
	coin := c.Instantiate("token", alice, fmt.Sprintf(`{"name":"Alpha","symbol":"ALPHA","decimals":6,"initial_balances":[{"address":%q,"amount":"1000000"}]}`, alice))
	for name, test := range map[string]func(holder){"pool": pool, "staking": staking, "cw4-stake": cw4} {
		t.Run(name, func(t *testing.T) { test(holder{t, c.Fork(t), alice, coin}) })
	}
}

// pool: a terraswap pool takes tokens by allowance, makes its liquidity token of
// our code, and swaps what is sent to it.
func pool(h holder) {
	oracle := h.Instantiate("oracle", h.alice, `{}`)
	h.MustExecute(h.alice, oracle, `{"update_tax_rate":{"rate":"0"}}`)
	h.MustExecute(h.alice, oracle, `{"update_tax_cap":{"denom":"uweft","cap":"0"}}`)
	pair := h.Instantiate("pair", h.alice, fmt.Sprintf(`{"asset_infos":[{"token":{"contract_addr":%q}},{"native_token":{"denom":"uweft"}}],"token_code_id":%d,"oracle_addr":%q,"commission_rate":"0.003"}`,
		h.coin, h.CodeID("token"), oracle))
	var about struct {
		Info struct {
			Shares sdk.Addr `json:"liquidity_token"`
		} `json:"info"`
	}
	h.MustQuery(pair, `{"pair":{}}`, &about)
	shares := about.Info.Shares
	h.MustExecute(h.alice, h.coin, fmt.Sprintf(`{"increase_allowance":{"spender":%q,"amount":"100000"}}`, pair))
	h.MustExecute(h.alice, pair, fmt.Sprintf(`{"provide_liquidity":{"assets":[{"info":{"token":{"contract_addr":%q}},"amount":"100000"},{"info":{"native_token":{"denom":"uweft"}},"amount":"50000"}]}}`, h.coin), "50000uweft")
	h.hasCoins(h.alice, shares, "70710") // √(100000·50000)
	h.send(h.coin, pair, 1000, `{"swap":{}}`)
	h.hasCoins(pair, h.coin, "101000")
	if got := h.Balance(pair, "uweft"); got <= 49_504 || got > 49_520 { // 50000·100000/101000 and the commission
		h.T.Error(got)
	}
	h.send(shares, pair, 70_710, `{"withdraw_liquidity":{}}`)
	h.hasCoins(h.alice, shares, "0")
	h.hasCoins(h.alice, h.coin, "1000000")
}

// staking: tokens are bonded, earn tokens, and come back.
func staking(h holder) {
	at := h.Instantiate("staking", h.alice, fmt.Sprintf(`{"rewarder":%q,"owner":%q}`, h.alice, h.alice))
	h.MustExecute(h.alice, at, fmt.Sprintf(`{"register_asset":{"staking_token":%q}}`, h.coin))
	h.MustExecute(h.alice, at, fmt.Sprintf(`{"update_rewards_per_sec":{"staking_token":%q,"assets":[{"info":{"token":{"contract_addr":%q}},"amount":"10"}]}}`, h.coin, h.coin))
	h.send(h.coin, at, 500, `{"bond":{}}`)
	h.MustExecute(h.alice, h.coin, fmt.Sprintf(`{"transfer":{"recipient":%q,"amount":"70"}}`, at))
	h.MustExecute(h.alice, at, fmt.Sprintf(`{"deposit_reward":{"rewards":[{"staking_token":%q,"total_accumulation_amount":"70"}]}}`, h.coin))
	h.MustExecute(h.alice, at, fmt.Sprintf(`{"withdraw":{"staking_token":%q}}`, h.coin))
	h.MustExecute(h.alice, at, fmt.Sprintf(`{"unbond":{"staking_token":%q,"amount":"200"}}`, h.coin))
	h.hasCoins(at, h.coin, "300")
	h.hasCoins(h.alice, h.coin, "999700")
}

// cw4: cw-plus's staking gives a weight for tokens, and a claim to have them back.
func cw4(h holder) {
	at := h.Instantiate("cw4", h.alice, fmt.Sprintf(`{"denom":{"cw20":%q},"tokens_per_weight":"10","min_bond":"50","unbonding_period":{"time":60},"admin":null}`, h.coin))
	h.send(h.coin, at, 500, `{"bond":{}}`)
	var member struct{ Weight uint64 }
	h.MustQuery(at, fmt.Sprintf(`{"member":{"addr":%q}}`, h.alice), &member)
	if member.Weight != 50 {
		h.T.Error(member)
	}
	h.MustExecute(h.alice, at, `{"unbond":{"tokens":"200"}}`)
	h.hasCoins(at, h.coin, "500")
	h.Advance(time.Hour)
	h.MustExecute(h.alice, at, `{"claim":{}}`)
	h.hasCoins(at, h.coin, "300")
}
