//go:build cgo

package conformance

import (
	"encoding/base64"
	"fmt"
	"testing"
)

func quoteBase64(text string) string {
	return `"` + base64.StdEncoding.EncodeToString([]byte(text)) + `"`
}

func channel(order, version string) string {
	return fmt.Sprintf(`{"endpoint":{"port_id":"my_port","channel_id":"channel-1"},"counterparty_endpoint":{"port_id":"their_port","channel_id":"channel-7"},`+
		`"order":%q,"version":%q,"connection_id":"connection-1"}`, order, version)
}

func packet(data string) string {
	return `{"data":` + quoteBase64(data) + `,"src":{"port_id":"their_port","channel_id":"channel-7"},"dest":{"port_id":"my_port","channel_id":"channel-1"},"sequence":15,` +
		`"timeout":{"block":{"revision":1,"height":123456},"timestamp":null}}`
}

// handshakes are documents for the three entry points of a channel.
func handshakes(version string) map[string][]string {
	open, connect, closing := []string{}, []string{}, []string{}
	for _, order := range []string{"ORDER_ORDERED", "ORDER_UNORDERED", "ORDER_NONE"} {
		for _, v := range []string{version, "random-garbage"} {
			c := channel(order, v)
			open = append(open, `{"open_init":{"channel":`+c+`}}`, `{"open_try":{"channel":`+c+`,"counterparty_version":"`+version+`"}}`, `{"open_try":{"channel":`+c+`,"counterparty_version":"other"}}`)
			connect = append(connect, `{"open_ack":{"channel":`+c+`,"counterparty_version":"`+version+`"}}`, `{"open_confirm":{"channel":`+c+`}}`)
			closing = append(closing, `{"close_init":{"channel":`+c+`}}`, `{"close_confirm":{"channel":`+c+`}}`)
		}
	}
	return map[string][]string{"ibc_channel_open": open, "ibc_channel_connect": connect, "ibc_channel_close": closing}
}

var ibcPackets = []string{
	`{"who_am_i":{}}`, `{"balances":{}}`, `{"balance":{"denom":"ATOM"}}`, `{"panic":{}}`, `{"return_err":{"text":"oh"}}`, `{"return_msgs":{"msgs":[]}}`, `{"no_ack":{}}`,
	`{"dispatch":{"msgs":[{"bank":{"send":{"to_address":"friend","amount":[{"denom":"token","amount":"1"}]}}}]}}`, `{}`, `garbage`, ``,
}

// packets sends packets, acknowledgements and timeouts of both generations.
func (l *lab) packets(t *testing.T, address string, ibc2 bool) {
	t.Helper()
	for _, data := range ibcPackets {
		l.send(t, address, "ibc_packet_receive", `{"packet":`+packet(data)+`,"relayer":"relayer"}`)
		l.send(t, address, "ibc_packet_timeout", `{"packet":`+packet(data)+`,"relayer":"relayer"}`)
		for _, ack := range []string{`{"ok":null}`, `{"ok":{}}`, `{"error":"bad"}`, `{"result":"AQ=="}`, `{}`, ``} {
			ackDoc := `{"acknowledgement":{"data":` + quoteBase64(ack) + `},"original_packet":` + packet(data) + `,"relayer":"relayer"}`
			l.call(gasLimit, address, "ibc_packet_ack", env, ackDoc)
			l.call(gasLimit, address, "ibc_source_callback", env, `{"acknowledgement":`+ackDoc+`}`)
			l.call(gasLimit, address, "ibc_destination_callback", env, `{"ack":{"data":`+quoteBase64(ack)+`},"packet":`+packet(data)+`}`)
			l.call(gasLimit, address, "ibc_destination_callback", env,
				`{"ack":{"data":`+quoteBase64(ack)+`},"packet":`+packet(data)+`,"transfer":{"funds":[{"denom":"x","amount":"1"}],"receiver":"friend","sender":"other"}}`)
		}
		l.send(t, address, "ibc_source_callback", `{"timeout":{"packet":`+packet(data)+`,"relayer":"relayer"}}`)
		if !ibc2 {
			continue
		}
		payload := `{"source_port":"wasm2a","destination_port":"wasm2b","version":"V1","encoding":"json","value":` + quoteBase64(data) + `}`
		clients := `"source_client":"client-1","destination_client":"client-2","packet_sequence":5,"relayer":"relayer"`
		l.send(t, address, "ibc2_packet_receive", `{"payload":`+payload+`,`+clients+`}`)
		l.send(t, address, "ibc2_packet_timeout", `{"payload":`+payload+`,`+clients+`}`)
		l.send(t, address, "ibc2_packet_ack", `{"data":`+payload+`,`+clients+`,"acknowledgement":`+quoteBase64(data)+`}`)
		l.send(t, address, "ibc2_packet_send", `{"payload":`+payload+`,"source_client":"client-1","destination_client":"client-2","packet_sequence":5,"signer":"creator"}`)
	}
}

