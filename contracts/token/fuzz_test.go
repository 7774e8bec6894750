package token_test

import (
	"strings"
	"testing"

	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/native"
	"github.com/weftchain/weft/contracts/token"
)

// FuzzExecute: whatever is sent, the contract does not panic, and the supply
// stays the sum of the balances.
func FuzzExecute(f *testing.F) {
	for _, s := range steps {
		f.Add(s.msg)
	}
	f.Fuzz(func(t *testing.T, msg string) {
		h := native.New(token.Contract)
		if _, err := h.Instantiate("alice", strings.Replace(start, "minty", "alice", 1)); err != nil {
			t.Fatal(err)
		}
		_, err := h.Execute("alice", msg)
		_, asked := h.Query(msg)
		for _, err := range []error{err, asked} {
			if err != nil && strings.Contains(err.Error(), "panic") {
				t.Fatalf("%q: %v", msg, err)
			}
		}
		var sum sdk.Uint128
		for key, value := range h.Store {
			if strings.HasPrefix(key, "\x00\x07balance") {
				v, ok := sdk.ParseUint128(strings.Trim(value, `"`))
				if !ok {
					t.Fatalf("%q has %s", key, value)
				}
				sum = sum.Add(v)
			}
		}
		if !strings.Contains(h.Store["token_info"], `"total_supply":"`+sum.String()+`"`) {
			t.Fatalf("%q: the balances are %s of %s", msg, sum, h.Store["token_info"])
		}
	})
}
