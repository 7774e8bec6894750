package nft

import (
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
)

// token is a token in the store.
//
//sdk:json
type token struct {
	Owner     sdk.Addr   `json:"owner"`
	Approvals []Approval `json:"approvals"`
	TokenURI  *string    `json:"token_uri"`
	Extension json.Raw   `json:"extension"`
}

// load returns a token that there must be.
func load(c *sdk.Context, id string) (token, error) {
	t, ok := tokens.Get(c, sdk.Text(id))
	if !ok {
		return t, sdk.Error("token not found: " + id)
	}
	return t, nil
}

// give makes an account the owner of a token, of a new one too. Approvals of the
// owner before are gone.
func (t *token) give(c *sdk.Context, id string, to sdk.Addr) {
	if t.Owner != "" {
		t.leave(c, id)
	}
	t.Owner, t.Approvals = to, nil
	tokens.Save(c, sdk.Text(id), *t)
	byOwner.Save(c, sdk.Pair[sdk.Addr, sdk.Text]{First: to, Second: sdk.Text(id)}, sdk.U64(len(id)))
}

// leave takes a token off its owner's list.
func (t *token) leave(c *sdk.Context, id string) {
	byOwner.Remove(c, sdk.Pair[sdk.Addr, sdk.Text]{First: t.Owner, Second: sdk.Text(id)})
}

// checkApprover says whether the sender may approve and revoke: the owner and the
// owner's operators may.
func (t *token) checkApprover(c *sdk.Context) error {
	if c.Sender == t.Owner {
		return nil
	}
	expires, ok := operators.Get(c, ownerOperator{First: t.Owner, Second: c.Sender})
	if !ok || expires.Passed(c.Block()) {
		return ErrNotAllowed
	}
	return nil
}

// checkSpender says whether the sender may move or burn the token: who may
// approve, and the token's spenders.
func (t *token) checkSpender(c *sdk.Context) error {
	for _, a := range t.Approvals {
		if a.Spender == c.Sender && !a.Expires.Passed(c.Block()) {
			return nil
		}
	}
	return t.checkApprover(c)
}
