package nft_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/weftchain/weft/contracts/nft"
	"github.com/weftchain/weft/contracts/sdk/native"
	"github.com/weftchain/weft/contracts/testkit"
)

const start = `{"name":"Test Collection","symbol":"TST","minter":"minty"}`

// A token is minted and sold natively; a CW721 market sends the same messages.
func Example() {
	h := native.New(nft.Contract)
	if _, err := h.Instantiate("creator", start); err != nil {
		fmt.Println(err)
	}
	_, err := h.Execute("minty", `{"mint":{"token_id":"1","owner":"alice","extension":{"color":"red"}}}`)
	fmt.Println(err)
	res, err := h.Execute("alice", `{"transfer_nft":{"recipient":"bob","token_id":"1"}}`)
	fmt.Println(res.Attributes, err)
	fmt.Println(h.Query(`{"owner_of":{"token_id":"1"}}`))
	fmt.Println(h.Query(`{"nft_info":{"token_id":"1"}}`))
	// Output:
	// <nil>
	// [{action transfer_nft} {sender alice} {recipient bob} {token_id 1}] <nil>
	// {"owner":"bob","approvals":[]} <nil>
	// {"token_uri":null,"extension":{"color":"red"}} <nil>
}

// step is a call and what must come of it: the JSON of an answer, the attributes
// of a response and its messages, or an error.
type step struct{ sender, msg, want string }

