//go:build cgo

package conformance

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/CosmWasm/wasmvm/v3/types"
)

// send sweeps messages to an entry point.
func (l *lab) send(t *testing.T, address, entry string, msgs ...string) {
	t.Helper()
	for _, msg := range msgs {
		l.sweep(address, entry, documents3(entry, "creator", msg)...)
	}
}

// documents3 puts env and info before a message where an entry point wants them.
func documents3(entry, sender, msg string) []string {
	if entry == "instantiate" || entry == "execute" {
		return []string{env, info(sender), msg}
	}
	return []string{env, msg}
}

// entries are all entry points that the reference can call.
var entries = []string{
	"instantiate", "execute", "query", "migrate", "sudo", "reply",
	"ibc_channel_open", "ibc_channel_connect", "ibc_channel_close", "ibc_packet_receive", "ibc_packet_ack", "ibc_packet_timeout",
	"ibc_source_callback", "ibc_destination_callback", "ibc2_packet_receive", "ibc2_packet_ack", "ibc2_packet_timeout", "ibc2_packet_send",
}

const migrateInfo = `{"sender":"admin","old_migrate_version":null}`

// garbage are messages that no contract takes.
var garbage = []string{
	``, ` `, `{`, `}`, `{}`, `[]`, `null`, `true`, `0`, `-1`, `1e400`, `"x"`, `"\ud800"`, `{"":{}}`, `{"a":{},"b":{}}`, `{"a":{}}x`, `{"a":1,}`,
	"\xff\xfe", "\xef\xbb\xbf{}", strings.Repeat("[", 200), strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100),
	`{"x":"` + strings.Repeat("y", 70_000) + `"}`,
}

// attack calls every entry point with garbage: those that exist and those that
// do not, with well-formed and with broken env and info.
func (l *lab) attack(t *testing.T, address string) {
	t.Helper()
	for _, entry := range entries {
		for _, msg := range garbage {
			l.call(gasLimit, address, entry, documents3(entry, "creator", msg)...)
		}
		args := documents3(entry, "creator", `{}`)
		for i := range args {
			for _, doc := range []string{"", "{}", `{"block":1}`, strings.Repeat("x", 1_000)} {
				broken := append([]string{}, args...)
				broken[i] = doc
				l.call(gasLimit, address, entry, broken...)
			}
		}
		for _, limit := range []uint64{0, 1, 114, 115, 1_609, 1_610, 229_999, 230_000, 500_000, 1_000_000} {
			l.call(limit, address, entry, args...)
		}
	}
	l.sweep(address, "migrate", env, `{}`, migrateInfo)
	l.sweep(address, "migrate", env, `{"verifier":"joe"}`, migrateInfo)
}

// scenario makes a lab with one contract of the reference.
func scenario(t *testing.T, name, init string) *lab {
	t.Helper()
	l := newLab(t)
	l.add("contract", l.must(name, public(t, name)))
	l.each(func(w *world) {
		w.balances["contract"] = []types.Coin{{Denom: "ATOM", Amount: "250"}, {Denom: "token", Amount: "12"}}
		w.balances["friend"] = []types.Coin{{Denom: "ustake", Amount: "340282366920938463463374607431768211455"}}
	})
	l.send(t, "contract", "instantiate", init)
	return l
}

var hackatoms = []string{"hackatom", "wasmvm1/testdata/hackatom.wasm", "wasmd/x/wasm/keeper/testdata/hackatom.wasm", "wasmd/x/wasm/keeper/testdata/hackatom_42.wasm", "wasmd/x/wasm/keeper/testdata/hackatom_420.wasm"}

