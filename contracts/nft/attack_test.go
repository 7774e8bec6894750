package nft_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/weftchain/weft/contracts/nft"
	"github.com/weftchain/weft/contracts/sdk/native"
	"github.com/weftchain/weft/contracts/testkit"
)

// must executes what has to succeed.
func must(t *testing.T, h *native.Host, sender, msg string) {
	t.Helper()
	if _, err := h.Execute(sender, msg); err != nil {
		t.Fatalf("%s %s: %v", sender, msg, err)
	}
}

// collection has token 1 of alice, whose spender is bob and whose operator is
// carl; minty may mint, and newty is to be the next.
func collection(t *testing.T, h *native.Host) {
	t.Helper()
	if _, err := h.Instantiate("creator", start); err != nil {
		t.Fatal(err)
	}
	must(t, h, "minty", `{"mint":{"token_id":"1","owner":"alice"}}`)
	must(t, h, "alice", `{"approve":{"spender":"bob","token_id":"1"}}`)
	must(t, h, "alice", `{"approve_all":{"operator":"carl"}}`)
	must(t, h, "minty", `{"update_ownership":{"transfer_ownership":{"new_owner":"newty"}}}`)
}

// TestWhoMay: of everybody, only those may who are named.
func TestWhoMay(t *testing.T) {
	everybody := []string{"alice", "bob", "carl", "minty", "newty", "creator", "contract", "eve", "eve-of-alice"}
	testkit.Both(t, nft.Contract, "./wasm", func(t *testing.T, h *native.Host) {
		collection(t, h)
		before := maps.Clone(h.Store)
		for _, try := range []struct{ msg, may string }{
			{`{"mint":{"token_id":"2","owner":"eve"}}`, "minty"},
			{`{"transfer_nft":{"recipient":"eve","token_id":"1"}}`, "alice bob carl"},
			{`{"send_nft":{"contract":"eve","token_id":"1","msg":""}}`, "alice bob carl"},
			{`{"burn":{"token_id":"1"}}`, "alice bob carl"},
			{`{"approve":{"spender":"eve","token_id":"1"}}`, "alice carl"},
			{`{"revoke":{"spender":"bob","token_id":"1"}}`, "alice carl"},
			{`{"update_ownership":{"transfer_ownership":{"new_owner":"eve"}}}`, "minty"},
			{`{"update_ownership":"renounce_ownership"}`, "minty"},
			{`{"update_ownership":"accept_ownership"}`, "newty"},
			{`{"transfer_nft":{"recipient":"ALICE","token_id":"1"}}`, ""},
			{`{"transfer_nft":{"recipient":" alice","token_id":"1"}}`, ""},
			{`{"transfer_nft":{"recipient":"","token_id":"1"}}`, ""},
			{`{"transfer_nft":{"recipient":"eve","token_id":"1","token_id":"2"}}`, ""},
			{`{"approve":{"spender":"eve","token_id":"1","expires":{"at_height":0}}}`, ""},
			{`{"transfer_nft":{"recipient":"eve","token_id":"1"},"burn":{"token_id":"1"}}`, ""},
		} {
			for _, sender := range everybody {
				_, err := h.Execute(sender, try.msg)
				if want := strings.Contains(" "+try.may+" ", " "+sender+" "); (err == nil) != want {
					t.Errorf("%s by %s: %v", try.msg, sender, err)
				}
				if err != nil && !maps.Equal(h.Store, before) {
					t.Fatalf("%s by %s changed the store", try.msg, sender)
				}
				h.Store = maps.Clone(before)
			}
		}
	})
}

// TestReceiverCallsBack: a contract that gets a token owns it before it hears of
// it, and those who had rights to it have none any more.
func TestReceiverCallsBack(t *testing.T) {
	h := native.New(nft.Contract)
	collection(t, h)
	must(t, h, "bob", `{"send_nft":{"contract":"market","token_id":"1","msg":""}}`)
	for _, sender := range []string{"alice", "bob", "carl"} {
		if _, err := h.Execute(sender, `{"transfer_nft":{"recipient":"eve","token_id":"1"}}`); !errors.Is(err, nft.ErrNotAllowed) {
			t.Errorf("%s: %v", sender, err)
		}
	}
	must(t, h, "market", `{"send_nft":{"contract":"market","token_id":"1","msg":""}}`) // to itself, again
	must(t, h, "market", `{"burn":{"token_id":"1"}}`)
	if got, err := h.Query(`{"tokens":{"owner":"market"}}`); got != `{"tokens":[]}` || err != nil {
		t.Error(got, err)
	}
}

