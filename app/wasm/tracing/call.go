package tracing

import (
	"encoding/json"

	"github.com/weftchain/weft/app/wasm"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/trace"
	"github.com/weftchain/weft/vm"
)

// Call implements wasm.Tracer.
func (r *Recorder) Call(env *chain.Env, contract chain.Address, engine wasm.Engine, c vm.Call) (vm.Result, error) {
	w := &watched{r: r, env: env, prefix: layout.WasmState(contract)}
	c.Storage, c.API, c.Querier = &storage{w, c.Storage}, &api{w, c.API}, &querier{w, c.Querier}
	c.Debug = w.printer(c.Debug)
	root := r.top().node
	g := &guest{Recorder: r, root: root}
	if r.profile != nil {
		engine = r.options.Profile
		g.code = r.profile.code(c.Code)
	}
	c.Tracer = g
	r.arguments(&c)
	depth := len(r.frames)
	defer r.closeTo(depth) // if the engine panics, as one of contracts in Go may
	res, err := engine.Call(c)
	r.closeTo(depth)
	f := r.top()
	f.vm = int64(res.GasUsed)
	if r.profile != nil && g.total != f.vm {
		// Of an engine that does not tell its Tracer.
		g.Spend(root, f.vm-g.total)
	}
	f.spent += g.sdk
	if f.step != nil {
		f.step.Output = r.bytes(res.Data, maxInput)
	}
	return res, err
}

// arguments notes what a contract is called with.
func (r *Recorder) arguments(c *vm.Call) {
	step := r.top().step
	if step == nil || len(c.Args) < 2 {
		return
	}
	message := c.Args[1]
	if step.Entry == "execute" || step.Entry == "instantiate" {
		var info struct {
			Sender string       `json:"sender"`
			Funds  []trace.Coin `json:"funds"`
		}
		if json.Unmarshal(c.Args[1], &info) == nil { //weft:json a document of this node, for people
			step.Sender = info.Sender
			step.Funds = info.Funds[:min(len(info.Funds), maxFunds)]
		}
		message = c.Args[len(c.Args)-1]
	}
	step.Input = r.bytes(message, maxInput)
}

// maxFunds is how many coins of a call are told.
const maxFunds = 32

// guest is the vm.Tracer of one call.
type guest struct {
	*Recorder
	root  vm.Node
	code  int32 // position in the profile's codes
	total int64 // VM gas that the call has used so far
	sdk   int64 // what that is in SDK gas
}

// Root implements vm.Tracer.
func (g *guest) Root() vm.Node { return g.root }

// Child implements vm.Tracer.
func (g *guest) Child(parent vm.Node, f vm.Frame) vm.Node {
	if g.profile == nil {
		return g.root
	}
	if f.Host != "" {
		return g.profile.host(parent, f.Host)
	}
	return g.profile.function(parent, g.code, f.Function)
}

// Spend implements vm.Tracer. In SDK gas VM gas is rounded down once for a call,
// so the parts get what the sum of those before them leaves.
func (g *guest) Spend(n vm.Node, gas int64) {
	if g.profile == nil {
		return
	}
	g.total += gas
	sdk := g.total / wasm.VMGasPerGas
	g.profile.spend(n, gas, sdk-g.sdk)
	g.sdk = sdk
}

// Host implements vm.Tracer.
func (g *guest) Host(name string, n vm.Node) {
	g.flush()
	f := g.push(g.top().env, g.add(trace.Step{Kind: trace.StepHost, Host: name}), n)
	f.host = true
}

// HostDone implements vm.Tracer.
func (g *guest) HostDone(gas int64, err error) {
	g.top().vm = gas
	g.pop(err)
}

// Stop implements vm.Tracer.
func (g *guest) Stop() error {
	if g.options.Stop == nil {
		return nil
	}
	return g.options.Stop()
}
