package nft

import "github.com/weftchain/weft/contracts/sdk"

func mint(c *sdk.Context, m *Mint) (*sdk.Response, error) {
	if err := ownership.Load(c).check(c); err != nil {
		return nil, err
	}
	owner, err := c.Address(m.Owner)
	if err != nil {
		return nil, err
	}
	if err := m.validate(); err != nil {
		return nil, err
	}
	if tokens.Has(c, sdk.Text(m.TokenID)) {
		return nil, ErrClaimed
	}
	t := token{TokenURI: m.TokenURI, Extension: m.Extension}
	t.give(c, m.TokenID, owner)
	n, _ := supply.Get(c)
	supply.Save(c, n+1)
	r := sdk.Respond("mint").Attr("minter", c.Sender.String())
	return r.Attr("owner", m.Owner).Attr("token_id", m.TokenID), nil
}

func (m *Mint) validate() error {
	if m.TokenID == "" || len(m.TokenID) > maxIDBytes {
		return ErrID
	}
	size := len(m.Extension)
	if m.TokenURI != nil {
		size += len(*m.TokenURI)
	}
	if size > maxMetadataBytes {
		return ErrMetadata
	}
	return nil
}

// move gives a token to an account, if the sender may.
func move(c *sdk.Context, id, recipient string) (sdk.Addr, error) {
	t, err := load(c, id)
	if err != nil {
		return "", err
	}
	if err := t.checkSpender(c); err != nil {
		return "", err
	}
	to, err := c.Address(recipient)
	if err != nil {
		return "", err
	}
	t.give(c, id, to)
	return to, nil
}

// respond names sender, recipient and token, as transfer_nft and send_nft do.
func respond(c *sdk.Context, action, recipient, id string) *sdk.Response {
	return sdk.Respond(action).Attr("sender", c.Sender.String()).Attr("recipient", recipient).Attr("token_id", id)
}

func transferNft(c *sdk.Context, m *TransferNft) (*sdk.Response, error) {
	if _, err := move(c, m.TokenID, m.Recipient); err != nil {
		return nil, err
	}
	return respond(c, "transfer_nft", m.Recipient, m.TokenID), nil
}

// sendNft has moved the token before the contract hears of it: whatever the
// contract calls in return, it meets the state after the transfer.
func sendNft(c *sdk.Context, m *SendNft) (*sdk.Response, error) {
	to, err := move(c, m.TokenID, m.Contract)
	if err != nil {
		return nil, err
	}
	hook := &ReceiveNft{Sender: c.Sender, TokenID: m.TokenID, Msg: m.Msg}
	return respond(c, "send_nft", m.Contract, m.TokenID).Call(to, "receive_nft", hook), nil
}

func burn(c *sdk.Context, m *Burn) (*sdk.Response, error) {
	t, err := load(c, m.TokenID)
	if err != nil {
		return nil, err
	}
	if err := t.checkSpender(c); err != nil {
		return nil, err
	}
	t.leave(c, m.TokenID)
	tokens.Remove(c, sdk.Text(m.TokenID))
	supply.Save(c, supply.Load(c)-1)
	return sdk.Respond("burn").Attr("sender", c.Sender.String()).Attr("token_id", m.TokenID), nil
}
