//go:build reference

package token_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/weftchain/weft/contracts/sdk/native"
	"github.com/weftchain/weft/contracts/testkit"
	"github.com/weftchain/weft/contracts/token"
)

// TestReference plays the same life with the cw20-base 1.0 that WEFT_CW20 names:
//
//	WEFT_CW20=…/cw20-base.wasm go test -tags reference -run Reference -v ./contracts/token
func TestReference(t *testing.T) {
	code, err := os.ReadFile(os.Getenv("WEFT_CW20"))
	if err != nil {
		t.Fatal(err)
	}
	ref := testkit.NewWasm(t, code)
	h := native.NewRunner(ref.Run)
	life(t, h)
	own := native.New(token.Contract)
	life(t, own)
	for key, want := range h.Store {
		if key != "contract_info" && canonical(own.Store[key]) != canonical(want) {
			t.Errorf("%q is %s, in cw20-base %s", key, own.Store[key], want)
		}
	}
	mine := testkit.NewWasm(t, testkit.Build(t, "./wasm"))
	for _, w := range []*testkit.Wasm{ref, mine} {
		h := native.NewRunner(w.Run)
		_, err := h.Instantiate("creator", strings.ReplaceAll(start, "alice", long("a")))
		t.Log(w.GasUsed, err)
		for _, msg := range []string{`{"transfer":{"recipient":"` + long("b") + `","amount":"100"}}`, `{"send":{"contract":"` + long("b") + `","amount":"100","msg":"e30="}}`} {
			_, err = h.Execute(long("a"), msg)
			t.Log(w.GasUsed, err)
		}
		_, err = h.Query(`{"balance":{"address":"` + long("b") + `"}}`)
		t.Log(w.GasUsed, err)
	}
}

func long(s string) string { return "weft1" + strings.Repeat(s, 38) }

func canonical(doc string) string {
	var v any
	if err := json.Unmarshal([]byte(doc), &v); err != nil {
		return doc
	}
	out, _ := json.Marshal(v)
	return string(out)
}
