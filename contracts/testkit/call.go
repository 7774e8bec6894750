package testkit

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/contracts/sdk"
	bankpb "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/tx"
)

// Instantiation is a contract that is to be made.
type Instantiation struct {
	Code   string // its name in Contracts
	Sender sdk.Addr
	Msg    any    // see Chain.Execute
	Funds  string // "5uweft,3atest"
	Label  string // "" is the code's name
	Admin  sdk.Addr
	// Salt makes the address one that can be computed beforehand. It depends on
	// the code's bytes, which are others natively than as wasm.
	Salt []byte
}

// Instantiate makes a contract, whose admin is the sender, and returns its
// address. It must succeed; TryInstantiate may fail.
func (c *Chain) Instantiate(code string, sender sdk.Addr, msg any, funds ...string) sdk.Addr {
	c.t.Helper()
	addr, _, err := c.TryInstantiate(Instantiation{Code: code, Sender: sender, Msg: msg, Funds: joined(funds), Admin: sender})
	if err != nil {
		c.t.Fatalf("instantiate %s: %s", code, c.full(err))
	}
	return addr
}

// TryInstantiate makes a contract.
func (c *Chain) TryInstantiate(i Instantiation) (sdk.Addr, *Result, error) {
	c.t.Helper()
	if i.Label == "" {
		i.Label = i.Code
	}
	var msg chain.Message = &wasmpb.MsgInstantiateContract{
		Sender: string(i.Sender), Admin: string(i.Admin), CodeID: c.CodeID(i.Code), Label: i.Label, Msg: c.encode(i.Msg), Funds: c.funds(i.Funds),
	}
	if i.Salt != nil {
		msg = &wasmpb.MsgInstantiateContract2{
			Sender: string(i.Sender), Admin: string(i.Admin), CodeID: c.CodeID(i.Code), Label: i.Label, Msg: c.encode(i.Msg), Funds: c.funds(i.Funds), Salt: i.Salt,
		}
	}
	res, err := c.Deliver(i.Sender, msg)
	if err != nil {
		return "", nil, err
	}
	var made wasmpb.MsgInstantiateContractResponse // that of Instantiate2 has the same fields
	c.sound(made.Unmarshal(res.Responses[0].Value))
	res.Data = made.Data
	c.nameContract(made.Address, i.Label)
	return sdk.Addr(made.Address), res, nil
}

// nameContract gives an address a name that no other has.
func (c *Chain) nameContract(addr, label string) {
	taken := map[string]bool{}
	for _, name := range c.names {
		taken[name] = true
	}
	name := label
	for i := 2; taken[name]; i++ {
		name = fmt.Sprintf("%s %d", label, i)
	}
	c.names[addr] = name
}

// Execute sends a contract a message, with coins ("5uweft") if there are any. The
// sender may be any address, also that of a contract. The message may be JSON in a
// string or []byte, a type of package sdk/json (see Msg), or what encoding/json
// takes.
func (c *Chain) Execute(sender, contract sdk.Addr, msg any, funds ...string) (*Result, error) {
	c.t.Helper()
	res, err := c.Deliver(sender, &wasmpb.MsgExecuteContract{
		Sender: string(sender), Contract: string(contract), Msg: c.encode(msg), Funds: c.funds(joined(funds)),
	})
	if err != nil {
		return nil, err
	}
	var done wasmpb.MsgExecuteContractResponse
	c.sound(done.Unmarshal(res.Responses[0].Value))
	res.Data = done.Data
	return res, nil
}

// MustExecute is Execute for what has to succeed.
func (c *Chain) MustExecute(sender, contract sdk.Addr, msg any, funds ...string) *Result {
	c.t.Helper()
	res, err := c.Execute(sender, contract, msg, funds...)
	if err != nil {
		c.t.Fatalf("execute %s: %s", c.name(string(contract)), c.full(err))
	}
	return res
}

// Migrate gives a contract another code, which is called with the message. The
// sender must be the contract's admin.
func (c *Chain) Migrate(sender, contract sdk.Addr, code string, msg any) (*Result, error) {
	c.t.Helper()
	res, err := c.Deliver(sender, &wasmpb.MsgMigrateContract{
		Sender: string(sender), Contract: string(contract), CodeID: c.CodeID(code), Msg: c.encode(msg),
	})
	if err != nil {
		return nil, err
	}
	var done wasmpb.MsgMigrateContractResponse
	c.sound(done.Unmarshal(res.Responses[0].Value))
	res.Data = done.Data
	return res, nil
}

// Sudo calls a contract as the chain's authority may.
func (c *Chain) Sudo(contract sdk.Addr, msg any) (*Result, error) {
	c.t.Helper()
	who := c.Authority()
	res, err := c.Deliver(who, &wasmpb.MsgSudoContract{Authority: string(who), Contract: string(contract), Msg: c.encode(msg)})
	if err != nil {
		return nil, err
	}
	var done wasmpb.MsgSudoContractResponse
	c.sound(done.Unmarshal(res.Responses[0].Value))
	res.Data = done.Data
	return res, nil
}

// Send sends coins ("5uweft,3atest").
func (c *Chain) Send(from, to sdk.Addr, coins string) (*Result, error) {
	c.t.Helper()
	return c.Deliver(from, &bankpb.MsgSend{FromAddress: string(from), ToAddress: string(to), Amount: c.funds(coins)})
}

// Deliver takes a transaction with messages of any kind through the chain. The
// signer must be the only one that the messages want; if there is no such account
// it is made.
func (c *Chain) Deliver(signer sdk.Addr, msgs ...chain.Message) (*Result, error) {
	c.t.Helper()
	from := c.address(signer)
	c.each(func(n *node) error { return n.sandbox.CreateAccount(from) })
	sequence, _, err := c.main.sandbox.Account(from)
	c.sound(err)
	raw, err := tx.Builder{Msgs: msgs, GasLimit: c.gasLimit}.ForSimulation(tx.PubKey{}, sequence)
	c.sound(err)
	return c.deliver(raw, msgs)
}

// funds reads coins for a message. They need not be valid: the chain says so.
func (c *Chain) funds(list string) []base.Coin {
	c.t.Helper()
	if list == "" {
		return nil
	}
	coins, err := chain.ParseCoins(list)
	if err != nil {
		c.t.Fatalf("coins %q: %v", list, err)
	}
	out := make([]base.Coin, len(coins))
	for i, coin := range coins {
		out[i] = base.Coin{Denom: coin.Denom, Amount: coin.Amount.String()}
	}
	return out
}
