// Package token is a fungible token with the messages, queries, attributes and
// store of CW20 (cw20-base), so that what speaks CW20 can use it: allowances, a
// minter with an optional cap, sending to contracts, lists of accounts and
// allowances. It can also take over the state of a cw20-base contract (0.14 or
// later): migrate that contract to this code.
package token

import "github.com/weftchain/weft/contracts/sdk"

//go:generate go run github.com/weftchain/weft/contracts/sdk/gen

// Contract is the token.
var Contract = sdk.Contract{
	Instantiate: sdk.Do(instantiate),
	Execute: sdk.Routes{
		sdk.On("transfer", transfer),
		sdk.On("send", send),
		sdk.On("transfer_from", transferFrom),
		sdk.On("send_from", sendFrom),
		sdk.On("burn", burn),
		sdk.On("burn_from", burnFrom),
		sdk.On("increase_allowance", increaseAllowance),
		sdk.On("decrease_allowance", decreaseAllowance),
		sdk.On("mint", mint),
		sdk.On("update_minter", updateMinter),
		sdk.On("update_marketing", updateMarketing),
		sdk.On("upload_logo", uploadLogo),
	},
	Query: sdk.Answers{
		sdk.Answer("balance", queryBalance),
		sdk.Answer("token_info", queryTokenInfo),
		sdk.Answer("minter", queryMinter),
		sdk.Answer("allowance", queryAllowance),
		sdk.Answer("all_allowances", queryAllAllowances),
		sdk.Answer("all_spender_allowances", queryAllSpenderAllowances),
		sdk.Answer("all_accounts", queryAllAccounts),
		sdk.Answer("marketing_info", queryMarketing),
		sdk.Answer("download_logo", queryLogo),
	},
	Migrate: sdk.Do(migrate),
}

// The errors of the token.
const (
	ErrUnauthorized    = sdk.Error("Unauthorized")
	ErrCap             = sdk.Error("Minting cannot exceed the cap")
	ErrInitialCap      = sdk.Error("Initial supply greater than cap")
	ErrOwnAllowance    = sdk.Error("Cannot set allowance to own account")
	ErrNoAllowance     = sdk.Error("No allowance for this account")
	ErrExpired         = sdk.Error("Allowance is expired")
	ErrBadExpiration   = sdk.Error("Invalid expiration value")
	ErrDuplicate       = sdk.Error("Duplicate initial balance addresses")
	ErrName            = sdk.Error("Name is not in the expected format (3-50 UTF-8 bytes)")
	ErrSymbol          = sdk.Error(`Ticker symbol is not in expected format [a-zA-Z\-]{3,12}`)
	ErrDecimals        = sdk.Error("Decimals must not exceed 18")
	ErrLogoSize        = sdk.Error("Logo binary data exceeds 5KB limit")
	ErrNoSVG           = sdk.Error("Invalid xml preamble for SVG")
	ErrNoPNG           = sdk.Error("Invalid png header")
	ErrNoLogo          = sdk.Error("The token has no embedded logo")
	ErrSupplyOverflows = sdk.Error("The total supply would not fit into 128 bits")
)

// The store, as cw20-base lays it out.
var (
	info       = sdk.NewItem[tokenInfo]("token_info")
	marketing  = sdk.NewItem[MarketingAnswer]("marketing_info")
	logo       = sdk.NewItem[Logo]("logo")
	balances   = sdk.NewMap[sdk.Addr, sdk.Uint128]("balance")
	allowances = sdk.NewMap[ownerSpender, AllowanceAnswer]("allowance")
	// bySpender is allowances with the parts of the key the other way round.
	bySpender = sdk.NewMap[ownerSpender, AllowanceAnswer]("allowance_spender")
)

type ownerSpender = sdk.Pair[sdk.Addr, sdk.Addr]

// Name and Version are what the store says of this code (CW2). Version is that of
// the messages and the store.
const (
	Name    = "weft:token"
	Version = "1.0.0"
)

func instantiate(c *sdk.Context, m *Instantiate) (*sdk.Response, error) {
	if err := m.validate(); err != nil {
		return nil, err
	}
	t := tokenInfo{Name: m.Name, Symbol: m.Symbol, Decimals: m.Decimals}
	for i := range m.InitialBalances {
		b := &m.InitialBalances[i]
		owner, err := c.Address(b.Address)
		if err != nil {
			return nil, err
		}
		if balances.Has(c, owner) {
			return nil, ErrDuplicate
		}
		balances.Save(c, owner, b.Amount)
		var ok bool
		if t.TotalSupply, ok = t.TotalSupply.TryAdd(b.Amount); !ok {
			return nil, ErrSupplyOverflows
		}
	}
	if m.Mint != nil {
		minter, err := c.Address(m.Mint.Minter)
		if err != nil {
			return nil, err
		}
		if m.Mint.Cap != nil && m.Mint.Cap.Less(t.TotalSupply) {
			return nil, ErrInitialCap
		}
		t.Mint = &Minter{Minter: string(minter), Cap: m.Mint.Cap}
	}
	if m.Marketing != nil {
		if err := setMarketing(c, m.Marketing); err != nil {
			return nil, err
		}
	}
	info.Save(c, t)
	c.SaveVersion(Name, Version)
	return &sdk.Response{}, nil
}

func checkAddress(c *sdk.Context, text *string) error {
	if text == nil {
		return nil
	}
	_, err := c.Address(*text)
	return err
}

func (m *Instantiate) validate() error {
	if len(m.Name) < 3 || len(m.Name) > 50 {
		return ErrName
	}
	if len(m.Symbol) < 3 || len(m.Symbol) > 12 {
		return ErrSymbol
	}
	for i := range len(m.Symbol) {
		if b := m.Symbol[i]; b != '-' && (b|32 < 'a' || b|32 > 'z') {
			return ErrSymbol
		}
	}
	if m.Decimals > 18 {
		return ErrDecimals
	}
	return nil
}

// migrate takes over the state of a contract with the same layout.
func migrate(c *sdk.Context, _ *Migrate) (*sdk.Response, error) {
	info.Load(c)
	c.SaveVersion(Name, Version)
	return &sdk.Response{}, nil
}

func mint(c *sdk.Context, m *Mint) (*sdk.Response, error) {
	t := info.Load(c)
	if t.Mint == nil || t.Mint.Minter != string(c.Sender) {
		return nil, ErrUnauthorized
	}
	supply, ok := t.TotalSupply.TryAdd(m.Amount)
	if !ok {
		return nil, ErrSupplyOverflows
	}
	if t.Mint.Cap != nil && t.Mint.Cap.Less(supply) {
		return nil, ErrCap
	}
	to, err := c.Address(m.Recipient)
	if err != nil {
		return nil, err
	}
	t.TotalSupply = supply
	info.Save(c, t)
	credit(c, to, m.Amount)
	return sdk.Respond("mint").Attr("to", m.Recipient).Attr("amount", m.Amount.String()), nil
}

func updateMinter(c *sdk.Context, m *UpdateMinter) (*sdk.Response, error) {
	t := info.Load(c)
	if t.Mint == nil || t.Mint.Minter != string(c.Sender) {
		return nil, ErrUnauthorized
	}
	name := "None"
	if m.NewMinter == nil {
		t.Mint = nil
	} else {
		if err := checkAddress(c, m.NewMinter); err != nil {
			return nil, err
		}
		name = *m.NewMinter
		t.Mint.Minter = name
	}
	info.Save(c, t)
	return sdk.Respond("update_minter").Attr("new_minter", name), nil
}
