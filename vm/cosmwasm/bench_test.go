package cosmwasm

import "testing"

// released is what hackatom answers to release.
const released = `{"ok":{"messages":[{"id":0,"msg":{"bank":{"send":{"to_address":"bob","amount":[{"denom":"ATOM","amount":"250"}]}}},` +
	`"payload":"","gas_limit":null,"reply_on":"never"}],"attributes":[{"key":"action","value":"release"},{"key":"destination","value":"bob"}],` +
	`"events":[{"type":"hackatom","attributes":[{"key":"action","value":"release"}]}],"data":"8Auq"}}`

// BenchmarkDecode reads the result of a call that sends coins.
func BenchmarkDecode(b *testing.B) {
	doc := []byte(released)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeContractResult(doc); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEncode writes the two documents that every call gets.
func BenchmarkEncode(b *testing.B) {
	e := Env{BlockInfo{123, 1578939743987654321, "foobar"}, &TransactionInfo{4, make([]byte, 32)}, ContractInfo{"contract"}}
	m := MessageInfo{"fred", Array[Coin]{{"ATOM", "100"}}}
	b.ReportAllocs()
	for b.Loop() {
		_, _ = e.JSON(), m.JSON()
	}
}
