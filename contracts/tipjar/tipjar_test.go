// Package tipjar_test runs the committed tipjar.wasm on the real engine.
package tipjar_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const most = "340282366920938463463374607431768211455" // 2^128-1

// opened is a jar that alice has instantiated.
func opened(t testing.TB) *jar {
	t.Helper()
	j := newJar(t)
	j.mustSend("instantiate", alice, `{}`, "")
	return j
}

func TestLifeOfAJar(t *testing.T) {
	j := newJar(t)
	r := j.mustSend("instantiate", alice, `{"goal":"10"}`, "")
	require.Equal(t, "action=instantiate sender=weft1alice owner=weft1alice amount=", r.attributes())
	require.JSONEq(t, `{"owner":"weft1alice","count":0,"total":[],"goal":"10"}`, j.mustQuery(`{"summary":{}}`))

	r = j.mustSend("execute", bob, `{"tip":{"note":"gr\u00fc\u00dfe \"x\" \ud83d\ude00"}}`, "7uweft,1atom")
	require.Equal(t, "action=tip sender=weft1bob amount=7uweft,1atom", r.attributes())
	require.Empty(t, r.Messages)
	r = j.mustSend("execute", bob, `{"tip":{}}`, "3uweft")
	require.Equal(t, "action=tip sender=weft1bob amount=3uweft goal_reached=uweft", r.attributes())
	j.mustSend("execute", alice, `{"tip":{"note":null,"unknown":[1,{"a":-0.5e+3}]}}`, "1uweft")

	require.JSONEq(t, `{"owner":"weft1alice","count":3,"goal":"10",
		"total":[{"denom":"atom","amount":"1"},{"denom":"uweft","amount":"11"}]}`, j.mustQuery(`{"summary":{}}`))
	require.JSONEq(t, `{"address":"weft1bob","total":[{"denom":"atom","amount":"1"},{"denom":"uweft","amount":"10"}]}`,
		j.mustQuery(`{"tipper":{"address":"weft1bob"}}`))
	require.JSONEq(t, `{"address":"weft1nobody","total":[]}`, j.mustQuery(`{"tipper":{"address":"weft1nobody"}}`))
	require.JSONEq(t, `{"tips":[{"id":1,"sender":"weft1bob","note":"grüße \"x\" 😀",
		"amount":[{"denom":"uweft","amount":"7"},{"denom":"atom","amount":"1"}]}]}`, j.mustQuery(`{"tips":{"limit":1}}`))

	// 5uweft more than was tipped came without a message; stake was never tipped.
	j.balance = map[string]string{"uweft": "16", "atom": "1", "stake": "9"}
	r = j.mustSend("execute", alice, `{"withdraw":{"to":"weft1carol"}}`, "")
	require.Equal(t, "action=withdraw sender=weft1alice to=weft1carol amount=1atom,16uweft", r.attributes())
	require.Len(t, r.Messages, 1)
	require.JSONEq(t, `{"id":0,"reply_on":"never","gas_limit":null,"msg":{"bank":{"send":{"to_address":"weft1carol",
		"amount":[{"denom":"atom","amount":"1"},{"denom":"uweft","amount":"16"}]}}}}`, string(r.Messages[0]))
	require.JSONEq(t, `{"owner":"weft1alice","count":3,"total":[],"goal":"10"}`, j.mustQuery(`{"summary":{}}`))
	require.Contains(t, j.mustQuery(`{"tipper":{"address":"weft1bob"}}`), `"10"`, "what a sender gave is kept")
}

func TestOwner(t *testing.T) {
	j := newJar(t)
	j.mustSend("instantiate", bob, `{"owner":"weft1alice"}`, "4uweft")
	require.JSONEq(t, `{"owner":"weft1alice","count":0,"total":[{"denom":"uweft","amount":"4"}]}`,
		j.mustQuery(`{"summary":{}}`), "funds of instantiate are no tip, but can be withdrawn")
	r := j.mustSend("execute", alice, `{"set_owner":{"owner":"weft1bob"}}`, "")
	require.Equal(t, "action=set_owner sender=weft1alice owner=weft1bob", r.attributes())
	_, refused := j.send("execute", alice, `{"withdraw":{}}`, "")
	require.Equal(t, "unauthorized: only the owner weft1bob may withdraw, not weft1alice", refused)
	j.balance["uweft"] = "4"
	r = j.mustSend("execute", bob, `{"withdraw":{}}`, "")
	require.Contains(t, r.attributes(), "to=weft1bob amount=4uweft", "without `to` the owner is paid")
}

