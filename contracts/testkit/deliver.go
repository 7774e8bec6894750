package testkit

import (
	"errors"

	"github.com/weftchain/weft/chain"
)

// deliver runs a transaction on the chain and on the one beside it.
func (c *Chain) deliver(raw []byte, msgs []chain.Message) (*Result, error) {
	c.t.Helper()
	res, gas := c.run(c.main, raw)
	if c.twin != nil {
		again, _ := c.run(c.twin, raw)
		c.compareResults(msgs, res, again)
	}
	if !res.OK() {
		err := newError(res.Codespace, res.Code, res.Log)
		err.GasUsed = res.GasUsed
		return nil, err
	}
	return &Result{Events: res.Events, GasUsed: res.GasUsed, VMGas: gas, Responses: res.Responses}, nil
}

// run delivers a transaction on one node and returns the VM gas, too.
func (c *Chain) run(n *node, raw []byte) (chain.Result, uint64) {
	c.t.Helper()
	defer c.begin(n)()
	res, err := n.sandbox.Deliver(raw)
	if err != nil {
		c.fault(n, err)
	}
	return res, n.engine.gas
}

// begin makes a node's machinery the chain's own until the function that it
// returns is called.
func (c *Chain) begin(n *node) (end func()) {
	n.mu.Lock()
	n.engine.gas, n.debug = 0, nil
	if n == c.main {
		n.debug = c.print
	}
	return n.mu.Unlock
}

// fault ends the test for what is nobody's verdict: on a network it would stop
// the node.
func (c *Chain) fault(n *node, err error) {
	c.t.Helper()
	var impure *ImpureError
	if errors.As(err, &impure) {
		c.t.Fatalf("%s", c.named(impure.Error()))
	}
	how := ""
	if n == c.twin {
		how = " (on the native chain beside the wasm)"
	}
	c.t.Fatalf("a fault%s, which would stop a node: %s", how, c.named(err.Error()))
}
