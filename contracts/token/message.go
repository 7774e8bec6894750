package token

import "github.com/weftchain/weft/contracts/sdk"

// Instantiate makes a token.
//
//sdk:json
type Instantiate struct {
	Name            string           `json:"name"`
	Symbol          string           `json:"symbol"`
	Decimals        uint8            `json:"decimals"`
	InitialBalances []InitialBalance `json:"initial_balances"`
	Mint            *Minter          `json:"mint"`
	Marketing       *Marketing       `json:"marketing"`
}

// InitialBalance is what an account begins with.
//
//sdk:json
type InitialBalance struct {
	Address string      `json:"address"`
	Amount  sdk.Uint128 `json:"amount"`
}

// Minter may mint, until the supply is the cap.
//
//sdk:json
type Minter struct {
	Minter string       `json:"minter"`
	Cap    *sdk.Uint128 `json:"cap"`
}

// Marketing is for the eyes of people; the account marketing may change it.
//
//sdk:json
type Marketing struct {
	Project     *string `json:"project"`
	Description *string `json:"description"`
	Logo        *Logo   `json:"logo"`
	Marketing   *string `json:"marketing"`
}

// Migrate takes over the store of a CW20 contract.
//
//sdk:json
type Migrate struct{}

// Transfer moves tokens of the sender.
//
//sdk:json
type Transfer struct {
	Recipient string      `json:"recipient"`
	Amount    sdk.Uint128 `json:"amount"`
}

// Send moves tokens of the sender to a contract and tells it.
//
//sdk:json
type Send struct {
	Contract string      `json:"contract"`
	Amount   sdk.Uint128 `json:"amount"`
	Msg      []byte      `json:"msg"`
}

// TransferFrom moves tokens of an owner who allowed it.
//
//sdk:json
type TransferFrom struct {
	Owner     string      `json:"owner"`
	Recipient string      `json:"recipient"`
	Amount    sdk.Uint128 `json:"amount"`
}

// SendFrom is Send with tokens of an owner who allowed it.
//
//sdk:json
type SendFrom struct {
	Owner    string      `json:"owner"`
	Contract string      `json:"contract"`
	Amount   sdk.Uint128 `json:"amount"`
	Msg      []byte      `json:"msg"`
}

// Burn destroys tokens of the sender.
//
//sdk:json
type Burn struct {
	Amount sdk.Uint128 `json:"amount"`
}

// BurnFrom destroys tokens of an owner who allowed it.
//
//sdk:json
type BurnFrom struct {
	Owner  string      `json:"owner"`
	Amount sdk.Uint128 `json:"amount"`
}

// ChangeAllowance increases or decreases what a spender may use.
//
//sdk:json
type ChangeAllowance struct {
	Spender string          `json:"spender"`
	Amount  sdk.Uint128     `json:"amount"`
	Expires *sdk.Expiration `json:"expires"`
}

// Mint makes tokens.
//
//sdk:json
type Mint struct {
	Recipient string      `json:"recipient"`
	Amount    sdk.Uint128 `json:"amount"`
}

// UpdateMinter makes another account the minter, or nobody for ever.
//
//sdk:json
type UpdateMinter struct {
	NewMinter *string `json:"new_minter"`
}

// UpdateMarketing changes what is given; an empty text deletes.
//
//sdk:json
type UpdateMarketing struct {
	Project     *string `json:"project"`
	Description *string `json:"description"`
	Marketing   *string `json:"marketing"`
}

// Receive is what a contract hears of tokens that were sent to it.
//
//sdk:json
type Receive struct {
	Sender sdk.Addr    `json:"sender"`
	Amount sdk.Uint128 `json:"amount"`
	Msg    []byte      `json:"msg"`
}

// QueryBalance asks what an account has.
//
//sdk:json
type QueryBalance struct {
	Address string `json:"address"`
}

// BalanceAnswer is what an account has.
//
//sdk:json
type BalanceAnswer struct {
	Balance sdk.Uint128 `json:"balance"`
}

