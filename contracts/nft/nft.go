// Package nft is a collection of tokens of which each is one of its kind. It has
// the messages, queries, attributes and store of CW721 (cw721-base 0.17 and
// 0.18), so that wallets, markets and contracts that speak CW721 can use it. It
// can also take over the state of a cw721-base contract (0.16 to 0.18): migrate
// that contract to this code.
//
// The minter makes tokens. The owner of a token may transfer, send and burn it,
// and may allow others to: a spender for one token, an operator for all tokens
// that the owner has and will have.
package nft

import "github.com/weftchain/weft/contracts/sdk"

//go:generate go run github.com/weftchain/weft/contracts/sdk/gen

// Contract is the collection.
var Contract = sdk.Contract{
	Instantiate: sdk.Do(instantiate),
	Execute: sdk.Routes{
		sdk.On("transfer_nft", transferNft),
		sdk.On("send_nft", sendNft),
		sdk.On("mint", mint),
		sdk.On("burn", burn),
		sdk.On("approve", approve),
		sdk.On("revoke", revoke),
		sdk.On("approve_all", approveAll),
		sdk.On("revoke_all", revokeAll),
		sdk.On("update_ownership", updateOwnership),
	},
	Query: sdk.Answers{
		sdk.Answer("owner_of", queryOwnerOf),
		sdk.Answer("approval", queryApproval),
		sdk.Answer("approvals", queryApprovals),
		sdk.Answer("operator", queryOperator),
		sdk.Answer("all_operators", queryAllOperators),
		sdk.Answer("num_tokens", queryNumTokens),
		sdk.Answer("contract_info", queryContractInfo),
		sdk.Answer("nft_info", queryNftInfo),
		sdk.Answer("all_nft_info", queryAllNftInfo),
		sdk.Answer("tokens", queryTokens),
		sdk.Answer("all_tokens", queryAllTokens),
		sdk.Answer("minter", queryMinter),
		sdk.Answer("ownership", queryOwnership),
	},
	Migrate: sdk.Do(migrate),
}

// What one token may have. Whoever moves a token pays for reading all of it, so
// that nobody can make a token that is too large to be moved.
const (
	maxIDBytes       = 256
	maxMetadataBytes = 16 << 10 // token_uri and extension
	maxApprovals     = 32
)

// The errors of the collection.
const (
	ErrNotMinter     = sdk.Error("only the minter may do this")
	ErrNotAllowed    = sdk.Error("the token belongs to somebody else, who has not allowed this")
	ErrClaimed       = sdk.Error("token_id already claimed")
	ErrID            = sdk.Error("token_id must have 1 to 256 bytes")
	ErrMetadata      = sdk.Error("token_uri and extension must not have more than 16384 bytes together")
	ErrExpired       = sdk.Error("Cannot set approval that is already expired")
	ErrManyApprovals = sdk.Error("the token has 32 approvals: revoke one first")
	ErrManyExpired   = sdk.Error("too many expired operators to skip: ask with include_expired, or start_after the last page's end")
	ErrNoApproval    = sdk.Error("Approval not found")
	ErrNotPending    = sdk.Error("the sender is not the minter's chosen successor")
	ErrLate          = sdk.Error("the minter's offer has expired")
)

// The store, as cw721-base lays it out.
var (
	info      = sdk.NewItem[ContractInfo]("nft_info")
	supply    = sdk.NewItem[sdk.U64]("num_tokens")
	ownership = sdk.NewItem[Ownership]("ownership") // of the right to mint
	tokens    = sdk.NewMap[sdk.Text, token]("tokens")
	// byOwner has an entry for each token; its value is the length of the id.
	byOwner   = sdk.NewMap[sdk.Pair[sdk.Addr, sdk.Text], sdk.U64]("tokens__owner")
	operators = sdk.NewMap[ownerOperator, sdk.Expiration]("operators")

	// oldMinter is where cw721-base 0.16 has what ownership has now.
	oldMinter = sdk.NewItem[sdk.Addr]("minter")
)

type ownerOperator = sdk.Pair[sdk.Addr, sdk.Addr]

// Version is that of the messages and the store.
const Version = "1.0.0"

// code is what the contract says of itself.
const code = "weft:nft"

func instantiate(c *sdk.Context, m *Instantiate) (*sdk.Response, error) {
	minter, err := c.Address(m.Minter)
	if err != nil {
		return nil, err
	}
	info.Save(c, ContractInfo{Name: m.Name, Symbol: m.Symbol})
	ownership.Save(c, Ownership{Owner: &minter})
	c.SaveVersion(code, Version)
	return &sdk.Response{}, nil
}

// migrate takes over the state of a contract with the same layout.
func migrate(c *sdk.Context, _ *Migrate) (*sdk.Response, error) {
	info.Load(c)
	if _, ok := ownership.Get(c); !ok {
		minter := oldMinter.Load(c)
		ownership.Save(c, Ownership{Owner: &minter})
		oldMinter.Remove(c)
	}
	c.SaveVersion(code, Version)
	return &sdk.Response{}, nil
}
