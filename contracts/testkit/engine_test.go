package testkit_test

import (
	"slices"
	"testing"

	"github.com/weftchain/weft/app/wasm/enginetest"
	"github.com/weftchain/weft/contracts/counter"
	"github.com/weftchain/weft/contracts/sdk/native"
	"github.com/weftchain/weft/contracts/sdk/probe"
	"github.com/weftchain/weft/contracts/testkit"
)

// TestNative: on the chain's Go engine a contract gives what it gives alone.
func TestNative(t *testing.T) {
	engine := enginetest.New()
	life := func(h *native.Host) []string {
		var out []string
		say := func(what string, err error) {
			if err != nil {
				what += err.Error()
			}
			out = append(out, what)
		}
		res, err := h.Instantiate("alice", `{"count":1}`)
		say(res.Attr("owner"), err)
		for _, msg := range []string{`{"increment":{}}`, `{"reset":{"count":9}}`, `{"stop":{}}`} {
			_, err := h.Execute("bob", msg)
			say(msg, err)
		}
		say(h.Query(`{"count":{}}`))
		say(h.Query(`{"none":{}}`))
		return out
	}
	on := native.NewRunner(testkit.NewEngine(engine, engine.Add("counter", testkit.Native(counter.Contract))).Run)
	if got, want := life(on), life(native.New(counter.Contract)); !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	if _, err := on.Sudo(`{}`); err == nil || err.Error() != "the contract has no entry point sudo" {
		t.Error(err)
	}

	h := native.NewRunner(testkit.NewEngine(engine, engine.Add("probe", testkit.Native(probe.Contract))).Run)
	for _, key := range []string{"1", "2", "3"} {
		if _, err := h.Execute("alice", `{"put":{"row":"","key":"`+key+`","value":"v"}}`); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := h.Query(`{"range":{"descending":true,"limit":2}}`); got != `["3v","2v"]` || err != nil {
		t.Error(got, err)
	}
	if _, err := h.Query(`{"crypto":{"name":"ed25519_verify","args":["","",""]}}`); err == nil || err.Error() != "crypto: the signature has not 64 bytes" {
		t.Error(err)
	}
}