// QueryTokenInfo asks for name and supply.
//
//sdk:json
type QueryTokenInfo struct{}

// TokenInfoAnswer is what wallets show.
//
//sdk:json
type TokenInfoAnswer struct {
	Name        string      `json:"name"`
	Symbol      string      `json:"symbol"`
	Decimals    uint8       `json:"decimals"`
	TotalSupply sdk.Uint128 `json:"total_supply"`
}

// QueryMinter asks who may mint.
//
//sdk:json
type QueryMinter struct{}

// QueryAllowance asks what a spender may use.
//
//sdk:json
type QueryAllowance struct {
	Owner   string `json:"owner"`
	Spender string `json:"spender"`
}

// AllowanceAnswer is what a spender may use, and until when.
//
//sdk:json
type AllowanceAnswer struct {
	Allowance sdk.Uint128    `json:"allowance"`
	Expires   sdk.Expiration `json:"expires"`
}

// QueryAllAllowances asks for the spenders of an owner.
//
//sdk:json
type QueryAllAllowances struct {
	Owner      string    `json:"owner"`
	StartAfter *sdk.Addr `json:"start_after"`
	Limit      *uint32   `json:"limit"`
}

// AllAllowancesAnswer is a page of spenders.
//
//sdk:json
type AllAllowancesAnswer struct {
	Allowances []SpenderAllowance `json:"allowances"`
}

// SpenderAllowance is what one spender may use.
//
//sdk:json
type SpenderAllowance struct {
	Spender   sdk.Addr       `json:"spender"`
	Allowance sdk.Uint128    `json:"allowance"`
	Expires   sdk.Expiration `json:"expires"`
}

// QueryAllSpenderAllowances asks for the owners who allow a spender something.
//
//sdk:json
type QueryAllSpenderAllowances struct {
	Spender    string    `json:"spender"`
	StartAfter *sdk.Addr `json:"start_after"`
	Limit      *uint32   `json:"limit"`
}

// AllSpenderAllowancesAnswer is a page of owners.
//
//sdk:json
type AllSpenderAllowancesAnswer struct {
	Allowances []OwnerAllowance `json:"allowances"`
}

// OwnerAllowance is what one owner allows.
//
//sdk:json
type OwnerAllowance struct {
	Owner     sdk.Addr       `json:"owner"`
	Allowance sdk.Uint128    `json:"allowance"`
	Expires   sdk.Expiration `json:"expires"`
}

// QueryAllAccounts asks for the accounts that ever had tokens.
//
//sdk:json
type QueryAllAccounts struct {
	StartAfter *sdk.Addr `json:"start_after"`
	Limit      *uint32   `json:"limit"`
}

// AllAccountsAnswer is a page of accounts.
//
//sdk:json
type AllAccountsAnswer struct {
	Accounts []sdk.Addr `json:"accounts"`
}

// QueryMarketing asks for what wallets show.
//
//sdk:json
type QueryMarketing struct{}

// MarketingAnswer is what wallets show; the account marketing may change it.
//
//sdk:json
type MarketingAnswer struct {
	Project     *string   `json:"project"`
	Description *string   `json:"description"`
	Logo        *LogoInfo `json:"logo"`
	Marketing   *string   `json:"marketing"`
}

// QueryLogo asks for the logo that the contract keeps.
//
//sdk:json
type QueryLogo struct{}

// LogoAnswer is an image.
//
//sdk:json
type LogoAnswer struct {
	MimeType string `json:"mime_type"`
	Data     []byte `json:"data"`
}

// tokenInfo is the store's token_info.
//
//sdk:json
type tokenInfo struct {
	Name        string      `json:"name"`
	Symbol      string      `json:"symbol"`
	Decimals    uint8       `json:"decimals"`
	TotalSupply sdk.Uint128 `json:"total_supply"`
	Mint        *Minter     `json:"mint"`
}