func TestHackatoms(t *testing.T) {
	t.Parallel()
	for _, name := range hackatoms {
		l := scenario(t, name, hackatomInit)
		l.send(t, "contract", "instantiate", `{"verifier":"","beneficiary":"bob"}`, `{"verifier":"FRED","beneficiary":"bob"}`, `{"verifier":"fred"}`,
			`{"verifier":"`+strings.Repeat("a", 33)+`","beneficiary":"bob"}`, `{"verifier":"`+strings.Repeat("é", 140)+`","beneficiary":"bob"}`)
		l.send(t, "contract", "query", `{"verifier":{}}`, `{"other_balance":{"address":"contract"}}`, `{"other_balance":{"address":"nobody"}}`, `{"other_balance":{"address":5}}`,
			`{"recurse":{"depth":0,"work":0}}`, `{"recurse":{"depth":0,"work":50}}`, `{"recurse":{"depth":5,"work":7}}`, `{"recurse":{"depth":9,"work":1}}`,
			`{"recurse":{"depth":10,"work":1}}`, `{"recurse":{"depth":15,"work":1}}`, `{"recurse":{"depth":4294967296,"work":1}}`, `{"recurse":{"depth":-1,"work":1}}`, `{"get_int":{}}`)
		l.sweep("contract", "execute", env, info("mallory"), `{"release":{}}`)
		l.sweep("contract", "execute", env, info("mallory"), `{"release":{"denom":"ATOM"}}`)
		l.sweep("contract", "execute", env, info("fred"), `{"release":{}}`)
		l.sweep("contract", "execute", env, info("fred"), `{"release":{"denom":"ATOM"}}`)
		l.send(t, "contract", "execute", `{"panic":{}}`, `{"user_errors_in_api_calls":{}}`, `{"allocate_large_memory":{"pages":0}}`, `{"allocate_large_memory":{"pages":1}}`,
			`{"allocate_large_memory":{"pages":400}}`, `{"allocate_large_memory":{"pages":1600}}`, `{"allocate_large_memory":{"pages":65536}}`, `{"allocate_large_memory":{"pages":4294967295}}`)
		l.send(t, "contract", "sudo", `{"steal_funds":{"recipient":"pool","amount":[{"amount":"700","denom":"gold"}]}}`, `{"steal_funds":{"recipient":"pool","amount":[{"amount":"-1","denom":"gold"}]}}`)
		l.send(t, "contract", "migrate", `{"verifier":"alice"}`, `{"verifier":"ALICE"}`, `{}`)
		l.sweep("contract", "migrate", env, `{"verifier":"alina"}`, `{"sender":"x","old_migrate_version":null}`)
		l.sweep("contract", "migrate", env, `{"verifier":"alina"}`, `{"sender":"x","old_migrate_version":42}`)
		l.send(t, "contract", "query", `{"verifier":{}}`)
		l.loops(t, "cpu_loop", "storage_loop", "memory_loop", "message_loop")
		for _, limit := range []uint64{math.MaxInt64 - 1, math.MaxInt64, math.MaxInt64 + 1, math.MaxInt64 + 50_000_000, math.MaxUint64 - 1, math.MaxUint64} {
			l.call(limit, "contract", "query", env, `{"verifier":{}}`)
			l.call(limit, "contract", "query", env, `{"recurse":{"depth":2,"work":2}}`)
			l.call(limit, "contract", "execute", env, info("creator"), `{"panic":{}}`)
		}
		for _, api := range []addressAPI{refusingAddresses{"no"}, refusingAddresses{strings.Repeat("long ", 4_000)}} {
			l.each(func(w *world) { w.api = api })
			l.send(t, "contract", "execute", `{"user_errors_in_api_calls":{}}`)
			l.send(t, "contract", "instantiate", hackatomInit)
		}
		l.each(func(w *world) { w.api = paddedAddresses{} })
		l.attack(t, "contract")
	}
}

// loops run to their gas limit.
func (l *lab) loops(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		for _, limit := range []uint64{12_000_000, 23_456_789, 100_000_000, 400_000_001} {
			before := l.save()
			l.call(limit, "contract", "execute", env, info("creator"), `{"`+name+`":{}}`)
			l.restore(before)
		}
	}
}

var cyberpunks = []string{"cyberpunk", "wasmvm2/testdata/cyberpunk.wasm", "wasmd/x/wasm/keeper/testdata/cyberpunk.wasm"}