func TestPages(t *testing.T) {
	j := opened(t)
	for i := 1; i <= 120; i++ {
		j.mustSend("execute", bob, fmt.Sprintf(`{"tip":{"note":"%d"}}`, i), "1uweft")
	}
	for _, page := range []struct {
		args        string
		first, last int
	}{
		{`{}`, 1, 10},
		{`{"limit":3}`, 1, 3},
		{`{"start_after":3,"limit":2}`, 4, 5},
		{`{"start_after":115}`, 116, 120},
		{`{"limit":1000}`, 1, 100},
		{`{"start_after":null,"limit":null}`, 1, 10},
		{`{"start_after":120}`, 1, 0},
		{`{"start_after":18446744073709551615}`, 1, 0},
		{`{"limit":0}`, 1, 0},
	} {
		var got struct {
			Tips []struct {
				ID   int
				Note string
			}
		}
		require.NoError(t, json.Unmarshal([]byte(j.mustQuery(`{"tips":`+page.args+`}`)), &got))
		require.Len(t, got.Tips, page.last-page.first+1, page.args)
		for i, tip := range got.Tips {
			require.Equal(t, page.first+i, tip.ID, page.args)
			require.Equal(t, fmt.Sprint(tip.ID), tip.Note)
		}
	}
}

// refusals is every way in which the contract says no, word for word.
var refusals = []struct{ name, entry, sender, msg, funds, want string }{
	{"unknown variant", "execute", bob, `{"steal":{}}`, "", "unknown message `steal`, expected one of `tip`, `withdraw`, `set_owner`"},
	{"long variant", "execute", bob, `{"` + strings.Repeat("é", 40) + `":{}}`, "", "unknown message `" + strings.Repeat("é", 32) + "...`, expected one of `tip`, `withdraw`, `set_owner`"},
	{"no variant", "execute", bob, `{}`, "", "expected the message's name, got an empty object"},
	{"two variants", "execute", bob, `{"tip":{},"withdraw":{}}`, "", "expected one message, got `tip` and `withdraw`"},
	{"variant as text", "execute", bob, `"tip"`, "", "expected an object with the message's name, got `\"tip\"`"},
	{"body is no object", "execute", bob, `{"tip":[]}`, "1uweft", "expected an object, got `[]`"},
	{"no funds", "execute", bob, `{"tip":{}}`, "", "no funds: attach the coins of the tip to the message"},
	{"funds of nothing", "execute", bob, `{"tip":{}}`, "0uweft", "no funds: attach the coins of the tip to the message"},
	{"not the owner", "execute", bob, `{"withdraw":{}}`, "", "unauthorized: only the owner weft1alice may withdraw, not weft1bob"},
	{"not the owner", "execute", bob, `{"set_owner":{"owner":"weft1bob"}}`, "", "unauthorized: only the owner weft1alice may set_owner, not weft1bob"},
	{"bad address", "execute", alice, `{"set_owner":{"owner":"nobody"}}`, "", "bad address `nobody`: not an address of this chain"},
	{"bad address", "instantiate", alice, `{"owner":"nobody"}`, "", "bad address `nobody`: not an address of this chain"},
	{"long address", "execute", alice, `{"set_owner":{"owner":"weft1` + strings.Repeat("q", 251) + `"}}`, "", "bad address `weft1" + strings.Repeat("q", 59) + "...`: longer than 255 bytes"},
	{"empty address", "execute", alice, `{"withdraw":{"to":""}}`, "", "bad address ``: Input is empty"},
	{"missing field", "execute", alice, `{"set_owner":{}}`, "", "missing field `owner`"},
	{"duplicate field", "execute", alice, `{"set_owner":{"owner":"weft1x","own\u0065r":"weft1y"}}`, "", "duplicate field `owner`"},
	{"wrong type", "execute", alice, `{"set_owner":{"owner":7}}`, "", "`owner` must be a string"},
	{"unwanted funds", "execute", alice, `{"withdraw":{}}`, "1uweft", "`withdraw` takes no funds, got 1uweft"},
	{"unwanted funds", "execute", alice, `{"set_owner":{"owner":"weft1x"}}`, "1uweft,2x", "`set_owner` takes no funds, got 1uweft,2x"},
	{"empty jar", "execute", alice, `{"withdraw":{}}`, "", "nothing to withdraw: the jar is empty"},
	{"long note", "execute", bob, `{"tip":{"note":"` + strings.Repeat("x", 257) + `"}}`, "1uweft", "note of 257 bytes, at most 256 are kept"},
	{"large amount", "execute", bob, `{"tip":{}}`, "340282366920938463463374607431768211456uweft", "`amount` must be an integer from 0 to 2^128-1 in decimal digits, got `340282366920938463463374607431768211456`"},
	{"negative goal", "instantiate", alice, `{"goal":"-1"}`, "", "`goal` must be an integer from 0 to 2^128-1 in decimal digits, got `-1`"},
	{"empty goal", "instantiate", alice, `{"goal":""}`, "", "`goal` must be an integer from 0 to 2^128-1 in decimal digits, got ``"},
	{"padded goal", "instantiate", alice, `{"goal":"01"}`, "", "`goal` must be an integer from 0 to 2^128-1 in decimal digits, got `01`"},
	{"empty document", "execute", bob, ``, "", "malformed JSON at byte 0: unexpected end"},
	{"cut off", "execute", bob, `{"tip":{"note":"x`, "", "malformed JSON at byte 17: string without an end"},
	{"no colon", "execute", bob, `{"tip" {}}`, "", "malformed JSON at byte 7: expected `:`"},
	{"trailing comma", "execute", bob, `{"tip":{},}`, "", "malformed JSON at byte 10: expected a string"},
	{"trailing bytes", "execute", bob, `{"tip":{}} x`, "", "malformed JSON at byte 11: something after the value"},
	{"leading zero", "execute", bob, `{"tip":{"x":01}}`, "", "malformed JSON at byte 13: number with a leading zero"},
	{"bare minus", "execute", bob, `{"tip":{"x":-}}`, "", "malformed JSON at byte 13: expected a digit"},
	{"control character", "execute", bob, "{\"tip\":{\"note\":\"\n\"}}", "", "malformed JSON at byte 16: control character in a string"},
	{"not UTF-8", "execute", bob, "{\"tip\":{\"note\":\"\xc0\x80\"}}", "", "malformed JSON at byte 16: not UTF-8"},
	{"half a pair", "execute", bob, `{"tip":{"note":"\ud800"}}`, "", "malformed JSON at byte 22: unpaired surrogate"},
	{"too deep", "execute", bob, strings.Repeat("[", 33), "", "malformed JSON at byte 32: nested deeper than 32 levels"},
}

