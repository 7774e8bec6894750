//go:build reference

package nft_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/weftchain/weft/contracts/nft"
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/testkit"
)

// public finds a contract that others wrote, by a part of its name, in the folder
// that WEFT_CW721_USERS names.
func public(t *testing.T, name string) testkit.Code {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(os.Getenv("WEFT_CW721_USERS"), "*"+name+"*.wasm"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no %s in WEFT_CW721_USERS: %v", name, err)
	}
	return testkit.Code{Wasm: files[0]}
}

// TestPublic plays with contracts that others wrote for CW721: wasmd's
// cw721_receiver, and the staking by which a DAO of DAO DAO counts votes.
//
//	WEFT_CW721_USERS=… go test -tags reference -run Public -v ./contracts/nft
func TestPublic(t *testing.T) {
	c := testkit.NewParity(t, testkit.Contracts{
		"nft":      {Go: nft.Contract, Dir: "./wasm"},
		"receiver": public(t, "cw721_receiver"), "votes": public(t, "dao_voting_cw721_staked"),
	})
	alice := c.Account("alice")
	addr := c.Instantiate("nft", alice, nft.Instantiate{Name: "Test", Symbol: "TST", Minter: alice.String()})
	for i := range 3 {
		c.MustExecute(alice, addr, testkit.Msg("mint", nft.Mint{TokenID: fmt.Sprint(i), Owner: alice.String()}))
	}
	send := func(to sdk.Addr, id, msg string) error {
		_, err := c.Execute(alice, addr, fmt.Sprintf(`{"send_nft":{"contract":%q,"token_id":%q,"msg":%q}}`, to, id, base64.StdEncoding.EncodeToString([]byte(msg))))
		return err
	}
	owns := func(id string, want sdk.Addr) {
		t.Helper()
		var a nft.OwnerOfAnswer
		if c.MustQuery(addr, testkit.Msg("owner_of", nft.QueryToken{TokenID: id}), &a); a.Owner != want {
			t.Errorf("%s has token %s, want %s", a.Owner, id, want)
		}
	}

	receiver := c.Instantiate("receiver", alice, `{}`)
	if err := send(receiver, "0", `"succeed"`); err != nil {
		t.Fatal(err)
	}
	owns("0", receiver)
	c.Fails(send(receiver, "1", `"fail"`))
	owns("1", alice)

	votes := c.Instantiate("votes", alice, fmt.Sprintf(`{"nft_contract":{"existing":{"address":%q}}}`, addr))
	if err := send(votes, "1", ``); err != nil {
		t.Fatal(err)
	}
	owns("1", votes)
	c.NextBlock()
	var power struct{ Power string }
	if c.MustQuery(votes, fmt.Sprintf(`{"voting_power_at_height":{"address":%q}}`, alice), &power); power.Power != "1" {
		t.Errorf("%+v", power)
	}
	c.MustExecute(alice, votes, `{"unstake":{"token_ids":["1"]}}`)
	owns("1", alice)
}
