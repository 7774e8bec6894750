//go:build cgo

package conformance

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Random sequences of messages to several contracts, whose stores go on from
// call to call. A failing sequence is shrunk to a short one.

// sequenceCodes are compiled once for all sequences.
var sequenceCodes = []string{"hackatom", "queue", "reflect", "ibc_reflect", "wasmd/benchmarks/testdata/cw20_base.wasm", "wasmd/benchmarks/testdata/cw1_whitelist.wasm", "wasmd/x/wasm/keeper/testdata/burner.wasm"}

// address draws an account or contract.
func drawAddress(t *rapid.T) string {
	return rapid.SampledFrom([]string{"hackatom", "queue", "reflect", "cw20_base", "creator", "fred", "bob", "alice", "ALICE", ""}).Draw(t, "address")
}

func drawAmount(t *rapid.T) string {
	return rapid.OneOf(rapid.Just("0"), rapid.Just("1"), rapid.StringMatching(`[1-9][0-9]{0,6}`), rapid.Just("340282366920938463463374607431768211455"), rapid.Just("-1"), rapid.Just("x")).Draw(t, "amount")
}

// drawMessage draws an entry point and a message for a contract, mostly one that
// it takes.
func drawMessage(t *rapid.T, contract string) (entry, msg string) {
	choose := func(options ...string) string { return rapid.SampledFrom(options).Draw(t, "message") }
	number := func() int64 { return rapid.OneOf(rapid.Int64Range(-3, 40), rapid.Int64()).Draw(t, "number") }
	if rapid.IntRange(0, 14).Draw(t, "nonsense") == 0 {
		return rapid.SampledFrom(entries).Draw(t, "entry"), rapid.SampledFrom(append([]string{rapid.String().Draw(t, "text")}, garbage...)).Draw(t, "garbage")
	}
	coins := fmt.Sprintf(`[{"denom":"ATOM","amount":%q}]`, drawAmount(t))
	switch contract {
	case "hackatom":
		switch choose("release", "query", "sudo", "migrate", "instantiate", "recurse", "errors", "balance") {
		case "release":
			return "execute", `{"release":{}}`
		case "sudo":
			return "sudo", fmt.Sprintf(`{"steal_funds":{"recipient":%q,"amount":%s}}`, drawAddress(t), coins)
		case "migrate":
			return "migrate", fmt.Sprintf(`{"verifier":%q}`, drawAddress(t))
		case "instantiate":
			return "instantiate", fmt.Sprintf(`{"verifier":%q,"beneficiary":%q}`, drawAddress(t), drawAddress(t))
		case "recurse":
			return "query", fmt.Sprintf(`{"recurse":{"depth":%d,"work":%d}}`, rapid.IntRange(0, 11).Draw(t, "depth"), rapid.IntRange(0, 30).Draw(t, "work"))
		case "errors":
			return "execute", `{"user_errors_in_api_calls":{}}`
		case "balance":
			return "query", fmt.Sprintf(`{"other_balance":{"address":%q}}`, drawAddress(t))
		}
		return "query", `{"verifier":{}}`
	case "queue":
		return choose("execute", "query"), choose(fmt.Sprintf(`{"enqueue":{"value":%d}}`, number()), `{"dequeue":{}}`, `{"count":{}}`, `{"sum":{}}`, `{"reducer":{}}`, `{"list":{}}`, `{"open_iterators":{"count":3}}`)
	case "reflect":
		if choose("query", "execute") == "query" {
			q := rapid.SampledFrom(append([]string{`{"wasm":{"smart":{"contract_addr":"hackatom","msg":"eyJ2ZXJpZmllciI6e319"}}}`, `{"wasm":{"smart":{"contract_addr":"queue","msg":"eyJzdW0iOnt9fQ=="}}}`}, queryRequests...)).Draw(t, "query")
			return "query", `{"chain":{"request":` + q + `}}`
		}
		return "execute", choose(`{"reflect_msg":{"msgs":[`+rapid.SampledFrom(cosmosMsgs).Draw(t, "msg")+`]}}`, fmt.Sprintf(`{"change_owner":{"owner":%q}}`, drawAddress(t)),
			fmt.Sprintf(`{"reflect_sub_msg":{"msgs":[{"id":%d,"msg":%s,"gas_limit":null,"reply_on":"error"}]}}`, uint64(number()), rapid.SampledFrom(cosmosMsgs).Draw(t, "msg")))
	case "cw20_base":
		a, b, amount := drawAddress(t), drawAddress(t), drawAmount(t)
		if choose("query", "execute", "execute") == "query" {
			return "query", choose(fmt.Sprintf(`{"balance":{"address":%q}}`, a), `{"token_info":{}}`, `{"minter":{}}`, fmt.Sprintf(`{"allowance":{"owner":%q,"spender":%q}}`, a, b),
				fmt.Sprintf(`{"all_allowances":{"owner":%q,"limit":%d}}`, a, rapid.IntRange(0, 40).Draw(t, "limit")), fmt.Sprintf(`{"all_accounts":{"start_after":%q,"limit":3}}`, a), `{"all_accounts":{}}`, `{"marketing_info":{}}`, `{"download_logo":{}}`)
		}
		return "execute", choose(fmt.Sprintf(`{"transfer":{"recipient":%q,"amount":%q}}`, a, amount), fmt.Sprintf(`{"burn":{"amount":%q}}`, amount), fmt.Sprintf(`{"mint":{"recipient":%q,"amount":%q}}`, a, amount),
			fmt.Sprintf(`{"send":{"contract":%q,"amount":%q,"msg":"e30="}}`, a, amount), fmt.Sprintf(`{"increase_allowance":{"spender":%q,"amount":%q,"expires":{"at_height":%d}}}`, a, amount, rapid.IntRange(1, 300).Draw(t, "height")),
			fmt.Sprintf(`{"decrease_allowance":{"spender":%q,"amount":%q}}`, a, amount), fmt.Sprintf(`{"transfer_from":{"owner":%q,"recipient":%q,"amount":%q}}`, a, b, amount), fmt.Sprintf(`{"burn_from":{"owner":%q,"amount":%q}}`, a, amount),
			fmt.Sprintf(`{"update_minter":{"new_minter":%q}}`, a), `{"update_marketing":{"project":"p","description":null,"marketing":"bob"}}`, `{"upload_logo":{"embedded":{"svg":"PHN2Zz48L3N2Zz4="}}}`)
	case "cw1_whitelist":
		return choose("execute", "query"), choose(`{"execute":{"msgs":[`+rapid.SampledFrom(cosmosMsgs).Draw(t, "msg")+`]}}`, `{"freeze":{}}`, fmt.Sprintf(`{"update_admins":{"admins":[%q,"creator"]}}`, drawAddress(t)),
			`{"admin_list":{}}`, fmt.Sprintf(`{"can_execute":{"sender":%q,"msg":%s}}`, drawAddress(t), cosmosMsgs[0]))
	case "burner":
		return choose("migrate", "execute"), choose(fmt.Sprintf(`{"payout":%q}`, drawAddress(t)), fmt.Sprintf(`{"payout":%q,"denoms":["ATOM"],"delete":%d}`, drawAddress(t), number()), `{"cleanup":{"limit":2}}`, `{"cleanup":{}}`)
	}
	shake := handshakes("ibc-reflect-v1")
	entry = choose("ibc_channel_open", "ibc_channel_connect", "ibc_channel_close", "ibc_packet_receive", "ibc_packet_timeout", "reply", "query")
	switch entry {
	case "ibc_packet_receive", "ibc_packet_timeout":
		return entry, `{"packet":` + packet(rapid.SampledFrom(ibcPackets).Draw(t, "packet")) + `,"relayer":"r"}`
	case "reply":
		return entry, rapid.SampledFrom(replies).Draw(t, "reply")
	case "query":
		return entry, choose(`{"list_accounts":{}}`, `{"account":{"channel_id":"channel-1"}}`)
	}
	return entry, rapid.SampledFrom(shake[entry]).Draw(t, "handshake")
}

