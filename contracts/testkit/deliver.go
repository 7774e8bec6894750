package testkit

import (
	"errors"

	"github.com/weftchain/weft/app"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/trace"
)

// deliver runs a transaction on the chain and on the one beside it.
func (c *Chain) deliver(raw []byte, msgs []chain.Message) (*Result, error) {
	c.t.Helper()
	main := c.run(c.main, raw)
	switch {
	case c.twin == nil:
	case outOfGas(main.Codespace, main.Code): // natively it might have had enough
		c.twin = &node{c.twin.machinery, c.main.sandbox.Fork(c.twin.app)}
	default:
		c.compareResults(msgs, main.Result, c.run(c.twin, raw).Result)
	}
	if !main.OK() {
		err := newError(main.Codespace, main.Code, main.Log)
		err.GasUsed, err.Trace = main.GasUsed, main.trace
		return nil, err
	}
	return &Result{Events: main.Events, GasUsed: main.GasUsed, VMGas: main.vmGas, Responses: main.Responses, Trace: main.trace}, nil
}

func outOfGas(codespace string, code uint32) bool {
	return codespace == chain.ErrOutOfGas.Codespace && code == chain.ErrOutOfGas.Code
}

// delivered is what became of a transaction on one node.
type delivered struct {
	chain.Result
	vmGas uint64
	trace *trace.Trace
}

// run delivers a transaction on one node.
func (c *Chain) run(n *node, raw []byte) (d delivered) {
	c.t.Helper()
	defer c.begin(n)()
	var err error
	if c.tracing == nil || n != c.main {
		d.Result, err = n.sandbox.Deliver(raw)
	} else {
		d.Result, d.trace, err = n.sandbox.TraceDeliver(raw, app.Tracing{Profile: c.tracing.Profile})
	}
	if err != nil {
		c.fault(n, err)
	}
	if d.trace != nil && c.tracing.Text != nil {
		c.sound(d.trace.WriteText(c.tracing.Text, trace.Text{Names: c.names}))
	}
	d.vmGas = n.engine.gas
	return d
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