func TestCyberpunks(t *testing.T) {
	t.Parallel()
	for _, name := range cyberpunks {
		l := scenario(t, name, `{}`)
		l.send(t, "contract", "execute", `{"panic":{}}`, `{"unreachable":{}}`, `{"debug":{}}`, `{"noop":{}}`, `{"mirror_env":{}}`, `{"argon2":{"mem_cost":8,"time_cost":1}}`,
			`{"argon2":{"mem_cost":1,"time_cost":1}}`, `{"argon2":{"mem_cost":64,"time_cost":2}}`, `{"allocate_large_memory":{"pages":400}}`, `{"allocate_large_memory":{"pages":600}}`)
		l.call(gasLimit, "contract", "execute", env, info("fred"), `{"argon2":{"mem_cost":256,"time_cost":1}}`)
		l.send(t, "contract", "query", `{"mirror_env":{}}`, `{"denoms":{}}`, `{"denom":{"denom":"ATOM"}}`)
		for _, e := range []string{
			`{"block":{"height":1,"time":"2","chain_id":"x"},"transaction":null,"contract":{"address":"a"}}`,
			`{"block":{"height":18446744073709551615,"time":"18446744073709551615","chain_id":""},"contract":{"address":"é\u0000"}}`,
			`{"block":{"height":18446744073709551616,"time":"2","chain_id":"x"},"contract":{"address":"a"}}`,
		} {
			l.sweep("contract", "execute", e, info("fred"), `{"mirror_env":{}}`)
			l.sweep("contract", "query", e, `{"mirror_env":{}}`)
		}
		l.loops(t, "cpu_loop", "storage_loop", "memory_loop", "message_loop")
		l.attack(t, "contract")
	}
}

func TestQueues(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"queue", "wasmd/x/wasm/keeper/testdata/queue.wasm"} {
		l := scenario(t, name, `{}`)
		reads := []string{`{"count":{}}`, `{"sum":{}}`, `{"reducer":{}}`, `{"list":{}}`, `{"open_iterators":{"count":0}}`, `{"open_iterators":{"count":20}}`}
		l.send(t, "contract", "query", reads...)
		l.send(t, "contract", "execute", `{"dequeue":{}}`)
		for _, v := range []int{17, 22, -2147483648, 2147483647, 0, 6, 35, 8} {
			l.send(t, "contract", "execute", fmt.Sprintf(`{"enqueue":{"value":%d}}`, v))
		}
		for range 70 { // list looks at keys from 0x20 on
			l.call(gasLimit, "contract", "execute", env, info("creator"), `{"enqueue":{"value":3}}`)
		}
		l.send(t, "contract", "query", reads...)
		l.send(t, "contract", "execute", `{"dequeue":{}}`, `{"dequeue":{}}`, `{"enqueue":{"value":1.5}}`, `{"enqueue":{"value":2147483648}}`)
		l.send(t, "contract", "query", reads...)
		for _, n := range []int{5_000, 32_768, 32_769} {
			l.call(gasLimit, "contract", "query", env, fmt.Sprintf(`{"open_iterators":{"count":%d}}`, n))
		}
		l.send(t, "contract", "migrate", `{}`)
		l.sweep("contract", "migrate", env, `{}`, migrateInfo)
		l.send(t, "contract", "query", reads...)
		l.attack(t, "contract")
	}
}

var reflects = []string{
	"reflect", "wasmd/x/wasm/keeper/testdata/reflect.wasm.v1_0", "wasmd/x/wasm/keeper/testdata/reflect_1_1.wasm", "wasmd/x/wasm/keeper/testdata/reflect_1_5.wasm",
	"wasmd/x/wasm/keeper/testdata/reflect_2_0.wasm", "wasmd/tests/e2e/testdata/reflect_2_2.wasm",
}