// TestBounds: what a token may have ends exactly where it is said to.
func TestBounds(t *testing.T) {
	testkit.Both(t, nft.Contract, "./wasm", func(t *testing.T, h *native.Host) {
		collection(t, h)
		fails := func(sender, msg string, want error) {
			t.Helper()
			if _, err := h.Execute(sender, msg); !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", msg[:min(len(msg), 80)], err, want)
			}
		}
		long := strings.Repeat("i", 256)
		uri, extension := strings.Repeat("u", 384), `"`+strings.Repeat("e", 16000-2)+`"`
		fails("minty", `{"mint":{"token_id":"","owner":"alice"}}`, nft.ErrID)
		fails("minty", `{"mint":{"token_id":"`+long+`j","owner":"alice"}}`, nft.ErrID)
		fails("minty", `{"mint":{"token_id":"j","owner":"alice","token_uri":"u`+uri+`","extension":`+extension+`}}`, nft.ErrMetadata)
		must(t, h, "minty", `{"mint":{"token_id":"`+long+`","owner":"alice","token_uri":"`+uri+`","extension":`+extension+`}}`)
		must(t, h, "alice", `{"transfer_nft":{"recipient":"bob","token_id":"`+long+`"}}`)

		for i := range 31 { // one is bob
			must(t, h, "alice", fmt.Sprintf(`{"approve":{"spender":"spender-%d","token_id":"1","expires":{"at_height":%d}}}`, i, 12346+i))
		}
		fails("alice", `{"approve":{"spender":"eve","token_id":"1"}}`, nft.ErrManyApprovals)
		must(t, h, "alice", `{"approve":{"spender":"bob","token_id":"1"}}`) // is there already
		h.Block.Height++
		must(t, h, "alice", `{"approve":{"spender":"eve","token_id":"1"}}`) // instead of the expired one
		fails("alice", `{"approve":{"spender":"eva","token_id":"1"}}`, nft.ErrManyApprovals)
	})
}

// TestLongLists: pages are bounded, whatever is asked and whatever has expired.
func TestLongLists(t *testing.T) {
	h := native.New(nft.Contract)
	collection(t, h)
	for i := range 150 {
		must(t, h, "minty", fmt.Sprintf(`{"mint":{"token_id":"t%03d","owner":"bob"}}`, i))
	}
	for msg, want := range map[string]int{
		`{"all_tokens":{}}`:                                10,
		`{"all_tokens":{"limit":4294967295}}`:              100,
		`{"tokens":{"owner":"bob","limit":1000}}`:          100,
		`{"tokens":{"owner":"bob","start_after":"t147"}}`:  2,
		`{"tokens":{"owner":"bob","start_after":"t1470"}}`: 2,
		`{"tokens":{"owner":"bob","start_after":"zz"}}`:    0,
	} {
		got, err := h.Query(msg)
		if n := strings.Count(got, `"t`) - 1 + strings.Count(got, `"1"`); n != want || err != nil {
			t.Errorf("%s has %d: %v", msg, n, err)
		}
	}
	for i := range 1001 {
		must(t, h, "eve", fmt.Sprintf(`{"approve_all":{"operator":"op-%04d","expires":{"at_height":12346}}}`, i))
	}
	must(t, h, "eve", `{"approve_all":{"operator":"zed"}}`)
	h.Block.Height++
	if _, err := h.Query(`{"all_operators":{"owner":"eve"}}`); !errors.Is(err, nft.ErrManyExpired) {
		t.Error(err)
	}
	if got, err := h.Query(`{"all_operators":{"owner":"eve","start_after":"op-0000"}}`); got != `{"operators":[{"spender":"zed","expires":{"never":{}}}]}` || err != nil {
		t.Error(got, err)
	}
	if got, err := h.Query(`{"all_operators":{"owner":"eve","include_expired":true,"limit":500}}`); strings.Count(got, "spender") != 100 || err != nil {
		t.Error(got, err)
	}
}
