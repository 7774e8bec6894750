package counter_test

import (
	"fmt"
	"testing"

	"github.com/weftchain/weft/contracts/counter"
	"github.com/weftchain/weft/contracts/sdk/native"
	"github.com/weftchain/weft/contracts/testkit"
)

// A contract is called with messages in JSON, natively.
func Example() {
	h := native.New(counter.Contract)
	if _, err := h.Instantiate("alice", `{"count":41}`); err != nil {
		fmt.Println(err)
	}
	res, err := h.Execute("bob", `{"increment":{}}`)
	fmt.Println(res.Attr("action"), err)
	_, err = h.Execute("bob", `{"reset":{"count":0}}`)
	fmt.Println(err)
	fmt.Println(h.Query(`{"count":{}}`))
	// Output:
	// increment <nil>
	// only the owner may reset the counter
	// {"count":42,"owner":"alice"} <nil>
}

func TestCounter(t *testing.T) {
	testkit.Both(t, counter.Contract, "./wasm", func(t *testing.T, h *native.Host) {
		fails := func(sender, msg, want string) {
			t.Helper()
			if _, err := h.Execute(sender, msg); err == nil || err.Error() != want {
				t.Errorf("%s: %v, want %s", msg, err, want)
			}
		}
		fails("alice", `{"increment":{}}`, "store has no state")
		if _, err := h.Instantiate("alice", `{"count":-2}`); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if _, err := h.Execute("bob", `{"increment":{}}`); err != nil {
				t.Fatal(err)
			}
		}
		answers := func(want string) {
			t.Helper()
			if got, err := h.Query(`{"count":{}}`); err != nil || got != want {
				t.Errorf("%s, %v, want %s", got, err, want)
			}
		}
		answers(`{"count":1,"owner":"alice"}`)
		fails("bob", `{"reset":{"count":7}}`, counter.ErrNotOwner.Error())
		fails("alice", `{"reset":{}}`, "JSON: missing field count at byte 11")
		fails("alice", `{"reset":{"count":1,"count":2}}`, "JSON: duplicate field count at byte 28")
		fails("alice", `{"reset":{"count":1,"cuont":2}}`, "JSON: unknown field cuont at byte 28")
		fails("alice", `{"reset":{"count":9223372036854775808}}`, "JSON: integer of more than 63 bits at byte 37")
		fails("alice", `{"reset":{"count":1},"increment":{}}`, "JSON: expected one message at byte 33")
		fails("alice", `{"stop":{}}`, "unknown message stop: expected one of increment, reset")
		fails("alice", `{}`, "JSON: expected an object with the name of a message at byte 2")
		fails("alice", `"increment"`, "JSON: expected an object at byte 0")
		if _, err := h.Execute("alice", `{"reset":{"count":9223372036854775807}}`); err != nil {
			t.Fatal(err)
		}
		answers(`{"count":9223372036854775807,"owner":"alice"}`)
		fails("alice", `{"increment":{}}`, counter.ErrFull.Error())
		if _, err := h.Migrate("alice", `{}`, 0); err == nil || err.Error() != "the contract has no entry point migrate" {
			t.Error(err)
		}
		if _, err := h.Reply(`{}`); err == nil {
			t.Error("a reply is accepted")
		}
	})
}