var cosmosMsgs = []string{
	`{"bank":{"send":{"to_address":"friend","amount":[{"denom":"token","amount":"1"}]}}}`,
	`{"bank":{"burn":{"amount":[{"denom":"d","amount":"340282366920938463463374607431768211455"}]}}}`,
	`{"bank":{"burn":{"amount":[{"denom":"d","amount":"340282366920938463463374607431768211456"}]}}}`,
	`{"staking":{"delegate":{"validator":"v","amount":{"denom":"d","amount":"1"}}}}`,
	`{"staking":{"undelegate":{"validator":"v","amount":{"denom":"d","amount":"01"}}}}`,
	`{"staking":{"redelegate":{"src_validator":"a","dst_validator":"b","amount":{"denom":"d","amount":"1"}}}}`,
	`{"distribution":{"set_withdraw_address":{"address":"a"}}}`,
	`{"distribution":{"withdraw_delegator_reward":{"validator":"a"}}}`,
	`{"distribution":{"fund_community_pool":{"amount":[]}}}`,
	`{"wasm":{"execute":{"contract_addr":"a","msg":"e30=","funds":[]}}}`,
	`{"wasm":{"execute":{"contract_addr":"a","msg":"e3","funds":[]}}}`,
	`{"wasm":{"instantiate":{"code_id":7,"msg":"e30=","funds":[],"label":"l","admin":"b"}}}`,
	`{"wasm":{"instantiate2":{"code_id":7,"msg":"e30=","funds":[],"label":"l","admin":null,"salt":"AQID"}}}`,
	`{"wasm":{"migrate":{"contract_addr":"a","new_code_id":18446744073709551615,"msg":"e30="}}}`,
	`{"wasm":{"update_admin":{"contract_addr":"a","admin":"b"}}}`,
	`{"wasm":{"clear_admin":{"contract_addr":"a"}}}`,
	`{"ibc":{"transfer":{"channel_id":"c","to_address":"a","amount":{"denom":"d","amount":"1"},"timeout":{"block":{"revision":1,"height":2},"timestamp":"3"}}}}`,
	`{"ibc":{"send_packet":{"channel_id":"c","data":"e30=","timeout":{"block":null,"timestamp":"3"}}}}`,
	`{"ibc":{"close_channel":{"channel_id":"c"}}}`,
	`{"gov":{"vote":{"proposal_id":4,"vote":"no_with_veto"}}}`, `{"gov":{"vote":{"proposal_id":4,"option":"no_with_veto"}}}`,
	`{"stargate":{"type_url":"/a.b.C","value":"AQID"}}`, `{"any":{"type_url":"/a.b.C","value":"AQID"}}`,
	`{"custom":{"debug":"hi"}}`, `{"custom":{"raw":"AQID"}}`, `{"unheard":{}}`,
}

var queryRequests = []string{
	`{"bank":{"supply":{"denom":"ATOM"}}}`, `{"bank":{"balance":{"address":"contract","denom":"ATOM"}}}`, `{"bank":{"balance":{"address":"friend","denom":"ATOM"}}}`,
	`{"bank":{"all_balances":{"address":"contract"}}}`, `{"bank":{"denom_metadata":{"denom":"ATOM"}}}`, `{"bank":{"all_denom_metadata":{"pagination":null}}}`,
	`{"staking":{"bonded_denom":{}}}`, `{"staking":{"all_validators":{}}}`, `{"staking":{"validator":{"address":"v"}}}`, `{"staking":{"all_delegations":{"delegator":"d"}}}`,
	`{"wasm":{"smart":{"contract_addr":"contract","msg":"eyJvd25lciI6e319"}}}`, `{"wasm":{"smart":{"contract_addr":"contract","msg":"e30="}}}`,
	`{"wasm":{"smart":{"contract_addr":"nobody","msg":"e30="}}}`, `{"wasm":{"raw":{"contract_addr":"contract","key":"Y29uZmln"}}}`, `{"wasm":{"raw":{"contract_addr":"contract","key":""}}}`,
	`{"wasm":{"contract_info":{"contract_addr":"contract"}}}`, `{"wasm":{"code_info":{"code_id":1}}}`, `{"ibc":{"port_id":{}}}`, `{"ibc":{"list_channels":{"port_id":null}}}`,
	`{"custom":{"ping":{}}}`, `{"custom":{"capitalized":{"text":"ss ß"}}}`, `{"custom":{"nothing":{}}}`, `{"stargate":{"path":"/a","data":"AQID"}}`, `{"grpc":{"path":"/a","data":"AQID"}}`,
	`{"distribution":{"delegator_validators":{"delegator_address":"d"}}}`, `{"unheard":{}}`,
}

