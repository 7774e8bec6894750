package nft

import (
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
)

// QueryToken asks for one token: owner_of, approvals and all_nft_info.
//
//sdk:json
type QueryToken struct {
	TokenID string `json:"token_id"`
	// IncludeExpired shows approvals that are not good any more.
	IncludeExpired *bool `json:"include_expired"`
}

// OwnerOfAnswer is who may do what with a token.
//
//sdk:json
type OwnerOfAnswer struct {
	Owner     sdk.Addr   `json:"owner"`
	Approvals []Approval `json:"approvals"`
}

// Approval is a spender of a token or an operator of an owner.
//
//sdk:json
type Approval struct {
	Spender sdk.Addr       `json:"spender"`
	Expires sdk.Expiration `json:"expires"`
}

// QueryApproval asks what a spender may do with a token.
//
//sdk:json
type QueryApproval struct {
	TokenID        string `json:"token_id"`
	Spender        string `json:"spender"`
	IncludeExpired *bool  `json:"include_expired"`
}

// ApprovalAnswer is one approval.
//
//sdk:json
type ApprovalAnswer struct {
	Approval Approval `json:"approval"`
}

// ApprovalsAnswer is all approvals of a token.
//
//sdk:json
type ApprovalsAnswer struct {
	Approvals []Approval `json:"approvals"`
}

// QueryOperator asks whether an account is an operator of an owner.
//
//sdk:json
type QueryOperator struct {
	Owner          string `json:"owner"`
	Operator       string `json:"operator"`
	IncludeExpired *bool  `json:"include_expired"`
}

// QueryAllOperators asks for the operators of an owner.
//
//sdk:json
type QueryAllOperators struct {
	Owner          string  `json:"owner"`
	IncludeExpired *bool   `json:"include_expired"`
	StartAfter     *string `json:"start_after"`
	Limit          *uint32 `json:"limit"`
}

// OperatorsAnswer is a page of operators.
//
//sdk:json
type OperatorsAnswer struct {
	Operators []Approval `json:"operators"`
}

// QueryNumTokens asks how many tokens there are.
//
//sdk:json
type QueryNumTokens struct{}

// NumTokensAnswer is how many tokens there are.
//
//sdk:json
type NumTokensAnswer struct {
	Count uint64 `json:"count"`
}

// QueryContractInfo asks for the name of the collection.
//
//sdk:json
type QueryContractInfo struct{}

// ContractInfo is the name of the collection.
//
//sdk:json
type ContractInfo struct {
	Name   string `json:"name"`
	Symbol string `json:"symbol"`
}

// QueryNftInfo asks what a token is.
//
//sdk:json
type QueryNftInfo struct {
	TokenID string `json:"token_id"`
}

// NftInfoAnswer is what a token is, as the minter wrote it.
//
//sdk:json
type NftInfoAnswer struct {
	TokenURI  *string  `json:"token_uri"`
	Extension json.Raw `json:"extension"`
}

// AllNftInfoAnswer is owner_of and nft_info together.
//
//sdk:json
type AllNftInfoAnswer struct {
	Access OwnerOfAnswer `json:"access"`
	Info   NftInfoAnswer `json:"info"`
}

// QueryTokens asks for the tokens of an owner.
//
//sdk:json
type QueryTokens struct {
	Owner      string  `json:"owner"`
	StartAfter *string `json:"start_after"`
	Limit      *uint32 `json:"limit"`
}

// QueryAllTokens asks for all tokens.
//
//sdk:json
type QueryAllTokens struct {
	StartAfter *string `json:"start_after"`
	Limit      *uint32 `json:"limit"`
}

// TokensAnswer is a page of ids, in the order of their bytes.
//
//sdk:json
type TokensAnswer struct {
	Tokens []string `json:"tokens"`
}

// QueryMinter asks who may mint.
//
//sdk:json
type QueryMinter struct{}

// MinterAnswer is who may mint; null: nobody.
//
//sdk:json
type MinterAnswer struct {
	Minter *sdk.Addr `json:"minter"`
}

// QueryOwnership asks who may mint, and to whom the right is offered.
//
//sdk:json
type QueryOwnership struct{}