func TestRefusals(t *testing.T) {
	for _, c := range refusals {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			j := opened(t)
			before := j.store
			_, refused := j.send(c.entry, c.sender, c.msg, c.funds)
			require.Equal(t, c.want, refused)
			require.Equal(t, before, j.store)
		})
	}
}

func TestQueryRefusals(t *testing.T) {
	j := opened(t)
	for msg, want := range map[string]string{
		`{"price":{}}`:                                  "unknown query `price`, expected one of `summary`, `tips`, `tipper`",
		`{"tips":{"limit":-1}}`:                         "`limit` must be an integer from 0 to 2^64-1, got `-1`",
		`{"tips":{"limit":"1"}}`:                        "`limit` must be an integer from 0 to 2^64-1, got `\"1\"`",
		`{"tips":{"limit":1.0}}`:                        "`limit` must be an integer from 0 to 2^64-1, got `1.0`",
		`{"tips":{"start_after":18446744073709551616}}`: "`start_after` must be an integer from 0 to 2^64-1, got `18446744073709551616`",
		`{"tipper":{"address":"x"}}`:                    "bad address `x`: not an address of this chain",
		`{"tipper":{}}`:                                 "missing field `address`",
		`[`:                                             "malformed JSON at byte 1: unexpected end",
	} {
		_, refused := j.query(msg)
		require.Equal(t, want, refused, msg)
	}
}

// Totals go up to 2^128-1 and not one further; the call that would is undone.
func TestOverflow(t *testing.T) {
	j := opened(t)
	j.mustSend("execute", bob, `{"tip":{}}`, most+"uweft")
	require.Contains(t, j.mustQuery(`{"summary":{}}`), most)
	_, refused := j.send("execute", alice, `{"tip":{}}`, "1uweft")
	require.Equal(t, "overflow: the total of `uweft` would exceed 2^128-1", refused)
	_, refused = j.send("execute", bob, `{"tip":{}}`, "1uweft")
	require.Equal(t, "overflow: the sender's total of `uweft` would exceed 2^128-1", refused)
	require.Contains(t, j.mustQuery(`{"summary":{}}`), `"count":1`)
	j.mustSend("execute", alice, `{"tip":{}}`, "1other")
}