func TestReflects(t *testing.T) {
	t.Parallel()
	for i, name := range reflects {
		l := scenario(t, name, `{}`)
		l.send(t, "contract", "instantiate", `{"callback_id":"x"}`)
		for _, msg := range cosmosMsgs {
			l.send(t, "contract", "execute", `{"reflect_msg":{"msgs":[`+msg+`]}}`)
			l.call(gasLimit, "contract", "execute", env, info("creator"), `{"reflect_sub_msg":{"msgs":[{"id":18446744073709551615,"msg":`+msg+`,"gas_limit":null,"reply_on":"always"}]}}`)
			l.call(gasLimit, "contract", "execute", env, info("creator"),
				`{"reflect_sub_msg":{"msgs":[{"id":1,"payload":"AQID","msg":`+msg+`,"gas_limit":18446744073709551615,"reply_on":"success"},{"id":2,"msg":`+msg+`,"gas_limit":0,"reply_on":"never"}]}}`)
		}
		l.sweep("contract", "execute", env, info("mallory"), `{"reflect_msg":{"msgs":[]}}`)
		l.send(t, "contract", "execute", `{"reflect_msg":{"msgs":[]}}`, `{"reflect_sub_msg":{"msgs":[]}}`, `{"change_owner":{"owner":"FRED"}}`, `{"change_owner":{"owner":"fred"}}`, `{"change_owner":{"owner":"joe"}}`)
		for _, q := range queryRequests {
			l.send(t, "contract", "query", `{"chain":{"request":`+q+`}}`)
		}
		l.send(t, "contract", "query", `{"owner":{}}`, `{"capitalized":{"text":"small Frys :)"}}`, `{"raw":{"contract":"contract","key":"Y29uZmln"}}`, `{"raw":{"contract":"nobody","key":"Y29uZmln"}}`,
			`{"sub_msg_result":{"id":7777}}`)
		l.send(t, "contract", "reply", replies...)
		l.send(t, "contract", "query", `{"sub_msg_result":{"id":1234}}`, `{"sub_msg_result":{"id":5}}`)
		if i == 0 { // a chain of queries through several contracts
			l.queryChain(t)
		}
		for _, api := range []addressAPI{refusingAddresses{"no"}} {
			l.each(func(w *world) { w.api = api })
			l.send(t, "contract", "execute", `{"change_owner":{"owner":"fred"}}`)
		}
		l.each(func(w *world) { w.api = paddedAddresses{} })
		l.attack(t, "contract")
	}
}

// replies are documents for reply in the forms of all generations.
var replies = []string{
	`{"id":1234,"result":{"ok":{"events":[{"type":"message","attributes":[{"key":"signer","value":"caller-addr"}]}],"data":"Zm9vYmFy","msg_responses":[]}}}`,
	`{"gas_used":0,"id":1234,"result":{"ok":{"events":[{"type":"message","attributes":[]}],"data":"Zm9vYmFy","msg_responses":[{"type_url":"/a","value":"AQ=="}]}},"payload":"AQID"}`,
	`{"gas_used":18446744073709551615,"id":5,"result":{"error":"codespace: sdk, code: 5"},"payload":""}`,
	`{"id":5,"result":{"error":"x"}}`, `{"id":5,"result":{}}`, `{"id":5,"result":{"ok":{"events":[]},"error":"x"}}`, `{"id":-5,"result":{"error":"x"}}`,
}

// queryChain asks a contract to ask a contract to ask …
func (l *lab) queryChain(t *testing.T) {
	t.Helper()
	first := l.ref.actors["contract"].code
	for i := range 12 {
		address := fmt.Sprintf("reflect%d", i)
		l.add(address, first)
		l.call(gasLimit, address, "instantiate", env, info("creator"), `{}`)
	}
	query := `{"owner":{}}`
	for i := range 12 {
		query = fmt.Sprintf(`{"chain":{"request":{"wasm":{"smart":{"contract_addr":"reflect%d","msg":%s}}}}}`, i, quoteBase64(query))
		if i%3 == 0 || i > 8 {
			l.send(t, "contract", "query", query)
		}
	}
}