// steps is one long life of a collection, in block 12345 at 1571797419879305533.
// A sender "?" asks. cw721-base gives the same: see reference_test.go.
var steps = []step{
	{"?", `{"contract_info":{}}`, `{"name":"Test Collection","symbol":"TST"}`},
	{"?", `{"minter":{}}`, `{"minter":"minty"}`},
	{"?", `{"num_tokens":{}}`, `{"count":0}`},
	{"?", `{"all_tokens":{}}`, `{"tokens":[]}`},
	{"?", `{"owner_of":{"token_id":"one"}}`, "error"},
	{"minty", `{"mint":{"token_id":"one","owner":"alice","token_uri":"ipfs://one","extension":{}}}`, "action=mint minter=minty owner=alice token_id=one"},
	{"minty", `{"mint":{"token_id":"two","owner":"alice"}}`, "action=mint minter=minty owner=alice token_id=two"},
	{"minty", `{"mint":{"token_id":"ten","owner":"bob","token_uri":null,"extension":null}}`, "action=mint minter=minty owner=bob token_id=ten"},
	{"minty", `{"mint":{"token_id":"one","owner":"bob"}}`, "error"},
	{"minty", `{"mint":{"token_id":"six","owner":"B"}}`, "error"},
	{"minty", `{"mint":{"token_id":"six","owner":"bob","x":1}}`, "error"},
	{"alice", `{"mint":{"token_id":"six","owner":"alice"}}`, "error"},
	{"?", `{"num_tokens":{}}`, `{"count":3}`},
	{"?", `{"all_tokens":{}}`, `{"tokens":["one","ten","two"]}`},
	{"?", `{"all_tokens":{"start_after":"one","limit":1}}`, `{"tokens":["ten"]}`},
	{"?", `{"all_tokens":{"limit":0}}`, `{"tokens":[]}`},
	{"?", `{"tokens":{"owner":"alice"}}`, `{"tokens":["one","two"]}`},
	{"?", `{"tokens":{"owner":"alice","start_after":"one"}}`, `{"tokens":["two"]}`},
	{"?", `{"tokens":{"owner":"minty"}}`, `{"tokens":[]}`},
	{"?", `{"nft_info":{"token_id":"one"}}`, `{"token_uri":"ipfs://one","extension":{}}`},
	{"?", `{"nft_info":{"token_id":"two"}}`, `{"token_uri":null,"extension":null}`},
	{"?", `{"nft_info":{"token_id":"six"}}`, "error"},

	{"bob", `{"transfer_nft":{"recipient":"bob","token_id":"one"}}`, "error"},
	{"minty", `{"transfer_nft":{"recipient":"minty","token_id":"one"}}`, "error"},
	{"alice", `{"transfer_nft":{"recipient":"B","token_id":"one"}}`, "error"},
	{"alice", `{"transfer_nft":{"recipient":"bob","token_id":"six"}}`, "error"},
	{"alice", `{"transfer_nft":{"recipient":"bob","token_id":"two"}}`, "action=transfer_nft sender=alice recipient=bob token_id=two"},
	{"?", `{"tokens":{"owner":"alice"}}`, `{"tokens":["one"]}`},
	{"?", `{"tokens":{"owner":"bob"}}`, `{"tokens":["ten","two"]}`},
	{"bob", `{"transfer_nft":{"recipient":"bob","token_id":"two"}}`, "action=transfer_nft sender=bob recipient=bob token_id=two"},
	{"?", `{"tokens":{"owner":"bob"}}`, `{"tokens":["ten","two"]}`},
	{
		"bob", `{"send_nft":{"contract":"market","token_id":"two","msg":"eyJ4IjoxfQ=="}}`,
		`action=send_nft sender=bob recipient=market token_id=two {"wasm":{"execute":{"contract_addr":"market","msg":"eyJyZWNlaXZlX25mdCI6eyJzZW5kZXIiOiJib2IiLCJ0b2tlbl9pZCI6InR3byIsIm1zZyI6ImV5SjRJam94ZlE9PSJ9fQ==","funds":[]}}}`,
	},
	{"bob", `{"send_nft":{"contract":"market","token_id":"two","msg":""}}`, "error"},
	{"?", `{"owner_of":{"token_id":"two"}}`, `{"owner":"market","approvals":[]}`},

	{"bob", `{"approve":{"spender":"bob","token_id":"one"}}`, "error"},
	{"alice", `{"approve":{"spender":"B","token_id":"one"}}`, "error"},
	{"alice", `{"approve":{"spender":"bob","token_id":"six"}}`, "error"},
	{"alice", `{"approve":{"spender":"bob","token_id":"one","expires":{"at_height":12345}}}`, "error"},
	{"alice", `{"approve":{"spender":"bob","token_id":"one","expires":{"at_time":"1571797419879305533"}}}`, "error"},
	{"alice", `{"approve":{"spender":"bob","token_id":"one","expires":{"at_height":12346}}}`, "action=approve sender=alice spender=bob token_id=one"},
	{"alice", `{"approve":{"spender":"carl","token_id":"one"}}`, "action=approve sender=alice spender=carl token_id=one"},
	{"alice", `{"approve":{"spender":"dora","token_id":"one","expires":{"at_time":"1571797419879305534"}}}`, "action=approve sender=alice spender=dora token_id=one"},
	{"carl", `{"approve":{"spender":"emil","token_id":"one"}}`, "error"},
	{"?", `{"owner_of":{"token_id":"one"}}`, `{"owner":"alice","approvals":[{"spender":"bob","expires":{"at_height":12346}},{"spender":"carl","expires":{"never":{}}},{"spender":"dora","expires":{"at_time":"1571797419879305534"}}]}`},
	{"alice", `{"approve":{"spender":"bob","token_id":"one","expires":{"at_height":12347}}}`, "action=approve sender=alice spender=bob token_id=one"},
	{"?", `{"approvals":{"token_id":"one"}}`, `{"approvals":[{"spender":"carl","expires":{"never":{}}},{"spender":"dora","expires":{"at_time":"1571797419879305534"}},{"spender":"bob","expires":{"at_height":12347}}]}`},
	{"?", `{"approval":{"token_id":"one","spender":"carl"}}`, `{"approval":{"spender":"carl","expires":{"never":{}}}}`},
	{"?", `{"approval":{"token_id":"one","spender":"alice"}}`, `{"approval":{"spender":"alice","expires":{"never":{}}}}`},
	{"?", `{"approval":{"token_id":"one","spender":"emil"}}`, "error"},
	{"alice", `{"revoke":{"spender":"carl","token_id":"one"}}`, "action=revoke sender=alice spender=carl token_id=one"},
	{"alice", `{"revoke":{"spender":"emil","token_id":"one"}}`, "action=revoke sender=alice spender=emil token_id=one"},
	{"carl", `{"transfer_nft":{"recipient":"carl","token_id":"one"}}`, "error"},
	{"bob", `{"revoke":{"spender":"dora","token_id":"one"}}`, "error"},
	{"dora", `{"transfer_nft":{"recipient":"dora","token_id":"one"}}`, "action=transfer_nft sender=dora recipient=dora token_id=one"},
	{"?", `{"all_nft_info":{"token_id":"one"}}`, `{"access":{"owner":"dora","approvals":[]},"info":{"token_uri":"ipfs://one","extension":{}}}`},
	{"bob", `{"transfer_nft":{"recipient":"bob","token_id":"one"}}`, "error"},

	{"dora", `{"approve_all":{"operator":"carl","expires":{"at_height":12345}}}`, "error"},
	{"dora", `{"approve_all":{"operator":"carl","expires":{"at_height":12346}}}`, "action=approve_all sender=dora operator=carl"},
	{"dora", `{"approve_all":{"operator":"bob"}}`, "action=approve_all sender=dora operator=bob"},
	{"?", `{"all_operators":{"owner":"dora"}}`, `{"operators":[{"spender":"bob","expires":{"never":{}}},{"spender":"carl","expires":{"at_height":12346}}]}`},
	{"?", `{"all_operators":{"owner":"dora","start_after":"bob","limit":5}}`, `{"operators":[{"spender":"carl","expires":{"at_height":12346}}]}`},
	{"?", `{"operator":{"owner":"dora","operator":"carl"}}`, `{"approval":{"spender":"carl","expires":{"at_height":12346}}}`},
	{"?", `{"operator":{"owner":"carl","operator":"dora"}}`, "error"},
	{"carl", `{"approve":{"spender":"emil","token_id":"one"}}`, "action=approve sender=carl spender=emil token_id=one"},
	{"carl", `{"revoke":{"spender":"emil","token_id":"one"}}`, "action=revoke sender=carl spender=emil token_id=one"},
	{"bob", `{"transfer_nft":{"recipient":"alice","token_id":"one"}}`, "action=transfer_nft sender=bob recipient=alice token_id=one"},
	{"bob", `{"transfer_nft":{"recipient":"bob","token_id":"one"}}`, "error"},
	{"dora", `{"revoke_all":{"operator":"bob"}}`, "action=revoke_all sender=dora operator=bob"},
	{"?", `{"all_operators":{"owner":"dora"}}`, `{"operators":[{"spender":"carl","expires":{"at_height":12346}}]}`},

	{"bob", `{"burn":{"token_id":"one"}}`, "error"},
	{"alice", `{"burn":{"token_id":"one"}}`, "action=burn sender=alice token_id=one"},
	{"alice", `{"burn":{"token_id":"one"}}`, "error"},
	{"?", `{"num_tokens":{}}`, `{"count":2}`},
	{"?", `{"tokens":{"owner":"alice"}}`, `{"tokens":[]}`},
	{"minty", `{"mint":{"token_id":"one","owner":"dora"}}`, "action=mint minter=minty owner=dora token_id=one"},

	{"alice", `{"update_ownership":{"transfer_ownership":{"new_owner":"alice"}}}`, "error"},
	{"alice", `{"update_ownership":"renounce_ownership"}`, "error"},
	{"alice", `{"update_ownership":"accept_ownership"}`, "error"},
	{"minty", `{"update_ownership":"other"}`, "error"},
	{"minty", `{"update_ownership":{"transfer_ownership":{"new_owner":"newty","expiry":{"at_height":12346}}}}`, "owner=minty pending_owner=newty pending_expiry=expiration height: 12346"},
	{"?", `{"ownership":{}}`, `{"owner":"minty","pending_owner":"newty","pending_expiry":{"at_height":12346}}`},
	{"alice", `{"update_ownership":"accept_ownership"}`, "error"},
	{"newty", `{"mint":{"token_id":"six","owner":"newty"}}`, "error"},
	{"newty", `{"update_ownership":"accept_ownership"}`, "owner=newty pending_owner=none pending_expiry=none"},
	{"newty", `{"update_ownership":"accept_ownership"}`, "error"},
	{"minty", `{"mint":{"token_id":"six","owner":"minty"}}`, "error"},
	{"newty", `{"update_ownership":{"transfer_ownership":{"new_owner":"minty","expiry":{"at_time":"1571797419879305534"}}}}`, "owner=newty pending_owner=minty pending_expiry=expiration time: 1571797419.879305534"},
	{"?", `{"nothing":{}}`, "error"},
}