func TestRandomSequences(t *testing.T) {
	t.Parallel()
	first := newLab(t)
	codes := map[string]*code{}
	var names []string
	for _, path := range sequenceCodes {
		name := path[strings.LastIndex(path, "/")+1:]
		name = strings.TrimSuffix(name, ".wasm")
		codes[name] = first.must(name, public(t, path))
		names = append(names, name)
	}
	rapid.Check(t, func(t *rapid.T) {
		l := &lab{tb: t, ref: newWorld(first.ref.engine), weft: newWorld(first.weft.engine)}
		for _, name := range names {
			l.add(name, codes[name])
		}
		l.each(func(w *world) { w.balances["hackatom"], w.balances["burner"] = atoms(250), atoms(9) })
		for _, init := range sorted(map[string]string{
			"hackatom": hackatomInit, "queue": `{}`, "reflect": `{}`, "ibc_reflect": `{"reflect_code_id":1}`,
			"cw20_base": instantiations["cw20_base"], "cw1_whitelist": instantiations["cw1_whitelist"],
		}) {
			l.call(gasLimit, init.key, "instantiate", env, info("creator"), init.value)
		}
		for range rapid.IntRange(1, 40).Draw(t, "messages") {
			name := rapid.SampledFrom(names).Draw(t, "contract")
			entry, msg := drawMessage(t, name)
			limit := uint64(sweepLimit)
			if rapid.IntRange(0, 4).Draw(t, "short of gas") == 0 {
				limit = rapid.Uint64Range(0, 30_000_000).Draw(t, "gas")
			}
			before := l.save()
			if out := l.call(limit, name, entry, documents3(entry, drawAddress(t), msg)...); out.Err != "" || strings.HasPrefix(string(out.Data), `{"error"`) {
				l.restore(before) // as a chain does
			}
		}
	})
}