func TestDenomsAreBounded(t *testing.T) {
	j := opened(t)
	denom := func(i int) string { return fmt.Sprintf("1denom%d", i) }
	for i := range 32 {
		j.mustSend("execute", bob, `{"tip":{}}`, denom(i))
	}
	_, refused := j.send("execute", bob, `{"tip":{}}`, denom(32))
	require.Equal(t, "the jar holds more than 32 denoms", refused)
	j.mustSend("execute", bob, `{"tip":{}}`, denom(0))
	var many []string
	for i := range 33 {
		many = append(many, denom(i))
	}
	_, refused = j.send("execute", bob, `{"tip":{}}`, strings.Join(many, ","))
	require.Equal(t, "more than 32 coins in one call", refused)
}

func TestBankTrouble(t *testing.T) {
	j := opened(t)
	j.mustSend("execute", bob, `{"tip":{}}`, "1uweft")
	for answer, want := range map[string]string{
		"refuse":      `query failed: {"error":"codespace: sdk, code: 7"}`,
		"unsupported": `query refused by the chain: {"error":{"unsupported_request":{"kind":"bank"}}}`,
		most + "0":    "`balance` must be an integer from 0 to 2^128-1 in decimal digits, got `" + most + "0`",
		"0":           "nothing to withdraw: the jar is empty",
	} {
		j.balance["uweft"] = answer
		_, refused := j.send("execute", alice, `{"withdraw":{}}`, "")
		require.Equal(t, want, refused)
	}
}

func TestMigrate(t *testing.T) {
	j := opened(t)
	ok, refused := j.call("migrate", envJSON, `{}`)
	require.Empty(t, refused)
	require.Contains(t, string(ok), `{"key":"action","value":"migrate"}`)
	// Three arguments are what the chain sends first; the contract takes two.
	_, refused = j.call("migrate", envJSON, `{}`, `{"sender":"weft1alice","old_migrate_version":null}`)
	require.Empty(t, refused)
	_, refused = j.call("migrate", envJSON, `[]`)
	require.Equal(t, "expected an object, got `[]`", refused)
	j.store["contract_info"] = `{"contract":"other:counter","version":"1.0.0"}`
	_, refused = j.call("migrate", envJSON, `{}`)
	require.Equal(t, "cannot migrate from `other:counter` to `weft:tipjar`", refused)
	delete(j.store, "contract_info")
	_, refused = j.call("migrate", envJSON, `{}`)
	require.Equal(t, "cannot migrate: the contract does not say what it is", refused)
}

// FuzzJSON holds the contract's reader against the standard library: it never
// traps, and it calls a message malformed exactly when Go does. Go replaces bad
// UTF-8 and half surrogates where we refuse, so those inputs are left out, and
// nesting beyond our bound.
func FuzzJSON(f *testing.F) {
	for _, c := range refusals {
		f.Add([]byte(c.msg))
	}
	f.Add([]byte(` [ true , false,null,1e9,-0.0E-1,"\u00e9\ud83d\ude00\/\b\f\n\r\t" , {"a" : [ ] } ] `))
	j := opened(f)
	f.Fuzz(func(t *testing.T, msg []byte) {
		j.t = t
		checkJSON(t, j, msg)
	})
}

func TestJSONAgreesWithGo(t *testing.T) {
	j := opened(t)
	token := rapid.SampledFrom([]string{
		"{", "}", "[", "]", ",", ":", `"`, "tip", `"note"`, `"tip"`, "\\", "\\u00e9", "\\n",
		"0", "1", "-", ".", "e", "+", "true", "fals", "e", "null", " ", "\n", "é", "\xff", "\x00",
	})
	rapid.Check(t, func(rt *rapid.T) {
		checkJSON(t, j, []byte(strings.Join(rapid.SliceOfN(token, 0, 12).Draw(rt, "tokens"), "")))
	})
}

// Nesting is counted from the outside: {"tip":{"x":[…]}} has two levels already.
func TestNestingBound(t *testing.T) {
	j := opened(t)
	for _, level := range [][2]string{{"[", "]"}, {`{"a":`, "}"}} {
		nested := func(levels int) string {
			return `{"tip":{"x":` + strings.Repeat(level[0], levels-2) + "1" + strings.Repeat(level[1], levels-2) + `}}`
		}
		j.mustSend("execute", bob, nested(32), "1uweft")
		_, refused := j.send("execute", bob, nested(33), "1uweft")
		require.Contains(t, refused, "nested deeper than 32 levels")
	}
}