// later is what happens one block and one nanosecond later: everything that was
// good until then is so no more.
var later = []step{
	{"carl", `{"transfer_nft":{"recipient":"carl","token_id":"one"}}`, "error"},
	{"?", `{"operator":{"owner":"dora","operator":"carl"}}`, "error"},
	{"?", `{"operator":{"owner":"dora","operator":"carl","include_expired":true}}`, `{"approval":{"spender":"carl","expires":{"at_height":12346}}}`},
	{"?", `{"all_operators":{"owner":"dora"}}`, `{"operators":[]}`},
	{"?", `{"all_operators":{"owner":"dora","include_expired":true}}`, `{"operators":[{"spender":"carl","expires":{"at_height":12346}}]}`},
	{"dora", `{"approve":{"spender":"bob","token_id":"one","expires":{"at_height":12347}}}`, "action=approve sender=dora spender=bob token_id=one"},
	{"minty", `{"update_ownership":"accept_ownership"}`, "error"},
	{"newty", `{"update_ownership":"renounce_ownership"}`, "owner=none pending_owner=none pending_expiry=none"},
	{"newty", `{"mint":{"token_id":"six","owner":"newty"}}`, "error"},
	{"newty", `{"update_ownership":{"transfer_ownership":{"new_owner":"newty"}}}`, "error"},
	{"?", `{"minter":{}}`, `{"minter":null}`},
}