func TestIBCReflect(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"ibc_reflect", "wasmd/x/wasm/keeper/testdata/ibc_reflect.wasm"} {
		l := scenario(t, name, `{"reflect_code_id":101}`)
		l.add("reflect", l.must("reflect", public(t, "reflect")))
		l.call(gasLimit, "reflect", "instantiate", env, info("contract"), `{}`)
		shake := handshakes("ibc-reflect-v1")
		for _, entry := range []string{"ibc_channel_open", "ibc_channel_connect"} {
			l.send(t, "contract", entry, shake[entry]...)
		}
		created := `{"type":"instantiate","attributes":[{"key":"_contract_address","value":"reflect"}]}`
		l.send(t, "contract", "reply", `{"id":8888,"result":{"error":"x"}}`, `{"id":9999,"result":{"error":"x"}}`,
			`{"id":8888,"result":{"ok":{"events":[`+created+`],"data":null,"msg_responses":[]}}}`,
			`{"id":8888,"result":{"ok":{"events":[`+created+`],"data":"CgdyZWZsZWN0","msg_responses":[{"type_url":"/cosmwasm.wasm.v1.MsgInstantiateContractResponse","value":"CgdyZWZsZWN0"}]}}}`,
			`{"gas_used":0,"id":8888,"result":{"ok":{"events":[`+created+`],"data":"CgdyZWZsZWN0","msg_responses":[{"type_url":"/cosmwasm.wasm.v1.MsgInstantiateContractResponse","value":"CgdyZWZsZWN0"}]}},"payload":"`+
				"Y2hhbm5lbC0x"+`"}`)
		l.send(t, "contract", "query", `{"account":{"channel_id":"channel-1"}}`, `{"account":{"channel_id":"channel-2"}}`, `{"list_accounts":{}}`)
		l.packets(t, "contract", true)
		l.send(t, "contract", "query", `{"account":{"channel_id":"channel-1"}}`, `{"list_accounts":{}}`)
		l.send(t, "contract", "ibc_channel_close", shake["ibc_channel_close"]...)
		l.send(t, "contract", "migrate", `{}`)
		l.attack(t, "contract")
	}
}

func TestIBCContracts(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	for _, c := range []struct{ name, init string }{
		{"wasmd/tests/e2e/testdata/ibc2.wasm", `{}`},
		{"wasmd/tests/e2e/testdata/ibc_callbacks.wasm", `{}`},
		{"wasmd/tests/integration/testdata/ibc_reflect_send.wasm", `{}`},
		{"wasmd/tests/e2e/testdata/cw20_ics20.wasm.gz", `{"default_timeout":100,"gov_contract":"gov","allowlist":[]}`},
	} {
		l.add(c.name, l.must(c.name, public(t, c.name)))
		l.send(t, c.name, "instantiate", c.init)
		for _, version := range []string{"ics20-1", "ibc-reflect-v1"} {
			for _, entry := range []string{"ibc_channel_open", "ibc_channel_connect"} {
				l.send(t, c.name, entry, handshakes(version)[entry]...)
			}
		}
		l.packets(t, c.name, true)
		l.send(t, c.name, "execute", `{"transfer":{"channel":"channel-1","remote_address":"x","timeout":5}}`, `{"transfer":{"to_address":"friend","channel_id":"channel-1","timeout_seconds":7,"callback_type":"both"}}`)
		l.send(t, c.name, "query", `{"callback_stats":{}}`, `{"query_state":{}}`, `{"list_channels":{}}`, `{"list_accounts":{}}`, `{"admin":{}}`)
		l.attack(t, c.name)
	}
}
