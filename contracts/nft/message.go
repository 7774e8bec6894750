package nft

import (
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
)

// Instantiate makes a collection without tokens.
//
//sdk:json
type Instantiate struct {
	Name   string `json:"name"`
	Symbol string `json:"symbol"`
	Minter string `json:"minter"`
}

// Migrate takes over the store of a CW721 contract.
//
//sdk:json
type Migrate struct{}

// Mint makes a token. Only the minter may.
//
//sdk:json
type Mint struct {
	TokenID string `json:"token_id"`
	Owner   string `json:"owner"`
	// TokenURI points to a document that says what the token is.
	TokenURI *string `json:"token_uri"`
	// Extension says the same here: any JSON.
	Extension json.Raw `json:"extension,omitempty"`
}

// TransferNft gives a token to another account.
//
//sdk:json
type TransferNft struct {
	Recipient string `json:"recipient"`
	TokenID   string `json:"token_id"`
}

// SendNft gives a token to a contract and calls it with {"receive_nft":…}.
//
//sdk:json
type SendNft struct {
	Contract string `json:"contract"`
	TokenID  string `json:"token_id"`
	Msg      []byte `json:"msg"`
}

// ReceiveNft is what a contract hears of a token that was sent to it; the
// collection is the sender of the call.
//
//sdk:json
type ReceiveNft struct {
	Sender  sdk.Addr `json:"sender"`
	TokenID string   `json:"token_id"`
	Msg     []byte   `json:"msg"`
}

// Burn destroys a token. Its id may be minted again.
//
//sdk:json
type Burn struct {
	TokenID string `json:"token_id"`
}

// Approve lets a spender transfer, send or burn a token, until its owner changes.
//
//sdk:json
type Approve struct {
	Spender string          `json:"spender"`
	TokenID string          `json:"token_id"`
	Expires *sdk.Expiration `json:"expires"` // missing: never
}

// Revoke takes back what Approve gave.
//
//sdk:json
type Revoke struct {
	Spender string `json:"spender"`
	TokenID string `json:"token_id"`
}

// ApproveAll lets an operator do with all tokens of the sender what the sender may.
//
//sdk:json
type ApproveAll struct {
	Operator string          `json:"operator"`
	Expires  *sdk.Expiration `json:"expires"` // missing: never
}

// RevokeAll takes back what ApproveAll gave.
//
//sdk:json
type RevokeAll struct {
	Operator string `json:"operator"`
}

// UpdateOwnership gives the right to mint to another account, in two steps, or
// up for ever. In JSON it is {"transfer_ownership":{…}}, "accept_ownership" or
// "renounce_ownership".
//
//sdk:schema {"oneOf": [
//sdk:schema   {
//sdk:schema     "description": "Offers the right to another account.",
//sdk:schema     "type": "object",
//sdk:schema     "required": ["transfer_ownership"],
//sdk:schema     "properties": {"transfer_ownership": {"$ref": "#/definitions/TransferOwnership"}},
//sdk:schema     "additionalProperties": false
//sdk:schema   },
//sdk:schema   {"type": "string", "enum": ["accept_ownership", "renounce_ownership"]}
//sdk:schema ]}
type UpdateOwnership struct {
	Transfer *TransferOwnership // nil for the other two
	Renounce bool
}

// TransferOwnership offers the right to mint to an account, which accepts.
//
//sdk:json
type TransferOwnership struct {
	NewOwner string          `json:"new_owner"`
	Expiry   *sdk.Expiration `json:"expiry"` // until when it may accept; missing: never
}

// DecodeJSON reads the one of three forms.
func (m *UpdateOwnership) DecodeJSON(r *json.Reader) {
	switch doc := r.Raw(); doc {
	case `"accept_ownership"`:
	case `"renounce_ownership"`:
		m.Renounce = true
	default:
		var offer ownershipOffer
		if err := json.Decode(doc, &offer); err != nil {
			r.Fail("expected transfer_ownership, accept_ownership or renounce_ownership: " + err.Error())
		}
		m.Transfer = &offer.Transfer
	}
}

// ownershipOffer is the form of UpdateOwnership that is an object.
//
//sdk:json
type ownershipOffer struct {
	Transfer TransferOwnership `json:"transfer_ownership"`
}
