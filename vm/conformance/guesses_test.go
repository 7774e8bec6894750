//go:build cgo

package conformance

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// guesses are tried in order for a field that has to be there.
var guesses = []any{
	"contract", json.Number("1"),
	[]any{},
	map[string]any{},
	true, nil, "1000", "e30=",
	[]any{"contract"},
	"0.5", "2000000000000000000",
	[]any{map[string]any{"address": "contract", "amount": "1000"}},
	[]any{map[string]any{"denom": "token", "amount": "1"}},
	[]any{map[string]any{"addr": "contract", "weight": json.Number("1")}},
	map[string]any{"denom": "token", "amount": "1"},
	map[string]any{"native": "token"},
	map[string]any{"height": json.Number("100")},
	map[string]any{"absolute_count": map[string]any{"weight": json.Number("1")}},
	[]any{[]any{"contract", "contract"}},
	[]any{map[string]any{}},
	json.Number("100"),
	[]any{"token", "other"},
	[]any{json.Number("1")},
	map[string]any{"token": map[string]any{"contract_addr": "coin"}},
	map[string]any{"native_token": map[string]any{"denom": "token"}},
	map[string]any{"amount": "1", "info": map[string]any{"native_token": map[string]any{"denom": "token"}}},
	[]any{map[string]any{"token": map[string]any{"contract_addr": "coin"}}, map[string]any{"native_token": map[string]any{"denom": "token"}}},
	[]any{map[string]any{"native_token": map[string]any{"denom": "token"}}, map[string]any{"native_token": map[string]any{"denom": "other"}}},
	map[string]any{"at_height": json.Number("1000")},
	map[string]any{"never": map[string]any{}},
	"1", "-1", "contract1",
}

// likely are values for a field, by its name and then all guesses.
func likely(name string) (options []any) {
	for _, known := range []struct {
		part  string
		value any
	}{
		{"denom", "token"},
		{"token", "coin"},
		{"cw20", "coin"},
		{"amount", "1000"},
		{"time", json.Number("100")},
		{"threshold", map[string]any{"absolute_count": map[string]any{"weight": json.Number("1")}}},
		{"max_voting_period", map[string]any{"height": json.Number("100")}},
		{"members", []any{map[string]any{"addr": "contract", "weight": json.Number("1")}}},
		{"symbol", "COIN"},
		{"fee", "0.1"},
		{"rate", "0.1"},
		{"msgs", []any{}},
		{"admin", "contract"},
		{"owner", "contract"},
		{"asset", map[string]any{"token": map[string]any{"contract_addr": "coin"}}},
		{"funds", []any{}},
	} {
		if strings.Contains(name, known.part) {
			options = append(options, known.value)
		}
	}
	return append(options, guesses...)
}

// payments are what a caller sends along, as a contract wants it.
var (
	payments   = []string{`[{"denom":"ATOM","amount":"100"}]`, `[]`, `[{"denom":"token","amount":"1000"}]`, `[{"denom":"other","amount":"1000"},{"denom":"token","amount":"1000"}]`}
	aboutFunds = regexp.MustCompile(`(?i)fund|payment|coin|denom|sent|deposit|fee`)
)

// variations sends a message with each of its values changed, to see what the
// contract makes of values at the end of their range and of other types.
func (p *probe) variations(doc any) {
	var walk func(v any, set func(any))
	walk = func(v any, set func(any)) {
		switch v := v.(type) {
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(v)) {
				old := v[k]
				walk(old, func(x any) { v[k] = x })
				v[k] = old
			}
			return
		case []any:
			for i, old := range v {
				walk(old, func(x any) { v[i] = x })
				v[i] = old
			}
			return
		}
		for _, x := range strange {
			set(x)
			before := p.l.save()
			p.call(doc)
			p.l.restore(before)
		}
	}
	walk(doc, func(any) {})
}

// strange are values at the end of a range, and of other types.
var strange = []any{
	"", "é\x00\U0001f600", strings.Repeat("long", 100), "340282366920938463463374607431768211455", "340282366920938463463374607431768211456",
	"115792089237316195423570985008687907853269984665640564039457584007913129639935", "0", "-1", "0.000000000000000001", "18446744073709551615",
	json.Number("0"), json.Number("-1"), json.Number("1.5"), json.Number("18446744073709551615"), json.Number("18446744073709551616"), json.Number("4294967296"),
	nil, false,
	[]any{},
	map[string]any{},
	[]any{"a", "a"},
	"friend", "coin", "AQID",
}

// instantiations are messages for well-known contracts, which guessing would not
// find.
var instantiations = map[string]string{
	"cw20_base": `{"name":"Coin","symbol":"COIN","decimals":6,"initial_balances":[{"address":"contract","amount":"1000000"},{"address":"friend","amount":"5"}],"mint":{"minter":"contract"},` +
		`"marketing":{"project":"p","description":"d","marketing":"contract","logo":{"url":"http://x"}}}`,
	"cw1_whitelist": `{"admins":["contract","friend"],"mutable":true}`,
	"cw4_group":     `{"admin":"contract","members":[{"addr":"friend","weight":3},{"addr":"contract","weight":5}]}`,
	"transmuter.":   `{"pool_asset_denoms":["token","other"]}`,
	"transmuter_v3": `{"pool_asset_configs":[{"denom":"token","normalization_factor":"1"},{"denom":"other","normalization_factor":"1"}],` +
		`"alloyed_asset_subdenom":"all","alloyed_asset_normalization_factor":"1","admin":"contract","moderator":"contract"}`,
	"sumtree":              `{"base_denom":"token","quote_denom":"other"}`,
	"staking":              `{"name":"Deriv","symbol":"DRV","decimals":6,"validator":"validator","exit_tax":"0.1","min_withdrawal":"10"}`,
	"cw3_fixed_multisig":   `{"voters":[{"addr":"contract","weight":1}],"threshold":{"absolute_count":{"weight":1}},"max_voting_period":{"height":100}}`,
	"cw721_base":           `{"name":"N","symbol":"NFT","minter":"contract"}`,
	"neutron_distribution": `{"main_dao_address":"contract","security_dao_address":"friend","denom":"untrn"}`,
	"neutron_treasury":     `{"main_dao_address":"contract","security_dao_address":"friend","denom":"untrn","distribution_rate":"0.5","min_period":1000,"distribution_contract":"d","reserve_contract":"r","vesting_denominator":"100"}`,
}