// last is the block after that.
var last = []step{
	{"bob", `{"burn":{"token_id":"one"}}`, "error"},
	{"?", `{"approvals":{"token_id":"one"}}`, `{"approvals":[]}`},
	{"?", `{"approvals":{"token_id":"one","include_expired":true}}`, `{"approvals":[{"spender":"bob","expires":{"at_height":12347}}]}`},
	{"?", `{"approval":{"token_id":"one","spender":"bob"}}`, "error"},
	{"?", `{"all_nft_info":{"token_id":"one","include_expired":false}}`, `{"access":{"owner":"dora","approvals":[]},"info":{"token_uri":null,"extension":null}}`},
}

// play calls the contract and writes down what it says.
func play(h *native.Host, s step) string {
	if s.sender == "?" {
		answer, err := h.Query(s.msg)
		if err != nil {
			return "error"
		}
		return answer
	}
	res, err := h.Execute(s.sender, s.msg)
	if err != nil {
		return "error"
	}
	var out []string
	for _, a := range res.Attributes {
		out = append(out, a.Key+"="+a.Value)
	}
	for _, m := range res.Messages {
		out = append(out, string(m.Msg))
	}
	return strings.Join(out, " ")
}

func life(t *testing.T, h *native.Host) {
	if _, err := h.Instantiate("creator", start); err != nil {
		t.Fatal(err)
	}
	for _, block := range [][]step{steps, later, last} {
		for _, s := range block {
			if got := play(h, s); got != s.want {
				t.Errorf("%s %s\n got %s\nwant %s", s.sender, s.msg, got, s.want)
			}
		}
		h.Block.Height++
		h.Block.Time++
	}
}

func TestLife(t *testing.T) { testkit.Both(t, nft.Contract, "./wasm", life) }

// TestStore: the store is what cw721-base would have.
func TestStore(t *testing.T) {
	h := native.New(nft.Contract)
	life(t, h)
	for key, want := range map[string]string{
		"nft_info":                             `{"name":"Test Collection","symbol":"TST"}`,
		"num_tokens":                           `3`,
		"ownership":                            `{"owner":null,"pending_owner":null,"pending_expiry":null}`,
		"\x00\x06tokensone":                    `{"owner":"dora","approvals":[{"spender":"bob","expires":{"at_height":12347}}],"token_uri":null,"extension":null}`,
		"\x00\x0dtokens__owner\x00\x04doraone": `3`,
		"\x00\x09operators\x00\x04doracarl":    `{"at_height":12346}`,
	} {
		if h.Store[key] != want {
			t.Errorf("%q is %s, want %s", key, h.Store[key], want)
		}
	}
}

// TestMigrate takes over the store of cw721-base 0.16, and nothing else.
func TestMigrate(t *testing.T) {
	h := native.New(nft.Contract)
	if _, err := h.Migrate("admin", `{}`, 0); err == nil {
		t.Error("an empty store is taken over")
	}
	h.Store["nft_info"], h.Store["minter"] = `{"name":"Old","symbol":"OLD"}`, `"minty"`
	if _, err := h.Migrate("admin", `{}`, 0); err != nil || h.Store["minter"] != "" {
		t.Error(err)
	}
	if _, err := h.Migrate("admin", `{}`, 0); err != nil {
		t.Error(err)
	}
	for _, s := range []step{
		{"minty", `{"mint":{"token_id":"1","owner":"alice"}}`, "action=mint minter=minty owner=alice token_id=1"},
		{"?", `{"minter":{}}`, `{"minter":"minty"}`},
	} {
		if got := play(h, s); got != s.want {
			t.Errorf("%s: %s, want %s", s.msg, got, s.want)
		}
	}
}
