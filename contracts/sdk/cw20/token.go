// Package cw20 is how a contract deals with CW20 tokens: the messages and queries
// that it sends them, the one that it hears, and assets that are either such a
// token or a coin of the chain. It knows the interface; a token itself is in
// contracts/token.
package cw20

import "github.com/weftchain/weft/contracts/sdk"

//go:generate go run github.com/weftchain/weft/contracts/sdk/gen

// Token is the address of a token's contract. Its methods make messages, to be
// added to a response, and ask. Anybody can write a contract that answers them as
// it likes: a token that others name can lie about balances, take a fee of a
// transfer, or call back in the middle of one.
type Token sdk.Addr

// Receive is the message that a token sends to a contract which somebody sent
// tokens to: the contract has it as sdk.On("receive", …), and the token is the
// sender of the call.
//
//sdk:json
type Receive struct {
	Sender sdk.Addr    `json:"sender"` // who sent the tokens, or was allowed to
	Amount sdk.Uint128 `json:"amount"`
	Msg    []byte      `json:"msg"` // whatever the sender wants to say, usually JSON
}

// Transfer gives tokens of the contract.
func (t Token) Transfer(to sdk.Addr, amount sdk.Uint128) sdk.Execute {
	return t.execute("transfer", &transfer{Recipient: to, Amount: amount})
}

// TransferFrom gives tokens of an owner who has allowed it to the contract.
func (t Token) TransferFrom(owner, to sdk.Addr, amount sdk.Uint128) sdk.Execute {
	return t.execute("transfer_from", &transferFrom{Owner: owner, Recipient: to, Amount: amount})
}

// Send gives tokens to a contract, which hears of it: see [Receive].
func (t Token) Send(contract sdk.Addr, amount sdk.Uint128, msg []byte) sdk.Execute {
	return t.execute("send", &send{Contract: contract, Amount: amount, Msg: msg})
}

// Allow lets a spender have more tokens of the contract.
func (t Token) Allow(spender sdk.Addr, amount sdk.Uint128) sdk.Execute {
	return t.execute("increase_allowance", &allow{Spender: spender, Amount: amount})
}

// Mint makes tokens, if the contract is the token's minter.
func (t Token) Mint(to sdk.Addr, amount sdk.Uint128) sdk.Execute {
	return t.execute("mint", &transfer{Recipient: to, Amount: amount})
}

// Burn destroys tokens of the contract.
func (t Token) Burn(amount sdk.Uint128) sdk.Execute {
	return t.execute("burn", &burn{Amount: amount})
}

func (t Token) execute(name string, msg encoder) sdk.Execute {
	return sdk.Execute{Contract: sdk.Addr(t), Msg: sdk.Named(name, msg)}
}

// Balance asks what an account has.
func (t Token) Balance(c *sdk.Context, of sdk.Addr) (sdk.Uint128, error) {
	var answer balance
	err := c.Ask(sdk.Addr(t), "balance", &balanceQuery{Address: of}, &answer)
	return answer.Balance, err
}

// Allowance asks what a spender may have of an owner's tokens. It may have expired.
func (t Token) Allowance(c *sdk.Context, owner, spender sdk.Addr) (sdk.Uint128, sdk.Expiration, error) {
	var answer allowance
	err := c.Ask(sdk.Addr(t), "allowance", &allowanceQuery{Owner: owner, Spender: spender}, &answer)
	return answer.Allowance, answer.Expires, err
}

// Info asks what the token is called and how much of it there is.
func (t Token) Info(c *sdk.Context) (Info, error) {
	var answer Info
	err := c.Ask(sdk.Addr(t), "token_info", &infoQuery{}, &answer)
	return answer, err
}

// Info is what wallets show of a token.
//
//sdk:json
type Info struct {
	Name        string      `json:"name"`
	Symbol      string      `json:"symbol"`
	Decimals    uint8       `json:"decimals"`
	TotalSupply sdk.Uint128 `json:"total_supply"`
}
