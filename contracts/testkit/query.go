package testkit

import (
	"bytes"
	"errors"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/contracts/sdk"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
)

// Query asks a contract and decodes the answer into a *string or *[]byte, which
// get the JSON, a type of package sdk/json, or anything that encoding/json fills;
// nil drops it.
func (c *Chain) Query(contract sdk.Addr, msg, into any) error {
	c.t.Helper()
	var res wasmpb.QuerySmartContractStateResponse
	err := c.Ask("/cosmwasm.wasm.v1.Query/SmartContractState",
		&wasmpb.QuerySmartContractStateRequest{Address: string(contract), QueryData: c.encode(msg)}, &res)
	if err != nil {
		return err
	}
	if err := decode(res.Data, into); err != nil {
		c.t.Fatalf("the answer %s is no %T: %v", res.Data, into, err)
	}
	return nil
}

// MustQuery is Query for what has to succeed.
func (c *Chain) MustQuery(contract sdk.Addr, msg, into any) {
	c.t.Helper()
	if err := c.Query(contract, msg, into); err != nil {
		c.t.Fatalf("query %s: %s", c.name(string(contract)), c.full(err))
	}
}

// Ask asks the chain any query that its nodes answer:
// "/cosmos.bank.v1beta1.Query/TotalSupply".
func (c *Chain) Ask(path string, request, into chain.Message) error {
	c.t.Helper()
	raw, err := request.Marshal()
	c.sound(err)
	answer, err := c.ask(c.main, path, raw)
	var refused *Error
	ranOut := errors.As(err, &refused) && outOfGas(refused.Codespace, refused.Code)
	if c.twin != nil && !ranOut {
		again, errAgain := c.ask(c.twin, path, raw)
		c.compare("query "+c.named(shown(request)), part{"error", errText(err), errText(errAgain)}, part{"answer", string(answer), string(again)})
	}
	if err != nil {
		return err
	}
	c.sound(into.Unmarshal(answer))
	return nil
}

// ask returns an error only for what the chain refuses.
func (c *Chain) ask(n *node, path string, request []byte) ([]byte, error) {
	c.t.Helper()
	end := c.begin(n)
	answer, err := n.sandbox.Query(path, request)
	end()
	if err == nil {
		return answer, nil
	}
	verdict, ok := chain.Verdict(err)
	if !ok {
		c.fault(n, err)
	}
	return nil, newError(verdict.Codespace, verdict.Code, err.Error())
}

func errText(err error) string {
	var own *Error
	if errors.As(err, &own) {
		return own.Log
	}
	return ""
}

// State returns what a contract has stored.
func (c *Chain) State(contract sdk.Addr) map[string]string {
	c.t.Helper()
	out := map[string]string{}
	prefix := layout.WasmState(c.address(contract))
	c.sound(c.main.sandbox.Each(layout.Wasm, prefix, func(key, value []byte) {
		out[string(key[len(prefix):])] = string(value)
	}))
	return out
}

// SetState stores something for a contract, as an older version of it may have
// left it there.
func (c *Chain) SetState(contract sdk.Addr, key, value string) {
	c.t.Helper()
	full := append(layout.WasmState(c.address(contract)), key...)
	c.each(func(n *node) error {
		n.sandbox.Set(layout.Wasm, bytes.Clone(full), []byte(value))
		return nil
	})
}
