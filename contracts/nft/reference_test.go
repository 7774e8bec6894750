//go:build reference

package nft_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/weftchain/weft/contracts/nft"
	"github.com/weftchain/weft/contracts/sdk/native"
	"github.com/weftchain/weft/contracts/testkit"
)

// TestReference plays the same life with the cw721-base 0.17 or 0.18 that
// WEFT_CW721 names, then gives its store to this contract:
//
//	WEFT_CW721=…/cw721_base.wasm go test -tags reference -run Reference -v ./contracts/nft
func TestReference(t *testing.T) {
	code, err := os.ReadFile(os.Getenv("WEFT_CW721"))
	if err != nil {
		t.Fatal(err)
	}
	ref := testkit.NewWasm(t, code)
	h := native.NewRunner(ref.Run)
	life(t, h)
	own := native.New(nft.Contract)
	life(t, own)
	for key, want := range h.Store {
		if key != "contract_info" && canonical(own.Store[key]) != canonical(want) {
			t.Errorf("%q is %s, in cw721-base %s", key, own.Store[key], want)
		}
	}
	if len(own.Store) != len(h.Store) {
		t.Errorf("%d keys, in cw721-base %d", len(own.Store), len(h.Store))
	}
	own.Store = h.Store
	if _, err := own.Migrate("admin", `{}`, 0); err != nil {
		t.Error(err)
	}
	mine := testkit.NewWasm(t, testkit.Build(t, "./wasm"))
	for _, w := range []*testkit.Wasm{ref, mine} {
		h := native.NewRunner(w.Run)
		alice, bob := "weft1"+strings.Repeat("a", 38), "weft1"+strings.Repeat("b", 38)
		_, err := h.Instantiate("creator", strings.ReplaceAll(start, "minty", alice))
		t.Log("instantiate", w.GasUsed, err)
		for _, msg := range []string{
			`{"mint":{"token_id":"one","owner":"` + alice + `","token_uri":"ipfs://one"}}`,
			`{"transfer_nft":{"recipient":"` + alice + `","token_id":"one"}}`,
			`{"approve":{"spender":"` + bob + `","token_id":"one"}}`,
			`{"send_nft":{"contract":"` + bob + `","token_id":"one","msg":"e30="}}`,
		} {
			_, err = h.Execute(alice, msg)
			t.Log(msg[2:10], w.GasUsed, err)
		}
		_, err = h.Query(`{"owner_of":{"token_id":"one"}}`)
		t.Log("owner_of", w.GasUsed, err)
	}
}

func canonical(doc string) string {
	var v any
	if err := json.Unmarshal([]byte(doc), &v); err != nil {
		return doc
	}
	out, _ := json.Marshal(v)
	return string(out)
}
