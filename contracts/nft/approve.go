package nft

import (
	"slices"

	"github.com/weftchain/weft/contracts/sdk"
)

// expiration reads the end of an approval: never if none is given, and not one
// that has come already.
func expiration(c *sdk.Context, given *sdk.Expiration) (sdk.Expiration, error) {
	if given == nil {
		return sdk.Expiration{}, nil
	}
	if given.Passed(c.Block()) {
		return *given, ErrExpired
	}
	return *given, nil
}

// withoutSpender loads a token whose approvals the sender may change, and takes
// those of a spender out.
func withoutSpender(c *sdk.Context, id, text string) (t token, spender sdk.Addr, err error) {
	if t, err = load(c, id); err != nil {
		return t, "", err
	}
	if err = t.checkApprover(c); err != nil {
		return t, "", err
	}
	if spender, err = c.Address(text); err != nil {
		return t, "", err
	}
	t.Approvals = slices.DeleteFunc(t.Approvals, func(a Approval) bool { return a.Spender == spender })
	return t, spender, nil
}

func approve(c *sdk.Context, m *Approve) (*sdk.Response, error) {
	t, spender, err := withoutSpender(c, m.TokenID, m.Spender)
	if err != nil {
		return nil, err
	}
	expires, err := expiration(c, m.Expires)
	if err != nil {
		return nil, err
	}
	if len(t.Approvals) == maxApprovals {
		t.Approvals = slices.DeleteFunc(t.Approvals, func(a Approval) bool { return a.Expires.Passed(c.Block()) })
	}
	if len(t.Approvals) == maxApprovals {
		return nil, ErrManyApprovals
	}
	t.Approvals = append(t.Approvals, Approval{Spender: spender, Expires: expires})
	tokens.Save(c, sdk.Text(m.TokenID), t)
	r := sdk.Respond("approve").Attr("sender", c.Sender.String())
	return r.Attr("spender", m.Spender).Attr("token_id", m.TokenID), nil
}

func revoke(c *sdk.Context, m *Revoke) (*sdk.Response, error) {
	t, _, err := withoutSpender(c, m.TokenID, m.Spender)
	if err != nil {
		return nil, err
	}
	tokens.Save(c, sdk.Text(m.TokenID), t)
	r := sdk.Respond("revoke").Attr("sender", c.Sender.String())
	return r.Attr("spender", m.Spender).Attr("token_id", m.TokenID), nil
}

func approveAll(c *sdk.Context, m *ApproveAll) (*sdk.Response, error) {
	operator, err := c.Address(m.Operator)
	if err != nil {
		return nil, err
	}
	expires, err := expiration(c, m.Expires)
	if err != nil {
		return nil, err
	}
	operators.Save(c, ownerOperator{First: c.Sender, Second: operator}, expires)
	return sdk.Respond("approve_all").Attr("sender", c.Sender.String()).Attr("operator", m.Operator), nil
}

func revokeAll(c *sdk.Context, m *RevokeAll) (*sdk.Response, error) {
	operator, err := c.Address(m.Operator)
	if err != nil {
		return nil, err
	}
	operators.Remove(c, ownerOperator{First: c.Sender, Second: operator})
	return sdk.Respond("revoke_all").Attr("sender", c.Sender.String()).Attr("operator", m.Operator), nil
}
